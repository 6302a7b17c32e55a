//! Reading: what is taken over, what is filled in, and what is told of mistakes.

use super::*;
use crate::model::copilot::Reason;
use crate::scenario::library::Found;

/// A few files.
struct Files(&'static [(&'static str, &'static str)]);

impl Library for Files {
    fn find(&self, name: &str) -> Result<Found, String> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        let found = found.map(|(file, text)| Found { file: (*file).to_owned(), text: (*text).to_owned() });
        found.ok_or_else(|| format!("no file {name}"))
    }
}

const FILES: Files = Files(&[
    (
        "base",
        "name: base
summary: A base, ${wait}.
about: [base]
parameters:
  wait: {default: 30s, about: How long.}
  times: 2
steps:
  - after: 1h
    fault: {when: {times: \"${times}\"}, effect: {throttle: {wait: \"${wait}\"}}}
    as: slow
expect:
  - {get: /a, status: 429}
",
    ),
    ("round", "name: round\nextends: round\n"),
    (
        "needy",
        "name: needy\nparameters: {who: {about: Whom.}}\nsteps:\n  - do: {revokeSessions: {user: \"${who}\"}}\n",
    ),
    ("faulty", "name: faulty\nsteps:\n  - end: nothing\n"),
]);

fn told(text: &str) -> String {
    read(text, &FILES, &Given::new()).expect_err(text).to_string()
}

fn good(text: &str) -> Scenario {
    read(text, &FILES, &Given::new()).unwrap_or_else(|problems| panic!("{text}: {problems}"))
}

#[test]
fn every_mistake_is_told_with_line_and_column_and_the_nearest_word() {
    let mistakes = [
        ("steps: [", "line 1 column "),
        ("name: x\nstps: []\n", "line 2 column 1: unknown field `stps`, expected one of steps, "),
        ("name: No Name\n", "line 1 column 7: name: expected a name of 1 to 64 letters"),
        ("steps: []\n", "line 1 column 1: name: it is missing"),
        (
            "name: x\nrecoverable: maybe\n",
            "line 2 column 14: recoverable: expected true or false, got \"maybe\"",
        ),
        ("name: x\nsteps: {}\n", "line 2 column 8: steps: expected a list, got a map"),
        ("name: x\nsteps:\n  - 3\n", "line 3 column 5: steps[0]: expected a map with after or at"),
        (
            "name: x\nsteps:\n  - {after: soon}\n",
            "line 3 column 13: steps[0].after: \"soon\" is no length of time",
        ),
        ("name: x\nsteps:\n  - {after: 500d}\n", "steps[0].after: expected a length of time up to 400d"),
        (
            "name: x\nsteps:\n  - {after: 1h, at: 2h}\n",
            "line 3 column 21: steps[0].at: `after` or `at`, not both",
        ),
        (
            "name: x\nsteps:\n  - {at: 2h}\n  - {at: 1h}\n",
            "line 4 column 10: steps[1].at: steps are in order of time, and the one above is at PT2H",
        ),
        (
            "name: x\nsteps:\n  - {do: {rotateKeys: {}}, end: y}\n",
            "steps[0]: a step does one thing: `do` or `end`",
        ),
        (
            "name: x\nsteps:\n  - {do: {rotateKees: {}}}\n",
            "line 3 column 11: unknown field `rotateKees`, expected one of rotateKeys, ",
        ),
        (
            "name: x\nsteps:\n  - do:\n      setUser: {user: user, enbaled: false}\n",
            "line 4 column 29: unknown field `enbaled`, expected one of enabled, ",
        ),
        (
            "name: x\nsteps:\n  - do: {closeAlerts: {filters: {severity: {eq: [2]}}, as: benign}}\n",
            "line 3 column 24: steps[0].do.closeAlerts.filters: a step says itself what it acts on",
        ),
        (
            "name: x\nsteps:\n  - do: {startScenario: {name: y, steps: []}}\n",
            "line 3 column 10: steps[0].do.startScenario: a step starts no scenario",
        ),
        ("name: x\nsteps:\n  - do: {stopScenario: {run: 0}}\n", "a step stops no scenario"),
        (
            "name: x\nsteps:\n  - do: {addFault: {fault: {effect: {token: expired}}}}\n",
            "a fault is a step of its own",
        ),
        (
            "name: x\nsteps:\n  - fault: {host: graph.microsoft.com, effect: {tls: expired}}\n",
            "line 3 column 12: steps[0].fault: this is a fault of the server",
        ),
        (
            "name: x\nsteps:\n  - fault:\n      effect: {throttle: {wait: 2d}}\n",
            "line 4 column 33: steps[0].fault.effect.throttle.wait: expected a length of time up to PT24H, got PT48H",
        ),
        (
            "name: x\nsteps:\n  - {do: {rotateKeys: {}}, as: keys}\n",
            "steps[0].as: only faults and what `injectAlert` makes",
        ),
        (
            "name: x\nsteps:\n  - {do: {injectAlert: {title: A}}, as: odd}\n  - {do: {closeAlerts: {alerts: [$od], as: benign}}}\n",
            "line 4 column 34: steps[1].do: no step above makes an alert \"od\"; did you mean odd?",
        ),
        (
            "name: x\nsteps:\n  - {fault: {effect: {token: expired}}, as: slow}\n  - {end: slwo}\n",
            "line 4 column 11: steps[1].end: no step above makes a fault \"slwo\"; did you mean slow?",
        ),
        (
            "name: x\nsteps:\n  - {fault: {effect: {token: expired}}, as: a}\n  - {do: {markAlert: {alert: $a, read: true}}}\n",
            "a is a fault, no alert",
        ),
        (
            "name: x\nsteps:\n  - {fault: {effect: {token: expired}}, as: a}\n  - {fault: {effect: {token: expired}}, as: a}\n",
            "line 4 column 45: steps[1].as: an earlier step is called a already",
        ),
        (
            "name: x\nsteps:\n  - {do: {addSecret: {app: full, ends: $now+lang}}}\n",
            "an instant is written like $now+2h",
        ),
        (
            "name: x\nsteps:\n  - {after: \"${wiat}\"}\n",
            "line 3 column 13: steps: ${wiat}: this scenario has no parameters",
        ),
        ("name: x\ntenant: {sise: tiny}\n", "line 2 column 10: unknown field `sise`, expected one of size, "),
        ("name: x\ntenant: {users: 5}\n", "line 2 column 17: tenant.users: expected a whole number from 10"),
        ("name: x\ngauntlet: {rounds: many}\n", "line 2 column 20: gauntlet.rounds: expected a whole number"),
        ("name: x\nextends: nothing\n", "line 2 column 10: extends: no file nothing"),
        (
            "name: x\nextends: round\n",
            "round: line 2 column 10: extends: scenarios extend and include each other at most 4 deep",
        ),
        ("name: x\ninclude: [needy]\n", "needy: line 2 column 13: parameters.who: it has no default"),
        (
            "name: x\ninclude: [faulty]\n",
            "faulty: line 3 column 10: steps[0].end: no step above makes a fault",
        ),
        (
            "name: x\nsteps:\n  - {include: base, with: {wat: 1s}}\n",
            "line 3 column 33: parameters: there is no parameter \"wat\"; there is times, wait",
        ),
        (
            "name: x\nexpect:\n  - {status: 200}\n",
            "line 3 column 5: expect[0]: it asks once: exactly one of get, post, patch, put, delete, head; or `connection`",
        ),
        (
            "name: x\nexpect:\n  - {connection: [sesion_expired]}\n",
            "line 3 column 19: expect[0].connection: expected one of session_expired, ",
        ),
        (
            "name: x\nexpect:\n  - {connection: []}\n",
            "line 3 column 18: expect[0].connection: expected Connected, or a list of reasons such as [toggle_off]",
        ),
        (
            "name: x\nexpect:\n  - {connection: Connected, status: 200}\n",
            "line 3 column 29: expect[0].status: there is no status beside `connection`, only at, after, as",
        ),
        ("name: x\nexpect:\n  - {get: /a}\n", "line 3 column 5: expect[0]: it says nothing of the answer"),
        (
            "name: x\nexpect:\n  - {get: a, status: 200}\n",
            "line 3 column 11: expect[0].get: expected a path such as",
        ),
        (
            "name: x\nexpect:\n  - {get: /a, stauts: 200}\n",
            "line 3 column 15: unknown field `stauts`, expected one of status, ",
        ),
        (
            "name: x\nexpect:\n  - {get: /a, json: {/b: {lest: 1}}}\n",
            "line 3 column 27: unknown field `lest`, expected one of least, ",
        ),
        (
            "name: x\nexpect:\n  - {get: /a, json: {b: 1}}\n",
            "line 3 column 22: expect[0].json.b: a JSON pointer",
        ),
        (
            "name: x\nexpect:\n  - {get: /a, delivery: rest}\n",
            "line 3 column 25: expect[0].delivery: expected one of reset, ",
        ),
    ];
    let otherwise: Vec<String> = mistakes
        .iter()
        .map(|(text, expected)| (text, expected, told(text)))
        .filter(|(_, expected, told)| !told.contains(*expected))
        .map(|(text, expected, told)| format!("{text}expected {expected}\ngot      {told}\n"))
        .collect();
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_text() {
    let text = "name: X\nsteps:\n  - {after: soon}\n  - {do: {rotateKees: {}}}\nexpect:\n  - {get: /a}\n";
    let told = told(text);
    let lines: Vec<&str> = told.lines().map(|line| &line[..6]).collect();
    assert_eq!(lines, ["line 1", "line 3", "line 4", "line 6"], "{told}");
}

#[test]
fn a_mistake_is_told_once_and_not_again_where_its_name_is_used() {
    let text = "name: x
steps:
  - {do: {injectAlert: [], rotateKeys: {}}, as: odd}
  - {do: {injectAlert: 7}, as: even}
  - {fault: {effect: {tokn: expired}}, as: slow}
  - {do: {closAlerts: {alerts: [$even, $none]}}}
  - {end: slow}
";
    let told = told(text);
    let lines: Vec<&str> = told.lines().map(|line| &line[..6]).collect();
    assert_eq!(lines, ["line 3", "line 4", "line 5", "line 6", "line 6"], "{told}");
}

#[test]
fn a_scenario_takes_over_what_it_does_not_say_and_appends_its_steps() {
    let scenario = good(
        "name: mine\nextends: base\nabout: [mine]\nparameters: {wait: 5s}\nsteps:\n  - {after: 10m, end: slow}\n",
    );
    assert_eq!((scenario.name.as_str(), scenario.summary.as_str()), ("mine", "A base, 5s."));
    assert_eq!(scenario.about, ["mine"]);
    let at: Vec<_> = scenario.steps.iter().map(|step| step.at).collect();
    assert_eq!(at, [Span::hours(1), Span::minutes(70)]);
    let Action::Fault(fault) = &scenario.steps[0].action else { panic!("a fault") };
    let written = serde_json::to_value(fault).unwrap();
    assert_eq!(written["effect"]["throttle"]["wait"], "PT5S");
    assert_eq!(written["when"]["times"], 2);
    assert_eq!(scenario.expect[0].at, Span::minutes(70), "at the end of all steps");
    assert_eq!(scenario.parameters["wait"].about, "How long.");
    assert_eq!(scenario.steps[0].origin.file.as_deref(), Some("base"));
}

#[test]
fn included_steps_stand_where_they_are_included_with_parameters_of_their_own() {
    let scenario = good(
        "name: mine
steps:
  - {after: 1h, do: {rotateKeys: {}}}
  - {include: base, with: {times: 9}}
  - {after: 1m, do: {rotateKeys: {}}}
",
    );
    let at: Vec<_> = scenario.steps.iter().map(|step| step.at).collect();
    assert_eq!(at, [Span::hours(1), Span::hours(2), Span::minutes(121)]);
    let Action::Fault(fault) = &scenario.steps[1].action else { panic!("a fault") };
    assert_eq!(fault.when.times, Some(9));
    assert!(scenario.expect.is_empty(), "what others expect is theirs");
}

#[test]
fn parameters_are_given_from_outside_and_must_be_known() {
    let text = FILES.find("base").unwrap().text;
    let given = |name: &str, value: Json| Given::from([(name.to_owned(), value)]);
    let scenario = read(&text, &FILES, &given("times", 4.into())).unwrap();
    let Action::Fault(fault) = &scenario.steps[0].action else { panic!("a fault") };
    assert_eq!(fault.when.times, Some(4));
    let problems = read(&text, &FILES, &given("time", 4.into())).unwrap_err().to_string();
    assert!(problems.contains("there is no parameter \"time\"; there is times, wait"), "{problems}");
    let problems = read(&text, &FILES, &given("times", "often".into())).unwrap_err().to_string();
    assert!(
        problems.contains("steps[0].fault.when.times: expected a whole number from 0 on, got \"often\""),
        "{problems}"
    );
}

#[test]
fn json_is_read_as_yaml_is_and_a_flat_scenario_says_the_same() {
    let text = FILES.find("base").unwrap().text;
    let one = good(&text);
    let flat = good(&one.flat().to_string());
    let actions = |scenario: &Scenario| scenario.steps.iter().map(Step::written).collect::<Vec<_>>();
    assert_eq!(actions(&one), actions(&flat));
    let odd = good("name: x\nsteps:\n  - {do: {injectAlert: {title: \"$${a}\"}}, as: odd}\n");
    assert_eq!(actions(&odd), actions(&good(&odd.flat().to_string())));
    assert_eq!(actions(&odd)[0]["do"]["injectAlert"]["title"], "${a}");
}

#[test]
fn expectations_are_asked_in_order_of_time() {
    let scenario = good(
        "name: x
steps:
  - {after: 2h, do: {rotateKeys: {}}}
expect:
  - {get: /end, status: 200}
  - {at: 1h, get: /early, status: 200}
  - {at: 1h, connection: Connected}
  - {after: 10m, get: /later, status: 200}
  - {get: /same, status: 200}
  - {as: user, connection: [toggle_off, channel_unreachable]}
",
    );
    let asked = scenario.expect.iter().map(|one| match &one.what {
        Expected::Answer(asked) => (asked.sent.target.as_str(), one.at.as_millis() / 60_000),
        Expected::Connection(_) => ("connection", one.at.as_millis() / 60_000),
    });
    let expected = [
        ("/early", 60),
        ("connection", 60),
        ("/end", 120),
        ("/later", 130),
        ("/same", 130),
        ("connection", 130),
    ];
    assert_eq!(asked.collect::<Vec<_>>(), expected);
    let Expected::Connection(test) = &scenario.expect[5].what else { panic!("the connection") };
    assert_eq!(test.shown_to.as_deref(), Some("user"));
    assert_eq!(test.reasons, [Reason::ToggleOff, Reason::ChannelUnreachable]);
}

#[test]
fn a_scenario_is_bounded() {
    let many = format!("name: x\nsteps:\n{}", "  - {do: {rotateKeys: {}}}\n".repeat(2_001));
    assert!(told(&many).contains("a scenario has at most 2000 steps"));
    let large = format!("name: x\nsummary: {}\n", "x".repeat(library::LARGEST));
    assert!(told(&large).contains("a scenario has at most 262144 bytes"));
    let often = format!("name: x\ninclude: [{}]\n", "base, ".repeat(65));
    assert!(told(&often).contains("takes over at most 64 others"), "{}", told(&often));
}
