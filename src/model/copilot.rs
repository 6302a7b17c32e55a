//! The connection "Copilot for Security ← Defender for Cloud Apps" and what it depends on, as plain data.
//!
//! No page of the vendor documents such a switch; the nearest real mechanisms are plug-ins that are switched on, consent
//! in Entra ID, and capacity in Azure. The rules here are the simulator's own.

mod event;
mod reason;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::command::By;
use super::identity::IdentityCommand;
use super::index::PersonIx;
use super::person::Role;
use super::time::Span;

pub use event::{ConnectionEvent, Happened};
pub use reason::Reason;

/// A host of the services that the source is read through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SourceHost {
    /// The Defender XDR API.
    #[serde(rename = "api.security.microsoft.com")]
    Security,
    /// Microsoft Graph.
    #[serde(rename = "graph.microsoft.com")]
    Graph,
}

impl SourceHost {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Security, Self::Graph];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Security => "api.security.microsoft.com",
            Self::Graph => "graph.microsoft.com",
        }
    }
}

/// Who may switch the connection and consent to it: the simulator's own rule, since consent for everybody takes more in
/// Entra ID.
pub const MAY_CONNECT: [Role; 2] = [Role::GlobalAdministrator, Role::SecurityAdministrator];

/// What becomes of the internal requests to a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkKind {
    /// They arrive.
    #[default]
    Allow,
    /// They are reset.
    Deny,
    /// Nothing comes back.
    Blackhole,
    /// The name is not found.
    DnsFail,
    /// The certificate does not hold.
    TlsFail,
    /// They are answered with errors.
    #[serde(rename = "5xx")]
    ServerErrors,
}

/// What is found at the address of the former portal of Defender for Cloud Apps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClassicPortal {
    /// The way to the Defender portal, as since June 2024.
    #[default]
    Redirect,
    /// Its own pages, as before.
    Classic,
}

/// How the channel between both products is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Channel {
    /// As it should be.
    #[default]
    Open,
    /// Cut.
    Cut,
    /// Slower than its time-out.
    Delayed,
    /// Its credential has expired.
    Expired,
}

/// The capacity for Copilot in Azure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Capacity {
    /// There was never any.
    None,
    /// It is being made.
    Provisioning,
    /// It is there.
    #[default]
    Ok,
    /// It is there, and used up: the source stays connected, prompts fail.
    Exhausted,
    /// It was deleted.
    Deleted,
    /// It is there, and attached to no workspace.
    Detached,
}

/// What a browser lets pages do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BrowserProfile {
    /// Pages may open windows.
    pub popups: bool,
    /// Pages in others' windows may use cookies.
    pub third_party_cookies: bool,
    /// Hosts that may do both.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub allow_list: BTreeSet<Arc<str>>,
}

impl Default for BrowserProfile {
    fn default() -> Self {
        Self { popups: true, third_party_cookies: true, allow_list: BTreeSet::new() }
    }
}

/// The hosts from which the dialog is opened, under its two names.
const OPENERS: [&str; 2] = ["portal.cloudappsecurity.com", "security.microsoft.com"];
/// The host to which its result also has to go.
const COPILOT_PORTAL: &str = "securitycopilot.microsoft.com";

impl BrowserProfile {
    /// What a browser of this profile does to the dialog.
    pub fn blocks(&self) -> Option<Blocked> {
        let portal = OPENERS.iter().any(|host| self.allow_list.contains(*host));
        if !self.popups && !portal {
            return Some(Blocked::Popups);
        }
        let both = portal && self.allow_list.contains(COPILOT_PORTAL);
        (!self.third_party_cookies && !both).then_some(Blocked::Cookies)
    }
}

/// What a browser does to the dialog of consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Blocked {
    /// It does not open it.
    Popups,
    /// It opens it, and its result is lost.
    Cookies,
}

/// How consent stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Consent {
    /// Nobody was asked.
    #[default]
    None,
    /// Somebody was asked.
    Pending,
    /// Given.
    Accepted,
    /// Refused.
    Declined,
    /// Taken back.
    Revoked,
    /// Its time is over.
    Expired,
}

