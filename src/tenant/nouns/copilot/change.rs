//! How commands and time change the connection.

use std::sync::Arc;

use crate::catalogue::kinds;
use crate::model::command::By;
use crate::model::copilot::{
    Blocked, BrowserProfile, Capacity, Consent, CopilotCommand, Happened, MAY_CONNECT, NetworkKind, Reason,
    Session, SourceHost,
};
use crate::model::identity::IdentityCommand;
use crate::model::index::{KindCode, ObjectNo, PersonIx};
use crate::model::time::{Span, VirtualTime};
use crate::tenant::nouns::{self, DirectoryRefusal, Made, Moment, activities, directory};
use crate::tenant::timeline::fold::Core;

use super::{Connection, Dialog, Due, Given, Page};

/// No length of time of the connection is longer.
const LONGEST: Span = Span::days(400);

/// Why a command about the connection is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CopilotRefusal {
    /// Who gives it lacks the role.
    #[error("only a Global Administrator or a Security Administrator may do this")]
    NoRole,
    /// Something that it needs is not there.
    #[error("the connection can't be switched on: {0}")]
    Lacking(Reason),
    /// There is no such dialog now.
    #[error("there is no dialog of consent {0} that waits for an answer")]
    NoDialog(u32),
    /// There is none at all.
    #[error("there is no dialog of consent that waits for an answer: switch the connection on first")]
    NoneWaits,
    /// The browser did not open it.
    #[error(
        "the browser blocked the dialog of consent: allow pop-ups for the portals, reload the page, and switch off and on again"
    )]
    DialogBlocked,
    /// It has waited too long.
    #[error("the dialog of consent stopped waiting at {0}: switch off and on again")]
    DialogOver(VirtualTime),
    /// There is no session that could end.
    #[error("there is no session now")]
    NoSession,
    /// A consent that is none.
    #[error("a dialog of consent is answered by a consent for everybody")]
    NotAConsent,
    /// A length of time that is none.
    #[error("lengths of time of the connection lie between 0 and 400 days")]
    Times,
    /// The directory refuses the consent.
    #[error("{0}")]
    Directory(#[from] DirectoryRefusal),
}

pub(in crate::tenant::nouns) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &CopilotCommand,
) -> Result<Made, CopilotRefusal> {
    let at = moment.at;
    match command {
        CopilotCommand::SetCopilotToggle { on, by, browser } => {
            must_administer(core, moment, by)?;
            let before = core.copilot.on;
            let connection = stored(core);
            match on {
                true => connection.switch_on(at, by, browser.as_deref())?,
                false => connection.switch_off(at, by),
            }
            if before != *on {
                let (kind, what) = match on {
                    true => (kinds::ENABLE_COPILOT_PLUGIN, Happened::ToggledOn),
                    false => (kinds::DISABLE_COPILOT_PLUGIN, Happened::ToggledOff),
                };
                audit(core, moment, by, what, kind, ObjectNo::new(u32::from(*on)));
            }
        }
        CopilotCommand::OpenCopilotDialog { dialog } => {
            let connection = stored(core);
            connection.waiting(at, *dialog)?.opened = true;
            connection.happened(at, Happened::ConsentOpened, None);
        }
        CopilotCommand::AnswerCopilotDialog { dialog, by, consent } => {
            must_administer(core, moment, by)?;
            answer(core, moment, *dialog, by, consent.as_deref())?;
        }
        CopilotCommand::ExpireCopilotSession {} => {
            let connection = stored(core);
            if connection.session != Session::Valid {
                return Err(CopilotRefusal::NoSession);
            }
            connection.session = Session::Expired;
            connection.happened(at, Happened::SessionExpired, None);
        }
        CopilotCommand::SetCopilotCapacity { capacity } => set_capacity(core, at, *capacity),
        CopilotCommand::SetCopilotNetwork { host, kind } => set_network(core, at, *host, *kind),
        CopilotCommand::SetCopilotTimes { times } => {
            let times = times.over(&core.copilot.times);
            let all = [times.reconnect_wait, times.session, times.dialog, times.check, times.provisioning];
            let within = |span: &Span| (Span::default()..=LONGEST).contains(span);
            if !all.iter().chain(&times.consent).all(within) {
                return Err(CopilotRefusal::Times);
            }
            stored(core).times = times;
        }
        CopilotCommand::SetCopilotEnabled { enabled } => stored(core).copilot_enabled = *enabled,
        CopilotCommand::SetSubscriptions { skus } => stored(core).subscriptions = Arc::new(skus.clone()),
        CopilotCommand::SetClassicPortal { mode } => stored(core).classic_portal = *mode,
        CopilotCommand::SetCopilotChannel { channel } => stored(core).channel = *channel,
        CopilotCommand::SetBrowser { browser } => stored(core).browser = Arc::clone(browser),
        CopilotCommand::SwitchCopilotSource { user, on } => {
            if let Some(what) = stored(core).switch_source(at, *user, *on) {
                let object = ObjectNo::new(u32::from(*on));
                audit(core, moment, &By::Person(*user), what, kinds::UPDATE_COPILOT_SETTINGS, object);
            }
        }
        CopilotCommand::RefreshCopilotSources { user } => stored(core).refresh(at, *user),
    }
    Ok(Made::Nothing)
}

