//! Consistency across records: ids and facts agree everywhere, and no activity contradicts an earlier one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mock_defender::catalogue::kinds;
use mock_defender::model::activity::{Action, Target};
use mock_defender::model::index::PersonIx;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::specification;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{self, Kit, json};

fn list(kit: &Kit, what: &str, filters: &Value) -> Vec<Value> {
    kit.all(&format!("/api/v1/{what}/"), filters)
}

#[test]
fn a_file_has_one_id_in_its_activities_and_in_the_alerts_about_it() {
    let kit = Kit::small();
    let mut files = 0;
    for alert in list(&kit, "alerts", &json!({})) {
        let behind = list(&kit, "activities", &json!({"activity.alertId": {"eq": alert["_id"]}}));
        let named: BTreeSet<&str> = behind
            .iter()
            .flat_map(|activity| activity["mainInfo"]["eventObjects"].as_array().unwrap())
            .filter_map(|object| object["id"].as_str())
            .collect();
        for file in alert["entities"].as_array().unwrap().iter().filter(|entity| entity["type"] == "file") {
            files += 1;
            let id = file["id"].as_str().unwrap();
            assert!(named.contains(id), "{id}: {named:?}");
            for (list_of, filter) in
                [("activities", "fileId"), ("activities", "activityObject"), ("alerts", "entity.file")]
            {
                let found = list(&kit, list_of, &json!({filter: {"eq": [id]}}));
                assert!(!found.is_empty(), "{filter} {id}");
            }
            // The site is named beside it, and both say how they belong together.
            let (site, _) = id.split_once('|').unwrap();
            assert!(named.contains(site), "{site}: {named:?}");
        }
    }
    assert!(files >= 3, "{files}");
}

#[test]
fn the_score_of_an_alert_is_the_priority_of_its_user_at_that_time() {
    let kit = Kit::small();
    kit.tenant.advance(Span::days(3)).unwrap();
    let mut by_user: BTreeMap<String, Vec<(i64, i64, u64)>> = BTreeMap::new();
    for alert in list(&kit, "alerts", &json!({})) {
        let user = alert["entities"].as_array().unwrap().iter().find(|entity| entity["type"] == "user");
        let user = user.unwrap()["id"].as_str().unwrap().to_owned();
        // Applications have no priority.
        if !user.contains('@') {
            assert!(alert["threatScore"].is_null(), "{alert}");
            continue;
        }
        let [at, severity] = ["timestamp", "severityValue"].map(|name| alert[name].as_i64().unwrap());
        by_user.entry(user).or_default().push((at, severity, alert["threatScore"].as_u64().unwrap()));
    }
    let week = Span::days(7).as_millis();
    let mut several = 0;
    for (user, mut alerts) in by_user {
        // Of two alerts of one instant, the later has the higher score.
        alerts.sort_unstable_by_key(|alert| (alert.0, alert.2));
        let expected = |upto: usize| -> u64 {
            let known = alerts[..=upto].iter().filter(|alert| alert.0 > alerts[upto].0 - week);
            known.map(|alert| [10, 25, 50, 0][alert.1 as usize]).sum()
        };
        let own = alerts[0].2.checked_sub(expected(0)).unwrap_or_else(|| panic!("{user}: {alerts:?}"));
        assert!(own < 10, "{user}: {alerts:?}");
        for (index, alert) in alerts.iter().enumerate() {
            assert_eq!(alert.2, expected(index) + own, "{user}: {alerts:?}");
        }
        several += usize::from(alerts.len() > 1);
    }
    assert!(several >= 2, "{several}");
}

#[test]
fn sharing_inside_the_company_names_a_colleague_who_works_there() {
    let kit = Kit::small();
    let shared = list(&kit, "activities", &json!({"actionType": {"eq": ["SharingSet"]}}));
    assert!(shared.len() > 20);
    let mut recipients = BTreeSet::new();
    for activity in &shared {
        let raw = &activity["rawDataJson"];
        let recipient = raw["TargetUserOrGroupName"].as_str().unwrap();
        assert_ne!(raw["TargetUserOrGroupName"], raw["UserId"]);
        if raw["TargetUserOrGroupType"] == "Member" {
            let person = kit.tenant.world().person_by_upn(recipient).unwrap();
            assert!(!kit.tenant.world().person(person).guest);
            recipients.insert(recipient);
        }
    }
    assert!(recipients.len() > 5, "{recipients:?}");
}

/// Every activity of a tenant of this size in the order of being stored.
fn lived(seed: u64, size: Size) -> Kit {
    let kit = Kit::new(seed, size);
    kit.tenant.advance(Span::days(2)).unwrap();
    kit
}

#[test]
fn deleted_files_are_not_used_until_uploaded_again() {
    let kit = lived(1, Size::Small);
    let view = kit.tenant.read();
    let (mut gone, mut deletions) = (BTreeSet::new(), 0);
    for (_, chunk, shown) in view.state.core().log.chunks(view.now) {
        for event in (0..shown).map(|index| chunk.event(index)) {
            let kind = kinds::kind(event.kind);
            // What lies in a recycle bin has been deleted already.
            if kind.target != Target::File || kind.operation.ends_with("RecycleBin") {
                continue;
            }
            match kind.action {
                Action::Delete => {
                    deletions += 1;
                    assert!(gone.insert(event.object), "deleted twice: {}", event.object);
                }
                Action::Upload => drop(gone.remove(&event.object)),
                _ => assert!(!gone.contains(&event.object), "{} of {}", kind.operation, event.object),
            }
        }
    }
    assert!(deletions > 20, "{deletions}");
}

