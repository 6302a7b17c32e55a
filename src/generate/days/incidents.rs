//! Incidents: the rare, believable things that detectors raise alerts about.
//!
//! Each slip has its own draw, so that changing the rate of one leaves the others alone.

use super::cell::{Client, DAY, EventWriter, Today};
use super::rhythm::{Sitting, Where};
use super::{administration, calendar, rarities, themes};
use crate::catalogue::agents::Use;
use crate::catalogue::departments::ENGINEERING;
use crate::catalogue::kinds;
use crate::catalogue::networks::PEOPLE_CLOUDS;
use crate::catalogue::sign_ins::Failure;
use crate::generate::birth::principals::{self, Duty};
use crate::generate::objects::sign_ins::About;
use crate::generate::objects::{app_objects, files, mails};
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::agents;
use crate::model::activity::Event;
use crate::model::index::{ObjectNo, PrincipalIx};

/// Which incidents happen to an actor on a day, if it is a working day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::generate) struct Incidents {
    /// Forgot the new password, or a phone keeps trying the old one.
    pub(in crate::generate) locked_out: bool,
    /// Tried a "privacy" proxy.
    pub(in crate::generate) anonymous: bool,
    /// Took a whole folder along.
    pub(in crate::generate) mass_download: bool,
    /// Shared with somebody outside.
    pub(in crate::generate) outside: bool,
    /// An administrator: did something from home without the VPN.
    pub(in crate::generate) admin_at_home: bool,
    /// Worked on a machine in a cloud beside the own one.
    pub(in crate::generate) cloud_desktop: bool,
    /// Renamed and deleted dozens of files.
    pub(in crate::generate) tidying: bool,
    /// Consented to a harmless application.
    pub(in crate::generate) consents: bool,
    /// Put a folder into an app of another vendor, for a partner.
    pub(in crate::generate) hands_over: bool,
    /// An administrator: made use of a change window at night.
    pub(in crate::generate) night_changes: bool,
}

impl Incidents {
    /// The incidents of a day.
    pub(in crate::generate) fn of(today: &Today<'_>) -> Self {
        let person = today.world.person(today.person);
        let elsewhere = today.trip.is_some() || today.habits.desk;
        let idle = today.weekend() || calendar::holiday(today);
        if person.guest || person.disabled || elsewhere || idle || near_a_story(today) {
            return Self::default();
        }
        // Every rate is drawn for, even if zero, so that changing one leaves the other draws alone.
        let mut chance = today.stream("slips");
        let figures = &today.world.figures;
        Self {
            locked_out: chance.chance(figures.locked_out.chance),
            anonymous: chance.chance(figures.anonymous_proxy.chance),
            mass_download: chance.chance(figures.mass_download.chance),
            outside: chance.chance(figures.external_share.chance),
            admin_at_home: chance.chance(figures.admin_at_home.chance) && today.habits.admin,
            cloud_desktop: chance.chance(figures.cloud_desktop.chance),
            tidying: chance.chance(figures.tidying.chance),
            consents: chance.chance(figures.consents.chance),
            hands_over: chance.chance(figures.handovers.chance),
            night_changes: chance.chance(figures.night_changes.chance)
                && today.world.habits[today.person.index()].admin,
        }
    }
}

/// Numbers of the day's sign-ins: behind those of its sittings.
const OF_A_LOCKOUT: u32 = 46;
const BEHIND_A_PROXY: u32 = 45;
const ON_A_RENTED_MACHINE: u32 = 44;

/// A storyline happens to the actor, today or next to today: its alerts must not drown among others.
pub(in crate::generate) fn near_a_story(today: &Today<'_>) -> bool {
    let days = (today.person, today.day - 1)..=(today.person, today.day + 1);
    today.world.planned.days.range(days).next().is_some()
}

