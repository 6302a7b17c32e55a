//! Activities as a table, under the filter names of the Cloud Apps API.
//!
//! Source of names and operators: <https://learn.microsoft.com/defender-cloud-apps/activity-filters>.

use std::sync::OnceLock;

use crate::columns;
use crate::facts::ids::{self, NATIVE_CLIENT};
use crate::facts::ip_range::any_described;
use crate::facts::{ActivityFacts, AlertFacts, PersonFacts};
use crate::model::activity::Target;
use crate::model::ids::Hex24;
use crate::model::index::{ActorCode, AddressCode, AgentCode, AlertNo, KindCode, RowNo};
use crate::query::filters::{BadKey, Binding, Field, FieldKind, Resolver, field};
use crate::table::{
    Batch, BatchIx, Bounds, ColumnId, Numbers, Schema, SparseCell, Table, Validity, Value, Vector,
};
use crate::tenant::codebook::KindView;
use crate::tenant::timeline::log::Chunk;
use crate::tenant::{Codebook, TenantView};

columns! {
    /// The columns of activities.
    pub const SCHEMA;
    /// When it happened.
    pub DATE "timestamp": Time, One;
    /// When it was stored.
    pub CREATED "created": Time, One;
    SERVICE "app": Long, One;
    USER "userName": Text, Optional;
    ADMINISTRATIVE "administrative": Bool, One;
    IP "ip": Text, Optional;
    COUNTRY "country": Text, Optional;
    IP_CATEGORY "ipCategory": Long, Optional;
    // By names and by number: clients that know only numbers filter by these.
    CATEGORY "eventType": Text, Many;
    OPERATION "operation": Text, One;
    ACTION_TYPE "actionType": Text, One;
    IMPERSONATED "impersonated": Bool, One;
    SOURCE "source": Long, One;
    // What no activity here has: a taken action, a subscription, file labels.
    NOTHING "nothing": Text, Optional;
    APP_NAME "appName": Text, One;
    DEVICE_TYPE "deviceType": Text, Optional;
    AGENT "userAgent": Text, Optional;
    AGENT_TAGS "userAgentTags": Text, Optional;
    ORGANIZATION "organization": Text, Optional;
    IP_TAGS "ipTags": Text, Many;
    UNIT "organizationalUnit": Text, Optional;
    // The actor, by id and by name.
    ENTITY "actor": Text, Many;
    USER_TAGS "userTags": Text, Many;
    USER_DOMAIN "userDomain": Text, Optional;
    USER_NAME "displayName": Text, Optional;
    OBJECT_NAME "objectName": Text, Optional;
    OBJECT_ID "objects": Text, Many;
    OBJECT_URL "objectUrl": Text, Optional;
    // The file, by id and by key.
    FILE_ID "file": Text, Many;
    // The policies that raised an alert over it.
    POLICY "policies": Text, Many;
}

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
    view: &'a TenantView,
    codebook: Codebook<'a>,
    chunks: Vec<(RowNo, &'a Chunk, usize)>,
    /// Ranges of addresses were described.
    ranges: bool,
    /// Which alerts (by ordinal) a row is behind. Found out when it is first asked for: few lists ask.
    alerts: OnceLock<Vec<SparseCell>>,
}

impl<'a> Activities<'a> {
    /// What `reading` shows.
    pub fn new(view: &'a TenantView) -> Self {
        let chunks = view.state.core().log.chunks(view.now);
        let chunks = chunks.map(|(first, chunk, shown)| (first, &**chunk, shown)).collect();
        let (codebook, ranges) = (view.state.codebook(), any_described(view));
        Self { view, codebook, chunks, ranges, alerts: OnceLock::new() }
    }

    /// The alerts of the rows from `first` on, `rows` of them.
    fn alerts_of(&self, first: u64, rows: usize) -> &[SparseCell] {
        let alerts = self.alerts.get_or_init(|| {
            let alerts = self.view.state.alerts(self.view.now);
            let mut cells: Vec<SparseCell> = alerts
                .flat_map(|alert| {
                    alert
                        .seen
                        .activities
                        .iter()
                        .map(|row| SparseCell { row: row.get(), code: alert.ordinal.get() })
                })
                .collect();
            cells.sort_unstable();
            cells
        });
        let before = |end: u64| alerts.partition_point(|cell| cell.row < end);
        &alerts[before(first)..before(first + rows as u64)]
    }
}

