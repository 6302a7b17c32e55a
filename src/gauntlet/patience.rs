//! How a client waits when it is told to, and how it asks what fails: judged by its log, by real time.

use std::time::Duration;

use super::log::{Exchange, Wait};

/// A client that comes back after this share of the time that it was told has waited: clocks differ a little.
const ENOUGH: f64 = 0.95;

/// Who asks again within this time has not paused at all.
const NO_PAUSE: Duration = Duration::from_millis(100);

/// So often a client may come back too early before it is said to keep asking.
const MOST_EARLY: usize = 1;

/// So often a client may ask what fails, without longer and longer pauses, in one round.
const MOST_ATTEMPTS: usize = 10;

/// Who pauses so long hammers on nothing, however often it asks.
const GENTLE: Duration = Duration::from_secs(5);

/// So many requests of a round may fail in vain where nothing that a client does would help.
pub(super) const MOST_IN_VAIN: usize = 60;

/// What is wrong with how a client asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Impatience {
    /// It came back before it should; at the request with this number for the last time.
    Early {
        /// How often.
        times: usize,
        /// The request.
        request: u64,
        /// What it did, in words.
        how: String,
    },
    /// It asked what fails again and again.
    Hammered {
        /// How often.
        times: usize,
        /// The last of these requests.
        request: u64,
    },
}

/// Everything that is wrong with how a client asked.
pub(super) fn impatience(log: &[Exchange]) -> Vec<Impatience> {
    early(log).into_iter().chain(hammered(log)).collect()
}

/// Requests that came before the client should have come back.
fn early(log: &[Exchange]) -> Option<Impatience> {
    let mut early = Vec::new();
    for (place, throttled) in log.iter().enumerate() {
        let Some(wait) = throttled.wait else { continue };
        let Some(next) = next_of_its_kind(log, place) else { continue };
        let pause = next.wall.asked.saturating_sub(throttled.wall.answered);
        match wait {
            // Without any pause once is enough: no clock is so wrong.
            Wait::Unsaid if pause < NO_PAUSE => {
                let how = format!(
                    "asked {} {} again at once, though it was told to come back later",
                    next.method, next.path
                );
                return Some(Impatience::Early { times: 1, request: next.number, how });
            }
            Wait::For(time) if pause < time.mul_f64(ENOUGH) => early.push((next, time, pause)),
            Wait::For(_) | Wait::Unsaid => {}
        }
    }
    let (last, time, pause) = early.last().filter(|_| early.len() > MOST_EARLY)?;
    let how = format!(
        "asked {} {} again before its time was over {} times, the last time after {:.3} s of {} s",
        last.method,
        last.path,
        early.len(),
        pause.as_secs_f64(),
        time.as_secs_f64(),
    );
    Some(Impatience::Early { times: early.len(), request: last.number, how })
}

/// The first request for the same that came after an answer was sent. What was under way by then had no chance to wait.
fn next_of_its_kind(log: &[Exchange], place: usize) -> Option<&Exchange> {
    let asked = &log[place];
    log[place + 1..].iter().find(|next| next.is_like(asked) && next.wall.asked >= asked.wall.answered)
}

/// Runs of failing requests for the same, without growing pauses; the longest.
fn hammered(log: &[Exchange]) -> Option<Impatience> {
    let mut seen: Vec<&Exchange> = Vec::new();
    let mut worst: Option<(usize, u64)> = None;
    for exchange in log {
        if seen.iter().any(|other| other.is_like(exchange)) {
            continue;
        }
        seen.push(exchange);
        let alike: Vec<&Exchange> = log.iter().filter(|other| other.is_like(exchange)).collect();
        // Throttled requests have a rule of their own.
        for failing in alike.split(|exchange| !exchange.is_failed() || exchange.wait.is_some()) {
            let longer = worst.is_none_or(|(times, _)| failing.len() > times);
            if let Some(last) = failing.last().filter(|_| longer && is_hammering(failing)) {
                worst = Some((failing.len(), last.number));
            }
        }
    }
    worst.map(|(times, request)| Impatience::Hammered { times, request })
}