/// How the session of the connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Session {
    /// There is none.
    #[default]
    None,
    /// It holds.
    Valid,
    /// Its time is over.
    Expired,
    /// The sessions of who consented were ended.
    Revoked,
}

/// Lengths of time of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionTimes {
    /// Between switching off and on again.
    pub reconnect_wait: Span,
    /// Of a session.
    pub session: Span,
    /// How long the dialog of consent waits.
    pub dialog: Span,
    /// Between two looks at the network.
    pub check: Span,
    /// Of consent; without end, if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<Span>,
    /// How long it takes to make capacity.
    pub provisioning: Span,
}

impl Default for ConnectionTimes {
    fn default() -> Self {
        Self {
            reconnect_wait: Span::seconds(10),
            session: Span::minutes(60),
            dialog: Span::minutes(10),
            check: Span::seconds(60),
            consent: None,
            provisioning: Span::default(),
        }
    }
}

/// Lengths of time that change: what is said, and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TimesChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    reconnect_wait: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dialog: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioning: Option<Span>,
}

impl TimesChange {
    /// What is said, over what there is.
    pub fn over(self, times: &ConnectionTimes) -> ConnectionTimes {
        ConnectionTimes {
            reconnect_wait: self.reconnect_wait.unwrap_or(times.reconnect_wait),
            session: self.session.unwrap_or(times.session),
            dialog: self.dialog.unwrap_or(times.dialog),
            check: self.check.unwrap_or(times.check),
            consent: self.consent.or(times.consent),
            provisioning: self.provisioning.unwrap_or(times.provisioning),
        }
    }
}

/// A change of the connection, or of what it depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CopilotCommand {
    /// Switch the connection on or off.
    SetCopilotToggle {
        /// On.
        on: bool,
        /// Who.
        by: By,
        /// With which browser; the tenant's usual one, if that is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        browser: Option<Arc<BrowserProfile>>,
    },
    /// Show the dialog of consent.
    OpenCopilotDialog {
        /// Which; the one that was asked for last, if that is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dialog: Option<u32>,
    },
    /// Answer the dialog of consent.
    AnswerCopilotDialog {
        /// Which; the one that was asked for last, if that is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dialog: Option<u32>,
        /// Who answers.
        by: By,
        /// The consent that is given to the application of Copilot; declined, if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consent: Option<Arc<IdentityCommand>>,
    },
    /// Set Copilot up in the tenant, or take it down.
    SetCopilotEnabled {
        /// It is set up.
        enabled: bool,
    },
    /// Make, delete or detach capacity.
    SetCopilotCapacity {
        /// How it is to be.
        capacity: Capacity,
    },
    /// Say which products the tenant has licences for.
    SetSubscriptions {
        /// Their SKU part numbers.
        skus: BTreeSet<Arc<str>>,
    },
    /// Say what becomes of the internal requests to a host.
    SetCopilotNetwork {
        /// The host.
        host: SourceHost,
        /// What becomes of them.
        kind: NetworkKind,
    },
    /// Say how the channel between both products is.
    SetCopilotChannel {
        /// How.
        channel: Channel,
    },
    /// Say what the usual browser lets pages do.
    SetBrowser {
        /// What.
        browser: Arc<BrowserProfile>,
    },
    /// Switch the source on or off for oneself.
    SwitchCopilotSource {
        /// Who.
        user: PersonIx,
        /// On.
        on: bool,
    },
    /// Look at the sources anew.
    RefreshCopilotSources {
        /// Who looks.
        user: PersonIx,
    },
    /// End the session, as if its time were over.
    ExpireCopilotSession {},
    /// Say what is found at the address of the former portal.
    SetClassicPortal {
        /// What.
        mode: ClassicPortal,
    },
    /// Change lengths of time.
    SetCopilotTimes {
        /// Those that change.
        times: TimesChange,
    },
}
