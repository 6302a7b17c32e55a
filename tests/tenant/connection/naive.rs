//! The connection against a second, naive telling of its rules: every state that can be reached with each event from each,
//! all short sequences, and long walks.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use mock_defender::generate::Stream;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::Tenant;
use serde_json::json;

use super::{give, reasons};
use crate::kit::effort::pick;
use crate::kit::tenant;

const CLIENT: &str = "bb3d68c2-d09e-4455-94a0-e323996dbaa3";
/// A session is short here, so that it ends within few events.
const SESSION: i64 = 25;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    On,
    Off,
    Accept,
    Decline,
    RevokeGrant,
    RevokeSessions,
    LoseLicence,
    RestoreLicence,
    FiveSeconds,
    TenSeconds,
}

const EVENTS: [Event; 10] = [
    Event::On,
    Event::Off,
    Event::Accept,
    Event::Decline,
    Event::RevokeGrant,
    Event::RevokeSessions,
    Event::LoseLicence,
    Event::RestoreLicence,
    Event::FiveSeconds,
    Event::TenSeconds,
];

/// The rules as a table says them, with seconds for times.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Naive {
    licence: bool,
    on: bool,
    too_soon: bool,
    consent: &'static str,
    session: &'static str,
    /// Seconds since it was switched off last, as far as they matter.
    off_for: Option<i64>,
    /// Seconds until the session ends.
    session_left: i64,
    /// Seconds until the dialog stops waiting; it was not answered.
    dialog_left: i64,
}

impl Naive {
    fn new() -> Self {
        Self {
            licence: true,
            on: false,
            too_soon: false,
            consent: "none",
            session: "none",
            off_for: None,
            session_left: 0,
            dialog_left: 0,
        }
    }

    fn after(&self, event: Event) -> Self {
        let mut next = self.clone();
        match event {
            Event::On if self.on || !self.licence => {}
            Event::On => {
                next.on = true;
                if self.off_for.is_some_and(|seconds| seconds < 10) {
                    next.too_soon = true;
                } else {
                    next.consent = "pending";
                    next.dialog_left = 600;
                }
            }
            Event::Off if !self.on => {}
            Event::Off => {
                next.on = false;
                next.too_soon = false;
                next.session = "none";
                next.session_left = 0;
                next.dialog_left = 0;
                next.off_for = Some(0);
                if self.consent == "pending" {
                    next.consent = "none";
                }
            }
            Event::Accept if self.consent == "pending" && self.dialog_left > 0 => {
                next.consent = "accepted";
                next.session = "valid";
                next.session_left = SESSION;
                next.dialog_left = 0;
            }
            Event::Decline if self.consent == "pending" && self.dialog_left > 0 => {
                next.consent = "declined";
                next.dialog_left = 0;
            }
            Event::Accept | Event::Decline => {}
            Event::RevokeGrant if self.consent == "accepted" => {
                next.consent = "revoked";
                if self.session == "valid" {
                    next.session = "revoked";
                    next.session_left = 0;
                }
            }
            Event::RevokeSessions if self.session == "valid" => {
                next.session = "revoked";
                next.session_left = 0;
            }
            Event::RevokeGrant | Event::RevokeSessions => {}
            Event::LoseLicence => next.licence = false,
            Event::RestoreLicence => next.licence = true,
            Event::FiveSeconds => next.pass(5),
            Event::TenSeconds => next.pass(10),
        }
        next
    }

    fn pass(&mut self, seconds: i64) {
        self.off_for = self.off_for.map(|off| (off + seconds).min(10));
        self.dialog_left = (self.dialog_left - seconds).max(0);
        if self.session == "valid" {
            self.session_left -= seconds;
            if self.session_left <= 0 {
                (self.session, self.session_left) = ("expired", 0);
            }
        }
    }

    fn reasons(&self) -> Vec<String> {
        let mut told = Vec::new();
        if !self.licence {
            told.push("license_missing".to_owned());
        }
        if !self.on {
            told.push("toggle_off".to_owned());
            return told;
        }
        if ["pending", "declined", "revoked"].contains(&self.consent) {
            told.push(format!("consent_{}", self.consent));
        }
        if self.too_soon {
            told.push("toggle_too_soon".to_owned());
        }
        if ["expired", "revoked"].contains(&self.session) {
            told.push(format!("session_{}", self.session));
        }
        told
    }

