//! Files: what their records say, and that it is what activities and alerts of the same tenant say.

use std::collections::{BTreeMap, BTreeSet};

use mock_defender::model::spec::Size;
use mock_defender::model::time::VirtualTime;
use mock_defender::views::files::FIELDS;
use serde_json::{Value, json};

use crate::filters::each::{Listed, filters_select_what_records_say};
use crate::kit::lists::{ids, page, walk};
use crate::kit::{Kit, json as read};

const PATH: &str = "/api/v1/files/";
const ACTIVITIES: &str = "/api/v1/activities/";

fn everything() -> Value {
    json!({"allowDeleted": {"eq": true}})
}

fn all(kit: &Kit) -> BTreeMap<String, Value> {
    let files = walk(kit, PATH, &json!({"filters": everything()}), 100);
    files.into_iter().map(|file| (file["id"].as_str().unwrap().to_owned(), file)).collect()
}

/// What the records of activities say of files of Microsoft 365, oldest first: the key of the file, with the activity.
fn acts(kit: &Kit, filters: &Value) -> Vec<(String, Value)> {
    let request = json!({"filters": filters, "sortDirection": "asc"});
    let activities = walk(kit, ACTIVITIES, &request, 100).into_iter();
    let of_files = activities.filter(|activity| activity["rawDataJson"]["ItemType"] == "File");
    of_files
        .map(|activity| {
            let raw = &activity["rawDataJson"];
            let (site, id) = (raw["Site"].as_str().unwrap(), raw["ListItemUniqueId"].as_str().unwrap());
            (format!("{site}|{id}"), activity)
        })
        .collect()
}

#[test]
fn every_filter_selects_what_the_records_say() {
    let kit = Kit::tiny();
    let mut policies: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for alert in walk(&kit, "/api/v1/alerts/", &json!({}), 100) {
        let entities = alert["entities"].as_array().unwrap();
        let policy = entities.iter().find(|of| of["type"] == "policyRule").unwrap()["id"].clone();
        for file in entities.iter().filter(|of| of["type"] == "file") {
            policies.entry(file["id"].as_str().unwrap().to_owned()).or_default().push(policy.clone());
        }
    }
    let cell = |record: &Value, field: &str| -> Vec<Value> {
        let one = |value: &Value| if value.is_null() || value == "" { vec![] } else { vec![value.clone()] };
        let people = || {
            let shown = record["display_collaborators"].as_array().unwrap().iter();
            shown.filter(|other| other["type"] == "user").collect::<Vec<_>>()
        };
        let owner = || {
            let author = &record["sharepointItem"]["Author"]["LoginName"];
            let account = author.as_str().and_then(|name| name.rsplit('|').next()).map(|name| json!(name));
            [one(&record["ownerAddress"]), account.into_iter().collect()].concat()
        };
        match field {
            "service" | "instance" => one(&record["appId"]),
            "fileType" => one(&record["fileType"][0]),
            "allowDeleted" if record["fstat"] == 0 => vec![json!(true), json!(false)],
            "allowDeleted" => vec![json!(true)],
            "policy" => {
                let mut matched = policies.get(record["id"].as_str().unwrap()).cloned().unwrap_or_default();
                matched.dedup();
                matched
            }
            "filename" => one(&record["name"]),
            "collaborators.entity" | "collaborators.users" => {
                people().iter().flat_map(|other| [other["id"].clone(), other["label"].clone()]).collect()
            }
            "collaborators.domains" | "collaborators.withDomain" => {
                let domain = |other: &&Value| json!(other["id"].as_str().unwrap().rsplit('@').next());
                people().iter().map(domain).collect()
            }
            "collaborators.groups" => record["groups"].as_array().unwrap().clone(),
            "owner.entity" | "owner.username" => owner(),
            // What the directory says of the owner is told by entities; the next test holds this to them.
            "owner.orgUnit" => vec![],
            "sharing" => one(&record["fileAccessLevel"][0]),
            "fileId" => [one(&record["id"]), one(&record["_id"])].concat(),
            "fileLabels" | "fileScanLabels" | "sha256" => vec![],
            "extension" => one(&record["fileExtension"]),
            "trashed" => vec![json!(record["fstat"] == 1)],
            "parentFolder" => one(&record["parentId"]),
            "folder" => vec![record["isFolder"].clone()],
            "quarantined" => vec![json!(false)],
            "snapshotLastModifiedDate" => {
                let at = VirtualTime::parse(record[field].as_str().unwrap()).unwrap();
                vec![json!(at.millis())]
            }
            other => one(&record[other]),
        }
    };
    let alone = ["allowDeleted", "trashed"];
    let list = Listed { path: PATH, fields: FIELDS, everything: everything(), alone: &alone, cell: &cell };
    let records = filters_select_what_records_say(&kit, &list);
    let states: BTreeSet<u64> = records.iter().map(|file| file["fstat"].as_u64().unwrap()).collect();
    let levels: BTreeSet<u64> = records.iter().map(|file| file["facl"].as_u64().unwrap()).collect();
    assert!(states.contains(&0) && states.contains(&1), "{states:?}");
    assert_eq!(levels, BTreeSet::from([0, 1, 2, 3]));
    for file in &records {
        assert_eq!((&file["fileType"][0], &file["ftype"]), (&file["ftype"], &file["fileType"][0]));
        assert_eq!((&file["fileAccessLevel"][0], &file["fileStatus"][0]), (&file["facl"], &file["fstat"]));
        assert!(file["createdDate"].as_i64() <= file["modifiedDate"].as_i64(), "{file}");
        assert!(file["modifiedDate"].as_i64() <= file["lastNrtTimestamp"].as_i64(), "{file}");
    }
}

