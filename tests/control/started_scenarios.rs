//! Scenarios by the control API: listed, shown, started, followed, stopped, refused.

use mock_defender::gateway::Answer;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::kit::{Kit, at, json, text};

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}{rest}", kit.tenant.identity().id)
}

fn start(kit: &Kit, body: &Value) -> Answer {
    kit.mock("POST", &path(kit, "/scenarios"), &body.to_string())
}

fn started(kit: &Kit) -> Value {
    json(&kit.mock("GET", &path(kit, "/scenarios"), ""))["scenarios"].clone()
}

/// The alert of this title.
fn titled(kit: &Kit, title: &str) -> Value {
    let list = json(&kit.api("GET", "/api/v1/alerts/", ""));
    list["data"].as_array().unwrap().iter().find(|alert| alert["title"] == title).unwrap().clone()
}

fn yaml(kit: &Kit, body: &str) -> Answer {
    let url = format!("https://localhost:8443{}", path(kit, "/scenarios"));
    kit.send("POST", &url, &[("content-type", "application/yaml")], body)
}

/// What became of the steps of a run.
fn outcomes(run: &Value) -> Vec<&str> {
    run["steps"].as_array().unwrap().iter().map(|step| step["outcome"].as_str().unwrap()).collect()
}

#[test]
fn a_shipped_scenario_is_listed_shown_started_and_stopped() {
    let kit = Kit::tiny();
    let all = json(&kit.mock("GET", "/_mock/scenarios", ""));
    let listed = all["scenarios"].as_array().unwrap();
    let one = listed.iter().find(|one| one["name"] == "state-changes-after-read").unwrap();
    for member in ["summary", "notice", "remedy"] {
        assert!(!one[member].as_str().unwrap().is_empty(), "{member}");
    }
    assert_eq!((&one["recoverable"], &one["parameters"]), (&json!(true), &json!({})));
    let shown = json(&kit.mock("GET", "/_mock/scenarios/state-changes-after-read", ""));
    assert!(shown["file"].as_str().unwrap().starts_with("name: state-changes-after-read\n"));
    assert_eq!((&shown["steps"][0]["at"], &shown["steps"][0]["as"]), (&json!("PT5M"), &json!("case")));

    let answer = start(&kit, &json!({"name": "state-changes-after-read"}));
    assert_eq!(answer.status.as_u16(), 201, "{}", text(&answer));
    let run = json(&answer);
    assert_eq!((&run["id"], &run["name"]), (&json!(0), &json!("state-changes-after-read")));
    assert_eq!(outcomes(&run), ["ahead", "ahead"]);
    kit.tenant.advance(Span::hours(1)).unwrap();
    assert_eq!(outcomes(&started(&kit)[0]), ["done", "ahead"]);
    let delete = |id: &str| kit.mock("DELETE", &path(&kit, &format!("/scenarios/{id}")), "");
    assert_eq!(delete("0").status.as_u16(), 204);
    kit.tenant.advance(Span::hours(1)).unwrap();
    let run = started(&kit)[0].clone();
    assert_eq!(outcomes(&run), ["done", "left out"]);
    assert_eq!(run["stopped"], (at(crate::kit::START) + Span::hours(1)).to_string());
    assert_eq!(
        titled(&kit, "Closed after it was read")["resolutionStatusValue"],
        0,
        "it is not closed any more"
    );

    assert_eq!(delete("0").status.as_u16(), 409, "stopped already");
    for id in ["1", "first"] {
        let answer = delete(id);
        assert_eq!(
            (answer.status.as_u16(), &json(&answer)["error"]["code"]),
            (404, &json!("ScenarioNotFound"))
        );
    }
    let answer = kit.mock("GET", "/_mock/scenarios/throttled-in-secnds", "");
    assert_eq!(answer.status.as_u16(), 404);
    assert!(text(&answer).contains("the nearest: throttled-in-seconds"), "{}", text(&answer));
}

#[test]
fn a_whole_scenario_is_given_as_json_or_yaml_and_told_all_that_is_wrong_with_it() {
    let kit = Kit::tiny();
    let disable = json!({"setUserEnabled": {"user": "user", "enabled": false}});
    let whole = json!({"name": "mine", "steps": [{"after": "1h", "do": disable}]});
    let run = json(&start(&kit, &whole));
    assert_eq!(run["steps"][0]["at"], (at(crate::kit::START) + Span::hours(1)).to_string());
    let run = json(&yaml(&kit, "name: mine\nsteps:\n  - include: throttled-in-seconds\n"));
    assert_eq!((&run["id"], outcomes(&run).is_empty()), (&json!(1), false));

    let answer = yaml(&kit, "name: mine\nsteps:\n  - {after: soon}\n  - {do: {rotateKees: {}}}\n");
    assert_eq!((answer.status.as_u16(), &json(&answer)["error"]["code"]), (400, &json!("BadScenario")));
    let told = json(&answer)["error"]["message"].as_str().unwrap().to_owned();
    assert!(told.contains("line 3 column 13: steps[0].after:"), "{told}");
    assert!(
        told.contains("line 4 column 11: unknown field `rotateKees`, expected one of rotateKeys"),
        "{told}"
    );

    // A file of the machine that the server runs on is none of whoever asks.
    let answer = yaml(&kit, "name: mine\ninclude: [./Cargo.toml]\nsteps: []\n");
    assert_eq!(answer.status.as_u16(), 400);
    assert!(text(&answer).contains("no shipped scenario is called"), "{}", text(&answer));

    let nobody = json!({"setUserEnabled": {"user": "nobody", "enabled": false}});
    let answer = start(&kit, &json!({"name": "mine", "steps": [{"do": disable}, {"do": nobody}]}));
    assert_eq!(answer.status.as_u16(), 400);
    assert_eq!(json(&answer)["error"]["target"], "steps[1].command.user", "{}", text(&answer));
    assert_eq!(started(&kit).as_array().unwrap().len(), 2, "what is refused is not started");
}

#[test]
fn parameters_are_given_by_name_and_must_be_known() {
    let kit = Kit::tiny();
    let given = json!({"name": "throttled-in-seconds", "parameters": {"wait": "7s"}});
    let run = json(&start(&kit, &given));
    assert!(run["steps"].to_string().contains("\"wait\":\"PT7S\""), "{run}");
    let answer = start(&kit, &json!({"name": "throttled-in-seconds", "parameters": {"wiat": "7s"}}));
    assert_eq!(answer.status.as_u16(), 400);
    assert!(text(&answer).contains("there is no parameter"), "{}", text(&answer));
}

#[test]
fn a_refused_step_is_shown_with_its_reason() {
    let kit = Kit::tiny();
    let twice = "name: twice
steps:
  - {after: 1m, do: {injectAlert: {title: Odd, severityValue: 2}}, as: odd}
  - {do: {closeAlerts: {alerts: [$odd], as: benign, ifVersion: 7}}}
  - {do: {closeAlerts: {alerts: [$odd], as: benign}}}
";
    assert_eq!(yaml(&kit, twice).status.as_u16(), 201);
    kit.tenant.advance(Span::hours(1)).unwrap();
    let run = started(&kit)[0].clone();
    assert_eq!(outcomes(&run), ["done", "refused", "done"]);
    assert!(run["steps"][1]["reason"].as_str().unwrap().contains("version"), "{run}");
    let odd = titled(&kit, "Odd")["_id"].clone();
    assert_eq!(run["steps"][2]["command"]["closeAlerts"]["alerts"], json!([odd]), "by its real id");
}