fn is_hammering(failing: &[&Exchange]) -> bool {
    if failing.len() <= MOST_ATTEMPTS {
        return false;
    }
    let pause = |pair: &[&Exchange]| pair[1].wall.asked.saturating_sub(pair[0].wall.answered);
    let pauses: Vec<Duration> = failing.windows(2).map(pause).collect();
    let mut later = pauses[pauses.len() / 2..].to_vec();
    later.sort();
    let usual = later[later.len() / 2];
    // A growing pause may have reached its bound long before the end: so it is compared with the first.
    let grows = usual >= NO_PAUSE && usual.as_secs_f64() >= 1.5 * pauses[0].as_secs_f64();
    !grows && usual < GENTLE
}

#[cfg(test)]
mod tests {
    use super::super::log::tests::{after, failing, throttled};
    use super::*;

    /// Requests for the same, each so many milliseconds after the answer to the one before.
    fn asked(answer: &dyn Fn(u64) -> Exchange, pauses: &[u64]) -> Vec<Exchange> {
        let mut at = 0;
        let mut log = Vec::new();
        for pause in pauses {
            at += pause;
            log.push(after(answer(log.len() as u64 + 1), at));
        }
        log
    }

    fn told(wait: Wait) -> impl Fn(u64) -> Exchange {
        move |number| throttled(number, wait)
    }

    const SECOND: Wait = Wait::For(Duration::from_secs(1));

    #[test]
    fn who_waits_as_long_as_it_is_told_is_patient() {
        assert_eq!(impatience(&asked(&told(SECOND), &[0, 1_000, 1_000, 960, 5_000])), []);
        assert_eq!(impatience(&asked(&told(Wait::Unsaid), &[0, 500, 101])), []);
    }

    #[test]
    fn coming_back_early_is_forgiven_once() {
        assert_eq!(impatience(&asked(&told(SECOND), &[0, 10])), []);
        let found = impatience(&asked(&told(SECOND), &[0, 10, 10, 1_000, 900]));
        let [Impatience::Early { times: 3, request: 5, how }] = &found[..] else { panic!("{found:?}") };
        assert!(how.ends_with("3 times, the last time after 0.900 s of 1 s"), "{how}");
    }

    #[test]
    fn asking_again_at_once_without_a_told_time_is_not_forgiven() {
        let found = impatience(&asked(&told(Wait::Unsaid), &[0, 5]));
        assert!(matches!(&found[..], [Impatience::Early { times: 1, request: 2, .. }]), "{found:?}");
    }

    #[test]
    fn requests_that_were_under_way_had_no_chance_to_wait() {
        let mut log = asked(&told(SECOND), &[0, 10, 10, 10]);
        for exchange in &mut log {
            exchange.wall.answered = Duration::from_millis(500);
        }
        assert_eq!(impatience(&log), []);
    }

    #[test]
    fn another_round_need_not_wait_for_what_an_earlier_one_was_told() {
        let mut log = asked(&told(SECOND), &[0, 10, 10]);
        for (round, exchange) in log.iter_mut().enumerate() {
            exchange.round = round as u32 + 1;
        }
        assert_eq!(impatience(&log), []);
    }

    #[test]
    fn pauses_that_grow_hammer_on_nothing() {
        // As a capped backoff has it: doubled to a bound.
        let pauses: Vec<u64> = [0, 100, 200, 400].into_iter().chain([800; 30]).collect();
        assert_eq!(impatience(&asked(&failing, &pauses)), []);
        assert_eq!(impatience(&asked(&failing, &[5_000; 30])), []);
        assert_eq!(impatience(&asked(&failing, &[2; 10])), []);
    }

    #[test]
    fn pauses_that_do_not_grow_hammer() {
        for pauses in [[2; 11], [500; 11]] {
            let found = impatience(&asked(&failing, &pauses));
            assert_eq!(found, [Impatience::Hammered { times: 11, request: 11 }]);
        }
        // Noise is no growth.
        let noisy = [0, 1, 3, 2, 40, 3, 2, 5, 60, 3, 2, 4, 1];
        assert!(!impatience(&asked(&failing, &noisy)).is_empty());
    }

    #[test]
    fn a_success_begins_anew() {
        let mut log = asked(&failing, &[2; 20]);
        log[9].status = 200;
        assert_eq!(impatience(&log), []);
    }
}
