//! Globs: `*` stands for any characters; where segments count, for any but `/`, and `**` for any.

/// Whether `text` fits the pattern. With `segments`, one `*` does not cross a slash, and two do.
///
/// After a mismatch the latest star takes one more character, and where it can't, the latest pair of stars does: an
/// earlier star would only give the later ones less to choose from. Nothing is allocated.
pub fn glob(pattern: &str, text: &str, segments: bool) -> bool {
    fits(pattern.as_bytes(), text.as_bytes(), segments, b"")
}

/// The same for a text that need not be UTF-8, such as a body; its slashes are like any other character.
pub fn glob_of_body(pattern: &str, body: &[u8]) -> bool {
    fits(pattern.as_bytes(), body, false, b"")
}

/// Where to go on after a mismatch: behind the star in the pattern, and at the first character it has not taken.
type Star = Option<(usize, usize)>;

/// `spare` is what the pattern may have left where the text ends.
fn fits(pattern: &[u8], text: &[u8], segments: bool, spare: &[u8]) -> bool {
    // Most texts differ before the first star.
    let mut at =
        pattern.iter().zip(text).take_while(|(wanted, got)| wanted == got && **wanted != b'*').count();
    let mut read = at;
    if pattern.get(at).is_some_and(|byte| *byte != b'*') && read < text.len() {
        return false;
    }
    let (mut within, mut across): (Star, Star) = (None, None);
    loop {
        if read == text.len() && !spare.is_empty() && pattern[at..] == *spare {
            return true;
        }
        if pattern.get(at) == Some(&b'*') {
            let stars = pattern[at..].iter().take_while(|byte| **byte == b'*').count();
            at += stars;
            if segments && stars == 1 {
                within = Some((at, read));
            } else {
                (within, across) = (None, Some((at, read)));
            }
            continue;
        }
        if at == pattern.len() && read == text.len() {
            return true;
        }
        if read < text.len() && pattern.get(at) == Some(&text[read]) {
            (at, read) = (at + 1, read + 1);
            continue;
        }
        match (within, across) {
            (Some((behind, taken)), _) if text.get(taken).is_some_and(|byte| *byte != b'/') => {
                within = Some((behind, taken + 1));
                (at, read) = (behind, taken + 1);
            }
            (_, Some((behind, taken))) if taken < text.len() => {
                (within, across) = (None, Some((behind, taken + 1)));
                (at, read) = (behind, taken + 1);
            }
            _ => return false,
        }
    }
}

/// Whether a path fits: a slash at the end says nothing, and `/**` at the end includes what it stands behind.
pub fn fits_path(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (trimmed(pattern), trimmed(path));
    fits(pattern.as_bytes(), path.as_bytes(), true, b"/**")
}

fn trimmed(path: &str) -> &str {
    path.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Stream;

    #[test]
    fn a_star_matches_one_path_segment_and_two_stars_match_many() {
        for (pattern, text, fits) in [
            ("/api/v1/alerts", "/api/v1/alerts", true),
            ("/api/*/alerts", "/api/v1/alerts", true),
            ("/api/*", "/api/v1/alerts", false),
            ("/api/**", "/api/v1/alerts", true),
            ("**/alerts/*", "/api/v1/alerts/7", true),
            ("", "", true),
            ("", "/", false),
            ("*", "", true),
        ] {
            assert_eq!(glob(pattern, text, true), fits, "{pattern} {text}");
        }
        assert!(glob("application *", "application a/b", false));
        assert!(glob_of_body("*é*", b"\xff\xc3\xa9\x00"), "a body need not be a text");
        assert!(!glob_of_body("*é", b"\xff\xc3\xa9\x00"));
    }

    #[test]
    fn two_trailing_stars_match_the_parent_path_too() {
        for path in ["/api/v1/alerts", "/api/v1/alerts/", "/api/v1/alerts/7/read/"] {
            assert!(fits_path("/api/v1/alerts/**", path), "{path}");
            assert!(fits_path("/api/**/", path), "{path}");
        }
        assert!(!fits_path("/api/v1/alerts/**", "/api/v1/alertsx"));
        assert!(!fits_path("/api/v1/alerts/*", "/api/v1/alerts/"), "one star stands for one that is there");
    }

    /// Tries everything: slow, and plainly right.
    fn naive(pattern: &[u8], text: &[u8], segments: bool) -> bool {
        match pattern {
            [] => text.is_empty(),
            [b'*', ..] => {
                let stars = pattern.iter().take_while(|byte| **byte == b'*').count();
                let crosses = !segments || stars > 1;
                (0..=text.len())
                    .take_while(|end| crosses || !text[..*end].contains(&b'/'))
                    .any(|end| naive(&pattern[stars..], &text[end..], segments))
            }
            [first, rest @ ..] => text.first() == Some(first) && naive(rest, &text[1..], segments),
        }
    }

    #[test]
    fn a_glob_fits_what_trying_everything_fits() {
        let mut fitted = 0;
        for number in 0..30_000 {
            let mut stream = Stream::new(1, "test", number, "glob");
            let mut drawn = |letters: &[u8], most| -> String {
                let length = stream.below(most);
                (0..length).map(|_| char::from(*stream.pick(letters))).collect()
            };
            let (pattern, text) = (drawn(b"aab/**", 8), drawn(b"aab/", 9));
            for segments in [true, false] {
                let expected = naive(pattern.as_bytes(), text.as_bytes(), segments);
                assert_eq!(glob(&pattern, &text, segments), expected, "{pattern:?} {text:?} {segments}");
                fitted += u32::from(expected);
            }
            let (pattern, text) = (trimmed(&pattern), trimmed(&text));
            let parent = pattern.strip_suffix("/**").unwrap_or(pattern);
            let expected = [pattern, parent].iter().any(|one| naive(one.as_bytes(), text.as_bytes(), true));
            assert_eq!(fits_path(pattern, text), expected, "{pattern:?} {text:?}");
        }
        assert!(fitted > 1_000, "{fitted}");
    }
}
