//! Cloud Discovery: uploads of traffic logs, what they tell, and the governance log that says how reading them ended.

use bytes::Bytes;
use http::Request;
use mock_defender::gateway::Answer;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{self, Kit, START, at, json as read, text};

const GOVERNANCE: &str = "/api/v1/governance/";
const APPS: &str = "/api/v1/discovery/discovered_apps/";
const SOURCES: &str = "/cas/api/v1/discovery/data_sources/";
const DONE: &str = "/api/v1/discovery/done_upload/";

fn get(kit: &Kit, path: &str) -> Value {
    let answer = kit.api("GET", path, "");
    assert_eq!(answer.status, 200, "{path}: {}", text(&answer));
    read(&answer)
}

fn post(kit: &Kit, path: &str, body: &Value) -> Value {
    let answer = kit.api("POST", path, &body.to_string());
    assert_eq!(answer.status, 200, "{path} {body}: {}", text(&answer));
    read(&answer)
}

fn advance(kit: &Kit, by: &str) {
    let path = format!("/_mock/tenants/{}/clock/advance", kit.tenant.identity().id);
    let answer = kit.mock("POST", &path, &json!({"by": by}).to_string());
    assert_eq!(answer.status, 200, "{}", text(&answer));
}

/// A data source for logs of this type: its id.
fn add_source(kit: &Kit, name: &str, log_type: u16) -> String {
    let body = json!({"displayName": name, "logType": log_type, "receiverType": "syslog",
        "protocol": "udp", "receiverTypeFull": "syslog-udp", "anonymizeUsers": false});
    post(kit, SOURCES, &body)["_id"].as_str().unwrap().to_owned()
}

/// Where a log of a type is to be uploaded.
fn address(kit: &Kit, source: &str) -> String {
    let told = get(kit, &format!("/api/v1/discovery/upload_url/?filename=proxy.log&source={source}"));
    assert_eq!(told["provider"], "azure");
    told["url"].as_str().unwrap().to_owned()
}

fn send(kit: &Kit, url: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
    let mut request = Request::builder().method("PUT").uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    kit.gateway.ask(request.body(body.into()).unwrap())
}

const BLOCK_BLOB: (&str, &str) = ("x-ms-blob-type", "BlockBlob");

fn put(kit: &Kit, url: &str, log: &str) {
    let answer = send(kit, url, &[BLOCK_BLOB], log.to_owned());
    assert_eq!(answer.status, 201, "{}", text(&answer));
}

fn done(kit: &Kit, url: &str, stream: &str, snapshot: bool) -> Value {
    post(kit, DONE, &json!({"uploadUrl": url, "inputStreamName": stream, "uploadAsSnapshot": snapshot}))
}

/// A line about somebody who went somewhere so many hours before the start.
fn line(hours: i64, user: &str, address: &str, host: &str, (sent, got): (u64, u64)) -> String {
    let at = (at(START) - Span::hours(hours)).millis();
    format!(
        "CEF:0|Vendor|Proxy|1|1|web|1|rt={at} suser={user} src={address} request=https://{host}/a?b=c in={sent} out={got} act=allowed\n"
    )
}

fn log() -> String {
    [
        line(1, "kim@contoso.example", "10.0.0.1", "www.dropbox.com", (9_000, 10)),
        line(2, "lee@contoso.example", "10.0.0.1", "dropbox.com", (500, 20)),
        line(3, "kim@contoso.example", "10.0.0.2", "api.github.com", (100, 3_000)),
        line(10 * 24, "kim@contoso.example", "10.0.0.2", "morvaneprobe.example", (1, 1)),
        line(4, "kim@contoso.example", "10.0.0.2", "intranet.contoso.example", (7, 7)),
    ]
    .concat()
}

/// A tenant with one data source whose log is read.
fn told() -> Kit {
    let kit = Kit::tiny();
    add_source(&kit, "edge", 179);
    let url = address(&kit, "GENERIC_CEF");
    put(&kit, &url, &log());
    done(&kit, &url, "edge", false);
    advance(&kit, "PT20M");
    kit
}

/// The newest entry of the governance log.
fn newest(kit: &Kit) -> Value {
    let body = json!({"limit": 1, "sortField": "timestamp", "sortDirection": "desc"});
    post(kit, GOVERNANCE, &body)["data"][0].clone()
}

