//! What is put into a tenant from outside: an activity or alert in somebody else's words, its references resolved.

use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::activity::Action;
use super::alert::Handling;
use super::ids::Guid;
use super::index::{ActorCode, AddressCode, AgentCode, KindCode, RowNo};
use super::time::VirtualTime;

/// A thing that the tenant knows by its code, or one that it is told of for the first time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Known<Code, New> {
    /// Known by this code.
    Code(Code),
    /// New.
    New(New),
}

/// An activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InjectedActivity {
    /// When it happened; not after it is injected.
    pub happened: VirtualTime,
    /// Who acted.
    pub actor: Known<ActorCode, NewActor>,
    /// What was done.
    pub kind: Known<KindCode, NewKind>,
    /// From where; `None` if that is not said.
    pub address: Option<Known<AddressCode, NewAddress>>,
    /// With what; `None` if that is not said.
    pub agent: Option<Known<AgentCode, Arc<str>>>,
    /// Fields of the record as they were given (a JSON object): they are shown as they are.
    pub fields: Arc<str>,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InjectedAlert {
    /// Title.
    pub title: Arc<str>,
    /// Text.
    pub description: Arc<str>,
    /// When it was raised; not after it is put in.
    pub raised: VirtualTime,
    /// How it had been handled by then.
    pub handling: Handling,
    /// 0 low, 1 medium, 2 high, 3 informational.
    pub severity: u8,
    /// Number of the alert type.
    pub id_value: u32,
    /// Risk categories.
    pub stories: Vec<u8>,
    /// Stages of the kill chain.
    pub intent: Vec<u8>,
    /// The policy, if one is named.
    pub policy: Option<InjectedPolicy>,
    /// The user concerned, if one is.
    pub actor: Option<Known<ActorCode, NewActor>>,
    /// Names and ids of further users concerned.
    pub others: Vec<Arc<str>>,
    /// App numbers concerned.
    pub apps: Vec<u32>,
    /// Addresses concerned.
    pub addresses: Vec<Known<AddressCode, NewAddress>>,
    /// Ids of files concerned.
    pub files: Vec<Arc<str>>,
    /// The activities behind it.
    pub activities: Vec<RowNo>,
    /// Fields of the record as they were given (a JSON object): they are shown as they are.
    pub fields: Arc<str>,
}

/// The policy that an alert names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InjectedPolicy {
    /// Id.
    pub id: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// Type, as the API names it.
    pub kind: Arc<str>,
}

impl InjectedPolicy {
    /// The type of a policy of which none is said.
    pub const USUAL: &'static str = "AUDIT";
}

/// Somebody whom the directory does not know, or an application that was not born with the tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewActor {
    /// Account name.
    pub account: Arc<str>,
    /// Display name.
    pub name: Arc<str>,
    /// Object id, if one was given.
    pub id: Option<Guid>,
    /// An application, not a user.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub application: bool,
}

/// A kind of activity that the catalogue does not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewKind {
    /// App number.
    pub app: u32,
    /// App name.
    pub app_name: Arc<str>,
    /// Operation.
    pub operation: Arc<str>,
    /// Number of the event type.
    pub event_type: u32,
    /// Name of the event type.
    pub event_type_value: Arc<str>,
    /// Category of the event.
    pub category: Arc<str>,
    /// What it amounts to.
    pub action: Action,
    /// An administrative activity.
    pub administrative: bool,
}

/// An address that is not in the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAddress {
    /// The address.
    pub ip: IpAddr,
    /// Code of an address whose place it shares; `None` if there is none in its country, or that is not said.
    pub like: Option<AddressCode>,
    /// Code of the country, where that is all that is known of where it is.
    pub country: Option<Arc<str>>,
}
