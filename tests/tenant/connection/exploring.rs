//! The connection against the naive telling of its rules: every state that can be reached with each event from each, all
//! short sequences of events, and long walks. Whoever has a beginning in common shares it: a tenant is forked where ways
//! part, and commands are resolved once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use mock_defender::commands::{CommandDto, resolve};
use mock_defender::facts;
use mock_defender::generate::Stream;
use mock_defender::model::command::Command;
use mock_defender::model::json::retyped;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::Tenant;
use serde_json::{Value, json};

use super::give;
use super::naive::{CHECK, CONSENT, DIALOG, Event, HOSTS, Model, PROVISIONING, SESSION};
use crate::kit::effort::pick;
use crate::kit::tenant;

/// The ten events of the link between the two products.
const LINK: [Event; 10] = [
    Event::On,
    Event::Off,
    Event::Accept,
    Event::Decline,
    Event::ExpireSession,
    Event::RevokeGrant,
    Event::RevokeSessions,
    Event::Refresh,
    Event::Seconds(9),
    Event::Seconds(10),
];

/// The link with what it needs, in steps of five seconds, which all its lengths of time are multiples of.
const LINK_AND_TIMES: [Event; 11] = [
    Event::On,
    Event::Off,
    Event::Accept,
    Event::Decline,
    Event::ExpireSession,
    Event::RevokeGrant,
    Event::RevokeSessions,
    Event::Refresh,
    Event::Licence(false),
    Event::Licence(true),
    Event::Seconds(5),
];

/// What it needs, and of the link no more than it takes to be connected.
const NEEDS: [Event; 13] = [
    Event::On,
    Event::Off,
    Event::Accept,
    Event::ExpireSession,
    Event::Licence(false),
    Event::Licence(true),
    Event::CopilotEnabled(false),
    Event::CopilotEnabled(true),
    Event::Capacity("deleted"),
    Event::Capacity("detached"),
    Event::Capacity("exhausted"),
    Event::Capacity("ok"),
    Event::Seconds(15),
];

/// What stands between: the network, the channel, the browser.
const BETWEEN: [Event; 14] = [
    Event::On,
    Event::Off,
    Event::Accept,
    Event::Decline,
    Event::Refresh,
    Event::Network(0, "deny"),
    Event::Network(0, "allow"),
    Event::Network(1, "blackhole"),
    Event::Network(1, "allow"),
    Event::Channel("cut"),
    Event::Channel("open"),
    Event::Browser("popups"),
    Event::Browser("cookies"),
    Event::Seconds(15),
];

/// What walks choose from, beside the link, once in a while.
const SELDOM: [Event; 24] = [
    Event::Licence(false),
    Event::Licence(true),
    Event::Licence(true),
    Event::CopilotEnabled(false),
    Event::CopilotEnabled(true),
    Event::CopilotEnabled(true),
    Event::Capacity("deleted"),
    Event::Capacity("detached"),
    Event::Capacity("exhausted"),
    Event::Capacity("ok"),
    Event::Capacity("ok"),
    Event::Network(0, "dns-fail"),
    Event::Network(0, "allow"),
    Event::Network(1, "tls-fail"),
    Event::Network(1, "5xx"),
    Event::Network(1, "allow"),
    Event::Channel("delayed"),
    Event::Channel("expired"),
    Event::Channel("open"),
    Event::Browser("popups"),
    Event::Browser("cookies"),
    Event::Browser(""),
    Event::Browser(""),
    Event::Seconds(1),
];

