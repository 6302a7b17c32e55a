//! Every transition of the connection, row by row, with what is told of it.

use std::collections::BTreeSet;

use serde_json::json;

use super::acts::Act::{self, Give, Until};
use super::acts::{
    Begins, answer, blocking, capacity, channel, do_it, enabled, fresh, licences, network, off, on, refresh,
    toggle,
};
use super::{connected, events, reasons};

/// A transition: what it is called, where it begins, what has happened before, what happens, why it is refused, which
/// reasons there are behind it, and what is told of it.
type Row =
    (&'static str, Begins, Vec<Act>, Act, &'static str, &'static [&'static str], &'static [&'static str]);

fn switching() -> Vec<Row> {
    let pending: &[&str] = &["toggled_on", "consent_requested", "disconnected"];
    vec![
        ("switched on", fresh, vec![], on(), "", &["consent_pending"], pending),
        (
            "by the other role",
            fresh,
            vec![],
            toggle(true, "security-admin"),
            "",
            &["consent_pending"],
            pending,
        ),
        (
            "by others",
            fresh,
            vec![],
            toggle(true, "security-reader"),
            "Security Administrator",
            &["toggle_off"],
            &[],
        ),
        (
            "without a licence",
            fresh,
            vec![licences(&["SPE_E3"])],
            on(),
            "license_missing",
            &["license_missing", "toggle_off"],
            &[],
        ),
        (
            "before Copilot is set up",
            fresh,
            vec![enabled(false)],
            on(),
            "copilot_not_enabled",
            &["copilot_not_enabled", "toggle_off"],
            &[],
        ),
        (
            "without capacity",
            fresh,
            vec![capacity("deleted")],
            on(),
            "capacity_missing",
            &["capacity_missing", "toggle_off"],
            &[],
        ),
        ("on again", connected, vec![], on(), "", &[], &[]),
        ("off", connected, vec![], off(), "", &["toggle_off"], &["toggled_off", "disconnected"]),
        ("off again", connected, vec![off()], off(), "", &["toggle_off"], &[]),
        (
            "too soon",
            connected,
            vec![Until(10), off(), Until(19)],
            on(),
            "",
            &["toggle_too_soon"],
            &["toggled_on", "disconnected"],
        ),
        (
            "soon enough",
            connected,
            vec![Until(10), off(), Until(20)],
            on(),
            "",
            &["consent_pending"],
            pending,
        ),
        (
            "with a browser that opens no windows",
            fresh,
            vec![blocking(true, false)],
            on(),
            "",
            &["consent_pending", "dialog_blocked"],
            &["toggled_on", "consent_requested", "dialog_blocked", "disconnected"],
        ),
    ]
}

fn consenting() -> Vec<Row> {
    let accepted: &[&str] = &["consent_accepted", "session_created", "connected"];
    let open = || Give(json!({"openCopilotDialog": {}}));
    let consent_for = |length: &str| Give(json!({"setCopilotTimes": {"consent": length}}));
    vec![
        ("dialog opened", fresh, vec![on()], open(), "", &["consent_pending"], &["consent_opened"]),
        ("opened without being there", fresh, vec![], open(), "no dialog of consent", &["toggle_off"], &[]),
        ("accepted", fresh, vec![on()], answer(true), "", &[], accepted),
        ("accepted twice", connected, vec![], answer(true), "no dialog of consent", &[], &[]),
        (
            "declined",
            fresh,
            vec![on()],
            answer(false),
            "",
            &["consent_declined"],
            &["consent_declined", "disconnected"],
        ),
        ("not answered", fresh, vec![on()], Until(600), "", &["consent_pending"], &[]),
        (
            "answered too late",
            fresh,
            vec![on(), Until(600)],
            answer(true),
            "stopped waiting",
            &["consent_pending"],
            &[],
        ),
        (
            "answered where no window opened",
            fresh,
            vec![blocking(true, false), on()],
            answer(true),
            "blocked the dialog",
            &["consent_pending", "dialog_blocked"],
            &[],
        ),
        (
            "answered where the answer is lost",
            fresh,
            vec![blocking(false, true), on()],
            answer(true),
            "",
            &["consent_pending", "dialog_blocked"],
            &["consent_accepted"],
        ),
        (
            "taken back",
            connected,
            vec![],
            Give(json!({"revokeConsent": {"app": "security-copilot"}})),
            "",
            &["consent_revoked", "session_revoked"],
            &["consent_revoked", "disconnected"],
        ),
        (
            "over",
            fresh,
            vec![consent_for("50s"), on(), answer(true)],
            Until(50),
            "",
            &["consent_expired"],
            &["consent_expired", "disconnected"],
        ),
    ]
}

fn sessions() -> Vec<Row> {
    let revoke = |user: &str| Give(json!({"revokeSessions": {"user": user}}));
    let expired: (&[&str], &[&str]) = (&["session_expired"], &["session_expired", "disconnected"]);
    vec![
        ("still valid", connected, vec![], Until(99), "", &[], &[]),
        ("expired by time", connected, vec![], Until(100), "", expired.0, expired.1),
        ("expired", connected, vec![], Give(json!({"expireCopilotSession": {}})), "", expired.0, expired.1),
        (
            "expired without being there",
            fresh,
            vec![],
            Give(json!({"expireCopilotSession": {}})),
            "no session",
            &["toggle_off"],
            &[],
        ),
        (
            "revoked",
            connected,
            vec![],
            revoke("global-admin"),
            "",
            &["session_revoked"],
            &["session_revoked", "disconnected"],
        ),
        ("of somebody else", connected, vec![], revoke("user"), "", &[], &[]),
    ]
}

