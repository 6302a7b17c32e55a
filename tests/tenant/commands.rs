//! Preconditions of commands (`ifVersion`): a command that comes too late is refused whole.

use std::sync::{Arc, Barrier};
use std::thread;

use mock_defender::model::command::{By, Command};
use mock_defender::model::identity::IdentityCommand;
use mock_defender::model::spec::Size;
use serde_json::{Value, json};

use crate::kit::{Kit, json, text};

const RACERS: usize = 12;
const LAPS: u64 = 20;

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}{rest}", kit.tenant.identity().label)
}

/// Ids of alerts of the tenant.
fn alerts(kit: &Kit) -> Vec<String> {
    let list = json(&kit.api("GET", "/api/v1/alerts/", ""));
    list["data"].as_array().unwrap().iter().map(|alert| alert["_id"].as_str().unwrap().to_owned()).collect()
}

/// An alert as the control API tells it.
fn record(kit: &Kit, id: &str) -> Value {
    json(&kit.mock("GET", &path(kit, &format!("/alerts/{id}")), ""))
}

fn version(kit: &Kit, id: &str) -> u64 {
    record(kit, id)["version"].as_u64().unwrap()
}

fn give(kit: &Kit, command: &Value) -> (u16, Value) {
    let answer = kit.mock("POST", &path(kit, "/commands"), &command.to_string());
    (answer.status.as_u16(), json(&answer))
}

/// Everything that the control API tells about alerts and commands.
fn told(kit: &Kit) -> Vec<Value> {
    let commands = json(&kit.mock("GET", &path(kit, "/commands"), ""));
    alerts(kit).iter().map(|id| record(kit, id)).chain([commands]).collect()
}

