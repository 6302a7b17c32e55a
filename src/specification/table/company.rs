//! Settings of what a company is: departments, offices, apps, people, registrations.

use super::{none, permissions, personas, roles, setting};
use crate::catalogue::apps;
use crate::generate::birth::registrations;
use crate::generate::world::{branches, sites};
use crate::model::json::json;
use crate::specification::shape::{Form, Setting, Shape};

/// A weight.
const WEIGHTS: Shape = Shape::Whole(0, 10_000);

pub(super) const DEPARTMENTS: Setting = setting(
    "departments",
    Shape::List(&DEPARTMENT, 20, 1),
    "The departments and their shares of the members. Executive, IT and Legal have the few people whom every tenant \
     needs, whether they are listed or not.",
    |_| branches::known().map(|(name, weight)| json!({"name": name, "weight": weight})).collect(),
);

static DEPARTMENT: Shape = Shape::Keys(&[
    setting(
        "name",
        Shape::Text(Form::Name(60)),
        "Its name. One of the catalogue brings titles and files along.",
        none,
    )
    .needed(),
    setting("weight", WEIGHTS, "Its share of the members, beside the weights of the others.", none),
    setting(
        "like",
        Shape::One(departments),
        "Whose work it does, where its name is not in the catalogue; Operations if absent.",
        none,
    ),
    setting("head", Shape::Text(Form::Name(60)), "Title of its head.", none),
    setting("lead", Shape::Text(Form::Name(60)), "Title of a team lead.", none),
    setting("titles", Shape::List(&Shape::Text(Form::Name(60)), 30, 1), "Titles of everybody else.", none),
]);

fn departments() -> Vec<&'static str> {
    branches::known().map(|(name, _)| name).collect()
}

pub(super) const OFFICES: Setting = setting(
    "offices",
    Shape::List(&OFFICE, 14, 1),
    "The offices and their shares of the members; the first is the head office. Seattle, London, Amsterdam, \
     Bengaluru, Singapore, São Paulo, Munich and Paris need nothing but their name. Any other city needs country, \
     zone (or utcOffsetMinutes), latitude and longitude; there can be six of these.",
    |basis| {
        let usual = sites::known().take(sites::usual(basis.figures.scale));
        usual.map(|(city, weight)| json!({"city": city, "weight": weight})).collect()
    },
);

static OFFICE: Shape = Shape::Keys(&[
    setting("city", Shape::Text(Form::Name(60)), "Its city.", none).needed(),
    setting("weight", WEIGHTS, "Its share of the members, beside the weights of the others.", none),
    setting("country", Shape::Text(Form::Country), "ISO country code.", none),
    setting("countryName", Shape::Text(Form::Name(60)), "Country name in English.", none),
    setting("zone", Shape::Text(Form::Zone), "IANA time zone.", none),
    setting("utcOffsetMinutes", Shape::Whole(-720, 840), "Minutes east of UTC, instead of a zone.", none),
    setting("latitude", Shape::Decimal(-90, 90), "Degrees north.", none),
    setting("longitude", Shape::Decimal(-180, 180), "Degrees east.", none),
]);

pub(super) const APPS: Setting = setting(
    "apps",
    Shape::List(&Shape::One(every_app), 40, 0),
    "The connected apps, beside Microsoft 365 with Exchange, SharePoint, OneDrive and Teams, Defender for Cloud Apps, \
     Salesforce and Box, which are always there. Drawn if absent.",
    none,
)
.shown("[Slack, GitHub, Zoom]");

fn every_app() -> Vec<&'static str> {
    apps::APPS.iter().map(|app| app.name).collect()
}

pub(super) const PEOPLE: Setting = setting(
    "people",
    Shape::List(&PERSON, 500, 0),
    "People by name, on top of those whom the seed draws.",
    none,
)
.shown("[{displayName: Ada Example, department: Engineering, roles: [Security Reader]}]");

static PERSON: Shape = Shape::Keys(&[
    setting(
        "displayName",
        Shape::Text(Form::Name(60)),
        "Given name and family name; the last word is the family name.",
        none,
    )
    .needed(),
    setting(
        "upn",
        Shape::Text(Form::Principal),
        "Principal name, or what stands before its @; made of the name if absent.",
        none,
    ),
    setting("department", Shape::Text(Form::Name(60)), "One of the departments; Operations if absent.", none),
    setting("office", Shape::Text(Form::Name(60)), "City of one of the offices; drawn if absent.", none),
    setting("title", Shape::Text(Form::Name(60)), "Job title; drawn if absent.", none),
    setting("roles", Shape::List(&Shape::One(roles), 9, 0), "Directory roles.", none),
    setting(
        "persona",
        Shape::One(personas),
        "The persona that this person plays instead of a drawn one.",
        none,
    ),
    setting("guest", Shape::Flag, "A guest of another organisation.", none),
    setting("disabled", Shape::Flag, "May not sign in.", none),
]);

pub(super) const PERSONAS: Setting = setting(
    "personas",
    Shape::Named(personas, &PERSONA),
    "How those are called who play the personas that tests lean on.",
    none,
)
.shown("{global-admin: {displayName: Grace Root, upn: grace}}");

static PERSONA: Shape = Shape::Keys(&[
    setting(
        "displayName",
        Shape::Text(Form::Name(60)),
        "Given name and family name; the last word is the family name.",
        none,
    ),
    setting("upn", Shape::Text(Form::Principal), "Principal name, or what stands before its @.", none),
]);

pub(super) const REGISTRATIONS: Setting = setting(
    "registrations",
    Shape::List(&REGISTRATION, 50, 0),
    "Application registrations beside those that every tenant has: full, read-only, unconsented, delegated, expired-secret, certificate and middle-tier.",
    none,
)
.shown("[{name: siem, permissions: [investigation.read], consented: true}]");

static REGISTRATION: Shape = Shape::Keys(&[
    setting("name", Shape::Text(Form::Short), "The name by which the information block calls it.", none)
        .needed(),
    setting("displayName", Shape::Text(Form::Name(60)), "Display name; the name if absent.", none),
    setting(
        "permissions",
        Shape::List(&Shape::One(permissions), 40, 0),
        "Application permissions that it asks for; none if absent.",
        none,
    ),
    setting(
        "delegatedPermissions",
        Shape::List(&Shape::One(delegated), 40, 0),
        "Delegated permissions that it asks for; none if absent.",
        none,
    ),
    setting("consented", Shape::Flag, "An administrator consented to all of them; true if absent.", none),
    setting(
        "redirectUris",
        Shape::List(&Shape::Text(Form::Redirect), 20, 0),
        "Where the answers of sign-ins may go; http://localhost if absent.",
        none,
    ),
    setting(
        "platform",
        Shape::One(platforms),
        "What kind of program the redirect URIs belong to; web if absent, or native if it is public.",
        none,
    ),
    setting("public", Shape::Flag, "It can keep no secret, so it has none; false if absent.", none),
    setting("multiTenant", Shape::Flag, "Users of any tenant may sign in with it; false if absent.", none),
    setting("implicit", Shape::Flag, "The authorize endpoint gives it id tokens; false if absent.", none),
    setting(
        "scopes",
        Shape::List(&Shape::Text(Form::Name(60)), 20, 0),
        "Scopes that it offers to other applications; none if absent.",
        none,
    ),
]);

fn delegated() -> Vec<&'static str> {
    registrations::every_delegated().map(|(_, value)| value).collect()
}

fn platforms() -> Vec<&'static str> {
    vec!["web", "spa", "native"]
}
