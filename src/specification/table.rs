//! The table of all settings: one place for name, type, range, default and meaning.

mod company;
mod life;
mod records;

use serde_json::Value as Json;

use super::shape::{Basis, Form, Setting, Shape};
use crate::catalogue::apps as catalogue;
use crate::catalogue::policies::POLICIES;
use crate::generate::birth::registrations;
use crate::generate::stories;
use crate::model::alert::Severity;
use crate::model::json::json;
use crate::model::person::{Persona, Role};
use crate::model::service_date::ServiceDate;
use crate::model::spec::Size;

/// Every setting, in the order in which they are shown.
pub(super) static SETTINGS: &[Setting] = &[
    setting("seed", Shape::Seed, "The seed: another seed is another company.", |basis| {
        json!(basis.spec.seed)
    }),
    setting(
        "size",
        Shape::One(sizes),
        "How big the company is, where the settings below do not say otherwise: tiny (10 users, 2 days of history), \
         small (50, 14), medium (500, 30) or large (2500, 30).",
        |basis| json!(basis.spec.size.name()),
    ),
    setting("name", Shape::Text(Form::Name(60)), "The company's name; drawn if absent.", none)
        .shown("Fabrikam"),
    setting(
        "domain",
        Shape::Text(Form::Domain),
        "Domain of the principal names; if absent, the label under onmicrosoft.com.",
        none,
    )
    .shown("fabrikam.example"),
    setting(
        "label",
        Shape::Text(Form::Label),
        "Host label of the tenant in LABEL.us2.portal.cloudappsecurity.com; made of the name if absent.",
        none,
    )
    .shown("fabrikam"),
    setting(
        "start",
        Shape::Text(Form::Instant),
        "The instant at which the clock first stands; history fills the days before it. The last midnight (UTC) if \
         absent.",
        none,
    )
    .shown("2026-11-24T00:00:00Z"),
    setting("freeze", Shape::Flag, "Let the clock stand still until it is moved.", |_| json!(false)),
    setting(
        "tokenStamps",
        Shape::One(|| vec!["virtual", "wall"]),
        "Which time stands in the tokens of Entra ID: that of the tenant's clock, or of the wall clock, for clients \
         that compare it with theirs. When they expire goes by the tenant's clock either way.",
        |_| json!("virtual"),
    ),
    setting(
        "serviceDate",
        Shape::Text(Form::Month),
        "The month whose services the tenant meets, whatever its clock shows: what they gained later is absent, and \
         what they had lost by then is gone. The command setServiceDate changes it.",
        |_| json!(ServiceDate::default()),
    ),
    setting(
        "users",
        Shape::Whole(10, 20_000),
        "Members whom the seed draws; `people` come on top. What the size decides beside this goes by the number of \
         users.",
        |basis| json!(basis.spec.size.users()),
    ),
    setting("guests", Shape::Whole(0, 2_000), "Guests of other organisations.", |basis| {
        json!(basis.figures.guests)
    }),
    setting("historyDays", Shape::Whole(1, 180), "Days of history before the start: activities stay in the log for 180.", |basis| {
        json!(basis.spec.size.history_days())
    }),
    company::DEPARTMENTS,
    company::OFFICES,
    setting(
        "supportDesk",
        Shape::Flag,
        "Two administrators on contract in Saint Petersburg cover nights and weekends.",
        |basis| json!(basis.figures.desk > 0),
    ),
    company::APPS,
    company::PEOPLE,
    company::PERSONAS,
    company::REGISTRATIONS,
    life::ACTIVITY,
    life::SLIPS,
    life::CALENDAR,
    life::HOLIDAYS,
    life::ABSENCES,
    life::TRAVEL,
    life::TURNOVER,
    life::STORYLINES,
    life::POLICIES,
    records::INGESTION,
    records::ALERTING,
    records::SECURITY_TEAM,
    records::TRIAGE,
];

const fn setting(key: &'static str, shape: Shape, doc: &'static str, default: fn(&Basis) -> Json) -> Setting {
    Setting { key, shape, doc, default, example: "", needed: false }
}

impl Setting {
    const fn shown(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    const fn needed(mut self) -> Self {
        self.needed = true;
        self
    }
}

/// No default that could be written down.
fn none(_: &Basis) -> Json {
    Json::Null
}

fn apps() -> Vec<&'static str> {
    catalogue::names()
}

fn sizes() -> Vec<&'static str> {
    Size::ALL.iter().map(|size| size.name()).collect()
}

fn personas() -> Vec<&'static str> {
    Persona::ALL.iter().map(|persona| persona.name()).collect()
}

fn roles() -> Vec<&'static str> {
    Role::ALL.iter().map(|role| role.name()).collect()
}

fn permissions() -> Vec<&'static str> {
    registrations::every_value().collect()
}

fn storylines() -> Vec<&'static str> {
    stories::names()
}

fn severities() -> Vec<&'static str> {
    Severity::ALL.map(Severity::name).to_vec()
}

fn policies() -> Vec<&'static str> {
    POLICIES.iter().map(|policy| policy.name).collect()
}
