//! The rows of *Security extensions*: what is connected to the tenant from outside.
//!
//! The page was the classic portal's (Settings > Security extensions); later its parts stood under Settings > Cloud apps >
//! System. The row of Copilot is the simulator's own. Sources:
//! <https://learn.microsoft.com/defender-cloud-apps/api-authentication>,
//! <https://learn.microsoft.com/defender-cloud-apps/siem>,
//! <https://learn.microsoft.com/defender-cloud-apps/icap-stunnel>,
//! <https://learn.microsoft.com/defender-cloud-apps/flow-integration>.

use crate::catalogue::service_dates::{SIEM_AGENTS_ENDED, SIEM_AGENTS_ENDING};
use crate::model::command::By;
use crate::model::copilot::Happened;
use crate::model::ids::{Hex24, Kind};
use crate::model::index::SiemAgentNo;
use crate::model::person::Persona;
use crate::model::siem_agent::{SiemAgent, SiemAgentStatus};
use crate::model::time::{Span, VirtualTime};
use crate::tenant::TenantView;

use super::{AppFacts, PersonFacts, ids};

/// What can be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// Tokens for the Cloud Apps API.
    ApiTokens,
    /// Programs that pass alerts and activities on to a SIEM.
    SiemAgents,
    /// A data-loss prevention server of the company's own.
    ExternalDlp,
    /// Flows that alerts start.
    Playbooks,
    /// Copilot for Security.
    Copilot,
}

impl Extension {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] =
        [Self::ApiTokens, Self::SiemAgents, Self::ExternalDlp, Self::Playbooks, Self::Copilot];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ApiTokens => "apiTokens",
            Self::SiemAgents => "siemAgents",
            Self::ExternalDlp => "externalDlp",
            Self::Playbooks => "playbooks",
            Self::Copilot => "copilot",
        }
    }

    /// As the page calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ApiTokens => "API tokens",
            Self::SiemAgents => "SIEM agents",
            Self::ExternalDlp => "External DLP",
            Self::Playbooks => "Playbooks",
            Self::Copilot => "Copilot for Security",
        }
    }

    /// What it is, in a sentence or two.
    pub const fn about(self) -> &'static str {
        match self {
            Self::ApiTokens => "Credentials with which programs ask the API as the person who made them.",
            Self::SiemAgents => {
                "Programs on the company's servers that fetch alerts and activities and pass them on as CEF messages \
                 over syslog."
            }
            Self::ExternalDlp => {
                "A server of the company's own that inspects files by secure ICAP, which file policies ask through a \
                 stunnel."
            }
            Self::Playbooks => "Flows of Power Automate that policies start when they raise an alert.",
            Self::Copilot => {
                "Lets Copilot for Security read alerts, activities, discovered apps and app permissions of this tenant."
            }
        }
    }
}

/// A row of the page at an instant. Nothing is worked out before it is asked for.
#[derive(Clone, Copy)]
pub struct ExtensionFacts<'a> {
    view: &'a TenantView,
    extension: Extension,
    token_used: Option<VirtualTime>,
}

/// How long after its last use a token counts as active.
const ACTIVE: Span = Span::days(7);

/// An API token of the tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiTokenFacts<'a> {
    /// Its name.
    pub name: &'static str,
    /// Who made it, as whom it asks.
    pub owner: &'a str,
    /// When it was made.
    pub created: VirtualTime,
    /// When it was used last, as far as that is known.
    pub used: Option<VirtualTime>,
    /// `Generated` (never used), `Active` (within seven days) or `Inactive`.
    pub status: &'static str,
}

/// A SIEM agent of the tenant.
#[derive(Clone, Copy)]
pub struct SiemAgentFacts<'a> {
    view: &'a TenantView,
    number: SiemAgentNo,
    agent: &'a SiemAgent,
}

impl<'a> SiemAgentFacts<'a> {
    /// The agents that there are, in the order of being added.
    pub fn all(view: &'a TenantView) -> impl Iterator<Item = Self> {
        super::siem_agents(view).all().map(move |(number, agent)| Self { view, number, agent })
    }

    /// Its id in the Cloud Apps API.
    pub fn id(&self) -> Hex24 {
        ids::siem_agent(self.view, self.number)
    }

    /// Its number.
    pub fn number(&self) -> SiemAgentNo {
        self.number
    }

    /// The token that its program calls with: 64 hexadecimal digits, others with each renewal. (How a real one looks is
    /// unverified.)
    pub fn token(&self) -> String {
        let ids = self.view.state.world().ids;
        let made = (self.agent.token_made - VirtualTime::default()).as_millis().cast_unsigned();
        let half =
            |half: u64| ids.guid(Kind::SiemAgent, made << 12 | self.number.ordinal() << 1 | half).bits();
        format!("{:032x}{:032x}", half(0), half(1))
    }

    /// What is stored of it.
    pub fn agent(&self) -> &'a SiemAgent {
        self.agent
    }

    /// How it stands.
    pub fn status(&self) -> SiemAgentStatus {
        SiemAgentStatus::of(self.agent.heard, self.view.now)
    }

    /// When it was heard of last.
    pub fn last_data(&self) -> Option<VirtualTime> {
        self.agent.heard.last(self.view.now)
    }

    /// When it was changed last, and by whom, if by somebody of the tenant.
    pub fn changed(&self) -> (VirtualTime, Option<&'a str>) {
        let (at, by) = &self.agent.changed;
        (*at, name(self.view, by))
    }
}

