//! Records that lack something: activities of services without a user, without an address, places without a city.

use serde_json::{Value, json};

use super::ACTIVITIES;
use crate::kit::Kit;
use crate::kit::lists::{page, walk};

/// Whether a record has what a filter asks for.
type Has<'a> = &'a dyn Fn(&Value) -> bool;

/// How many of the tenant's activities a filter selects.
fn count(kit: &Kit, filters: &Value) -> usize {
    page(kit, ACTIVITIES, &json!({"filters": filters, "limit": 0}))["total"].as_u64().unwrap() as usize
}

#[test]
fn isset_filters_agree_with_the_records() {
    let kit = Kit::small();
    let all = walk(&kit, ACTIVITIES, &json!({"filters": {"date": {"gte_ndays": 5}}}), 100);
    let user = |record: &Value| record["user"] != json!({});
    let divided: [(&str, Has<'_>, usize, usize); 6] = [
        // Shares in thousandths: at least, at most.
        ("user.username", &user, 5, 60),
        ("entity", &user, 5, 60),
        ("ip.address", &|record| record["device"].get("clientIP").is_some(), 15, 200),
        ("location.country", &|record| record.get("location").is_some(), 15, 200),
        ("location.organizations", &|record| record.get("location").is_some(), 15, 200),
        ("user.tags", &|record| !record["user"]["userTags"].as_array().is_none_or(Vec::is_empty), 1, 1_000),
    ];
    for (field, has, least, most) in divided {
        let with = all.iter().filter(|record| has(record)).count();
        let without = all.len() - with;
        for (operators, expected) in [
            (json!({"isset": true}), with),
            (json!({"isset": false}), without),
            (json!({"isnotset": true}), without),
            (json!({"isnotset": false}), with),
        ] {
            let filters = json!({field: operators, "date": {"gte_ndays": 5}});
            assert_eq!(count(&kit, &filters), expected, "{filters}");
        }
        let share = without * 1_000 / all.len();
        assert!((least..=most).contains(&share), "{field}: {share} in a thousand have none");
    }
}

#[test]
fn activities_of_services_have_neither_user_nor_address() {
    let kit = Kit::small();
    let filters = json!({"user.username": {"isnotset": true}});
    let found = walk(&kit, ACTIVITIES, &json!({"filters": filters}), 100);
    assert!(found.len() > 20);
    // Whoever opens a link without an account has no user either, but an address.
    let (strangers, found): (Vec<Value>, Vec<Value>) =
        found.into_iter().partition(|record| record["rawDataJson"]["UserType"] == 10);
    assert!(!strangers.is_empty() && strangers.iter().all(|record| record["device"]["clientIP"].is_string()));
    for record in found {
        assert_eq!(record["user"], json!({}));
        assert_eq!(record["entityData"], json!({"0": null, "1": null, "2": null}));
        assert!(record.get("resolvedActor").is_none() && record.get("location").is_none(), "{record}");
        assert_eq!(record["device"], json!({"userAgent": ""}));
        assert_eq!(record["internals"]["otherIPs"], json!([]));
        let objects = record["mainInfo"]["eventObjects"].as_array().unwrap();
        assert!(!objects.is_empty() && objects.iter().all(|object| object.get("link").is_none()));
        // The log of the service names an account of its own.
        let raw = &record["rawDataJson"];
        assert_eq!(raw["UserType"], 4);
        assert!(!raw["UserId"].as_str().unwrap().is_empty() && raw.get("ClientIP").is_none());
    }
}

#[test]
fn city_and_browser_are_missing_in_a_plausible_share_of_records() {
    let kit = Kit::small();
    let filters = json!({"date": {"gte_ndays": 5}, "ip.address": {"isset": true}});
    let all = walk(&kit, ACTIVITIES, &json!({"filters": filters}), 100);
    let without = |object: &str, member: &str| {
        let there = all.iter().filter(|record| record.get(object).is_some());
        there.filter(|record| record[object].get(member).is_none()).count() * 1_000 / all.len()
    };
    let (city, postal) = (without("location", "city"), without("location", "postalCode"));
    assert!(city > 5 && city < 150 && postal > city && postal < 300, "{city} {postal}");
    let version = without("userAgent", "version");
    assert!(version > 1 && version < 150, "{version}");
    for record in &all {
        assert!(record["location"]["countryCode"].is_string() && record["location"]["latitude"].is_number());
        let agent = &record["userAgent"];
        assert_eq!(agent.get("version").is_some(), agent.get("major").is_some());
        // Nothing is claimed by an empty text.
        for part in ["location", "userAgent"] {
            let members = record[part].as_object().into_iter().flatten();
            assert!(members.into_iter().all(|(_, value)| value != ""), "{record}");
        }
    }
}

#[test]
fn an_activity_without_a_user_is_injected_unchanged() {
    let kit = Kit::small();
    let filters = json!({"user.username": {"isnotset": true}});
    let record = page(&kit, ACTIVITIES, &json!({"filters": filters, "limit": 1}))["data"][0].clone();
    let before = count(&kit, &filters);
    let path = format!("/_mock/tenants/{}/inject", kit.tenant.identity().id);
    let answer = kit.mock("POST", &path, &json!({"activity": record}).to_string());
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(count(&kit, &filters), before + 1);
    let newest = json!({"sortField": "created", "sortDirection": "desc", "limit": 1});
    let shown = page(&kit, ACTIVITIES, &newest)["data"][0].clone();
    for member in ["user", "device", "entityData", "resolvedActor", "location", "mainInfo"] {
        assert_eq!(shown.get(member), record.get(member), "{member}");
    }
}
