//! Forms: `application/x-www-form-urlencoded` bodies and query strings, which share one syntax, and
//! `multipart/form-data` bodies.
//!
//! Sources: the WHATWG URL standard, section 5; RFC 7578. Bounded; whatever arrives is read, nothing panics.

/// No form has more fields; further ones are not read.
const MOST_FIELDS: usize = 200;

/// The fields of a form, in the order in which they were sent.
// No `Debug`: forms carry secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body or query string.
    pub fn read(text: &[u8]) -> Self {
        let fields = text.split(|byte| *byte == b'&').filter(|field| !field.is_empty()).take(MOST_FIELDS);
        Self(
            fields
                .map(|field| {
                    let at = field.iter().position(|byte| *byte == b'=').unwrap_or(field.len());
                    (decode(&field[..at]), decode(field.get(at + 1..).unwrap_or_default()))
                })
                .collect(),
        )
    }

    /// Reads a multipart body, which begins with its delimiter; `None` if it does not.
    pub fn multipart(text: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(text);
        let delimiter = text.lines().next()?.trim_end();
        if delimiter.len() < 3 || !delimiter.starts_with("--") {
            return None;
        }
        let parts = text.split(delimiter).skip(1).take(MOST_FIELDS);
        Some(Self(parts.filter_map(part).collect()))
    }

    /// The first value of a field. Names are compared as they are.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every field.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Name and value of a part: `Content-Disposition: form-data; name="…"`, an empty line, the value.
fn part(part: &str) -> Option<(String, String)> {
    let lines = ["\r\n", "\n"].into_iter();
    let (head, value, end) = lines
        .filter_map(|end| part.split_once(&end.repeat(2)).map(|(head, value)| (head, value, end)))
        .next()?;
    let disposition =
        head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let name = disposition.split(';').find_map(|field| field.trim().strip_prefix("name="))?;
    Some((name.trim_matches('"').to_owned(), value.strip_suffix(end).unwrap_or(value).to_owned()))
}

/// Decodes `+` and `%XX`; what is no UTF-8 becomes the replacement character.
pub fn decode(text: &[u8]) -> String {
    String::from_utf8_lossy(&percent_decoded(text, true)).into_owned()
}

/// Decodes `%XX`, and `+` as a blank if `plus`. A percent sign that no two digits follow stays.
pub fn percent_decoded(text: &[u8], plus: bool) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| (*byte as char).to_digit(16));
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
                continue;
            }
            (b'+', ..) if plus => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_fields_are_decoded() {
        let form = Form::read(b"a=1+2&b=%7B%22x%22%3A1%7D&c&=d&a=3&%zz=%&e=%+1");
        assert_eq!(form.get("e"), Some("% 1"));
        assert_eq!(form.get("a"), Some("1 2"));
        assert_eq!(form.get("b"), Some("{\"x\":1}"));
        assert_eq!(form.get("c"), Some(""));
        assert_eq!(form.get("%zz"), Some("%"));
        assert_eq!(form.get("d"), None);
    }

    #[test]
    fn multipart_parts_are_read() {
        let form = Form::multipart(
            b"--x\r\nContent-Disposition: form-data; name=\"filters\"\r\n\r\n{\"a\":1}\r\n\
              --x\r\nContent-Type: text/plain\r\ncontent-disposition: form-data; filename=\"f\"; name=limit\r\n\r\n5\r\n--x--\r\n",
        )
        .unwrap();
        assert_eq!(form.fields().collect::<Vec<_>>(), [("filters", "{\"a\":1}"), ("limit", "5")]);
        assert!(Form::multipart(b"a=1&b=2").is_none());
        assert!(Form::multipart(b"--").is_none());
        assert!(Form::multipart(b"--x\r\nnothing").is_some_and(|form| form.fields().next().is_none()));
    }

    #[test]
    fn the_number_of_form_fields_is_bounded() {
        let flood = "x=1&".repeat(10_000);
        assert_eq!(Form::read(flood.as_bytes()).fields().count(), MOST_FIELDS);
    }
}
