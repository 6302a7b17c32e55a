//! On which of the requests that it is about a fault acts.

use crate::model::fault::Occasion;
use crate::model::time::VirtualTime;

/// Whether `now` lies in the window of a fault that was added at `since`.
pub fn is_open(when: &Occasion, since: VirtualTime, now: VirtualTime) -> bool {
    when.from.is_none_or(|from| now >= since + from) && when.until.is_none_or(|until| now < since + until)
}

/// How often it acts at most; without end, if nothing is said.
pub fn most(when: &Occasion) -> Option<u64> {
    if when.nth.is_some() { Some(1) } else { when.times }
}

/// Whether the request with this ordinal (1 is the first) is one on which it acts, as far as counting goes.
pub fn comes(when: &Occasion, ordinal: u64) -> bool {
    if let Some(nth) = when.nth {
        return ordinal == nth;
    }
    let behind = ordinal.checked_sub(when.after.saturating_add(1));
    behind.is_some_and(|behind| when.every.is_none_or(|every| behind % every.max(1) == 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Span;

    fn among_the_first_nine(when: &Occasion) -> Vec<u64> {
        (1..10).filter(|ordinal| comes(when, *ordinal)).collect()
    }

    #[test]
    fn the_occasion_is_counted_from_the_first_request_on() {
        assert_eq!(among_the_first_nine(&Occasion::default()).len(), 9);
        assert_eq!(among_the_first_nine(&Occasion { nth: Some(3), ..Occasion::default() }), [3]);
        assert_eq!(among_the_first_nine(&Occasion { after: 7, ..Occasion::default() }), [8, 9]);
        assert_eq!(among_the_first_nine(&Occasion { every: Some(4), ..Occasion::default() }), [1, 5, 9]);
        let both = Occasion { after: 2, every: Some(3), ..Occasion::default() };
        assert_eq!(among_the_first_nine(&both), [3, 6, 9]);
        let endless = Occasion { after: u64::MAX - 1, ..Occasion::default() };
        assert!(!comes(&endless, 1));
    }

    #[test]
    fn the_window_begins_with_its_first_instant_and_ends_before_its_last() {
        let at = |seconds| VirtualTime::from_millis(seconds * 1_000);
        let when =
            Occasion { from: Some(Span::seconds(10)), until: Some(Span::seconds(20)), ..Occasion::default() };
        let open: Vec<i64> = (105..=125).filter(|second| is_open(&when, at(100), at(*second))).collect();
        assert_eq!(open, (110..120).collect::<Vec<_>>());
    }
}
