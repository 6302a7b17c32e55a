//! The connection of Copilot for Security, shown: whether its source is connected, why not, and what happened to it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::facts::{self, PersonFacts, extension, ids};
use crate::model::command::By;
use crate::model::copilot::{
    Blocked, BrowserProfile, Capacity, Channel, ConnectionEvent, ConnectionTimes, Consent, Happened,
    NetworkKind, Session, SourceHost,
};
use crate::model::ids::Guid;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

/// How the connection stands.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.command(serde_json::json!({"setCopilotToggle": {"on": true, "by": "global-admin"}}))?;
/// assert_eq!((mock.connection().status, &*mock.connection().reasons), ("Disconnected", &["consent_pending".to_owned()][..]));
/// mock.command(serde_json::json!({"answerCopilotDialog": {"accept": true, "by": "global-admin"}}))?;
/// assert_eq!(mock.connection().status, "Connected");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConnectionState {
    /// `Connected` or `Disconnected`.
    pub status: &'static str,
    /// Why it is disconnected, the first reason first: `session_expired`, say.
    pub reasons: Vec<String>,
    /// It is switched on.
    pub on: bool,
    /// When it was switched last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub toggled: Option<VirtualTime>,
    /// Seconds of virtual time until it may be switched on again without being too soon, rounded up.
    pub retry_after_seconds: i64,
    /// How consent stands.
    pub consent: Consent,
    /// The consent that was given last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<GivenState>,
    /// The dialog of consent that was asked for last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialog: Option<DialogState>,
    /// How its session stands.
    pub session: Session,
    /// When the session ends, or has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_ends: Option<VirtualTime>,
    /// The tenant has a licence for Defender for Cloud Apps.
    pub licensed: bool,
    /// Part numbers of the products that it has licences for.
    pub subscriptions: Vec<String>,
    /// Copilot is set up.
    pub copilot_enabled: bool,
    /// The capacity in Azure.
    pub capacity: Capacity,
    /// What becomes of the internal requests to each host.
    pub network: BTreeMap<SourceHost, NetworkKind>,
    /// When somebody looked at the network last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<VirtualTime>,
    /// The channel between both products.
    pub channel: Channel,
    /// What the usual browser lets pages do.
    pub browser: BrowserProfile,
    /// Its lengths of time.
    pub times: ConnectionTimes,
    /// What happened, oldest first.
    pub events: Vec<EventState>,
}

/// A consent that was given.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct GivenState {
    /// By whom, if not by the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    pub at: VirtualTime,
    /// To which client.
    pub client: Guid,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<VirtualTime>,
}

/// A dialog of consent.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DialogState {
    /// Its number.
    pub number: u32,
    /// When it stops waiting.
    pub until: VirtualTime,
    /// What the browser does to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Blocked>,
    /// It was shown.
    pub opened: bool,
    /// It was answered.
    pub answered: bool,
}

/// Something that happened to the connection.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EventState {
    /// When.
    pub at: VirtualTime,
    /// What: `toggled_on`, `consent_accepted`, `disconnected`, …
    pub event: &'static str,
    /// The reason, of what has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who did it, if somebody of the tenant did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The id of the activity that tells of it, if one does and is in the log still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
}

/// How the connection of a tenant stands.
pub fn show(view: &TenantView) -> ConnectionState {
    let connection = facts::connection(view);
    let reasons: Vec<String> = connection.reasons().iter().map(ToString::to_string).collect();
    ConnectionState {
        status: extension::source_status(view),
        reasons,
        on: connection.on,
        toggled: connection.toggled,
        retry_after_seconds: (connection.wait(view.now) + 999) / 1_000,
        consent: connection.consent,
        given: connection.given.as_ref().map(|given| GivenState {
            by: name(view, &given.by),
            at: given.at,
            client: given.client,
            until: given.until,
        }),
        dialog: connection.dialog.as_ref().map(|dialog| DialogState {
            number: dialog.number,
            until: dialog.until,
            blocked: dialog.blocked,
            opened: dialog.opened,
            answered: dialog.answered,
        }),
        session: connection.session,
        session_ends: connection.session_time.map(|(_, ends)| ends),
        licensed: connection.is_licensed(),
        subscriptions: connection.subscriptions.iter().map(|sku| sku.to_string()).collect(),
        copilot_enabled: connection.copilot_enabled,
        capacity: connection.capacity,
        network: SourceHost::ALL.into_iter().map(|host| (host, connection.network(host))).collect(),
        checked: connection.checked,
        channel: connection.channel,
        browser: BrowserProfile::clone(&connection.browser),
        times: connection.times,
        events: connection.events.iter().map(|event| told(view, event)).collect(),
    }
}

fn told(view: &TenantView, event: &ConnectionEvent) -> EventState {
    let reason = match event.what {
        Happened::Disconnected(reason) | Happened::PrerequisiteLost(reason) => Some(reason.to_string()),
        Happened::DialogBlocked(Blocked::Popups) => Some("popups".to_owned()),
        Happened::DialogBlocked(Blocked::Cookies) => Some("cookies".to_owned()),
        _ => None,
    };
    let by = event.by.as_ref().and_then(|by| name(view, by));
    let activity = event.activity.and_then(|row| ids::activity(view, row)).map(|id| id.to_string());
    EventState { at: event.at, event: event.what.name(), reason, by, activity }
}

/// The principal name of a user, the client id of an application; nothing of the operator.
fn name(view: &TenantView, by: &By) -> Option<String> {
    match by {
        By::Person(person) => PersonFacts::of(view, *person).map(|person| person.upn().to_owned()),
        By::Application(app) => {
            facts::directory(view).app_at(*app).map(|app| app.registration.client_id.to_string())
        }
        By::Operator => None,
    }
}