/// Writes down the incidents of a day.
pub(in crate::generate) fn happen(
    today: &Today<'_>,
    sittings: &[Sitting],
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let incidents = Incidents::of(today);
    if incidents == Incidents::default() {
        return;
    }
    let desks: Vec<&Sitting> =
        sittings.iter().filter(|sitting| sitting.activities > 1 && sitting.place != Where::Phone).collect();
    let Some(desk) = desks.last() else { return };
    if incidents.locked_out {
        locked_out(today, desk, &mut today.stream("locked"), writer);
    }
    if incidents.anonymous {
        anonymous(today, &mut today.stream("proxy"), writer);
    }
    if incidents.mass_download {
        mass_download(today, desk, &mut today.stream("mass"), writer);
    }
    if incidents.outside {
        outside(today, desk, &mut today.stream("outside"), writer);
    }
    if incidents.admin_at_home {
        admin_at_home(today, &mut today.stream("admin"), writer);
    }
    if incidents.cloud_desktop {
        cloud_desktop(today, desk, &mut today.stream("cloud"), writer);
    }
    if incidents.tidying {
        tidying(today, desk, &mut today.stream("tidy"), writer);
    }
    if incidents.consents {
        consents(today, desk, &mut today.stream("consent"), writer);
    }
    if incidents.hands_over {
        hands_over(today, desk, &mut today.stream("handover"), writer);
    }
    if incidents.night_changes {
        night_changes(today, &mut today.stream("nightly"), writer);
    }
}

/// Ten to fourteen failures in under ten minutes; the sign-in of the sitting then succeeds. After ten of them no password
/// is taken for a while.
fn locked_out(
    today: &Today<'_>,
    desk: &Sitting,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let mut at = desk.begin;
    let count = chance.between(10, 14);
    for back in 1..=count {
        at -= chance.between(14, 38);
        let failure = if count - back < 10 { Failure::Password } else { Failure::Locked };
        let about = About::own(today.day, OF_A_LOCKOUT).failing(failure);
        writer.write(at, kinds::USER_LOGIN_FAILED, desk.client, about.object());
    }
}

/// A short session in the late evening through an anonymiser, mostly in the person's own country.
fn anonymous(today: &Today<'_>, chance: &mut Stream, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
    let person = today.world.person(today.person);
    let own = chance.chance(Chance::percent(50));
    let anywhere = *chance.pick(&today.world.anonymisers);
    let exits = if own { today.world.networks[today.office.index()].anonymiser } else { anywhere };
    let client = Client { address: exits.at(chance.below(exits.count)), agent: person.agents[0] };
    let mut at = chance.between(19 * 3_600, 22 * 3_600);
    // Entra ID does not know the place.
    if chance.chance(Chance::percent(55)) {
        let about = About::own(today.day, BEHIND_A_PROXY).with_a_factor();
        writer.write(at - 40, kinds::SECOND_FACTOR_REQUIRED, client, about.object());
        if chance.chance(Chance::percent(30)) {
            let missed = about.failing(Failure::FactorRefused).object();
            writer.write(at - 20, kinds::USER_LOGIN_FAILED, client, missed);
            at += chance.between(20, 90);
        }
        writer.write(at, kinds::USER_LOGGED_IN, client, about.object());
    } else {
        writer.write(at, kinds::USER_LOGGED_IN, client, ObjectNo::NONE);
    }
    for _ in 0..chance.between(4, 14) {
        at += chance.between(20, 240);
        let (kind, object) = match chance.weighted(&[50, 22, 16, 12]) {
            0 => (kinds::MAIL_ITEMS_ACCESSED, mails::received(today.person, chance.below(2_048))),
            1 => {
                let library = files::onedrive(today.person);
                (kinds::ONEDRIVE_FILE_PREVIEWED, files::object(library, chance.below(files::FILES)))
            }
            2 => {
                let library = files::site_library(today.world, themes::department_site(today));
                (kinds::FILE_PREVIEWED, files::object(library, chance.below(files::FILES)))
            }
            _ => (kinds::SEARCH_QUERY_PERFORMED, ObjectNo::NONE),
        };
        writer.write(at, kind, client, object);
    }
}

/// Sixty to a hundred and twenty files of one library, within fifty minutes.
fn mass_download(
    today: &Today<'_>,
    desk: &Sitting,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let person = today.world.person(today.person);
    let own = chance.chance(Chance::percent(50));
    let library = if own {
        files::onedrive(today.person)
    } else {
        files::site_library(today.world, themes::department_site(today))
    };
    let kind = if own { kinds::ONEDRIVE_FILE_DOWNLOADED } else { kinds::FILE_DOWNLOADED };
    let synced = chance.chance(Chance::percent(40)).then(|| agents::any(Use::Sync));
    let agent = agents::find(&person.agents, Use::Sync).or(synced).unwrap_or(desk.client.agent);
    let client = Client { agent, ..desk.client };
    let count = chance.between(60, 120);
    let first = chance.below(files::FILES);
    let step = 46 * 60 / count;
    // Done by midnight, even when the last sitting is a late one.
    let mut at = (desk.begin + chance.between(600, 3_600)).min(DAY - 50 * 60);
    for index in 0..count {
        writer.write(at, kind, client, files::object(library, first + index));
        at += chance.between(step / 2, step);
    }
}

