//! Activities: what becomes of intents, what is put in from outside, and what leaves the log.

mod ingestion;

use std::sync::Arc;

use crate::catalogue::kinds;
use crate::generate::World;
use crate::generate::world::{IpCategory, Place};
use crate::model::activity::{Event, Target};
use crate::model::command::{ActivityCommand, By};
use crate::model::index::{ActorCode, AddressCode, AgentCode, KindCode, ObjectNo, RowNo};
use crate::model::injected::{InjectedActivity, Known};
use crate::model::time::{DAY, Span, VirtualTime};
use crate::tenant::codebook::{Codebook, StrayCode};
use crate::tenant::timeline::fold::Core;

use super::{Made, Moment, connectors};

/// How long activities stay in the log, in days.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/cas-compliance-trust> (activities are kept for up to 180
/// days).
pub const RETENTION_DAYS: u32 = 180;
/// The same as a span.
pub const RETENTION: Span = Span::days(RETENTION_DAYS as i64);

/// What falls due.
#[derive(Clone, Debug)]
pub(in crate::tenant) enum Due {
    /// An activity of a storyline that was played.
    Happen(Event),
    /// An activity that happened earlier comes in.
    Arrive(Event),
    /// Rows beyond retention leave.
    Housekeeping,
}

/// Why a command about activities is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActivityRefusal {
    /// An activity that happens later, or so early that it would be gone.
    #[error(
        "an activity of {at} can't be stored: it lies in the future, or more than {RETENTION_DAYS} days back"
    )]
    NotInTheLog {
        /// When it happened.
        at: VirtualTime,
    },
    /// A code stands for nothing.
    #[error("{0}")]
    Code(#[from] StrayCode),
    /// Too many kinds of activities that the catalogue does not have.
    #[error("no more kinds of activities can be told apart in this tenant")]
    TooManyKinds,
}

pub(super) use ingestion::{first_arrival, told};

pub(super) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &ActivityCommand,
) -> Result<Made, ActivityRefusal> {
    match command {
        ActivityCommand::InjectActivity { activity } => {
            let age = moment.at - activity.happened;
            if age < Span::default() || age > RETENTION {
                return Err(ActivityRefusal::NotInTheLog { at: activity.happened });
            }
            let codebook = Codebook::new(moment.world, &core.additions);
            codebook.stray_of_activity(activity).map_or(Ok(()), Err)?;
            inject(core, moment, activity).map(Made::Activity).ok_or(ActivityRefusal::TooManyKinds)
        }
    }
}

pub(super) fn run(core: &mut Core, moment: Moment<'_>, due: Due) {
    match due {
        Due::Happen(event) => happen(core, moment.world, &event),
        Due::Arrive(event) => drop(connectors::deliver(core, moment.world, &event)),
        Due::Housekeeping => {
            let gone = core.log.retain_from(moment.at - RETENTION);
            super::storylines::truth::keep(core, &gone);
            super::alerts::forget_closings(core);
            plan_housekeeping(core, moment.at + DAY);
        }
    }
}

/// From `at` on, once a day.
pub(in crate::tenant) fn plan_housekeeping(core: &mut Core, at: VirtualTime) {
    core.schedule(at, super::Due::Activities(Due::Housekeeping));
}

/// Lets an activity happen when it is time for it.
pub(super) fn plan(core: &mut Core, event: &Event) {
    core.schedule(event.created, super::Due::Activities(Due::Happen(*event)));
}

/// Passes an intent through the state: what comes of it, if anything. What it changes about the company it changes
/// now, however late its record comes in.
pub(in crate::tenant) fn happen(core: &mut Core, world: &World, intent: &Event) {
    let person = world.person_of_actor(intent.actor);
    if person.is_some_and(|person| core.directory.is_disabled(person)) {
        // A disabled user's sign-ins fail; what would have followed them does not happen.
        if let Some(refused) = world.refused_for_a_disabled_account(intent) {
            ingestion::store(core, world, &refused);
        }
        return;
    }
    if person.is_some_and(|person| !core.company.has_account(world, person, intent.created)) {
        // Nobody has made the account.
        return;
    }
    let closed = |person| core.company.closed(person, intent.created);
    if intent.story.is_none() && World::meets_a_disabled_account(intent) && !person.is_some_and(closed) {
        // Nobody has closed the account, or it is open again.
        return;
    }
    let used = |act: &Event| is_used_after(core, act);
    if let Some(event) = core.company.pass(world, &core.directory, intent, used) {
        ingestion::store(core, world, &event);
        core.company.note(world, &event);
    }
}