#[test]
fn a_log_is_uploaded_read_and_told_of_in_the_governance_log() {
    let kit = Kit::tiny();
    let before = post(&kit, GOVERNANCE, &json!({"limit": 100, "skip": 0}));
    assert_eq!((&before["total"], &before["data"]), (&json!(0), &json!([])), "neither is null");
    let refused = kit.api("POST", "/api/v1/discovery/upload_url/?filename=a&source=GENERIC_CEF", "");
    assert_eq!(refused.status, 405);
    let source = add_source(&kit, "edge", 179);
    let url = address(&kit, "GENERIC_CEF");
    assert!(url.starts_with("https://prod5usw2console1.blob.core.windows.net/"), "{url}");
    let answer = send(&kit, &url, &[BLOCK_BLOB, ("x-ms-version", "2020-10-02")], log());
    assert_eq!(answer.status, 201);
    for (name, value) in [("x-ms-version", "2020-10-02"), ("last-modified", "Tue, 24 Nov 2026 00:00:00 GMT")]
    {
        assert_eq!(answer.headers[name], value);
    }
    assert!(answer.headers["etag"].to_str().unwrap().starts_with("\"0x8D") && answer.body.is_empty());
    let finished = done(&kit, &url, "edge", false);
    assert_eq!(finished, json!({"success": true, "inputStreamId": source}));
    let pending = newest(&kit);
    let now = at(START).millis();
    assert_eq!(
        pending,
        json!({"_id": pending["_id"], "taskName": "DiscoveryParseLogTask", "inputStreamId": source,
            "timestamp": now, "updateTimestamp": now, "appId": 20595})
    );
    assert_eq!(post(&kit, APPS, &json!({}))["total"], 0, "nothing is told before it is read");
    advance(&kit, "PT16M30S");
    let id = pending["_id"].as_str().unwrap();
    let decided = get(&kit, &format!("{GOVERNANCE}{id}/"));
    assert_eq!((&decided["_id"], &decided["timestamp"]), (&pending["_id"], &pending["timestamp"]));
    let took = decided["updateTimestamp"].as_i64().unwrap() - now;
    assert!((15_000..=960_000).contains(&took), "{took}");
    assert_eq!(
        decided["status"],
        json!({"isSuccess": true, "templateMessage": {
            "template": "REPOOPER_COMPLETION_STATUS_BASELOGPARSER_PARSED_LOG_FILE_ALL_RELEVANT",
            "parameters": {"transactionsCount": 4, "cloudServicesCount": 3}}})
    );
    assert_eq!(post(&kit, APPS, &json!({}))["total"], 3);
    let unknown = kit.api("GET", "/api/v1/governance/65b0c1d2e3f4a5b6c7d8e9f0/", "");
    assert_eq!((unknown.status.as_u16(), text(&unknown)), (404, "{\"detail\":\"Not found.\"}".to_owned()));
}