/// Some files for a partner or a private mailbox.
fn outside(
    today: &Today<'_>,
    desk: &Sitting,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let mut at = desk.begin + chance.between(300, (desk.end - desk.begin).max(400));
    // Mostly one or two files; now and then all that belongs to an event or an offer.
    let many = chance.chance(Chance::percent(24));
    for _ in 0..if many { chance.between(8, 20) } else { chance.between(1, 2) } {
        let own = chance.chance(Chance::percent(65));
        let library = if own {
            files::onedrive(today.person)
        } else {
            files::site_library(today.world, themes::department_site(today))
        };
        let kind = if chance.chance(Chance::percent(60)) {
            kinds::ANONYMOUS_LINK_CREATED
        } else {
            kinds::SHARING_INVITATION_CREATED
        };
        let kind = if own { kinds::onedrive_twin(kind) } else { kind };
        writer.write(at, kind, desk.client, files::object(library, chance.below(files::FILES)));
        at += chance.between(40, if many { 120 } else { 400 });
    }
}

/// Something urgent in the evening, from home and without the VPN.
fn admin_at_home(today: &Today<'_>, chance: &mut Stream, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
    let person = today.world.person(today.person);
    let client = Client { address: person.home, agent: person.agents[0] };
    let mut at = chance.between(19 * 3_600, 22 * 3_600);
    writer.write(at, kinds::USER_LOGGED_IN, client, ObjectNo::NONE);
    // Operators only look; whatever else the role allows is administrative, sooner or later.
    for _ in 0..8 {
        at += chance.between(30, 200);
        let (kind, object) = administration::step(today, chance);
        writer.write(at, kind, client, object);
        if kinds::kind(kind).administrative {
            return;
        }
    }
}

/// What can't be done by day: through the VPN, some time after midnight.
fn night_changes(today: &Today<'_>, chance: &mut Stream, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
    let person = today.world.person(today.person);
    let vpn = today.world.networks[person.office.index()].vpn;
    let client = Client { address: vpn.at(chance.below(8)), agent: person.agents[0] };
    let mut at = chance.between(1_800, 3 * 3_600);
    writer.write(at, kinds::USER_LOGGED_IN, client, ObjectNo::NONE);
    let mut left = chance.between(3, 6);
    for _ in 0..40 {
        let (kind, object) = administration::step(today, chance);
        if kinds::kind(kind).administrative {
            at += chance.between(40, 420);
            writer.write(at, kind, client, object);
            left -= 1;
        }
        if left == 0 {
            return;
        }
    }
}

