//! What came of it, as the XML that JUnit made common and build servers read.

use std::fmt::Write as _;
use std::time::Duration;

use super::course::Course;
use super::run::{Ran, RunError};

/// A scenario that was run, with what a failure is told by.
pub struct Case<'a> {
    /// The scenario.
    pub course: &'a Course,
    /// What came of it.
    pub ran: &'a Result<Ran, RunError>,
    /// Everything that helps with a failure.
    pub told: String,
}

/// The document.
pub fn document(cases: &[Case<'_>], took: Duration) -> String {
    let failures = cases.iter().filter(|case| case.ran.as_ref().is_ok_and(|ran| !ran.verdict.passed)).count();
    let errors = cases.iter().filter(|case| case.ran.is_err()).count();
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let counts = format!(
        "name=\"mock-defender gauntlet\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{:.3}\"",
        cases.len(),
        took.as_secs_f64()
    );
    let _ = writeln!(text, "<testsuites {counts}>\n<testsuite {counts}>");
    for case in cases {
        self::case(&mut text, case);
    }
    text.push_str("</testsuite>\n</testsuites>\n");
    text
}

fn case(text: &mut String, case: &Case<'_>) {
    let time = case.ran.as_ref().map_or(0.0, |ran| ran.took.as_secs_f64());
    let name = escaped(case.course.name());
    let _ = write!(text, "<testcase classname=\"gauntlet\" name=\"{name}\" time=\"{time:.3}\"");
    match case.ran {
        Ok(ran) if ran.verdict.passed => text.push_str("/>\n"),
        Ok(ran) => {
            let (message, kind) = (escaped(&ran.verdict.to_string()), escaped(&ran.verdict.word()));
            let told = escaped(&case.told);
            let _ =
                writeln!(text, "><failure message=\"{message}\" type=\"{kind}\">{told}</failure></testcase>");
        }
        Err(error) => {
            let message = escaped(&error.to_string());
            let _ = writeln!(text, "><error message=\"{message}\" type=\"notRun\"/></testcase>");
        }
    }
}

/// A text as XML 1.0 can hold it: what it can't is replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => out.push(char),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_has_no_room_for_is_escaped_or_replaced() {
        assert_eq!(escaped("a<b> & \"c\" \u{1b}[31m\n"), "a&lt;b&gt; &amp; &quot;c&quot; \u{fffd}[31m\n");
    }
}
