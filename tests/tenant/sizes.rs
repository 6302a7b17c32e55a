//! Bounds in bytes of what clients put into a tenant: beyond them it is refused, and nothing of it stays.

use mock_defender::model::command::Command;
use mock_defender::model::command::size::{LARGEST_RECORD, LARGEST_TEXTS, LONGEST_COMMENT};
use mock_defender::model::json::retyped;
use mock_defender::model::spec::Size;
use mock_defender::tenant::journal::TenantFile;
use mock_defender::tenant::{Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, json, text};

/// Bytes of the body of a fault's answer: close to the most that it may have.
const BODY: usize = 250_000;

fn path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}{rest}", kit.tenant.identity().label)
}

fn give(kit: &Kit, rest: &str, body: &Value) -> (u16, String) {
    let answer = kit.mock("POST", &path(kit, rest), &body.to_string());
    (answer.status.as_u16(), text(&answer))
}

/// The id of the newest alert.
fn alert(kit: &Kit) -> String {
    json(&kit.api("GET", "/api/v1/alerts/", ""))["data"][0]["_id"].as_str().unwrap().to_owned()
}

#[test]
fn comments_are_bounded_by_whichever_door_they_come() {
    let kit = Kit::tiny();
    let id = alert(&kit);
    let (fits, too_long) = ("é".repeat(LONGEST_COMMENT), "é".repeat(LONGEST_COMMENT + 1));
    let api = |comment: &str| {
        let body = json!({"filters": {"id": {"eq": [id]}}, "comment": comment}).to_string();
        let answer = kit.api("POST", "/api/v1/alerts/close_benign/", &body);
        (answer.status.as_u16(), json(&answer))
    };
    let close = |comment: &str| {
        give(&kit, "/commands", &json!({"closeAlerts": {"alerts": [id], "as": "benign", "comment": comment}}))
    };
    let told = format!("comment: Ensure this field has no more than {LONGEST_COMMENT} characters.");
    assert_eq!(api(&too_long), (400, json!({"detail": told})));
    let (status, body) = close(&too_long);
    assert!(status == 400 && body.contains("at most 4096 characters"), "{status} {body}");
    assert_eq!(kit.tenant.peek().journal().len(), 0);
    assert_eq!(api(&fits).0, 200);
    assert_eq!(close(&fits).0, 200);
}

#[test]
fn records_and_the_texts_of_a_command_are_bounded() {
    let kit = Kit::tiny();
    let record = |bytes: usize| {
        let activity = json!({"user": {"userName": "user"}, "appId": 11161, "description": "Run", "rawDataJson": {"x": "x".repeat(bytes)}});
        give(&kit, "/inject", &json!({"activity": activity}))
    };
    let fault = |bytes: usize| {
        let body = json!({"effect": {"respond": {"status": 503, "body": "x".repeat(bytes)}}});
        give(&kit, "/faults", &body)
    };
    let (status, told) = record(LARGEST_RECORD);
    assert!(status == 400 && told.contains("at most 65536 bytes"), "{status} {told}");
    let command = json!({"addFault": {"name": "f", "fault": {"effect": {"respond": {"status": 503, "body": "x".repeat(LARGEST_TEXTS)}}}}});
    let command: Command = retyped(&command).unwrap();
    let refused = kit.tenant.submit(kit.tenant.now(), command).unwrap_err().to_string();
    assert!(refused.ends_with("bytes, more than 1048576"), "{refused}");
    assert_eq!(kit.tenant.peek().journal().len(), 0);
    let (status, told) = record(LARGEST_RECORD / 2);
    assert!(status == 201 || status == 200, "{status} {told}");
    assert_eq!(fault(BODY).0, 201);
    // A file is asked the same, and one's own journal is not.
    let (fits, too_big) = ("x".repeat(LARGEST_RECORD / 2), "x".repeat(LARGEST_RECORD + 1));
    let written = kit.tenant.file().write().replacen(&fits, &too_big, 1);
    let other = Kit::new(2, Size::Tiny);
    let answer = other.mock("POST", "/_mock/tenants/import", &written);
    assert!(answer.status == 400 && text(&answer).contains("line 3: the record has"), "{}", text(&answer));
    let file = TenantFile::read(&written).unwrap();
    let wall = Wall::manual(kit.tenant.now());
    let revived = Tenant::revived(&file, wall, |_, refusal| panic!("{refusal}"));
    assert_eq!(revived.peek().journal().len(), 2);
}
