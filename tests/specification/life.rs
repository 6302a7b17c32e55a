//! Settings of what happens.

use mock_defender::catalogue::kinds;
use mock_defender::catalogue::kinds::kind;
use mock_defender::catalogue::policies::{POLICIES, Policing};
use mock_defender::generate::world::{IpCategory, Office};
use mock_defender::generate::{World, stories};
use mock_defender::model::activity::{Action, Event};
use mock_defender::model::alert::Handling;
use mock_defender::model::index::StoryNo;
use mock_defender::model::person::Person;
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::tenant::{Mode, Tenant, Wall};

use super::{Case, case, history, read, world};

/// The person who acted.
fn somebody<'w>(world: &'w World, event: &Event) -> Option<&'w Person> {
    world.person_of_actor(event.actor).map(|person| world.person(person))
}

/// The office of the person who acted.
fn office<'w>(world: &'w World, event: &Event) -> &'w Office {
    world.office_of(world.person_of_actor(event.actor).unwrap())
}

/// What members would do within history, storylines left out.
fn ordinary(world: &World) -> Vec<Event> {
    let member = |event: &Event| somebody(world, event).is_some_and(|person| !person.guest);
    history(world).into_iter().filter(|event| event.story.is_none() && member(event)).collect()
}

/// Local weekday (0 is Monday) and hour of an event.
fn clock(world: &World, event: &Event) -> (i64, i64) {
    let offset = Span::minutes(i64::from(office(world, event).utc_offset_minutes));
    let there = event.timestamp() + offset;
    ((there.day() + 3).rem_euclid(7), there.seconds().rem_euclid(86_400) / 3_600)
}

fn count(world: &World, of: impl Fn(&Event) -> bool) -> usize {
    ordinary(world).iter().filter(|event| of(event)).count()
}

fn failed(event: &Event) -> bool {
    event.kind == kinds::USER_LOGIN_FAILED
}

fn risky(world: &World, event: &Event) -> bool {
    event.kind == kinds::USER_LOGGED_IN && world.address(event.address).place.category == IpCategory::Risky
}

const fn within(
    setting: &'static str,
    text: &'static str,
    beside: &'static str,
    holds: fn(&World) -> bool,
) -> Case {
    Case { setting, text, beside, holds }
}

const MONTH: &str = "historyDays: 28\nstorylines: none";
const YEAR: &str = "historyDays: 100\nstorylines: none\nusers: 12";

/// How long before they were stored the activities of an app happened, in history.
fn lags(world: &World, app: Option<u32>) -> Vec<Span> {
    let tenant = Tenant::born(&world.spec, Mode::Frozen, Wall::manual(world.spec.start));
    let view = tenant.read();
    let log = &view.state.core().log;
    let rows = log.chunks(view.now).flat_map(|(_, chunk, shown)| (0..shown).map(|row| chunk.event(row)));
    let about = rows.filter(|event| app.is_none_or(|app| kind(event.kind).app == app));
    about.map(|event| event.created - event.timestamp()).collect()
}

/// A history with some alerts, which are a day old at least when it ends.
const TEAM: &str = "historyDays: 12\nstorylines: none\nslips: {externalShare: 60}";

/// The alerts that a day has passed since, with how they were handled.
fn handled(world: &World) -> Vec<(VirtualTime, Handling)> {
    let tenant = Tenant::born(&world.spec, Mode::Frozen, Wall::manual(world.spec.start));
    let view = tenant.read();
    let old = view.state.alerts(view.now).filter(|alert| alert.seen.raised < view.now - Span::days(1));
    let all: Vec<_> = old.map(|alert| (alert.seen.raised, alert.handling.clone())).collect();
    assert!(all.len() > 10, "{}", all.len());
    all
}

