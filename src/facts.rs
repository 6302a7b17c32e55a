//! What a tenant holds, resolved: one record per noun, read from a snapshot at one instant.
//!
//! Everything that any surface says about an alert, an activity, an application, a person or a storyline is derived
//! here, once; rooms above only choose and render. A record is a few references: nothing is worked out before it is
//! asked for, so that a filter that looks at a million rows pays for what it looks at.
//!
//! Must never know: HTTP, how a surface writes a record, who may see it.

pub mod activity;
pub mod activity_types;
pub mod alert;
pub mod app;
pub mod behavior;
pub mod closing;
pub mod connector;
pub mod description;
pub mod discovery;
pub mod entity;
pub mod extension;
pub mod fault;
pub mod file;
pub mod governance;
pub mod group;
pub mod ids;
pub mod ip_range;
pub mod known;
pub mod label;
pub mod observation;
pub mod office;
pub mod person;
pub mod policy;
pub mod priority;
pub mod session;
pub mod story;

pub use activity::{ActivityFacts, Delivery};
pub use activity_types::activity_types;
pub use alert::AlertFacts;
pub use app::AppFacts;
pub use behavior::BehaviorFacts;
pub use closing::ClosingFacts;
pub use connector::ConnectorFacts;
pub use description::Description;
pub use discovery::StreamFacts;
pub use entity::{Entities, EntityFacts, UserGroup};
pub use extension::{Extension, ExtensionFacts, SiemAgentFacts};
pub use file::{FileFacts, Files};
pub use governance::GovernanceFacts;
pub use group::GroupFacts;
pub use ip_range::{IpRangeFacts, IpTag};
pub use label::{LabelFacts, Verdict};
pub use observation::ObservationFacts;
pub use office::{MailClient, Member};
pub use person::PersonFacts;
pub use policy::PolicyFacts;
pub use priority::{Priorities, Priority};
pub use story::{Answered, Expected, StoryFacts};

// What the records above hand out.
pub use crate::catalogue::attack::Technique;
pub use crate::catalogue::sign_ins::{Factor, Failure};
pub use crate::generate::objects::directory::Change;
pub use crate::generate::objects::sessions::{Device, RiskLevel, Trust};
pub use crate::generate::objects::sign_ins::SignIn;
pub use crate::generate::objects::targets::TargetObject;
pub use crate::generate::world::{Address, Agent, Company, IpCategory, Place};
pub use crate::model::index::StoryNo;
pub use crate::tenant::codebook::{ActorView, KindView};

use crate::generate::Stream;
use crate::model::index::PersonIx;
use crate::model::person::Person;
use crate::tenant::nouns::connectors::Connectors;
use crate::tenant::nouns::copilot::Connection;
use crate::tenant::nouns::siem_agents::SiemAgents;
use crate::tenant::{Directory, Tenant, TenantView};

/// The directory as it stands: applications, consent, accounts, policies. Rules about it are in
/// [`identity`](crate::identity).
pub fn directory(view: &TenantView) -> &Directory {
    &view.state.core().directory
}

/// The connection of Copilot for Security, and what it depends on.
pub fn connection(view: &TenantView) -> &Connection {
    &view.state.core().copilot
}

/// The SIEM agents.
pub fn siem_agents(view: &TenantView) -> &SiemAgents {
    &view.state.core().siem_agents
}

/// The app connectors.
pub fn connectors(view: &TenantView) -> &Connectors {
    &view.state.core().connectors
}

/// The number by which the Cloud Apps API knows the tenant.
pub fn tenant_number(view: &TenantView) -> u32 {
    view.state.identity().number
}

/// The company whose tenant it is.
pub fn company(view: &TenantView) -> &Company {
    &view.state.world().company
}

/// Which of `colours` colours stands for the company where it is shown: drawn from its seed and name, so that its
/// forks look like it.
pub fn tint(view: &TenantView, colours: u32) -> u32 {
    let world = view.state.world();
    let name = |key: u64, byte: u8| key.wrapping_mul(31).wrapping_add(u64::from(byte));
    let key = world.company.label.bytes().fold(0, name);
    Stream::new(world.spec.seed, "company", key, "tint").below(colours)
}

/// The company whose tenant it is, whatever its clock shows: companies don't change.
pub fn company_of(tenant: &Tenant) -> &Company {
    &tenant.world().company
}

/// The person of this index, who is known to be there: who it is from birth on.
pub fn person(view: &TenantView, index: PersonIx) -> &Person {
    view.state.world().person(index)
}
