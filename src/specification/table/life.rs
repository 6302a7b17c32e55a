//! Settings of what happens: work, slips, absences, storylines, policies.

use serde_json::{Map, Value as Json};

use super::{none, policies, setting, severities, storylines};
use crate::catalogue::policies::POLICIES as CATALOGUE;
use crate::generate::stories;
use crate::generate::world::figures::Figures;
use crate::model::json::json;
use crate::model::spec::Calendar;
use crate::specification::shape::{Form, Setting, Shape};

/// Per thousand.
const RATE: Shape = Shape::Decimal(0, 1_000);

pub(super) const ACTIVITY: Setting =
    setting("activity", Shape::Keys(WORK), "How much is done, and when.", none);

static WORK: &[Setting] = &[
    setting(
        "perWorkingDay",
        Shape::Decimal(4, 120),
        "Mean number of activities of a member's working day; people differ.",
        |basis| json!(basis.figures.per_working_day),
    ),
    setting(
        "weekends",
        Shape::Whole(0, 800),
        "How often people work on days of the weekend, in percent of the usual; 0 is never.",
        |basis| json!(basis.figures.weekends),
    ),
    setting("nights", RATE, "Working days with a session in the night, per 1,000.", |basis| {
        json!(basis.figures.nights.shown)
    }),
    setting("evenings", RATE, "Working days with a session in the evening, per 1,000.", |basis| {
        json!(basis.figures.evenings.shown)
    }),
    setting("guests", RATE, "Weekdays on which a guest looks in, per 1,000.", |basis| {
        json!(basis.figures.guest_days.shown)
    }),
    setting("failedSignIns", RATE, "Sign-ins that fail first, per 1,000.", |basis| {
        json!(basis.figures.failed_sign_ins.shown)
    }),
    setting(
        "guesses",
        RATE,
        "Days on which strangers guess at an account's password in vain, per 1,000.",
        |basis| json!(basis.figures.guesses.shown),
    ),
];

pub(super) const SLIPS: Setting = setting(
    "slips",
    Shape::Keys(MISTAKES),
    "What happens by mistake and raises alerts, per 1,000 working days of a member.",
    none,
);

static MISTAKES: &[Setting] = &[
    setting("lockedOut", RATE, "Fails to sign in a dozen times.", |basis| {
        json!(basis.figures.locked_out.shown)
    }),
    setting("anonymousProxy", RATE, "Signs in through an anonymous proxy.", |basis| {
        json!(basis.figures.anonymous_proxy.shown)
    }),
    setting("massDownload", RATE, "Downloads a whole folder.", |basis| {
        json!(basis.figures.mass_download.shown)
    }),
    setting("externalShare", RATE, "Shares a file with somebody outside.", |basis| {
        json!(basis.figures.external_share.shown)
    }),
    setting(
        "cloudDesktop",
        RATE,
        "Works on a machine in a cloud, which may stand in another country.",
        |basis| json!(basis.figures.cloud_desktop.shown),
    ),
    setting("tidying", RATE, "Renames and deletes dozens of files.", |basis| {
        json!(basis.figures.tidying.shown)
    }),
    setting("consents", RATE, "Consents to a harmless application.", |basis| {
        json!(basis.figures.consents.shown)
    }),
    setting("handovers", RATE, "Puts a folder into an app of another vendor, for a partner.", |basis| {
        json!(basis.figures.handovers.shown)
    }),
    setting("adminAtHome", RATE, "An administrator administers from home without the VPN.", |basis| {
        json!(basis.figures.admin_at_home.shown)
    }),
    setting("nightChanges", RATE, "An administrator changes things in the middle of the night.", |basis| {
        json!(basis.figures.night_changes.shown)
    }),
];

pub(super) const CALENDAR: Setting = setting(
    "calendar",
    Shape::One(|| vec![Calendar::Synthetic.name(), Calendar::Real.name()]),
    "Whose public holidays are kept: synthetic ones are drawn by the day counted from the start, so that starts whole \
     weeks apart tell the same story; real ones are those of the offices' countries by the date, so that they do not. \
     Real ones are known of BR, DE, FR, GB, IN, NL, RU, SG and US; other countries have those of holidays.days.",
    |_| json!(Calendar::default().name()),
);

pub(super) const HOLIDAYS: Setting = setting("holidays", Shape::Keys(FREE_DAYS), "Public holidays.", none);

static FREE_DAYS: &[Setting] = &[
    setting(
        "perYear",
        Shape::Decimal(0, 52),
        "How many are drawn in a year and country; not with calendar: real.",
        |basis| json!(basis.figures.holidays),
    ),
    setting("days", Shape::List(&FREE_DAY, 100, 0), "Holidays beside the drawn ones.", none)
        .shown("[{country: GB, day: -1}]"),
];

static FREE_DAY: Shape = Shape::Keys(&[
    setting("country", Shape::Text(Form::Country), "ISO country code of an office.", none).needed(),
    setting("day", Shape::Whole(-180, 400), "The day, counted from the start's: -1 is the day before.", none)
        .needed(),
]);

