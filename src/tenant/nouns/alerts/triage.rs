//! What the company's own security team does with alerts: with some of the history, and from the tenant's start on only
//! if it is set to, since that is left to whoever uses the simulator.
//!
//! Several analysts work in the shifts and zones of their offices: an alert waits for the first of them who is at work.
//! They err now and then; another one may find that, and reopen it. (How often they do is (unverified).)

use std::sync::Arc;

use crate::catalogue::kinds;
use crate::generate::days::duty::AtWork;
use crate::generate::objects::directory;
use crate::generate::stream::Chance;
use crate::generate::{Stream, World};
use crate::model::activity::Event;
use crate::model::alert::{Alert, Closing, Handling, Resolution, Severity};
use crate::model::index::{ActorCode, AddressCode, AlertNo, KindCode, ObjectNo, PersonIx, RowNo};
use crate::model::spec::Thousandths;
use crate::model::time::{SLOT, Span, VirtualTime};
use crate::tenant::timeline::fold::Core;

use super::super::{Due, Moment, activities};
use super::change::edit;
use super::{notes, record_closing};

/// Alerts of the history at which somebody looks.
const LOOKED_AT: Chance = Chance::percent(55);
/// The same from the start on, where the team works on.
const LOOKED_AT_LATER: Chance = Chance::percent(94);
/// Of those, alerts that are only read.
const ONLY_READ: Chance = Chance::percent(22);
/// Closings that are wrong.
const WRONG: Chance = Chance::percent(22);
/// Wrong closings of what was harmless that take it for an incident, all the same.
const OVERDONE: Chance = Chance::percent(55);
/// Wrong closings that another analyst finds.
const FOUND: Chance = Chance::percent(50);
/// Analysts who are asked about one alert.
const ASKED: usize = 3;

/// What an analyst does with an alert at an instant.
#[derive(Clone, Copy, Debug)]
pub(in crate::tenant) struct Visit {
    alert: AlertNo,
    analyst: PersonIx,
    address: AddressCode,
    does: Step,
}

/// See [`Visit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Read,
    Close(Resolution),
    Reopen,
}

/// Plans what the team does with a new alert: what it was set to, and otherwise that analysts look at some of the
/// alerts of the history, and at most of the later ones if the specification has them work on.
pub(super) fn plan(core: &mut Core, moment: Moment<'_>, alert: AlertNo, attack: bool) {
    let Moment { world, at: raised } = moment;
    if !core.settings.security_team.is_usual() {
        // Alerts of storylines are left to the user, who is meant to find them.
        if !attack {
            plan_work(core, moment, alert);
        }
        return;
    }
    let (works_on, later) = (world.spec.settings.triage, raised >= world.spec.start);
    let mut stream = Stream::new(world.spec.seed, "triage", alert.ordinal(), "");
    let looks = stream.chance(if later { LOOKED_AT_LATER } else { LOOKED_AT });
    if !looks || (later && !works_on) || (attack && !later) {
        return;
    }
    let Some(found) = core.alerts.get(alert.index()).cloned() else { return };
    let shift =
        Shift { world, team: team(world, &mut stream), until: (!works_on).then_some(world.spec.start) };
    let Some(first) = shift.next(&shift.team, raised + queue(world, &found, &mut stream)) else { return };
    let rightly = notes::rightly(core, moment, &found, attack);
    let (reads, wrong, found_wrong) = (stream.chance(ONLY_READ), stream.chance(WRONG), stream.chance(FOUND));
    let closed = if wrong { mistaken(rightly, &mut stream) } else { rightly };
    let does = if reads { Step::Read } else { Step::Close(closed) };
    log_on(core, world, &first, &mut stream);
    shift.visit(core, alert, &first, does);
    if reads || !wrong || !found_wrong {
        return;
    }
    // Another one looks through what was closed.
    let others: Vec<PersonIx> = shift.team.iter().copied().filter(|other| *other != first.person).collect();
    let later = first.at + Span::minutes(i64::from(stream.between(40, 1_500)));
    let Some(second) = shift.next(if others.is_empty() { &shift.team } else { &others }, later) else {
        return;
    };
    let again = AtWork { at: second.at + Span::minutes(i64::from(stream.between(10, 45))), ..second };
    if shift.is_open(again.at) {
        log_on(core, world, &second, &mut stream);
        shift.visit(core, alert, &second, Step::Reopen);
        shift.visit(core, alert, &again, Step::Close(rightly));
    }
}

