//! A sitting as activities: signing in, then bursts around mail, files, chats, customers, connected apps
//! or administration.

use super::cell::{Client, EventWriter, Today};
use super::rhythm::{Sitting, Where};
use super::signing_in::SigningIn;
use super::themes;
use super::themes::Theme;
use crate::catalogue::agents::Use;
use crate::catalogue::departments::{SALES, SUPPORT};
use crate::catalogue::kinds;
use crate::generate::birth::connected_apps;
use crate::generate::birth::connected_apps::USAGE;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::agents;
use crate::model::activity::Event;
use crate::model::index::{AgentCode, ObjectNo};

/// Most activities of one burst: keeps ordinary downloads below what a detector calls a mass download.
const BURST: u32 = 7;

/// Mean seconds between two steps of a burst, less the shortest ones.
const PAUSE: u32 = 50;

/// Writes down everything that is done in a sitting, by its number.
pub(in crate::generate) fn sit(
    today: &Today<'_>,
    number: usize,
    sitting: &Sitting,
    signing_in: &mut SigningIn,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let at = signing_in.begin(today, number, sitting, chance, writer);
    let mut left = sitting.activities.saturating_sub(1);
    let bursts = left.div_ceil(4);
    let from = at + 15;
    let room = sitting.end.saturating_sub(from).max(60);
    let mut access = Access { signing_in, apps: 0 };
    for burst in 0..bursts {
        // Bursts are drawn into equal parts of the sitting, so they come in order.
        let part = room / bursts;
        let begin = from + burst * part + chance.below(part * 3 / 4 + 1);
        let others = bursts - burst - 1;
        let size =
            if others == 0 { left } else { chance.between(2, 6).min(left.saturating_sub(others)).max(1) };
        for size in [size.min(BURST), size.saturating_sub(BURST)] {
            if size > 0 {
                self::burst(today, sitting, begin, size, &mut access, chance, writer);
            }
        }
        left -= size;
    }
}

/// What a sitting has signed in to.
struct Access<'a> {
    signing_in: &'a mut SigningIn,
    /// Apps of other vendors, a bit each.
    apps: u32,
}

fn burst(
    today: &Today<'_>,
    sitting: &Sitting,
    begin: u32,
    size: u32,
    access: &mut Access<'_>,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let theme = choose(today, sitting.place, chance);
    let client = Client { agent: agent_for(today, sitting, theme, chance), ..sitting.client };
    let mut at = begin;
    let mut left = size;
    let (bit, kind) = match theme {
        Theme::Salesforce => (1 << 31, Some(kinds::SALESFORCE_LOGIN)),
        Theme::App(usage) => (1 << usage, USAGE[usize::from(usage)].sign_in),
        _ => (0, None),
    };
    if client.agent != sitting.client.agent && kind.is_none() && access.signing_in.by_token() {
        // In place of the first step.
        writer.write(at, kinds::TOKEN_ISSUED, client, ObjectNo::NONE);
        left -= 1;
        at += 2;
    }
    if let Some(kind) = kind.filter(|_| access.apps & bit == 0) {
        access.apps |= bit;
        let mistyped = chance.chance(today.world.figures.failed_sign_ins.chance);
        if let Some(failed) = connected_apps::failed_sign_in(kinds::kind(kind).app).filter(|_| mistyped) {
            writer.write(at, failed, client, ObjectNo::NONE);
            at += chance.between(8, 45);
        }
        writer.write(at, kind, client, ObjectNo::NONE);
        left -= 1;
        at += chance.between(5, 40);
    }
    let mut steps = themes::Steps::new(today, theme, chance);
    for _ in 0..left {
        let (kind, object) = steps.next(today, chance);
        // Git operations have no browser as their user agent.
        let by_git = matches!(kind, kinds::GITHUB_CLONE | kinds::GITHUB_PUSH | kinds::GITHUB_FETCH);
        let agent = if by_git { today.world.git } else { client.agent };
        writer.write(at, kind, Client { agent, ..client }, object);
        at += 4 + PAUSE * chance.log_normal() / 1_000;
    }
}

fn choose(today: &Today<'_>, place: Where, chance: &mut Stream) -> Theme {
    let habits = &today.habits;
    let sells = match habits.work {
        SALES => 32,
        SUPPORT => 18,
        _ => 0,
    };
    let apps = today.world.uses[usize::from(habits.work)].iter();
    let apps = apps.filter(|used| place != Where::Phone || USAGE[usize::from(used.0)].phone);
    let total: u32 = apps.clone().map(|used| used.1).sum();
    // Departments that have few apps use them less.
    let apps_weight = total.min(22);
    // Mail, files, chats, Salesforce, administration, apps.
    let weights = if today.world.person(today.person).guest {
        [0, 80, 20, 0, 0, 0]
    } else {
        match place {
            Where::Phone => [55, 10, 35, sells / 2, 0, apps_weight / 4],
            Where::Company if habits.admin => [26, 22, 26, 0, 20, apps_weight / 2],
            Where::Company | Where::Home => [34, 38, 26, sells, 0, apps_weight],
        }
    };
    match chance.weighted(&weights) {
        0 => Theme::Mail,
        1 => Theme::Files,
        2 => Theme::Chats,
        3 => Theme::Salesforce,
        4 => Theme::Administration,
        _ => {
            let mut left = chance.below(total);
            let used = apps.clone().find(|(_, weight)| {
                let here = left < *weight;
                left = left.saturating_sub(*weight);
                here
            });
            Theme::App(used.map_or(0, |used| used.0))
        }
    }
}

/// The native client for the theme now and then, if there is one; else what the person sits at.
fn agent_for(today: &Today<'_>, sitting: &Sitting, theme: Theme, chance: &mut Stream) -> AgentCode {
    let owned = &today.world.person(today.person).agents;
    let wanted = match (theme, sitting.place) {
        (Theme::Salesforce, Where::Phone) => Use::Crm,
        (_, Where::Phone) | (Theme::Salesforce | Theme::Administration | Theme::App(_), _) => {
            return sitting.client.agent;
        }
        (Theme::Mail, _) => Use::Mail,
        (Theme::Chats, _) => Use::Chat,
        (Theme::Files, _) => Use::Sync,
    };
    let native = agents::find(owned, wanted).filter(|_| chance.chance(Chance::percent(55)));
    native.unwrap_or(sitting.client.agent)
}
