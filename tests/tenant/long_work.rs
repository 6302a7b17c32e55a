//! Births, replays and advances that nobody waits for any more: they leave off, and nothing is left of them.

use std::cell::Cell;

use mock_defender::model::spec::{Size, Specification, Thousandths};
use mock_defender::model::time::Span;
use mock_defender::tenant::{Aim, ClockError, Mode, Tenant, Wall};

use crate::kit::{START, spec, tenant};

/// Enough people that hiring them and planning their days is worth leaving off.
fn crowded() -> Specification {
    let mut spec = spec(4, Size::Tiny, START);
    spec.settings.users = Some(1_010);
    spec.settings.history_days = Some(1);
    spec.settings.activity.per_working_day = Some(Thousandths(4_000));
    spec
}

/// Does work that is wanted until it has asked so often: what comes of it, and how often it has asked then.
fn until<T>(most: usize, work: impl FnOnce(&dyn Fn() -> bool) -> T) -> (T, usize) {
    let asked = Cell::new(0);
    let wanted = || {
        asked.set(asked.get() + 1);
        asked.get() <= most
    };
    let made = work(&wanted);
    (made, asked.get())
}

fn birth(wanted: &dyn Fn() -> bool) -> Option<Tenant> {
    let spec = crowded();
    Tenant::born_while(&spec, Mode::Frozen, Wall::manual(spec.start), wanted)
}

fn rows(tenant: &Tenant) -> Vec<String> {
    let view = tenant.read();
    let chunks = view.state.core().log.chunks(view.now);
    chunks.flat_map(|(_, chunk, shown)| (0..shown).map(|row| format!("{:?}", chunk.event(row)))).collect()
}

#[test]
fn a_birth_asks_on_its_whole_way_whether_it_is_wanted_and_leaves_off_at_once() {
    let (born, all) = until(usize::MAX, birth);
    assert!(born.is_some());
    // Per thousand people: while they are hired, and for each day that is planned, of which there are five at least.
    assert!(all >= 1 + 5 + 24, "{all}");
    for most in [0, 3, all - 1] {
        let (born, asked) = until(most, birth);
        assert!(born.is_none(), "{most} of {all}");
        assert_eq!(asked, most + 1, "once told no, it asks no more");
    }
}

#[test]
fn an_advance_that_is_left_off_while_days_are_planned_goes_on_as_if_nothing_had_been() {
    let born = birth(&|| true).unwrap();
    let alone = || born.as_born(Wall::manual(born.spec().start));
    let day = Span::days(1);
    let straight = alone();
    let (_, all) = until(usize::MAX, |wanted| straight.move_clock(Aim::By(day), None, wanted).unwrap());
    assert!(all > 24, "{all}: a day is planned on the way");
    let left = alone();
    for most in [0, 1, 2] {
        let (stopped, asked) = until(most, |wanted| left.move_clock(Aim::By(day), None, wanted));
        assert!(matches!(stopped, Err(ClockError::Stopped { .. })), "{stopped:?}");
        assert_eq!(asked, most + 1);
    }
    left.advance(straight.now() - left.now()).unwrap();
    assert!(rows(&left) == rows(&straight));
}

#[test]
fn a_replay_leaves_off_between_two_steps_and_on_the_way_of_one() {
    let lived = tenant(3, Size::Tiny);
    lived.advance(Span::days(3)).unwrap();
    for name in ["a", "b"] {
        lived.snapshot(name).unwrap();
    }
    let file = lived.file();
    let revived = |wanted: &dyn Fn() -> bool| {
        Tenant::revived_while(&file, Wall::manual(lived.now()), |_, _| {}, wanted)
    };
    let (whole, all) = until(usize::MAX, revived);
    assert!(whole.is_some_and(|whole| rows(&whole) == rows(&lived)));
    assert!(all >= 3 * 24 + file.steps.len(), "{all}");
    for most in [0, all / 2, all - 2, all - 1] {
        let (left, asked) = until(most, revived);
        assert!(left.is_none());
        assert_eq!(asked, most + 1);
    }
    let rewound = |wanted: &dyn Fn() -> bool| lived.rewound_while(lived.now(), wanted);
    let (whole, all) = until(usize::MAX, rewound);
    assert!(whole.is_some() && all >= 3 * 24, "{all}");
    assert!(until(all / 2, rewound).0.is_none());
}