/// Mail and files on a rented machine for a while, as on the own one beside it.
fn cloud_desktop(
    today: &Today<'_>,
    desk: &Sitting,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let world = today.world;
    let rented = chance.chance(Chance::percent(45));
    let cloud = *chance.pick(if rented { &world.hosts } else { &world.clouds[..PEOPLE_CLOUDS] });
    // Most are Windows, whatever stands on the desk.
    let agent = if chance.chance(Chance::percent(70)) {
        *chance.pick(&world.attackers)
    } else {
        world.person(today.person).agents[0]
    };
    let client = Client { address: cloud.at(chance.below(cloud.count)), agent };
    let site = files::site_library(world, themes::department_site(today));
    let mut at = desk.begin + chance.below((desk.end - desk.begin).max(600));
    let about = About::own(today.day, ON_A_RENTED_MACHINE);
    if chance.chance(Chance::percent(40)) {
        writer.write(at, kinds::USER_LOGIN_FAILED, client, about.failing(Failure::Password).object());
        at += chance.between(8, 45);
    }
    let about = about.with_a_factor().object();
    writer.write(at, kinds::SECOND_FACTOR_REQUIRED, client, about);
    at += chance.between(9, 35);
    writer.write(at, kinds::USER_LOGGED_IN, client, about);
    for _ in 0..chance.between(8, 20) {
        at += chance.between(15, 200);
        let file = files::object(files::onedrive(today.person), chance.below(files::FILES));
        let letter = mails::received(today.person, chance.below(2_048));
        let shared = files::object(site, chance.below(files::FILES));
        let (kind, object) = match chance.weighted(&[40, 12, 10, 12, 12, 8, 6]) {
            0 => (kinds::MAIL_ITEMS_ACCESSED, letter),
            1 => (kinds::ONEDRIVE_FILE_PREVIEWED, file),
            2 => (kinds::ONEDRIVE_FILE_DOWNLOADED, file),
            3 => (kinds::FILE_PREVIEWED, shared),
            4 => (kinds::FILE_DOWNLOADED, shared),
            5 => (kinds::SEND, mails::sent(today.person, chance.below(2_048))),
            _ => (kinds::SEARCH_QUERY_PERFORMED, ObjectNo::NONE),
        };
        writer.write(at, kind, client, object);
    }
    if chance.chance(Chance::percent(14)) {
        rarities::empty_a_bin(today, &Sitting { client, ..*desk }, chance, writer);
    }
    if today.habits.work == ENGINEERING && world.connects(kinds::GITHUB) {
        let client = Client { agent: world.git, ..client };
        for _ in 0..chance.between(2, 6) {
            at += chance.between(5, 90);
            let repository = chance.below(app_objects::count(world, app_objects::REPOSITORY));
            let object = app_objects::object(app_objects::REPOSITORY, repository);
            writer.write(at, kinds::GITHUB_CLONE, client, object);
        }
    }
}

/// Dozens of files of one library that get other names, and some that go, within half an hour.
fn tidying(
    today: &Today<'_>,
    desk: &Sitting,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let person = today.world.person(today.person);
    let own = chance.chance(Chance::percent(65));
    let library = if own {
        files::onedrive(today.person)
    } else {
        files::site_library(today.world, themes::department_site(today))
    };
    // On the computer, where the synchroniser passes it on, or in the browser.
    let synced = chance.chance(Chance::percent(75));
    let agent = if synced { agents::any(Use::Sync) } else { person.agents[0] };
    let client = Client { agent, ..desk.client };
    let (count, first) = (chance.between(25, 60), chance.below(files::FILES));
    let mut at = (desk.begin + chance.between(300, 5_400)).min(DAY - 40 * 60);
    for index in 0..count {
        let kind = match chance.weighted(&[48, 22, 10, 6, 14]) {
            0 => kinds::FILE_RENAMED,
            4 => kinds::FILE_MOVED,
            1 => kinds::FILE_MODIFIED,
            2 => kinds::FILE_DELETED,
            _ => kinds::FILE_UPLOADED,
        };
        let kind = if own { kinds::onedrive_twin(kind) } else { kind };
        writer.write(at, kind, client, files::object(library, first + index));
        at += chance.between(4, 55);
    }
}

/// A click in the browser: the application reads a calendar from then on.
fn consents(
    today: &Today<'_>,
    desk: &Sitting,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let apps = PrincipalIx::numbered(&today.world.principals);
    let personal: Vec<PrincipalIx> =
        apps.filter(|(_, app)| app.duty == Duty::Personal).map(|(index, _)| index).collect();
    let Some(&app) = personal.get(chance.below(personal.len() as u32) as usize) else { return };
    let at = desk.begin + chance.below((desk.end - desk.begin).max(60));
    writer.write(at, kinds::USER_CONSENT, desk.client, principals::application(app, 0));
}

/// A folder of the department that a partner needs, in an app that the partner can reach.
fn hands_over(
    today: &Today<'_>,
    desk: &Sitting,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let world = today.world;
    let work = today.habits.work;
    let (upload, class) = app_objects::shared_place(world);
    let site = files::site_library(world, themes::department_site(today));
    let (count, first) = (chance.between(8, 22), chance.below(240));
    let mut at = (desk.begin + chance.between(300, 5_400)).min(DAY - 3_600);
    for index in 0..count {
        let (uploaded, twin) = app_objects::file_and_twin(class, work, first + index);
        writer.write(at, kinds::FILE_DOWNLOADED, desk.client, files::object(site, twin));
        writer.write(at + 5 + chance.below(40), upload, desk.client, uploaded);
        at += chance.between(20, 120);
    }
}
