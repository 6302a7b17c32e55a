//! What raw records of Microsoft 365 tell an investigator.

use std::collections::BTreeSet;

use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::kit::Kit;
use crate::kit::lists::walk;

const ACTIVITIES: &str = "/api/v1/activities/";

fn of(kit: &Kit, operation: &str) -> Vec<Value> {
    let found = walk(kit, ACTIVITIES, &json!({"filters": {"actionType": {"eq": [operation]}}}), 100);
    assert!(!found.is_empty(), "{operation}");
    found.into_iter().map(|record| record["rawDataJson"].clone()).collect()
}

fn text<'a>(raw: &'a Value, member: &str) -> &'a str {
    raw[member].as_str().unwrap_or_else(|| panic!("{member} of {raw}"))
}

#[test]
fn renamed_and_moved_files_have_a_destination() {
    let kit = Kit::small();
    for operation in ["FileRenamed", "FileMoved"] {
        for raw in of(&kit, operation) {
            let parts = ["SiteUrl", "SourceRelativeUrl", "SourceFileName"].map(|member| text(&raw, member));
            assert_eq!(text(&raw, "ObjectId"), format!("{}{}/{}", parts[0], parts[1], parts[2]));
            assert!(text(&raw, "SourceFileName").ends_with(text(&raw, "SourceFileExtension")));
            let renamed = raw["DestinationFileName"] != raw["SourceFileName"];
            let moved = raw["DestinationRelativeUrl"] != raw["SourceRelativeUrl"];
            assert_eq!((renamed, moved), (operation == "FileRenamed", operation == "FileMoved"), "{raw}");
            assert!(text(&raw, "DestinationFileName").ends_with(text(&raw, "DestinationFileExtension")));
        }
    }
    assert!(of(&kit, "FileAccessed").iter().all(|raw| raw.get("DestinationFileName").is_none()));
}

#[test]
fn ransomware_leaves_its_ending_and_its_note() {
    let kit = Kit::small();
    let path = format!("/_mock/tenants/{}/play", kit.tenant.read().state.identity().id);
    let story = json!({"storyline": "ransomware-mass-rename-delete"}).to_string();
    assert!(kit.mock("POST", &path, &story).status.is_success());
    kit.tenant.advance(Span::hours(30)).unwrap();
    let all = of(&kit, "FileRenamed");
    let endings: BTreeSet<&str> = all
        .iter()
        .filter(|raw| {
            text(raw, "DestinationFileName").starts_with(&format!("{}.", text(raw, "SourceFileName")))
        })
        .map(|raw| text(raw, "DestinationFileExtension"))
        .collect();
    // Those of the tenant's history have the same ending: malware comes back.
    assert_eq!(endings.len(), 1, "{endings:?}");
    let ending = endings.first().unwrap();
    let uploads = of(&kit, "FileUploaded");
    assert!(uploads.iter().any(|raw| text(raw, "SourceFileExtension") == *ending));
    let notes = ["restore", "decrypt", "recover", "readme"];
    let note = |raw: &&Value| {
        let name = text(raw, "SourceFileName").to_lowercase();
        notes.iter().any(|word| name.contains(word))
    };
    assert!(uploads.iter().filter(note).count() >= 2);
}

#[test]
fn mail_that_is_read_tells_which_and_how() {
    let kit = Kit::small();
    let mut ways = BTreeSet::new();
    for raw in of(&kit, "MailItemsAccessed") {
        let how = raw["OperationProperties"][0]["Value"].as_str().unwrap().to_owned();
        let folder = &raw["Folders"][0];
        assert!(text(folder, "Path").starts_with('\\'));
        let synchronises = text(&raw, "ClientInfoString").starts_with("Client=MSExchangeRPC")
            || text(&raw, "ClientInfoString").starts_with("Client=OutlookService");
        assert_eq!(how == "Sync", synchronises, "{raw}");
        assert_eq!(folder.get("FolderItems").is_some(), how == "Bind", "{raw}");
        if how == "Bind" {
            assert!(text(&folder["FolderItems"][0], "InternetMessageId").starts_with('<'));
        }
        ways.insert(how);
    }
    assert_eq!(ways.len(), 2);
}