/// Who is asked about an alert: some of the team, in an order of its own.
fn team(world: &World, stream: &mut Stream) -> Vec<PersonIx> {
    let mut team = world.analysts();
    if !team.is_empty() {
        let first = stream.below(team.len() as u32) as usize;
        team.rotate_left(first);
    }
    team.truncate(ASKED);
    team
}

/// How long an alert waits in the queue before anybody who is there would take it.
fn queue(world: &World, alert: &Alert, stream: &mut Stream) -> Span {
    let severity =
        world.policies.get(alert.seen.policy.index()).map_or(Severity::Medium, |policy| policy.severity);
    let minutes = match severity {
        Severity::High => stream.between(12, 180),
        Severity::Medium => stream.between(20, 900),
        Severity::Low => stream.between(60, 3_000),
    };
    Span::minutes(i64::from(minutes))
}

/// How somebody closes wrongly what would rightly be closed so.
fn mistaken(rightly: Resolution, stream: &mut Stream) -> Resolution {
    match rightly {
        Resolution::TruePositive if stream.chance(Chance::percent(70)) => Resolution::Benign,
        Resolution::TruePositive => Resolution::FalsePositive,
        _ if stream.chance(OVERDONE) => Resolution::TruePositive,
        Resolution::Benign => Resolution::FalsePositive,
        _ => Resolution::Benign,
    }
}

/// The analysts who are asked about an alert, and until when they work.
struct Shift<'w> {
    world: &'w World,
    team: Vec<PersonIx>,
    /// Where the team does not work on: the start.
    until: Option<VirtualTime>,
}

impl Shift<'_> {
    fn is_open(&self, at: VirtualTime) -> bool {
        self.until.is_none_or(|until| at < until)
    }

    fn next(&self, among: &[PersonIx], from: VirtualTime) -> Option<AtWork> {
        self.world.first_at_work(among, from).filter(|found| self.is_open(found.at))
    }

    fn visit(&self, core: &mut Core, alert: AlertNo, who: &AtWork, does: Step) {
        let visit = Visit { alert, analyst: who.person, address: who.address, does };
        core.schedule(who.at, Due::Alerts(super::Due::Triage(visit)));
    }
}

/// An analyst logs on to the portal before work on an alert begins, unless it is open already.
fn log_on(core: &mut Core, world: &World, who: &AtWork, stream: &mut Stream) {
    if stream.chance(Chance::percent(60)) {
        let before = Span::seconds(i64::from(stream.between(40, 200)));
        let who = AtWork { at: who.at - before, ..*who };
        happens(core, world, &who, kinds::PRODUCT_LOG_ON, ObjectNo::NONE, stream);
    }
}

/// Lets somebody who is at work do something, which comes in a little later.
fn happens(
    core: &mut Core,
    world: &World,
    who: &AtWork,
    kind: KindCode,
    object: ObjectNo,
    stream: &mut Stream,
) {
    let actor = ActorCode::of_person(who.person);
    let lag = 1_000 * (20 + stream.below(400)) + stream.below(1_000);
    let created = who.at + Span::millis(i64::from(lag));
    let day = (who.at.day() - world.spec.start.day()) as i32;
    let (address, agent) = world.told_of(actor, kind, day, who.address, who.agent);
    let event = Event { created, lag, actor, kind, address, agent, object, story: None };
    activities::plan(core, &event);
}

/// How an alert ends as the team was set to, by weight.
const CLOSINGS: [(Resolution, u32); 3] =
    [(Resolution::Benign, 30), (Resolution::FalsePositive, 25), (Resolution::TruePositive, 15)];

/// Plans what the team does with a new alert, as it was set to: reads it, and closes it after that, in its time.
fn plan_work(core: &mut Core, moment: Moment<'_>, alert: AlertNo) {
    let team = &core.settings.security_team;
    let mut stream = Stream::new(moment.world.spec.seed, "team", alert.ordinal(), "");
    let drawn = stream.below(1_000);
    let below = |share: Option<Thousandths>| share.is_some_and(|share| drawn < share.0);
    let closes = below(team.closes);
    if !closes && !below(team.reads) {
        return;
    }
    // Its effect lies at least one slot ahead (law of the timeline).
    let least = SLOT.as_millis() as u32;
    let read = stream.between(least, (team.within().as_millis() as u32).max(least));
    let close = stream.between(read, (team.within().as_millis() as u32).max(read));
    let (resolution, _) = CLOSINGS[stream.weighted(&CLOSINGS.map(|(_, weight)| weight))];
    let mut plan =
        |millis: u32, due| core.schedule(moment.at + Span::millis(i64::from(millis)), Due::Alerts(due));
    plan(read, super::Due::Read { alert });
    if closes {
        plan(close, super::Due::Close { alert, resolution });
    }
}

