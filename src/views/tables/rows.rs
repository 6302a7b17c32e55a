//! The columns of each table, and how its rows are filled.

use std::io;

use crate::model::alert::Resolution;
use crate::model::ids::Kind;
use crate::tenant::Reading;
use crate::tenant::truth::Truth;

use super::super::{activities, alerts, objects};
use super::sink::Sink;

pub(super) const PEOPLE: &[&str] = &[
    "id",
    "upn",
    "displayName",
    "givenName",
    "surname",
    "department",
    "title",
    "manager",
    "roles",
    "persona",
    "guest",
    "disabled",
];

pub(super) fn people(reading: &Reading, sink: &mut Sink<'_>) -> io::Result<()> {
    let world = reading.state.world();
    for (index, person) in world.people.iter().enumerate() {
        let manager = person.manager.map(|manager| world.person(manager).upn.as_str());
        let roles: Vec<String> = person.roles.iter().map(|role| role.name().to_owned()).collect();
        sink.text(&person.id.to_string())?;
        sink.text(&person.upn)?;
        sink.text(&person.display_name)?;
        sink.text(&person.given_name)?;
        sink.text(&person.surname)?;
        sink.text(person.department)?;
        sink.text(&person.title)?;
        sink.maybe(manager)?;
        sink.list(&roles)?;
        sink.maybe(person.persona.map(|persona| persona.name()))?;
        sink.plain(person.guest)?;
        sink.plain(reading.state.core().disabled.contains(&(index as u32)))?;
    }
    Ok(())
}

pub(super) const REGISTRATIONS: &[&str] =
    &["name", "displayName", "clientId", "principalId", "consented", "permissions"];

pub(super) fn registrations(reading: &Reading, sink: &mut Sink<'_>) -> io::Result<()> {
    for app in &reading.state.world().registrations {
        let permissions: Vec<String> = app.permissions.iter().map(|held| held.value.to_owned()).collect();
        sink.text(app.name)?;
        sink.text(app.display_name)?;
        sink.text(&app.client_id.to_string())?;
        sink.text(&app.principal.to_string())?;
        sink.plain(app.consented)?;
        sink.list(&permissions)?;
    }
    Ok(())
}

pub(super) const ACTIVITIES: &[&str] = &[
    "id",
    "timestamp",
    "created",
    "appId",
    "app",
    "operation",
    "eventType",
    "category",
    "administrative",
    "user",
    "userName",
    "userId",
    "ip",
    "country",
    "userAgent",
    "device",
    "objectName",
    "objectId",
    "storyline",
];

pub(super) fn activities(reading: &Reading, sink: &mut Sink<'_>) -> io::Result<()> {
    let (state, lens) = (&reading.state, reading.state.lens());
    let stories: Vec<&str> = state.storylines().map(|story| story.name).collect();
    for (first, chunk, shown) in state.core().log.chunks(reading.now) {
        for at in 0..shown {
            let event = chunk.event(at);
            let (kind, actor) = (lens.kind(event.kind), lens.actor(event.actor));
            let (address, agent) = (lens.address(event.address), lens.agent(event.agent));
            let thing = |text: String| Some(text).filter(|text| !text.is_empty());
            sink.maybe(activities::public_id(reading, first + at as u64).as_deref())?;
            sink.text(&event.timestamp().to_string())?;
            sink.text(&event.created.to_string())?;
            sink.plain(kind.app)?;
            sink.text(kind.app_name)?;
            sink.text(kind.operation)?;
            sink.plain(kind.event_type)?;
            sink.text(kind.category)?;
            sink.plain(kind.administrative)?;
            sink.maybe(actor.map(|actor| actor.account))?;
            sink.maybe(actor.map(|actor| actor.name))?;
            sink.maybe(actor.map(|actor| actor.id.to_string()).as_deref())?;
            sink.maybe(address.map(|address| address.ip.to_string()).as_deref())?;
            sink.maybe(address.map(|address| address.place.country).filter(|country| !country.is_empty()))?;
            sink.maybe(agent.map(|agent| agent.text.as_str()))?;
            sink.maybe(agent.map(|agent| agent.device))?;
            sink.maybe(thing(objects::name(lens, &event)).as_deref())?;
            sink.maybe(thing(objects::id(lens, &event)).as_deref())?;
            let story = event.story.checked_sub(1).and_then(|story| stories.get(usize::from(story)));
            sink.maybe(story.copied())?;
        }
    }
    Ok(())
}

