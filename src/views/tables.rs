//! The tenant as plain tables, for analysts and for programs that want the data without the services.
//!
//! One row a record, flat columns, ids as the services show them. Rows are handed out one by one, so that a million
//! of them need no more memory than one.

use std::borrow::Cow;

use crate::facts::{ActivityFacts, AlertFacts, Answered, AppFacts, PersonFacts, StoryFacts};
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

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
        len: PersonFacts::count,
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
        len: |view| AppFacts::all_principals(view).count() as u64,
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
        len: ActivityFacts::count,
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
        columns: &[
            "number",
            "storyline",
            "summary",
            "user",
            "begins",
            "size",
            "activities",
            "alerts",
            "techniques",
            "motive",
            "questions",
        ],
        len: StoryFacts::count,
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
    for person in PersonFacts::all(view) {
        let office = person.office();
        each(&[
            text(person.id().to_string()),
            text(person.upn()),
            text(person.display_name()),
            text(person.department()),
            text(person.title()),
            some(person.manager().map(|manager| manager.upn())),
            text(&*office.city),
            text(&*office.country),
            Cell::List(person.roles().iter().map(|role| role.name().to_owned()).collect()),
            some(person.persona().map(|persona| persona.name())),
            Cell::Bool(person.guest()),
            Cell::Bool(person.enabled()),
        ])?;
    }
    Ok(())
}

fn applications(view: &TenantView, each: Each<'_>) -> std::io::Result<()> {
    for app in AppFacts::all_principals(view) {
        each(&[
            text(app.client_id().to_string()),
            text(app.object_id().to_string()),
            some(app.name()),
            text(app.display_name()),
            some(app.publisher()),
            Cell::Bool(app.verified()),
            Cell::Bool(app.consented()),
            Cell::List(app.permissions().iter().map(|permission| permission.to_string()).collect()),
        ])?;
    }
    Ok(())
}

fn activities(view: &TenantView, each: Each<'_>) -> std::io::Result<()> {
    for activity in ActivityFacts::all(view) {
        let kind = activity.kind();
        let address = activity.address();
        let place = address.map(|address| address.place);
        each(&[
            text(activity.id().to_string()),
            Cell::Time(activity.happened()),
            Cell::Time(activity.created()),
            some(activity.actor().map(|actor| actor.account)),
            Cell::Int(i64::from(kind.app)),
            text(kind.app_name),
            text(kind.operation),
            Cell::Bool(kind.administrative),
            some(Some(activity.target_name()).filter(|name| !name.is_empty())),
            some(address.map(|address| address.ip.to_string())),
            some(place.map(|place| &*place.country)),
            some(place.map(|place| &*place.city).filter(|city| !city.is_empty())),
            some(place.map(|place| place.provider.as_str())),
            some(activity.agent().map(|agent| agent.text.as_str())),
            some(activity.story()),
        ])?;
    }
    Ok(())
}

fn alerts(view: &TenantView, each: Each<'_>) -> std::io::Result<()> {
    for alert in AlertFacts::all(view) {
        let handling = alert.handling();
        each(&[
            text(alert.id().to_string()),
            Cell::Time(alert.raised()),
            text(alert.title()),
            Cell::Int(i64::from(alert.severity())),
            some(alert.actor().map(|actor| actor.account)),
            Cell::List(alert.apps().map(|(app, _)| app.to_string()).collect()),
            Cell::List(alert.addresses().map(|address| address.ip.to_string()).collect()),
            Cell::Bool(handling.read),
            Cell::Int(handling.resolution as i64),
            handling.resolved.map_or(Cell::Empty, Cell::Time),
            some(handling.by.as_deref()),
            some(handling.comment.as_deref()),
            Cell::List(alert.activity_ids().map(|id| id.to_string()).collect()),
        ])?;
    }
    Ok(())
}

/// A question with its answers, on a line.
fn told(asked: &Answered) -> String {
    format!("{} {}", asked.question, asked.answers.join(", "))
}

fn storylines(view: &TenantView, each: Each<'_>) -> std::io::Result<()> {
    for story in StoryFacts::all(view) {
        each(&[
            Cell::Int(story.number().ordinal() as i64),
            text(story.name()),
            text(story.summary()),
            some(story.user().map(|user| user.upn())),
            Cell::Time(story.begins()),
            Cell::Int(i64::from(story.size())),
            Cell::List(story.activity_ids().map(|id| id.to_string()).collect()),
            Cell::List(story.alert_ids().map(|id| id.to_string()).collect()),
            Cell::List(story.attack().iter().map(|technique| technique.id.to_owned()).collect()),
            text(story.motive()),
            Cell::List(story.questions().iter().map(told).collect()),
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
    fn csv_cells_are_quoted_so_that_they_parse_back() {
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
