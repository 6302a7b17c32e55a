//! Names of people, the user principal names made of them, and passwords.
//!
//! Names come from the locale arrays of `fake` where it has the office's country, else from own short lists.
//! They are picked by [`Stream`], so that only the lists, not the drawing, depend on `fake`'s version.

use fake::locales::{DE_DE, Data, EN, FR_FR, NL_NL, PT_BR};

use crate::catalogue::words::{
    ENGLISH_SURNAMES, INDIAN_GIVEN, INDIAN_SURNAMES, RUSSIAN_GIVEN, RUSSIAN_SURNAMES, SINGAPORE_GIVEN,
    SINGAPORE_SURNAMES,
};
use crate::generate::stream::{Chance, Stream};

/// Placeholder people ("Mustermann" of the specimen identity cards) open `fake`'s German lists.
const GERMAN_PLACEHOLDERS: usize = 14;

/// Draws a given and a family name common in a country.
pub(in crate::generate) fn draw(country: &str, chance: &mut Stream) -> (&'static str, &'static str) {
    let english = if chance.chance(Chance::percent(75)) { ENGLISH_SURNAMES } else { EN::NAME_LAST_NAME };
    let (given, family) = match country {
        "NL" => (NL_NL::NAME_FIRST_NAME, NL_NL::NAME_LAST_NAME),
        "DE" => (DE_DE::NAME_FIRST_NAME, &DE_DE::NAME_LAST_NAME[GERMAN_PLACEHOLDERS..]),
        "FR" => (FR_FR::NAME_FIRST_NAME, FR_FR::NAME_LAST_NAME),
        "BR" => (PT_BR::NAME_FIRST_NAME, PT_BR::NAME_LAST_NAME),
        "IN" => (INDIAN_GIVEN, INDIAN_SURNAMES),
        "SG" => (SINGAPORE_GIVEN, SINGAPORE_SURNAMES),
        "RU" => (RUSSIAN_GIVEN, RUSSIAN_SURNAMES),
        _ => (EN::NAME_FIRST_NAME, english),
    };
    (name(given, chance), name(family, chance))
}

/// A name that can be written in an address: some entries of `fake` hold quotes or combining marks.
fn name(list: &'static [&'static str], chance: &mut Stream) -> &'static str {
    loop {
        let name = *chance.pick(list);
        if name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'')) && fold(name).len() > 1 {
            return name;
        }
    }
}

/// `given.surname`, in lower-case ASCII letters, digits and hyphens.
pub(in crate::generate) fn local_part(given: &str, surname: &str) -> String {
    let part = |name: &str| {
        fold(name).chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>()
    };
    format!("{}.{}", part(given), part(surname))
}

/// Accents taken off, capitals kept at the beginning of words.
pub(in crate::generate) fn fold_case(text: &str) -> String {
    let mut folded = fold(text);
    for at in 0..folded.len() {
        if at == 0 || folded.as_bytes()[at - 1] == b' ' {
            folded[at..=at].make_ascii_uppercase();
        }
    }
    folded
}

/// Lower case, accents taken off; what has no ASCII form is left out.
pub(in crate::generate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ą' => folded.push('a'),
            'ä' => folded.push_str("ae"),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ě' | 'ę' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => folded.push('i'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ø' => folded.push('o'),
            'ö' => folded.push_str("oe"),
            'ù' | 'ú' | 'û' => folded.push('u'),
            'ü' => folded.push_str("ue"),
            'ý' | 'ÿ' => folded.push('y'),
            'š' | 'ş' | 'ś' => folded.push('s'),
            'ž' | 'ź' | 'ż' => folded.push('z'),
            'ğ' => folded.push('g'),
            'ł' => folded.push('l'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            c if c.is_ascii() => folded.push(c),
            _ => {}
        }
    }
    folded
}

/// A password like `Tuv4-Kelim-29`: easy to read out, long enough for the usual rules.
pub(in crate::generate) fn password(chance: &mut Stream) -> String {
    const CONSONANTS: &[u8] = b"bdfghjklmnprstvz";
    const VOWELS: &[u8] = b"aeiou";
    let mut text = String::with_capacity(13);
    for shape in "CvcD-CvcvcDD".chars() {
        // A hyphen stands before the closing digits as well.
        if shape == 'D' && text.len() == 10 {
            text.push('-');
        }
        match shape {
            'C' => text.push(char::from(chance.pick(CONSONANTS).to_ascii_uppercase())),
            'c' => text.push(char::from(*chance.pick(CONSONANTS))),
            'v' => text.push(char::from(*chance.pick(VOWELS))),
            'D' => text.push(char::from(b'2' + chance.below(8) as u8)),
            other => text.push(other),
        }
    }
    text
}
