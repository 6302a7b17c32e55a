//! Whether a fault can be played. Asked by whatever door it comes in.

use crate::model::field_error::FieldError;
use crate::model::time::Span;

use super::effect::{Edit, Effect, Items, Latency};
use super::{ConnectEffect, Fault, Occasion, RequestMatch, ServerEffect, ServerFault};

/// No glob, text or name of a fault is longer, in bytes.
const LONGEST: usize = 1_024;
/// No body of a fault is larger, in bytes of JSON.
const LARGEST_BODY: usize = 256 << 10;
/// No fault holds up an answer longer, in real time.
const LONGEST_DELAY: Span = Span::minutes(10);
/// No answer is older, in virtual time.
const MOST_STALE: Span = Span::days(7);
/// Headers that are the transport's to say.
const FRAMING: [&str; 5] = ["content-length", "transfer-encoding", "connection", "upgrade", "trailer"];
/// No fault changes more members.
const MOST_EDITS: usize = 64;

impl Fault {
    /// Checks everything that its type does not say.
    ///
    /// # Errors
    /// The first field that holds what it can't.
    pub fn check(&self) -> Result<(), FieldError> {
        self.matches.check()?;
        self.when.check()?;
        self.effect.check()
    }
}

impl ServerFault {
    /// Checks everything that its type does not say.
    ///
    /// # Errors
    /// The first field that holds what it can't.
    pub fn check(&self) -> Result<(), FieldError> {
        self.host.as_deref().map_or(Ok(()), |host| short("host", host))?;
        if self.times == Some(0) {
            return Err(FieldError::value("times", "a whole number from 1 on", "0".to_owned()));
        }
        match self.effect {
            ServerEffect::Connect(ConnectEffect::Status(code)) => refusing("effect.connect.status", code),
            ServerEffect::Host(ConnectEffect::Status(code)) => refusing("effect.host.status", code),
            _ => Ok(()),
        }
    }
}

impl RequestMatch {
    fn check(&self) -> Result<(), FieldError> {
        let texts = [
            ("match.service", &self.service),
            ("match.method", &self.method),
            ("match.path", &self.path),
            ("match.route", &self.route),
            ("match.query", &self.query),
            ("match.body", &self.body),
            ("match.client", &self.client),
        ];
        for (field, text) in texts {
            text.as_deref().map_or(Ok(()), |text| short(field, text))?;
        }
        for (name, value) in &self.header {
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic() && !b.is_ascii_uppercase()) {
                let expected = "names of headers, in small letters";
                return Err(FieldError::text("match.header", expected, name));
            }
            short("match.header", value)?;
        }
        Ok(())
    }
}

impl Occasion {
    fn check(&self) -> Result<(), FieldError> {
        for (field, number) in
            [("when.nth", self.nth), ("when.every", self.every), ("when.times", self.times)]
        {
            if number == Some(0) {
                return Err(FieldError::value(field, "a whole number from 1 on", "0".to_owned()));
            }
        }
        if self.nth.is_some() && (self.after > 0 || self.every.is_some() || self.times.is_some()) {
            let expected = "`nth` alone, or `after`, `every` and `times`";
            return Err(FieldError::value("when", expected, "both".to_owned()));
        }
        if let Some(share) = self.probability.filter(|share| share.0 > 1_000) {
            return Err(FieldError::value(
                "when.probability",
                "a number from 0 to 1",
                share.shown().to_string(),
            ));
        }
        for (field, span) in [("when.from", self.from), ("when.until", self.until)] {
            if let Some(span) = span.filter(|span| *span < Span::default()) {
                return Err(FieldError::value(field, "a length of time", span.to_string()));
            }
        }
        Ok(())
    }
}

