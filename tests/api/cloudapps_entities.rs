//! Users and accounts: what their records say, and that it is what activities and alerts of the same tenant say.

use std::collections::BTreeMap;

use mock_defender::model::base64;
use mock_defender::model::spec::Size;
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::views::entities::FIELDS;
use serde_json::{Value, json};

use crate::filters::each::{Listed, filters_select_what_records_say};
use crate::kit::lists::{ids, page, walk};
use crate::kit::{Kit, json as read, text};

const PATH: &str = "/api/v1/entities/";

fn users(kit: &Kit) -> Vec<Value> {
    walk(kit, PATH, &json!({"filters": {"type": {"eq": "user"}}}), 100)
}

fn fetch(kit: &Kit, key: &str) -> Value {
    read(&kit.api("GET", &format!("{PATH}{key}/"), ""))
}

fn millis(instant: &Value) -> i64 {
    VirtualTime::parse(instant.as_str().unwrap()).unwrap().millis()
}

#[test]
fn every_filter_selects_what_the_records_say() {
    let kit = Kit::tiny();
    let of_user: BTreeMap<String, Value> = users(&kit)
        .iter()
        .flat_map(|user| {
            let accounts = user["accounts"].as_array().unwrap().clone();
            accounts.into_iter().map(|account| (account["_id"].as_str().unwrap().to_owned(), user.clone()))
        })
        .collect();
    let cell = |record: &Value, field: &str| -> Vec<Value> {
        let one = |value: &Value| if value.is_null() { vec![] } else { vec![value.clone()] };
        match field {
            "type" => vec![
                json!(record["type"].to_string()),
                json!(["account", "user"][record["type"].as_u64().unwrap() as usize - 1]),
            ],
            "entity" => {
                let own = |record: &Value| {
                    let account = &record["accounts"][0]["pa"];
                    let name = if record["idType"] == 17 { &record["displayName"] } else { account };
                    [one(&record["id"]), one(&record["email"]), one(name)].concat()
                };
                let user = of_user.get(record["_id"].as_str().unwrap());
                [own(record), user.map(own).unwrap_or_default()].concat()
            }
            "userGroups" => {
                record["userGroups"].as_array().unwrap().iter().map(|group| group["id"].clone()).collect()
            }
            "app" | "instance" => {
                let accounts = record["accounts"].as_array().into_iter().flatten();
                accounts
                    .map(|account| account["saas"].clone())
                    .chain(one(&record["appData"]["appId"]))
                    .collect()
            }
            "status" => {
                let status = record["status"].as_u64().unwrap();
                let name = ["N/A", "Staged", "Active", "Suspended", "Deleted"][status as usize];
                vec![json!(status.to_string()), json!(name)]
            }
            "score" => one(&record["threatScore"]),
            other => one(&record[other]),
        }
    };
    let list = Listed { path: PATH, fields: FIELDS, everything: json!({}), alone: &[], cell: &cell };
    let records = filters_select_what_records_say(&kit, &list);
    // Of each kind there is one.
    for (kind, id_type, made_up) in [(2, 1, false), (1, 17, false), (1, 1, false), (1, 1, true)] {
        let is = |record: &&Value| {
            record["type"] == kind && record["idType"] == id_type && record["isFake"] == made_up
        };
        assert!(records.iter().any(|record| is(&record)), "{kind} {id_type} {made_up}");
    }
    let aliases = |name: &str, value: Value| page(&kit, PATH, &json!({"filters": {name: {"eq": value}}}));
    assert_eq!(aliases("service", json!(10489)), aliases("app", json!([10489])));
    assert_eq!(aliases("affiliation", json!(true)), aliases("isExternal", json!("true")));
}

