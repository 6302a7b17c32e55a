//! Every reason of the connection and their order, and the rule of ten seconds.

use mock_defender::facts;
use mock_defender::model::copilot::{Reason, SourceHost};
use mock_defender::operations::connection::show;
use mock_defender::tenant::Tenant;
use serde_json::json;

use super::acts::Act::{self, Give, Until};
use super::acts::{
    Begins, answer, blocking, capacity, channel, do_it, enabled, fresh, licences, network, off, on, refresh,
};
use super::{connected, give, reasons, until};

#[test]
fn each_reason_is_the_first_where_nothing_else_is_wrong() {
    let wait = || Until(61);
    let [security, graph] = SourceHost::ALL;
    let provisioning = || Give(json!({"setCopilotTimes": {"provisioning": "5m"}}));
    let consent = || Give(json!({"setCopilotTimes": {"consent": "5s"}}));
    let revoke = |what: &str, whom: &str, who: &str| Give(json!({what: {whom: who}}));
    let rows: [(Reason, Begins, Vec<Act>); 16] = [
        (Reason::LicenseMissing, connected, vec![licences(&["SPE_E3"])]),
        (Reason::CopilotNotEnabled, connected, vec![enabled(false)]),
        (Reason::CapacityMissing, connected, vec![capacity("detached")]),
        (Reason::CapacityProvisioning, connected, vec![provisioning(), capacity("provisioning")]),
        (Reason::ToggleOff, fresh, vec![]),
        (Reason::ConsentPending, fresh, vec![on()]),
        (Reason::DialogBlocked, fresh, vec![blocking(true, false), on()]),
        (Reason::ConsentDeclined, fresh, vec![on(), answer(false)]),
        (Reason::ConsentRevoked, connected, vec![revoke("revokeConsent", "app", "security-copilot")]),
        (Reason::ConsentExpired, fresh, vec![consent(), on(), answer(true), Until(5)]),
        (Reason::ToggleTooSoon, connected, vec![off(), on()]),
        (Reason::SessionExpired, connected, vec![Until(100)]),
        (Reason::SessionRevoked, connected, vec![revoke("revokeSessions", "user", "global-admin")]),
        (Reason::EndpointUnreachable(security), connected, vec![network(security.name(), "5xx"), wait()]),
        (Reason::EndpointUnreachable(graph), connected, vec![network(graph.name(), "deny"), wait()]),
        (Reason::ChannelUnreachable, connected, vec![channel("expired")]),
    ];
    for ((reason, begins, acts), known) in rows.iter().zip(Reason::ALL) {
        assert_eq!(*reason, known, "a row for each");
        let tenant = begins();
        for act in acts {
            do_it(&tenant, act).unwrap();
        }
        let told = reasons(&tenant);
        // Two come along with another one.
        let place = usize::from(*reason == Reason::DialogBlocked);
        assert_eq!(told[place], reason.name(), "{told:?}");
        assert_eq!(told.len(), 1 + place + usize::from(*reason == Reason::ConsentRevoked), "{told:?}");
    }
}

#[test]
fn all_reasons_of_one_instant_are_told_in_the_order_of_the_rules() {
    let around = || {
        let mut acts = vec![licences(&[]), enabled(false), capacity("deleted"), channel("cut")];
        acts.extend(SourceHost::ALL.map(|host| network(host.name(), "blackhole")));
        acts
    };
    let told = |begins: Begins, acts: Vec<Act>, until: i64| {
        let tenant = begins();
        for act in acts.into_iter().chain(around()).chain([Until(until)]) {
            do_it(&tenant, &act).unwrap();
        }
        reasons(&tenant)
    };
    let needs = ["license_missing", "copilot_not_enabled", "capacity_missing"];
    let between = [
        "endpoint_unreachable:api.security.microsoft.com",
        "endpoint_unreachable:graph.microsoft.com",
        "channel_unreachable",
    ];
    let rows: [(Begins, Vec<Act>, &[&str]); 4] = [
        (fresh, vec![], &["toggle_off"]),
        (fresh, vec![blocking(false, true), on()], &["consent_pending", "dialog_blocked"]),
        (fresh, vec![on(), answer(false), off(), on()], &["consent_declined", "toggle_too_soon"]),
        (
            connected,
            vec![Give(json!({"revokeConsent": {"app": "security-copilot"}}))],
            &["consent_revoked", "session_revoked"],
        ),
    ];
    for (begins, acts, link) in rows {
        assert_eq!(told(begins, acts, 61), [&needs, link, &between].concat());
    }
}

/// Something that happens at an instant, in seconds.
type At = (i64, Act);

