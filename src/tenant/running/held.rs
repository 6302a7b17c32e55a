//! How many bytes of steps a tenant holds, and all tenants of this process together: as many as their lines have.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that the steps of one tenant may have. Full, it takes no more until it is reset.
pub const MOST_STEP_BYTES: usize = 256 << 20;

/// Bytes that the steps of all tenants of a process may have.
pub const MOST_STEP_BYTES_TOGETHER: usize = 1 << 30;

/// What all tenants of this process hold.
static TOGETHER: AtomicUsize = AtomicUsize::new(0);

/// What one tenant holds.
#[derive(Default)]
pub(super) struct Held {
    own: usize,
    /// Steps of the tenant that it was forked off, which are shared.
    inherited: usize,
}

impl Held {
    /// It is forked off a tenant that holds so much.
    pub(super) fn inheriting(other: &Self) -> Self {
        Self { own: 0, inherited: other.own + other.inherited }
    }

    /// It holds a step more.
    pub(super) fn add(&mut self, bytes: usize) {
        self.own += bytes;
        TOGETHER.fetch_add(bytes, Ordering::AcqRel);
    }

    /// Its own steps are gone.
    pub(super) fn clear(&mut self) {
        TOGETHER.fetch_sub(std::mem::take(&mut self.own), Ordering::AcqRel);
    }

    /// There is room for another step.
    pub(super) fn has_room(&self) -> bool {
        room(self.own + self.inherited, TOGETHER.load(Ordering::Acquire))
    }
}

fn room(own: usize, together: usize) -> bool {
    own < MOST_STEP_BYTES && together < MOST_STEP_BYTES_TOGETHER
}

impl Drop for Held {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::FaultCommand;
    use crate::model::spec::{Size, Specification};
    use crate::model::time::{Span, VirtualTime};
    use crate::tenant::journal::store::NotWritten;
    use crate::tenant::{ClockError, CommandRefusal, Mode, SnapshotError, Tenant, Wall};

    #[test]
    fn a_tenant_that_holds_too_much_takes_nothing_more_until_it_is_reset() {
        let spec = Specification::plain(1, Size::Tiny, VirtualTime::of_day(20_000));
        let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
        let give = |tenant: &Tenant| tenant.submit(tenant.now(), FaultCommand::RemoveFaults {}).map(drop);
        assert_eq!(give(&tenant), Ok(()));
        let line = tenant.writer().head.script.path().last().map(|step| step.line().len());
        assert_eq!(Some(tenant.writer().held.own), line);
        assert!(TOGETHER.load(Ordering::Acquire) >= line.unwrap());
        tenant.writer().held.add(MOST_STEP_BYTES);
        assert_eq!(give(&tenant), Err(CommandRefusal::Journal(NotWritten::Full)));
        assert_eq!(tenant.advance(Span::hours(1)), Err(ClockError::Journal(NotWritten::Full)));
        assert_eq!(tenant.snapshot("a"), Err(SnapshotError::Journal(NotWritten::Full)));
        let fork = tenant.fork();
        assert_eq!(
            give(&fork),
            Err(CommandRefusal::Journal(NotWritten::Full)),
            "it has the steps of its parent"
        );
        tenant.reset().unwrap();
        assert_eq!(give(&tenant), Ok(()));
    }

    #[test]
    fn all_tenants_together_are_bounded_too() {
        assert!(room(0, MOST_STEP_BYTES_TOGETHER - 1));
        assert!(!room(0, MOST_STEP_BYTES_TOGETHER));
    }
}
