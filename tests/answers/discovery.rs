//! Cloud Discovery: uploads of traffic logs, what they tell, tags and scripts, and the governance log.

use bytes::Bytes;
use mock_defender::{DEFAULT_START, MockDefender};
use serde_json::{Value, json};

use crate::Script;
use crate::client::{Client, OWN, text};

const V1: &str = "/api/v1/discovery";

pub(crate) fn scripts() -> Vec<Script> {
    vec![(MockDefender::builder(), discovery)]
}

/// An address for a log of this type, on the simulator's own name.
fn address(client: &Client, source: &str) -> String {
    let url = format!("{OWN}/api/v1/discovery/upload_url/?filename=a.log&source={source}");
    let told = client.send("address", "GET", &url, &[("authorization", &client.credential())], "");
    text(&told.json(), "url").to_owned()
}

fn upload(client: &Client, source: &str, stream: &str, snapshot: bool, log: impl Into<Bytes>) {
    let url = address(client, source);
    client.send("put", "PUT", &url, &[("x-ms-blob-type", "BlockBlob")], log).done();
    let body = json!({"uploadUrl": url, "inputStreamName": stream, "uploadAsSnapshot": snapshot});
    client.api("done", "POST", "/api/v1/discovery/done_upload/", body.to_string()).done();
}

/// A log about many apps, users and days.
fn log() -> String {
    let hosts =
        ["dropbox.com", "github.com", "slack.com", "morvaneprobe.example", "198.18.60.7", "nobody.example"];
    let line = |number: i64| {
        let at = DEFAULT_START.millis() - number * 5_000_000;
        let (host, user) = (hosts[number as usize % hosts.len()], number % 9);
        format!(
            "{}.000 7 10.0.0.{} TCP_MISS/200 {} GET https://{host}/x user{user} HIER_DIRECT/- text/html\n",
            at / 1_000,
            number % 4,
            100 * number
        )
    };
    (0..200).map(line).collect()
}