/// Lets an activity tell of what has just happened.
fn audit(core: &mut Core, moment: Moment<'_>, by: &By, what: Happened, kind: KindCode, object: ObjectNo) {
    let actor = activities::actor_of(core, moment.world, by);
    if let Some(row) = activities::record_command(core, moment, actor, kind, object) {
        stored(core).told_by(what, row);
    }
}

/// The connection, to be changed.
fn stored(core: &mut Core) -> &mut Connection {
    Arc::make_mut(&mut core.copilot)
}

/// Runs what is due.
pub(in crate::tenant::nouns) fn run(core: &mut Core, moment: Moment<'_>, due: Due) {
    let at = moment.at;
    let connection = stored(core);
    match due {
        Due::SessionEnds { since } => {
            let same = connection.session_time.is_some_and(|(made, _)| made == since);
            if same && connection.session == Session::Valid {
                connection.session = Session::Expired;
                connection.happened(at, Happened::SessionExpired, None);
            }
        }
        Due::ConsentEnds { since } => {
            let same = connection.given.as_ref().is_some_and(|given| given.at == since);
            if same && connection.consent == Consent::Accepted {
                connection.consent = Consent::Expired;
                connection.happened(at, Happened::ConsentExpired, None);
            }
        }
        Due::Check => {
            connection.seen = connection.network.clone();
            connection.checked = Some(at);
            connection.check_is_due = false;
        }
        Due::Provisioned { since } => {
            let same = connection.capacity_since == Some(since);
            if same && connection.capacity == Capacity::Provisioning {
                connection.capacity = Capacity::Ok;
                connection.capacity_since = Some(at);
            }
        }
    }
    observe(core, moment);
}

/// Notices what others have changed, and what has come of it for the status. Called after every command, and after what
/// is due here.
pub(in crate::tenant::nouns) fn observe(core: &mut Core, moment: Moment<'_>) {
    let at = moment.at;
    let connection = &core.copilot;
    let consent_is_gone = connection.consent == Consent::Accepted && !holds_consent(core, connection);
    let session_is_gone = connection.session == Session::Valid && !holds_session(core, connection);
    let (reasons, lacks) = (connection.reasons(), connection.lacking().next());
    let told =
        connection.told != Some(reasons.first().copied()) && (connection.on || connection.told.is_some());
    if !(consent_is_gone || session_is_gone || told || lacks != connection.lacked) {
        return;
    }
    if consent_is_gone {
        let connection = stored(core);
        connection.consent = Consent::Revoked;
        if connection.session == Session::Valid {
            connection.session = Session::Revoked;
        }
        connection.happened(at, Happened::ConsentRevoked, None);
        let grant_is_gone = !holds_grants(core, &core.copilot);
        if grant_is_gone {
            let (what, kind) = (Happened::ConsentRevoked, kinds::REVOKE_COPILOT_CONSENT);
            audit(core, moment, &By::Operator, what, kind, ObjectNo::NONE);
        }
    } else if session_is_gone {
        let connection = stored(core);
        connection.session = Session::Revoked;
        connection.happened(at, Happened::SessionRevoked, None);
    }
    let connection = stored(core);
    if lacks != connection.lacked {
        connection.lacked = lacks;
        let what = lacks.map_or(Happened::PrerequisiteRestored, Happened::PrerequisiteLost);
        connection.happened(at, what, None);
    }
    let first = connection.reasons().first().copied();
    if connection.told != Some(first) && (connection.on || connection.told.is_some()) {
        connection.told = Some(first);
        connection.happened(at, first.map_or(Happened::Connected, Happened::Disconnected), None);
    }
}