#[test]
fn of_concurrent_commands_with_the_same_if_version_one_is_accepted() {
    let kit = Kit::tiny();
    let id = &alerts(&kit)[0];
    let first = version(&kit, id);
    let start = Barrier::new(RACERS);
    let race = |racer: usize| {
        let compete = |lap: u64| {
            let comment = format!("{racer} in lap {lap}");
            // Opening competes with closing; only what is closed can be opened.
            let command = match (lap % 2 == 1, racer % 2 == 1) {
                (true, true) => json!({"reopenAlerts": {"alerts": [id], "ifVersion": first + lap}}),
                _ => json!({"closeAlerts": {
                    "alerts": [id], "as": "benign", "comment": comment, "ifVersion": first + lap
                }}),
            };
            start.wait();
            let (status, answer) = give(&kit, &command);
            start.wait();
            if status == 200 {
                let record = record(&kit, id);
                assert_eq!(record["version"], first + lap + 1);
                let opened = record["resolution"] == "open";
                assert!(if opened {
                    command.get("reopenAlerts").is_some()
                } else {
                    record["comment"] == comment
                });
                return 1;
            }
            assert_eq!(status, 412, "{answer}");
            let error = &answer["error"];
            assert_eq!(
                (&error["code"], &error["target"]),
                (&json!("PreconditionFailed"), &json!("ifVersion"))
            );
            assert_eq!(error["details"], json!([{"expected": first + lap, "got": first + lap + 1}]));
            0
        };
        (0..LAPS).map(compete).collect::<Vec<u64>>()
    };
    let race = &race;
    let won: Vec<Vec<u64>> = thread::scope(|scope| {
        let racers: Vec<_> = (0..RACERS).map(|racer| scope.spawn(move || race(racer))).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    for lap in 0..LAPS as usize {
        assert_eq!(won.iter().map(|laps| laps[lap]).sum::<u64>(), 1, "lap {lap}");
    }
    // The journal holds the winners with their preconditions, and is replayed the same.
    let commands = told(&kit).pop().unwrap()["commands"].as_array().unwrap().clone();
    assert_eq!(commands.len() as u64, LAPS);
    assert!((first..).zip(&commands).all(|(version, entry)| {
        entry["command"].as_object().unwrap().values().all(|command| command["ifVersion"] == version)
    }));
    let file = text(&kit.mock("GET", &path(&kit, "/export"), ""));
    let twin = Kit::new(99, Size::Tiny);
    let answer = twin.mock("POST", "/_mock/tenants/import", &file);
    assert_eq!(answer.status, 201, "{}", text(&answer));
    let tenant = Arc::clone(&twin.gateway.registry.by_id(kit.tenant.identity().id).unwrap().tenant);
    assert_eq!(told(&twin.about(tenant)), told(&kit));
}

#[test]
fn a_bulk_command_is_refused_whole_if_one_alert_changed() {
    let kit = Kit::small();
    let ids = alerts(&kit);
    let fresh: Vec<&String> = ids.iter().filter(|id| version(&kit, id) == 0).take(3).collect();
    let [one, two, three] = fresh[..] else { panic!("three alerts that nobody has touched") };
    // Whoever changes the alert, by whichever surface: it is another version.
    kit.api("POST", "/api/v1/alerts/close_benign/", &json!({"filters": {"id": {"eq": [two]}}}).to_string());
    assert_eq!(version(&kit, two), 1);
    let close = |alerts: &[&String], version: u64| {
        give(&kit, &json!({"closeAlerts": {"alerts": alerts, "as": "truePositive", "ifVersion": version}}))
    };
    let (status, answer) = close(&[one, two, three], 0);
    assert_eq!(status, 412);
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains(two.as_str()) && message.contains("of version 1"), "{message}");
    assert_eq!([one, three].map(|id| record(&kit, id)["resolution"].clone()), ["open", "open"]);
    assert_eq!(close(&[one, three], 0).0, 200);
    assert_eq!([one, two, three].map(|id| version(&kit, id)), [1, 1, 1]);
    // What leaves an alert as it was makes no version of it.
    assert_eq!(give(&kit, &json!({"markAlert": {"alert": one, "read": true, "ifVersion": 1}})).0, 200);
    assert_eq!(version(&kit, one), 1);
    let missing = kit.mock("GET", &path(&kit, "/alerts/0123"), "");
    assert_eq!((missing.status.as_u16(), &json(&missing)["error"]["code"]), (404, &json!("AlertNotFound")));
}

/// What a client-credentials grant at a tenant gives an application.
fn token_of(kit: &Kit, tenant: &str, client: &str, secret: &str) -> String {
    let url = format!("https://localhost:8443/{tenant}/oauth2/v2.0/token");
    let scope = "05a65629-4c1b-48c1-a78b-804c4abdd4af/.default";
    let form =
        format!("grant_type=client_credentials&client_id={client}&client_secret={secret}&scope={scope}");
    let answer = kit.send("POST", &url, &[("content-type", "application/x-www-form-urlencoded")], &form);
    assert_eq!(answer.status, 200, "{}", text(&answer));
    format!("Bearer {}", json(&answer)["access_token"].as_str().unwrap())
}

/// Closes an alert by the API with this credential.
fn close_with(kit: &Kit, credential: &str, id: &str) {
    let filters = json!({"filters": {"id": {"eq": [id]}}, "comment": "by a program"}).to_string();
    let url = kit.url("/api/v1/alerts/close_benign/");
    let answer = kit.send("POST", &url, &[("authorization", credential)], &filters);
    assert_eq!((answer.status.as_u16(), text(&answer)), (200, "{\"closed_benign\":1}".to_owned()));
}

/// Activities of the product itself that somebody is the actor of, looked for by each filter that names actors.
fn closings(kit: &Kit, name: &str, object: &str) -> Vec<Value> {
    let service = json!({"eq": [20_595]});
    let by_name =
        kit.all("/api/v1/activities/", &json!({"service": service, "user.username": {"eq": [name]}}));
    for entity in [json!(name), json!(object), json!({"id": object, "saas": 11_161, "inst": 0})] {
        let filters = json!({"service": service, "entity": {"eq": [entity]}});
        assert_eq!(kit.all("/api/v1/activities/", &filters), by_name, "{entity}");
    }
    let domains = kit.all("/api/v1/activities/", &json!({"user.domain": {"eq": [name]}}));
    assert!(domains.is_empty(), "applications are of no domain");
    by_name
}

/// The application with this short name as the directory shows it.
fn application(kit: &Kit, name: &str) -> Value {
    let directory = json(&kit.mock("GET", &path(kit, "/directory"), ""));
    let apps = directory["applications"].as_array().unwrap();
    apps.iter().find(|app| app["name"] == name).unwrap().clone()
}

fn journal(kit: &Kit) -> Vec<Value> {
    json(&kit.mock("GET", &path(kit, "/commands"), ""))["commands"].as_array().unwrap().clone()
}

/// An application of the directory acts as itself in the product's own activity about what it did.
#[test]
fn an_application_that_was_added_later_is_named_wherever_it_acted() {
    let kit = Kit::tiny();
    let ids = alerts(&kit);
    let secret = "a-secret-of-mine";
    for name in ["first", "closer"] {
        let display = format!("The {name}");
        let add = json!({"addApplication": {
            "name": name, "displayName": display, "secret": secret, "consented": true,
            "permissions": ["investigation.manage", "investigation.read"]
        }});
        assert_eq!(give(&kit, &add).0, 200);
    }
    kit.mock("POST", &path(&kit, "/snapshots"), &json!({"name": "before"}).to_string());
    let app = application(&kit, "closer");
    let (client, object) = (app["appId"].as_str().unwrap(), app["servicePrincipalId"].as_str().unwrap());
    let tenant = kit.tenant.identity().id.to_string();
    close_with(&kit, &token_of(&kit, &tenant, client, secret), &ids[0]);

    let closed = closings(&kit, "The closer", object);
    assert_eq!(closed.len(), 1, "{closed:?}");
    let [activity] = &closed[..] else { unreachable!() };
    assert_eq!(activity["adallom"]["alertMongoId"], ids[0].as_str());
    assert_eq!(activity["user"]["userName"], "The closer");
    let actor = &activity["resolvedActor"];
    assert_eq!(
        (&actor["id"], &actor["name"], &actor["objType"]),
        (&json!(object), &json!("The closer"), &json!("11")),
        "an application, and no user"
    );
    // By hand: by its short name, or by its client id.
    for (by, id) in [("closer", &ids[1]), (client, &ids[2])] {
        let close = json!({"closeAlerts": {"alerts": [id], "as": "truePositive", "by": by}});
        assert_eq!(give(&kit, &close).0, 200);
        assert_eq!(record(&kit, id)["by"], "The closer");
    }
    assert_eq!(closings(&kit, "The closer", object).len(), 3);
    let by: Vec<Value> =
        journal(&kit)[2..].iter().map(|entry| entry["command"]["closeAlerts"]["by"].clone()).collect();
    assert_eq!(by, ["closer", "closer", "closer"]);
    // Another one that acts later, and one of birth, are told apart from it.
    for (by, name) in [("first", "The first"), ("full", "Full access")] {
        let close = json!({"closeAlerts": {"alerts": [ids[0]], "as": "benign", "by": by}});
        assert_eq!(give(&kit, &close).0, 200);
        let app = application(&kit, by);
        let display = app["displayName"].as_str().unwrap();
        assert!(by == "full" || display == name);
        let object = app["servicePrincipalId"].as_str().unwrap();
        assert_eq!(closings(&kit, display, object).len(), 1);
    }
    let silent = json(&kit.mock("GET", &path(&kit, "/requests/permissions"), ""))["neverCalled"].clone();
    let silent = silent.as_array().unwrap();
    assert!(silent.contains(&json!("first")) && !silent.contains(&json!("closer")), "{silent:?}");

    // A fork, the tenant's file and the way back to a snapshot tell the same.
    let expected = (journal(&kit), closings(&kit, "The closer", object));
    let file = text(&kit.mock("GET", &path(&kit, "/export"), ""));
    let twin = Kit::new(99, Size::Tiny);
    assert_eq!(twin.mock("POST", "/_mock/tenants/import", &file).status, 201);
    let replayed = Arc::clone(&twin.gateway.registry.by_id(kit.tenant.identity().id).unwrap().tenant);
    let twin = twin.about(replayed);
    assert_eq!((journal(&twin), closings(&twin, "The closer", object)), expected);
    let fork = Kit::of(Arc::new(kit.tenant.fork()), false);
    assert_eq!(closings(&fork, "The closer", object).len(), 3);
    let snapshot = path(&kit, "/snapshots/before/restore");
    assert_eq!(kit.mock("POST", &snapshot, "").status, 200);
    assert!(closings(&kit, "The closer", object).is_empty());
    close_with(&kit, &token_of(&kit, &tenant, client, secret), &ids[0]);
    assert_eq!(closings(&kit, "The closer", object), closed);
}

/// An application of another tenant that was consented to here is told apart from an own one of the same name.
#[test]
fn an_application_of_another_tenant_is_named_wherever_it_acted() {
    let kit = Kit::tiny();
    let secret = "a-secret-of-theirs";
    let add = |kit: &Kit, display: &str| {
        let add = json!({"addApplication": {
            "name": "closer", "displayName": display, "secret": secret, "multiTenant": true,
            "permissions": ["investigation.manage"]
        }});
        assert_eq!(give(kit, &add).0, 200);
    };
    let home = Kit::new(2, Size::Tiny);
    add(&home, "Their closer");
    add(&kit, "Our closer");
    let theirs = {
        let view = home.tenant.read();
        let (_, app) = view.state.core().directory.app_named("closer").unwrap();
        Arc::clone(&app.registration)
    };
    let consent = IdentityCommand::Consent {
        client: theirs.client_id,
        install: Some((Arc::clone(&theirs), home.tenant.identity().id)),
        user: None,
        scopes: Vec::new(),
        roles: theirs.permissions.clone(),
        replace: false,
        by: By::Operator,
    };
    kit.tenant.submit(kit.tenant.now(), Command::Directory(consent)).unwrap();
    let ids = alerts(&kit);
    let tenant = kit.tenant.identity().id.to_string();
    let client = theirs.client_id.to_string();
    close_with(&kit, &token_of(&kit, &tenant, &client, secret), &ids[0]);
    let view = kit.tenant.read();
    let principal = view.state.core().directory.app(theirs.client_id).unwrap().1.principal;
    let closed = closings(&kit, "Their closer", &principal.to_string());
    assert_eq!(closed.len(), 1);
    assert_eq!(record(&kit, &ids[0])["by"], "Their closer");
    // Its short name is taken here, so that the journal names it by its client id; both are read back.
    assert_eq!(journal(&kit).last().unwrap()["command"]["closeAlerts"]["by"], client.as_str());
    for (by, name) in [(client.as_str(), "Their closer"), ("closer", "Our closer")] {
        let close = json!({"closeAlerts": {"alerts": [ids[1]], "as": "benign", "by": by}});
        assert_eq!(give(&kit, &close).0, 200);
        assert_eq!(record(&kit, &ids[1])["by"], name);
        assert_eq!(journal(&kit).last().unwrap()["command"]["closeAlerts"]["by"], by);
    }
}
