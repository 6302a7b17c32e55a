//! Ranges of addresses: how they are described, and what activities say because of them.

use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::views::ip_ranges::FIELDS;
use serde_json::{Value, json};

use crate::filters::naive::passes;
use crate::kit::lists::{ids, page, walk};
use crate::kit::{Kit, json as read, text};

const PATH: &str = "/api/v1/subnet/";
const ACTIVITIES: &str = "/api/v1/activities/";

fn create(kit: &Kit, body: &Value) -> String {
    let answer = kit.api("POST", &format!("{PATH}create_rule/"), &body.to_string());
    assert_eq!(answer.status, 200, "{}", text(&answer));
    read(&answer).as_str().unwrap().to_owned()
}

#[test]
fn a_range_lives_as_clients_create_update_and_delete_it() {
    for path in ["/api/v1/subnet/", "/api/subnet/", "/cas/api/v1/subnet/"] {
        let kit = Kit::tiny();
        // Numbers as text, an id and a duplicate key, as connectors send them.
        let body = r#"{"_id": "x", "name": "Branch", "category": "1", "subnets": ["192.168.1.0/24", "10.7.7.7"],
            "organization": "Example Telecom", "overrideOrganization": true, "tags": ["a"], "tags": ["hq", "Zscaler"]}"#;
        let created = kit.api("POST", &format!("{path}create_rule/"), body);
        let id = read(&created).as_str().unwrap().to_owned();
        assert_eq!(text(&created), format!("\"{id}\""));
        let range = read(&kit.api("GET", &format!("{path}{id}/"), ""));
        assert_eq!(
            (&range["_id"], &range["category"], &range["organization"]),
            (&json!(id), &json!(1), &json!("Example Telecom"))
        );
        let subnet = |mask: u8, address: &str, original: &str| json!({"mask": mask, "address": address, "originalString": original});
        let expected = json!([
            subnet(120, "0000:0000:0000:0000:0000:ffff:c0a8:0100", "192.168.1.0/24"),
            subnet(128, "0000:0000:0000:0000:0000:ffff:0a07:0707", "10.7.7.7"),
        ]);
        assert_eq!(range["subnets"], expected);
        let names: Vec<&Value> = range["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
        assert_eq!(names, ["hq", "Zscaler"]);
        assert_eq!((&range["tags"][0]["type"], &range["tags"][1]["type"]), (&json!(0), &json!(2)));
        assert!(range["lastModified"].is_f64() && range["_tid"].is_u64());
        let listed =
            page(&kit, path, &json!({"filters": {"builtIn": {"eq": false}}, "skip": "0", "limit": 20}));
        assert_eq!(listed["data"], json!([range]));
        // What is left out is empty afterwards.
        kit.tenant.advance(Span::hours(1)).unwrap();
        let body = json!({"name": "Branch", "category": 4, "subnets": ["192.168.1.0/25"]});
        assert_eq!(kit.api("POST", &format!("{path}{id}/update_rule/"), &body.to_string()).status, 200);
        let changed = read(&kit.api("GET", &format!("{path}{id}"), ""));
        assert_eq!(
            (&changed["tags"], &changed["organization"], &changed["category"]),
            (&json!([]), &json!(null), &json!(4))
        );
        assert!(changed["lastModified"].as_f64() > range["lastModified"].as_f64());
        assert_eq!(kit.api("DELETE", &format!("{path}{id}/"), "").status, 200);
        assert_eq!(kit.api("GET", &format!("{path}{id}/"), "").status, 404);
        assert_eq!(kit.api("DELETE", &format!("{path}{id}/"), "").status, 404);
        // Each of the three left its activity.
        let mine = json!({"filters": {"activityObject": {"eq": [id]}}, "sortField": "created", "sortDirection": "asc"});
        let mine = walk(&kit, ACTIVITIES, &mine, 100);
        let types: Vec<&Value> = mine.iter().map(|activity| &activity["eventType"]).collect();
        assert_eq!(types, [917_590, 917_591, 917_592]);
        assert!(mine.iter().all(|activity| activity["mainInfo"]["eventObjects"][0]["name"] == "Branch"));
    }
}

