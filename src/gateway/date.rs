//! The `Date` header of a tenant's answers: made anew when its clock shows another second.

use arc_swap::ArcSwapOption;
use http::HeaderValue;

use crate::model::time::VirtualTime;

/// The last one that was made.
#[derive(Default)]
pub(super) struct DateHeader(ArcSwapOption<(i64, HeaderValue)>);

impl DateHeader {
    /// The header at this instant.
    pub(super) fn at(&self, now: VirtualTime) -> HeaderValue {
        let second = now.seconds();
        if let Some(made) = &*self.0.load()
            && made.0 == second
        {
            return made.1.clone();
        }
        let value = HeaderValue::from_str(&now.to_http_date()).expect("a date is written in plain letters");
        self.0.store(Some(std::sync::Arc::new((second, value.clone()))));
        value
    }
}

#[cfg(test)]
mod tests {
    use crate::gateway::date::*;

    #[test]
    fn the_cached_date_header_follows_the_clock_forwards_and_back() {
        let date = DateHeader::default();
        for millis in [0, 999, 1_000, 1_500, 86_400_000, 1_500, -1] {
            let now = VirtualTime::from_millis(millis);
            assert_eq!(date.at(now), now.to_http_date().as_str(), "{millis}");
        }
    }
}
