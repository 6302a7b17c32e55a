//! Cloud apps as a table, under the filter names of the Cloud Apps API: those that a stream has discovered with their
//! use, or the whole catalogue. The number of a row is its place in the list that it was made from.
//!
//! The filters are those that clients and the portal send; none is documented.

use crate::catalogue::cloud_apps;
use crate::columns;
use crate::facts::discovery::{self, AppUsage, Usage, Volume};
use crate::model::discovery::AppTag;
use crate::query::filters::{BadKey, Field, FieldKind, Resolver, field};
use crate::table::{Batch, BatchIx, Bounds, ColumnId, Schema, Table, Value, Vector};
use crate::tenant::TenantView;

columns! {
    /// The columns of cloud apps.
    pub const SCHEMA;
    /// The place of the name in the order of names.
    pub NAME_ORDER "nameOrder": Long, One;
    /// The score.
    pub SCORE "score": Long, One;
    /// All bytes.
    pub TRAFFIC "traffic": Long, One;
    /// Bytes that were sent.
    pub UPLOAD "upload": Long, One;
    /// Transactions.
    pub TRANSACTIONS "transactions": Long, One;
    /// How many users.
    pub USERS "users": Long, One;
    /// How many addresses.
    pub IPS "ips": Long, One;
    /// The last day.
    pub LAST_SEEN "lastSeen": Time, Optional;
    APP "appId": Long, One;
    NAME "name": Text, One;
    TAG "appTag": Text, Many;
    CATEGORY "category": Text, One;
    USER "user.entity": Text, Many;
    DOMAIN "domain": Text, Many;
}

const EQ: &[&str] = &["eq", "neq"];
const COUNTS: &[&str] = &["eq", "neq", "lt", "gt", "lte", "gte"];
const TEXTS: &[&str] = &["eq", "neq", "contains", "startswith", "text"];

/// The filters of cloud apps. `score` by `eq` names the two ends of a range, so it is bound as one
/// ([`SCORE_RANGE`]).
pub const FIELDS: &[Field] = &[
    field("appId", FieldKind::Int, EQ, APP),
    field("name", FieldKind::Text, TEXTS, NAME),
    field("score", FieldKind::Int, COUNTS, SCORE),
    field("appTag", FieldKind::Text, EQ, TAG),
    field("category", FieldKind::Text, EQ, CATEGORY),
    field("users", FieldKind::Int, COUNTS, USERS),
    field("ips", FieldKind::Int, COUNTS, IPS),
    field("traffic", FieldKind::Int, COUNTS, TRAFFIC),
    field("upload", FieldKind::Int, COUNTS, UPLOAD),
    field("transactions", FieldKind::Int, COUNTS, TRANSACTIONS),
    field("user.entity", FieldKind::Entity, EQ, USER),
    field("domain", FieldKind::Text, TEXTS, DOMAIN),
];

/// The filter whose `eq` is a range.
pub const SCORE_RANGE: &str = "score";

/// Cloud apps of a tenant at one instant.
pub struct CloudApps<'a> {
    view: &'a TenantView,
    usage: Usage,
    /// By row: the place of its name in the order of names.
    order: Vec<u32>,
}

impl<'a> CloudApps<'a> {
    /// Those of this use.
    pub fn discovered(view: &'a TenantView, usage: Usage) -> Self {
        let mut by_name: Vec<usize> = (0..usage.apps.len()).collect();
        by_name.sort_by_key(|row| usage.apps[*row].app.name);
        let mut order = vec![0; by_name.len()];
        by_name.iter().zip(0..).for_each(|(row, place)| order[*row] = place);
        Self { view, usage, order }
    }

    /// All that the catalogue has, as if nobody used them.
    pub fn catalogue(view: &'a TenantView) -> Self {
        let unused = |app| AppUsage {
            app,
            volume: Volume::default(),
            users: Default::default(),
            addresses: Default::default(),
        };
        let apps = cloud_apps::all().iter().map(unused).collect();
        Self::discovered(view, Usage { apps, ..Usage::default() })
    }

    /// The app of a row.
    pub fn row(&self, row: u64) -> Option<&AppUsage> {
        self.usage.apps.get(usize::try_from(row).ok()?)
    }
}

impl Table for CloudApps<'_> {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn batches(&self) -> usize {
        1
    }

    fn batch(&self, _batch: BatchIx) -> Batch {
        Batch { first: 0, rows: self.usage.apps.len() }
    }

    fn column(&self, _batch: BatchIx, _column: ColumnId) -> Vector<'_> {
        Vector::PerRow
    }

    fn codes(&self, _column: ColumnId) -> usize {
        self.usage.apps.len()
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        let Some(found) = self.row(code) else { return };
        let AppUsage { app, volume, users, addresses } = found;
        let mut long = |number: u64| each(Value::Long(i64::try_from(number).unwrap_or(i64::MAX)));
        match column {
            NAME_ORDER => long(u64::from(self.order[code as usize])),
            SCORE => long(u64::from(app.score().total)),
            TRAFFIC => long(volume.bytes()),
            UPLOAD => long(volume.uploaded),
            TRANSACTIONS => long(volume.transactions),
            USERS => long(users.len() as u64),
            IPS => long(addresses.len() as u64),
            APP => long(u64::from(app.number)),
            LAST_SEEN if volume.last_day > 0 => each(Value::Time(volume.last_seen())),
            NAME => each(Value::Text(app.name)),
            TAG => {
                let wears = |tag: &AppTag| discovery::wears(self.view, app.number, *tag);
                AppTag::ALL.iter().filter(|tag| wears(tag)).for_each(|tag| each(Value::Text(tag.name())));
            }
            CATEGORY => each(Value::Text(app.category.id)),
            USER => users.iter().for_each(|user| each(Value::Text(&self.usage.users[*user as usize].name))),
            DOMAIN => app.domains().for_each(|domain| each(Value::Text(domain))),
            _ => {}
        }
    }

    fn bounds(&self, _batch: BatchIx, _column: ColumnId) -> Option<Bounds> {
        None
    }
}

impl Resolver for CloudApps<'_> {
    fn rows(&self, _field: &str, _value: &str) -> Result<Vec<u64>, BadKey> {
        Err(BadKey)
    }
}