#[test]
fn what_can_not_be_a_range_is_refused_by_its_value() {
    let kit = Kit::tiny();
    create(&kit, &json!({"name": "First", "category": 1, "subnets": ["10.0.0.0/8"]}));
    for (body, value) in [
        (json!({"category": 1, "subnets": ["192.0.2.0/24"]}), "nothing"),
        (json!({"name": "A", "category": 7, "subnets": ["192.0.2.0/24"]}), "7"),
        (json!({"name": "A", "category": "many", "subnets": ["192.0.2.0/24"]}), "\"many\""),
        (json!({"name": "A", "category": 1, "subnets": ["192.0.2.0/33"]}), "192.0.2.0/33"),
        (json!({"name": "A", "category": 1, "subnets": []}), "subnets"),
        (json!({"name": "A", "category": 1}), "nothing"),
        (json!({"name": "first", "category": 1, "subnets": ["192.0.2.0/24"]}), "first"),
        (json!({"name": "A", "category": 1, "subnets": ["192.0.2.0/24", "10.1.0.0/16"]}), "10.1.0.0/16"),
        (
            json!({"name": "A", "category": 1, "subnets": ["192.0.2.0/24"], "tags": ["ffffffffffffffffffffffff"]}),
            "ffffffffffffffffffffffff",
        ),
    ] {
        let answer = kit.api("POST", &format!("{PATH}create_rule/"), &body.to_string());
        let error = &read(&answer)["filters"][0];
        assert_eq!(
            (answer.status.as_u16(), &error["errorMessageParams"]["value"]),
            (400, &json!(value)),
            "{body}"
        );
    }
    let built_in = &ids(&page(&kit, PATH, &json!({"filters": {"builtIn": {"eq": true}}})))[0];
    assert_eq!(kit.api("DELETE", &format!("{PATH}{built_in}/"), "").status, 400);
}

#[test]
fn tags_are_named_by_id_by_name_and_as_objects() {
    let kit = Kit::tiny();
    let tags =
        || read(&kit.api("GET", "/cas/api/tags/?target=ip&enabledOnly=true&sort=name", ""))["data"].clone();
    let before = tags().as_array().unwrap().len();
    let id =
        |name: &str| tags().as_array().unwrap().iter().find(|tag| tag["name"] == name).unwrap()["id"].clone();
    let range = json!({"name": "A", "category": 1, "subnets": ["192.0.2.0/25"], "tags": ["own", id("Tor")]});
    create(&kit, &range);
    assert_eq!(tags().as_array().unwrap().len(), before + 1);
    let again = json!({"name": "B", "category": 1, "subnets": ["192.0.2.128/25"],
        "tags": [{"id": id("own")}, {"name": "tor"}, "OWN"]});
    create(&kit, &again);
    let ranges = walk(&kit, PATH, &json!({"filters": {"builtIn": {"eq": false}}}), 100);
    let named = |range: &Value| -> Vec<Value> {
        range["tags"].as_array().unwrap().iter().map(|tag| tag["id"].clone()).collect()
    };
    assert_eq!(ranges.len(), 2);
    assert!(ranges.iter().all(|range| named(range) == [id("own"), id("Tor")]));
    assert_eq!(tags().as_array().unwrap().len(), before + 1);
    assert_eq!(read(&kit.api("GET", "/api/tags/?target=user", ""))["data"], json!([]));
}

#[test]
fn every_filter_selects_what_the_records_say() {
    let kit = Kit::tiny();
    create(
        &kit,
        &json!({"name": "Zeta", "category": 2, "subnets": ["192.0.2.0/24"], "tags": ["own", "Tor"]}),
    );
    create(&kit, &json!({"name": "Alpha", "category": 1, "subnets": ["198.51.100.0/24"]}));
    let records = walk(&kit, PATH, &json!({}), 100);
    let own = |record: &Value| ["Zeta", "Alpha"].contains(&record["name"].as_str().unwrap());
    assert!(records.len() > 3);
    let cell = |record: &Value, field: &str| -> Vec<Value> {
        match field {
            "tags" => record["tags"].as_array().unwrap().iter().map(|tag| tag["id"].clone()).collect(),
            "builtIn" => vec![json!(!own(record))],
            other => vec![record[other].clone()],
        }
    };
    let now = kit.tenant.read().now;
    for field in FIELDS {
        for value in records.iter().flat_map(|record| cell(record, field.name)) {
            for operator in field.operators {
                let operand = json!([value]);
                let wanted = records
                    .iter()
                    .filter(|record| passes(field.kind, &cell(record, field.name), operator, &operand, now));
                let mut wanted: Vec<&str> = wanted.map(|record| record["_id"].as_str().unwrap()).collect();
                let request = json!({"filters": {field.name: {*operator: operand}}});
                let mut found = ids(&page(&kit, PATH, &request));
                found.sort();
                wanted.sort_unstable();
                assert_eq!(found, wanted, "{request}");
            }
        }
    }
    let sorted = |field: &str| walk(&kit, PATH, &json!({"sortField": field, "sortDirection": "asc"}), 100);
    assert!(sorted("name").iter().map(|range| range["name"].as_str().unwrap().to_lowercase()).is_sorted());
    assert!(sorted("category").iter().map(|range| range["category"].as_u64()).is_sorted());
    let metadata = read(&kit.api("GET", "/cas/api/v1/subnet/metadata/", ""));
    let names: Vec<&Value> =
        metadata["filters"].as_array().unwrap().iter().map(|filter| &filter["name"]).collect();
    assert_eq!(names, FIELDS.iter().map(|field| field.name).collect::<Vec<_>>());
}

