//! Activities as a source, under the filter names of the Cloud Apps API.
//!
//! Source of names and operators: <https://learn.microsoft.com/defender-cloud-apps/activity-filters>.

use crate::generate::kinds::{CLOUD_APPS, KINDS};
use crate::generate::world::World;
use crate::model::ids::{Guid, Hex24, Kind};
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

/// The id of an activity: the tenant's number, then app and GUID, or (events of the product itself) time and GUID
/// without hyphens.
pub fn public_id(reading: &Reading, row: u64) -> Option<String> {
    let event = reading.state.activity(row, reading.now)?;
    let app = KINDS[usize::from(event.kind)].app;
    let number = reading.state.stamp().number;
    let guid = reading.state.world().ids.guid(Kind::Activity, row);
    Some(if app == CLOUD_APPS {
        format!("{number}_{}_{:032x}", event.timestamp().millis(), guid.bits())
    } else {
        format!("{number}_{app}_{guid}")
    })
}

/// The number of the row that `id` names. The id of another tenant, forks included, names nothing here.
pub fn row_of_id(reading: &Reading, id: &str) -> Option<u64> {
    let (number, rest) = id.split_once('_')?;
    if number.parse() != Ok(reading.state.stamp().number) {
        return None;
    }
    let last = rest.rsplit('_').next()?;
    let plain = || u128::from_str_radix(last, 16).ok().filter(|_| last.len() == 32).map(Guid::from_bits);
    let guid: Guid = last.parse().ok().or_else(plain)?;
    let row = reading.state.activity_row(guid)?;
    reading.state.activity(row, reading.now).map(|_| row)
}

/// How a surface names the actor of a row: a person's principal name, or an application's display name.
pub fn actor_name(world: &World, actor: u32) -> Option<&str> {
    if let Some(person) = world.people.get(actor as usize) {
        return Some(&person.upn);
    }
    world.principal(actor).map(|app| app.display_name)
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
            USER => self.world.actor_count() as usize + 1,
            IP | COUNTRY | IP_CATEGORY => self.world.addresses.count() as usize,
            _ => KINDS.len(),
        }
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        match column {
            USER => {
                if let Some(name) = actor_name(self.world, code as u32) {
                    each(Value::Text(name));
                }
            }
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