#[test]
fn the_rule_of_ten_seconds_holds_to_the_second() {
    /// What happens, and which reasons there are then; whether a dialog waits for an answer at the end.
    type Vector = (&'static str, Vec<At>, &'static [&'static str], bool);
    let vectors: [Vector; 9] = [
        ("at once", vec![(110, off()), (110, on())], &["toggle_too_soon"], false),
        ("nine seconds", vec![(110, off()), (119, on())], &["toggle_too_soon"], false),
        (
            "nine seconds, and an hour",
            vec![(110, off()), (119, on()), (3_719, refresh())],
            &["toggle_too_soon"],
            false,
        ),
        ("exactly ten", vec![(110, off()), (120, on()), (121, answer(true)), (122, refresh())], &[], false),
        ("no answer", vec![(110, off()), (125, on())], &["consent_pending"], true),
        (
            "off once more",
            vec![(110, off()), (115, on()), (116, off()), (125, on())],
            &["toggle_too_soon"],
            false,
        ),
        (
            "ten after the last off",
            vec![(110, off()), (115, on()), (116, off()), (126, on()), (127, answer(true))],
            &[],
            false,
        ),
        ("not switched", vec![(110, refresh())], &["session_expired"], false),
        ("on without off", vec![(110, on())], &["session_expired"], false),
    ];
    for (name, acts, expected, waits) in vectors {
        let tenant = connected();
        until(&tenant, 100);
        assert_eq!(reasons(&tenant), ["session_expired"]);
        for (at, act) in acts {
            until(&tenant, at);
            do_it(&tenant, &act).unwrap();
        }
        assert_eq!(reasons(&tenant), expected, "{name}");
        assert_eq!(do_it(&tenant, &answer(true)).is_ok(), waits, "{name}");
    }
}

#[test]
fn the_wait_is_told_while_it_lasts_and_can_be_set() {
    for (wait, seconds) in [("10s", 10), ("45s", 45), ("0s", 0)] {
        let tenant = connected();
        give(&tenant, json!({"setCopilotTimes": {"reconnectWait": wait}})).unwrap();
        let left = |tenant: &Tenant| show(&tenant.read()).retry_after_seconds;
        assert_eq!(left(&tenant), 0, "nobody has switched it off");
        do_it(&tenant, &off()).unwrap();
        assert_eq!(left(&tenant), seconds);
        if seconds > 0 {
            until(&tenant, seconds);
            assert_eq!(left(&tenant), 1, "one second is left");
            let early = tenant.fork();
            do_it(&early, &on()).unwrap();
            assert_eq!(reasons(&early), ["toggle_too_soon"]);
        }
        until(&tenant, 1 + seconds);
        assert_eq!(left(&tenant), 0);
        do_it(&tenant, &on()).unwrap();
        assert_eq!(reasons(&tenant), ["consent_pending"]);
    }
}

#[test]
fn lengths_of_time_change_one_by_one() {
    let tenant = fresh();
    for (name, length) in [("session", "2h"), ("dialog", "3m"), ("check", "4s"), ("reconnectWait", "5s")] {
        give(&tenant, json!({"setCopilotTimes": {name: length}})).unwrap();
    }
    let times = serde_json::to_value(facts::connection(&tenant.read()).times).unwrap();
    let expected = json!({"reconnectWait": "PT5S", "session": "PT2H", "dialog": "PT3M", "check": "PT4S", "provisioning": "PT0S"});
    assert_eq!(times, expected);
    let refused = give(&tenant, json!({"setCopilotTimes": {"consent": "401d"}})).unwrap_err();
    assert!(refused.contains("between 0 and 400 days"), "{refused}");
}

#[test]
fn the_end_of_what_was_there_before_ends_nothing_that_came_later() {
    let times = Give(json!({"setCopilotTimes": {"session": "60s", "consent": "90s", "provisioning": "30s"}}));
    let tenant = fresh();
    for (at, act) in [
        (0, times),
        (0, on()),
        (0, answer(true)),
        (5, off()),
        (15, on()),
        (15, answer(true)),
        (16, capacity("deleted")),
        (16, capacity("ok")),
        (26, capacity("deleted")),
        (26, capacity("ok")),
    ] {
        until(&tenant, at);
        do_it(&tenant, &act).unwrap();
    }
    for (at, expected) in [
        (46, &["capacity_provisioning"][..]),
        (56, &[]),
        (60, &[]),
        (74, &[]),
        (75, &["session_expired"]),
        (90, &["session_expired"]),
        (104, &["session_expired"]),
        (105, &["consent_expired", "session_expired"]),
    ] {
        until(&tenant, at);
        assert_eq!(reasons(&tenant), expected, "at {at}");
    }
}
