//! How the records of activities come in: at once, or late and out of order; to the millisecond, or more coarsely.

use crate::catalogue::{apps, kinds};
use crate::generate::World;
use crate::generate::stream::{Chance, Stream};
use crate::model::activity::Event;
use crate::model::ingestion::Ingestion;
use crate::model::spec::Thousandths;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::timeline::fold::Core;

use super::super::connectors;
use super::Due;

/// Stores what has happened, now or when it comes in. Who watches the log sees it then.
pub(super) fn store(core: &mut Core, world: &World, event: &Event) {
    let ingestion = &core.settings.ingestion;
    let late = lateness(ingestion, world, event);
    let event = told(ingestion, event);
    if late == Span::default() {
        connectors::deliver(core, world, &event);
        return;
    }
    let created = event.created + late;
    let lag = u32::try_from((created - event.timestamp()).as_millis()).unwrap_or(u32::MAX);
    let event = Event { created, lag, ..event };
    core.schedule(created, super::super::Due::Activities(Due::Arrive(event)));
}

/// When the first of those activities that are still on their way comes in.
pub(in super::super) fn first_arrival(core: &Core, wanted: impl Fn(&Event) -> bool) -> Option<VirtualTime> {
    core.first_due(|due| match due {
        super::super::Due::Activities(Due::Arrive(event)) => wanted(event),
        _ => false,
    })
}

/// An activity with the time that its record tells.
pub(in super::super) fn told(ingestion: &Ingestion, event: &Event) -> Event {
    let happened = ingestion.told(event.timestamp());
    let lag = u32::try_from((event.created - happened).as_millis()).unwrap_or(u32::MAX);
    Event { lag, ..*event }
}

/// How much later than it would anyway an activity comes in.
fn lateness(ingestion: &Ingestion, world: &World, event: &Event) -> Span {
    if ingestion.lags.is_empty() {
        return Span::default();
    }
    let app = apps::app(kinds::kind(event.kind).app).map_or("", |app| app.name);
    let Some(lag) = ingestion.lag_of(app) else { return Span::default() };
    // Counted from the start, so that a start whole weeks later makes the same records late.
    let since = (event.created - world.spec.start).as_millis() as u64;
    let mut stream = Stream::new(world.spec.seed, "ingest", since << 24 ^ event.actor.ordinal(), "lag");
    if let Some(Thousandths(share)) = lag.share.filter(|share| share.0 < 1_000)
        && !stream.chance(Chance::per_mille(share))
    {
        return Span::default();
    }
    let (from, to) = lag.bounds();
    let millis = |span: Span| u32::try_from(span.as_millis()).unwrap_or(u32::MAX);
    Span::millis(i64::from(stream.between(millis(from), millis(to))))
}
