//! Lines of values parted by commas, which may stand in quotes: RFC 4180.

/// The values of a line, without their quotes, in a list of fixed length; further ones are left out. A doubled quote
/// within a value stays doubled: no field that is read here has one.
pub(super) struct Values<'l, const MOST: usize> {
    values: [&'l [u8]; MOST],
    /// How many there are, as far as they have room.
    pub(super) count: usize,
}

impl<'l, const MOST: usize> Values<'l, MOST> {
    pub(super) fn of(line: &'l [u8]) -> Self {
        let mut found = Self { values: [b""; MOST], count: 0 };
        let mut rest = Some(line);
        while let Some(text) = rest.filter(|_| found.count < MOST) {
            let (value, after) = match text.strip_prefix(b"\"") {
                Some(quoted) => {
                    let end = end_of_quoted(quoted);
                    let after = quoted.get(end + 1..).unwrap_or_default();
                    let comma = after.iter().position(|byte| *byte == b',');
                    (&quoted[..end], comma.map(|at| &after[at + 1..]))
                }
                None => match text.iter().position(|byte| *byte == b',') {
                    Some(at) => (&text[..at], Some(&text[at + 1..])),
                    None => (text, None),
                },
            };
            found.values[found.count] = value;
            found.count += 1;
            rest = after;
        }
        found
    }

    /// The value at a place; empty where there is none.
    pub(super) fn at(&self, place: usize) -> &'l [u8] {
        self.values[place]
    }
}

/// Where the quote stands that ends a value.
fn end_of_quoted(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = text[at..].iter().position(|byte| *byte == b'"') {
        at += found;
        if text.get(at + 1) != Some(&b'"') {
            return at;
        }
        at += 2;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::Values;

    #[test]
    fn values_are_read_with_and_without_quotes() {
        let read = |line: &'static str| {
            let values = Values::<4>::of(line.as_bytes());
            (0..values.count)
                .map(|at| String::from_utf8_lossy(values.at(at)).into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(read("a,\"b,c\",,d"), ["a", "b,c", "", "d"]);
        assert_eq!(read("\"a\"\"b\",\"c"), ["a\"\"b", "c"]);
        assert_eq!(read("a,"), ["a", ""]);
        assert_eq!(read(""), [""]);
        assert_eq!(read("1,2,3,4,5"), ["1", "2", "3", "4"]);
    }
}