pub(crate) const CASES: &[Case] = &[
    within(
        "ingestion.lags",
        "ingestion: {lags: [{app: Salesforce, from: 6h, to: 8h}]}",
        "users: 40",
        |world| {
            let (late, others) = (lags(world, Some(kinds::SALESFORCE)), lags(world, Some(kinds::EXCHANGE)));
            assert!(!late.is_empty() && others.iter().any(|lag| *lag < Span::hours(1)));
            late.iter().all(|lag| (Span::hours(6)..Span::hours(14)).contains(lag))
        },
    ),
    within("alerting.joinWithin", "alerting: {joinWithin: 12h}\nsecurityTeam: {reads: 0}", TEAM, |world| {
        handled(world).iter().any(|(_, handling)| handling.version > 0 && !handling.read)
    }),
    within("securityTeam.reads", "securityTeam: {reads: 1}", TEAM, |world| {
        handled(world).iter().all(|(_, handling)| handling.read && handling.resolved.is_none())
    }),
    within("securityTeam.closes", "securityTeam: {closes: 1}", TEAM, |world| {
        handled(world).iter().all(|(_, handling)| handling.resolved.is_some())
    }),
    within("securityTeam.within", "securityTeam: {closes: 1, within: 10m}", TEAM, |world| {
        let soon = |(raised, handling): &(VirtualTime, Handling)| {
            handling.resolved.is_some_and(|at| at - *raised <= Span::minutes(10))
        };
        handled(world).iter().all(soon)
    }),
    within("triage", "triage: on", TEAM, |world| {
        let tenant = Tenant::born(&world.spec, Mode::Frozen, Wall::manual(world.spec.start));
        tenant.advance(Span::days(8)).unwrap();
        let view = tenant.read();
        let mut later = view.state.alerts(view.now).filter(|alert| alert.seen.raised > world.spec.start);
        later.any(|alert| alert.handling.resolved.is_some())
    }),
    case("ingestion.grain", "ingestion: {grain: 1m}", |world| {
        let tenant = Tenant::born(&world.spec, Mode::Frozen, Wall::manual(world.spec.start));
        let view = tenant.read();
        let log = &view.state.core().log;
        let whole = |at: VirtualTime| at.seconds() % 60 == 0 && at.millis() % 1_000 == 0;
        let mut rows =
            log.chunks(view.now).flat_map(|(_, chunk, shown)| (0..shown).map(|row| chunk.event(row)));
        rows.all(|event| whole(event.timestamp()))
            && view.state.alerts(view.now).all(|alert| whole(alert.seen.raised))
    }),
    within("activity.perWorkingDay", "activity: {perWorkingDay: 60}", MONTH, |world| {
        count(world, |_| true) > 12 * 28 * 20
    }),
    within("activity.weekends", "activity: {weekends: 0}", MONTH, |world| {
        // Strangers guess on, whatever day it is.
        let guessed = |event: &Event| failed(event) || event.kind == kinds::SECOND_FACTOR_REQUIRED;
        count(world, |event| clock(world, event).0 > 4 && !guessed(event)) == 0
    }),
    within("activity.nights", "activity: {nights: 1000}", MONTH, |world| {
        count(world, |event| clock(world, event).1 < 4 && !failed(event)) > 100
    }),
    within("activity.evenings", "activity: {evenings: 1000}", MONTH, |world| {
        count(world, |event| clock(world, event).1 > 18 && !failed(event)) > 300
    }),
    within("activity.guests", "activity: {guests: 1000}", MONTH, |world| {
        let guest = |event: &Event| somebody(world, event).is_some_and(|person| person.guest);
        history(world).iter().filter(|event| guest(event)).count() > 40
    }),
    within("activity.failedSignIns", "activity: {failedSignIns: 500}", MONTH, |world| {
        count(world, failed) > 250
    }),
    within("activity.guesses", "activity: {guesses: 1000}", MONTH, |world| {
        let stranger = |event: &Event| {
            let place = world.address(event.address).place;
            let own = world.person_of_actor(event.actor).map(|person| &world.person(person).agents);
            failed(event)
                && !["US", "RU"].contains(&place.country.as_ref())
                && own.is_some_and(|own| !own.contains(&event.agent))
        };
        count(world, stranger) > 100
    }),
    within("slips.lockedOut", "slips: {lockedOut: 1000}", MONTH, |world| count(world, failed) > 1_000),
    within("slips.anonymousProxy", "slips: {anonymousProxy: 1000}", MONTH, |world| {
        count(world, |event| risky(world, event)) > 100
    }),
    within("slips.massDownload", "slips: {massDownload: 1000}", MONTH, |world| {
        count(world, |event| kind(event.kind).action == Action::Download) > 8_000
    }),
    within("slips.externalShare", "slips: {externalShare: 1000}", MONTH, |world| {
        count(world, |event| kind(event.kind).action == Action::ShareExternal) > 150
    }),
    within("slips.cloudDesktop", "slips: {cloudDesktop: 1000}", MONTH, |world| {
        let cloud = |event: &Event| world.address(event.address).place.category == IpCategory::CloudProvider;
        count(world, |event| event.kind == kinds::USER_LOGGED_IN && cloud(event)) > 60
    }),
    within("slips.tidying", "slips: {tidying: 1000}", MONTH, |world| {
        let renamed = [kinds::FILE_RENAMED, kinds::ONEDRIVE_FILE_RENAMED];
        count(world, |event| renamed.contains(&event.kind)) > 1_500
    }),
    within("slips.consents", "slips: {consents: 1000}", MONTH, |world| {
        count(world, |event| event.kind == kinds::USER_CONSENT) > 60
    }),
    within("slips.handovers", "slips: {handovers: 1000}", MONTH, |world| {
        let elsewhere =
            [kinds::BOX_UPLOAD, kinds::DROPBOX_ADD, kinds::GOOGLE_CREATE, kinds::SLACK_FILE_UPLOADED];
        count(world, |event| elsewhere.contains(&event.kind)) > 800
    }),
    within("slips.adminAtHome", "slips: {adminAtHome: 0}", MONTH, |world| {
        let outside = |event: &Event| {
            let category = world.address(event.address).place.category;
            !matches!(category, IpCategory::Corporate | IpCategory::Vpn)
        };
        count(world, |event| kind(event.kind).administrative && outside(event)) == 0
    }),
    within("slips.nightChanges", "slips: {nightChanges: 1000}", MONTH, |world| {
        count(world, |event| kind(event.kind).administrative && clock(world, event).1 < 5) > 60
    }),
    within("holidays.perYear", "holidays: {perYear: 52}", YEAR, |world| {
        // One working day of every week, on which few look in.
        count(world, |_| true) < 8_900
    }),
    within(
        "calendar",
        "calendar: real",
        "start: 2025-11-29T00:00:00Z\nstorylines: none\nusers: 40",
        |world| {
            // The fourth Thursday of November, in the United States.
            let thanksgiving = |event: &Event| {
                let there =
                    event.timestamp() + Span::minutes(i64::from(office(world, event).utc_offset_minutes));
                office(world, event).country == "US" && there.day() == world.spec.start.day() - 2
            };
            count(world, |event| thanksgiving(event) && !failed(event)) < 180
        },
    ),
    within("holidays.days", "holidays: {days: [{country: US, day: -1}]}", "storylines: none", |world| {
        let day_before = |event: &Event| {
            let offset = Span::minutes(i64::from(office(world, event).utc_offset_minutes));
            (event.timestamp() + offset).day() == world.spec.start.day() - 1
        };
        count(world, |event| day_before(event) && !failed(event)) < 60
    }),
    within("absences.days", "absences: {days: 1000}", MONTH, |world| weekday_work(world) < 300),
    within("absences.weeks", "absences: {weeks: 1000}", MONTH, |world| weekday_work(world) < 300),
    within("absences.fortnights", "absences: {fortnights: 1000}", MONTH, |world| weekday_work(world) < 300),
    within("travel.frequent", "travel: {frequent: 1000}", YEAR, |world| {
        abroad(world, &["Executive", "Sales"])
    }),
    within("travel.others", "travel: {others: 1000}", YEAR, |world| {
        abroad(world, &["Operations", "Customer Support"])
    }),
    within("turnover.joiners", "turnover: {joiners: 2}", MONTH, |world| world.turnover_counts() == (2, 0)),
    within("turnover.leavers", "turnover: {leavers: 2}", MONTH, |world| world.turnover_counts() == (0, 2)),
    within("turnover.perYear", "turnover: {perYear: 40}", MONTH, |world| {
        let users = world.people_at_birth().iter().filter(|person| !person.guest).count();
        world.people.len() - world.people_at_birth().len() > users / 5
    }),
    case("storylines", "storylines: none", |world| world.storylines.is_empty()),
    within("storylines", "storylines: {base: 40}", "users: 80\nhistoryDays: 20", |world| {
        world.storylines.len() > 18
    }),
    within(
        "storylines",
        "storylines: {base: 0, perThousandUsersAndMonth: 1000}",
        "users: 80\nhistoryDays: 20",
        |world| world.storylines.len() > 18,
    ),
    case("policies", "policies: {Impossible travel: off}", |world| {
        let off = |policy: &&Policing| policy.switched == Some(false);
        off(&&world.policies[0]) && world.policies.iter().filter(off).count() == 1
    }),
];

