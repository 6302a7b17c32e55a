//! The rules of the connection, told a second time and as plainly as can be: names for words, seconds for times. It is
//! written from the rules, not from what it judges, and shares nothing with it.

/// Seconds that a session lasts, a dialog waits, consent holds, looks at the network lie apart, and making capacity takes:
/// short, so that all of them end within few events.
pub(super) const SESSION: i64 = 25;
pub(super) const DIALOG: i64 = 30;
pub(super) const CONSENT: i64 = 40;
pub(super) const CHECK: i64 = 15;
pub(super) const PROVISIONING: i64 = 15;
/// Seconds between off and on.
const WAIT: i64 = 10;

/// Something that happens. Everything is done by the same administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    On,
    Off,
    Accept,
    Decline,
    ExpireSession,
    /// Consent is taken back in the directory.
    RevokeGrant,
    /// The sign-ins of the administrator are revoked.
    RevokeSessions,
    /// The administrator loads the page of sources.
    Refresh,
    Seconds(i64),
    Licence(bool),
    CopilotEnabled(bool),
    Capacity(&'static str),
    Network(usize, &'static str),
    Channel(&'static str),
    /// From now on the browser does this to dialogs: `popups`, `cookies` or nothing.
    Browser(&'static str),
}

/// The hosts, by their places in a model.
pub(super) const HOSTS: [&str; 2] = ["api.security.microsoft.com", "graph.microsoft.com"];
const UNREACHABLE: [&str; 2] =
    ["endpoint_unreachable:api.security.microsoft.com", "endpoint_unreachable:graph.microsoft.com"];

/// How everything stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Model {
    pub(super) licence: bool,
    pub(super) copilot: bool,
    pub(super) capacity: &'static str,
    /// Seconds until capacity that is being made is there.
    pub(super) provisioning_left: i64,
    pub(super) on: bool,
    pub(super) too_soon: bool,
    pub(super) consent: &'static str,
    pub(super) session: &'static str,
    /// Seconds since it was switched off last.
    pub(super) off_for: Option<i64>,
    /// Seconds until the session ends, and until consent does.
    pub(super) session_left: i64,
    pub(super) consent_left: i64,
    /// The dialog that waits for its answer: for how many seconds, and what the browser does to it.
    pub(super) dialog: Option<(i64, &'static str)>,
    /// The dialog that was asked for last, and not finished, was blocked.
    pub(super) blocked: bool,
    /// What becomes of requests to each host, and what was seen of it.
    pub(super) network: [&'static str; 2],
    pub(super) seen: [&'static str; 2],
    /// Seconds until somebody looks at the network.
    pub(super) check_left: Option<i64>,
    pub(super) channel: &'static str,
    pub(super) browser: &'static str,
    /// Seconds until an earlier session, an earlier consent and capacity that was being made earlier would have ended: they
    /// decide nothing, which has to be seen.
    pub(super) bygone: [i64; 3],
    /// What the page of sources showed when it was loaded last.
    pub(super) page: Option<Vec<&'static str>>,
}

impl Model {
    pub(super) fn new() -> Self {
        Self {
            licence: true,
            copilot: true,
            capacity: "ok",
            provisioning_left: 0,
            on: false,
            too_soon: false,
            consent: "none",
            session: "none",
            off_for: None,
            session_left: 0,
            consent_left: 0,
            dialog: None,
            blocked: false,
            network: ["allow"; 2],
            seen: ["allow"; 2],
            check_left: None,
            channel: "open",
            browser: "",
            bygone: [0; 3],
            page: None,
        }
    }

    /// What comes of an event; `None`, if it is refused, which changes nothing.
    pub(super) fn after(&self, event: Event) -> Option<Self> {
        let mut next = self.clone();
        match event {
            Event::On => next.switch_on()?,
            Event::Off => next.switch_off(),
            Event::Accept | Event::Decline => next.answer(event == Event::Accept)?,
            Event::ExpireSession if self.session != "valid" => return None,
            Event::ExpireSession => next.session = "expired",
            Event::RevokeGrant => next.revoke_grant(),
            Event::RevokeSessions if self.session == "valid" => next.session = "revoked",
            Event::RevokeSessions => {}
            Event::Refresh => next.page = Some(self.reasons()),
            Event::Seconds(seconds) => next.pass(seconds),
            Event::Licence(licence) => next.licence = licence,
            Event::CopilotEnabled(enabled) => next.copilot = enabled,
            Event::Capacity(capacity) => next.make_capacity(capacity),
            Event::Network(host, kind) => {
                next.network[host] = kind;
                next.check_left = self.check_left.or(Some(CHECK));
            }
            Event::Channel(channel) => next.channel = channel,
            Event::Browser(browser) => next.browser = browser,
        }
        Some(next)
    }

    /// Something that it needs is missing: it can't be switched on.
    fn lacks(&self) -> bool {
        !self.licence || !self.copilot || !["ok", "exhausted"].contains(&self.capacity)
    }

    fn switch_on(&mut self) -> Option<()> {
        if self.lacks() {
            return None;
        }
        if self.on {
            return Some(());
        }
        self.on = true;
        self.too_soon = self.off_for.is_some_and(|seconds| seconds < WAIT);
        if !self.too_soon {
            self.consent = "pending";
            self.dialog = Some((DIALOG, self.browser));
            self.blocked = !self.browser.is_empty();
        }
        Some(())
    }

    fn switch_off(&mut self) {
        if !self.on {
            return;
        }
        (self.on, self.too_soon, self.off_for) = (false, false, Some(0));
        (self.session, self.dialog, self.blocked) = ("none", None, false);
        if self.consent == "pending" {
            self.consent = "none";
        }
    }

    fn answer(&mut self, accepts: bool) -> Option<()> {
        let (left, blocked) = self.dialog?;
        if self.consent != "pending" || blocked == "popups" || left == 0 {
            return None;
        }
        self.dialog = None;
        // Where cookies are blocked, the answer is lost on its way back: consent stays pending.
        if blocked.is_empty() && accepts {
            self.bygone = [self.session_left, self.consent_left, self.bygone[2]];
            (self.consent, self.consent_left) = ("accepted", CONSENT);
            (self.session, self.session_left) = ("valid", SESSION);
        } else if blocked.is_empty() {
            self.consent = "declined";
        }
        Some(())
    }

    fn revoke_grant(&mut self) {
        if self.consent == "accepted" {
            self.consent = "revoked";
            if self.session == "valid" {
                self.session = "revoked";
            }
        }
    }

    fn make_capacity(&mut self, wanted: &'static str) {
        let is_new = self.capacity == "deleted" && wanted == "ok";
        self.bygone[2] = self.bygone[2].max(self.provisioning_left);
        (self.capacity, self.provisioning_left) =
            if is_new { ("provisioning", PROVISIONING) } else { (wanted, 0) };
    }

    fn pass(&mut self, seconds: i64) {
        self.off_for = self.off_for.map(|off| off + seconds);
        self.bygone = self.bygone.map(|left| left - seconds);
        if let Some((left, _)) = &mut self.dialog {
            *left = (*left - seconds).max(0);
        }
        self.session_left -= seconds;
        if self.session == "valid" && self.session_left <= 0 {
            self.session = "expired";
        }
        self.consent_left -= seconds;
        if self.consent == "accepted" && self.consent_left <= 0 {
            self.consent = "expired";
        }
        self.provisioning_left -= seconds;
        if self.capacity == "provisioning" && self.provisioning_left <= 0 {
            self.capacity = "ok";
        }
        self.check_left = self.check_left.map(|left| left - seconds);
        if self.check_left.is_some_and(|left| left <= 0) {
            (self.seen, self.check_left) = (self.network, None);
        }
    }

    /// Every reason for which it is disconnected, in the order of the rules.
    pub(super) fn reasons(&self) -> Vec<&'static str> {
        let consent = |word| self.on && self.consent == word;
        let session = |word| self.on && self.session == word;
        let told = [
            (!self.licence, "license_missing"),
            (!self.copilot, "copilot_not_enabled"),
            (["deleted", "detached"].contains(&self.capacity), "capacity_missing"),
            (self.capacity == "provisioning", "capacity_provisioning"),
            (!self.on, "toggle_off"),
            (consent("pending"), "consent_pending"),
            (consent("pending") && self.blocked, "dialog_blocked"),
            (consent("declined"), "consent_declined"),
            (consent("revoked"), "consent_revoked"),
            (consent("expired"), "consent_expired"),
            (self.on && self.too_soon, "toggle_too_soon"),
            (session("expired"), "session_expired"),
            (session("revoked"), "session_revoked"),
            (self.seen[0] != "allow", UNREACHABLE[0]),
            (self.seen[1] != "allow", UNREACHABLE[1]),
            (self.channel != "open", "channel_unreachable"),
        ];
        told.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
    }

    /// The state without what can't decide anything any more: what a page showed, how long a wait that is over was
    /// exceeded, and times that have passed.
    pub(super) fn abstracted(&self) -> Self {
        let while_it_lasts = |lasts: bool, left: i64| if lasts { left } else { 0 };
        let ahead = |left: i64| left.max(0);
        // What has been ended before its time may still be mistaken for what comes after it.
        let bygone = [
            if self.session == "valid" { self.bygone[0] } else { self.session_left },
            if self.consent == "accepted" { self.bygone[1] } else { self.consent_left },
            self.bygone[2],
        ];
        Self {
            bygone: bygone.map(ahead),
            provisioning_left: while_it_lasts(self.capacity == "provisioning", self.provisioning_left),
            off_for: self.off_for.map(|seconds| seconds.min(WAIT)),
            session_left: while_it_lasts(self.session == "valid", self.session_left),
            consent_left: while_it_lasts(self.consent == "accepted", self.consent_left),
            dialog: self.dialog.filter(|_| self.consent == "pending"),
            page: None,
            ..self.clone()
        }
    }
}