/// The team does what it had planned, if it works still and nobody has closed the alert before.
pub(super) fn work(core: &mut Core, moment: Moment<'_>, alert: AlertNo, resolution: Resolution) {
    let Some(found) = core.alerts.get(alert.index()) else { return };
    let closed = found.handling.resolution != Resolution::Open;
    // What joins an alert may make it one of a storyline.
    let of_story = |row: &RowNo| core.log.row(*row, moment.at).is_some_and(|event| event.story.is_some());
    if core.settings.security_team.is_usual() || closed || found.seen.activities.iter().any(of_story) {
        return;
    }
    let mut stream = Stream::new(moment.world.spec.seed, "team", alert.ordinal(), "who");
    let team = moment.world.analysts();
    let Some(&analyst) = team.get(stream.below(team.len() as u32) as usize) else { return };
    let address = moment.world.office_of(analyst).first_address;
    let does = if resolution == Resolution::Open { Step::Read } else { Step::Close(resolution) };
    take(core, moment, Visit { alert, analyst, address, does });
}

/// An analyst does what was planned, unless somebody else has dealt with the alert in between.
pub(super) fn look(core: &mut Core, moment: Moment<'_>, visit: Visit) {
    let Some(found) = core.alerts.get(visit.alert.index()) else { return };
    let closed = found.handling.resolution != Resolution::Open;
    let due = match visit.does {
        Step::Read | Step::Close(_) => !closed,
        Step::Reopen => closed,
    };
    if due && core.enabled(visit.analyst, moment.at) {
        take(core, moment, visit);
    }
}

fn take(core: &mut Core, moment: Moment<'_>, visit: Visit) {
    let Moment { world, at } = moment;
    let Some(found) = core.alerts.get(visit.alert.index()).cloned() else { return };
    let resolution = match visit.does {
        Step::Read => return edit(core, at, visit.alert, |handling| handling.read = true),
        Step::Reopen => {
            return edit(core, at, visit.alert, |handling| {
                let version = handling.version;
                *handling = Handling { read: true, version, ..Handling::default() };
            });
        }
        Step::Close(resolution) => resolution,
    };
    let upn: Arc<str> = world.person(visit.analyst).upn.as_str().into();
    let comment: Arc<str> = notes::note(core, moment, &found, resolution).into();
    edit(core, at, visit.alert, |handling| {
        handling.read = true;
        handling.resolution = resolution;
        handling.resolved = Some(at);
        handling.by = Some(upn);
        handling.comment = Some(Arc::clone(&comment));
    });
    let closing = Closing { alerts: 1, comment: Some(comment) };
    let actor = ActorCode::of_person(visit.analyst);
    record_closing(core, moment, actor, Some(visit.address), visit.alert, resolution, closing);
    if resolution == Resolution::TruePositive {
        reset(core, moment, &found);
    }
}

/// After an incident, an administrator of accounts gives the user a new password and ends the sessions, as soon as one
/// is at work.
fn reset(core: &mut Core, moment: Moment<'_>, alert: &Alert) {
    let Moment { world, at } = moment;
    let user = world.person_of_actor(alert.seen.person).filter(|user| !world.person(*user).guest);
    let Some(user) = user.filter(|user| core.enabled(*user, at)) else { return };
    let mut stream = Stream::new(world.spec.seed, "triage", alert.ordinal.ordinal(), "reset");
    let mut keepers = world.account_keepers();
    keepers.retain(|keeper| *keeper != user);
    if keepers.len() > ASKED {
        let first = stream.below(keepers.len() as u32) as usize;
        keepers.rotate_left(first);
        keepers.truncate(ASKED);
    }
    let after = at + SLOT + Span::seconds(i64::from(stream.between(30, 1_200)));
    let Some(keeper) = world.first_at_work(&keepers, after) else { return };
    let object = directory::of_person(user);
    happens(core, world, &keeper, kinds::RESET_PASSWORD, object, &mut stream);
    let then = AtWork { at: keeper.at + Span::seconds(i64::from(stream.between(15, 120))), ..keeper };
    happens(core, world, &then, kinds::REVOKE_SESSIONS, object, &mut stream);
}
