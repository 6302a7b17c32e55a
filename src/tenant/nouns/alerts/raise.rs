//! How alerts come to be: from what a detector noticed, from the script of a storyline, from outside; and the activities
//! that are the evidence for them.

use std::sync::Arc;

use crate::catalogue::policies;
use crate::catalogue::policies::Rule;
use crate::generate::stories::Storyline;
use crate::generate::{Stream, World};
use crate::model::activity::Event;
use crate::model::alert::{Alert, Handling};
use crate::model::index::{ActorCode, AddressCode, AlertNo, PersonIx, PolicyIx, RowNo, StoryNo};
use crate::model::injected::InjectedAlert;
use crate::model::observation::{Evidence, Observation};
use crate::model::time::{SLOT, Span, VirtualTime};
use crate::tenant::codebook::Codebook;
use crate::tenant::timeline::fold::Core;

use super::super::connectors::BACKFILL;
use super::super::{Due, Moment, activities, behaviors};
use super::detectors::{Detection, travel};
use super::triage;

/// How long after a look in vain the product looks again for what a connector that is down holds back.
const LOOK_AGAIN: Span = Span::hours(1);

/// Shows a row of the log to the detectors.
pub(in crate::tenant) fn see(core: &mut Core, world: &World, row: RowNo, event: &Event) {
    let repeats = core.settings.alerting.join_within.is_some();
    let closed =
        world.person_of_actor(event.actor).is_some_and(|person| core.company.closed(person, event.created));
    let (policies, date) = (&core.policies, core.settings.service_date);
    let told = |policy| policies.consequence(world, date, policy);
    let seen = core.detectors.see(Codebook::new(world, &core.additions), event, closed, repeats, &told);
    for detection in seen {
        // A detector takes its time, and its effect lies at least one slot ahead (law of the timeline).
        let mut stream = Stream::new(world.spec.seed, "detector", row.get(), "delay");
        let delay = SLOT + SLOT + Span::seconds(i64::from(stream.between(20, 900)));
        let due = if detection.again { super::Due::Again(detection) } else { super::Due::Raise(detection) };
        core.schedule(event.created.slot_floor() + delay, Due::Alerts(due));
    }
}

/// Schedules the alert that a storyline brings along.
pub(in crate::tenant) fn plan_scripted(core: &mut Core, world: &World, story: &Storyline) {
    if let Some(alert) = story.alert {
        let begins = world.spec.start + story.begins;
        let (policy, person) = (alert.policy, alert.person);
        let due = super::Due::Scripted { story: story.ordinal, policy, person, begins };
        core.schedule(begins + alert.after, Due::Alerts(due));
    }
}

/// Raises the alert about what a detector noticed, or makes a behavior of it, as the policy has it by then.
pub(super) fn detected(core: &mut Core, moment: Moment<'_>, detection: &Detection) {
    let evidence = evidence(core, moment, detection);
    raise(core, moment, detection.policy, detection.person, evidence);
}

/// Raises the alert of a storyline, if anything of it has happened, once something of that has come in.
pub(super) fn scripted(
    core: &mut Core,
    moment: Moment<'_>,
    story: StoryNo,
    policy: PolicyIx,
    person: PersonIx,
    begins: VirtualTime,
) {
    let evidence = rows_of_story(core, story, begins, moment.at);
    if !evidence.is_empty() {
        raise(core, moment, policy, ActorCode::of_person(person), evidence);
    } else if let Some(arrival) = activities::first_arrival(core, |event| event.story == Some(story)) {
        // Nothing of it is known yet: the product looks again once something has come in.
        let due = super::Due::Scripted { story, policy, person, begins };
        core.schedule(arrival.slot_floor() + SLOT + SLOT, Due::Alerts(due));
    } else if core
        .connectors
        .misses(|event| event.story == Some(story) && moment.at - event.timestamp() <= BACKFILL)
    {
        // When a connector delivers again nobody knows: the product looks every so often, as long as there is something
        // that can come in.
        let due = super::Due::Scripted { story, policy, person, begins };
        core.schedule(moment.at.slot_floor() + LOOK_AGAIN, Due::Alerts(due));
    }
}

/// Puts an alert in, stored at the instant of `moment`: its ordinal.
pub(super) fn inject(core: &mut Core, moment: Moment<'_>, given: &Arc<InjectedAlert>) -> AlertNo {
    let Moment { world, at } = moment;
    let ordinal = next(core);
    let additions = &mut core.additions;
    let addresses = given.addresses.iter().map(|address| additions.address(world, address)).collect();
    let person = given.actor.as_ref().map_or(ActorCode::NOBODY, |actor| additions.actor(world, actor));
    let seen = Observation {
        policy: PolicyIx::new(0),
        stored: at,
        raised: given.raised,
        person,
        activities: given.activities.clone().into(),
        apps: given.apps.clone().into(),
        addresses,
        evidence: None,
    };
    core.alerts.push_back(Arc::new(Alert {
        ordinal,
        seen,
        title: "",
        handling: given.handling.clone(),
        injected: Some(Arc::clone(given)),
        former: Arc::default(),
    }));
    if !core.settings.security_team.is_usual() && given.handling == Handling::default() {
        triage::plan(core, moment, ordinal, false);
    }
    ordinal
}