#[test]
fn letters_that_are_sent_name_everybody_who_gets_them() {
    let kit = Kit::small();
    for raw in of(&kit, "Send") {
        let recipients = raw["recipientList"].as_array().unwrap();
        assert_eq!(raw["recipientCount"], json!(recipients.len()));
        assert!(recipients.iter().all(|to| to["Address"] != raw["UserId"]), "{raw}");
        assert!(text(&raw["Item"]["ParentFolder"], "Path").len() > 4);
    }
}

#[test]
fn anonymous_links_have_no_recipient_and_invitations_have_one() {
    let kit = Kit::small();
    for raw in of(&kit, "AnonymousLinkCreated") {
        assert!(raw.get("TargetUserOrGroupName").is_none() && raw["UniqueSharingId"].is_string(), "{raw}");
    }
    for raw in of(&kit, "SharingInvitationCreated") {
        assert!(text(&raw, "TargetUserOrGroupName").contains('@') && raw["TargetUserOrGroupType"] == "Guest");
    }
}

#[test]
fn cmdlets_tell_their_parameters_with_what_was_there_before() {
    let kit = Kit::small();
    let mut settings = BTreeSet::new();
    for raw in of(&kit, "Set-Mailbox") {
        let parameters = raw["Parameters"].as_array().unwrap();
        assert_eq!(parameters[0]["Name"], "Identity");
        assert!(parameters.len() > 1, "{raw}");
        let changed = raw["ModifiedProperties"].as_array().unwrap();
        assert_eq!(changed.len(), parameters.len() - 1);
        for (change, parameter) in changed.iter().zip(&parameters[1..]) {
            assert_eq!((&change["Name"], &change["NewValue"]), (&parameter["Name"], &parameter["Value"]));
            assert_ne!(change["OldValue"], change["NewValue"]);
            settings.insert(text(parameter, "Name").to_owned());
        }
    }
    assert!(settings.len() > 6, "{settings:?}");
    for raw in of(&kit, "New-InboxRule") {
        let names: Vec<&str> =
            raw["Parameters"].as_array().unwrap().iter().map(|parameter| text(parameter, "Name")).collect();
        assert!(names.starts_with(&["AlwaysDeleteOutlookRulesBlob", "Force", "Name"]), "{names:?}");
        assert!(names.contains(&"StopProcessingRules"));
    }
}

#[test]
fn whoever_is_added_to_a_team_is_named() {
    let kit = Kit::small();
    for raw in of(&kit, "MemberAdded") {
        let member = &raw["Members"][0];
        assert!(text(member, "UPN").contains('@') && member["Role"].is_u64(), "{raw}");
        assert_ne!(member["UPN"], raw["UserId"]);
    }
}

#[test]
fn keys_of_applications_are_told_by_ids() {
    let operation = "Update application – Certificates and secrets management ";
    let body = json!({"filters": {"actionType": {"eq": [operation]}}});
    // Not every company has had one lately.
    let kit = Kit::small();
    let play = format!("/_mock/tenants/{}/play", kit.tenant.identity().id);
    kit.mock("POST", &play, r#"{"storyline": "service-principal-backdoor"}"#);
    kit.tenant.advance(Span::days(2)).unwrap();
    let found = walk(&kit, ACTIVITIES, &body, 100);
    assert!(!found.is_empty());
    let all = found.into_iter().map(|record| record["rawDataJson"].clone());
    let keys = |raw: &Value, member: &str| {
        raw["ModifiedProperties"][0][member].as_str().unwrap().matches("KeyIdentifier=").count()
    };
    for raw in all {
        assert_eq!((keys(&raw, "OldValue"), keys(&raw, "NewValue")), (1, 2), "{raw}");
        assert!(!raw.to_string().contains('…'));
    }
}