impl Table for Activities<'_> {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn batches(&self) -> usize {
        self.chunks.len()
    }

    fn batch(&self, BatchIx(at): BatchIx) -> Batch {
        let (first, _, rows) = self.chunks[at];
        Batch { first: first.get(), rows }
    }

    fn column(&self, BatchIx(at): BatchIx, column: ColumnId) -> Vector<'_> {
        let (first, chunk, rows) = self.chunks[at];
        let base = chunk.base.millis();
        match column {
            DATE => Vector::Numbers(Numbers::Difference(base, &chunk.created, &chunk.lag), Validity::All),
            CREATED => Vector::Numbers(Numbers::Sum(base, &chunk.created), Validity::All),
            USER | UNIT | ENTITY | USER_TAGS | USER_DOMAIN | USER_NAME => Vector::Codes32(&chunk.actor),
            // What was said of a range holds for what is stored later.
            IP_CATEGORY | ORGANIZATION | IP_TAGS if self.ranges => Vector::PerRow,
            IP | COUNTRY | IP_CATEGORY | ORGANIZATION | IP_TAGS => Vector::Codes32(&chunk.address),
            DEVICE_TYPE | AGENT | AGENT_TAGS => Vector::Codes16(&chunk.agent),
            OBJECT_NAME | OBJECT_ID | OBJECT_URL | FILE_ID => Vector::PerRow,
            POLICY => Vector::Sparse(self.alerts_of(first.get(), rows)),
            IMPERSONATED => Vector::Constant(Some(Value::Bool(false))),
            // Everything here comes from app connectors.
            SOURCE => Vector::Constant(Some(Value::Long(2))),
            NOTHING => Vector::Constant(None),
            _ => Vector::Codes16(&chunk.kind),
        }
    }

    fn codes(&self, column: ColumnId) -> usize {
        match column {
            USER | UNIT | ENTITY | USER_TAGS | USER_DOMAIN | USER_NAME => self.codebook.actors(),
            IP | COUNTRY | IP_CATEGORY | ORGANIZATION | IP_TAGS => self.codebook.addresses(),
            DEVICE_TYPE | AGENT | AGENT_TAGS => self.codebook.agents(),
            POLICY => self.view.state.alert_count(self.view.now),
            _ => self.codebook.kinds(),
        }
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        match column {
            USER | UNIT | ENTITY | USER_TAGS | USER_DOMAIN | USER_NAME => {
                self.decode_actor(column, ActorCode::new(code as u32), each)
            }
            IP_CATEGORY | ORGANIZATION | IP_TAGS if self.ranges => {
                self.decode_network(column, RowNo::new(code), each)
            }
            IP | COUNTRY | IP_CATEGORY | ORGANIZATION | IP_TAGS => {
                self.decode_address(column, AddressCode::new(code as u32), each)
            }
            DEVICE_TYPE | AGENT | AGENT_TAGS => self.decode_agent(column, AgentCode::new(code as u16), each),
            OBJECT_NAME | OBJECT_ID | OBJECT_URL | FILE_ID => {
                self.decode_object(column, RowNo::new(code), each)
            }
            POLICY => {
                if let Some(alert) = AlertFacts::at(self.view, AlertNo::new(code as u32)) {
                    each(Value::Text(&alert.policy_id().to_string()));
                }
            }
            _ => decode_kind(column, &self.codebook.kind(KindCode::new(code as u16)), each),
        }
    }

    fn bounds(&self, BatchIx(at): BatchIx, column: ColumnId) -> Option<Bounds> {
        let (_, chunk, shown) = self.chunks[at];
        let (low, high) = match column {
            DATE => chunk.happened,
            CREATED => (chunk.base, chunk.created_at(shown.checked_sub(1)?)),
            _ => return None,
        };
        Some(Bounds { low: low.millis(), high: high.millis() })
    }
}

fn decode_kind(column: ColumnId, kind: &KindView<'_>, each: &mut dyn FnMut(Value<'_>)) {
    match column {
        SERVICE => each(Value::Long(i64::from(kind.app))),
        ADMINISTRATIVE => each(Value::Bool(kind.administrative)),
        CATEGORY => {
            each(Value::Text(kind.category));
            each(Value::Text(&kind.event_type.to_string()));
            if let Some(category) = kind.catalogued.and_then(|kind| kind.other_category()) {
                each(Value::Text(category));
            }
        }
        OPERATION => each(Value::Text(kind.operation)),
        ACTION_TYPE => {
            each(Value::Text(&format!("{}:{}:{}", kind.app, kind.event_type_value, kind.operation)))
        }
        APP_NAME => each(Value::Text(kind.app_name)),
        _ => {}
    }
}