fn next(core: &Core) -> AlertNo {
    AlertNo::new(core.alerts.len() as u32)
}

/// The apps and addresses that activities concern, each once, and whether one of them is of a storyline.
pub(super) fn concerned(
    core: &Core,
    moment: Moment<'_>,
    activities: &[RowNo],
) -> (Vec<u32>, Vec<AddressCode>, bool) {
    let Moment { world, at } = moment;
    let (mut apps, mut addresses) = (Vec::new(), Vec::new());
    let mut attack = false;
    for &row in activities {
        let Some(event) = core.log.row(row, at) else { continue };
        attack |= event.story.is_some();
        let app = Codebook::new(world, &core.additions).kind(event.kind).app;
        if !apps.contains(&app) {
            apps.push(app);
        }
        if event.address != AddressCode::NOWHERE && !addresses.contains(&event.address) {
            addresses.push(event.address);
        }
    }
    (apps, addresses, attack)
}

fn raise(core: &mut Core, moment: Moment<'_>, policy: PolicyIx, person: ActorCode, activities: Vec<RowNo>) {
    let at = moment.at;
    let (apps, addresses, attack) = concerned(core, moment, &activities);
    let evidence = amounts_to(core, moment, policy, &activities);
    let seen = Observation {
        policy,
        stored: at,
        raised: core.settings.ingestion.told(at),
        person,
        activities: activities.into(),
        apps: apps.into(),
        addresses: addresses.into(),
        evidence,
    };
    let told = core.policies.consequence(moment.world, core.settings.service_date, policy);
    if told.behavior.is_some() {
        behaviors::make(core, seen.clone());
    }
    let Some(title) = told.alert else { return };
    let ordinal = next(core);
    core.alerts.push_back(Arc::new(Alert {
        ordinal,
        seen,
        title,
        handling: Handling::default(),
        injected: None,
        former: Arc::default(),
    }));
    triage::plan(core, moment, ordinal, attack);
}

/// What the activities behind an alert of `policy` amount to; nothing if it is about none.
pub(super) fn amounts_to(
    core: &Core,
    moment: Moment<'_>,
    policy: PolicyIx,
    activities: &[RowNo],
) -> Option<Evidence> {
    let codebook = Codebook::new(moment.world, &core.additions);
    let rule = policies::POLICIES[policy.index()].rule;
    let counts = |event: &Event| rule.counts(codebook.action(event.kind).0);
    let mut counted: Vec<Event> = activities
        .iter()
        .filter_map(|&row| core.log.row(row, moment.at))
        .filter(|event| counts(event))
        .collect();
    counted.sort_by_key(Event::timestamp);
    let (first, last) = (counted.first()?.timestamp(), counted.last()?.timestamp());
    let journey = match rule {
        Rule::ImpossibleTravel => travel::journey(codebook, &counted),
        _ => None,
    };
    Some(Evidence { count: counted.len() as u32, first, last, journey })
}

/// The rows behind a detection: what its person did in its window, as far as the policy cares.
pub(super) fn evidence(core: &Core, moment: Moment<'_>, detection: &Detection) -> Vec<RowNo> {
    let codebook = Codebook::new(moment.world, &core.additions);
    let rule = policies::POLICIES[detection.policy.index()].rule;
    let covers = |event: &Event| {
        let (action, administrative) = codebook.action(event.kind);
        rule.covers(action, administrative)
    };
    let mut rows = Vec::new();
    // Rows are ordered by the time of being stored, which is never before that of happening.
    for (first, chunk, shown) in core.log.chunks(moment.at).rev() {
        if shown == 0 || chunk.created_at(shown - 1) < detection.from {
            break;
        }
        for index in (0..shown).rev() {
            if chunk.actor[index] != detection.actor.get() {
                continue;
            }
            let event = chunk.event(index);
            if event.created < detection.from {
                break;
            }
            let happened = event.timestamp();
            if happened >= detection.from
                && happened <= detection.to
                && detection.address.is_none_or(|address| address == event.address)
                && covers(&event)
            {
                rows.push(first.plus(index));
            }
        }
    }
    rows.reverse();
    rows
}

/// The rows of a storyline.
fn rows_of_story(core: &Core, story: StoryNo, begins: VirtualTime, at: VirtualTime) -> Vec<RowNo> {
    let wanted = StoryNo::to_column(Some(story));
    let mut rows = Vec::new();
    for (first, chunk, shown) in core.log.chunks(at).rev() {
        if shown == 0 || chunk.created_at(shown - 1) < begins {
            break;
        }
        let of_story = (0..shown).rev().filter(|row| chunk.story[*row] == wanted);
        rows.extend(of_story.map(|row| first.plus(row)));
    }
    rows.reverse();
    rows
}