#[test]
fn a_log_may_come_as_a_form_or_in_blocks_and_be_finished_by_a_form() {
    let kit = Kit::tiny();
    add_source(&kit, "edge", 179);
    let log = log();
    let form = format!(
        "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.log\"\r\n\r\n{log}\r\n--xyz--\r\n"
    );
    let url = address(&kit, "GENERIC_CEF");
    let kind = ("content-type", "multipart/form-data; boundary=xyz");
    assert_eq!(send(&kit, &url, &[BLOCK_BLOB, kind], form).status, 201);
    let escaped = url.replace('%', "%25").replace('&', "%26").replace('=', "%3D");
    let body = format!("uploadUrl={escaped}&inputStreamName=edge");
    let answer = kit.api("POST", DONE, &body);
    assert_eq!(answer.status, 200, "{}", text(&answer));

    let url = address(&kit, "GENERIC_CEF");
    let (first, second) = log.split_at(200);
    for (id, part) in [("Qg==", second), ("QQ==", first)] {
        let block = format!("{url}&comp=block&blockid={}", id.replace('=', "%3D"));
        assert_eq!(send(&kit, &block, &[], part.to_owned()).status, 201);
    }
    let list = format!("{url}&comp=blocklist");
    let body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList><Latest>QQ==</Latest><Latest>Qg==</Latest></BlockList>";
    assert_eq!(send(&kit, &list, &[], body).status, 201);
    done(&kit, &url, "edge", false);
    advance(&kit, "PT20M");
    let all = post(&kit, GOVERNANCE, &json!({}));
    let counts: Vec<&Value> = all["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["status"]["templateMessage"]["parameters"]["transactionsCount"])
        .collect();
    assert_eq!(counts, [4, 4], "{all}");
}

#[test]
fn storage_refuses_in_its_own_words() {
    let kit = Kit::tiny();
    let url = address(&kit, "GENERIC_CEF");
    let refused = |url: &str, headers: &[(&str, &str)], body: &str| {
        let answer = send(&kit, url, headers, body.to_owned());
        let told = text(&answer);
        let code = answer.headers["x-ms-error-code"].to_str().unwrap().to_owned();
        assert!(told.contains(&format!("<Code>{code}</Code>")) && told.contains("\nRequestId:"), "{told}");
        assert_eq!(answer.headers["content-type"], "application/xml");
        (answer.status.as_u16(), code, told)
    };
    let cut = |told: (u16, String, String)| (told.0, told.1);
    let case = |status, code: &str| (status, code.to_owned());
    let bare = url.split('?').next().unwrap();
    assert_eq!(cut(refused(bare, &[BLOCK_BLOB], "x")), case(401, "NoAuthenticationInformation"));
    let other = url.replace("proxy.log", "other.log");
    let (status, code, told) = refused(&other, &[BLOCK_BLOB], "x");
    assert_eq!((status, code), case(403, "AuthenticationFailed"));
    assert!(told.contains("Signature did not match"), "{told}");
    assert_eq!(cut(refused(&url, &[], "x")), case(400, "MissingRequiredHeader"));
    let page = ("x-ms-blob-type", "PageBlob");
    assert_eq!(cut(refused(&url, &[page], "x")), case(400, "InvalidHeaderValue"));
    let with = |more: &str| format!("{url}&comp={more}");
    assert_eq!(cut(refused(&with("lease"), &[], "")), case(400, "InvalidQueryParameterValue"));
    assert_eq!(cut(refused(&with("block"), &[], "x")), case(400, "MissingRequiredQueryParameter"));
    assert_eq!(cut(refused(&with("block&blockid=!"), &[], "x")), case(400, "InvalidQueryParameterValue"));
    assert_eq!(cut(refused(&with("blocklist"), &[], "x")), case(400, "InvalidXmlDocument"));
    let list = "<BlockList><Latest>QQ==</Latest></BlockList>";
    assert_eq!(cut(refused(&with("blocklist"), &[], list)), case(400, "InvalidBlockList"));
    let read_only = kit.send("GET", &url, &[], "");
    assert_eq!((read_only.status.as_u16(), read_only.headers["allow"].to_str().unwrap()), (405, "PUT"));
    advance(&kit, "PT1H");
    let (status, code, told) = refused(&url, &[BLOCK_BLOB], "x");
    assert_eq!((status, code), case(403, "AuthenticationFailed"));
    assert!(told.contains("Expiry [Tue, 24 Nov 2026 01:00:00 GMT]"), "{told}");
}

#[test]
fn an_address_is_its_tenants_own_whatever_else_the_server_holds() {
    let kit = Kit::tiny();
    let other = Tenant::born(&kit::spec(2, Size::Tiny, START), Mode::Frozen, Wall::manual(kit.tenant.now()));
    let other = kit.join(other);
    let (own_url, kit) = (address(&kit, "GENERIC_CEF"), kit.about(other));
    let other_url = address(&kit, "GENERIC_CEF");
    add_source(&kit, "edge", 179);
    put(&kit, &other_url, &log());
    let refused =
        kit.api("POST", DONE, &json!({"uploadUrl": own_url, "inputStreamName": "edge"}).to_string());
    assert_eq!(refused.status, 400, "the address is another tenant's");
    done(&kit, &other_url, "edge", false);
    // On the simulator's own names the path says it.
    let told = kit.send(
        "GET",
        "https://localhost:8443/api/v1/discovery/upload_url/?filename=a&source=squid",
        &[("authorization", kit.credential())],
        "",
    );
    let url = read(&told)["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("https://localhost:8443/storage/logs-"), "{url}");
    put(&kit, &url, "");
}

#[test]
fn what_is_asked_for_an_upload_must_fit() {
    let kit = Kit::tiny();
    let refused = |method: &str, path: &str, body: Value| {
        let answer = kit.api(method, path, &body.to_string());
        (answer.status.as_u16(), read(&answer))
    };
    let initiate = "/api/v1/discovery/upload_url/";
    let (status, told) = refused("GET", &format!("{initiate}?filename=a&source=NOPE"), json!({}));
    assert_eq!((status, &told["filters"][0]["error"]), (400, &json!("NOPE is not valid")));
    let (status, told) = refused("GET", &format!("{initiate}?filename=a"), json!({}));
    assert_eq!((status, &told["detail"]), (400, &json!("source: This field is required.")));
    let url = address(&kit, "WANDERA_SYSLOG");
    let finish = |stream: &str| json!({"uploadUrl": url, "inputStreamName": stream});
    let (status, told) = refused("POST", DONE, finish("nowhere"));
    assert_eq!(
        (status, &told["errorMessageCode"]),
        (400, &json!("CONSOLE_DISCOVERY_SETTINGS_PARSE_LOG_TASK_ERROR_NOT_FOUND_INPUT_STREAM"))
    );
    add_source(&kit, "edge", 179);
    let (status, told) = refused("POST", DONE, finish("edge"));
    assert_eq!((status, &told["error"]), (400, &json!(true)), "nothing was written there");
    put(&kit, &url, &log());
    done(&kit, &url, "edge", false);
    assert_eq!(refused("POST", DONE, finish("edge")).0, 400, "it was said to be there already");
}

#[test]
fn the_verdict_says_what_was_wrong_with_a_log() {
    let kit = Kit::tiny();
    add_source(&kit, "edge", 179);
    let verdict = |source: &str, log: &[u8]| {
        let url = address(&kit, source);
        assert_eq!(send(&kit, &url, &[BLOCK_BLOB], log.to_vec()).status, 201);
        done(&kit, &url, "edge", false);
        advance(&kit, "PT20M");
        let status = newest(&kit)["status"].clone();
        let message = &status["templateMessage"];
        let template = message["template"].as_str().unwrap();
        let template = template.strip_prefix("REPOOPER_COMPLETION_STATUS_BASELOGPARSER_").unwrap().to_owned();
        (status["isSuccess"] == true, template, message["parameters"].clone())
    };
    let (success, template, parameters) = verdict("GENERIC_CEF", b"not a log\n");
    assert_eq!((success, &*template), (false, "UNEXPECTED_FORMAT"));
    assert_eq!(parameters["dataSource"], "GENERIC_CEF");
    assert_eq!((&parameters["unreadLinesCount"], &parameters["firstUnreadLine"]), (&json!(1), &json!(1)));
    let (success, template, parameters) = verdict("GENERIC_CEF", b"\x1f\x8b\x08\0\0\0\0\0");
    assert_eq!((success, &*template), (false, "UNSUPPORTED_FILE_TYPE"));
    assert!(parameters["reason"].as_str().unwrap().contains("gzip"), "{parameters}");
    for (source, log, expected) in [
        ("GENERIC_CEF", b"\0\x01\x02binary".to_vec(), "UNSUPPORTED_FILE_TYPE"),
        ("GENERIC_CEF", Vec::new(), "EMPTY_FILE"),
        ("CISCO_ASA_SYSLOG", log().into_bytes(), "UNSUPPORTED_LOG_TYPE"),
        (
            "GENERIC_CEF",
            line(1, "a", "10.0.0.1", "nobody.example", (1, 1)).into(),
            "NO_RELEVANT_TRANSACTIONS",
        ),
        ("GENERIC_CEF", line(91 * 24, "a", "10.0.0.1", "box.com", (1, 1)).into(), "OLD_TRANSACTIONS"),
    ] {
        let (success, template, _) = verdict(source, &log);
        assert_eq!((success, &*template), (false, expected), "{source}");
    }
    let (success, _, parameters) = verdict("GENERIC_CEF", format!("{}rest of a li", log()).as_bytes());
    assert!(success, "one bad line spoils nothing");
    assert_eq!((&parameters["transactionsCount"], &parameters["firstUnreadLine"]), (&json!(4), &json!(6)));
    let stream = get(&kit, "/api/discovery/streams/")["streams"][1].clone();
    assert_eq!((&stream["logFilesHistoryCount"], &stream["logFilesFailsCount"]), (&json!(8), &json!(7)));
}

#[test]
fn the_governance_log_is_filtered_as_clients_filter_it() {
    let kit = told();
    let url = address(&kit, "GENERIC_CEF");
    put(&kit, &url, &log());
    done(&kit, &url, "edge", false);
    let (start, later) = (at(START).millis(), kit.tenant.now().millis());
    let total = |filters: Value| {
        let list = post(&kit, GOVERNANCE, &json!({"limit": 100, "skip": 0, "filters": filters}));
        let count = post(&kit, "/cas/api/v1/governance/count/", &json!({"filters": filters}));
        assert_eq!(list["total"], count["total"]);
        assert_eq!(list["data"].as_array().unwrap().len() as u64, list["total"].as_u64().unwrap());
        list["total"].as_u64().unwrap()
    };
    for (filters, expected) in [
        (json!({}), 2),
        (json!({"timestamp": {"gte": later}}), 1),
        (json!({"timestamp": {"gte": start, "lte": start}}), 1),
        (json!({"type": {"eq": ["DiscoveryParseLogTask"]}}), 2),
        (json!({"type": {"eq": "TrashFileTask"}}), 0),
        (json!({"appId": {"eq": [20595]}}), 2),
        (json!({"appId": {"neq": [20595]}}), 0),
        (json!({"taskName": {"eq": ["DiscoveryParseLogTask"]}}), 0),
        (json!({"status": {"eq": [true, false, null]}}), 0),
    ] {
        assert_eq!(total(filters.clone()), expected, "{filters}");
    }
    let apart = post(&kit, GOVERNANCE, &json!({"performAsyncTotal": true}));
    assert_eq!(apart["total"], 2, "never absent");
    let instants = |direction: &str| -> Vec<i64> {
        let body = json!({"sortField": "timestamp", "sortDirection": direction});
        let all = post(&kit, GOVERNANCE, &body);
        all["data"].as_array().unwrap().iter().map(|entry| entry["timestamp"].as_i64().unwrap()).collect()
    };
    assert_eq!((instants("asc"), instants("desc")), (vec![start, later], vec![later, start]));
    let names = get(&kit, "/cas/api/v1/governance/metadata/");
    assert_eq!(names["filters"].as_array().unwrap().len(), 3);
}

#[test]
fn streams_show_what_came_in_through_them() {
    let kit = Kit::tiny();
    let streams = |kit: &Kit| get(kit, "/api/discovery/streams/")["streams"].clone();
    let before = streams(&kit);
    assert_eq!((before.as_array().unwrap().len(), &before[0]["displayName"]), (1, &json!("Global view")));
    assert_eq!((&before[0]["streamType"], &before[0]["lastDataReceived"]), (&json!(3), &Value::Null));
    let kit = told();
    let after = streams(&kit);
    let edge = &after[1];
    assert_eq!(edge["displayName"], "edge");
    assert_eq!(
        (&edge["logType"], &edge["receiverType"], &edge["protocol"]),
        (&json!(179), &json!("syslog"), &json!("udp"))
    );
    assert_eq!(
        (&edge["lastDataReceived"], &edge["logFilesHistoryCount"]),
        (&json!("2026-11-24T00:00:00.000Z"), &json!(1))
    );
    assert_eq!(after[0]["lastDataReceived"], edge["lastDataReceived"], "the view of all shows it, too");
}

#[test]
fn discovered_apps_agree_with_the_log_that_told_of_them() {
    let kit = told();
    let stream = get(&kit, "/api/discovery/streams/")["streams"][1]["_id"].clone();
    for stream in [json!(null), stream] {
        let body = json!({"streamId": stream, "timeframe": "30", "skip": 0, "limit": 20,
            "sortField": "name", "sortDirection": "asc"});
        let all = post(&kit, APPS, &body);
        let told: Vec<String> = all["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|app| {
                format!(
                    "{} {} {} {} {} {}",
                    app["name"],
                    app["appId"],
                    app["trafficTotalBytes"],
                    app["usersCount"],
                    app["ipAddressesCount"],
                    app["transactions"]
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "\"Dropbox\" 11627 9530 2 1 2",
                "\"GitHub\" 11760 3100 1 1 1",
                "\"Morvane Probe\" 90257 2 1 1 1",
            ],
            "{body}"
        );
    }
    // Ten days ago is not within seven.
    assert_eq!(post(&kit, APPS, &json!({"timeframe": "7"}))["total"], 2);
    assert_eq!(post(&kit, APPS, &json!({"timeFrame": 90}))["total"], 3);
    advance(&kit, "P25D");
    assert_eq!(post(&kit, APPS, &json!({"timeframe": "30"}))["total"], 2, "days go on");
    let refused = kit.api("POST", APPS, &json!({"timeframe": "8"}).to_string());
    assert_eq!(refused.status, 400);
    let refused = kit.api("POST", APPS, &json!({"streamId": "65b0c1d2e3f4a5b6c7d8e9f0"}).to_string());
    assert_eq!(refused.status, 400);
}

#[test]
fn discovered_apps_are_filtered_counted_and_sorted() {
    let kit = told();
    let names = |body: Value| -> Vec<String> {
        let all = post(&kit, APPS, &body);
        let count = post(&kit, &format!("{APPS}count/"), &body);
        assert_eq!(all["total"], count["total"]);
        all["data"].as_array().unwrap().iter().map(|app| app["name"].as_str().unwrap().to_owned()).collect()
    };
    let by = |filters: Value| names(json!({"filters": filters, "sortField": "name", "sortDirection": "asc"}));
    assert_eq!(by(json!({"users": {"gt": 1}})), ["Dropbox"]);
    assert_eq!(by(json!({"users": {"lt": 2}})), ["GitHub", "Morvane Probe"]);
    assert_eq!(by(json!({"score": {"eq": [9, 10]}})), ["Dropbox", "GitHub"]);
    assert_eq!(by(json!({"score": {"eq": [1, 8]}})), ["Morvane Probe"]);
    assert_eq!(by(json!({"category": {"eq": ["SAASDB_CATEGORY_CLOUD_STORAGE"]}})), ["Dropbox"]);
    assert_eq!(by(json!({"appId": {"eq": [11760]}})), ["GitHub"]);
    assert_eq!(by(json!({"user.entity": {"eq": ["lee@contoso.example"]}})), ["Dropbox"]);
    assert_eq!(by(json!({"appTag": {"neq": ["Sanctioned"]}})).len(), 3);
    let sorted = |field: &str| names(json!({"sortField": field, "sortDirection": "desc"}));
    assert_eq!(sorted("traffic"), ["Dropbox", "GitHub", "Morvane Probe"]);
    assert_eq!(sorted("lastSeen")[2], "Morvane Probe");
    assert_eq!(kit.api("POST", APPS, r#"{"filters": {"score": {"eq": [5]}}}"#).status, 400);
    let page = post(&kit, APPS, &json!({"limit": 2, "filters": {"score": {"eq": [1, 10]}}}));
    assert_eq!(
        (&page["hasNext"], &page["nextQueryFilters"]),
        (&json!(true), &json!({"score": {"eq": [1, 10]}}))
    );
    let categories = post(&kit, &format!("{APPS}categories/"), &json!({"timeFrame": 30}));
    assert_eq!(categories.as_array().unwrap().len(), 3, "a list without an envelope");
    assert_eq!(categories[0], json!({"id": "SAASDB_CATEGORY_CLOUD_STORAGE", "total": 1}));
    let metadata = get(&kit, &format!("{APPS}metadata/"));
    assert!(metadata["filters"].as_array().unwrap().iter().any(|filter| filter["name"] == "user.entity"));
}

#[test]
fn the_catalogue_is_listed_and_an_app_of_it_fetched() {
    let kit = Kit::tiny();
    let catalogue = "/cas/api/v1/discovery/app_catalog/";
    let first = post(&kit, catalogue, &json!({"sortDirection": "asc", "limit": 100}));
    assert!(first["total"].as_u64().unwrap() > 300 && first["hasNext"] == true);
    let one = json!({"filters": {"name": {"eq": ["Dropbox"]}}});
    let dropbox = post(&kit, catalogue, &one)["data"][0].clone();
    assert_eq!(post(&kit, &format!("{catalogue}count/"), &one)["total"], 1);
    let known = get(&kit, "/api/v1/saasdb/11627/");
    assert_eq!(
        (&known["name"], &known["category"]),
        (&json!("Dropbox"), &json!("SAASDB_CATEGORY_CLOUD_STORAGE"))
    );
    assert_eq!(known["revised_score"], dropbox["revised_score"]);
    assert_eq!(known["revised_score"]["total"], dropbox["score"]);
    assert_eq!(kit.api("GET", "/api/v1/saasdb/1/", "").status, 404);
    let counted = post(&kit, &format!("{catalogue}categories/"), &json!({}));
    let sum: u64 =
        counted.as_array().unwrap().iter().map(|category| category["total"].as_u64().unwrap()).sum();
    assert_eq!(sum, first["total"].as_u64().unwrap());
    let categories = get(&kit, "/cas/api/v1/discovery/categories/");
    assert!(categories["data"].as_array().unwrap().iter().any(|known| known["name"] == "Generative AI"));
    let metadata = get(&kit, &format!("{catalogue}metadata/"));
    assert_eq!(metadata["sorting"], json!([{"field": "name"}, {"field": "score"}]));
}

#[test]
fn what_is_used_most_comes_first() {
    let kit = told();
    let root = "/cas/api/v1/discovery";
    let users = post(&kit, &format!("{root}/users/"), &json!({"timeframe": "30"}));
    assert_eq!(users["data"][0]["userName"], "kim@contoso.example");
    assert_eq!(
        (&users["data"][0]["trafficTotalBytes"], &users["total"]),
        (&json!(9_010 + 3_100 + 2), &json!(2))
    );
    let ips = post(&kit, &format!("{root}/ips/"), &json!({"sortField": "name"}));
    assert_eq!((&ips["data"][0]["ipAddress"], &ips["data"][0]["appsCount"]), (&json!("10.0.0.1"), &json!(1)));
    let top = |path: &str| get(&kit, &format!("{root}/{path}"))["data"].clone();
    assert_eq!(top("top_apps/?timeframe=30&limit=1")[0]["name"], "Dropbox");
    assert_eq!(top("top_apps/?metric=users&offset=1")[0]["name"], "GitHub");
    assert_eq!(top("top_apps/?category=SAASDB_CATEGORY_CODE_HOSTING").as_array().unwrap().len(), 1);
    assert_eq!(top("top_entities/?field=ip")[0]["ipAddress"], "10.0.0.1");
    assert_eq!(top("top_categories/")[0]["category"], "SAASDB_CATEGORY_CLOUD_STORAGE");
    assert_eq!(top("top_categories/?other=false"), json!([]), "nothing is tagged");
    let stats = top("category_stats/");
    assert_eq!(stats[0]["usersCount"], 2);
    let bytes: u64 =
        stats.as_array().unwrap().iter().map(|of| of["trafficTotalBytes"].as_u64().unwrap()).sum();
    assert_eq!(bytes, 9_530 + 3_100 + 2);
}

#[test]
fn data_sources_are_added_and_removed() {
    let kit = told();
    let id = add_source(&kit, "branch_fw-2", 126);
    let all = get(&kit, &format!("{SOURCES}?skip=0&limit=100&sortField=created&sortDirection=desc"));
    assert_eq!((&all["data"][0]["displayName"], &all["total"]), (&json!("branch_fw-2"), &json!(2)));
    assert_eq!(
        (&all["data"][0]["logTypeName"], &all["data"][1]["uploadedLogsCount"]),
        (&json!("PALO_ALTO_SYSLOG"), &json!(1))
    );
    for body in [
        json!({"displayName": "branch_fw-2", "logType": 126}),
        json!({"displayName": "no blanks", "logType": 126}),
        json!({"displayName": "x".repeat(65), "logType": 126}),
        json!({"displayName": "a", "logType": 9_999}),
        json!({"displayName": "a", "logType": 126, "receiverType": "pigeon"}),
        json!({"displayName": "a"}),
        json!({"logType": 126}),
    ] {
        assert_eq!(kit.api("POST", SOURCES, &body.to_string()).status, 400, "{body}");
    }
    let edge = all["data"][1]["_id"].as_str().unwrap();
    for path in [format!("/api/v1/discovery/data_sources/{id}/"), format!("{SOURCES}{edge}/")] {
        assert_eq!(kit.api("DELETE", &path, "").status, 200);
        assert_eq!(kit.api("DELETE", &path, "").status, 404, "it is gone");
    }
    assert_eq!(get(&kit, SOURCES)["total"], 0);
    assert_eq!(post(&kit, APPS, &json!({}))["total"], 3, "what its logs told stays in the view of all");
    let constants = get(&kit, "/cas/api/v1/discovery/constants/");
    let cef = json!({"id": 179, "name": "GENERIC_CEF", "isParsed": true});
    assert!(constants["logTypes"].as_array().unwrap().contains(&cef));
}

#[test]
fn a_snapshot_makes_a_report_of_its_own() {
    let kit = told();
    let url = address(&kit, "GENERIC_CEF");
    put(&kit, &url, &line(5, "max", "10.9.9.9", "slack.com", (3, 4)));
    let stream = done(&kit, &url, "One afternoon", true)["inputStreamId"].clone();
    advance(&kit, "PT20M");
    let root = "/cas/api/v1/discovery";
    let reports = get(&kit, &format!("{root}/snapshot_reports/"));
    assert_eq!(
        (&reports["data"][0]["_id"], &reports["data"][0]["displayName"]),
        (&stream, &json!("One afternoon"))
    );
    assert_eq!(
        (&reports["data"][0]["isReady"], &reports["data"][0]["transactionsCount"]),
        (&json!(true), &json!(1))
    );
    let apps = post(&kit, APPS, &json!({"streamId": stream}));
    assert_eq!((&apps["total"], &apps["data"][0]["name"]), (&json!(1), &json!("Slack")));
    assert_eq!(post(&kit, APPS, &json!({}))["total"], 3, "the view of all is that of data sources");
    let going_on = get(&kit, &format!("{root}/continuous_reports/"));
    assert_eq!(going_on["total"], 2);
}

#[test]
fn tags_are_put_on_and_taken_away() {
    let kit = told();
    let tag = |app: &str, what: &str, name: &str| {
        let path = format!("/api/v1/discovery/discovery_app/{app}/{what}_tag/");
        kit.api("POST", &path, &json!({"tagName": name}).to_string()).status.as_u16()
    };
    let counts = |filters: Value| {
        let all = post(&kit, &format!("{APPS}tags/"), &json!({"skip": 0, "filters": filters}));
        all["data"].as_array().unwrap().iter().map(|tag| tag["count"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let own = json!({"appId": {"eq": [11627, 90257]}});
    assert_eq!(counts(own.clone()), [0, 0, 0, 2], "sanctioned, unsanctioned, monitored, none");
    assert_eq!((tag("11627", "add", "Sanctioned"), tag("11627", "add", "Monitored")), (200, 200));
    assert_eq!(counts(own.clone()), [1, 0, 1, 1]);
    assert_eq!(tag("11627", "add", "Unsanctioned"), 200);
    assert_eq!(counts(own.clone()), [0, 1, 1, 1], "the last one wins");
    let unsanctioned = get(&kit, "/cas/api/discovery/get_unsanctioned_apps/?timeframe=30");
    assert_eq!(
        (unsanctioned["data"].as_array().unwrap().len(), &unsanctioned["data"][0]["appId"]),
        (1, &json!(11627))
    );
    let all = post(&kit, "/api/v1/discovery/app_tags/", &json!({}));
    assert_eq!(
        (&all[1]["name"], &all[1]["appIds"], &all[1]["target"]),
        (&json!("Unsanctioned"), &json!([11627]), &json!(6))
    );
    assert_eq!(get(&kit, "/api/v1/discovery/app_tags/")["data"], all);
    assert_eq!(tag("11627", "remove", "Unsanctioned"), 200);
    assert_eq!(counts(own), [0, 0, 1, 1]);
    let connected: Vec<u32> = kit.tenant.world().apps.iter().map(|app| app.number).collect();
    let wears = &all[0]["appIds"];
    assert!(
        wears.as_array().unwrap().contains(&json!(connected[0])),
        "what is connected is sanctioned: {wears}"
    );
    assert_eq!((tag("1", "add", "Sanctioned"), tag("11627", "add", "Nice")), (404, 400));
    assert_eq!((tag("20595", "add", "Unsanctioned"), tag("11627", "add", "")), (400, 400));
}

#[test]
fn block_scripts_name_the_domains_of_what_is_unsanctioned() {
    let kit = Kit::tiny();
    for app in [11_627, 90_257] {
        let path = format!("/api/v1/discovery/discovery_app/{app}/add_tag/");
        post(&kit, &path, &json!({"tagName": "Unsanctioned"}));
    }
    let script = |format: u32| {
        let answer =
            kit.api("GET", &format!("/api/discovery_block_scripts/?format={format}&type=banned"), "");
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8", "{format}");
        text(&answer)
    };
    assert!(script(102).contains("url.domain=dropbox.com deny\n"));
    assert!(script(120).contains(".dropbox.com\n.dropboxusercontent.com\n"));
    let all: Vec<String> = [102, 104, 108, 112, 120, 129, 135].map(script).into();
    for (place, script) in all.iter().enumerate() {
        assert!(script.contains("dropboxapi.com") && script.contains("morvaneprobe.example"), "{script}");
        assert!(!all[..place].contains(script), "each appliance has its own language");
    }
    let page = get(&kit, "/api/discovery_block_scripts/?type=banned&limit=1&skip=1");
    assert_eq!(page["data"][0]["domainList"], json!(["morvaneprobe.example", "morvanecdn.example"]));
    assert_eq!(page["hasNext"], false);
    assert_eq!(get(&kit, "/api/discovery_block_scripts/?type=banned&limit=1")["hasNext"], true);
    let former = kit.api("GET", "/api/discovery/discovery_block_scripts/?format=120", "");
    assert_eq!(text(&former), script(120));
    for wrong in ["format=1", "type=all"] {
        assert_eq!(kit.api("GET", &format!("/api/discovery_block_scripts/?{wrong}"), "").status, 400);
    }
}

#[test]
fn names_of_users_may_be_hidden_and_shown_for_a_reason() {
    let kit = Kit::tiny();
    post(&kit, SOURCES, &json!({"displayName": "edge", "logType": 179, "anonymizeUsers": true}));
    let url = address(&kit, "GENERIC_CEF");
    put(&kit, &url, &log());
    done(&kit, &url, "edge", false);
    advance(&kit, "PT20M");
    let users = post(&kit, "/cas/api/v1/discovery/users/", &json!({}));
    let hidden = users["data"][0]["userName"].as_str().unwrap().to_owned();
    assert!(!users.to_string().contains("kim@"), "{users}");
    let path = "/cas/api/v1/discovery/deanonymize_entity_names/";
    let body = json!({"usernames": [hidden, "nobody"], "justification": "case 7", "entityType": 1});
    assert_eq!(post(&kit, path, &body)["data"], json!({hidden: "kim@contoso.example"}));
    assert_eq!(kit.api("POST", path, r#"{"usernames": []}"#).status, 400, "a reason is needed");
}

#[test]
fn what_was_uploaded_is_in_the_file_of_the_tenant_and_in_its_forks() {
    let kit = told();
    let apps = post(&kit, APPS, &json!({"sortField": "name"}));
    let commands = kit.mock("GET", &format!("/_mock/tenants/{}/export", kit.tenant.identity().id), "");
    let file = text(&commands);
    assert!(
        file.contains("receiveLog") && file.contains("finishLog") && !file.contains("CEF:0"),
        "{file:.600}"
    );
    let fork = kit.join(kit.tenant.fork());
    let before = newest(&kit);
    let kit = kit.about(fork);
    assert_eq!(post(&kit, APPS, &json!({"sortField": "name"})), apps);
    assert_eq!(newest(&kit)["updateTimestamp"], before["updateTimestamp"]);
}
