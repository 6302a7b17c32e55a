//! Promises about the shipped scenarios: what each of them tells, and that their table tells the same.

use std::fmt::Write as _;

use mock_defender::scenario::shipped::SHIPPED;
use mock_defender::scenario::{Given, Scenario, Shipped, read};

const TABLE: &str = "scenarios/README.md";

fn shipped() -> Vec<Scenario> {
    let (mut scenarios, mut wrong) = (Vec::new(), String::new());
    for (name, text) in SHIPPED {
        match read(text, &Shipped, &Given::new()) {
            Ok(scenario) => scenarios.push(scenario),
            Err(problems) => {
                let _ = writeln!(wrong, "{name}: {problems}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    scenarios
}

#[test]
fn every_shipped_scenario_says_what_people_need() {
    let scenarios = shipped();
    assert!(scenarios.len() >= 40, "{}", scenarios.len());
    for scenario in &scenarios {
        let name = &scenario.name;
        for (key, text) in
            [("summary", &scenario.summary), ("notice", &scenario.notice), ("remedy", &scenario.remedy)]
        {
            assert!(text.ends_with('.') && text.len() > 20, "{name}: `{key}` is no sentence: {text:?}");
        }
        assert!(!scenario.about.is_empty(), "{name}: no words to find it by");
        assert!(!scenario.steps.is_empty() && !scenario.expect.is_empty(), "{name} proves nothing");
        // Else it would tell another story tomorrow.
        assert!(scenario.tenant.contains("\"start\""), "{name}: its tenant has no start");
        for report in &scenario.seen_in {
            let way: Vec<&str> = report.split('/').collect();
            let is_report = matches!(
                way[..],
                ["https:", "", "github.com", _, _, "issues" | "pull", number] if number.parse::<u32>().is_ok()
            );
            assert!(is_report, "{name}: {report} is no public issue or pull request");
        }
    }
}

#[test]
fn the_table_of_scenarios_says_what_the_files_say() {
    let table = table(&shipped());
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    if std::env::var_os("MOCK_DEFENDER_BLESS").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let hint = "write it anew with MOCK_DEFENDER_BLESS=1 cargo test --all-features --test house";
    assert!(written == table, "{TABLE} does not say what the files say: {hint}");
}

/// Who has to do with a scenario, and how it ends.
#[derive(PartialEq)]
enum Group {
    Survived,
    Fatal,
    Connection,
}

impl Group {
    fn of(scenario: &Scenario) -> Self {
        match scenario.recoverable {
            _ if scenario.is_of_the_connection() => Self::Connection,
            true => Self::Survived,
            false => Self::Fatal,
        }
    }
}

/// The whole file.
fn table(scenarios: &[Scenario]) -> String {
    let mut text = String::from(
        "# Scenarios\n\n\
         What goes wrong with clients of Defender for Cloud Apps and Entra ID, one file each: a tenant, what happens in \
         it and when, and what a client must see then.\n\
         `mock-defender scenario list` finds them by word, `scenario start NAME` starts one in a running tenant, \
         `scenario check NAME --prove` plays it and shows that it depends on each of its steps, and `mock-defender \
         gauntlet -- COMMAND` runs a client once in each that concerns it.\n\n\
         This table is written from the files by a test (`tests/house/scenarios.rs`).\n",
    );
    let groups = [
        (
            Group::Survived,
            "Those that a careful client survives",
            "It ends with exactly what there was: nothing lost, nothing twice, whatever it takes.",
        ),
        (
            Group::Fatal,
            "Those that nobody survives",
            "A careful client ends by itself with an error that somebody sees, after a few tries, and keeps its bookmark.",
        ),
        (
            Group::Connection,
            "Those of the connection of Copilot",
            "Nothing happens to clients of the APIs: the source \"Microsoft Defender for Cloud Apps\" of Copilot becomes \
             disconnected, and an administrator connects it again. The gauntlet leaves them out.",
        ),
    ];
    for (group, title, told) in groups {
        let _ = write!(text, "\n## {title}\n\n{told}\n\n");
        text.push_str("| name | what happens | how a client notices | what a good client does | seen in |\n");
        text.push_str("|---|---|---|---|---|\n");
        for scenario in scenarios.iter().filter(|scenario| Group::of(scenario) == group) {
            let Scenario { name, summary, notice, remedy, .. } = scenario;
            let seen: Vec<String> = scenario.seen_in.iter().map(|report| link(report)).collect();
            let seen = seen.join(", ");
            let _ = writeln!(
                text,
                "| [`{name}`]({name}.yaml) | {} | {} | {} | {seen} |",
                cell(summary),
                cell(notice),
                cell(remedy)
            );
        }
    }
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A link that shows the repository and the number.
fn link(report: &str) -> String {
    let way: Vec<&str> = report.split('/').collect();
    match way[..] {
        [.., owner, name, _, number] => format!("[{owner}/{name}#{number}]({report})"),
        _ => report.to_owned(),
    }
}

#[test]
fn the_help_of_the_command_line_names_scenarios_that_are_shipped() {
    let names: Vec<String> = shipped().into_iter().map(|scenario| scenario.name).collect();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli");
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(source) = std::fs::read_to_string(&file) else { continue };
        for after in ["--scenario ", "scenario start ", "scenario show "] {
            for rest in source.split(after).skip(1) {
                let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(rest.len());
                // A word without a hyphen is prose.
                if rest[..end].contains('-') {
                    seen += 1;
                    assert!(names.iter().any(|name| *name == rest[..end]), "{file:?}: {}", &rest[..end]);
                }
            }
        }
    }
    assert!(seen > 3, "{seen}");
}