fn discovery(client: &Client) {
    let source = json!({"displayName": "edge", "logType": 155, "receiverType": "ftp"});
    client.api("source", "POST", &format!("{V1}/data_sources/"), source.to_string()).done();
    let hidden = json!({"displayName": "branch", "logType": 155, "receiverTypeFull": "syslog-tls", "anonymizeUsers": true});
    let hidden = client.api("source", "POST", &format!("{V1}/data_sources/"), hidden.to_string()).json();
    upload(client, "SQUID_NATIVE", "edge", false, log());
    upload(client, "SQUID_NATIVE", "branch", false, log());
    upload(client, "SQUID_NATIVE", "A report", true, log());
    upload(client, "GENERIC_W3C", "edge", false, "no log\n");
    upload(client, "CISCO_ASA", "edge", false, "no log\n");
    client.api("pending", "POST", "/api/v1/governance/", "{}").done();
    client.advance("PT20M");
    let decided = client.api("decided", "POST", "/api/v1/governance/", "{}").done().json();
    let first = text(&decided["data"][0], "_id").to_owned();
    client.api("entry", "GET", &format!("/api/v1/governance/{first}/"), "").done();
    client.api("count", "POST", "/api/v1/governance/count/", "{}").done();
    client.api("metadata", "GET", "/api/v1/governance/metadata/", "").done();
    let streams = client.api("streams", "GET", "/api/discovery/streams/", "").done().json();
    let tag = |app: u32, name: &str, what: &str| {
        let path = format!("/api/v1/discovery/discovery_app/{app}/{what}_tag/");
        client.api(what, "POST", &path, json!({"tagName": name}).to_string()).done();
    };
    tag(11_627, "Unsanctioned", "add");
    tag(11_760, "Sanctioned", "add");
    tag(90_257, "Monitored", "add");
    tag(90_257, "Monitored", "remove");
    for stream in [&Value::Null, &streams["streams"][2]["_id"], &streams["streams"][3]["_id"]] {
        let body = json!({"streamId": stream, "timeframe": "30"}).to_string();
        for path in ["", "categories/", "tags/", "count/"] {
            client.api("apps", "POST", &format!("{V1}/discovered_apps/{path}"), body.clone()).done();
        }
        for path in ["users", "ips"] {
            client.api(path, "POST", &format!("{V1}/{path}/"), body.clone()).done();
        }
    }
    for filters in [
        json!({"users": {"gt": 3}}),
        json!({"score": {"eq": [1, 8]}}),
        json!({"appTag": {"eq": ["Unsanctioned"]}}),
        json!({"user.entity": {"eq": "user3"}}),
        json!({"category": {"eq": ["SAASDB_CATEGORY_CODE_HOSTING"]}, "traffic": {"gte": 1}}),
        json!({"score": {"eq": [1]}}),
    ] {
        let body = json!({"filters": filters, "sortField": "users", "limit": 2}).to_string();
        client.api("filtered", "POST", &format!("{V1}/discovered_apps/"), body);
    }
    for path in [
        "discovered_apps/metadata/",
        "app_catalog/metadata/",
        "categories/",
        "top_apps/?metric=users&limit=3",
        "top_categories/?timeframe=90",
        "top_entities/?field=ip",
        "category_stats/",
        "data_sources/",
        "snapshot_reports/",
        "continuous_reports/",
        "constants/",
        "app_tags/",
    ] {
        client.api("get", "GET", &format!("{V1}/{path}"), "").done();
    }
    client.api("tags", "POST", &format!("{V1}/app_tags/"), "").done();
    for path in ["", "categories/", "count/"] {
        let body = json!({"filters": {"score": {"eq": [1, 4]}}, "limit": 5}).to_string();
        client.api("catalogue", "POST", &format!("{V1}/app_catalog/{path}"), body).done();
    }
    client.api("app", "GET", "/api/v1/saasdb/90001/", "").done();
    client.api("unsanctioned", "GET", "/api/discovery/get_unsanctioned_apps/", "").done();
    for format in ["102", "104", "108", "112", "120", "129", "135", "7"] {
        client.api(
            "script",
            "GET",
            &format!("/api/discovery_block_scripts/?format={format}&type=banned"),
            "",
        );
    }
    client.api("domains", "GET", "/api/discovery_block_scripts/?type=banned&limit=50&skip=0", "").done();
    client.api("former", "GET", "/api/discovery/discovery_block_scripts/?format=120", "").done();
    let names = json!({"usernames": ["nobody"], "justification": "case"}).to_string();
    client.api("names", "POST", &format!("{V1}/deanonymize_entity_names/"), names).done();
    let id = text(&hidden, "_id");
    client.api("remove", "DELETE", &format!("/api/v1/discovery/data_sources/{id}/"), "").done();
    client.command("raw", &json!({"discovery": {"tagApp": {"app": 90001, "tag": "monitored", "on": true, "by": "operator"}}})).done();
    client.command(
        "raw-refused",
        &json!({"discovery": {"tagApp": {"app": 1, "tag": "monitored", "on": true, "by": "operator"}}}),
    );
    let url = address(client, "SQUID");
    client.send("no-type", "PUT", &url, &[], "x");
    client.send("no-signature", "PUT", url.split('?').next().unwrap(), &[], "x");
    client.send("forged", "PUT", &url.replace("a.log", "b.log"), &[("x-ms-blob-type", "BlockBlob")], "x");
    client.send("block", "PUT", &format!("{url}&comp=block&blockid=QQ%3D%3D"), &[], "x").done();
    client.send(
        "no-block",
        "PUT",
        &format!("{url}&comp=blocklist"),
        &[],
        "<BlockList><Latest>Qg==</Latest></BlockList>",
    );
    client.send("read", "GET", &url, &[], "");
    client.control("commands", "GET", "…/commands", "").done();
}
