//! Sign-ins as Entra ID reports them.

use std::collections::{BTreeMap, BTreeSet};

use mock_defender::model::time::{Span, VirtualTime};
use serde_json::{Value, json};

use super::{ACTIVITIES, account, id};
use crate::kit::lists::{Kind, has_shape, page, walk};
use crate::kit::{Kit, json as read};

/// A member that is there, and null where nothing is told.
const RAW: [&str; 37] = [
    "EventType",
    "TimeStamp",
    "RequestId",
    "CorrelationId",
    "TenantId",
    "UserTenantId",
    "MsodsTenantRegionScope",
    "UserTenantMsodsRegionScope",
    "Upn",
    "UserName",
    "UserPrincipalObjectID",
    "HomeTenantUserObjectId",
    "UserIsPassthru",
    "ApplicationId",
    "ApplicationName",
    "IpAddress",
    "BrowserId",
    "DeviceInfo",
    "DeviceId",
    "DeviceTrustType",
    "IsDeviceCompliantAndManaged",
    "IsInteractive",
    "IsInteractiveComputed",
    "Call",
    "LoginStatus",
    "LoginErrorCode",
    "MfaRequired",
    "MfaStatusRaw",
    "MfaResult",
    "MfaAuthMethod",
    "MfaMaskedDeviceId",
    "SasStatus",
    "SessionId",
    "ConditionalAccessStatus",
    "RiskLevelDuringSignIn",
    "RiskLevelAggregated",
    "DataSource",
];

fn sign_ins(kit: &Kit) -> Vec<Value> {
    let of = json!(["EVENT_CATEGORY_LOGIN", "EVENT_CATEGORY_FAILED_LOGIN"]);
    let filters = json!({"service": {"eq": [11161]}, "activity.eventActionType": {"eq": of}});
    walk(kit, ACTIVITIES, &json!({"filters": filters}), 100)
}

