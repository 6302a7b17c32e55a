//! What is wrong with something that somebody wrote: one field, what it can hold, and what it holds.

/// No more of what was written is told back, in characters.
const MOST_TOLD: usize = 200;

/// A field that holds something else than it can.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Field {field:?}: expected {expected}, got {got}")]
pub struct FieldError {
    /// The field; names on the way to it are parted by dots.
    pub field: String,
    /// What it can hold, in words.
    pub expected: String,
    /// What it holds, at most 200 characters of it.
    pub got: String,
}

impl FieldError {
    /// Of a field that holds the text `got`, which is told in quotes.
    pub fn text(field: &str, expected: &str, got: &str) -> Self {
        let got: String = got.chars().take(MOST_TOLD).collect();
        Self::value(field, expected, format!("{got:?}"))
    }

    /// Of a field that holds something else, told as it is.
    pub fn value(field: &str, expected: &str, got: String) -> Self {
        let got = match got.char_indices().nth(MOST_TOLD) {
            Some((end, _)) => got[..end].to_owned(),
            None => got,
        };
        Self { field: field.to_owned(), expected: expected.to_owned(), got }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_in_the_error() {
        let error = FieldError::value("title", "a text", "é".repeat(300));
        assert_eq!(error.got, "é".repeat(200));
        let error = FieldError::text("user", "a persona", &"x".repeat(300));
        assert_eq!(error.got.len(), 200);
        assert!(error.got.starts_with("\"xx"));
    }
}
