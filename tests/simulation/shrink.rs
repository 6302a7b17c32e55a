//! Makes a failing simulation small: which of its steps it takes.

use super::run::{Met, run};
use super::steps::Script;

/// As few of the steps as still fail, near enough: parts are left out, from halves down to single steps.
pub(crate) fn shrunk(script: &Script, places: &[usize]) -> Vec<usize> {
    let fails = |places: &[usize]| run(script, places, &mut Met::new()).is_err();
    let mut left = places.to_vec();
    let mut size = left.len() / 2;
    while size > 0 {
        let mut from = 0;
        while from < left.len() {
            let mut fewer = left.clone();
            fewer.drain(from..(from + size).min(left.len()));
            if fails(&fewer) {
                left = fewer;
            } else {
                from += size;
            }
        }
        size /= 2;
    }
    left
}
