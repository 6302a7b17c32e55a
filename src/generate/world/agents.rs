//! Browsers and client apps, and which of them a person owns.

use super::Agent;
use crate::catalogue::agents::{CLIENTS, Client, Use};
use crate::catalogue::departments::{ENGINEERING, IT, SALES, SUPPORT};
use crate::generate::stream::{Chance, Stream};
use crate::model::index::AgentCode;

/// Every browser and client app, and then each as Entra ID tells of it; the index is the code.
pub(in crate::generate) fn all() -> Vec<Agent> {
    let mut all = clients();
    all.extend(CLIENTS.iter().map(signing_in));
    all
}

/// The code under which Entra ID tells of an agent.
pub(in crate::generate) fn as_signing_in(agent: AgentCode) -> AgentCode {
    match AgentCode::at(agent.index() + CLIENTS.len()) {
        Some(twin) if agent.index() < CLIENTS.len() => twin,
        _ => agent,
    }
}

/// The place in the catalogue of an agent, however it is told of.
pub(in crate::generate) fn client_of(agent: AgentCode) -> usize {
    let index = agent.index();
    index.checked_sub(CLIENTS.len()).unwrap_or(index)
}

/// How Entra ID tells of a client: `;Windows 10;Chrome 142.0;` (recorded by shipped connectors). Programs sign in
/// through the browser of their system; those of Apple do not tell its version.
fn signing_in(client: &Client) -> Agent {
    let embedded = matches!(client.purpose, Use::Mail | Use::Chat | Use::Sync | Use::Crm)
        || client.family == "OUTLOOK_MOBILE";
    let (family, name, version) = match client.platform {
        'w' if embedded => ("EDGE", "Microsoft Edge", "142.0"),
        'm' if embedded => ("SAFARI", "Safari", ""),
        'i' if embedded => ("MOBILE_SAFARI", "Mobile Safari", ""),
        'a' if embedded => ("CHROME_MOBILE", "Chrome Mobile", "142.0"),
        _ => (client.family, client.name, client.version),
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

fn clients() -> Vec<Agent> {
    CLIENTS
        .iter()
        .map(|client| Agent {
            text: client.text.to_owned(),
            family: client.family,
            name: client.name,
            version: client.version.to_owned(),
            kind: if matches!(client.purpose, Use::Browser) || client.text.starts_with("Mozilla") {
                "Browser"
            } else {
                "Application"
            },
            system: client.system,
            os_key: client.os_key,
            device: client.device,
            native: matches!(client.purpose, Use::Mail | Use::Chat | Use::Sync | Use::Crm)
                || client.family == "OUTLOOK_MOBILE",
        })
        .collect()
}

/// What an agent is good for.
pub(in crate::generate) fn purpose(agent: AgentCode) -> Use {
    CLIENTS[agent.index()].purpose
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