#[test]
fn a_sign_in_record_agrees_with_its_raw_entra_id_data() {
    let kit = Kit::attacked(1, 12);
    let all = sign_ins(&kit);
    let mut met = BTreeSet::new();
    for record in &all {
        let raw = &record["rawDataJson"];
        let members: BTreeSet<&str> = raw.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, BTreeSet::from(RAW));
        let code = raw["LoginErrorCode"].as_u64().unwrap();
        let failed = code != 0;
        let message = match code {
            0 => None,
            50_126 => Some("Error validating credentials due to invalid username or password."),
            50_057 => Some("The user account is disabled."),
            50_074 => Some("Strong Authentication is required."),
            50_140 => {
                Some("This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.")
            }
            7_000_222 => Some("The provided client secret keys are expired."),
            7_000_215 => Some("Invalid client secret is provided."),
            50_053 => Some(
                "Account is locked because user tried to sign in too many times with an incorrect user ID or password.",
            ),
            50_055 => Some("The password is expired."),
            50_076 => Some(
                "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.",
            ),
            50_079 => Some("User needs to enroll for second factor authentication."),
            53_003 => Some("Access has been blocked by Conditional Access policies."),
            65_001 => Some("The user or administrator has not consented to use the application."),
            70_043 => Some(
                "The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.",
            ),
            500_121 => Some("Authentication failed during strong authentication request."),
            700_082 => Some("The refresh token has expired due to inactivity."),
            other => panic!("{other}"),
        };
        met.insert((code, raw["Call"].as_str().unwrap()));
        let info = &record["mainInfo"];
        let told = |name: &str| info[name].as_str().unwrap();
        assert_eq!(told("type"), if failed { "failedLogin" } else { "login" });
        assert_eq!((told("rawOperationName"), told("prettyOperationName")), {
            let call = raw["Call"].as_str().unwrap();
            (call, call)
        });
        assert_eq!(raw["LoginStatus"], if failed { "Failure" } else { "Success" });
        let result = message.map_or_else(
            || json!({"isSuccess": true}),
            |message| json!({"isSuccess": false, "message": message}),
        );
        assert_eq!(info["activityResult"], result);
        let user = account(record).unwrap();
        assert_eq!(record["user"].get("userName"), (!failed).then_some(&user));
        assert_eq!(record.get("failedUserData"), failed.then(|| json!({"userName": user})).as_ref());
        if let Some(message) = message {
            assert_eq!(record["description"], format!("Failed log on (Failure message: {message})"));
            assert_eq!(record["description_id"], "EVENT_DESCRIPTION_FAILED_LOGIN");
            let metadata = json!({
                "event_category": "Failed log on", "dash": "", "colon": "",
                "activity_result_message": format!("(Failure message: {message})"),
            });
            assert_eq!(record["description_metadata"], metadata);
        }
        let objects = info["eventObjects"].as_array().unwrap();
        let of = |kind: u64| objects.iter().find(|object| object["objType"] == kind).unwrap();
        assert_eq!((&of(6)["id"], &of(6)["name"]), (&raw["ApplicationId"], &raw["ApplicationName"]));
        assert_eq!((&of(6)["role"], &of(7)["id"]), (&json!(1), &raw["RequestId"]));
        assert_eq!(record["lograbberService"], json!({"scubaUnpacker": true}));
        assert_eq!(record["eventRouting"], json!({"lograbber": true, "auditing": true}));
        assert_eq!(record["collected"]["aadLogins"]["correlationId"], raw["CorrelationId"]);
        has_shape(
            &record["collected"]["aadLogins"],
            &[
                ("correlationId", Kind::Guid),
                ("enqueueTime", Kind::Millis),
                ("routingTime", Kind::Millis),
                ("MCAS_Router", Kind::Bool),
            ],
            "aadLogins",
        );
        let at = raw["TimeStamp"].as_str().unwrap();
        assert_eq!(at.split_once('.').unwrap().1.len(), "1425646Z".len());
        assert_eq!(json!(VirtualTime::parse(at).unwrap().millis()), record["timestamp"]);
        assert_eq!(raw["IpAddress"], record["device"]["clientIP"]);
        assert_eq!(raw["UserPrincipalObjectID"], record["resolvedActor"]["id"]);
        // Applications tell Entra ID nothing of themselves, and a program of a person nothing of a page.
        let program = raw["Upn"].is_null();
        let agent = if program { "" } else { raw["DeviceInfo"].as_str().unwrap() };
        assert_eq!(record["device"]["userAgent"], agent);
        assert_eq!(raw["IsInteractiveComputed"] == false, raw["Call"] == "OAuth2:Token");
        assert!(program <= (raw["Call"] == "OAuth2:Token"));
        assert_eq!(program, record.get("userAgent").is_none());
        assert!(program || agent.starts_with(';') && agent.ends_with(';') && agent.matches(';').count() == 3);
    }
    let expected = [
        (0, "OAuth2:Authorize"),
        (0, "OAuth2:Token"),
        (50_057, "Login:login"),
        (50_074, "Login:login"),
        (50_126, "Login:login"),
        (50_140, "SAS:ProcessAuth"),
        (7_000_222, "OAuth2:Token"),
        (7_000_215, "OAuth2:Token"),
        (50_053, "Login:login"),
        (50_057, "OAuth2:Token"),
        (50_076, "OAuth2:Token"),
        (53_003, "Login:login"),
        (500_121, "Login:login"),
        (700_082, "OAuth2:Token"),
        (70_043, "OAuth2:Token"),
    ];
    assert!(met.is_superset(&BTreeSet::from(expected)), "{met:?}");
    assert!(met.iter().all(|(code, call)| *code < 7_000_000 || *call == "OAuth2:Token"), "{met:?}");
}