impl Effect {
    fn check(&self) -> Result<(), FieldError> {
        match self {
            Self::Respond { status, headers, body, content_type } => {
                status_is_final("effect.respond.status", *status)?;
                for (name, value) in headers {
                    header("effect.respond.headers", name, value)?;
                    if FRAMING.iter().any(|framing| name.eq_ignore_ascii_case(framing)) {
                        let expected =
                            "no header that frames the answer (`truncate` and `reset` break it off)";
                        return Err(FieldError::text("effect.respond.headers", expected, name));
                    }
                }
                if let Some(kind) = content_type {
                    header("effect.respond.contentType", "content-type", kind)?;
                }
                let length = body.as_ref().map_or(0, |body| body.to_string().len());
                let expected = format!("a body of at most {LARGEST_BODY} bytes");
                at_most("effect.respond.body", &expected, length, LARGEST_BODY)
            }
            Self::Refuse { refusal, with } => {
                short("effect.refuse.refusal", refusal)?;
                with.iter().try_for_each(|(_, value)| short("effect.refuse.with", value))
            }
            Self::Throttle { wait, .. } => within("effect.throttle.wait", *wait, Span::days(1)),
            Self::Token(_) => Ok(()),
            Self::Latency(latency) => latency.check(),
            Self::Drip { bytes, every } => {
                above_zero("effect.drip.bytes", *bytes)?;
                within("effect.drip.every", *every, LONGEST_DELAY)
            }
            Self::Hang { length } => within("effect.hang.for", *length, LONGEST_DELAY),
            Self::Reset { .. } => Ok(()),
            Self::Truncate { keep, .. } if keep.0 >= 1_000 => Err(FieldError::value(
                "effect.truncate.keep",
                "a share from 0 on, below 1",
                keep.shown().to_string(),
            )),
            Self::Truncate { .. } => Ok(()),
            Self::Corrupt { bytes } => above_zero("effect.corrupt.bytes", *bytes),
            Self::Edit(edits) => {
                at_most("effect.edit", &format!("at most {MOST_EDITS} changes"), edits.len(), MOST_EDITS)?;
                edits.iter().try_for_each(|edit| match edit {
                    Edit::Set { at, .. } | Edit::Remove { at } => pointer("effect.edit", at),
                })
            }
            Self::List { at, items, .. } => {
                at.as_deref().map_or(Ok(()), |at| pointer("effect.list.at", at))?;
                match items {
                    Items::Share(share) if share.0 > 1_000 => {
                        let expected = "a number from 0 to 1";
                        Err(FieldError::value("effect.list.items", expected, share.shown().to_string()))
                    }
                    _ => Ok(()),
                }
            }
            Self::Stale { by } => within("effect.stale.by", *by, MOST_STALE),
            Self::ContentType(kind) => header("effect.contentType", "content-type", kind),
            Self::Html { status, title } => {
                status_is_final("effect.html.status", *status)?;
                title.as_deref().map_or(Ok(()), |title| short("effect.html.title", title))
            }
        }
    }
}

impl Latency {
    fn check(&self) -> Result<(), FieldError> {
        let field = "effect.latency";
        let (low, high) = match self {
            Self::Fixed(span) => (*span, *span),
            Self::Between { least, most } => (*least, *most),
            Self::Tail { median, p99 } => (*median, *p99),
        };
        within(field, low, LONGEST_DELAY)?;
        within(field, high, LONGEST_DELAY)?;
        if low > high {
            return Err(FieldError::value(field, "the smaller length first", format!("{low}, {high}")));
        }
        Ok(())
    }
}

fn short(field: &str, text: &str) -> Result<(), FieldError> {
    if text.is_empty() || text.len() > LONGEST {
        return Err(FieldError::text(field, "a text of 1 to 1024 bytes", text));
    }
    Ok(())
}

fn status_is_final(field: &str, status: u16) -> Result<(), FieldError> {
    if (200..600).contains(&status) {
        return Ok(());
    }
    Err(FieldError::value(field, "a status from 200 to 599", status.to_string()))
}

fn refusing(field: &str, status: u16) -> Result<(), FieldError> {
    if (400..600).contains(&status) {
        return Ok(());
    }
    Err(FieldError::value(field, "a status from 400 to 599", status.to_string()))
}

/// Names are tokens and values visible text: RFC 9110, 5.1 and 5.5.
fn header(field: &str, name: &str, value: &str) -> Result<(), FieldError> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || !name.bytes().all(token) || name.len() > LONGEST {
        return Err(FieldError::text(field, "names of headers", name));
    }
    if !value.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) || value.len() > LONGEST {
        return Err(FieldError::text(field, "values of headers: visible characters", value));
    }
    Ok(())
}

