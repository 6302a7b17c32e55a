//! Security groups: who is in them, and what tokens tell of them.

use std::collections::{BTreeMap, BTreeSet};

use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::browser::{
    Browser, authorize, claims, client, command, member, oid, ok, person, redeem, refresh, try_command,
};
use crate::kit::{Kit, json as read, text};

fn directory(kit: &Kit) -> Value {
    read(&kit.mock("GET", &format!("/_mock/tenants/{}/directory", kit.tenant.identity().id), ""))
}

fn group<'d>(directory: &'d Value, name: &str) -> &'d Value {
    let found = directory["groups"].as_array().unwrap().iter().find(|group| group["displayName"] == name);
    found.unwrap_or_else(|| panic!("no group {name}"))
}

fn has(group: &Value, upn: &str) -> bool {
    group["members"].as_array().unwrap().iter().any(|member| member == upn)
}

/// Names of the groups of somebody who plays a persona.
fn groups_of(directory: &Value, upn: &str) -> Vec<String> {
    let all = directory["memberships"].as_array().unwrap();
    let own = all.iter().find(|person| person["userPrincipalName"] == upn).unwrap();
    own["groups"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Their ids, ascending: as tokens list them.
fn ids_of(directory: &Value, upn: &str) -> Value {
    let groups = groups_of(directory, upn);
    json!(groups.iter().map(|name| group(directory, name)["id"].as_str().unwrap()).collect::<BTreeSet<_>>())
}

/// An API that tells groups as `api` says, and a client of it that does as `front` says.
fn with_api(api: &str, front: &str) -> Kit {
    let kit = Kit::tiny();
    command(
        &kit,
        &json!([
            {"addApplication": {"name": "api", "scopes": ["use"], "groupMembershipClaims": api,
                "redirectUris": ["http://localhost"]}},
            {"addApplication": {"name": "front", "public": true, "redirectUris": ["http://localhost"],
                "consented": true, "implicit": true, "delegatedPermissions": ["use"],
                "groupMembershipClaims": front}},
        ]),
    );
    kit
}

/// The claims of access token and id token of somebody at `front`, and the refresh token.
fn redeemed(kit: &Kit, persona: &str) -> (Value, Value, String) {
    let (id, api) = (client(kit, "front"), client(kit, "api"));
    let scope = format!("openid profile offline_access api://{api}/use");
    let code = Browser::new(kit).consent(&authorize(kit, &id, &[("scope", scope.as_str())]), persona).code();
    let got = ok(&redeem(kit, &code, &[("client_id", &id)]));
    let claims = |name: &str| claims(&member(&got, name));
    (claims("access_token"), claims("id_token"), member(&got, "refresh_token"))
}

/// The claims of an id token that the authorize endpoint gives out itself.
fn implicit(kit: &Kit, persona: &str, mode: &str) -> Value {
    let more = [("response_type", "id_token"), ("scope", "openid"), ("nonce", "n"), ("response_mode", mode)];
    let back = Browser::new(kit).consent(&authorize(kit, &client(kit, "front"), &more), persona);
    claims(back.get("id_token").unwrap())
}

/// A list of commands that makes so many groups with one member.
fn groups(count: usize, member: &str) -> Value {
    (0..count)
        .map(|number| json!({"addGroup": {"name": format!("Group {number}"), "members": [member]}}))
        .collect()
}

#[test]
fn everybody_of_the_company_is_in_the_groups_of_company_department_and_office() {
    let kit = Kit::small();
    let shown = directory(&kit);
    let world = kit.tenant.world();
    let here = |person: usize| {
        let index = mock_defender::model::index::PersonIx::at(person).unwrap();
        !world.people[person].guest && !world.has_left(index, kit.tenant.now())
    };
    let company: Vec<usize> = (0..world.people_at_birth().len()).filter(|&at| here(at)).collect();
    let guests = world.people_at_birth().iter().filter(|person| person.guest).count();
    assert!(company.len() + guests < world.people_at_birth().len(), "somebody has left");
    assert_eq!(group(&shown, "All Employees")["memberCount"], company.len());
    for &at in &company {
        let person = &world.people[at];
        let office = &world.offices[person.office.index()].city;
        for name in ["All Employees".to_owned(), format!("SG-Office {office}")] {
            assert!(has(group(&shown, &name), &person.upn), "{} in {name}", person.upn);
        }
    }
    for (at, person) in world.people_at_birth().iter().enumerate().filter(|(at, _)| !here(*at)) {
        let anywhere = shown["groups"].as_array().unwrap().iter().find(|group| has(group, &person.upn));
        assert_eq!(anywhere, None, "{at} {}", person.upn);
    }
    let departments: BTreeSet<_> = company.iter().map(|&at| &*world.people[at].department).collect();
    for department in departments {
        assert!(group(&shown, &format!("SG-{department}"))["memberCount"].as_u64() > Some(0));
    }
    let projects = shown["groups"].as_array().unwrap();
    let projects = projects.iter().filter(|group| member(group, "displayName").starts_with("SG-Project "));
    assert_eq!(projects.filter(|group| group["memberCount"].as_u64() > Some(0)).count(), 4);
    let user = person(&kit, "user").0;
    assert!(groups_of(&shown, &user).contains(&"All Employees".to_owned()));
}

/// Groups for access and apps have no members by work, so that the activities alone tell who is in them.
#[test]
fn who_is_in_a_group_is_what_the_activities_of_administrators_say() {
    let kit = Kit::new(3, Size::Small);
    for _ in 0..3 {
        let changes = json!({"activity.eventType": {"eq": ["2293779", "2293780"]}});
        let mut rows = kit.all("/api/v1/activities/", &changes);
        rows.sort_by_key(|row| row["created"].as_i64());
        let mut told: BTreeMap<(String, String), bool> = BTreeMap::new();
        for row in &rows {
            let raw = &row["rawDataJson"];
            let changes = raw["ModifiedProperties"].as_array().unwrap();
            let group = changes.iter().find(|change| change["Name"] == "Group.DisplayName").unwrap();
            let group = group["NewValue"].as_str().unwrap().trim_matches('"').to_owned();
            let whom = raw["ObjectId"].as_str().unwrap().to_owned();
            let added = row["eventTypeValue"] == "EVENT_AAD_ADD_MEMBER_TO_GROUP";
            told.insert((group, whom), added);
        }
        let shown = directory(&kit);
        let world = kit.tenant.world();
        let mut checked = 0;
        for ((name, whom), added) in told {
            let index = world.person_by_upn(&whom).unwrap();
            let expected = added && !world.has_left(index, kit.tenant.now());
            assert_eq!(has(group(&shown, &name), &whom), expected, "{whom} in {name}");
            checked += 1;
        }
        assert!(checked > 3, "{checked}");
        kit.tenant.advance(Span::days(3)).unwrap();
    }
}

#[test]
fn tokens_tell_groups_and_roles_as_the_application_that_they_are_for_says() {
    for (api, front) in [("None", "SecurityGroup"), ("All", "None"), ("DirectoryRole", "All")] {
        let kit = with_api(api, front);
        let (upn, _) = person(&kit, "security-admin");
        let expected = ids_of(&directory(&kit), &upn);
        assert!(expected.as_array().unwrap().len() >= 3, "{expected}");
        let (access, identity, _) = redeemed(&kit, "security-admin");
        for (token, told) in [(&access, api), (&identity, front)] {
            let groups = matches!(told, "SecurityGroup" | "All").then_some(&expected);
            assert_eq!(token.get("groups"), groups, "{api} {front}");
            let roles =
                json!(["194ae4cb-b126-40b2-bd5b-6091b380977d", "b79fbf4d-3ef9-4689-8143-76b194e85509"]);
            assert_eq!(token.get("wids"), (told != "None").then_some(&roles), "{api} {front}");
            assert_eq!((token.get("hasgroups"), token.get("_claim_names")), (None, None));
        }
    }
}

#[test]
fn a_token_tells_who_is_in_which_group_when_it_is_issued() {
    let kit = with_api("SecurityGroup", "None");
    let (_, _, held) = redeemed(&kit, "user");
    let now = |kit: &Kit| {
        let scope = format!("api://{}/use", client(kit, "api"));
        let more = [("client_id", client(kit, "front")), ("scope", scope)];
        let more: Vec<(&str, &str)> = more.iter().map(|(name, value)| (*name, value.as_str())).collect();
        claims(&member(&ok(&refresh(kit, &held, &more)), "access_token"))["groups"].clone()
    };
    let before = now(&kit);
    command(&kit, &json!({"addGroup": {"name": "Night shift", "members": ["user", "guest"]}}));
    let shown = directory(&kit);
    let id = group(&shown, "Night shift")["id"].clone();
    assert_eq!(group(&shown, "Night shift")["memberCount"], 2);
    let after = now(&kit);
    assert!(after.as_array().unwrap().contains(&id));
    assert_eq!(after, ids_of(&shown, &person(&kit, "user").0), "in the order of the ids");
    assert_eq!(groups_of(&shown, &person(&kit, "guest").0), ["Night shift"]);
    // By id or by name, those of birth, too; what a command said stays said.
    command(&kit, &json!({"removeGroupMembers": {"group": id, "members": ["user"]}}));
    assert_eq!(now(&kit), before);
    command(&kit, &json!({"removeGroupMembers": {"group": "all employees", "members": ["user"]}}));
    let everybody = &group(&shown, "All Employees")["id"];
    assert!(!now(&kit).as_array().unwrap().contains(everybody));
    command(&kit, &json!({"addGroupMembers": {"group": everybody, "members": ["user"]}}));
    assert_eq!(now(&kit), before);
    // A member who is a guest from now on is in those only into which somebody was put.
    command(&kit, &json!({"setUser": {"user": "user", "guest": true}}));
    let left = now(&kit);
    assert!(left.as_array().unwrap().contains(everybody));
    assert!(left.as_array().unwrap().len() < before.as_array().unwrap().len(), "{left} of {before}");
}

#[test]
fn beyond_two_hundred_groups_a_token_says_where_they_are_told() {
    let kit = with_api("All", "SecurityGroup");
    let own = ids_of(&directory(&kit), &person(&kit, "user").0).as_array().unwrap().len();
    command(&kit, &groups(201, "user"));
    let keep = |kit: &Kit, count: usize| {
        for number in count..201 {
            let group = format!("Group {number}");
            command(kit, &json!({"removeGroupMembers": {"group": group, "members": ["user"]}}));
        }
    };
    let endpoint = format!(
        "https://graph.windows.net/{}/users/{}/getMemberObjects",
        kit.tenant.identity().id,
        oid(&kit, "user")
    );
    let told = |token: &Value| {
        assert_eq!((token.get("groups"), token.get("hasgroups")), (None, None));
        assert_eq!(token["_claim_names"], json!({"groups": "src1"}));
        assert_eq!(token["_claim_sources"], json!({"src1": {"endpoint": endpoint}}));
    };
    let (access, identity, _) = redeemed(&kit, "user");
    told(&access);
    told(&identity);
    assert_eq!(access["wids"], json!(["b79fbf4d-3ef9-4689-8143-76b194e85509"]));
    told(&implicit(&kit, "user", "form_post"));
    // Whoever is in fewer is told as ever.
    assert!(redeemed(&kit, "security-admin").0["groups"].is_array());
    keep(&kit, 200 - own);
    let (access, ..) = redeemed(&kit, "user");
    assert_eq!(access["groups"].as_array().unwrap().len(), 200);
    assert_eq!((access.get("_claim_names"), access.get("_claim_sources")), (None, None));
}

#[test]
fn an_address_holds_five_groups_and_a_form_more() {
    let kit = with_api("None", "All");
    let shown = directory(&kit);
    let (upn, _) = person(&kit, "guest");
    assert_eq!(groups_of(&shown, &upn), [""; 0]);
    assert_eq!(implicit(&kit, "guest", "fragment").get("groups"), None, "no list of nothing");
    command(&kit, &groups(5, "guest"));
    let five = implicit(&kit, "guest", "fragment");
    assert_eq!((&five["groups"], five.get("hasgroups")), (&ids_of(&directory(&kit), &upn), None));
    command(&kit, &json!({"addGroup": {"name": "One more", "members": ["guest"]}}));
    let six = implicit(&kit, "guest", "fragment");
    assert_eq!((&six["hasgroups"], six.get("groups"), six.get("wids")), (&json!(true), None, None));
    let form = implicit(&kit, "guest", "form_post");
    assert_eq!((&form["groups"], form.get("hasgroups")), (&ids_of(&directory(&kit), &upn), None));
    assert!(form["wids"].is_array());
    // The same person's tokens that come by the token endpoint tell all six.
    assert_eq!(redeemed(&kit, "guest").1["groups"], form["groups"]);
}

#[test]
fn a_command_about_groups_that_can_not_be_says_why() {
    let kit = Kit::tiny();
    let many = vec!["user"; 201];
    for (wrong, status, target, said) in [
        (json!({"addGroup": {"name": "all employees"}}), 409, Value::Null, "already"),
        (json!({"addGroup": {"name": ""}}), 400, json!("name"), "1 to 1024"),
        (json!({"addGroup": {"name": "x", "members": ["nobody"]}}), 400, json!("members"), "a persona"),
        (json!({"addGroup": {"name": "x", "members": many}}), 400, json!("members"), "addGroupMembers"),
        (json!({"addGroupMembers": {"group": "x", "members": []}}), 400, json!("group"), "object id"),
        (
            json!({"setApplication": {"app": "full", "groupMembershipClaims": "ApplicationGroup"}}),
            400,
            json!("groupMembershipClaims"),
            "assigned to applications",
        ),
        (
            json!({"addApplication": {"name": "x", "groupMembershipClaims": "all"}}),
            400,
            json!("groupMembershipClaims"),
            "None, SecurityGroup, DirectoryRole, All",
        ),
    ] {
        let answer = try_command(&kit, &wrong);
        assert_eq!((answer.status.as_u16(), &read(&answer)["error"]["target"]), (status, &target), "{wrong}");
        assert!(text(&answer).contains(said), "{wrong}: {}", text(&answer));
    }
    // No tenant is given more than a thousand.
    for part in 0..5 {
        let list: Value =
            (0..200).map(|number| json!({"addGroup": {"name": format!("{part} {number}")}})).collect();
        command(&kit, &list);
    }
    let answer = try_command(&kit, &json!({"addGroup": {"name": "one more"}}));
    assert!(answer.status == 409 && text(&answer).contains("at most 1000 groups"), "{}", text(&answer));
}

#[test]
fn groups_come_back_from_the_tenants_file() {
    let kit = with_api("All", "SecurityGroup");
    command(
        &kit,
        &json!([
            {"addGroup": {"name": "Night shift", "members": ["user"]}},
            {"addGroupMembers": {"group": "Night shift", "members": ["guest"]}},
            {"removeGroupMembers": {"group": "All Employees", "members": ["user"]}},
        ]),
    );
    let expected = directory(&kit);
    let file = text(&kit.mock("GET", "/_mock/tenants/contoso/export", ""));
    let other = Kit::new(9, Size::Tiny);
    let answer = other.mock("POST", "/_mock/tenants/import", &file);
    assert_eq!(answer.status, 201, "{}", text(&answer));
    let id = read(&answer)["id"].as_str().unwrap().to_owned();
    assert_eq!(read(&other.mock("GET", &format!("/_mock/tenants/{id}/directory"), "")), expected);
}