#[test]
fn mfa_prompts_and_the_sign_in_share_one_correlation() {
    let kit = Kit::small();
    let mut all = sign_ins(&kit);
    all.sort_by_key(|record| record["timestamp"].as_i64());
    let mut chains: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for record in &all {
        chains.entry(record["rawDataJson"]["CorrelationId"].as_str().unwrap()).or_default().push(record);
    }
    let codes = |chain: &[&Value]| -> Vec<u64> {
        chain.iter().map(|record| record["rawDataJson"]["LoginErrorCode"].as_u64().unwrap()).collect()
    };
    let (mut met, mut others, mut methods) = (0, BTreeSet::new(), BTreeSet::new());
    for chain in chains.values() {
        let raw = |at: usize| &chain[at]["rawDataJson"];
        if codes(chain) == [50_074, 50_140, 0] {
            met += 1;
            let last = chain.len() - 1;
            assert!(chain.iter().all(|record| account(record) == account(chain[0])));
            assert!(chain.iter().all(|record| record["device"] == chain[0]["device"]));
            let spent = chain[last]["timestamp"].as_i64().unwrap() - chain[0]["timestamp"].as_i64().unwrap();
            assert!((11_000..=46_000).contains(&spent), "{spent}");
            assert!((0..3).all(|at| raw(at)["MfaRequired"] == true));
            assert_eq!(raw(0)["MfaStatusRaw"], "RequireMfaInCloud");
            assert_eq!(raw(0)["ConditionalAccessStatus"], "failure");
            assert!(raw(0)["MfaAuthMethod"].is_null());
            for at in [1, 2] {
                assert_eq!(raw(at)["MfaStatusRaw"], "MfaDoneInCloud");
                assert_eq!(raw(at)["ConditionalAccessStatus"], "success");
                let method = raw(at)["MfaAuthMethod"].as_str().unwrap();
                methods.insert(method);
                let masked = raw(at)["MfaMaskedDeviceId"].as_str();
                let shown = |masked: &str| masked.starts_with("+XXX X") && masked.len() == 8;
                assert!(masked.map_or(method == "Fido", shown), "{method} {masked:?}");
            }
        } else if chain.len() > 1 {
            assert!(chain.iter().all(|record| account(record) == account(chain[0])));
            others.insert(codes(chain));
        }
    }
    let known: [&[u64]; 4] = [&[50_126, 0], &[700_082, 0], &[70_043, 0], &[50_074, 500_121]];
    for known in known {
        assert!(others.iter().any(|codes| codes.ends_with(known)), "{known:?}: {others:?}");
    }
    assert!(methods.len() >= 3, "{methods:?}");
    println!("{met} of {} sign-ins with a second factor", chains.len());
    assert!(met * 100 > chains.len() && met * 8 < chains.len(), "{met} of {}", chains.len());
}

#[test]
fn mfa_interrupts_do_not_count_as_failed_logins() {
    let kit = Kit::small();
    for alert in walk(&kit, "/api/v1/alerts/", &json!({}), 100) {
        if alert["title"] != "Multiple failed login attempts" {
            continue;
        }
        let found = page(&kit, ACTIVITIES, &json!({"filters": {"activity.alertId": {"eq": id(&alert)}}}));
        for activity in found["data"].as_array().unwrap() {
            let code = &activity["rawDataJson"]["LoginErrorCode"];
            assert!(*code != 50_074 && *code != 50_140, "{activity}");
        }
    }
}

#[test]
fn filters_find_a_sign_in_by_what_its_record_says() {
    let kit = Kit::small();
    let all = sign_ins(&kit);
    let failed = all.iter().find(|record| record["rawDataJson"]["LoginErrorCode"] == 50_126).unwrap();
    let user = account(failed).unwrap();
    let count =
        |filters: Value| page(&kit, ACTIVITIES, &json!({"filters": filters}))["total"].as_u64().unwrap();
    let one =
        |name: &str, operators: Value| count(json!({"activity.id": {"eq": id(failed)}, name: operators}));
    let raw = &failed["rawDataJson"];
    for (name, operators) in [
        ("user.username", json!({"eq": [user]})),
        ("actionType", json!({"eq": ["Login:login"]})),
        ("activity.actionType", json!({"eq": ["11161:EVENT_AAD_LOGIN_FAILED:Login:login"]})),
        ("activity.eventType", json!({"eq": ["2293761"]})),
        ("activityObject", json!({"eq": [raw["ApplicationId"]]})),
        ("activityObject", json!({"eq": [raw["RequestId"]]})),
        ("userAgent.userAgent", json!({"contains": [raw["DeviceInfo"]]})),
    ] {
        assert_eq!(one(name, operators.clone()), 1, "{name} {operators}");
    }
    assert_eq!(one("userAgent.userAgent", json!({"contains": ["Mozilla"]})), 0);
}