/// The directory still holds what was consented to, and its application may sign in.
fn holds_consent(core: &Core, connection: &Connection) -> bool {
    let client = connection.given.as_ref().and_then(|given| core.directory.app(given.client));
    client.is_some_and(|(_, app)| app.may_sign_in()) && holds_grants(core, connection)
}

/// The directory still holds what was consented to.
fn holds_grants(core: &Core, connection: &Connection) -> bool {
    connection.given.as_ref().is_some_and(|given| {
        let holds = |resource: &_| core.directory.grants.contains_key(&(given.client, *resource, None));
        given.resources.iter().all(holds)
    })
}

/// The sessions of who consented were not ended since.
fn holds_session(core: &Core, connection: &Connection) -> bool {
    let (Some(given), Some((since, _))) = (&connection.given, connection.session_time) else { return false };
    match given.by {
        By::Person(person) => {
            let ended = core.directory.account(person).and_then(|account| account.valid_from);
            !core.directory.is_disabled(person) && ended.is_none_or(|from| from <= since)
        }
        By::Application(_) | By::Operator => true,
    }
}

/// The simulator's own rule: the dialog allows both roles, though tenant-wide consent asks for more in Entra ID.
fn must_administer(core: &Core, moment: Moment<'_>, by: &By) -> Result<(), CopilotRefusal> {
    let may = match by {
        By::Operator => true,
        By::Application(_) => false,
        By::Person(person) => {
            let roles = core.roles(moment.world, *person, moment.at);
            roles.iter().any(|role| MAY_CONNECT.contains(role))
        }
    };
    if may { Ok(()) } else { Err(CopilotRefusal::NoRole) }
}

fn answer(
    core: &mut Core,
    moment: Moment<'_>,
    dialog: Option<u32>,
    by: &By,
    consent: Option<&IdentityCommand>,
) -> Result<(), CopilotRefusal> {
    let at = moment.at;
    let connection = stored(core);
    // The window opens, and shows what is answered, but what is said there does not reach the page that opened it.
    let is_lost = connection.waiting(at, dialog)?.blocked == Some(Blocked::Cookies);
    let Some(consent) = consent else {
        connection.close_dialog();
        if !is_lost {
            connection.consent = Consent::Declined;
        }
        connection.happened(at, Happened::ConsentDeclined, Some(by.clone()));
        return Ok(());
    };
    let IdentityCommand::Consent { client, user: None, scopes, .. } = consent else {
        return Err(CopilotRefusal::NotAConsent);
    };
    directory::decide(core, moment, consent)?;
    // Who ended his sessions at this very instant has begun a new one since.
    let since = match by {
        By::Person(person) => core.directory.counted(*person, at),
        By::Application(_) | By::Operator => at,
    };
    let connection = stored(core);
    connection.close_dialog();
    let mut resources: Vec<_> = scopes.iter().map(|scope| scope.resource).collect();
    resources.dedup();
    let until = connection.times.consent.map(|length| at + length);
    connection.given = Some(Given { by: by.clone(), at, client: *client, resources, until });
    connection.happened(at, Happened::ConsentAccepted, Some(by.clone()));
    let (what, kind) = (Happened::ConsentAccepted, kinds::CONSENT_TO_COPILOT);
    audit(core, moment, by, what, kind, ObjectNo::NONE);
    if is_lost {
        return Ok(());
    }
    let connection = stored(core);
    connection.consent = Consent::Accepted;
    connection.session = Session::Valid;
    let ends = at + connection.times.session;
    connection.session_time = Some((since, ends));
    connection.happened(at, Happened::SessionCreated, Some(by.clone()));
    core.schedule(ends, nouns::Due::Copilot(Due::SessionEnds { since }));
    if let Some(until) = until {
        core.schedule(until, nouns::Due::Copilot(Due::ConsentEnds { since: at }));
    }
    Ok(())
}

fn set_capacity(core: &mut Core, at: VirtualTime, wanted: Capacity) {
    let connection = stored(core);
    let (before, takes) = (connection.capacity, connection.times.provisioning);
    let is_new = matches!(before, Capacity::None | Capacity::Deleted) && wanted == Capacity::Ok;
    let makes = wanted == Capacity::Provisioning || (is_new && takes > Span::default());
    connection.capacity = if makes { Capacity::Provisioning } else { wanted };
    connection.capacity_since = Some(at);
    match (before, wanted) {
        (Capacity::Exhausted, Capacity::Ok) => connection.happened(at, Happened::CapacityRestored, None),
        (Capacity::Ok, Capacity::Exhausted) => connection.happened(at, Happened::CapacityExhausted, None),
        _ => {}
    }
    if makes {
        core.schedule(at + takes, nouns::Due::Copilot(Due::Provisioned { since: at }));
    }
}

