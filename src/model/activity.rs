//! Activities: what people and apps did, and the kinds of things that can be done.

use super::index::{ActorCode, AddressCode, AgentCode, KindCode, ObjectNo, StoryNo};
use super::time::{Span, VirtualTime};

/// One activity as a row of the event log, and equally the intent that would become one.
///
/// 32 bytes; everything else that a surface shows about it is derived from these codes and the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When the product stored it. The log is ordered by this.
    pub created: VirtualTime,
    /// How long before `created` it happened, in milliseconds.
    pub lag: u32,
    /// Who acted.
    pub actor: ActorCode,
    /// What was done.
    pub kind: KindCode,
    /// From where.
    pub address: AddressCode,
    /// With what.
    pub agent: AgentCode,
    /// What it was done to; the meaning depends on the kind's [`Target`].
    pub object: ObjectNo,
    /// The storyline that this belongs to.
    pub story: Option<StoryNo>,
}

// A planned day of a large company holds tens of thousands of them.
const _: () = assert!(size_of::<Event>() == 32);

impl Event {
    /// When it happened.
    pub fn timestamp(&self) -> VirtualTime {
        self.created - Span::millis(i64::from(self.lag))
    }
}

/// A kind of activity: one row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Number of the app in the Cloud Apps catalogue of services.
    pub app: u32,
    /// The operation as the source app names it, for example `FileDownloaded`.
    pub operation: &'static str,
    /// Numeric event type of the Cloud Apps API.
    pub event_type: u32,
    /// For example `EVENT_O365_ONEDRIVE_GENERIC`.
    pub event_type_value: &'static str,
    /// For example `EVENT_CATEGORY_LOGIN`.
    pub category: &'static str,
    /// What the action amounts to, for detectors and filters.
    pub action: Action,
    /// An administrative activity.
    pub administrative: bool,
    /// What it is done to.
    pub target: Target,
    /// That is a file, whatever the app calls it.
    pub file: bool,
    /// `Workload` of the source app's own audit record.
    pub workload: &'static str,
    /// `RecordType` of the Office 365 Management Activity schema; 0 for apps outside of it.
    pub record_type: u16,
}

/// What an activity amounts to, whatever the app calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Signed in.
    SignIn,
    /// Failed to sign in.
    FailedSignIn,
    /// Was asked for more while signing in: records call that failed, but nothing was guessed wrongly.
    InterruptedSignIn,
    /// Signed out.
    SignOut,
    /// Looked at something.
    View,
    /// Downloaded.
    Download,
    /// Uploaded or created content.
    Upload,
    /// Changed content.
    Edit,
    /// Deleted content.
    Delete,
    /// Shared inside the company.
    ShareInternal,
    /// Shared with somebody outside, or with anyone who has the link.
    ShareExternal,
    /// Sent a message or mail.
    Send,
    /// Changed settings, users, roles or policies.
    Configure,
}

impl Action {
    /// A sign-in, or an attempt at one.
    pub const fn is_sign_in(self) -> bool {
        matches!(self, Self::SignIn) || self.is_vain()
    }

    /// A sign-in that did not succeed: whoever tried it has not been here.
    pub const fn is_vain(self) -> bool {
        matches!(self, Self::FailedSignIn | Self::InterruptedSignIn)
    }
}

/// What kind of thing `Event::object` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing.
    None,
    /// A sign-in to Entra ID: `World::sign_in`.
    SignIn,
    /// A file: `World::file`.
    File,
    /// A mailbox item: `World::mail`.
    Mail,
    /// Another person, by index.
    Person,
    /// A record of a connected app (a Salesforce report, account, …): `World::app_object`.
    AppObject,
    /// A team or chat.
    Team,
    /// A directory role given to a person: `World::role_of`, `World::person_of`.
    Role,
    /// A person's place in a group: `World::group_of`, `World::person_of`.
    Group,
    /// A person's licence: `World::licence_of`, `World::person_of`.
    Licence,
    /// An application of the tenant: `World::application`.
    Application,
    /// An inbox rule: `World::rule`.
    Rule,
    /// Somebody's access to a mailbox: `World::mailbox_permission`.
    MailboxPermission,
    /// A directory policy: `World::policy`.
    Policy,
    /// A setting of an app: `World::setting`.
    Setting,
    /// An alert, by ordinal.
    Alert,
    /// A SIEM agent, by number.
    SiemAgent,
    /// A policy of the product, by its place in the catalogue.
    AlertPolicy,
    /// An app connector, by number.
    Connector,
    /// A range of addresses, by number.
    IpRange,
    /// The plug-in of Copilot that reads Defender for Cloud Apps: 1 where it was switched on, 0 where off.
    CopilotPlugin,
    /// The application of Security Copilot, with what it asks consent for.
    CopilotApplication,
}
