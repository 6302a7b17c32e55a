//! The catalogue of refusals: one row per way in which a service says no.
//!
//! A service declares its rows with [`refusals!`](crate::refusals); answer, documentation and coverage come from
//! the same row. How a row becomes bytes (the envelope) is the service's own.

use std::borrow::Cow;
use std::fmt;

use super::context::Inbound;
use super::exchange::Answer;
use super::service::Service;

/// One row of a service's error catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Whose row.
    pub service: Service,
    /// The variant's name: how tests and the request log call it.
    pub name: &'static str,
    /// HTTP status.
    pub status: u16,
    /// The service's own code, as it stands in the body; empty where bodies carry none.
    pub code: &'static str,
    /// The text with its placeholders.
    pub message: &'static str,
    /// When it is answered, in one sentence.
    pub when: &'static str,
    /// The names of its placeholders.
    pub placeholders: &'static [&'static str],
}

/// The texts that somebody gives for the placeholders of a row, by name.
pub type Texts<'a> = &'a dyn Fn(&str) -> Option<String>;

/// All refusals of a service, and how one is made by its name.
#[derive(Clone, Copy)]
pub struct Catalogue {
    /// Its rows.
    pub rows: &'static [Row],
    /// The refusal of this name with these texts, where the catalogue has one and they fit.
    pub named: fn(&str, Texts<'_>) -> Option<Refused>,
}

/// What a placeholder of a row can hold, made from a text.
pub trait Placeholder: Sized {
    /// What the text says; without one, something that can stand there.
    fn read(text: Option<String>) -> Option<Self>;
}

/// What stands for a text that nobody gives.
const UNKNOWN: &str = "unknown";

impl Placeholder for String {
    fn read(text: Option<String>) -> Option<Self> {
        Some(text.unwrap_or_else(|| UNKNOWN.to_owned()))
    }
}

impl Placeholder for Cow<'static, str> {
    fn read(text: Option<String>) -> Option<Self> {
        Some(text.map_or(Self::Borrowed(UNKNOWN), Self::Owned))
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Placeholder for $number {
            fn read(text: Option<String>) -> Option<Self> {
                text.map_or(Some(30), |text| text.trim().parse().ok())
            }
        }
    )+};
}

numbers!(i64, u32, u64, usize);

/// A refusal of some service.
pub trait ServiceRefusal: fmt::Debug + Send + Sync {
    /// Its row in the catalogue.
    fn row(&self) -> &'static Row;
    /// The row's text with the placeholders filled in.
    fn message(&self) -> String;
    /// The answer, in the service's envelope.
    fn answer(&self, ctx: &Inbound<'_>) -> Answer;
}

/// A refusal on its way out of a handler, with what the request log shall say about it.
#[derive(Debug)]
pub struct Refused {
    refusal: Box<dyn ServiceRefusal>,
    reason: Option<String>,
}

impl Refused {
    /// Adds, for the request log alone, what was expected and what came: "field `limit`: expected …, got …".
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The row behind it.
    pub fn row(&self) -> &'static Row {
        self.refusal.row()
    }

    /// What the request log says.
    pub fn reason(&self) -> String {
        self.reason.clone().unwrap_or_else(|| self.refusal.message())
    }

    /// The row's text with the placeholders filled in.
    pub fn message(&self) -> String {
        self.refusal.message()
    }

    /// The answer to send.
    pub fn answer(&self, ctx: &Inbound<'_>) -> Answer {
        self.refusal.answer(ctx)
    }
}

impl<R: ServiceRefusal + 'static> From<R> for Refused {
    fn from(refusal: R) -> Self {
        Self { refusal: Box::new(refusal), reason: None }
    }
}

/// Declares a service's error catalogue: an enum with one variant per row.
///
/// ```text
/// refusals! {
///     /// What the service refuses.
///     pub enum Refusal of Service::CloudApps, answered by envelope::answer {
///         /// The token is missing, malformed, unknown or expired.
///         InvalidToken = 401, "", "Invalid token.";
///         /// Too many requests in the last minute.
///         Throttled { seconds: u64 } = 429, "", "Expected available in {seconds} seconds.";
///     }
/// }
/// ```
/// The function named after `answered by` has the signature `fn(&Enum, &Inbound<'_>) -> Answer`.
#[doc(hidden)]
#[macro_export]
macro_rules! refusals {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident of $service:expr, answered by $answer:path {
            $(
                $(#[doc = $when:literal])+
                $variant:ident $({ $($field:ident : $type:ty),+ $(,)? })? = $status:literal, $code:literal, $message:literal;
            )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis enum $name {
            $(
                $(#[doc = $when])+
                $variant $({ $(#[doc = concat!("Fills `{", stringify!($field), "}`.")] $field: $type),+ })?,
            )+
        }

        impl $name {
            /// Every row, in the order of declaration.
            $vis const ROWS: &'static [$crate::gateway::Row] = &[
                $($crate::gateway::Row {
                    service: $service,
                    name: stringify!($variant),
                    status: $status,
                    code: $code,
                    message: $message,
                    when: concat!($($when),+),
                    placeholders: &[$($(stringify!($field)),+)?],
                },)+
            ];

            /// All of them, and how one is made by its name.
            $vis const CATALOGUE: $crate::gateway::Catalogue = $crate::gateway::Catalogue {
                rows: Self::ROWS,
                named: |name, texts| Self::named(name, texts).map($crate::gateway::Refused::from),
            };

            /// The refusal of this name with these texts.
            #[allow(unused_variables)]
            fn named(name: &str, texts: $crate::gateway::refusal::Texts<'_>) -> Option<Self> {
                match name {
                    $(stringify!($variant) => Some(Self::$variant $({
                        $($field: $crate::gateway::refusal::Placeholder::read(texts(stringify!($field)))?),+
                    })?),)+
                    _ => None,
                }
            }

            fn place(&self) -> usize {
                #[derive(Clone, Copy)]
                #[allow(clippy::enum_variant_names)]
                enum Place { $($variant),+ }
                let place = match self { $(Self::$variant { .. } => Place::$variant),+ };
                place as usize
            }
        }

        impl $crate::gateway::ServiceRefusal for $name {
            fn row(&self) -> &'static $crate::gateway::Row {
                &Self::ROWS[self.place()]
            }

            #[allow(unused_variables, clippy::useless_format)]
            fn message(&self) -> String {
                match self {
                    $(Self::$variant $({ $($field),+ })? => format!($message),)+
                }
            }

            fn answer(&self, ctx: &$crate::gateway::Inbound<'_>) -> $crate::gateway::Answer {
                $answer(self, ctx)
            }
        }
    };
}
