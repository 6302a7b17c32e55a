//! The user name of a `Basic` authorization; the password means nothing to a simulator.
//!
//! Knows text only. RFC 7617 section 2; base64: RFC 4648 section 4. Written out, since a dependency for one name
//! in one header would be heavier than these lines.

/// The user name in the value of a `Proxy-Authorization` field. Another scheme or an empty name: none.
pub(super) fn user(value: &str) -> Result<Option<String>, ()> {
    let (scheme, credentials) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("basic") {
        return Ok(None);
    }
    let pair = String::from_utf8(decode(credentials.trim()).ok_or(())?).map_err(|_| ())?;
    let (user, _) = pair.split_once(':').ok_or(())?;
    if user.chars().any(char::is_control) {
        return Err(());
    }
    Ok((!user.is_empty()).then(|| user.to_owned()))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if text.len() - digits.len() > 2 || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for digit in digits.bytes() {
        held = held << 6 | u32::from(value_of(digit)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

fn value_of(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_as_the_rfc_has_it() {
        let samples = [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob")];
        for (text, plain) in samples {
            assert_eq!(decode(text).unwrap(), plain.as_bytes());
        }
        assert_eq!(decode("+/8="), Some(vec![0xfb, 0xff]));
        for bad in ["Z", "Zg===", "Z g=", "Zm9vY"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_the_basic_scheme_names_a_user() {
        assert_eq!(user("Basic Y29udG9zbzpwdw=="), Ok(Some("contoso".into())));
        assert_eq!(user("basic OnB3"), Ok(None));
        assert_eq!(user("Negotiate abc"), Ok(None));
        assert_eq!(user("Basic"), Err(()));
        assert_eq!(user("Basic Y29udG9zbw=="), Err(()));
    }
}
