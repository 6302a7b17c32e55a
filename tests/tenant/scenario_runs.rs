//! Scenarios in the life of a tenant: however time goes by, whoever looks, and whatever becomes of the tenant.

use std::sync::Arc;

use mock_defender::gateway::Gateway;
use mock_defender::gateway::call::Settings;
use mock_defender::gateway::registry::Registry;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::operations::Subject;
use mock_defender::operations::scenarios::{self, ScenarioRun, StepOutcome};
use mock_defender::tenant::{Tenant, Wall};

use crate::kit::{Kit, tenant};

/// An alert that is made, marked and closed; a fault that is added and ended, and one that stays.
const BUSY: &str = "name: busy
steps:
  - {after: 2m, do: {injectAlert: {title: Odd, severityValue: 2}}, as: odd}
  - {after: 1m, do: {markAlert: {alert: $odd, read: true}}}
  - {fault: {effect: {stale: {by: 1m}}}, as: old}
  - {after: 7m, end: old}
  - {do: {closeAlerts: {alerts: [$odd], as: benign}}}
  - {after: 1h, fault: {match: {service: graph}, effect: {token: expired}}, as: stays}
  - {after: 1h, do: {setUserEnabled: {user: user, enabled: false}}}
";

fn start(kit: &Kit, text: &str) -> ScenarioRun {
    let scenario = scenarios::ordered(text).unwrap_or_else(|error| panic!("{error}"));
    scenarios::start(&Subject::now(&kit.gateway, &kit.tenant), &scenario).unwrap()
}

fn fresh() -> Kit {
    Kit::of(tenant(3, Size::Tiny), false)
}

/// All that a tenant tells of its alerts, its scenarios and its faults.
fn told(tenant: &Tenant) -> String {
    let view = tenant.read();
    let runs: Vec<String> = scenarios::runs(&view).iter().map(|run| format!("{run:?}")).collect();
    let alerts: Vec<String> = view.state.alerts(view.now).map(|alert| format!("{alert:?}")).collect();
    let faults: Vec<String> =
        mock_defender::facts::fault::all(&view).until(view.now).map(|fault| format!("{fault:?}")).collect();
    [runs, alerts, faults].concat().join("\n")
}

fn acting(tenant: &Tenant) -> Vec<String> {
    let view = tenant.read();
    mock_defender::facts::fault::all(&view).at(view.now).map(|fault| fault.name.to_string()).collect()
}

fn outcomes(tenant: &Tenant, run: usize) -> Vec<StepOutcome> {
    scenarios::runs(&tenant.read())[run].steps.iter().map(|step| step.outcome).collect()
}

#[test]
fn a_scenario_comes_out_the_same_in_one_step_or_in_many() {
    let (one, many) = (fresh(), fresh());
    start(&one, BUSY);
    start(&many, BUSY);
    one.tenant.advance(Span::hours(3)).unwrap();
    for _ in 0..180 {
        many.tenant.advance(Span::seconds(60)).unwrap();
        told(&many.tenant);
    }
    assert_eq!(told(&one.tenant), told(&many.tenant));
    assert!(outcomes(&one.tenant, 0).iter().all(|outcome| *outcome == StepOutcome::Done));
    assert_eq!(acting(&one.tenant), ["busy.stays"]);
}

#[test]
fn an_alert_that_a_step_makes_is_named_by_its_real_id_once_it_is_there() {
    let kit = fresh();
    let run = start(&kit, BUSY);
    let before = run.steps[1].command.clone();
    kit.tenant.advance(Span::seconds(90)).unwrap();
    let ahead = scenarios::runs(&kit.tenant.read())[0].clone();
    assert_eq!(ahead.steps[1].command, before, "nothing is told ahead of its time");
    kit.tenant.advance(Span::minutes(30)).unwrap();
    let view = kit.tenant.read();
    let alert = mock_defender::facts::AlertFacts::all(&view).last().unwrap();
    assert_eq!(alert.title(), "Odd");
    let run = scenarios::runs(&view)[0].clone();
    assert_eq!(run.steps[1].command["markAlert"]["alert"], alert.id().to_string());
}

#[test]
fn a_stopped_scenario_leaves_steps_out_and_ends_its_faults_alone() {
    let kit = fresh();
    start(&kit, BUSY);
    start(
        &kit,
        "name: other\nsteps:\n  - fault: {match: {service: graph}, effect: {token: expired}}\n    as: mine\n",
    );
    kit.tenant.advance(Span::minutes(5)).unwrap();
    assert_eq!(acting(&kit.tenant), ["other.mine", "busy.old"]);
    scenarios::stop(&Subject::now(&kit.gateway, &kit.tenant), 0).unwrap();
    assert_eq!(acting(&kit.tenant), ["other.mine"]);
    kit.tenant.advance(Span::hours(3)).unwrap();
    use StepOutcome::{Done, LeftOut};
    assert_eq!(outcomes(&kit.tenant, 0), [Done, Done, Done, LeftOut, LeftOut, LeftOut, LeftOut]);
    assert_eq!(acting(&kit.tenant), ["other.mine"]);
}

