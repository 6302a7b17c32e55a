//! Which host names a certificate of an authority permits: read from its name constraints.
//!
//! RFC 5280 section 4.2.1.10; `dNSName` is the implicit tag 2 of a `GeneralName` (appendix A.2).

const SEQUENCE: u8 = 0x30;
const PERMITTED: u8 = 0xa0;
const DNS_NAME: u8 = 0x82;

/// The host names below which it may sign, in the order in which they stand there. What is not DER ends the reading.
pub(super) fn host_names(constraints: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    collect(constraints, &mut names);
    names
}

fn collect(mut rest: &[u8], names: &mut Vec<String>) {
    while let Some((tag, content, after)) = element(rest) {
        match tag {
            // Excluded subtrees need no handling: our certificates contain permitted ones only.
            SEQUENCE | PERMITTED => collect(content, names),
            DNS_NAME => names.extend(String::from_utf8(content.to_vec())),
            _ => {}
        }
        rest = after;
    }
}

/// Tag and content of the first element, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_are_found_among_addresses_and_broken_ends_end_the_reading() {
        let subtree = |tag: u8, content: &[u8]| {
            let mut base = vec![SEQUENCE, content.len() as u8 + 2, tag, content.len() as u8];
            base.extend(content);
            base
        };
        let all =
            [subtree(DNS_NAME, b"example.com"), subtree(0x87, &[127; 8]), subtree(DNS_NAME, b"localhost")];
        let mut constraints = vec![PERMITTED, 0x81, all.concat().len() as u8];
        constraints.extend(all.concat());
        assert_eq!(host_names(&constraints), ["example.com", "localhost"]);
        for length in 0..constraints.len() {
            assert_eq!(host_names(&constraints[..length]), [""; 0]);
        }
    }
}
