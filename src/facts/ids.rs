//! How things are named on each surface, and what a name stands for.
//!
//! Ids of records follow from (seed, kind, ordinal), see [`crate::model::ids`]; here is which kind and which ordinal,
//! and the shapes in which surfaces write them. The ids of the directory (people, applications) are those of Entra ID
//! wherever they appear.

use std::fmt;

use crate::catalogue::kinds::{CLOUD_APPS, MICROSOFT_365};
use crate::model::alert::Alert;
use crate::model::ids::{Guid, Hex24, Kind, Minter, write_digits};
use crate::model::index::{
    ActorCode, AlertNo, BehaviorNo, ConnectorNo, IpRangeNo, RowNo, SiemAgentNo, StreamNo,
};
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

use super::activity::ActivityFacts;

/// Built-in tag of native clients.
pub const NATIVE_CLIENT: &str = "000000000000000000000000";

/// The ids that are the tenant's own.
pub fn minter(view: &TenantView) -> Minter {
    view.state.world().ids
}

/// An alert, in the Cloud Apps API.
pub fn alert(view: &TenantView, alert: AlertNo) -> Hex24 {
    view.state.world().ids.alert(alert)
}

/// A behavior.
pub fn behavior(view: &TenantView, behavior: BehaviorNo) -> Hex24 {
    view.state.world().ids.hex24(Kind::Behavior, behavior.ordinal())
}

/// The number that an id of the Cloud Apps API stands for, whether such an alert is there or not.
pub fn alert_no(view: &TenantView, id: Hex24) -> Option<AlertNo> {
    view.state.world().ids.alert_no(id)
}

/// A grant of delegated permissions, or the assignment of a role, by its place in the order of making.
pub fn grant(view: &TenantView, ordinal: u64) -> Guid {
    view.state.world().ids.guid(Kind::Grant, ordinal)
}

/// The id of a policy: the tenant's own, or one that an alert was put in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyId<'a> {
    /// A policy of the tenant.
    Own(Hex24),
    /// As it was given.
    Given(&'a str),
}

impl fmt::Display for PolicyId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(id) => id.fmt(f),
            Self::Given(id) => f.write_str(id),
        }
    }
}

/// The policy that raised an alert, in the Cloud Apps API.
pub fn policy<'a>(view: &TenantView, alert: &'a Alert) -> PolicyId<'a> {
    let own = |ordinal| PolicyId::Own(view.state.world().ids.hex24(Kind::Policy, ordinal));
    match alert.injected.as_deref().map(|given| &given.policy) {
        None => own(alert.seen.policy.ordinal()),
        Some(Some(policy)) => PolicyId::Given(&policy.id),
        // An alert injected without a policy gets a policy id of its own, made from its number.
        Some(None) => own((1 << 32) | alert.ordinal.ordinal()),
    }
}

/// An app connector, in the Cloud Apps API.
pub fn connector(view: &TenantView, connector: ConnectorNo) -> Hex24 {
    view.state.world().ids.hex24(Kind::Connector, connector.ordinal())
}

/// A SIEM agent, in the Cloud Apps API.
pub fn siem_agent(view: &TenantView, agent: SiemAgentNo) -> Hex24 {
    view.state.world().ids.hex24(Kind::SiemAgent, agent.ordinal())
}

/// A stream of Cloud Discovery, in the Cloud Apps API.
pub fn stream(view: &TenantView, stream: StreamNo) -> Hex24 {
    view.state.world().ids.hex24(Kind::DiscoveryStream, stream.ordinal())
}

/// The number that an id of a stream stands for, whether such a stream is there or not.
pub fn stream_no(view: &TenantView, id: Hex24) -> Option<StreamNo> {
    let ordinal = view.state.world().ids.hex24_ordinal(Kind::DiscoveryStream, id)?;
    u32::try_from(ordinal).ok().map(StreamNo::new)
}

/// A range of addresses that was described, in the Cloud Apps API.
pub fn ip_range(view: &TenantView, range: IpRangeNo) -> Hex24 {
    view.state.world().ids.hex24(Kind::IpRange, range.ordinal())
}

/// The id of an activity in the Cloud Apps API, in one of three shapes: the tenant's number, then app and GUID; for
/// events of the product itself, then time and GUID without hyphens; for sign-ins to Microsoft 365, 64 digits. (Which
/// activities carry the last, newer shape is unverified.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityId {
    /// Of the product itself: tenant, time, GUID.
    Product(u32, VirtualTime, Guid),
    /// Of sign-ins to Microsoft 365: the GUID, and as many digits that are the tenant's own, so that the ids of forks
    /// differ.
    SignIn(Guid, Guid),
    /// Of everything else: tenant, app, GUID.
    App(u32, u32, Guid),
}

impl fmt::Display for ActivityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Product(tenant, at, id) => {
                write!(f, "{tenant}_{}_", at.millis())?;
                write_digits::<32>(id.bits(), f)
            }
            Self::SignIn(id, own) => {
                write_digits::<32>(id.bits(), f)?;
                write_digits::<32>(own.bits(), f)
            }
            Self::App(tenant, app, id) => write!(f, "{tenant}_{app}_{id}"),
        }
    }
}

/// The id of an activity.
pub(super) fn of_activity(view: &TenantView, activity: &ActivityFacts<'_>) -> ActivityId {
    let (identity, kind) = (view.state.identity(), activity.kind());
    let id = activity.source_id();
    let is_sign_in = kind.action.is_sign_in();
    match kind.app {
        CLOUD_APPS => ActivityId::Product(identity.number, activity.happened(), id),
        MICROSOFT_365 if is_sign_in => {
            let own = Minter::new(identity.id.bits() as u64);
            ActivityId::SignIn(id, own.activity(activity.row()))
        }
        app => ActivityId::App(identity.number, app, id),
    }
}

/// The id of the activity of a row, if it is to be seen.
pub fn activity(view: &TenantView, row: RowNo) -> Option<ActivityId> {
    ActivityFacts::at(view, row).map(|activity| activity.id())
}

/// The row that `id` names. The id of another tenant, forks included, names nothing here.
pub fn activity_row(view: &TenantView, id: &str) -> Option<RowNo> {
    // Every shape has the GUID somewhere; whether the rest is right shows by writing the id anew.
    let last = id.rsplit('_').next()?;
    let digits = || u128::from_str_radix(last.get(..32)?, 16).ok().map(Guid::from_bits);
    let row = view.state.activity_row(last.parse().ok().or_else(digits)?)?;
    activity(view, row).filter(|known| known.to_string().eq_ignore_ascii_case(id)).map(|_| row)
}

/// The id of a session in the product's portal: 64 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionId([u64; 4]);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| write_digits::<16>(u128::from(*part), f))
    }
}

/// The session in which an actor does everything of one day. Days count from the tenant's start, as everything does that
/// must not move with it.
pub(super) fn session(view: &TenantView, actor: ActorCode, at: VirtualTime) -> SessionId {
    let world = view.state.world();
    let day = at.day() - world.spec.start.day();
    let ordinal = (actor.ordinal() << 32) | (day as u64 & 0xffff_ffff);
    SessionId([0, 1, 2, 3].map(|part| world.ids.number(Kind::Session, ordinal ^ (part << 62))))
}

/// The number that ties the entries of one actor within a record to each other; negative.
pub(super) fn link(view: &TenantView, actor: ActorCode) -> i64 {
    -((view.state.world().ids.number(Kind::Session, actor.ordinal()) % 2_000_000_000) as i64) - 1
}
