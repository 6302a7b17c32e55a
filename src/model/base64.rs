//! Base64 in its two alphabets (RFC 4648), decoded strictly: one text for one value, so that a token can not be
//! spelled in two ways.

const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The URL alphabet without padding, as JOSE uses it (RFC 7515, section 2).
pub fn encode_url(bytes: &[u8]) -> String {
    encode(bytes, URL)
}

/// The standard alphabet with padding, as certificates in key sets use it (RFC 7517, section 4.7).
pub fn encode_standard(bytes: &[u8]) -> String {
    let mut text = encode(bytes, STANDARD);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// Reads the URL alphabet without padding; `None` for anything else.
pub fn decode_url(text: &str) -> Option<Vec<u8>> {
    decode(text.as_bytes(), b'-', b'_')
}

/// Reads the standard alphabet, with or without padding; `None` for anything else.
pub fn decode_standard(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    if text.len() - bare.len() > 2 || (bare.len() != text.len() && !text.len().is_multiple_of(4)) {
        return None;
    }
    decode(bare.as_bytes(), b'+', b'/')
}

/// Reads either alphabet, with or without padding, for ids that clients spell as they like.
pub fn decode_any(text: &str) -> Option<Vec<u8>> {
    let standard: String = text
        .trim()
        .trim_end_matches('=')
        .chars()
        .map(|letter| match letter {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    decode_standard(&standard)
}

fn encode(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, &byte| (bits << 8) | u32::from(byte));
        let bits = bits << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            text.push(char::from(alphabet[(bits >> (18 - 6 * place)) as usize & 63]));
        }
    }
    text
}

fn decode(text: &[u8], sixty_two: u8, sixty_three: u8) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.chunks(4) {
        let mut bits = 0u32;
        for &letter in group {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                _ if letter == sixty_two => 62,
                _ if letter == sixty_three => 63,
                _ => return None,
            };
            bits = (bits << 6) | u32::from(value);
        }
        // The bits of the last letter that no byte takes must be zero.
        match group.len() {
            4 => bytes.extend_from_slice(&bits.to_be_bytes()[1..]),
            3 if bits & 3 == 0 => bytes.extend_from_slice(&(bits >> 2).to_be_bytes()[2..]),
            2 if bits & 15 == 0 => bytes.extend_from_slice(&(bits >> 4).to_be_bytes()[3..]),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_matches_the_examples_of_rfc_4648() {
        for (bytes, padded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
        ] {
            assert_eq!(encode_standard(bytes.as_bytes()), padded);
            assert_eq!(encode_url(bytes.as_bytes()), padded.trim_end_matches('='));
            assert_eq!(decode_standard(padded).as_deref(), Some(bytes.as_bytes()));
            assert_eq!(decode_url(padded.trim_end_matches('=')).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(encode_url(&[0xfb, 0xff]), "-_8");
        assert_eq!(encode_standard(&[0xfb, 0xff]), "+/8=");
    }

    #[test]
    fn non_canonical_base64_is_refused() {
        for text in ["Zh", "Zm9=", "Z", "Zg==", "Zm+v", "Zm 9v", "Zm9v\n", "é"] {
            assert_eq!(decode_url(text), None, "{text:?}");
        }
        for text in ["Zg=", "Zg===", "=", "Zm9v=", "Zm-v"] {
            assert_eq!(decode_standard(text), None, "{text:?}");
        }
    }
}