/// How much those who play no persona do on weekdays.
fn weekday_work(world: &World) -> usize {
    count(world, |event| {
        clock(world, event).0 < 5 && !failed(event) && somebody(world, event).unwrap().persona.is_none()
    })
}

/// Most weeks somebody of these departments is seen in another country.
fn abroad(world: &World, departments: &[&str]) -> bool {
    count(world, |event| {
        let person = somebody(world, event).unwrap();
        let place = world.address(event.address).place;
        let there = place.country != office(world, event).country;
        there
            && !failed(event)
            && place.category == IpCategory::None
            && departments.contains(&person.department.as_ref())
    }) > 300
}

#[test]
fn settings_of_activity_take_effect() {
    CASES.iter().for_each(Case::check);
}

#[test]
fn storylines_happen_to_the_specified_user_at_the_specified_time() {
    let world = world(
        "historyDays: 12\nusers: 40\nstorylines:\n\
         - {name: dormant-app-reawakened, user: global-admin, when: \"-5d 03:15\", size: 7}\n\
         - {name: impossible-travel}\n\
         - {name: impossible-travel, when: \"+2d 10:00\"}\n",
    );
    let [first, second, third] = &world.storylines[..] else { panic!("{:?}", world.storylines) };
    let admin = world.persona(mock_defender::model::person::Persona::GlobalAdmin).unwrap();
    assert_eq!((first.user, first.size, first.ordinal), (admin, 7, StoryNo::new(0)));
    // Seattle's clocks are eight hours behind.
    assert_eq!(first.begins, Span::minutes(-5 * 1_440 + 3 * 60 + 15 + 480));
    assert_eq!((second.name, third.name), ("impossible-travel", "impossible-travel"));
    assert!(second.user != third.user && second.begins < Span::default() && third.begins > Span::days(1));
}

