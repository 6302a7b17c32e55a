//! Putting an activity or alert into a tenant, in the wire form of the Cloud Apps API.
//!
//! What is said in that form is looked up in what the tenant knows (users, apps, addresses); what is not known is
//! remembered as it is. On the next poll the record is there, under the one id that the answer names, and says of
//! itself what it was given: when it happened (never later than now; where it stands in the log is the tenant's to
//! say), and how an alert had been closed. What can't be honoured is refused; the few members that the tenant must
//! say itself are named by the answer as `replaced`.

mod alert;
pub(super) mod members;

use std::net::IpAddr;
use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value as Json, json};

use crate::catalogue::{apps, kinds};
use crate::facts::ids;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::generate::World;
use crate::generate::world::IpCategory;
use crate::model::activity::Action;
use crate::model::command::{ActivityCommand, Command};
use crate::model::ids::Guid;
use crate::model::index::{ActorCode, AddressCode, AgentCode, KindCode, PersonIx};
use crate::model::injected::{InjectedActivity, Known, NewActor, NewAddress, NewKind};
use crate::model::time::VirtualTime;
use crate::tenant::Made;
use crate::tenant::nouns::activities::RETENTION;

use super::body;
use super::refusals::ControlRefusal;
use members::{ACTIVITY, ALERT};

type Record = Map<String, Json>;

/// `POST …/inject`: `{"activity": {…}}` or `{"alert": {…}}`
pub fn inject(ctx: &Ctx<'_>) -> Handled {
    let given: Record = body::read(ctx)?;
    let mut given = given.into_iter();
    let (command, replaced) = match (given.next(), given.next()) {
        (Some((kind, Json::Object(record))), None) if kind == "activity" => {
            (activity(ctx, &record)?, members::check(&record, ACTIVITY)?)
        }
        (Some((kind, Json::Object(record))), None) if kind == "alert" => {
            (alert(ctx, &record)?, members::check(&record, ALERT)?)
        }
        _ => {
            let problem = "expected {\"activity\": {…}} or {\"alert\": {…}} with a record in the form of the Cloud Apps API";
            return Err(ControlRefusal::BadBody { problem: problem.to_owned() }.into());
        }
    };
    let outcome = ctx
        .submit(command)
        .map_err(|refusal| Refused::from(ControlRefusal::Conflict { problem: refusal.to_string() }))?;
    let view = ctx.tenant.read();
    let id = match outcome.made {
        Made::Activity(row) => ids::activity(&view, row).map(|id| id.to_string()),
        Made::Alert(alert) => Some(ids::alert(&view, alert).to_string()),
        Made::Nothing | Made::Story(_) => None,
    };
    Ok(Answer::json(StatusCode::CREATED, &json!({"id": id, "at": outcome.at, "replaced": replaced})))
}

/// The command that puts an activity in.
pub(super) fn activity(ctx: &Ctx<'_>, record: &Record) -> Result<Command, Refused> {
    members::check(record, ACTIVITY)?;
    let happened = happened(ctx, record)?;
    let actor = actor_of_activity(ctx.world(), record).ok_or_else(|| {
        body::bad_field("user.userName", "who acted, as `user.userName` or `resolvedActor`", "nothing")
    })?;
    let ip = text_at(record, "/device/clientIP");
    let mut country = None;
    for at in ["/location/countryCode", "/device/countryCode"] {
        let Some(code) = text_at(record, at) else { continue };
        let field = at[1..].replace('/', ".");
        if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(body::bad_field(&field, "an ISO country code such as NL", code));
        }
        country = country.or(Some(code));
    }
    let address = ip.map(|ip| address(ctx.world(), "device.clientIP", ip, country)).transpose()?;
    let activity = InjectedActivity {
        happened,
        actor,
        kind: kind(record)?,
        address,
        agent: text_at(record, "/device/userAgent").map(|text| agent(ctx.world(), text)),
        fields: members::kept(record, ACTIVITY).into(),
    };
    Ok(ActivityCommand::InjectActivity { activity: Arc::new(activity) }.into())
}

/// The command that puts an alert in.
pub(super) fn alert(ctx: &Ctx<'_>, record: &Record) -> Result<Command, Refused> {
    members::check(record, ALERT)?;
    alert::command(ctx, record)
}

fn text_at<'r>(record: &'r Record, pointer: &str) -> Option<&'r str> {
    let (first, rest) = pointer[1..].split_once('/').unwrap_or((&pointer[1..], ""));
    let value = record.get(first)?;
    let value = if rest.is_empty() { Some(value) } else { value.pointer(&format!("/{rest}")) };
    value?.as_str().filter(|text| !text.is_empty())
}

fn number(record: &Record, name: &str) -> Result<Option<u32>, Refused> {
    match record.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => {
            let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
            number.map(Some).ok_or_else(|| body::bad_value(name, "a whole number", value.to_string()))
        }
    }
}

fn small(record: &Record, name: &str, largest: u8) -> Result<Option<u8>, Refused> {
    let Some(number) = number(record, name)? else { return Ok(None) };
    let small = u8::try_from(number).ok().filter(|small| *small <= largest);
    small.map(Some).ok_or_else(|| body::bad_value(name, &format!("0 to {largest}"), number.to_string()))
}

fn smalls(record: &Record, name: &str, largest: u64) -> Result<Vec<u8>, Refused> {
    let Some(value) = record.get(name).filter(|value| !value.is_null()) else { return Ok(Vec::new()) };
    let wrong =
        || body::bad_value(name, &format!("a list of numbers from 0 to {largest}"), value.to_string());
    let list = value.as_array().ok_or_else(wrong)?;
    list.iter()
        .map(|item| item.as_u64().filter(|n| *n <= largest).map(|n| n as u8).ok_or_else(wrong))
        .collect()
}