#[test]
fn one_scenario_can_be_started_twice_and_each_has_its_own_alerts_and_faults() {
    let kit = fresh();
    start(&kit, BUSY);
    kit.tenant.advance(Span::minutes(1)).unwrap();
    start(&kit, BUSY);
    kit.tenant.advance(Span::minutes(5)).unwrap();
    assert_eq!(acting(&kit.tenant), ["busy.old", "busy-1.old"]);
    scenarios::stop(&Subject::now(&kit.gateway, &kit.tenant), 0).unwrap();
    assert_eq!(acting(&kit.tenant), ["busy-1.old"]);
    kit.tenant.advance(Span::hours(3)).unwrap();
    assert!(outcomes(&kit.tenant, 1).iter().all(|outcome| *outcome == StepOutcome::Done));
    let view = kit.tenant.read();
    let runs = scenarios::runs(&view);
    assert_ne!(runs[0].steps[1].command, runs[1].steps[1].command, "each marks its own alert");
    let closed: Vec<bool> = mock_defender::facts::AlertFacts::all(&view)
        .filter(|alert| alert.title() == "Odd")
        .map(|alert| alert.handling().resolved.is_none())
        .collect();
    assert_eq!(closed, [true, false], "the first was stopped before it closed its own");
}

#[test]
fn a_scenario_lives_on_in_forks_files_and_snapshots() {
    let kit = fresh();
    kit.tenant.snapshot("before").unwrap();
    start(&kit, BUSY);
    kit.tenant.advance(Span::minutes(4)).unwrap();
    kit.tenant.snapshot("within").unwrap();
    let fork = kit.tenant.fork();
    let (wall, file) = (Wall::manual(kit.tenant.now()), kit.tenant.file());
    let revived = Tenant::revived(&file, wall, |step, refusal| panic!("{} {refusal}", step.line()));
    assert_eq!(told(&revived), told(&kit.tenant));
    for tenant in [&fork, &revived, &*kit.tenant] {
        tenant.advance(Span::hours(3)).unwrap();
    }
    assert_eq!(told(&revived), told(&kit.tenant));
    assert!(outcomes(&fork, 0).iter().all(|outcome| *outcome == StepOutcome::Done));
    let end = told(&kit.tenant);
    kit.tenant.restore("within").unwrap();
    kit.tenant.advance(Span::hours(3)).unwrap();
    assert_eq!(told(&kit.tenant), end);
    kit.tenant.restore("before").unwrap();
    assert!(scenarios::runs(&kit.tenant.read()).is_empty());
    kit.tenant.advance(Span::hours(3)).unwrap();
    assert_eq!(acting(&kit.tenant), [""; 0], "nothing is left of what was never started");
    start(&kit, BUSY);
    kit.tenant.reset().unwrap();
    assert!(scenarios::runs(&kit.tenant.read()).is_empty());
}

/// A gateway to a tenant, with every service.
fn gateway(tenant: Tenant) -> Gateway {
    let registry = Registry::new(Arc::new(tenant));
    Gateway::new(registry, &mock_defender::services::all(), Settings::default()).unwrap()
}

