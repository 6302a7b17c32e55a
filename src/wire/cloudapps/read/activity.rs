//! An activity in the form of the API, read.

use serde_json::{Map, Value as Json};

use crate::catalogue::{apps, kinds};
use crate::facts::{Failure, known};
use crate::model::activity::Action;
use crate::model::field_error::FieldError;
use crate::model::index::{ActorCode, KindCode};
use crate::model::injected::{InjectedActivity, Known, NewActor, NewKind};
use crate::model::person::Persona;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::nouns::activities::RETENTION;

use super::super::members::{self, ACTIVITY};
use super::{Record, address, instant, number, text_at};

/// The activity that a record tells of.
///
/// It happened when the record says, never later than now, and now if it doesn't; where it stands in the log is the
/// tenant's to say. Who is not named is the test user; which app it was follows from what was done, and is Microsoft 365
/// where nothing says so. Only what was done has to be told, and be it that somebody signed in.
///
/// # Errors
/// The member that is not what it must be, or that the tenant can't honour.
pub fn activity(view: &TenantView, record: &Record) -> Result<InjectedActivity, FieldError> {
    members::check(record, ACTIVITY)?;
    let happened = happened(view, record)?;
    let kind = kind(record)?;
    let Some(kind) = kind else { return Err(missing()) };
    let actor = actor(view, record).or_else(|| test_user(view)).ok_or_else(missing)?;
    let ip = text_at(record, "/device/clientIP");
    let mut country = None;
    for at in ["/location/countryCode", "/device/countryCode"] {
        let Some(code) = text_at(record, at) else { continue };
        let field = at[1..].replace('/', ".");
        if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(FieldError::text(&field, "an ISO country code such as NL", code));
        }
        country = country.or(Some(code));
    }
    let address = ip.map(|ip| address(view, "device.clientIP", ip, country)).transpose()?;
    Ok(InjectedActivity {
        happened,
        actor,
        kind,
        address,
        agent: text_at(record, "/device/userAgent").map(|text| known::agent(view, text)),
        fields: members::kept(record, ACTIVITY).into(),
    })
}

/// When an activity happened: it is over, and the log reaches back to it.
fn happened(view: &TenantView, record: &Record) -> Result<VirtualTime, FieldError> {
    let Some(happened) = instant(record, "timestamp") else { return Ok(view.now) };
    let first = view.now - RETENTION;
    if happened > view.now || happened < first {
        let now = view.now;
        let expected = format!(
            "an instant from {first} to the tenant's now, {now}: neither in the future nor older than the log"
        );
        return Err(FieldError::text("timestamp", &expected, &happened.to_string()));
    }
    Ok(happened)
}

/// Who acted. A sign-in that failed names its user elsewhere, and an empty `user` alone says that a service did it by
/// itself.
fn actor(view: &TenantView, record: &Record) -> Option<Known<ActorCode, NewActor>> {
    let id = text_at(record, "/resolvedActor/id").and_then(|id| id.parse().ok());
    let account = text_at(record, "/user/userName").or_else(|| text_at(record, "/failedUserData/userName"));
    known::actor(view, account, text_at(record, "/resolvedActor/name"), id).or_else(|| {
        let nobody = record.get("user").and_then(Json::as_object).is_some_and(Map::is_empty);
        nobody.then_some(Known::Code(ActorCode::NOBODY))
    })
}

/// The catalogued kind of an operation, ASCII case ignored. Where sign-ins that succeed and that do not are called
/// alike, the type of the record tells them apart, and its error whether more was only asked for.
fn catalogued(record: &Record, app: u32, operation: &str) -> Option<KindCode> {
    let error = record.get("rawDataJson").and_then(|raw| raw["LoginErrorCode"].as_u64());
    let asked = [Failure::SecondFactor, Failure::StaySignedIn].map(|failure| Some(failure.code().into()));
    let wanted = match text_at(record, "/mainInfo/type") {
        Some("failedLogin") if asked.contains(&error) => Some(Action::InterruptedSignIn),
        Some("failedLogin") => Some(Action::FailedSignIn),
        Some("login") => Some(Action::SignIn),
        _ => None,
    };
    kinds::all_by_operation(app, operation)
        .find(|&kind| wanted.is_none_or(|wanted| kinds::kind(kind).action == wanted))
}