/// A checked instant.
fn instant(record: &Record, name: &str) -> Option<VirtualTime> {
    record.get(name).and_then(Json::as_i64).map(VirtualTime::from_millis)
}

/// When an activity happened: it is over, and the log reaches back to it.
fn happened(ctx: &Ctx<'_>, record: &Record) -> Result<VirtualTime, Refused> {
    let Some(happened) = instant(record, "timestamp") else { return Ok(ctx.now()) };
    let first = ctx.now() - RETENTION;
    if happened > ctx.now() || happened < first {
        let now = ctx.now();
        let expected = format!(
            "an instant from {first} to the tenant's now, {now}: neither in the future nor older than the log"
        );
        return Err(body::bad_field("timestamp", &expected, &happened.to_string()));
    }
    Ok(happened)
}

fn known_actor(world: &World, name: Option<&str>, id: Option<Guid>) -> Option<PersonIx> {
    id.and_then(|id| world.person_by_id(id)).or_else(|| name.and_then(|name| world.person_by_upn(name)))
}

fn new_or_known(
    world: &World,
    account: Option<&str>,
    name: Option<&str>,
    id: Option<Guid>,
) -> Option<Known<ActorCode, NewActor>> {
    if let Some(person) = known_actor(world, account, id) {
        return Some(Known::Code(ActorCode::of_person(person)));
    }
    let account = account.or(name)?;
    Some(Known::New(NewActor { account: account.into(), name: name.unwrap_or(account).into(), id }))
}

fn actor_of_activity(world: &World, record: &Record) -> Option<Known<ActorCode, NewActor>> {
    let id = text_at(record, "/resolvedActor/id").and_then(|id| id.parse().ok());
    new_or_known(world, text_at(record, "/user/userName"), text_at(record, "/resolvedActor/name"), id)
}

/// A catalogued kind where app and operation are in the catalogue, else a new one.
fn kind(record: &Record) -> Result<Known<KindCode, NewKind>, Refused> {
    let app = number(record, "appId")?.or(number(record, "saasId")?);
    let app = app.ok_or_else(|| body::bad_field("appId", "the number of an app", "nothing"))?;
    let operation = text_at(record, "/mainInfo/rawOperationName").or_else(|| text_at(record, "/description"));
    let operation = operation.ok_or_else(|| {
        body::bad_field("mainInfo.rawOperationName", "what was done, here or in `description`", "nothing")
    })?;
    if let Some(code) = kinds::by_operation(app, operation) {
        return Ok(Known::Code(code));
    }
    let name = apps::app(app).map(|app| app.name).or_else(|| text_at(record, "/appName"));
    let administrative = record.get("eventRouting").is_some_and(|routing| routing["adminEvent"] == true);
    Ok(Known::New(NewKind {
        app,
        app_name: name.unwrap_or("Unknown").into(),
        operation: operation.into(),
        event_type: number(record, "eventType")?.unwrap_or(0),
        event_type_value: text_at(record, "/eventTypeValue").unwrap_or("EVENT_GENERIC").into(),
        category: text_at(record, "/eventTypeName").unwrap_or("EVENT_CATEGORY_UNSPECIFIED").into(),
        action: action(record, operation, administrative),
        administrative,
    }))
}

/// What an unknown operation amounts to, by what the record says of its type and by its name.
fn action(record: &Record, operation: &str, administrative: bool) -> Action {
    match text_at(record, "/mainInfo/type") {
        Some("login") => return Action::SignIn,
        Some("failedLogin") => return Action::FailedSignIn,
        _ => {}
    }
    let operation = operation.to_lowercase();
    let words = [
        ("download", Action::Download),
        ("export", Action::Download),
        ("upload", Action::Upload),
        ("create", Action::Upload),
        ("delete", Action::Delete),
        ("send", Action::Send),
        ("share", Action::ShareInternal),
        ("edit", Action::Edit),
        ("modif", Action::Edit),
    ];
    let found = words.into_iter().find(|(word, _)| operation.contains(word)).map(|(_, action)| action);
    found.unwrap_or(if administrative { Action::Configure } else { Action::View })
}

/// A catalogued address, else a new one that shares the place of some ordinary address of the country.
fn address(
    world: &World,
    field: &str,
    text: &str,
    country: Option<&str>,
) -> Result<Known<AddressCode, NewAddress>, Refused> {
    let ip: IpAddr = text.parse().map_err(|_| body::bad_field(field, "an IP address", text))?;
    if let Some(code) = world.address_of_ip(ip) {
        return Ok(Known::Code(code));
    }
    let like = country.and_then(|country| {
        let there = |code: &AddressCode| {
            let place = world.address(*code).place;
            place.country.eq_ignore_ascii_case(country) && place.category == IpCategory::None
        };
        // Places come in blocks of 64 addresses and more.
        world.addresses.codes().step_by(16).find(there)
    });
    let country = country.filter(|_| like.is_none()).map(|country| country.to_ascii_uppercase().into());
    Ok(Known::New(NewAddress { ip, like, country }))
}

fn agent(world: &World, text: &str) -> Known<AgentCode, Arc<str>> {
    match AgentCode::numbered(&world.agents).find(|(_, agent)| agent.text == text) {
        Some((code, _)) => Known::Code(code),
        None => Known::New(text.into()),
    }
}
