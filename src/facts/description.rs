//! The text of an alert or a behavior: the words of its policy, with what is told of this one put in.
//!
//! Where the recorded texts differ, these follow the form that scripts read addresses out of: a paragraph of HTML that
//! names the user, addresses with their countries, and minutes. The words are (unverified).

use std::fmt;
use std::fmt::{Display, Write as _};

use crate::generate::world::IpCategory;
use crate::model::time::Span;

use super::Address;
use super::alert::{AlertFacts, Wording};
use super::observation::ObservationFacts;

/// How many addresses are named; the entities of the alert name all.
const NAMED: usize = 5;

/// The text of an alert or a behavior: writes itself.
///
/// A template has these places: `{user}` display name and principal name; `{activities}`, `{attempts}`,
/// `{files}`, `{items}` and `{minutes}` how many in how many minutes; `{from}` the addresses with their countries; `{apps}`; `{journey}` the two addresses
/// of an impossible journey and the minutes between; `{limit}` and `{window}` the thresholds of the policy; `{remarks}`
/// what else is known, a line each.
#[derive(Clone, Copy)]
pub struct Description<'a> {
    wording: Wording<'a>,
    seen: ObservationFacts<'a>,
}

impl<'a> Description<'a> {
    pub(super) fn of(alert: AlertFacts<'a>) -> Self {
        Self { wording: alert.wording(), seen: alert.seen() }
    }

    /// A behavior is told in the words of the alerts that its policy raised.
    pub(super) fn of_behavior(seen: ObservationFacts<'a>) -> Self {
        Self { wording: Wording::Template(seen.policy().description), seen }
    }
}

impl Display for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = match self.wording {
            Wording::Given(text) => return f.write_str(text),
            Wording::Template(template) => template,
        };
        while let Some((before, after)) = rest.split_once('{') {
            f.write_str(before)?;
            let (place, after) = after.split_once('}').unwrap_or((after, ""));
            self.fill(place, f)?;
            rest = after;
        }
        f.write_str(rest)
    }
}

impl Description<'_> {
    fn fill(&self, place: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alert = &self.seen;
        match place {
            "user" => match alert.actor() {
                Some(user) => {
                    Escaped(user.name).fmt(f)?;
                    f.write_str(" (")?;
                    Escaped(user.account).fmt(f)?;
                    f.write_char(')')
                }
                None => Ok(()),
            },
            "activities" => self.count(["activity", "activities"], f),
            "attempts" => self.count(["time", "times"], f),
            "files" => self.count(["file", "files"], f),
            "items" => self.count(["item", "items"], f),
            "minutes" => {
                let span =
                    alert.evidence().map_or(Span::default(), |evidence| evidence.last - evidence.first);
                minutes(span, f)
            }
            "from" => list(alert.addresses().take(NAMED).map(Located), f),
            "apps" => list(alert.apps().map(|(_, name)| Escaped(name)), f),
            "journey" => self.journey(f),
            "limit" => write!(f, "{}", alert.limits().map_or(0, |(count, _)| count)),
            "window" => window(alert.limits().map_or(0, |(_, seconds)| seconds), f),
            "remarks" => self.remarks(f),
            // The catalogue has no other: a test reads every template.
            _ => Ok(()),
        }
    }

    fn count(&self, [one, many]: [&str; 2], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.seen.evidence().map_or(0, |evidence| evidence.count);
        write!(f, "{count} {}", if count == 1 { one } else { many })
    }

    fn journey(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let journey = self.seen.evidence().and_then(|evidence| evidence.journey);
        let ends = journey.and_then(|journey| {
            Some((self.seen.address(journey.from)?, self.seen.address(journey.to)?, journey.apart))
        });
        let Some((from, to, apart)) = ends else {
            list(self.seen.addresses().take(NAMED).map(Located), f)?;
            f.write_str(" within ")?;
            return self.fill("minutes", f);
        };
        write!(f, "{} and {} within ", Located(from), Located(to))?;
        minutes(apart, f)
    }

    fn remarks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for address in self.seen.addresses().take(NAMED) {
            let provider = Escaped(&address.place.provider);
            if address.place.anonymous {
                write!(f, "<br>{} belongs to {provider} and hides from where it is used.", address.ip)?;
            } else if address.place.category == IpCategory::None && !address.place.provider.is_empty() {
                write!(f, "<br>{} belongs to {provider}.", address.ip)?;
            }
        }
        if self.seen.about_an_administrator() {
            f.write_str("<br>This user is an administrator.")?;
        }
        Ok(())
    }
}

/// An address with its country.
struct Located<'a>(Address<'a>);

impl Display for Located<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let country = &self.0.place.country_name;
        if country.is_empty() {
            return self.0.ip.fmt(f);
        }
        self.0.ip.fmt(f)?;
        f.write_str(" in ")?;
        Escaped(country).fmt(f)
    }
}

/// A text in which nothing is markup.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        let is_markup = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
        while let Some(at) = rest.bytes().position(is_markup) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// `a`, `a and b`, `a, b and c`.
fn list(items: impl Iterator<Item = impl Display>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut items = items.peekable();
    let mut first = true;
    while let Some(item) = items.next() {
        if !first {
            f.write_str(if items.peek().is_some() { ", " } else { " and " })?;
        }
        first = false;
        item.fmt(f)?;
    }
    Ok(())
}

/// Whole minutes, begun ones counted: at least one.
fn minutes(span: Span, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let count = (span.as_millis() + 59_999).div_euclid(60_000).max(1);
    write!(f, "{count} minute")?;
    if count != 1 { f.write_char('s') } else { Ok(()) }
}

/// A span of time in the words of the texts.
fn window(seconds: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (seconds, seconds % 60) {
        (3_600, _) => f.write_str("one hour"),
        (60, _) => f.write_str("one minute"),
        (_, 0) => write!(f, "{} minutes", seconds / 60),
        _ => write!(f, "{seconds} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::policies::POLICIES;

    #[test]
    fn every_placeholder_of_every_alert_text_is_known() {
        let known = [
            "user",
            "activities",
            "attempts",
            "files",
            "items",
            "minutes",
            "from",
            "apps",
            "journey",
            "limit",
            "window",
            "remarks",
        ];
        for policy in POLICIES {
            for place in policy.description.split('{').skip(1) {
                let place = place.split_once('}').map(|(place, _)| place);
                assert!(place.is_some_and(|place| known.contains(&place)), "{}: {place:?}", policy.name);
            }
            assert!(policy.description.starts_with("<p>") && policy.description.ends_with("</p>"));
        }
    }

    #[test]
    fn names_are_escaped_in_alert_descriptions() {
        assert_eq!(Escaped("A<b> & \"O'Neil\" é").to_string(), "A&lt;b&gt; &amp; &quot;O&#39;Neil&quot; é");
    }

    #[test]
    fn lists_are_joined_with_commas_and_and() {
        struct All(&'static [&'static str]);
        impl Display for All {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                list(self.0.iter(), f)
            }
        }
        assert_eq!(All(&["a"]).to_string(), "a");
        assert_eq!(All(&["a", "b"]).to_string(), "a and b");
        assert_eq!(All(&["a", "b", "c"]).to_string(), "a, b and c");
    }
}
