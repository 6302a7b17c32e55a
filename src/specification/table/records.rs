//! Settings of how records come about and change.

use serde_json::json;

use super::{apps, none, setting};
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