pub(super) const ALERTS: &[&str] = &[
    "id",
    "raised",
    "title",
    "severity",
    "policy",
    "policyId",
    "mitreTactic",
    "mitreTechnique",
    "user",
    "userId",
    "apps",
    "ips",
    "activities",
    "read",
    "open",
    "resolution",
    "resolved",
    "handledBy",
    "comment",
];

pub(super) fn alerts(reading: &Reading, sink: &mut Sink<'_>) -> io::Result<()> {
    let (world, lens) = (reading.state.world(), reading.state.lens());
    for alert in reading.state.alerts(reading.now) {
        let facts = alerts::facts(alert);
        let user = lens.actor(alert.person);
        let apps: Vec<String> = alert.apps.iter().map(u32::to_string).collect();
        let addresses = alert.addresses.iter().filter_map(|code| lens.address(*code));
        let addresses: Vec<String> = addresses.map(|address| address.ip.to_string()).collect();
        let rows = alert.activities.iter();
        let rows: Vec<String> = rows.filter_map(|row| activities::public_id(reading, *row)).collect();
        let handling = &alert.handling;
        sink.text(&world.ids.hex24(Kind::Alert, u64::from(alert.ordinal)).to_string())?;
        sink.text(&alert.raised.to_string())?;
        sink.text(facts.title)?;
        sink.plain(facts.severity)?;
        sink.text(facts.policy)?;
        sink.text(&alerts::policy_id(world, alert))?;
        sink.maybe(facts.mitre.map(|(tactic, _)| tactic))?;
        sink.maybe(facts.mitre.map(|(_, technique)| technique))?;
        sink.maybe(user.map(|user| user.account))?;
        sink.maybe(user.map(|user| user.id.to_string()).as_deref())?;
        sink.list(&apps)?;
        sink.list(&addresses)?;
        sink.list(&rows)?;
        sink.plain(handling.read)?;
        sink.plain(handling.resolution == Resolution::Open)?;
        sink.text(match handling.resolution {
            Resolution::Open => "open",
            Resolution::FalsePositive => "falsePositive",
            Resolution::Benign => "benign",
            Resolution::TruePositive => "truePositive",
        })?;
        sink.maybe(handling.resolved.map(|at| at.to_string()).as_deref())?;
        sink.maybe(handling.by.as_deref())?;
        sink.maybe(handling.comment.as_deref())?;
    }
    Ok(())
}

pub(super) const STORYLINES: &[&str] = &[
    "number",
    "storyline",
    "summary",
    "begins",
    "size",
    "user",
    "userId",
    "attackerIp",
    "attackerCountry",
    "activities",
    "alerts",
];

pub(super) fn storylines(reading: &Reading, truths: &[Truth], sink: &mut Sink<'_>) -> io::Result<()> {
    let world = reading.state.world();
    for (truth, story) in truths.iter().zip(reading.state.storylines()) {
        let (person, address) = (world.person(story.user), world.address(story.attacker));
        sink.plain(truth.story)?;
        sink.text(story.name)?;
        sink.text(&story.summary)?;
        sink.text(&(world.spec.start + story.begins).to_string())?;
        sink.plain(story.size)?;
        sink.text(&person.upn)?;
        sink.text(&person.id.to_string())?;
        sink.text(&address.ip.to_string())?;
        sink.text(address.place.country)?;
        sink.plain(truth.activities.len())?;
        sink.plain(truth.alerts.len())?;
    }
    Ok(())
}

pub(super) const TRUTH: &[&str] = &["number", "storyline", "kind", "id"];

pub(super) fn truths(reading: &Reading, truths: &[Truth], sink: &mut Sink<'_>) -> io::Result<()> {
    for (truth, story) in truths.iter().zip(reading.state.storylines()) {
        let mut row = |kind: &str, id: Option<&str>| {
            sink.plain(truth.story)?;
            sink.text(story.name)?;
            sink.text(kind)?;
            sink.maybe(id)
        };
        for activity in &truth.activities {
            row("activity", activities::public_id(reading, *activity).as_deref())?;
        }
        for alert in &truth.alerts {
            let id = reading.state.world().ids.hex24(Kind::Alert, u64::from(*alert));
            row("alert", Some(&id.to_string()))?;
        }
    }
    Ok(())
}