#[test]
fn a_json_body_on_get_filters_users_as_connectors_ask() {
    let kit = Kit::small();
    let get = |body: Value| read(&kit.api("GET", "/cas/api/v1/entities", &body.to_string()));
    let admins = get(json!({"filters": {"isAdmin": {"eq": true}, "type": {"eq": "2"}, "status": {"eq": "2"},
        "isExternal": {"eq": false}}}));
    assert!(!ids(&admins).is_empty());
    for admin in admins["data"].as_array().unwrap() {
        assert_eq!((&admin["isAdmin"], &admin["isExternal"]), (&json!(true), &json!(false)));
        assert!(admin["role"].is_string() && admin["email"].as_str().unwrap().contains('@'));
    }
    let name = &admins["data"][0]["displayName"];
    let one = get(json!({"filters": {"displayName": {"eq": [name]}, "type": {"eq": 2}}, "limit": "100"}));
    assert_eq!(one["total"], 1);
    let rated = json!({"limit": 10, "filters": {"score": {"isset": true}}, "sortField": "score",
        "sortDirection": "desc", "performAsyncTotal": true});
    let rated = page(&kit, PATH, &rated);
    let scores: Vec<u64> =
        rated["data"].as_array().unwrap().iter().map(|user| user["threatScore"].as_u64().unwrap()).collect();
    assert!(scores[0] > 0 && scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    assert_eq!((rated.get("total"), &rated["performAsyncTotal"]), (None, &json!(true)));
    let names = page(&kit, PATH, &json!({"sortField": "username", "sortDirection": "asc"}));
    let names = names["data"].as_array().unwrap().iter();
    assert!(names.map(|user| user["displayName"].as_str().unwrap().to_lowercase()).is_sorted());
}

#[test]
fn a_key_names_its_entity_however_it_is_spelled() {
    let kit = Kit::small();
    let all = walk(&kit, PATH, &json!({}), 100);
    let account = all.iter().find(|entity| entity["appData"]["appId"] == 10489).unwrap();
    let outside = all.iter().find(|entity| entity["type"] == 1 && entity["isFake"] == true).unwrap();
    for known in [&all[0], account, outside] {
        let (id, app) = (known["id"].as_str().unwrap(), &known["appData"]["appId"]);
        for key in [
            known["username"].as_str().unwrap().to_owned(),
            format!(r#"{{"id":"{id}","inst":0,"saas":{app}}}"#),
            format!("{{ \"inst\" : 0,\n\"id\": \"{id}\" , \"saas\": \"{app}\"}}"),
            format!("{{'id': '{id}', 'saas': {app}, 'inst': 0}}"),
        ] {
            for encoded in [base64::encode_standard(key.as_bytes()), base64::encode_url(key.as_bytes())] {
                let encoded = encoded.replace('/', "%2F");
                assert_eq!(&fetch(&kit, &encoded), known, "{key}");
                let bare = read(&kit.api("GET", &format!("/cas{PATH}{encoded}"), ""));
                assert_eq!(&bare, known);
            }
        }
        assert_eq!(&fetch(&kit, known["_id"].as_str().unwrap()), known);
    }
    let id = all[0]["id"].as_str().unwrap();
    for stray in [
        format!(r#"{{"id":"{id}","saas":10489,"inst":0}}"#),
        format!(r#"{{"id":"{id}","saas":11161,"inst":1}}"#),
        r#"{"saas":11161}"#.to_owned(),
        "nobody".to_owned(),
    ] {
        let answer = kit.api("GET", &format!("{PATH}{}/", base64::encode_url(stray.as_bytes())), "");
        assert_eq!(
            (answer.status.as_u16(), read(&answer)),
            (404, json!({"detail": "Not found."})),
            "{stray}"
        );
    }
}

#[test]
fn a_tree_holds_the_user_and_the_accounts() {
    let kit = Kit::small();
    let all = walk(&kit, PATH, &json!({}), 100);
    let account = all.iter().find(|entity| entity["appData"]["appId"] == 10489).unwrap();
    let tree = |entity: &Value| {
        let key = base64::encode_url(entity["username"].as_str().unwrap().as_bytes());
        read(&kit.api("GET", &format!("{PATH}{key}/retrieve_tree/"), ""))
    };
    let whole = tree(account);
    let user = &whole["data"][0];
    assert_eq!((&user["type"], &user["email"]), (&json!(2), &account["email"]));
    assert_eq!(tree(user), whole);
    let own = user["accounts"].as_array().unwrap().iter().filter(|account| account["isFake"] == false);
    let own: Vec<&str> = own.map(|account| account["_id"].as_str().unwrap()).collect();
    assert_eq!(ids(&whole)[1..], own);
    // Choosing a user selects the accounts, too.
    let chosen = json!({"filters": {"entity": {"eq": {"id": user["id"], "saas": 11161, "inst": 0}}}});
    let mut chosen = ids(&page(&kit, PATH, &chosen));
    let mut known = ids(&whole);
    chosen.sort();
    known.sort();
    assert_eq!(chosen, known);
}

#[test]
fn users_were_last_seen_when_the_log_says() {
    let kit = Kit::small();
    kit.tenant.advance(Span::hours(30)).unwrap();
    let mut last: BTreeMap<String, i64> = BTreeMap::new();
    let mut own_ids: BTreeMap<String, String> = BTreeMap::new();
    for activity in walk(&kit, "/api/v1/activities/", &json!({"filters": {"date": {"gte_ndays": 4}}}), 100) {
        if activity["mainInfo"]["type"] != "failedLogin"
            && let Some(id) = activity["resolvedActor"]["id"].as_str()
        {
            let known = last.entry(id.to_owned()).or_default();
            *known = activity["timestamp"].as_i64().unwrap().max(*known);
            if let Some(own) = activity["rawDataJson"]["created_by"]["id"].as_str() {
                own_ids.insert(id.to_owned(), own.to_owned());
            }
        }
    }
    assert!(last.len() > 30 && !own_ids.is_empty());
    let users: BTreeMap<String, Value> = walk(&kit, PATH, &json!({"filters": {"app": {"eq": 11161}}}), 100)
        .into_iter()
        .map(|user| (user["id"].as_str().unwrap().to_owned(), user))
        .collect();
    for (id, at) in &last {
        // The operator of the simulator is nobody's account.
        let Some(user) = users.get(id) else { continue };
        assert_eq!(millis(&user["lastSeen"]), *at, "{user}");
    }
    assert!(last.keys().filter(|id| users.contains_key(*id)).count() + 1 >= last.len());
    // The number of a Box account is that of Box's own records.
    for (id, own) in own_ids {
        let accounts = users[&id]["accounts"].as_array().unwrap();
        let account = accounts.iter().find(|account| account["saas"] == 10489).unwrap();
        assert_eq!(account["i"], own);
    }
}

#[test]
fn priorities_add_up_the_alerts_of_the_week() {
    let kit = Kit::attacked(3, 6);
    kit.tenant.advance(Span::hours(20)).unwrap();
    let now = kit.tenant.read().now.millis();
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for alert in walk(&kit, "/api/v1/alerts/", &json!({"filters": {"date": {"gte_ndays": 7}}}), 100) {
        assert!(alert["timestamp"].as_i64().unwrap() >= now - 7 * 86_400_000);
        let weight = [10, 25, 50, 0][alert["severityValue"].as_u64().unwrap() as usize];
        for account in alert["entities"].as_array().unwrap().iter().filter(|of| of["type"] == "account") {
            *sums.entry(account["id"].as_str().unwrap().to_owned()).or_default() += weight;
        }
    }
    let mut rated = 0;
    for user in users(&kit) {
        let sum = sums.get(user["id"].as_str().unwrap()).copied().unwrap_or_default();
        let Some(score) = user["threatScore"].as_u64() else {
            assert_eq!((sum, &user["threatScoreHistory"]), (0, &json!([])), "{user}");
            continue;
        };
        // People differ a little, and failed sign-ins count a little.
        assert!((sum.min(1_000)..=sum + 9 + 7 * 20).contains(&score), "{sum} of {user}");
        rated += u32::from(sum > 0);
        let history = user["threatScoreHistory"].as_array().unwrap();
        assert_eq!((history.len(), &history[13]["score"]), (14, &user["threatScore"]));
        let days: Vec<i64> = history.iter().map(|day| day["dateUtc"].as_i64().unwrap()).collect();
        assert!(days.windows(2).all(|two| two[1] - two[0] == 86_400_000) && days[13] <= now);
        assert!(history.iter().all(|day| (day["score"] == 0) == (day["percentile"] == 0)), "{user}");
    }
    assert!(rated > 3, "{rated}");
}

#[test]
fn a_user_who_is_disabled_is_suspended() {
    let kit = Kit::tiny();
    let user = users(&kit).into_iter().find(|user| user["status"] == 2 && user["isAdmin"] == false).unwrap();
    let key = user["_id"].as_str().unwrap();
    let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().id);
    let disable = |enabled: bool| {
        let command = json!({"setUserEnabled": {"user": user["accounts"][0]["pa"], "enabled": enabled}});
        let answer = kit.mock("POST", &path, &command.to_string());
        assert_eq!(answer.status, 200, "{}", text(&answer));
    };
    let suspended = || ids(&page(&kit, PATH, &json!({"filters": {"status": {"eq": ["3"]}}})));
    assert!(!suspended().contains(&key.to_owned()));
    disable(false);
    assert_eq!(fetch(&kit, key)["status"], 3);
    assert!(suspended().contains(&key.to_owned()));
    disable(true);
    assert_eq!(fetch(&kit, key)["status"], 2);
}

#[test]
fn how_often_somebody_looked_changes_nothing() {
    let (often, once) = (Kit::new(2, Size::Small), Kit::new(2, Size::Small));
    let all = |kit: &Kit| {
        let entities = walk(kit, PATH, &json!({}), 100);
        let everything = json!({"filters": {"allowDeleted": {"eq": true}}});
        (entities, walk(kit, "/api/v1/files/", &everything, 100))
    };
    for _ in 0..5 {
        all(&often);
        often.tenant.advance(Span::hours(41)).unwrap();
    }
    once.tenant.advance(Span::hours(205)).unwrap();
    let (looked, fresh) = (all(&often), all(&once));
    assert!(looked == fresh);
}

#[test]
fn whom_an_id_names_is_told() {
    let kit = Kit::tiny();
    let user = &users(&kit)[0];
    let told = json!({"displayName": user["displayName"], "email": user["email"], "actions": []});
    let resolve =
        |body: Value| read(&kit.api("POST", "/cas/api/v1/entities/resolve_entity/", &body.to_string()));
    assert_eq!(resolve(json!({"aad": user["id"], "sid": null, "complexIdBase64": ""})), told);
    let key = base64::encode_standard(user["username"].as_str().unwrap().as_bytes());
    assert_eq!(resolve(json!({"complexIdBase64": key})), told);
    assert_eq!(resolve(json!({"sid": "S-1-5-21-1-2-3-4"})), json!({"detail": "Not found."}));
    assert_eq!(kit.api("POST", "/cas/api/v1/entities/resolve_entity/", "{}").status, 400);
}

#[test]
fn entities_on_their_own_leave_out_the_accounts_of_users() {
    let kit = Kit::tiny();
    let path = "/cas/api/v1/standalone_entities/";
    let (every, alone) = (walk(&kit, PATH, &json!({}), 100), walk(&kit, path, &json!({}), 100));
    let is_of_a_user = |entity: &Value| entity["appData"]["appId"] != 11161;
    let expected: Vec<&Value> = every.iter().filter(|entity| !is_of_a_user(entity)).collect();
    assert!(expected.len() < every.len() && alone.iter().eq(expected));
    let count = read(&kit.api("POST", &format!("{path}count/"), r#"{"filters": {"type": {"eq": 2}}}"#));
    assert_eq!(count["total"], users(&kit).len());
    let metadata = read(&kit.api("GET", &format!("{path}metadata/"), ""));
    assert_eq!(metadata["filters"], read(&kit.api("GET", &format!("{PATH}metadata/"), ""))["filters"]);
}

#[test]
fn countries_of_a_user_are_those_of_the_activities() {
    let kit = Kit::small();
    let user = page(&kit, PATH, &json!({"filters": {"type": {"eq": 2}}, "limit": 1}))["data"][0].clone();
    let filters = json!({"filters": {"entity": {"eq": {"id": user["id"], "saas": 11161, "inst": 0}}}});
    let mut known: BTreeMap<String, (u64, i64)> = BTreeMap::new();
    for activity in walk(&kit, "/api/v1/activities/", &filters, 100) {
        if let Some(country) = activity["location"]["countryCode"].as_str() {
            let (times, last) = known.entry(country.to_owned()).or_default();
            *times += 1;
            *last = activity["timestamp"].as_i64().unwrap().max(*last);
        }
    }
    assert!(!known.is_empty());
    let name = user["username"].as_str().unwrap();
    let encoded = base64::encode_standard(name.as_bytes());
    let spelled = |name: &str| name.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    // Workflows put the value in as it is, with a slash at its end.
    for value in [spelled(name), spelled(&encoded), format!("{}/", encoded.trim_end_matches('=')), encoded] {
        let path = format!("/cas/api/v1/activities_locations/by_user/?username={value}");
        let answer = read(&kit.api("GET", &path, ""));
        let data = answer["data"].as_array().unwrap();
        let told = data.iter().map(|row| {
            let row = row.as_array().unwrap();
            (row[0].as_str().unwrap().to_owned(), (row[1].as_u64().unwrap(), row[2].as_i64().unwrap()))
        });
        assert_eq!(told.collect::<BTreeMap<_, _>>(), known, "{value}");
    }
    for (query, status) in [("", 400), ("?username=", 400), ("?username=nobody", 404)] {
        let path = format!("/cas/api/v1/activities_locations/by_user/{query}");
        assert_eq!(kit.api("GET", &path, "").status, status, "{query}");
    }
}

#[test]
fn offers_hold_what_is_searched_for() {
    let kit = Kit::small();
    let user = &users(&kit)[0];
    let name = user["displayName"].as_str().unwrap();
    let surname = name.rsplit(' ').next().unwrap();
    let offers = |of: &str, search: &str| {
        let answer = read(&kit.api("GET", &format!("/cas/api/v1/autocomplete/{of}/?search={search}"), ""));
        answer["records"].as_array().unwrap().clone()
    };
    let (users, every) = (offers("users", surname), offers("entities", &surname.to_uppercase()));
    let here = |offers: &[Value]| offers.iter().any(|offer| offer["_id"] == user["_id"]);
    assert!(here(&users) && here(&every) && users.iter().all(|offer| offer["t"] == 2));
    for offer in users.iter().chain(&every) {
        let name = offer["dnlc"].as_str().unwrap();
        let account = offer["pa"].as_str().unwrap().to_lowercase();
        assert!([name, &account].iter().any(|name| name.contains(&surname.to_lowercase())), "{offer}");
    }
    assert!(offers("users", "no-such-name").is_empty());
}
