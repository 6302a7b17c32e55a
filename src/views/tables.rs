//! The tenant as plain tables, for analysts and for programs that want the data without the services.
//!
//! One row a record, flat columns, ids as the services show them. Rows are handed out one by one, so that a million
//! of them need no more memory than one.

use std::borrow::Cow;

use crate::generate::birth::principals::{Duty, Principal};
use crate::generate::stories::{BRINGS_AN_APP, Storyline};
use crate::model::index::{AlertNo, PersonIx, PrincipalIx};
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::nouns::storylines::truth::truth;

use super::activities::public_id;
use super::alerts::facts;
use super::objects;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text.
    Text(Cow<'a, str>),
    /// A number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// An instant.
    Time(VirtualTime),
    /// Several texts.
    List(Vec<String>),
}

/// Who is handed the rows.
pub type Each<'e> = &'e mut dyn FnMut(&[Cell<'_>]) -> std::io::Result<()>;

/// A table.
pub struct Table {
    /// Its name, and that of its file.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// How many rows it has.
    pub len: fn(&TenantView) -> u64,
    rows: fn(&TenantView, Each<'_>) -> std::io::Result<()>,
}

impl Table {
    /// Hands out every row, in order; the first error ends it.
    pub fn rows(&self, view: &TenantView, each: Each<'_>) -> std::io::Result<()> {
        (self.rows)(view, each)
    }
}

/// Every table.
pub const TABLES: &[Table] = &[
    Table {
        name: "people",
        columns: &[
            "id",
            "userPrincipalName",
            "displayName",
            "department",
            "title",
            "manager",
            "office",
            "country",
            "roles",
            "persona",
            "guest",
            "enabled",
        ],
        len: |view| view.state.world().people.len() as u64,
        rows: people,
    },
    Table {
        name: "applications",
        columns: &[
            "clientId",
            "objectId",
            "name",
            "displayName",
            "publisher",
            "verified",
            "consented",
            "permissions",
        ],
        len: |view| principals(view).count() as u64,
        rows: applications,
    },
    Table {
        name: "activities",
        columns: &[
            "id",
            "timestamp",
            "created",
            "user",
            "app",
            "appName",
            "operation",
            "administrative",
            "object",
            "ip",
            "country",
            "city",
            "organization",
            "userAgent",
            "storyline",
        ],
        len: |view| view.state.core().log.chunks(view.now).map(|(.., shown)| shown as u64).sum(),
        rows: activities,
    },
    Table {
        name: "alerts",
        columns: &[
            "id",
            "timestamp",
            "title",
            "severity",
            "user",
            "apps",
            "ips",
            "read",
            "resolution",
            "resolved",
            "handledBy",
            "comment",
            "activities",
        ],
        len: |view| view.state.alert_count(view.now) as u64,
        rows: alerts,
    },
    Table {
        name: "storylines",
        columns: &["number", "storyline", "summary", "user", "begins", "size", "activities", "alerts"],
        len: |view| view.state.storylines().count() as u64,
        rows: storylines,
    },
];

fn text<'a>(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
    Cell::Text(text.into())
}

fn some<'a>(value: Option<impl Into<Cow<'a, str>>>) -> Cell<'a> {
    value.map_or(Cell::Empty, text)
}

fn people(view: &TenantView, each: Each<'_>) -> std::io::Result<()> {
    let (world, core) = (view.state.world(), view.state.core());
    for (index, person) in PersonIx::numbered(&world.people) {
        let office = world.office_of(index);
        let manager = person.manager.map(|manager| world.person(manager).upn.as_str());
        each(&[
            text(person.id.to_string()),
            text(&person.upn),
            text(&person.display_name),
            text(&*person.department),
            text(&person.title),
            some(manager),
            text(&*office.city),
            text(&*office.country),
            Cell::List(
                core.roles(world, index, view.now).iter().map(|role| role.name().to_owned()).collect(),
            ),
            some(person.persona.map(|persona| persona.name())),
            Cell::Bool(person.guest),
            Cell::Bool(core.enabled(index, view.now)),
        ])?;
    }
    Ok(())
}

/// The service principals that are in the tenant: an attacker's comes with its storyline.
fn principals(view: &TenantView) -> impl Iterator<Item = (PrincipalIx, &Principal)> {
    let world = view.state.world();
    let begun = |story: &Storyline| world.spec.start + story.begins <= view.now;
    let rogue = view.state.storylines().any(|story| story.name == BRINGS_AN_APP && begun(story));
    PrincipalIx::numbered(&world.principals).filter(move |(_, app)| rogue || app.duty != Duty::Rogue)
}

fn applications(view: &TenantView, each: Each<'_>) -> std::io::Result<()> {
    for (index, app) in principals(view) {
        // The registrations come first, in their order.
        let own = view.state.world().registrations.get(index.index());
        let permissions: Vec<String> = match own {
            Some(own) => own.permissions.iter().map(|permission| permission.value.to_string()).collect(),
            None => app.permissions.iter().map(|permission| (*permission).to_owned()).collect(),
        };
        each(&[
            text(app.client_id.to_string()),
            text(app.id.to_string()),
            some(own.map(|own| &*own.name)),
            text(&*app.display_name),
            some(Some(app.publisher).filter(|publisher| !publisher.is_empty())),
            Cell::Bool(app.verified),
            Cell::Bool(own.is_none_or(|own| own.consented)),
            Cell::List(permissions),
        ])?;
    }
    Ok(())
}