/// Whoever plays the persona `user`: who acts where nobody is named.
fn test_user(view: &TenantView) -> Option<Known<ActorCode, NewActor>> {
    view.state.world().persona(Persona::User).map(|user| Known::Code(ActorCode::of_person(user)))
}

/// A record says nothing of what was done.
fn missing() -> FieldError {
    let expected = "what was done, here or in `description`, `eventTypeValue` or `mainInfo.type` (`login`, `failedLogin`); \
                    an activity has at least {\"description\": \"Run command\"}";
    FieldError::text("mainInfo.rawOperationName", expected, "nothing")
}

/// What was done, in the words of the app.
fn operation(record: &Record) -> Option<&str> {
    text_at(record, "/mainInfo/rawOperationName").or_else(|| text_at(record, "/description"))
}

/// The number of the app: as it is told, or by its name, or the first one in which that is done.
fn app(record: &Record) -> Result<u32, FieldError> {
    let told = number(record, "appId")?.or(number(record, "saasId")?);
    let named = || {
        let name = text_at(record, "/appName")?;
        apps::APPS.iter().find(|app| app.name.eq_ignore_ascii_case(name)).map(|app| app.number)
    };
    let knows = |app: &&apps::App| {
        operation(record).is_some_and(|told| kinds::all_by_operation(app.number, told).next().is_some())
            || text_at(record, "/eventTypeValue")
                .is_some_and(|value| kinds::by_event_type(app.number, value).is_some())
    };
    let found = || apps::APPS.iter().find(knows).map(|app| app.number);
    Ok(told.or_else(named).or_else(found).unwrap_or(kinds::MICROSOFT_365))
}

/// The kind of a record that only says what sort of activity it was.
fn kind_of_sort(record: &Record) -> Option<KindCode> {
    match text_at(record, "/mainInfo/type")? {
        "login" => Some(kinds::USER_LOGGED_IN),
        "failedLogin" => Some(kinds::USER_LOGIN_FAILED),
        _ => None,
    }
}

/// A catalogued kind where app and operation are in the catalogue, else a new one.
fn kind(record: &Record) -> Result<Option<Known<KindCode, NewKind>>, FieldError> {
    let app = app(record)?;
    let Some(operation) = operation(record) else {
        let typed = || kinds::by_event_type(app, text_at(record, "/eventTypeValue")?);
        return Ok(typed().or_else(|| kind_of_sort(record)).map(Known::Code));
    };
    // Activities of the product itself name no operation, but have an event type each.
    let named = text_at(record, "/mainInfo/rawOperationName").is_some();
    let typed = text_at(record, "/eventTypeValue").filter(|_| !named);
    let by_type = || kinds::by_event_type(app, typed?);
    if let Some(code) = catalogued(record, app, operation).or_else(by_type) {
        return Ok(Some(Known::Code(code)));
    }
    let name = apps::app(app).map(|app| app.name).or_else(|| text_at(record, "/appName"));
    let administrative = record.get("eventRouting").is_some_and(|routing| routing["adminEvent"] == true);
    Ok(Some(Known::New(NewKind {
        app,
        app_name: name.unwrap_or("Unknown").into(),
        operation: operation.into(),
        event_type: number(record, "eventType")?.unwrap_or(0),
        event_type_value: text_at(record, "/eventTypeValue").unwrap_or("EVENT_GENERIC").into(),
        category: text_at(record, "/eventTypeName").unwrap_or("EVENT_CATEGORY_UNSPECIFIED").into(),
        action: action(record, operation, administrative),
        administrative,
    })))
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