impl Activities<'_> {
    fn decode_actor(&self, column: ColumnId, code: ActorCode, each: &mut dyn FnMut(Value<'_>)) {
        let Some(actor) = self.codebook.actor(code) else { return };
        match column {
            USER => each(Value::Text(actor.account)),
            USER_NAME => each(Value::Text(actor.name)),
            UNIT => {
                if let Some(person) = actor.person {
                    let person = PersonFacts::of(self.view, person);
                    person.into_iter().for_each(|person| each(Value::Text(person.department())));
                }
            }
            ENTITY => {
                each(Value::Text(&actor.id.to_string()));
                each(Value::Text(actor.account));
            }
            // Applications and the operator are of no domain.
            USER_DOMAIN => {
                if let Some((_, domain)) = actor.account.rsplit_once('@').filter(|_| actor.user) {
                    each(Value::Text(domain));
                }
            }
            USER_TAGS => {
                for group in self.codebook.groups(code) {
                    each(Value::Text(&group.to_string()));
                }
            }
            _ => {}
        }
    }

    fn decode_address(&self, column: ColumnId, code: AddressCode, each: &mut dyn FnMut(Value<'_>)) {
        let Some(address) = self.codebook.address(code) else { return };
        match column {
            IP => each(Value::Text(&address.ip.to_string())),
            COUNTRY if !address.place.country.is_empty() => each(Value::Text(&address.place.country)),
            IP_CATEGORY => each(Value::Long(address.place.category as i64)),
            ORGANIZATION if !address.place.provider.is_empty() => each(Value::Text(&address.place.provider)),
            IP_TAGS => address.place.tags.iter().for_each(|tag| each(Value::Text(tag))),
            _ => {}
        }
    }

    /// What is known of the network of a row's address, where that depends on when it was stored.
    fn decode_network(&self, column: ColumnId, row: RowNo, each: &mut dyn FnMut(Value<'_>)) {
        let activity = ActivityFacts::at(self.view, row);
        let Some(network) = activity.as_ref().and_then(ActivityFacts::network) else { return };
        match column {
            IP_CATEGORY => each(Value::Long(network.category as i64)),
            ORGANIZATION if !network.organization.is_empty() => each(Value::Text(network.organization)),
            IP_TAGS => network.tags.iter().for_each(|tag| each(Value::Text(tag))),
            _ => {}
        }
    }

    fn decode_agent(&self, column: ColumnId, code: AgentCode, each: &mut dyn FnMut(Value<'_>)) {
        let Some(agent) = self.codebook.agent(code) else { return };
        match column {
            DEVICE_TYPE => each(Value::Text(agent.device)),
            AGENT => each(Value::Text(&agent.text)),
            AGENT_TAGS if agent.native => each(Value::Text(NATIVE_CLIENT)),
            _ => {}
        }
    }

    fn decode_object(&self, column: ColumnId, row: RowNo, each: &mut dyn FnMut(Value<'_>)) {
        let Some(activity) = ActivityFacts::at(self.view, row) else { return };
        let target = activity.kind().target;
        match column {
            OBJECT_NAME if !matches!(target, Target::None | Target::SignIn) => {
                each(Value::Text(&activity.target_name()))
            }
            OBJECT_ID => {
                activity.target_ids().for_each(|id| each(Value::Text(&id)));
                // The actor is among the objects of every activity.
                self.decode_actor(ENTITY, activity.event().actor, each);
            }
            OBJECT_URL if target == Target::File => each(Value::Text(&activity.file_url())),
            FILE_ID if target == Target::File => {
                let file = activity.file();
                each(Value::Text(&file.id.to_string()));
                each(Value::Text(&file.key()));
            }
            _ => {}
        }
    }
}

impl Resolver for Activities<'_> {
    fn rows(&self, field: &str, value: &str) -> Result<Vec<u64>, BadKey> {
        if field == "activity.id" {
            return Ok(ids::activity_row(self.view, value).map(RowNo::get).into_iter().collect());
        }
        let (state, now) = (&self.view.state, self.view.now);
        let Ok(id) = value.parse::<Hex24>() else { return Err(BadKey) };
        Ok(state
            .alert_by_id(id, now)
            .map(|alert| alert.seen.activities.iter().map(|row| row.get()).collect())
            .unwrap_or_default())
    }
}
