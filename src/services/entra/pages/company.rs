//! How a page shows whose sign-in it is: the company's name, its initials in a box, and a colour.

/// How many colours there are: one class of the style for each, `tint-0` and on.
pub const TINTS: u32 = 12;

/// Initials of a box.
const MOST_INITIALS: usize = 2;

/// A company as pages mark it.
#[derive(Clone, Copy, Debug)]
pub struct CompanyMark<'a> {
    /// Display name.
    pub name: &'a str,
    /// Its colour, below [`TINTS`].
    pub tint: u32,
}

impl CompanyMark<'_> {
    /// The first letters of the first and the last word of the name, in capitals.
    pub fn monogram(&self) -> String {
        let words = self.name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut initials: Vec<char> = words.filter_map(|word| word.chars().next()).collect();
        if initials.len() > MOST_INITIALS {
            initials.drain(1..initials.len() - 1);
        }
        initials.into_iter().flat_map(char::to_uppercase).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monogram_is_at_most_the_initials_of_the_first_and_the_last_word() {
        for (name, expected) in [
            ("Contoso", "C"),
            ("Alpine Ski House", "AH"),
            ("a. datum", "AD"),
            ("école & fils", "ÉF"),
            ("3rd Floor", "3F"),
            ("<b>", "B"),
            ("…", ""),
            ("", ""),
        ] {
            assert_eq!(CompanyMark { name, tint: 0 }.monogram(), expected, "{name}");
        }
    }
}
