//! Texts in JSON: quoted, with the escapes that RFC 8259 (section 7) demands and no others.

use std::fmt;

/// Writes a text in quotes.
pub(super) fn quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    escaped(text, out);
    out.push(b'"');
}

/// Writes what is shown in quotes, without making a text of it first.
pub(super) fn quoted_display(shown: impl fmt::Display, out: &mut Vec<u8>) {
    use fmt::Write;
    out.push(b'"');
    // Writing to a vector can not fail, and our `Display` implementations return no errors of their own.
    write!(Escaping(out), "{shown}").expect("a text that can be written");
    out.push(b'"');
}

struct Escaping<'o>(&'o mut Vec<u8>);

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escaped(text, self.0);
        Ok(())
    }
}

fn escaped(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain_length(rest));
        out.extend_from_slice(plain);
        let Some((byte, after)) = special.split_first() else { return };
        escape(*byte, out);
        rest = after;
    }
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        0x09 => b't',
        0x0a => b'n',
        0x0c => b'f',
        0x0d => b'r',
        _ => {
            let digits = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&digits);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// How many bytes there are before the first that needs an escape. Eight at a time: most texts have none.
fn plain_length(bytes: &[u8]) -> usize {
    let is_plain = |word: &[u8; 8]| !has_special(u64::from_le_bytes(*word));
    let mut length = 0;
    while let Some(word) = bytes[length..].first_chunk::<8>() {
        if !is_plain(word) {
            break;
        }
        length += 8;
    }
    let rest = &bytes[length..];
    // What is left at the end is looked at together with what comes before it.
    if rest.len() < 8 && bytes.last_chunk::<8>().is_some_and(is_plain) {
        return bytes.len();
    }
    length + rest.iter().position(|byte| is_special(*byte)).unwrap_or(rest.len())
}

fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Whether one of eight bytes may need an escape: never no where one does.
fn has_special(word: u64) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = ONES << 7;
    // A byte below `n` borrows from its own highest bit when `n` is taken from it.
    let below = |word: u64, n: u64| word.wrapping_sub(ONES * n) & !word & HIGHS;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    below(word, u64::from(b' ')) | is(b'"') | is(b'\\') != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_serde_json_writes_them() {
        let plain = "Zoë signs in from 日本, it says: fine";
        for at in (0..=plain.len()).filter(|at| plain.is_char_boundary(*at)) {
            for special in (0..=0x7f).map(char::from).chain(['\u{7f}', '\u{80}', 'é', '\u{2028}', '🔑']) {
                let text = format!("{}{special}{}", &plain[..at], &plain[at..]);
                let expected = serde_json::to_string(&text).unwrap();
                let mut out = Vec::new();
                quoted(&text, &mut out);
                assert_eq!(String::from_utf8_lossy(&out), expected);
                out.clear();
                quoted_display(format_args!("{}{special}{}", &plain[..at], &plain[at..]), &mut out);
                assert_eq!(String::from_utf8_lossy(&out), expected);
            }
        }
    }

    #[test]
    fn every_byte_that_needs_a_json_escape_is_found() {
        for place in 0..8 {
            for byte in 0..=255u8 {
                let mut bytes = [b'a'; 8];
                bytes[place] = byte;
                assert!(has_special(u64::from_le_bytes(bytes)) || !is_special(byte), "{byte} at {place}");
                bytes = [0xc3; 8];
                bytes[place] = byte;
                assert!(has_special(u64::from_le_bytes(bytes)) || !is_special(byte), "{byte} at {place}");
            }
        }
    }
}