impl<'a> ExtensionFacts<'a> {
    /// The rows, in the order of the page. When the API token was used last is not the tenant's to know: who keeps
    /// count of requests says it.
    pub fn all(view: &'a TenantView, token_used: Option<VirtualTime>) -> impl ExactSizeIterator<Item = Self> {
        // A tenant that was reset stands before what it was asked then.
        let token_used = token_used.filter(|used| *used <= view.now);
        Extension::ALL.into_iter().map(move |extension| Self { view, extension, token_used })
    }

    /// What it is about.
    pub fn extension(&self) -> Extension {
        self.extension
    }

    /// The API tokens, in the row about them.
    pub fn tokens(&self) -> Option<[ApiTokenFacts<'a>; 1]> {
        (self.extension == Extension::ApiTokens).then(|| [self.token()])
    }

    /// Every tenant has one, made by the global administrator when it began.
    fn token(&self) -> ApiTokenFacts<'a> {
        let status = match self.token_used {
            None => "Generated",
            Some(used) if self.view.now - used <= ACTIVE => "Active",
            Some(_) => "Inactive",
        };
        let owner = PersonFacts::persona_of(self.view, Persona::GlobalAdmin).map_or("", |admin| admin.upn());
        let created = self.view.state.world().spec.start;
        ApiTokenFacts { name: "Default token", owner, created, used: self.token_used, status }
    }

    /// The SIEM agents, in the row about them.
    pub fn agents(&self) -> Option<Vec<SiemAgentFacts<'a>>> {
        (self.extension == Extension::SiemAgents).then(|| SiemAgentFacts::all(self.view).collect())
    }

    /// How it stands, in a few words. Those of the row about Copilot are its source's, and those about SIEM agents
    /// count agents by status.
    pub fn status(&self) -> String {
        match self.extension {
            Extension::ApiTokens => format!("1 token: {}", self.token().status),
            Extension::SiemAgents => siem_status(self.view),
            // Nothing in the tenant sets them up.
            Extension::ExternalDlp | Extension::Playbooks => "Not configured".to_owned(),
            Extension::Copilot => source_status(self.view).to_owned(),
        }
    }

    /// What is to be said of its future, if anything.
    pub fn notice(&self) -> Option<String> {
        let date = self.view.state.service_date();
        if self.extension != Extension::SiemAgents || date < SIEM_AGENTS_ENDING {
            return None;
        }
        let what = if date < SIEM_AGENTS_ENDED { "will end with" } else { "have ended with" };
        Some(format!(
            "SIEM agents {what} {SIEM_AGENTS_ENDED}: none can be added from then on, and those that there are stay. Alerts and \
             activities move to the Streaming API of Defender XDR, sign-ins to the table IdentityLogonEvents, alerts also \
             to alerts_v2 of Microsoft Graph."
        ))
    }

    /// An agent can be added.
    pub fn takes_agents(&self) -> bool {
        self.extension == Extension::SiemAgents && self.view.state.service_date() < SIEM_AGENTS_ENDED
    }

    /// When it was changed last, and by whom, if by somebody of the tenant.
    pub fn changed(&self) -> Option<(VirtualTime, Option<&'a str>)> {
        let view = self.view;
        match self.extension {
            Extension::ApiTokens => {
                let token = self.token();
                Some((token.created, Some(token.owner)))
            }
            Extension::SiemAgents => {
                let (at, by) = super::siem_agents(view).changed()?;
                Some((*at, name(view, by)))
            }
            Extension::ExternalDlp | Extension::Playbooks => None,
            Extension::Copilot => {
                let toggled = |what| matches!(what, Happened::ToggledOn | Happened::ToggledOff);
                let mut events = super::connection(view).events.iter().rev();
                let event = events.find(|event| toggled(event.what))?;
                Some((event.at, event.by.as_ref().and_then(|by| name(view, by))))
            }
        }
    }
}

/// `Connected` or `Disconnected`, of the source that Copilot reads.
pub fn source_status(view: &TenantView) -> &'static str {
    if super::connection(view).reasons().is_empty() { "Connected" } else { "Disconnected" }
}

fn siem_status(view: &TenantView) -> String {
    use SiemAgentStatus::{Connected, ConnectionError, Created, Disconnected};
    let all: Vec<SiemAgentStatus> = SiemAgentFacts::all(view).map(|agent| agent.status()).collect();
    let count = match all.len() {
        0 => return "No agents".to_owned(),
        1 => "1 agent".to_owned(),
        more => format!("{more} agents"),
    };
    let stand = [Created, Connected, ConnectionError, Disconnected].into_iter().filter_map(|status| {
        let many = all.iter().filter(|known| **known == status).count();
        (many > 0).then(|| format!("{many} {}", status.title()))
    });
    format!("{count}: {}", stand.collect::<Vec<_>>().join(", "))
}

/// The principal name of a user, the display name of an application; nothing of the operator.
fn name<'a>(view: &'a TenantView, by: &By) -> Option<&'a str> {
    match by {
        By::Person(person) => PersonFacts::of(view, *person).map(|person| person.upn()),
        By::Application(app) => AppFacts::of(view, *app).and_then(|app| app.name()),
        By::Operator => None,
    }
}
