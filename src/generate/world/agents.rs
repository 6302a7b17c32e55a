//! Browsers and client apps, and which of them a person owns.

use super::Agent;
use crate::catalogue::agents::{CLIENTS, Use};
use crate::catalogue::departments::{ENGINEERING, SALES, SUPPORT};
use crate::generate::stream::{Chance, Stream};
use crate::model::index::AgentCode;

/// Every browser and client app; the index is the code.
pub(in crate::generate) fn all() -> Vec<Agent> {
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

/// What an attacker uses.
pub(in crate::generate) fn attackers() -> Vec<AgentCode> {
    AgentCode::first(CLIENTS.len()).filter(|&agent| purpose(agent) == Use::Attack).collect()
}

/// Draws the two to four agents of a person: a browser first, then perhaps a native client, a phone, and the
/// Salesforce app for those who live in it.
pub(in crate::generate) fn draw(department: u8, chance: &mut Stream) -> Vec<AgentCode> {
    let desk = match chance.below(100) {
        0..=2 if department == ENGINEERING => 'l',
        0..=72 => 'w',
        _ => 'm',
    };
    let phone = if chance.chance(Chance::percent(56)) { 'i' } else { 'a' };
    let native = [Use::Mail, Use::Chat, Use::Sync][chance.weighted(&[60, 30, 10])];
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
    let fitting = |client: &&(AgentCode, &crate::catalogue::agents::Client)| {
        client.1.purpose == purpose && client.1.platform == platform
    };
    let rows: Vec<_> = AgentCode::numbered(CLIENTS).filter(|row| fitting(&row)).collect();
    let weights: Vec<u32> = rows.iter().map(|(_, client)| client.weight).collect();
    (!rows.is_empty()).then(|| rows[chance.weighted(&weights)].0)
}
