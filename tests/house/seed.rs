//! Promises about what the description of the connection names: for each item a test that shows it, or a word of what is
//! not played yet (`seed.txt`).

use mock_defender::scenario::shipped::SHIPPED;

use super::{read, witness};

const TABLE: &str = "tests/house/seed.txt";
/// How many items there are.
const ITEMS: usize = 76;

/// An item: its number, its name, the tests that show it, what is missing.
type Item<'t> = (String, &'t str, Vec<&'t str>, Option<&'t str>);

/// What a line of the table says.
fn item(line: &str) -> Result<Item<'_>, String> {
    let columns: Vec<&str> = line.split(" | ").map(str::trim).collect();
    let [number, name, tests, missing] = columns[..] else {
        return Err(format!("expected four columns, got {}", columns.len()));
    };
    let tests: Vec<&str> = if tests == "-" { Vec::new() } else { tests.split(", ").collect() };
    let told = missing.strip_prefix("not played yet: ");
    match (tests.is_empty(), missing, told) {
        (true, "-", _) => Err("it names neither a test nor what is missing".to_owned()),
        (_, "-", _) | (_, _, Some(_)) => Ok((number.to_owned(), name, tests, told)),
        _ => Err(format!("expected - or `not played yet: …`, got {missing:?}")),
    }
}

/// Whether a test, or a scenario, is there.
fn is_there(test: &str) -> bool {
    if let Some(scenario) = test.strip_prefix("scenario:") {
        return SHIPPED.iter().any(|(name, _)| *name == scenario);
    }
    let Some((file, name)) = test.split_once("::") else { return false };
    match file.strip_suffix(".py") {
        Some(_) => read(&format!("tests/{file}")).contains(&format!("def {name}(")),
        None => witness(file).contains(&format!("fn {name}(")),
    }
}

#[test]
fn each_item_of_the_description_is_shown_by_a_test_or_said_to_be_missing() {
    let table = read(TABLE);
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (mut wrong, mut numbers) = (Vec::new(), Vec::new());
    for line in lines {
        match item(line) {
            Ok((number, name, tests, missing)) => {
                let gone = tests.iter().filter(|test| !is_there(test));
                wrong.extend(gone.map(|test| format!("{number}: there is no {test}")));
                if name.is_empty() || missing.is_some_and(str::is_empty) {
                    wrong.push(format!("{number}: an empty column"));
                }
                numbers.push(number);
            }
            Err(told) => wrong.push(format!("{line}: {told}")),
        }
    }
    assert!(wrong.is_empty(), "{TABLE}:\n{}", wrong.join("\n"));
    let all: Vec<String> = (1..=ITEMS).map(|number| format!("S{number}")).collect();
    assert_eq!(numbers, all, "each once, in order");
}

#[test]
fn a_line_that_says_nothing_and_a_test_that_is_gone_are_noticed() {
    for (line, told) in [
        ("S1 | a | -", "four columns"),
        ("S1 | a | - | -", "neither"),
        ("S1 | a | - | later", "not played yet"),
    ] {
        assert!(item(line).unwrap_err().contains(told), "{line}");
    }
    let gone = ["connection::not_there", "scenario:not-there", "clients/browser.py::not_there", "no-test"];
    assert!(gone.into_iter().all(|test| !is_there(test)));
    assert!(is_there("connection/rules::the_rule_of_ten_seconds_holds_to_the_second"));
}
