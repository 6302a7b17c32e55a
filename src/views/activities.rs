//! Activities as a source, under the filter names of the Cloud Apps API.
//!
//! Source of names and operators: <https://learn.microsoft.com/defender-cloud-apps/activity-filters>.

use crate::generate::kinds::{CLOUD_APPS, KINDS, MICROSOFT_365};
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::command::By;
use crate::model::ids::{Guid, Hex24, Kind, Minter};
use crate::query::filters::{BadKey, Binding, Field, FieldKind, Resolver};
use crate::table::{Column, ColumnId, Segment, Source, Value};
use crate::tenant::Reading;
use crate::tenant::log::Chunk;

/// When it happened.
pub const DATE: ColumnId = 0;
/// When it was stored.
pub const CREATED: ColumnId = 1;
const SERVICE: ColumnId = 2;
const USER: ColumnId = 3;
const ADMINISTRATIVE: ColumnId = 4;
const IP: ColumnId = 5;
const COUNTRY: ColumnId = 6;
const IP_CATEGORY: ColumnId = 7;
const CATEGORY: ColumnId = 8;

const EQ: &[&str] = &["eq", "neq"];
const EQ_SET: &[&str] = &["eq", "neq", "isset", "isnotset"];
const EQ_SET_STARTS: &[&str] = &["eq", "neq", "isset", "isnotset", "startswith"];
const ADDRESS: &[&str] = &["eq", "neq", "startswith", "doesnotstartwith", "isset", "isnotset"];
const DATES: &[&str] = &["lte", "gte", "range", "lte_ndays", "gte_ndays"];
const STORED: &[&str] = &["lte", "gte", "range", "gt", "lt", "eq"];

const fn field(
    name: &'static str,
    kind: FieldKind,
    operators: &'static [&'static str],
    column: ColumnId,
) -> Field {
    Field { name, aliases: &[], kind, operators, column: Binding::Column(column) }
}

const fn key(name: &'static str) -> Field {
    Field { name, aliases: &[], kind: FieldKind::Text, operators: &["eq"], column: Binding::Key }
}

/// The filters of activities.
pub const FIELDS: &[Field] = &[
    field("service", FieldKind::Int, EQ, SERVICE),
    // Instance 0 of an app is encoded as the bare app number, and every app here has one instance.
    field("instance", FieldKind::Int, EQ, SERVICE),
    field("user.username", FieldKind::Text, EQ_SET_STARTS, USER),
    field("activity.type", FieldKind::Bool, &["eq"], ADMINISTRATIVE),
    Field {
        aliases: &["activity.eventType"],
        ..field("activity.eventActionType", FieldKind::Text, EQ, CATEGORY)
    },
    key("activity.alertId"),
    key("activity.id"),
    field("ip.address", FieldKind::Text, ADDRESS, IP),
    field("ip.category", FieldKind::Int, EQ, IP_CATEGORY),
    field("location.country", FieldKind::Text, EQ_SET, COUNTRY),
    field("date", FieldKind::Time, DATES, DATE),
    field("created", FieldKind::Time, STORED, CREATED),
];

/// The activities of a tenant at one instant.
pub struct Activities<'a> {
    reading: &'a Reading,
    world: &'a World,
    chunks: Vec<(u64, &'a Chunk, usize)>,
}

impl<'a> Activities<'a> {
    /// What `reading` shows.
    pub fn new(reading: &'a Reading) -> Self {
        let chunks = reading.state.core().log.chunks(reading.now);
        let chunks = chunks.map(|(first, chunk, shown)| (first, &**chunk, shown)).collect();
        Self { reading, world: reading.state.world(), chunks }
    }
}