fn needs() -> Vec<Row> {
    let lost: &[&str] = &["prerequisite_lost", "disconnected"];
    let back: &[&str] = &["prerequisite_restored", "connected"];
    let provisioning = || Give(json!({"setCopilotTimes": {"provisioning": "30s"}}));
    vec![
        ("licence lost", connected, vec![], licences(&[]), "", &["license_missing"], lost),
        (
            "licence back",
            connected,
            vec![licences(&[])],
            licences(&["IDENTITY_THREAT_PROTECTION"]),
            "",
            &[],
            back,
        ),
        ("Copilot lost", connected, vec![], enabled(false), "", &["copilot_not_enabled"], lost),
        ("Copilot back", connected, vec![enabled(false)], enabled(true), "", &[], back),
        ("capacity deleted", connected, vec![], capacity("deleted"), "", &["capacity_missing"], lost),
        ("capacity detached", connected, vec![], capacity("detached"), "", &["capacity_missing"], lost),
        ("never any capacity", connected, vec![], capacity("none"), "", &["capacity_missing"], lost),
        ("capacity back", connected, vec![capacity("deleted")], capacity("ok"), "", &[], back),
        (
            "capacity being made",
            connected,
            vec![provisioning(), capacity("deleted")],
            capacity("ok"),
            "",
            &["capacity_provisioning"],
            lost,
        ),
        (
            "capacity made",
            connected,
            vec![provisioning(), capacity("deleted"), capacity("ok")],
            Until(31),
            "",
            &[],
            back,
        ),
        ("capacity used up", connected, vec![], capacity("exhausted"), "", &[], &["capacity_exhausted"]),
        (
            "capacity for a new hour",
            connected,
            vec![capacity("exhausted")],
            capacity("ok"),
            "",
            &[],
            &["capacity_restored"],
        ),
    ]
}

fn between() -> Vec<Row> {
    let (security, graph) = ("api.security.microsoft.com", "graph.microsoft.com");
    let unreached: &[&str] = &["endpoint_unreachable:graph.microsoft.com"];
    let source = |on: bool| Give(json!({"switchCopilotSource": {"user": "user", "on": on}}));
    vec![
        ("network cut", connected, vec![], network(security, "deny"), "", &[], &[]),
        (
            "noticed at the next look",
            connected,
            vec![network(graph, "tls-fail")],
            Until(61),
            "",
            unreached,
            &["disconnected"],
        ),
        (
            "network mended",
            connected,
            vec![network(graph, "tls-fail"), Until(30), network(graph, "allow")],
            Until(61),
            "",
            &[],
            &[],
        ),
        ("channel cut", connected, vec![], channel("cut"), "", &["channel_unreachable"], &["disconnected"]),
        ("channel open", connected, vec![channel("delayed")], channel("open"), "", &[], &["connected"]),
        ("page loaded", connected, vec![], refresh(), "", &[], &["status_viewed"]),
        ("source off for somebody", connected, vec![], source(false), "", &[], &["source_switched_off"]),
        (
            "source on for somebody",
            connected,
            vec![source(false)],
            source(true),
            "",
            &[],
            &["source_switched_on"],
        ),
        ("source off twice", connected, vec![source(false)], source(false), "", &[], &[]),
    ]
}

#[test]
fn every_transition_leads_where_the_rules_say_and_is_told() {
    let mut wrong = Vec::new();
    let mut all = BTreeSet::new();
    let rows = [switching(), consenting(), sessions(), needs(), between()];
    for (name, begins, before, act, refused, expected, told) in rows.into_iter().flatten() {
        let tenant = begins();
        for act in &before {
            do_it(&tenant, act).unwrap();
        }
        let known = events(&tenant).len();
        let outcome = do_it(&tenant, &act).err().unwrap_or_default();
        let is_meant = if refused.is_empty() { outcome.is_empty() } else { outcome.contains(refused) };
        let new = events(&tenant).split_off(known);
        if !is_meant || reasons(&tenant) != expected || new != told {
            wrong.push(format!("{name}: {outcome:?}, {:?}, {new:?}", reasons(&tenant)));
        }
        all.extend(new);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let names = [
        "toggled_on",
        "toggled_off",
        "consent_requested",
        "consent_opened",
        "consent_accepted",
        "consent_declined",
        "consent_revoked",
        "consent_expired",
        "dialog_blocked",
        "session_created",
        "session_expired",
        "session_revoked",
        "connected",
        "disconnected",
        "prerequisite_lost",
        "prerequisite_restored",
        "capacity_exhausted",
        "capacity_restored",
        "source_switched_on",
        "source_switched_off",
        "status_viewed",
    ];
    assert_eq!(all, names.map(str::to_owned).into(), "each kind of event is told in some row");
}
