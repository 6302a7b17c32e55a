//! Browsers and client apps, which of them a person owns, and which version runs on a day.
//!
//! Codes are of a client, and of one of its releases: those of the catalogue come first, then the later ones, then the
//! earlier ones. People own clients; which release runs is told when something is written down.

use std::sync::LazyLock;

use super::{Agent, World};
use crate::catalogue::agents::{CLIENTS, Client, Use};
use crate::catalogue::departments::{ENGINEERING, IT, SALES, SUPPORT};
use crate::catalogue::releases::{self, AFTER, BEFORE};
use crate::generate::stream::{Chance, Stream};
use crate::model::index::{ActorCode, AgentCode};

/// Every release of every browser and client app, and after those of one release each as Entra ID tells of it; the
/// index is the code. The same in every world.
static ALL: LazyLock<Vec<Agent>> = LazyLock::new(|| {
    let steps = (0..=AFTER).chain((1..=BEFORE).map(|back| -back));
    steps
        .flat_map(|step| {
            let clients = CLIENTS.iter().map(move |client| released(client, step));
            clients.chain(CLIENTS.iter().map(move |client| signing_in(client, step)))
        })
        .collect()
});

/// Every agent, by its code.
pub(in crate::generate) fn all() -> &'static [Agent] {
    &ALL
}

/// Days after a release within which most devices have it, by the places of a hundred devices.
fn days_to_update(device: u64) -> i32 {
    let (place, spread) = (device % 100, (device / 100) as i32);
    match place {
        0..70 => spread % 10,
        70..90 => 10 + spread % 18,
        // Who puts it off.
        _ => 28 + spread % 45,
    }
}