/// Somebody has done something to the thing of an act after it, as far as that is recorded or on its way. Each mailbox has
/// its own copy of a letter.
fn is_used_after(core: &Core, act: &Event) -> bool {
    let since = act.timestamp();
    let target = kinds::kind(act.kind).target;
    let is_it = |event: &Event| {
        let kind = kinds::KINDS.get(event.kind.index());
        event.object == act.object
            && event.timestamp() > since
            && kind.is_some_and(|kind| kind.target == target)
            && (target != Target::Mail || event.actor == act.actor)
    };
    let on_its_way = || !core.settings.ingestion.lags.is_empty() && first_arrival(core, is_it).is_some();
    core.log.later_about(act.object, since).any(|event| is_it(&event))
        || on_its_way()
        || core.connectors.misses(is_it)
}

/// Puts an activity in, stored at the instant of `moment`: the number of its row, or nothing if no more codes are left for
/// its kind.
fn inject(core: &mut Core, moment: Moment<'_>, given: &InjectedActivity) -> Option<RowNo> {
    let Moment { world, at } = moment;
    let additions = &mut core.additions;
    let address =
        given.address.as_ref().map_or(AddressCode::NOWHERE, |address| additions.address(world, address));
    let agent = given.agent.as_ref().map_or(AgentCode::NONE, |agent| additions.agent(world, agent));
    let event = Event {
        created: at,
        lag: u32::try_from((at - given.happened).as_millis()).unwrap_or(u32::MAX),
        actor: additions.actor(world, &given.actor),
        kind: additions.kind(&given.kind)?,
        address,
        agent,
        object: ObjectNo::NONE,
        story: None,
    };
    let row = core.record(world, &event);
    core.additions.fields.insert(row, Arc::clone(&given.fields));
    Some(row)
}

/// With what commands are given: recorded activities of the product don't say more.
const UNKNOWN_AGENT: &str = "unknown";

/// Records what somebody has done by a command: the number of its row. People sit in their office; an application calls
/// from a cloud. It is in the log at once, however late records come in otherwise: whoever gave the command can look
/// for it. Only while the connector of its app is down it is not, and has no row yet.
pub(super) fn record_command(
    core: &mut Core,
    moment: Moment<'_>,
    actor: ActorCode,
    kind: KindCode,
    object: ObjectNo,
) -> Option<RowNo> {
    record_act(core, moment, actor, kind, object, None)
}

/// The same, from an address if one is known.
pub(super) fn record_act(
    core: &mut Core,
    moment: Moment<'_>,
    actor: ActorCode,
    kind: KindCode,
    object: ObjectNo,
    from: Option<AddressCode>,
) -> Option<RowNo> {
    let Moment { world, at } = moment;
    let person = world.person_of_actor(actor).map(|person| world.person(person));
    let office = person.and_then(|person| world.offices.get(person.office.index()));
    let cloud = || {
        let of_cloud = |(.., place): &(AddressCode, u32, &Place)| place.category == IpCategory::CloudProvider;
        world.addresses.places().find(of_cloud).map_or(AddressCode::NOWHERE, |(code, ..)| code)
    };
    let usual = || office.map_or_else(cloud, |office| office.first_address);
    let address = from.unwrap_or_else(usual);
    let agent = core.additions.agent(world, &Known::New(UNKNOWN_AGENT.into()));
    let event = Event { created: at, lag: 0, actor, kind, address, agent, object, story: None };
    let event = told(&core.settings.ingestion, &event);
    connectors::deliver(core, world, &event)
}

/// The actor code of whoever gives a command.
pub(super) fn actor_of(core: &mut Core, world: &World, by: &By) -> ActorCode {
    let code = match by {
        By::Person(index) => (index.index() < world.people.len()).then(|| ActorCode::of_person(*index)),
        By::Application(index) => {
            let app = core.directory.app_at(*index).cloned();
            app.map(|app| core.additions.application(world, &app))
        }
        By::Operator => None,
    };
    code.unwrap_or_else(|| world.operator())
}