#[test]
fn every_shipped_scenario_holds_and_each_of_its_steps_is_needed() {
    let mut wrong = Vec::new();
    for (name, text) in mock_defender::scenario::shipped::SHIPPED {
        let scenario = match scenarios::ordered(text) {
            Ok(scenario) => scenario,
            Err(problems) => {
                wrong.push(format!("{name}: {problems}"));
                continue;
            }
        };
        assert_eq!(scenario.name, *name);
        assert!(
            !scenario.summary.is_empty() && !scenario.notice.is_empty() && !scenario.remedy.is_empty(),
            "{name}"
        );
        match scenarios::prove(&scenario, &gateway) {
            Ok(proof) if proof.holds() => {}
            Ok(proof) => wrong.push(format!("{name}: {proof}")),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_step_that_nobody_misses_is_caught() {
    let text = "name: empty
tenant: {seed: 7, size: tiny}
steps:
  - {after: 1h, do: {setUserEnabled: {user: user, enabled: false}}}
  - {do: {injectAlert: {title: Odd, severityValue: 2}}, as: odd}
  - {after: 10m, do: {closeAlerts: {alerts: [$odd], as: benign}}}
expect:
  - {get: \"/api/v1/alerts/{odd}/\", as: apiToken, status: 200, json: {/title: Odd}}
";
    let proof = scenarios::prove(&scenarios::ordered(text).unwrap(), &gateway).unwrap();
    assert!(proof.checked.holds(), "{proof}");
    let idle: Vec<&str> = proof.idle.iter().map(|step| &step[..6]).collect();
    assert_eq!(idle, ["step 1", "step 3"], "{proof}");
    assert!(proof.to_string().starts_with("step 1 (line 4, at PT1H) proves nothing"), "{proof}");
}

#[test]
fn what_does_not_come_true_is_told_with_what_was_expected_and_what_came() {
    let text = "name: wrong
tenant: {seed: 7, size: tiny}
steps:
  - {after: 1h, do: {injectAlert: {title: Odd, severityValue: 2}}, as: odd}
  - {do: {closeAlerts: {alerts: [$odd], as: benign, ifVersion: 9}}}
expect:
  - {get: \"/api/v1/alerts/{odd}/\", as: apiToken, status: 404, json: {/title: Even, /none: {exists: true}}}
  - {get: /api/v1/alerts/, as: nobody, status: 200}
  - {get: \"/api/v1/alerts/{even}/\", status: 200}
  - {get: /api/v1/alerts/, each: [401, 200]}
  - {at: 1m, get: \"/api/v1/alerts/\", as: full, status: 200, headers: {content-type: {contains: html}}, delivery: hang}
";
    let checked = scenarios::check(&scenarios::ordered(text).unwrap(), &gateway).unwrap().to_string();
    for expected in [
        "expectation 2 (line 7): GET /api/v1/alerts/{odd}/ as apiToken, at PT1H\n  status: expected 404, got 200",
        "  /title: expected \"Even\", got \"Odd\"",
        "  /none: expected a value, got nothing",
        "as nobody: Field \"app\": expected full,",
        "{even} stands for nothing",
        "each: expected [401, 200], got [401, 401]",
        "expectation 1 (line 11): GET /api/v1/alerts/ as full, at PT1M",
        "header content-type: expected one that contains \"html\", got \"application/json\"",
        "delivery: expected hang, got whole",
        "body: {\"_id\":",
        "step 2 (line 5, at PT1H) was refused",
    ] {
        assert!(checked.contains(expected), "expected {expected}\n{checked}");
    }
}

#[test]
fn a_connection_that_stands_otherwise_than_expected_is_told_with_all_its_reasons() {
    let text = "name: wrong
tenant: {seed: 7, size: tiny}
steps:
  - {after: 1m, do: {refreshCopilotSources: {user: user}}}
  - {after: 1m, do: {setCopilotToggle: {on: true}}}
  - {after: 1m, do: {setCopilotChannel: {channel: cut}}}
  - {do: {answerCopilotDialog: {accept: true}}}
  - {do: {answerCopilotDialog: {accept: true}}}
expect:
  - {at: 2m, connection: Connected}
  - {at: 2m, as: user, connection: [consent_pending]}
  - {at: 2m, as: security-reader, connection: [toggle_off]}
  - {at: 2m, as: nobody, connection: [toggle_off]}
  - {connection: [toggle_off, channel_unreachable]}
";
    let checked = scenarios::check(&scenarios::ordered(text).unwrap(), &gateway).unwrap().to_string();
    let expected = [
        "expectation 1 (line 10): connection, at PT2M\n  connection: expected Connected, got [consent_pending]",
        "expectation 2 (line 11): connection as user, at PT2M\n  connection: expected [consent_pending], got [toggle_off]",
        "security-reader has not looked at the sources: let refreshCopilotSources be a step",
        "Field \"as\": expected a persona, a user principal name or an object id, got \"nobody\"",
        "expected [toggle_off, channel_unreachable], got [channel_unreachable]",
        "step 5 (line 8, at PT3M) was refused\n  there is no dialog of consent that waits for an answer",
    ];
    for expected in expected {
        assert!(checked.contains(expected), "expected {expected}\n{checked}");
    }
}

#[test]
fn a_token_of_the_start_expires_and_one_of_now_does_not() {
    let text = "name: old-token
tenant: {seed: 7, size: tiny}
steps:
  - {after: 2h, do: {rotateKeys: {}}}
expect:
  - {at: 30m, get: /api/v1/alerts/, as: full, tokenFrom: start, status: 200}
  - {get: /api/v1/alerts/, as: full, tokenFrom: start, status: 401}
  - {get: /api/v1/alerts/, as: full, status: 200}
";
    let checked = scenarios::check(&scenarios::ordered(text).unwrap(), &gateway).unwrap();
    assert!(checked.holds(), "{checked}");
}

#[test]
fn what_is_kept_of_one_answer_is_used_by_later_ones() {
    let text = "name: kept
tenant: {seed: 7, size: tiny}
steps:
  - {after: 1h, do: {injectAlert: {title: Odd, severityValue: 2}}}
expect:
  - {at: 1m, get: /api/v1/alerts/, as: apiToken, status: 200, keep: {before: /total}}
  - {get: /api/v1/alerts/, as: apiToken, json: {/total: {not: \"{before}\"}}, keep: {first: /data/0/_id}}
  - {get: \"/api/v1/alerts/{first}/\", as: full, status: 200, json: {/title: Odd, /_id: \"{first}\"}}
";
    let checked = scenarios::check(&scenarios::ordered(text).unwrap(), &gateway).unwrap();
    assert!(checked.holds(), "{checked}");
}
