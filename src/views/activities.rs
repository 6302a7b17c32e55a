//! Activities as a source, under the filter names of the Cloud Apps API.
//!
//! Source of names and operators: <https://learn.microsoft.com/defender-cloud-apps/activity-filters>.

use crate::generate::apps;
use crate::generate::kinds::{CLOUD_APPS, KINDS, MICROSOFT_365};
use crate::generate::world::World;
use crate::model::activity::{Action, Target};
use crate::model::command::By;
use crate::model::ids::{Guid, Hex24, Kind, Minter};
use crate::query::filters::{BadKey, Binding, Field, FieldKind, Resolver};
use crate::table::{Column, ColumnId, Segment, Source, Value};
use crate::tenant::Reading;
use crate::tenant::log::Chunk;

use super::objects;

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
const OPERATION: ColumnId = 9;
const ACTION_TYPE: ColumnId = 10;
const IMPERSONATED: ColumnId = 11;
const SOURCE: ColumnId = 12;
/// Of kinds: what no activity here has (a taken action, a subscription, file labels).
const NOTHING: ColumnId = 13;
const APP_NAME: ColumnId = 14;
const DEVICE_TYPE: ColumnId = 15;
const AGENT: ColumnId = 16;
const AGENT_TAGS: ColumnId = 17;
const ORGANIZATION: ColumnId = 18;
const IP_TAGS: ColumnId = 19;
const UNIT: ColumnId = 20;
const ENTITY: ColumnId = 21;
const USER_TAGS: ColumnId = 22;
const USER_DOMAIN: ColumnId = 23;
const USER_NAME: ColumnId = 24;
/// Of rows: what the activity was done to.
const OBJECT_NAME: ColumnId = 25;
const OBJECT_ID: ColumnId = 26;
const OBJECT_URL: ColumnId = 27;
const FILE_ID: ColumnId = 28;
/// Of rows: policies that raised an alert over it.
const POLICY: ColumnId = 29;

/// What free text is looked for in: cheap columns first, since the first hit settles it.
const EVERY_TEXT: &[ColumnId] =
    &[USER, USER_NAME, OPERATION, APP_NAME, IP, COUNTRY, ORGANIZATION, OBJECT_NAME];

const EQ: &[&str] = &["eq", "neq"];
const EQ_SET: &[&str] = &["eq", "neq", "isset", "isnotset"];
const EQ_SET_STARTS: &[&str] = &["eq", "neq", "isset", "isnotset", "startswith"];
const EQ_SET_CONTAINS: &[&str] = &["eq", "neq", "isset", "isnotset", "contains"];
const CONTAINS: &[&str] = &["contains", "ncontains"];
const ADDRESS: &[&str] = &["eq", "neq", "startswith", "doesnotstartwith", "isset", "isnotset"];
const URL: &[&str] = &["eq", "startswith", "endswith"];
const TEXT: &[&str] = &["eq", "startswithsingle", "text"];
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
    field("actionType", FieldKind::Text, EQ_SET_CONTAINS, OPERATION),
    Field {
        aliases: &["activity.eventType"],
        ..field("activity.eventActionType", FieldKind::Text, EQ, CATEGORY)
    },
    field("activity.actionType", FieldKind::Text, EQ, ACTION_TYPE),
    key("activity.id"),
    key("activity.alertId"),
    field("activity.impersonated", FieldKind::Bool, &["eq"], IMPERSONATED),
    field("activity.type", FieldKind::Bool, &["eq"], ADMINISTRATIVE),
    field("activity.takenAction", FieldKind::Text, EQ, NOTHING),
    field("activity.azureSubscriptions", FieldKind::Text, EQ, NOTHING),
    field("activityObject", FieldKind::Text, EQ, OBJECT_ID),
    field("device.type", FieldKind::Text, EQ, DEVICE_TYPE),
    field("device.tags", FieldKind::Text, EQ, NOTHING),
    field("userAgent.userAgent", FieldKind::Text, CONTAINS, AGENT),
    field("userAgent.tags", FieldKind::Text, EQ, AGENT_TAGS),
    field("location.country", FieldKind::Text, EQ_SET, COUNTRY),
    field("location.organizations", FieldKind::Text, EQ_SET_CONTAINS, ORGANIZATION),
    field("ip.address", FieldKind::Text, ADDRESS, IP),
    field("ip.category", FieldKind::Int, EQ, IP_CATEGORY),
    field("ip.tags", FieldKind::Text, EQ, IP_TAGS),
    field("fileSelector", FieldKind::Entity, EQ, FILE_ID),
    field("fileId", FieldKind::Entity, &["eq"], FILE_ID),
    field("fileLabels", FieldKind::Text, EQ, NOTHING),
    field("office365url", FieldKind::Text, URL, OBJECT_URL),
    Field {
        name: "text",
        aliases: &[],
        kind: FieldKind::Text,
        operators: TEXT,
        column: Binding::Columns(EVERY_TEXT),
    },
    field("date", FieldKind::Time, DATES, DATE),
    field("created", FieldKind::Time, STORED, CREATED),
    field("policy", FieldKind::Text, EQ_SET, POLICY),
    field("source", FieldKind::Source, EQ, SOURCE),
    field("entity", FieldKind::Entity, EQ_SET_STARTS, ENTITY),
    field("user.username", FieldKind::Text, EQ_SET_STARTS, USER),
    field("user.orgUnit", FieldKind::Text, EQ_SET, UNIT),
    field("user.tags", FieldKind::Tag, EQ_SET_STARTS, USER_TAGS),
    field("user.domain", FieldKind::Text, EQ_SET, USER_DOMAIN),
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