pub(super) const ABSENCES: Setting = setting(
    "absences",
    Shape::Keys(DAYS_OFF),
    "Days off of single members, beside holidays, per 1,000.",
    none,
);

static DAYS_OFF: &[Setting] = &[
    setting("days", RATE, "Working days that are missed: ill, at a training, moving house.", |basis| {
        json!(basis.figures.days_off.shown)
    }),
    setting("weeks", RATE, "Weeks of leave.", |basis| json!(basis.figures.weeks_off.shown)),
    setting("fortnights", RATE, "Fortnights of leave.", |basis| json!(basis.figures.fortnights_off.shown)),
];

pub(super) const TRAVEL: Setting =
    setting("travel", Shape::Keys(TRIPS), "Business trips: weeks that have one, per 1,000.", none);

static TRIPS: &[Setting] = &[
    setting("frequent", RATE, "Of executives and of those who sell.", |basis| {
        json!(basis.figures.frequent_travel.shown)
    }),
    setting("others", RATE, "Of everybody else but administrators.", |basis| {
        json!(basis.figures.travel.shown)
    }),
];

pub(super) const TURNOVER: Setting = setting(
    "turnover",
    Shape::Keys(CHANGES),
    "Who starts and who leaves: within the history, which must have 10 days for it, and from the start on.",
    none,
);

static CHANGES: &[Setting] = &[
    setting("joiners", Shape::Whole(0, 500), "How many start within the history.", |basis| {
        json!(basis.figures.joiners)
    }),
    setting("leavers", Shape::Whole(0, 500), "How many leave within the history.", |basis| {
        json!(basis.figures.leavers)
    }),
    setting(
        "perYear",
        Shape::Whole(0, 100),
        "How many join in a year from the start on, and how many leave, per 100 users; moves, reorganisations, new \
         guests and new sites come along with them, and 0 is none of all that. A quarter of the users may join, and half \
         as many guests as there are be invited; then, and after five years, the company stays as it is.",
        |basis| json!(basis.figures.per_year),
    ),
];

pub(super) const STORYLINES: Setting = setting(
    "storylines",
    Shape::Either(STORIES),
    "The attacks and misdeeds that are told: some, by the number of people; or how many of the catalogue, or which, or \
     none. If they are drawn, one tenant in twelve has had none.",
    |basis| {
        let Figures { story_base, story_rate, .. } = basis.figures;
        json!({"base": story_base, "perThousandUsersAndMonth": story_rate})
    },
);

static STORIES: &[Shape] =
    &[Shape::Nothing, Shape::Whole(0, stories::COUNT as i64), Shape::Keys(DOSE), Shape::List(&STORY, 64, 0)];

static DOSE: &[Setting] = &[
    setting("base", RATE, "How many a history is expected to have, however few work there.", |basis| {
        json!(basis.figures.story_base)
    }),
    setting(
        "perThousandUsersAndMonth",
        RATE,
        "How many on top, per 1,000 members and 30 days of history.",
        |basis| json!(basis.figures.story_rate),
    ),
];

static STORY: Shape = Shape::Keys(&[
    setting("name", Shape::One(storylines), "Its name.", none).needed(),
    setting(
        "user",
        Shape::Text(Form::Principal),
        "To whom it happens: a persona, a principal name, or what stands before the @ of one. Drawn if absent.",
        none,
    ),
    setting(
        "when",
        Shape::Text(Form::Moment),
        "When it begins, on the clocks of the user's office: the day counted from the start's, and the time. Drawn \
         if absent.",
        none,
    ),
    setting(
        "size",
        Shape::Whole(1, 1_000),
        "How big it is: files, mails or accounts, as the story has it, up to twice its usual size. Drawn if absent.",
        none,
    ),
]);

pub(super) const POLICIES: Setting = setting(
    "policies",
    Shape::Named(policies, &POLICY),
    "Which policies raise alerts, how grave these are, and from how many within how many seconds on. One that is not \
     named is on as it was in the month of serviceDate: since 2025-06 what the rules of some notice is a behavior, \
     unless they are named here.",
    |_| {
        let row = |policy: &crate::catalogue::policies::Policy| {
            let severity = policy.severity.name();
            let told = policy.rule.limits().map_or(
                json!({"severity": severity}),
                |(count, seconds)| json!({"count": count, "seconds": seconds, "severity": severity}),
            );
            (policy.name.to_owned(), told)
        };
        Json::Object(CATALOGUE.iter().map(row).collect::<Map<String, Json>>())
    },
);

static POLICY: Shape = Shape::Either(&[
    Shape::Flag,
    Shape::Keys(&[
        setting("count", Shape::Whole(2, 1_000), "How many within the window.", none),
        setting("seconds", Shape::Whole(60, 86_400), "The window.", none),
        setting("severity", Shape::One(severities), "Severity of its alerts.", none),
    ]),
]);
