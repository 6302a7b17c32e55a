//! What the panel brings about: one command each, as anybody writes them for the control API.

use serde_json::Value as Json;

use crate::commands::CommandDto;
use crate::facts::{self, PersonFacts};
use crate::model::command::By;
use crate::model::copilot::{Blocked, Consent, Session};
use crate::model::json::{json, retyped};
use crate::model::time::VirtualTime;
use crate::operations::{OperationError, Subject, commands};
use crate::tenant::TenantView;
use crate::tenant::nouns::copilot::Connection;

/// Something that the panel brings about.
#[derive(Debug)]
pub(super) struct Cause {
    /// The name in its form.
    pub name: &'static str,
    /// What its button says.
    pub label: &'static str,
    /// It puts things right.
    pub mends: bool,
    given: fn(&TenantView) -> Json,
}

const fn breaks(name: &'static str, label: &'static str, given: fn(&TenantView) -> Json) -> Cause {
    Cause { name, label, mends: false, given }
}

/// Every cause, in the order of the buttons; last what mends them.
pub(super) const CAUSES: &[Cause] = &[
    breaks("expire-session", "Expire session", |_| json!([{"expireCopilotSession": {}}])),
    breaks(
        "revoke-sessions",
        "Revoke sessions",
        |view| json!([{"revokeSessions": {"user": administrator(view)}}]),
    ),
    breaks("decline", "Decline consent", |_| json!([{"answerCopilotDialog": {"accept": false}}])),
    breaks(
        "revoke",
        "Revoke consent",
        |_| json!([{"revokeConsent": {"app": crate::catalogue::copilot::API}}]),
    ),
    breaks("licence", "Remove licence", |_| json!([{"setSubscriptions": {"skus": []}}])),
    breaks("capacity", "Delete capacity", |_| json!([{"setCopilotCapacity": {"capacity": "deleted"}}])),
    breaks("disable", "Disable Copilot", |_| json!([{"setCopilotEnabled": {"enabled": false}}])),
    breaks("network-xdr", "Cut api.security", |_| network("api.security.microsoft.com", "deny")),
    breaks("network-graph", "Cut graph", |_| network("graph.microsoft.com", "deny")),
    breaks("channel", "Cut channel", |_| json!([{"setCopilotChannel": {"channel": "cut"}}])),
    breaks("popups", "Block pop-ups", |_| json!([{"setBrowser": {"popups": false}}])),
    breaks("cookies", "Block cookies", |_| json!([{"setBrowser": {"thirdPartyCookies": false}}])),
    Cause { name: "mend", label: "Put all of it right", mends: true, given: mended },
];

fn network(host: &str, kind: &str) -> Json {
    json!([{"setCopilotNetwork": {"host": host, "kind": kind}}])
}

/// Licence, capacity, workspace, network, channel and browser as they should be. Consent and session are for people to renew.
fn mended(_view: &TenantView) -> Json {
    json!([
        {"setSubscriptions": {"skus": ["SPE_E5"]}},
        {"setCopilotCapacity": {"capacity": "ok"}},
        {"setCopilotEnabled": {"enabled": true}},
        {"setCopilotNetwork": {"host": "api.security.microsoft.com", "kind": "allow"}},
        {"setCopilotNetwork": {"host": "graph.microsoft.com", "kind": "allow"}},
        {"setCopilotChannel": {"channel": "open"}},
        {"setBrowser": {}},
    ])
}

/// The administrator who consented; the global administrator, if nobody did.
fn administrator(view: &TenantView) -> String {
    let given = facts::connection(view).given.as_ref();
    let by = given.and_then(|given| match given.by {
        By::Person(person) => PersonFacts::of(view, person).map(|person| person.upn().to_owned()),
        By::Application(_) | By::Operator => None,
    });
    by.unwrap_or_else(|| "global-admin".to_owned())
}

/// Those that are refused as the connection is.
pub(super) fn idle(connection: &Connection, now: VirtualTime) -> Vec<&'static str> {
    let waiting = connection.waiting_dialog(now);
    let asked = waiting.is_some_and(|dialog| dialog.blocked != Some(Blocked::Popups));
    let possible = [
        ("expire-session", connection.session == Session::Valid),
        ("decline", asked),
        ("revoke", connection.consent == Consent::Accepted),
    ];
    possible.into_iter().filter(|(_, possible)| !possible).map(|(name, _)| name).collect()
}

impl Cause {
    /// Gives its commands.
    ///
    /// # Errors
    /// What stands against them.
    pub(super) fn bring_about(&self, subject: &Subject<'_>) -> Result<(), OperationError> {
        let given: Vec<CommandDto> = retyped(&(self.given)(&subject.view))
            .map_err(|problem| OperationError::Unreadable { problem })?;
        commands::give(subject, &given).map(drop)
    }
}