#[test]
fn files_are_found_by_the_unit_of_their_owner() {
    let kit = Kit::tiny();
    let users = walk(&kit, "/api/v1/entities/", &json!({"filters": {"type": {"eq": 2}}}), 100);
    let unit = |address: &Value| {
        users.iter().find(|user| user["email"] == *address).map(|user| &user["organization"])
    };
    let units: BTreeSet<&str> = users.iter().filter_map(|user| user["organization"].as_str()).collect();
    let files = all(&kit);
    for name in units {
        let found = page(
            &kit,
            PATH,
            &json!({"filters": {"owner.orgUnit": {"eq": [name]}, "allowDeleted": {"eq": true}}}),
        );
        let known = files.values().filter(|file| unit(&file["ownerAddress"]) == Some(&json!(name))).count();
        assert_eq!(found["total"], known, "{name}");
    }
}

#[test]
fn a_json_body_on_get_filters_files_as_connectors_ask() {
    let kit = Kit::small();
    let get = |body: Value| read(&kit.api("GET", "/api/v1/files", &body.to_string()));
    let filters = json!({"fileType": {"eq": 2}, "sharing": {"eq": [1, 2]}, "extension": {"eq": ["xlsx"]},
        "quarantined": {"eq": false}});
    let found = get(json!({"filters": filters, "limit": 7}));
    assert_eq!(ids(&found).len(), 7);
    for file in found["data"].as_array().unwrap() {
        assert_eq!((&file["fileType"], &file["fileExtension"]), (&json!([2, "SPREADSHEET"]), &json!("xlsx")));
        assert!(["INTERNAL", "EXTERNAL"].contains(&file["fileAccessLevel"][1].as_str().unwrap()));
        assert!(
            file["ownerName"].is_string() && file["alternateLink"].as_str().unwrap().starts_with("https://")
        );
    }
    // Scripts ask without a body for `max`, and page by the query beside a body.
    let first = read(&kit.api("POST", PATH, ""));
    assert_eq!((&first["max"], ids(&first).len()), (&json!(100), 100));
    let next = read(&kit.api("POST", &format!("{PATH}?skip=100"), r#"{"filters": {}}"#));
    assert_eq!(next["total"], first["total"]);
    assert!(ids(&next).iter().all(|id| !ids(&first).contains(id)));
}

#[test]
fn a_listed_file_is_fetched_by_its_id() {
    let kit = Kit::tiny();
    let files = all(&kit);
    for file in files.values().step_by(20) {
        let fetched = read(&kit.api("GET", &format!("{PATH}{}", file["_id"].as_str().unwrap()), ""));
        assert_eq!(&fetched, file);
        for id in [&file["id"], &file["_id"]] {
            let filters = json!({"fileId": {"eq": id}, "allowDeleted": {"eq": true}});
            assert_eq!(page(&kit, PATH, &json!({"filters": filters}))["data"], json!([file]));
        }
    }
    for stray in ["ffffffffffffffffffffffff", "none"] {
        let answer = kit.api("GET", &format!("{PATH}{stray}/"), "");
        assert_eq!((answer.status.as_u16(), read(&answer)), (404, json!({"detail": "Not found."})));
    }
}

#[test]
fn the_files_are_those_that_activities_and_alerts_are_about() {
    let kit = Kit::tiny();
    let files = all(&kit);
    let mut last: BTreeMap<String, Value> = BTreeMap::new();
    for (key, activity) in acts(&kit, &json!({"service": {"eq": [20892, 15600]}})) {
        last.insert(key, activity);
    }
    let of_office = files.values().filter(|file| file.get("siteCollectionId").is_some());
    assert_eq!(of_office.count(), last.len());
    for (key, activity) in last {
        let (file, raw) = (&files[&key], &activity["rawDataJson"]);
        assert_eq!(file["appId"], activity["appId"]);
        // Of what was renamed or moved, the record tells both names.
        let name = if raw["DestinationFileName"].is_null() {
            &raw["SourceFileName"]
        } else {
            &raw["DestinationFileName"]
        };
        assert_eq!(&file["name"], name);
        if raw["DestinationFileName"].is_null() {
            assert_eq!(file["alternateLink"], raw["ObjectId"]);
        }
        assert_eq!((&file["siteCollectionId"], &file["listId"]), (&raw["Site"], &raw["ListId"]));
        assert_eq!(file["lastNrtTimestamp"], activity["timestamp"]);
    }
    let kit = Kit::new(2, Size::Small);
    let files = all(&kit);
    let alerts = walk(&kit, "/api/v1/alerts/", &json!({}), 100);
    let entities = alerts.iter().flat_map(|alert| alert["entities"].as_array().unwrap());
    let about: Vec<&Value> = entities.filter(|of| of["type"] == "file").collect();
    assert!(!about.is_empty());
    assert!(about.iter().all(|of| files[of["id"].as_str().unwrap()]["name"] == of["label"]));
}

#[test]
fn what_was_deleted_is_listed_only_where_that_is_asked_for() {
    let kit = Kit::tiny();
    let files = all(&kit);
    let mut gone: BTreeMap<String, (u64, i64)> = BTreeMap::new();
    for (key, activity) in acts(&kit, &json!({})) {
        let state = match activity["mainInfo"]["rawOperationName"].as_str().unwrap() {
            "FileDeleted" => 1,
            "FileDeletedFirstStageRecycleBin" | "FileDeletedSecondStageRecycleBin" => 2,
            "FileUploaded" => 0,
            _ => continue,
        };
        gone.insert(key, (state, activity["timestamp"].as_i64().unwrap()));
    }
    assert!(gone.values().any(|(state, _)| *state == 1));
    let listed: BTreeSet<String> = walk(&kit, PATH, &json!({}), 100)
        .iter()
        .map(|file| file["id"].as_str().unwrap().to_owned())
        .collect();
    for (key, (state, _)) in gone {
        assert_eq!(files[&key]["fstat"], state, "{key}");
        assert_eq!(listed.contains(&key), state == 0, "{key}");
    }
    let total = |filters: Value| page(&kit, PATH, &json!({"filters": filters}))["total"].as_u64().unwrap();
    let trashed = total(json!({"trashed": {"eq": true}}));
    assert!(trashed > 0);
    // The filter for what is in a bin overrides the other one.
    assert_eq!(total(json!({"trashed": {"eq": true}, "allowDeleted": {"eq": false}})), trashed);
    assert_eq!(total(json!({"allowDeleted": {"eq": false}})), total(json!({})));
}

#[test]
fn files_are_shared_as_activities_say() {
    let kit = Kit::small();
    let files = all(&kit);
    let (mut links, mut outside, mut inside) = (0, 0, 0);
    for (key, activity) in acts(&kit, &json!({"service": {"eq": [20892, 15600]}})) {
        let (file, raw) = (&files[&key], &activity["rawDataJson"]);
        let has = |name: &str, value: &str| file[name].as_array().unwrap().iter().any(|known| known == value);
        let whom = raw["TargetUserOrGroupName"].as_str().unwrap_or_default();
        match activity["mainInfo"]["rawOperationName"].as_str().unwrap() {
            "AnonymousLinkCreated" => {
                assert_eq!(file["fileAccessLevel"], json!([3, "PUBLIC"]), "{file}");
                links += 1;
            }
            "SharingInvitationCreated" => {
                assert!(file["facl"].as_u64().unwrap() >= 2 && has("externalShares", whom), "{file}");
                outside += 1;
            }
            "SharingSet" => {
                assert!(file["facl"].as_u64().unwrap() >= 1, "{file}");
                let shown = file["display_collaborators"].as_array().unwrap();
                assert!(shown.iter().any(|other| other["id"] == whom), "{whom}: {file}");
                inside += 1;
            }
            _ => {}
        }
    }
    assert!(links > 0 && outside > 0 && inside > 0, "{links} {outside} {inside}");
}