    /// Times apart from what they may still decide: dialogs outlive every sequence here.
    fn abstracted(&self) -> Self {
        Self { dialog_left: self.dialog_left.min(1), ..self.clone() }
    }
}

/// Lets it happen in the tenant; what is refused changes nothing.
fn happen(tenant: &Tenant, event: Event) {
    let admin = "global-admin";
    let command = match event {
        Event::On => json!({"setCopilotToggle": {"on": true, "by": admin}}),
        Event::Off => json!({"setCopilotToggle": {"on": false, "by": admin}}),
        Event::Accept | Event::Decline => {
            let view = tenant.read();
            let dialog =
                mock_defender::facts::connection(&view).dialog.as_ref().map_or(0, |dialog| dialog.number);
            json!({"answerCopilotDialog": {"accept": event == Event::Accept, "dialog": dialog, "by": admin}})
        }
        Event::RevokeGrant => {
            let view = tenant.read();
            let known = mock_defender::facts::directory(&view).app(CLIENT.parse().unwrap()).is_some();
            if !known {
                return;
            }
            json!({"revokeConsent": {"app": CLIENT}})
        }
        Event::RevokeSessions => json!({"revokeSessions": {"user": admin}}),
        Event::LoseLicence => json!({"setSubscriptions": {"skus": []}}),
        Event::RestoreLicence => json!({"setSubscriptions": {"skus": ["SPE_E5"]}}),
        Event::FiveSeconds | Event::TenSeconds => {
            let seconds = if event == Event::FiveSeconds { 5 } else { 10 };
            tenant.advance(Span::seconds(seconds)).unwrap();
            return;
        }
    };
    let _ = give(tenant, command);
}

fn start() -> Arc<Tenant> {
    let tenant = tenant(3, Size::Tiny);
    give(&tenant, json!({"setCopilotTimes": {"session": format!("{SESSION}s")}})).unwrap();
    tenant
}

#[test]
fn every_event_from_every_state_leads_where_the_rules_say() {
    let mut known = BTreeSet::from([Naive::new()]);
    let mut open = VecDeque::from([(Naive::new(), start(), Vec::new())]);
    while let Some((model, tenant, path)) = open.pop_front() {
        for event in EVENTS {
            let next = model.after(event);
            let fork = Arc::new(tenant.fork());
            happen(&fork, event);
            let path = [path.as_slice(), &[event]].concat();
            assert_eq!(reasons(&fork), next.reasons(), "{path:?}");
            let state = next.abstracted();
            if known.insert(state) {
                open.push_back((next, fork, path));
            }
        }
    }
    assert!(known.len() > 90, "{} states", known.len());
}

#[test]
fn all_short_sequences_of_events_lead_where_the_rules_say() {
    fn deeper(model: &Naive, tenant: &Arc<Tenant>, path: &mut Vec<Event>, left: usize) {
        for event in EVENTS {
            let (next, fork) = (model.after(event), Arc::new(tenant.fork()));
            happen(&fork, event);
            path.push(event);
            assert_eq!(reasons(&fork), next.reasons(), "{path:?}");
            if left > 1 {
                deeper(&next, &fork, path, left - 1);
            }
            path.pop();
        }
    }
    deeper(&Naive::new(), &start(), &mut Vec::new(), pick(3, 5));
}

#[test]
fn long_walks_lead_where_the_rules_say() {
    for walk in 0..pick(100, 5_000) {
        let (mut model, tenant) = (Naive::new(), start());
        let mut stream = Stream::new(walk as u64, "test", 0, "walk");
        let mut path = Vec::new();
        for _ in 0..50 {
            let event = *stream.pick(&EVENTS);
            model = model.after(event);
            happen(&tenant, event);
            path.push(event);
            assert_eq!(reasons(&tenant), model.reasons(), "{path:?}");
        }
    }
}