#[test]
fn a_storyline_in_the_future_happens_when_its_time_comes() {
    let spec = read(
        "storylines: [{name: first-admin-activity-from-new-country, user: security-admin, when: \"+1d 08:00\"}]",
    );
    let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
    let told = |tenant: &Tenant| {
        let view = tenant.read();
        let log = &view.state.core().log;
        log.chunks(view.now)
            .map(|(_, chunk, shown)| {
                chunk.story[..shown]
                    .iter()
                    .filter(|story| **story == StoryNo::to_column(Some(StoryNo::new(0))))
                    .count()
            })
            .sum::<usize>()
    };
    assert_eq!(told(&tenant), 0);
    tenant.advance(Span::days(2)).unwrap();
    assert!(told(&tenant) > 3);
}

fn alerts(text: &str) -> Vec<&'static str> {
    let spec = read(text);
    let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
    let view = tenant.read();
    view.state.alerts(view.now).map(|alert| POLICIES[alert.seen.policy.index()].name).collect()
}

#[test]
fn policies_raise_alerts_from_their_thresholds_on_unless_off() {
    let name = "Mass download by a single user";
    let beside = "historyDays: 5\nstorylines: none\nslips: {massDownload: 300}\n";
    let count = |policies: &str| {
        alerts(&format!("{beside}{policies}")).iter().filter(|alert| **alert == name).count()
    };
    let usual = count("");
    assert!(usual > 3, "{usual}");
    assert_eq!(count(&format!("policies: {{{name}: off}}")), 0);
    assert_eq!(count(&format!("policies: {{{name}: on}}")), usual);
    assert_eq!(count(&format!("policies: {{{name}: {{count: 900}}}}")), 0);
    assert!(count(&format!("policies: {{{name}: {{count: 2, seconds: 7200}}}}")) > usual);
    // A severity is one, whether the policy counts or not.
    for (policy, told) in
        [(name, "severity: low"), (name, "count: 40, severity: low"), ("Impossible travel", "severity: high")]
    {
        let world = world(&format!("{beside}policies: {{{policy}: {{{told}}}}}"));
        let at = POLICIES.iter().position(|known| known.name == policy).unwrap();
        assert_eq!(
            format!("severity: {}", world.policies[at].severity.name()),
            told.rsplit(", ").next().unwrap()
        );
        assert_eq!(world.policies[at].switched, Some(true));
    }
    // The alert that a storyline brings along is its policy's.
    let story = "historyDays: 12\nstorylines: [{name: dormant-app-reawakened, when: \"-2d 10:00\"}]\n";
    let speaks =
        |policies: &str| alerts(&format!("{story}{policies}")).contains(&"Unusual ISP for an OAuth app");
    assert!(speaks("") && !speaks("policies: {Unusual ISP for an OAuth app: off}"));
}

#[test]
fn a_storyline_may_have_happened_at_any_time_of_the_history() {
    let beside = "historyDays: 20\nusers: 60\napps: [Microsoft Azure, GitHub]\nturnover: {leavers: 4}";
    for name in stories::names() {
        for when in ["-19d 10:20", "-11d 15:05", "-6d 02:40", "-2d 12:00"] {
            // Nobody has left yet.
            if name == "terminated-user-still-active" && when != "-2d 12:00" {
                continue;
            }
            let text = format!("{beside}\nstorylines: [{{name: {name}, when: \"{when}\"}}]");
            let world = world(&text);
            let [story] = &world.storylines[..] else { panic!("{text}") };
            let begins = world.spec.start + story.begins;
            let told: Vec<Event> =
                history(&world).into_iter().filter(|event| event.story.is_some()).collect();
            assert!(told.len() > 1, "{name} {when}: {told:?}");
            assert!(told.iter().all(|event| event.timestamp() >= begins), "{name} {when}");
            let soonest = told.iter().map(Event::timestamp).min().unwrap();
            assert!(soonest - begins < Span::hours(4), "{name} {when} begins at {soonest}");
        }
    }
}