#[test]
fn an_exported_sign_in_is_injected_unchanged() {
    let kit = Kit::small();
    let all = sign_ins(&kit);
    let path = format!("/_mock/tenants/{}/inject", kit.tenant.identity().id);
    for code in [0, 50_126, 50_074, 50_140, 7_000_222] {
        let record = all.iter().find(|record| record["rawDataJson"]["LoginErrorCode"] == code).unwrap();
        let answer = kit.mock("POST", &path, &json!({"activity": record}).to_string());
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
        let newest = json!({"sortField": "created", "sortDirection": "desc", "limit": 1});
        let shown = page(&kit, ACTIVITIES, &newest)["data"][0].clone();
        assert_ne!(id(&shown), id(record));
        for member in ["mainInfo", "rawDataJson", "description", "user", "failedUserData", "eventType"] {
            assert_eq!(shown.get(member), record.get(member), "{code} {member}");
        }
        kit.tenant.advance(Span::minutes(10)).unwrap();
        let fetched = read(&kit.api("GET", &format!("{ACTIVITIES}{}/", id(&shown)), ""));
        assert_eq!(fetched, shown);
    }
}

#[test]
fn entra_id_refuses_a_disabled_account_also_where_it_signs_in_to_an_app_of_another_vendor() {
    let kit = Kit::small();
    let of = |user: &Value, service: u32| {
        let filters = json!({"service": {"eq": [service]}, "user.username": {"eq": [user]}});
        walk(&kit, ACTIVITIES, &json!({"filters": filters}), 100)
    };
    // Who signs in to Salesforce most often.
    let sales =
        json!({"service": {"eq": [11114]}, "activity.eventActionType": {"eq": ["EVENT_CATEGORY_LOGIN"]}});
    let mut users: BTreeMap<String, (u32, Value)> = BTreeMap::new();
    for record in walk(&kit, ACTIVITIES, &json!({"filters": sales}), 100) {
        let user = account(&record).unwrap();
        users.entry(user.to_string()).or_insert((0, user)).0 += 1;
    }
    let people = users.into_values().filter(|(_, user)| user.as_str().unwrap().contains('@'));
    let user = people.max_by_key(|(count, _)| *count).unwrap().1;
    let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().id);
    let disable = json!({"setUserEnabled": {"user": user, "enabled": false}}).to_string();
    assert!(kit.mock("POST", &path, &disable).status.is_success());
    let (here, there) = (of(&user, 11161).len(), of(&user, 11114).len());
    kit.tenant.advance(Span::days(9)).unwrap();
    let since = kit.tenant.now() - Span::days(9) + Span::hours(7);
    let new = |records: Vec<Value>| -> Vec<Value> {
        let later = |record: &Value| record["timestamp"].as_i64() > Some(since.millis());
        records.into_iter().filter(later).collect()
    };
    assert!(here > 0 && there > 0);
    assert_eq!(new(of(&user, 11114)), Vec::<Value>::new(), "the app never hears of it");
    let refused = new(of(&user, 11161));
    assert!(refused.iter().all(|record| record["rawDataJson"]["LoginErrorCode"] == 50_057), "{refused:?}");
    let to: BTreeSet<&str> =
        refused.iter().filter_map(|record| record["rawDataJson"]["ApplicationName"].as_str()).collect();
    assert!(to.contains("Salesforce") && to.len() > 1, "{to:?}");
}