/// The id of an activity, in one of three shapes: the tenant's number, then app and GUID; for events of the product
/// itself, then time and GUID without hyphens; for sign-ins to Microsoft 365, 64 digits. (Which activities carry
/// the last, newer shape is unverified.)
pub fn public_id(reading: &Reading, row: u64) -> Option<String> {
    let event = reading.state.activity(row, reading.now)?;
    let kind = &KINDS[usize::from(event.kind)];
    let stamp = reading.state.stamp();
    let number = stamp.number;
    let guid = reading.state.world().ids.guid(Kind::Activity, row);
    let is_sign_in = matches!(kind.action, Action::SignIn | Action::FailedSignIn);
    Some(match kind.app {
        CLOUD_APPS => format!("{number}_{}_{:032x}", event.timestamp().millis(), guid.bits()),
        MICROSOFT_365 if is_sign_in => {
            // The latter half is the tenant's own, so that the ids of forks differ.
            let own = Minter::new(stamp.id.bits() as u64);
            let half = own.guid(Kind::Activity, row).bits();
            format!("{:032x}{half:032x}", guid.bits())
        }
        app => format!("{number}_{app}_{guid}"),
    })
}

/// The number of the row that `id` names. The id of another tenant, forks included, names nothing here.
pub fn row_of_id(reading: &Reading, id: &str) -> Option<u64> {
    // Every shape has the GUID somewhere; whether the rest is right shows by writing the id anew.
    let last = id.rsplit('_').next()?;
    let digits = || u128::from_str_radix(last.get(..32)?, 16).ok().map(Guid::from_bits);
    let row = reading.state.activity_row(last.parse().ok().or_else(digits)?)?;
    public_id(reading, row).filter(|known| known.eq_ignore_ascii_case(id)).map(|_| row)
}

/// How a surface names the actor of a row: a person's principal name, an application's display name, or the
/// operator.
pub fn actor_name(world: &World, actor: u32) -> &str {
    let index = actor as usize;
    if let Some(person) = world.people.get(index) {
        return &person.upn;
    }
    let application = world.registrations.get(index - world.people.len());
    application.map_or(By::OPERATOR, |app| app.display_name)
}

impl Source for Activities<'_> {
    fn segments(&self) -> usize {
        self.chunks.len()
    }

    fn segment(&self, index: usize) -> Segment {
        let (first, _, rows) = self.chunks[index];
        Segment { first, rows }
    }

    fn column(&self, segment: usize, column: ColumnId) -> Column<'_> {
        let chunk = self.chunks[segment].1;
        let base = chunk.base.millis();
        match column {
            DATE => Column::Difference(base, &chunk.created, &chunk.lag),
            CREATED => Column::Sum(base, &chunk.created),
            USER => Column::Codes32(&chunk.actor),
            IP | COUNTRY | IP_CATEGORY => Column::Codes32(&chunk.address),
            _ => Column::Codes16(&chunk.kind),
        }
    }

    fn codes(&self, column: ColumnId) -> usize {
        match column {
            USER => self.world.people.len() + self.world.registrations.len() + 1,
            IP | COUNTRY | IP_CATEGORY => self.world.addresses.count() as usize,
            _ => KINDS.len(),
        }
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        match column {
            USER => each(Value::Text(actor_name(self.world, code as u32))),
            IP => each(Value::Text(&self.world.address(code as u32).ip.to_string())),
            COUNTRY => each(Value::Text(self.world.address(code as u32).place.country)),
            IP_CATEGORY => each(Value::Int(self.world.address(code as u32).place.category as i64)),
            _ => {
                let kind = &KINDS[code as usize];
                match column {
                    ADMINISTRATIVE => each(Value::Bool(kind.administrative)),
                    CATEGORY => each(Value::Text(kind.category)),
                    _ => each(Value::Int(i64::from(kind.app))),
                }
            }
        }
    }

    fn bounds(&self, segment: usize, column: ColumnId) -> Option<(i64, i64)> {
        let (_, chunk, shown) = self.chunks[segment];
        match column {
            DATE => Some((chunk.happened.0.millis(), chunk.happened.1.millis())),
            CREATED => Some((chunk.base.millis(), chunk.created_at(shown.checked_sub(1)?).millis())),
            _ => None,
        }
    }
}

impl Resolver for Activities<'_> {
    fn rows(&self, field: &str, value: &str) -> Result<Vec<u64>, BadKey> {
        if field == "activity.id" {
            return Ok(row_of_id(self.reading, value).into_iter().collect());
        }
        let (state, now) = (&self.reading.state, self.reading.now);
        let Ok(id) = value.parse::<Hex24>() else { return Err(BadKey) };
        Ok(state.alert_by_id(id, now).map(|alert| alert.activities.to_vec()).unwrap_or_default())
    }
}