/// The release of an agent that runs on somebody's device on a day: each device updates at a pace of its own.
pub(in crate::generate) fn on(agent: AgentCode, seed: u64, actor: ActorCode, day: i32) -> AgentCode {
    let Some(client) = CLIENTS.get(agent.index()) else { return agent };
    let Some(cadence) = releases::cadence(client) else { return agent };
    // Spread over devices, without a draw for every activity.
    let mut device = seed ^ (actor.ordinal() << 32 | agent.ordinal()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    device = (device ^ device >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    device = (device ^ device >> 27).wrapping_mul(0x94d0_49bb_1331_11eb) >> 32;
    // Releases of different clients come on different days.
    let phase = (agent.index() as i32 * 5) % cadence.min(28);
    let step = (day + phase - days_to_update(device)).div_euclid(cadence).clamp(-BEFORE, AFTER);
    let release = if step < 0 { AFTER - step } else { step };
    AgentCode::at(release as usize * 2 * CLIENTS.len() + agent.index()).unwrap_or(agent)
}

/// The code under which Entra ID tells of an agent.
pub(in crate::generate) fn as_signing_in(agent: AgentCode) -> AgentCode {
    match AgentCode::at(agent.index() + CLIENTS.len()) {
        Some(twin) if agent.index() < ALL.len() && !is_of_entra(agent) => twin,
        _ => agent,
    }
}

/// The place in the catalogue of an agent, however it is told of; beyond its end if it is not of the catalogue.
pub(in crate::generate) fn client_of(agent: AgentCode) -> usize {
    if agent.index() < ALL.len() { agent.index() % CLIENTS.len() } else { agent.index() }
}

impl World {
    /// An agent in the release of the catalogue: the same for every release that a device has had.
    pub fn of_any_release(&self, agent: AgentCode) -> AgentCode {
        let catalogued = 2 * CLIENTS.len();
        if agent.index() < ALL.len() {
            AgentCode::at(agent.index() % catalogued).unwrap_or(agent)
        } else {
            agent
        }
    }
}

/// It is how Entra ID tells of a client.
fn is_of_entra(agent: AgentCode) -> bool {
    agent.index() / CLIENTS.len() % 2 == 1
}

/// How Entra ID tells of a client: `;Windows 10;Chrome 142.0;` (recorded by shipped connectors). Programs sign in
/// through the browser of their system; those of Apple do not tell its version.
fn signing_in(client: &Client, step: i32) -> Agent {
    let (own, embedding) = (releases::release(client, step).0, releases::embedded(step));
    let embedded = matches!(client.purpose, Use::Mail | Use::Chat | Use::Sync | Use::Crm)
        || client.family == "OUTLOOK_MOBILE";
    let (family, name, version) = match client.platform {
        'w' if embedded => ("EDGE", "Microsoft Edge", &*embedding),
        'm' if embedded => ("SAFARI", "Safari", ""),
        'i' if embedded => ("MOBILE_SAFARI", "Mobile Safari", ""),
        'a' if embedded => ("CHROME_MOBILE", "Chrome Mobile", &*embedding),
        _ => (client.family, client.name, &*own),
    };
    let version = version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    let known = client.system.0 != "Unknown";
    // The frozen header hides Windows 11 from Entra ID too.
    let system = match client.system.0 {
        "Windows 11" => ("Windows 10", "Windows"),
        _ => client.system,
    };
    let told = match system.0 {
        "OS X" => "MacOs",
        other if known => other,
        _ => "",
    };
    let browser = format!("{} {version}", name.trim_start_matches("Microsoft "));
    Agent {
        text: format!(";{told};{};", browser.trim_end()),
        family,
        name,
        version,
        kind: if known { "Browser" } else { "Unknown" },
        system,
        os_key: if client.os_key == "windows_11" { "windows_10" } else { client.os_key },
        device: client.device,
        native: false,
    }
}

/// A release of a client.
fn released(client: &Client, step: i32) -> Agent {
    let (version, text) = releases::release(client, step);
    let browser = matches!(client.purpose, Use::Browser) || client.text.starts_with("Mozilla");
    Agent {
        text,
        family: client.family,
        name: client.name,
        version,
        kind: if browser { "Browser" } else { "Application" },
        system: client.system,
        os_key: client.os_key,
        device: client.device,
        native: matches!(client.purpose, Use::Mail | Use::Chat | Use::Sync | Use::Crm)
            || client.family == "OUTLOOK_MOBILE",
    }
}

/// What an agent is good for.
pub(in crate::generate) fn purpose(agent: AgentCode) -> Use {
    CLIENTS[client_of(agent)].purpose
}

/// The first of `owned` that is good for `purpose`.
pub(in crate::generate) fn find(owned: &[AgentCode], wanted: Use) -> Option<AgentCode> {
    owned.iter().copied().find(|&agent| purpose(agent) == wanted)
}

/// What programs use, in the order of the catalogue: backup, Python, .NET, Go, PowerShell.
pub(in crate::generate) fn machines() -> Vec<AgentCode> {
    AgentCode::first(CLIENTS.len()).filter(|&agent| purpose(agent) == Use::Machine).collect()
}

/// The first client of all that is good for `purpose`.
pub(in crate::generate) fn any(wanted: Use) -> AgentCode {
    AgentCode::first(CLIENTS.len()).find(|&agent| purpose(agent) == wanted).unwrap_or(AgentCode::new(0))
}

/// What an attacker uses: the browsers that everybody has, each as often as on Windows, and scripts.
pub(in crate::generate) fn attackers() -> Vec<AgentCode> {
    let wanted = |agent: &AgentCode| matches!(purpose(*agent), Use::Browser | Use::Script);
    AgentCode::first(CLIENTS.len()).filter(wanted).collect()
}

/// Draws the two to four agents of a person: a browser first, then perhaps a native client, a phone, and the
/// Salesforce app for those who live in it.
pub(in crate::generate) fn draw(department: u8, chance: &mut Stream) -> Vec<AgentCode> {
    let desk = match chance.below(100) {
        0..=13 if department == ENGINEERING => 'l',
        0..=7 if department == IT => 'l',
        0..=72 => 'w',
        _ => 'm',
    };
    let phone = if chance.chance(Chance::percent(56)) { 'i' } else { 'a' };
    let native = [Use::Mail, Use::Chat, Use::Sync][chance.weighted(&[40, 25, 35])];
    let mut owned = Vec::with_capacity(4);
    owned.extend(one(Use::Browser, desk, chance));
    if chance.chance(Chance::percent(80)) {
        owned.extend(one(native, desk, chance));
    }
    owned.extend(one(Use::Phone, phone, chance));
    if matches!(department, SALES | SUPPORT) && chance.chance(Chance::percent(40)) {
        owned.extend(one(Use::Crm, phone, chance));
    }
    owned
}

fn one(purpose: Use, platform: char, chance: &mut Stream) -> Option<AgentCode> {
    let fitting =
        |client: &&(AgentCode, &Client)| client.1.purpose == purpose && client.1.platform == platform;
    let rows: Vec<_> = AgentCode::numbered(CLIENTS).filter(|row| fitting(&row)).collect();
    let weights: Vec<u32> = rows.iter().map(|(_, client)| client.weight).collect();
    (!rows.is_empty()).then(|| rows[chance.weighted(&weights)].0)
}
