//! Many scenarios, several at once; what came of each is told in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use super::client::Client;
use super::course::Course;
use super::run::{House, Options, Ran, RunError};

/// What is told on the way.
pub trait Audience {
    /// A scenario has ended, in the order in which they were asked for.
    fn told(&mut self, course: &Course, ran: &Result<Ran, RunError>);
    /// So many of all have ended.
    fn ended(&mut self, count: usize, of: usize);
}

/// Runs a client through scenarios, `jobs` at a time. Stopped, it answers what came to its end, with an error for each
/// that did not.
pub fn run(
    house: &House,
    courses: &[Course],
    client: &Client,
    options: &Options,
    jobs: usize,
    audience: &mut dyn Audience,
) -> Vec<Result<Ran, RunError>> {
    let next = AtomicUsize::new(0);
    let (done, coming) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, courses.len().max(1)) {
            let (done, next) = (done.clone(), &next);
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(course) = courses.get(place) else { break };
                    let ran = if house.is_stopped() {
                        Err(RunError::Stopped)
                    } else {
                        house.run(course, client, options, &format!("{place:03}-{}", course.name()))
                    };
                    if done.send((place, ran)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        let mut early = BTreeMap::new();
        let mut all = Vec::new();
        let mut ended = 0;
        for (place, ran) in coming {
            ended += 1;
            early.insert(place, ran);
            while let Some(ran) = early.remove(&all.len()) {
                audience.told(&courses[all.len()], &ran);
                all.push(ran);
            }
            audience.ended(ended, courses.len());
        }
        all
    })
}