fn pointer(field: &str, text: &str) -> Result<(), FieldError> {
    if (text.is_empty() || text.starts_with('/')) && text.len() <= LONGEST {
        return Ok(());
    }
    Err(FieldError::text(field, "a JSON pointer such as /data/0/severity", text))
}

fn within(field: &str, span: Span, most: Span) -> Result<(), FieldError> {
    if (Span::default()..=most).contains(&span) {
        return Ok(());
    }
    Err(FieldError::value(field, &format!("a length of time up to {most}"), span.to_string()))
}

fn above_zero(field: &str, number: u32) -> Result<(), FieldError> {
    if number > 0 {
        return Ok(());
    }
    Err(FieldError::value(field, "a whole number from 1 on", "0".to_owned()))
}

fn at_most(field: &str, expected: &str, got: usize, most: usize) -> Result<(), FieldError> {
    if got <= most {
        return Ok(());
    }
    Err(FieldError::value(field, expected, got.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(json: &str) -> Result<(), FieldError> {
        serde_json::from_str::<Fault>(json).expect(json).check()
    }

    #[test]
    fn a_fault_that_can_be_played_is_taken_and_written_as_it_was_read() {
        let lines = [
            r#"{"effect":{"hang":{"for":"PT30S"}}}"#,
            r#"{"match":{"service":"cloudApps","path":"/api/v1/alerts/**"},"when":{"times":3},"effect":{"throttle":{"wait":"PT30S","retryAfter":"date"}}}"#,
            r#"{"effect":{"latency":{"tail":{"median":"PT0.05S","p99":"PT2S"}}}}"#,
            r#"{"effect":{"list":{"change":"duplicate","items":{"share":0.3}}}}"#,
            r#"{"effect":{"edit":[{"set":{"at":"/data/*/x","to":null}},{"remove":{"at":"/total"}}]}}"#,
            r#"{"effect":{"token":"expired"}}"#,
            r#"{"effect":{"contentType":"text/html"}}"#,
            r#"{"effect":{"truncate":{"keep":0.5,"framed":true}}}"#,
        ];
        for line in lines {
            let fault: Fault = serde_json::from_str(line).expect(line);
            assert_eq!(fault.check(), Ok(()), "{line}");
            assert_eq!(serde_json::to_string(&fault).unwrap(), line);
        }
    }

    #[test]
    fn what_can_not_be_played_is_refused_by_its_field() {
        let cases = [
            (r#"{"effect":{"respond":{"status":99}}}"#, "effect.respond.status"),
            (r#"{"effect":{"respond":{"status":500,"headers":{"a b":"x"}}}}"#, "effect.respond.headers"),
            (r#"{"effect":{"respond":{"status":500,"headers":{"a":"x\r\ny"}}}}"#, "effect.respond.headers"),
            (
                r#"{"effect":{"respond":{"status":500,"headers":{"Content-Length":"9"}}}}"#,
                "effect.respond.headers",
            ),
            (r#"{"effect":{"hang":{"for":"11m"}}}"#, "effect.hang.for"),
            (r#"{"effect":{"latency":{"between":{"least":"2s","most":"1s"}}}}"#, "effect.latency"),
            (r#"{"effect":{"truncate":{"keep":1}}}"#, "effect.truncate.keep"),
            (r#"{"effect":{"edit":[{"remove":{"at":"data"}}]}}"#, "effect.edit"),
            (r#"{"when":{"times":0},"effect":{"reset":{}}}"#, "when.times"),
            (r#"{"when":{"nth":2,"times":1},"effect":{"reset":{}}}"#, "when"),
            (r#"{"when":{"probability":1.5},"effect":{"reset":{}}}"#, "when.probability"),
            (r#"{"match":{"header":{"User-Agent":"*"}},"effect":{"reset":{}}}"#, "match.header"),
            (r#"{"match":{"path":""},"effect":{"reset":{}}}"#, "match.path"),
        ];
        for (json, field) in cases {
            assert_eq!(checked(json).expect_err(json).field, field, "{json}");
        }
        assert!(serde_json::from_str::<Fault>(r#"{"effect":{"explode":{}}}"#).is_err());
        assert!(serde_json::from_str::<Fault>(r#"{"when":{"often":1},"effect":{"reset":{}}}"#).is_err());
    }
}