fn set_network(core: &mut Core, at: VirtualTime, host: SourceHost, kind: NetworkKind) {
    let connection = stored(core);
    connection.network.insert(host, kind);
    if connection.times.check == Span::default() {
        connection.seen = connection.network.clone();
        connection.checked = Some(at);
    } else if !connection.check_is_due {
        connection.check_is_due = true;
        let next = at + connection.times.check;
        core.schedule(next, nouns::Due::Copilot(Due::Check));
    }
}

impl Connection {
    fn switch_on(
        &mut self,
        at: VirtualTime,
        by: &By,
        browser: Option<&BrowserProfile>,
    ) -> Result<(), CopilotRefusal> {
        if let Some(lacking) = self.lacking().next() {
            return Err(CopilotRefusal::Lacking(lacking));
        }
        if self.on {
            return Ok(());
        }
        (self.on, self.toggled) = (true, Some(at));
        self.happened(at, Happened::ToggledOn, Some(by.clone()));
        self.too_soon = self.wait(at) > 0;
        if self.too_soon || (self.consent == Consent::Accepted && self.session == Session::Valid) {
            return Ok(());
        }
        self.consent = Consent::Pending;
        self.dialogs += 1;
        let blocked = browser.unwrap_or(&self.browser).blocks();
        let until = at + self.times.dialog;
        let number = self.dialogs;
        self.dialog = Some(Dialog { number, since: at, until, blocked, opened: false, answered: false });
        self.happened(at, Happened::ConsentRequested, Some(by.clone()));
        if let Some(blocked) = blocked {
            self.happened(at, Happened::DialogBlocked(blocked), None);
        }
        Ok(())
    }

    fn switch_off(&mut self, at: VirtualTime, by: &By) {
        if !self.on {
            return;
        }
        (self.on, self.toggled, self.last_off) = (false, Some(at), Some(at));
        self.too_soon = false;
        self.session = Session::None;
        self.session_time = None;
        self.dialog = None;
        // A consent that was given stays on record; whoever switches on again is asked anew all the same.
        if self.consent == Consent::Pending {
            self.consent = Consent::None;
        }
        self.happened(at, Happened::ToggledOff, Some(by.clone()));
    }

    /// The dialog that waits for an answer, if it has this number; whatever its number, if none is said.
    fn waiting(&mut self, at: VirtualTime, number: Option<u32>) -> Result<&mut Dialog, CopilotRefusal> {
        let waits = self.consent == Consent::Pending;
        let is_meant = |dialog: &&mut Dialog| {
            waits && !dialog.answered && number.is_none_or(|number| dialog.number == number)
        };
        let none = number.map_or(CopilotRefusal::NoneWaits, CopilotRefusal::NoDialog);
        let dialog = self.dialog.as_mut().filter(is_meant).ok_or(none)?;
        if dialog.blocked == Some(Blocked::Popups) {
            return Err(CopilotRefusal::DialogBlocked);
        }
        if at >= dialog.until {
            return Err(CopilotRefusal::DialogOver(dialog.until));
        }
        Ok(dialog)
    }

    fn close_dialog(&mut self) {
        if let Some(dialog) = &mut self.dialog {
            dialog.answered = true;
        }
    }

    /// Switches the source on or off for somebody: what happened, if anything did.
    fn switch_source(&mut self, at: VirtualTime, user: PersonIx, on: bool) -> Option<Happened> {
        let (changed, what) = match on {
            true => (self.switched_off.remove(&user).is_some(), Happened::SourceSwitchedOn),
            false => (self.switched_off.insert(user).is_none(), Happened::SourceSwitchedOff),
        };
        if !changed {
            return None;
        }
        self.happened(at, what, Some(By::Person(user)));
        Some(what)
    }

    /// Somebody looks at the sources anew.
    fn refresh(&mut self, at: VirtualTime, user: PersonIx) {
        self.pages.insert(user, Arc::new(Page { at, reasons: self.reasons() }));
        self.happened(at, Happened::StatusViewed, Some(By::Person(user)));
    }
}