#[test]
fn a_new_range_tells_of_activities_from_then_on() {
    let kit = Kit::new(4, Size::Tiny);
    kit.tenant.advance(Span::hours(12)).unwrap();
    let known = |kit: &Kit| {
        let activities = walk(kit, ACTIVITIES, &json!({"sortField": "created", "sortDirection": "asc"}), 100);
        activities
            .into_iter()
            .filter(|activity| activity["device"]["clientIP"].is_string())
            .collect::<Vec<_>>()
    };
    let before = known(&kit);
    // The network of two octets that is used most.
    let network = |activity: &Value| {
        let ip = activity["device"]["clientIP"].as_str().unwrap().to_owned();
        let end = ip.match_indices('.').nth(1).map_or(0, |(at, _)| at + 1);
        ip[..end].to_owned()
    };
    let mut networks: Vec<String> = before.iter().map(network).collect();
    networks.sort_unstable();
    let most = networks.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).unwrap()[0].clone();
    let range = json!({"name": "R", "category": 4, "subnets": [format!("{most}0.0/16")],
        "organization": "Example Net", "tags": ["Zscaler", "own"]});
    let id = create(&kit, &range);
    let since = kit.tenant.read().now.millis();
    kit.tenant.advance(Span::hours(30)).unwrap();
    let after = known(&kit);
    // What was stored before is as it was.
    assert!(before.iter().all(|activity| after.contains(activity)));
    let tags = read(&kit.api("GET", &format!("{PATH}{id}/"), ""))["tags"].clone();
    let tags: Vec<&Value> = tags.as_array().unwrap().iter().map(|tag| &tag["id"]).collect();
    let is_in = |activity: &Value| network(activity) == most && activity["created"].as_i64().unwrap() > since;
    let mut inside = 0;
    for activity in after.iter().filter(|activity| is_in(activity)) {
        let location = &activity["location"];
        assert_eq!((&location["category"], &location["categoryValue"]), (&json!(4), &json!("VPN")));
        assert_eq!(location["organizationSearchable"], "Example Net");
        assert_eq!(location["ipTags"], json!(tags));
        inside += 1;
    }
    assert!(inside > 3 && !most.is_empty(), "{inside}");
    assert!(after.iter().any(|activity| activity["created"].as_i64().unwrap() > since && !is_in(activity)));
    for (filter, value) in [
        ("ip.category", json!(4)),
        ("ip.tags", tags[1].clone()),
        ("location.organizations", json!("Example Net")),
    ] {
        let found = walk(&kit, ACTIVITIES, &json!({"filters": {filter: {"eq": [value]}}}), 100);
        let expected = after.iter().filter(|activity| {
            let location = &activity["location"];
            match filter {
                "ip.category" => location["category"] == value,
                "ip.tags" => location["ipTags"].as_array().is_some_and(|tags| tags.contains(&value)),
                _ => location["organizationSearchable"] == value,
            }
        });
        assert_eq!(found.len(), expected.count(), "{filter}");
    }
    // It no longer holds for what is stored after it was removed.
    let count = |kit: &Kit| {
        page(kit, ACTIVITIES, &json!({"filters": {"ip.tags": {"eq": tags[1]}}}))["total"].as_u64().unwrap()
    };
    kit.api("DELETE", &format!("{PATH}{id}/"), "");
    let told = count(&kit);
    kit.tenant.advance(Span::hours(24)).unwrap();
    assert_eq!(count(&kit), told);
}

#[test]
fn commands_describe_ranges_by_name_or_id() {
    let kit = Kit::tiny();
    let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().id);
    let give = |command: Value| kit.mock("POST", &path, &command.to_string()).status.as_u16();
    let told = json!({"name": "HQ", "category": 1, "subnets": ["192.0.2.0/24"], "tags": ["hq"], "by": "security-admin"});
    assert_eq!(give(json!({"addIpRange": told})), 200);
    assert_eq!(give(json!({"addIpRange": told})), 409);
    let own = || walk(&kit, PATH, &json!({"filters": {"builtIn": {"eq": false}}}), 100);
    let id = own()[0]["_id"].clone();
    let to = json!({"name": "Head office", "category": 2, "subnets": ["192.0.2.0/25"]});
    assert_eq!(give(json!({"changeIpRange": {"range": "HQ", "to": to}})), 200);
    assert_eq!((&own()[0]["name"], &own()[0]["_id"]), (&json!("Head office"), &id));
    // The journal is written as commands are.
    let journal = read(&kit.mock("GET", &path, ""));
    let first = &journal["commands"][0]["command"]["addIpRange"];
    assert!(first["name"] == "HQ" && first["by"].as_str().unwrap().contains('@'), "{journal}");
    assert_eq!(give(json!({"removeIpRange": {"range": id}})), 200);
    assert!(own().is_empty());
    assert_eq!(give(json!({"removeIpRange": {"range": id}})), 400);
    assert_eq!(give(json!({"addIpRange": {"name": "B", "category": 1, "subnets": ["nowhere"]}})), 400);
}
