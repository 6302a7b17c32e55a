//! How much is done by tests that draw or repeat.

/// The first in an ordinary run, which shall be short; the second where `MOCK_DEFENDER_TESTS=full` is set, as
/// in `.ci/run`.
pub(crate) fn pick<T>(ordinary: T, full: T) -> T {
    let asked = std::env::var("MOCK_DEFENDER_TESTS").unwrap_or_default();
    if asked == "full" { full } else { ordinary }
}