fn activities(view: &TenantView, each: Each<'_>) -> std::io::Result<()> {
    let codebook = view.state.codebook();
    for (first, chunk, shown) in view.state.core().log.chunks(view.now) {
        for index in 0..shown {
            let event = chunk.event(index);
            let kind = codebook.kind(event.kind);
            let address = codebook.address(event.address);
            let place = address.map(|address| address.place);
            each(&[
                some(public_id(view, first.plus(index))),
                Cell::Time(event.timestamp()),
                Cell::Time(event.created),
                some(codebook.actor(event.actor).map(|actor| actor.account)),
                Cell::Int(i64::from(kind.app)),
                text(kind.app_name),
                text(kind.operation),
                Cell::Bool(kind.administrative),
                some(Some(objects::name(codebook, &event)).filter(|name| !name.is_empty())),
                some(address.map(|address| address.ip.to_string())),
                some(place.map(|place| &*place.country)),
                some(place.map(|place| &*place.city)),
                some(place.map(|place| place.provider.as_str())),
                some(codebook.agent(event.agent).map(|agent| agent.text.as_str())),
                some(
                    event
                        .story
                        .and_then(|story| view.state.storylines().nth(story.index()))
                        .map(|story| story.name),
                ),
            ])?;
        }
    }
    Ok(())
}

fn alerts(view: &TenantView, each: Each<'_>) -> std::io::Result<()> {
    let (world, codebook) = (view.state.world(), view.state.codebook());
    for alert in view.state.alerts(view.now) {
        let facts = facts(world, alert);
        let handling = &alert.handling;
        let ips = alert.addresses.iter().filter_map(|code| Some(codebook.address(*code)?.ip.to_string()));
        each(&[
            text(world.ids.alert(alert.ordinal).to_string()),
            Cell::Time(alert.raised),
            text(facts.title),
            Cell::Int(i64::from(facts.severity)),
            some(codebook.actor(alert.person).map(|actor| actor.account)),
            Cell::List(alert.apps.iter().map(u32::to_string).collect()),
            Cell::List(ips.collect()),
            Cell::Bool(handling.read),
            Cell::Int(handling.resolution as i64),
            handling.resolved.map_or(Cell::Empty, Cell::Time),
            some(handling.by.as_deref()),
            some(handling.comment.as_deref()),
            Cell::List(alert.activities.iter().filter_map(|row| public_id(view, *row)).collect()),
        ])?;
    }
    Ok(())
}

fn storylines(view: &TenantView, each: Each<'_>) -> std::io::Result<()> {
    let world = view.state.world();
    for (truth, story) in truth(&view.state, view.now).iter().zip(view.state.storylines()) {
        let alert_id = |alert: &AlertNo| world.ids.alert(*alert).to_string();
        each(&[
            Cell::Int(truth.story.ordinal() as i64),
            text(story.name),
            text(&story.summary),
            text(&world.person(story.user).upn),
            Cell::Time(world.spec.start + story.begins),
            Cell::Int(i64::from(story.size)),
            Cell::List(truth.activities.iter().filter_map(|row| public_id(view, *row)).collect()),
            Cell::List(truth.alerts.iter().map(alert_id).collect()),
        ])?;
    }
    Ok(())
}

/// A row as a line of NDJSON, with the line feed.
pub fn ndjson(columns: &[&str], cells: &[Cell<'_>]) -> String {
    let fields = columns.iter().zip(cells).map(|(name, cell)| {
        let value = match cell {
            Cell::Empty => serde_json::Value::Null,
            Cell::Text(text) => text.as_ref().into(),
            Cell::Int(number) => (*number).into(),
            Cell::Bool(truth) => (*truth).into(),
            Cell::Time(at) => at.to_string().into(),
            Cell::List(list) => list.clone().into(),
        };
        ((*name).to_owned(), value)
    });
    let mut line = serde_json::Value::Object(fields.collect()).to_string();
    line.push('\n');
    line
}

/// A row as a line of CSV (RFC 4180), with the line feed; several values of a cell are parted by blanks.
pub fn csv(cells: &[Cell<'_>]) -> String {
    let fields = cells.iter().map(|cell| match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => quoted(text),
        Cell::Int(number) => number.to_string(),
        Cell::Bool(truth) => truth.to_string(),
        Cell::Time(at) => at.to_string(),
        Cell::List(list) => quoted(&list.join(" ")),
    });
    fields.collect::<Vec<_>>().join(",") + "\r\n"
}

fn quoted(text: &str) -> String {
    // A leading sign would make a formula of it in a spreadsheet.
    let risky = text.starts_with(['=', '+', '-', '@']);
    if risky || text.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}{}\"", if risky { "'" } else { "" }, text.replace('"', "\"\""));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_written_so_that_they_are_read_back() {
        let cells = [
            text("a,\"b\"\nc"),
            Cell::Empty,
            Cell::Int(-1),
            text("=1+1"),
            Cell::List(vec!["x".into(), "y".into()]),
        ];
        assert_eq!(csv(&cells), "\"a,\"\"b\"\"\nc\",,-1,\"'=1+1\",x y\r\n");
        assert_eq!(ndjson(&["a", "b"], &cells), "{\"a\":\"a,\\\"b\\\"\\nc\",\"b\":null}\n");
    }
}
