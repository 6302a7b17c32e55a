//! Settings of how records come about and change.

use super::{apps, none, setting};
use crate::model::json::json;
use crate::specification::shape::{Form, Setting, Shape};

/// A share of some records.
const SHARE: Shape = Shape::Decimal(0, 1);

pub(super) const INGESTION: Setting = setting(
    "ingestion",
    Shape::Keys(COMING_IN),
    "How records come in, beyond what is usual: minutes after what they tell, rarely hours. The command setIngestion \
     changes it.",
    none,
);

static COMING_IN: &[Setting] = &[
    setting(
        "lags",
        Shape::List(&LAG, 32, 0),
        "Which activities come in later than they would anyway, and so out of order. The first that is about an app \
         counts for it.",
        none,
    )
    .shown("[{app: Salesforce, from: 1h, to: 4h, share: 0.2}, {from: 5m}]"),
    setting(
        "grain",
        Shape::Text(Form::Length(1, 3_600)),
        "Times of activities and alerts are rounded down to this, so that many tell the same; when they come in is \
         not.",
        none,
    )
    .shown("1m"),
];

static LAG: Shape = Shape::Keys(&[
    setting("app", Shape::One(apps), "The app; every app that no lag before it is about, if absent.", none),
    setting("from", LATE, "So much later at least.", none).needed(),
    setting("to", LATE, "So much later at most; as `from` if absent.", none),
    setting("share", SHARE, "The share of the app's activities that are late.", |_| json!(1)),
]);

const LATE: Shape = Shape::Text(Form::Length(0, 86_400));

pub(super) const ALERTING: Setting = setting(
    "alerting",
    Shape::Keys(BECOMING),
    "What becomes of alerts after they were raised. The command setAlerting changes it.",
    none,
);

static BECOMING: &[Setting] = &[setting(
    "joinWithin",
    Shape::Text(Form::Length(600, 604_800)),
    "For so long after an alert was raised, what its policy notices again about its user joins it as further evidence, \
     while it is open. If absent, that is passed over for a day.",
    none,
)
.shown("12h")];

pub(super) const TRIAGE: Setting = setting(
    "triage",
    Shape::Flag,
    "The company's own analysts go on with alerts from the start on, those of storylines included: in their shifts, with \
     notes, resets of passwords and now and then a mistake. Otherwise alerts stay open unless a client closes them. Not \
     together with securityTeam.",
    |_| json!(false),
);

pub(super) const SECURITY_TEAM: Setting = setting(
    "securityTeam",
    Shape::Keys(WORK),
    "What the company's own security team does with new alerts, but for those of storylines. If nothing is said, it \
     handles some of the history, and none from the start on. The command setSecurityTeam changes it.",
    none,
);

static WORK: &[Setting] = &[
    setting("reads", SHARE, "The share of new alerts that it reads, those included that it closes.", none)
        .shown("0.9"),
    setting(
        "closes",
        SHARE,
        "The share of new alerts that it closes, which a closing in the log tells.",
        none,
    )
    .shown("0.5"),
    setting("within", Shape::Text(Form::Length(600, 604_800)), "By when it has done so; 8h if absent.", none)
        .shown("4h"),
];