/// How an event is written as a command.
fn written(event: Event) -> Option<Value> {
    let admin = "global-admin";
    Some(match event {
        Event::On => json!({"setCopilotToggle": {"on": true, "by": admin}}),
        Event::Off => json!({"setCopilotToggle": {"on": false, "by": admin}}),
        Event::Accept => json!({"answerCopilotDialog": {"accept": true, "by": admin}}),
        Event::Decline => json!({"answerCopilotDialog": {"accept": false, "by": admin}}),
        Event::ExpireSession => json!({"expireCopilotSession": {}}),
        Event::RevokeGrant => json!({"revokeConsent": {"app": "security-copilot"}}),
        Event::RevokeSessions => json!({"revokeSessions": {"user": admin}}),
        Event::Refresh => json!({"refreshCopilotSources": {"user": admin}}),
        Event::Seconds(_) => return None,
        Event::Licence(true) => json!({"setSubscriptions": {"skus": ["SPE_E5"]}}),
        Event::Licence(false) => json!({"setSubscriptions": {"skus": []}}),
        Event::CopilotEnabled(enabled) => json!({"setCopilotEnabled": {"enabled": enabled}}),
        Event::Capacity(capacity) => json!({"setCopilotCapacity": {"capacity": capacity}}),
        Event::Network(host, kind) => json!({"setCopilotNetwork": {"host": HOSTS[host], "kind": kind}}),
        Event::Channel(channel) => json!({"setCopilotChannel": {"channel": channel}}),
        Event::Browser(blocks) => {
            json!({"setBrowser": {"popups": blocks != "popups", "thirdPartyCookies": blocks != "cookies"}})
        }
    })
}

/// A tenant at the start, and the commands of all events.
struct Ground {
    start: Arc<Tenant>,
    commands: BTreeMap<Event, Command>,
}

/// A model, and the tenant that must be as it says.
struct Place {
    model: Model,
    tenant: Arc<Tenant>,
}

impl Ground {
    fn new() -> Self {
        let start = tenant(3, Size::Tiny);
        let times = [
            ("session", SESSION),
            ("dialog", DIALOG),
            ("consent", CONSENT),
            ("check", CHECK),
            ("provisioning", PROVISIONING),
        ];
        let times: BTreeMap<&str, String> =
            times.into_iter().map(|(name, seconds)| (name, format!("{seconds}s"))).collect();
        give(&start, json!({"setCopilotTimes": times})).unwrap();
        let view = start.read();
        let events = LINK.iter().chain(&LINK_AND_TIMES).chain(&NEEDS).chain(&BETWEEN).chain(&SELDOM);
        let commands = events.filter_map(|event| {
            let written: CommandDto = retyped(&written(*event)?).unwrap();
            Some((*event, resolve(&view, &written, &|_| None).unwrap()))
        });
        Self { commands: commands.collect(), start }
    }

    fn begin(&self) -> Place {
        Place { model: Model::new(), tenant: Arc::new(self.start.fork()) }
    }

    /// Lets something happen on a way of its own. What is refused leads nowhere else: the tenant is the very same.
    fn after(&self, place: &Place, event: Event, path: &dyn Fn() -> Vec<Event>) -> Option<Place> {
        let mut next = place.fork();
        if self.go(&mut next, event, path) {
            return Some(next);
        }
        let (before, behind) = (place.tenant.read(), next.tenant.read());
        assert!(std::ptr::eq(facts::connection(&before), facts::connection(&behind)), "{:?}", path());
        assert!(std::ptr::eq(facts::directory(&before), facts::directory(&behind)), "{:?}", path());
        assert_eq!(before.now, behind.now);
        None
    }

    /// Lets something happen, unless it is refused; fails where the tenant is not as the model says.
    fn go(&self, place: &mut Place, event: Event, path: &dyn Fn() -> Vec<Event>) -> bool {
        let Place { model, tenant } = place;
        let next = model.after(event);
        let done = match (event, self.commands.get(&event)) {
            (Event::Seconds(seconds), _) => tenant.advance(Span::seconds(seconds)).map(drop).is_ok(),
            (_, Some(command)) => tenant.submit(tenant.now(), command.clone()).is_ok(),
            (_, None) => unreachable!("{event:?} has a command"),
        };
        assert_eq!(done, next.is_some(), "whether it is taken, after {:?}", path());
        if let Some(next) = next {
            *model = next;
        }
        let view = tenant.read();
        let connection = facts::connection(&view);
        let reasons = connection.reasons();
        let stands = reasons.iter().map(|reason| reason.name()).eq(model.reasons());
        assert!(stands, "{reasons:?}, expected {:?}, after {:?}", model.reasons(), path());
        let shown = connection.pages.values().next();
        let shown: Option<Vec<&str>> =
            shown.map(|page| page.reasons.iter().map(|reason| reason.name()).collect());
        assert_eq!(shown, model.page, "what the page shows, after {:?}", path());
        done
    }
}