/// Built-in tag of native clients.
pub const NATIVE_CLIENT: &str = "000000000000000000000000";

/// The user groups of an actor: administrators are in one.
pub fn groups_of(world: &World, actor: u32) -> Vec<Hex24> {
    let admin = world.people.get(actor as usize).is_some_and(|person| !person.roles.is_empty());
    if admin { vec![world.ids.hex24(Kind::Group, 0)] } else { Vec::new() }
}

/// How a surface names the actor of a row: a person's principal name, an application's display name, or the
/// operator.
pub fn actor_name(world: &World, actor: u32) -> &str {
    if let Some(person) = world.people.get(actor as usize) {
        return &person.upn;
    }
    world.principal(actor).map_or(By::OPERATOR, |app| app.display_name)
}

/// The object id of the actor of a row: of a user, of a service principal, or one that stands for the operator.
pub fn actor_id(world: &World, actor: u32) -> Guid {
    if let Some(person) = world.people.get(actor as usize) {
        return person.id;
    }
    let application = world.principal(actor);
    application.map_or_else(|| world.ids.guid(Kind::ServicePrincipal, u64::from(actor)), |app| app.id)
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
            USER | UNIT | ENTITY | USER_TAGS | USER_DOMAIN | USER_NAME => Column::Codes32(&chunk.actor),
            IP | COUNTRY | IP_CATEGORY | ORGANIZATION | IP_TAGS => Column::Codes32(&chunk.address),
            DEVICE_TYPE | AGENT | AGENT_TAGS => Column::Codes16(&chunk.agent),
            OBJECT_NAME | OBJECT_ID | OBJECT_URL | FILE_ID | POLICY => Column::Rows,
            _ => Column::Codes16(&chunk.kind),
        }
    }

    fn codes(&self, column: ColumnId) -> usize {
        match column {
            USER | UNIT | ENTITY | USER_TAGS | USER_DOMAIN | USER_NAME => {
                self.world.actor_count() as usize + 1
            }
            IP | COUNTRY | IP_CATEGORY | ORGANIZATION | IP_TAGS => self.world.addresses.count() as usize,
            DEVICE_TYPE | AGENT | AGENT_TAGS => self.world.agents.len(),
            _ => KINDS.len(),
        }
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        match column {
            USER | UNIT | ENTITY | USER_TAGS | USER_DOMAIN | USER_NAME => {
                self.decode_actor(column, code as u32, each)
            }
            IP | COUNTRY | IP_CATEGORY | ORGANIZATION | IP_TAGS => {
                self.decode_address(column, code as u32, each)
            }
            DEVICE_TYPE | AGENT | AGENT_TAGS => self.decode_agent(column, code as usize, each),
            OBJECT_NAME | OBJECT_ID | OBJECT_URL | FILE_ID => self.decode_object(column, code, each),
            POLICY => self.decode_policies(code, each),
            _ => decode_kind(column, code as usize, each),
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

fn decode_kind(column: ColumnId, code: usize, each: &mut dyn FnMut(Value<'_>)) {
    let kind = &KINDS[code];
    match column {
        SERVICE => each(Value::Int(i64::from(kind.app))),
        ADMINISTRATIVE => each(Value::Bool(kind.administrative)),
        // Clients that know only numbers filter by the number of the event type.
        CATEGORY => {
            each(Value::Text(kind.category));
            each(Value::Text(&kind.event_type.to_string()));
        }
        OPERATION => each(Value::Text(kind.operation)),
        ACTION_TYPE => {
            each(Value::Text(&format!("{}:{}:{}", kind.app, kind.event_type_value, kind.operation)))
        }
        IMPERSONATED => each(Value::Bool(false)),
        // Everything here comes from app connectors.
        SOURCE => each(Value::Int(2)),
        APP_NAME => {
            if let Some(app) = apps::app(kind.app) {
                each(Value::Text(app.name));
            }
        }
        _ => {}
    }
}

impl Activities<'_> {
    fn decode_actor(&self, column: ColumnId, code: u32, each: &mut dyn FnMut(Value<'_>)) {
        let name = actor_name(self.world, code);
        let person = self.world.people.get(code as usize);
        match column {
            USER => each(Value::Text(name)),
            USER_NAME => each(Value::Text(person.map_or(name, |person| &person.display_name))),
            UNIT => person.into_iter().for_each(|person| each(Value::Text(person.department))),
            ENTITY => {
                each(Value::Text(&actor_id(self.world, code).to_string()));
                each(Value::Text(name));
            }
            // Applications and the operator are of no domain.
            USER_DOMAIN => {
                if let Some((_, domain)) = person.and_then(|person| person.upn.rsplit_once('@')) {
                    each(Value::Text(domain));
                }
            }
            USER_TAGS => {
                for group in groups_of(self.world, code) {
                    each(Value::Text(&group.to_string()));
                }
            }
            _ => {}
        }
    }

    fn decode_address(&self, column: ColumnId, code: u32, each: &mut dyn FnMut(Value<'_>)) {
        let address = self.world.address(code);
        match column {
            IP => each(Value::Text(&address.ip.to_string())),
            COUNTRY => each(Value::Text(address.place.country)),
            IP_CATEGORY => each(Value::Int(address.place.category as i64)),
            ORGANIZATION => each(Value::Text(&address.place.provider)),
            IP_TAGS => address.place.tags.iter().for_each(|tag| each(Value::Text(tag))),
            _ => {}
        }
    }

    fn decode_agent(&self, column: ColumnId, code: usize, each: &mut dyn FnMut(Value<'_>)) {
        let Some(agent) = self.world.agents.get(code) else { return };
        match column {
            DEVICE_TYPE => each(Value::Text(agent.device)),
            AGENT => each(Value::Text(&agent.text)),
            AGENT_TAGS if agent.native => each(Value::Text(NATIVE_CLIENT)),
            _ => {}
        }
    }

    fn decode_object(&self, column: ColumnId, row: u64, each: &mut dyn FnMut(Value<'_>)) {
        let Some(event) = self.reading.state.activity(row, self.reading.now) else { return };
        let kind = &KINDS[usize::from(event.kind)];
        match column {
            OBJECT_NAME if kind.target != Target::None => {
                each(Value::Text(&objects::name(self.world, &event)))
            }
            OBJECT_ID => {
                if kind.target != Target::None {
                    each(Value::Text(&objects::id(self.world, &event)));
                }
                // The actor is among the objects of every activity.
                self.decode_actor(ENTITY, event.actor, each);
            }
            OBJECT_URL if kind.target == Target::File => {
                each(Value::Text(&self.world.file(event.object).url))
            }
            FILE_ID if kind.target == Target::File => {
                let file = self.world.file(event.object);
                each(Value::Text(&file.id.to_string()));
                each(Value::Text(&format!("{}|{}", file.site, file.id)));
            }
            _ => {}
        }
    }

    fn decode_policies(&self, row: u64, each: &mut dyn FnMut(Value<'_>)) {
        for alert in self.reading.state.alerts(self.reading.now) {
            if alert.activities.binary_search(&row).is_ok() {
                each(Value::Text(&self.world.ids.hex24(Kind::Policy, u64::from(alert.policy)).to_string()));
            }
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
