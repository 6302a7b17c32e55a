//! What a setting may be: the vocabulary of the table.

use serde_json::Value as Json;

use crate::generate::world::figures::Figures;
use crate::generate::world::sites;
use crate::identity::redirect;
use crate::model::service_date::ServiceDate;
use crate::model::spec::{Moment, Specification};
use crate::model::time::{Span, VirtualTime};

/// A setting.
pub(super) struct Setting {
    pub(super) key: &'static str,
    pub(super) shape: Shape,
    /// What it means, in a sentence or two.
    pub(super) doc: &'static str,
    /// What it is when it is absent; null where that has no value of its own.
    pub(super) default: fn(&Basis) -> Json,
    /// YAML that shows it, where the default does not.
    pub(super) example: &'static str,
    /// It must be there.
    pub(super) needed: bool,
}

/// What defaults are worked out from: a specification in which only the number of users is set.
pub(super) struct Basis {
    pub(super) spec: Specification,
    pub(super) figures: Figures,
}

impl Basis {
    pub(super) fn new(spec: Specification) -> Self {
        let figures = Figures::of(&spec);
        Self { spec, figures }
    }
}

/// What a value may be.
pub(super) enum Shape {
    /// A whole number, both bounds included.
    Whole(i64, i64),
    /// A whole number from 0 to the largest of 64 bits.
    Seed,
    /// A number with up to three decimals, both bounds included.
    Decimal(i64, i64),
    /// A text of a form.
    Text(Form),
    /// One of some words.
    One(fn() -> Vec<&'static str>),
    /// True or false; `on` and `off` will do.
    Flag,
    /// A list of so many at most, and at least.
    List(&'static Shape, usize, usize),
    /// A map with these settings.
    Keys(&'static [Setting]),
    /// A map from these words to values of one shape.
    Named(fn() -> Vec<&'static str>, &'static Shape),
    /// The word `none`, which stands for 0.
    Nothing,
    /// One of these, by what kind of value it is.
    Either(&'static [Shape]),
}

/// What invented domains end in: the tenants' own, and what is reserved for tests and examples by RFC 2606.
const INVENTED: [&str; 5] = [".onmicrosoft.com", ".example", ".test", ".invalid", ".localhost"];

/// A character that does not show: it controls, or turns the direction of what is written around it, so that a name
/// reads as another.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A length of time in its largest whole unit.
fn short(seconds: i64) -> String {
    match seconds {
        days if days > 86_400 && days % 86_400 == 0 => format!("{}d", days / 86_400),
        hours if hours > 0 && hours % 3_600 == 0 => format!("{}h", hours / 3_600),
        minutes if minutes > 0 && minutes % 60 == 0 => format!("{}m", minutes / 60),
        seconds => format!("{seconds}s"),
    }
}

/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Any text that shows, up to so many characters.
    Name(usize),
    /// A domain name.
    Domain,
    /// A label of a host name.
    Label,
    /// A principal name, or what stands before its `@`.
    Principal,
    /// A short name in lower case.
    Short,
    /// ISO 3166-1 alpha-2.
    Country,
    /// A zone of the IANA database.
    Zone,
    /// A minute of a day counted from the start's.
    Moment,
    /// RFC 3339.
    Instant,
    /// A month of a year.
    Month,
    /// A redirect URI that can be registered.
    Redirect,
    /// A length of time between these, in seconds.
    Length(i64, i64),
}

impl Form {
    /// What is expected, in words.
    pub(super) fn told(self) -> String {
        match self {
            Self::Name(60) => "a name of 1 to 60 characters that all show".to_owned(),
            Self::Name(most) => format!("a text of 1 to {most} characters"),
            Self::Domain => {
                "an invented domain name in lower case, such as fabrikam.example: one that ends in .onmicrosoft.com, \
                 .example, .test, .invalid or .localhost"
                    .to_owned()
            }
            Self::Label => {
                "a host label of 1 to 27 letters (in lower case), digits and inner hyphens".to_owned()
            }
            Self::Principal => "a principal name such as ada or ada@fabrikam.example".to_owned(),
            Self::Short => "a short name of 1 to 40 letters (in lower case), digits and hyphens".to_owned(),
            Self::Country => "an ISO country code such as CA".to_owned(),
            Self::Zone => "a time zone of the IANA database such as America/Toronto".to_owned(),
            Self::Moment => "a moment such as \"-2d 14:30\"".to_owned(),
            Self::Redirect => {
                "a redirect URI such as https://localhost/myapp: https, http on the own machine, or a program's own \
                 scheme; without fragment and wildcard"
                    .to_owned()
            }
            Self::Length(least, most) => {
                format!("a length of time such as \"90s\" or \"2h 30m\", from {} to {}", short(least), short(most))
            }
            Self::Month => "a month such as \"2025-11\", from 2000-01 to 2099-12".to_owned(),
            Self::Instant => "an RFC 3339 instant such as 2026-11-24T00:00:00Z".to_owned(),
        }
    }

    /// A regular expression for the schema.
    pub(super) const fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Name(_) => Some(r"\S"),
            Self::Domain => {
                Some(r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+(onmicrosoft\.com|example|test|invalid|localhost)$")
            }
            Self::Label => Some(r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"),
            Self::Principal => Some(r"^[A-Za-z0-9._-]+(@[A-Za-z0-9.-]+)?$"),
            Self::Short => Some(r"^[a-z0-9-]+$"),
            Self::Country => Some(r"^[A-Z]{2}$"),
            Self::Moment => Some(r"^[+-]?[0-9]+d [0-9]{1,2}:[0-9]{2}$"),
            Self::Redirect => Some(r"^[A-Za-z][A-Za-z0-9+.-]*:[^#*\s]+$"),
            Self::Month => Some(ServiceDate::PATTERN),
            Self::Zone | Self::Instant | Self::Length(..) => None,
        }
    }

    /// The most characters.
    pub(super) const fn longest(self) -> usize {
        match self {
            Self::Name(most) => most,
            Self::Label => 27,
            Self::Short => 40,
            Self::Principal => 113,
            Self::Country => 2,
            Self::Month => 7,
            Self::Redirect => redirect::MAX_URI,
            Self::Domain | Self::Zone | Self::Moment | Self::Instant | Self::Length(..) => 63,
        }
    }

    /// Whether a text has the form.
    pub(super) fn fits(self, text: &str) -> bool {
        let label = |text: &str| {
            let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !text.is_empty() && text.bytes().all(known) && !text.starts_with('-') && !text.ends_with('-')
        };
        if text.chars().count() > self.longest() {
            return false;
        }
        match self {
            Self::Name(_) => !text.trim().is_empty() && !text.chars().any(is_hidden),
            Self::Domain => {
                let above = INVENTED.iter().find_map(|ending| text.strip_suffix(ending));
                above.is_some_and(|above| above.split('.').all(label))
            }
            Self::Label => label(text),
            Self::Principal => {
                let (local, domain) = text.split_once('@').unwrap_or((text, "x"));
                let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
                !local.is_empty() && !domain.is_empty() && local.bytes().chain(domain.bytes()).all(known)
            }
            Self::Short => {
                let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                !text.is_empty() && text.bytes().all(known)
            }
            Self::Country => text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
            Self::Zone => sites::offset_of(text).is_some(),
            Self::Moment => text.parse::<Moment>().is_ok(),
            Self::Month => text.parse::<ServiceDate>().is_ok(),
            Self::Instant => VirtualTime::parse(text).is_some(),
            Self::Redirect => redirect::check(text).is_ok(),
            Self::Length(least, most) => Span::parse(text)
                .is_some_and(|span| (Span::seconds(least)..=Span::seconds(most)).contains(&span)),
        }
    }
}

impl Shape {
    /// What is expected, in words.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::Seed => format!("a whole number from 0 to {}", u64::MAX),
            Self::Decimal(least, most) => {
                format!("a number from {least} to {most} with up to three decimals")
            }
            Self::Text(form) => form.told(),
            Self::One(words) => format!("one of {}", words().join(", ")),
            Self::Flag => "true or false".to_owned(),
            Self::List(_, most, 0) => format!("a list of up to {most}"),
            Self::List(_, most, least) => format!("a list of {least} to {most}"),
            Self::Keys(settings) => {
                let keys: Vec<&str> = settings.iter().map(|setting| setting.key).collect();
                format!("a map with {}", keys.join(", "))
            }
            Self::Named(..) => "a map".to_owned(),
            Self::Nothing => "none".to_owned(),
            Self::Either(shapes) => {
                let told: Vec<String> = shapes.iter().map(Self::told).collect();
                told.join(", or ")
            }
        }
    }
}