impl Place {
    fn fork(&self) -> Self {
        Self { model: self.model.clone(), tenant: Arc::new(self.tenant.fork()) }
    }
}

/// Visits states breadth-first, and lets each event happen in each of them, until no new one is found, or `most` are left.
/// Two states are the
/// same if the model says so without what decides nothing any more ([`Model::abstracted`]); of each, the tenant that came
/// there first is looked at. Answers how many states were seen, how many ways were gone, and whether that is all.
fn explore(events: &[Event], most: usize) -> (usize, usize, bool) {
    let ground = Ground::new();
    let first = ground.begin();
    let mut known = BTreeSet::from([first.model.abstracted()]);
    let mut open = VecDeque::from([(first, Vec::new())]);
    let (mut left, mut ways) = (0, 0);
    while left < most
        && let Some((place, path)) = open.pop_front()
    {
        left += 1;
        for event in events {
            let path = [path.as_slice(), &[*event]].concat();
            let next = ground.after(&place, *event, &|| path.clone());
            ways += 1;
            if let Some(next) = next.filter(|next| known.insert(next.model.abstracted())) {
                open.push_back((next, path));
            }
        }
    }
    (known.len(), ways, open.is_empty())
}

#[test]
fn every_event_leads_from_every_state_where_the_rules_say() {
    for (what, events) in
        [("the link", &LINK_AND_TIMES[..]), ("what it needs", &NEEDS), ("what stands between", &BETWEEN)]
    {
        let (states, ways, is_all) = explore(events, pick(900, usize::MAX));
        println!("{what}: {states} states, {ways} ways out of them; these are all: {is_all}");
        assert!(is_all || pick(true, false), "{what}");
        assert!(states > 250, "{what}: {states} states");
    }
}

#[test]
fn all_short_sequences_of_events_lead_where_the_rules_say() {
    /// How many sequences are no longer.
    fn all(length: u32) -> usize {
        (1..=length).map(|length| LINK.len().pow(length)).sum()
    }
    /// Answers how many sequences it has seen to hold. Behind what is refused, those that follow are those that follow
    /// without it, one event shorter than they are looked at anyway.
    fn deeper(ground: &Ground, place: &Place, path: &mut Vec<Event>, left: u32) -> usize {
        let mut count = 0;
        for event in LINK {
            path.push(event);
            let next = ground.after(place, event, &|| path.clone());
            count += 1 + match next {
                Some(next) if left > 1 => deeper(ground, &next, path, left - 1),
                Some(_) => 0,
                None => all(left - 1),
            };
            path.pop();
        }
        count
    }
    let ground = Ground::new();
    let length = pick(4, 6);
    let count = deeper(&ground, &ground.begin(), &mut Vec::new(), length);
    println!("{count} sequences of up to {length} events");
    assert_eq!(count, all(length));
}

/// Of each walk the first part is that of its trunk, from which it branches off, another one at each event.
#[test]
fn long_walks_lead_where_the_rules_say() {
    const TRUNK: usize = 100;
    const BRANCH: usize = 6;
    let ground = Ground::new();
    let mut walks = 0;
    for trunk in 0..pick(5, 1_000) {
        let mut place = ground.begin();
        let mut path = Vec::new();
        let mut stream = Stream::new(trunk, "test", 0, "walk");
        let mut next = || if stream.below(5) == 0 { *stream.pick(&SELDOM) } else { *stream.pick(&LINK) };
        for _ in 0..TRUNK {
            let event = next();
            path.push(event);
            ground.go(&mut place, event, &|| path.clone());
            let mut branch = place.fork();
            let mut way = path.clone();
            for _ in 0..BRANCH {
                let event = next();
                way.push(event);
                ground.go(&mut branch, event, &|| way.clone());
            }
            walks += 1;
        }
    }
    println!("{walks} walks of {BRANCH} to {} events", TRUNK + BRANCH);
}