#[test]
fn administrators_leave_closed_accounts_alone_and_give_each_role_once() {
    let kit = lived(2, Size::Medium);
    let view = kit.tenant.read();
    let world = kit.tenant.world();
    let mut closed: BTreeMap<PersonIx, i64> = BTreeMap::new();
    let mut roles: BTreeSet<(PersonIx, &str)> = BTreeSet::new();
    for (at, person) in PersonIx::numbered(&world.people) {
        roles.extend(person.roles.iter().map(|role| (at, role.name())));
    }
    let (mut resets, mut grants) = (0, 0);
    for (_, chunk, shown) in view.state.core().log.chunks(view.now) {
        for event in (0..shown).map(|index| chunk.event(index)) {
            let person = world.person_of(event.object);
            let role = || (person, world.role_of(event.object).name());
            match event.kind {
                kinds::DISABLE_ACCOUNT => {
                    closed.insert(person, event.timestamp().day());
                }
                kinds::RESET_PASSWORD | kinds::UPDATE_USER | kinds::CHANGE_LICENCE => {
                    resets += 1;
                    assert!(!world.person(person).disabled);
                    // Whoever closes an account changes its password with it.
                    let since = closed.get(&person).copied().unwrap_or(i64::MAX);
                    assert!(
                        event.timestamp().day() <= since,
                        "{} of {person}",
                        kinds::kind(event.kind).operation
                    );
                }
                kinds::ADD_MEMBER_TO_ROLE => {
                    grants += 1;
                    assert!(roles.insert(role()), "held already: {:?}", role());
                }
                kinds::REMOVE_MEMBER_FROM_ROLE => assert!(roles.remove(&role()), "not held: {:?}", role()),
                _ => {}
            }
        }
    }
    assert!(closed.len() >= 3 && resets > 100 && grants >= 1, "{closed:?} {resets} {grants}");
    for (at, person) in PersonIx::numbered(&world.people) {
        let now = view.state.core().roles(world, at, view.now);
        let told = roles.iter().filter(|role| role.0 == at).count();
        assert_eq!(now.len(), told, "{}", person.upn);
        // Those whom tests sign in as keep what they were born with.
        assert!(person.persona.is_none() || now == person.roles, "{}", person.upn);
    }
}

#[test]
fn a_disabled_account_is_not_used_in_generated_activities() {
    let kit = Kit::small();
    let tenant = kit.tenant.identity().id;
    let world = kit.tenant.world();
    for person in world.people_at_birth().iter().filter(|person| person.roles.is_empty()) {
        let command = json!({"setUserEnabled": {"user": person.upn, "enabled": false}});
        assert_eq!(
            kit.mock("POST", &format!("/_mock/tenants/{tenant}/commands"), &command.to_string()).status,
            200
        );
    }
    kit.tenant.advance(Span::days(3)).unwrap();
    let day = kit.tenant.now().millis() - Span::days(3).as_millis();
    let served = list(
        &kit,
        "activities",
        &json!({
            "actionType": {"eq": ["Reset user password.", "Change user license."]}, "created": {"gt": day},
        }),
    );
    let holders: BTreeSet<&str> = world
        .people
        .iter()
        .filter(|person| !person.roles.is_empty())
        .map(|person| person.upn.as_str())
        .collect();
    for activity in served {
        let name = activity["mainInfo"]["eventObjects"][0]["name"].as_str().unwrap();
        assert!(holders.contains(name), "{name}");
    }
    let answer = json(&kit.api("POST", "/api/v1/alerts/count/", "{}"));
    assert!(answer["total"].as_u64().unwrap() > 0);
}

#[test]
fn alerts_have_the_severity_that_the_specification_gives_their_policy() {
    let of_size = |text: &str| {
        let absent = specification::Absent {
            size: Size::Small,
            ..specification::Absent::starting(kit::at(kit::START))
        };
        let spec = specification::read(text, absent).unwrap().spec;
        Kit::of(Arc::new(Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start))), false)
    };
    let severities = |kit: &Kit| -> BTreeSet<i64> {
        let told = list(kit, "alerts", &json!({}));
        let impossible = told.iter().filter(|alert| alert["title"] == "Impossible travel activity");
        impossible.map(|alert| alert["severityValue"].as_i64().unwrap()).collect()
    };
    assert_eq!(severities(&of_size("")), [1].into());
    let grave = of_size("policies: {Impossible travel: {severity: high}}");
    assert_eq!(severities(&grave), [2].into());
    assert_eq!(
        list(&grave, "alerts", &json!({"severity": {"eq": [2]}, "alertType": {"eq": [15_859_716]}})).len(),
        list(&grave, "alerts", &json!({"alertType": {"eq": [15_859_716]}})).len()
    );
}
