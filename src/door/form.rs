//! Forms: `application/x-www-form-urlencoded` bodies and query strings, which share one syntax.
//!
//! Source: the WHATWG URL standard, section 5. Bounded; whatever arrives is read, nothing panics.

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

    /// The first value of a field. Names are compared as they are.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every field.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Reads a multipart form whose boundary is its own first line (RFC 2046, 5.1.1); files among its parts are read as
/// text. `None` if it is none.
pub fn multipart(body: &[u8]) -> Option<Form> {
    let line_end = body.windows(2).position(|two| two == b"\r\n")?;
    let boundary = &body[..line_end];
    if boundary.len() < 3 || boundary.len() > 72 {
        return None;
    }
    let mut fields = Vec::new();
    let mut rest = &body[line_end + 2..];
    while fields.len() < MOST_FIELDS {
        let head_end = rest.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&rest[..head_end]).into_owned();
        let content = &rest[head_end + 4..];
        let end = content
            .windows(boundary.len() + 2)
            .position(|w| w.starts_with(b"\r\n") && w.ends_with(boundary))?;
        let name = head.split("name=\"").nth(1).and_then(|text| text.split('"').next())?;
        fields.push((name.to_owned(), String::from_utf8_lossy(&content[..end]).into_owned()));
        let after = &content[end + 2 + boundary.len()..];
        match after.strip_prefix(b"\r\n") {
            Some(next) => rest = next,
            None if after.starts_with(b"--") => return Some(Form(fields)),
            None => return None,
        }
    }
    Some(Form(fields))
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
    fn fields_are_decoded() {
        let form = Form::read(b"a=1+2&b=%7B%22x%22%3A1%7D&c&=d&a=3&%zz=%&e=%+1");
        assert_eq!(form.get("e"), Some("% 1"));
        assert_eq!(form.get("a"), Some("1 2"));
        assert_eq!(form.get("b"), Some("{\"x\":1}"));
        assert_eq!(form.get("c"), Some(""));
        assert_eq!(form.get("%zz"), Some("%"));
        assert_eq!(form.get("d"), None);
    }

    #[test]
    fn multipart_forms_are_read() {
        let body = b"--b1\r\nContent-Disposition: form-data; name=\"limit\"\r\n\r\n5\r\n--b1\r\nContent-Disposition: \
            form-data; name=\"filters\"\r\nContent-Type: application/json\r\n\r\n{\"a\":{}}\r\n--b1--\r\n";
        let form = multipart(body).unwrap();
        assert_eq!((form.get("limit"), form.get("filters")), (Some("5"), Some("{\"a\":{}}")));
        assert!(multipart(b"--b1\r\nno end").is_none());
        assert!(multipart(b"--").is_none());
    }

    #[test]
    fn a_flood_of_fields_is_cut_off() {
        let flood = "x=1&".repeat(10_000);
        assert_eq!(Form::read(flood.as_bytes()).fields().count(), MOST_FIELDS);
    }
}
