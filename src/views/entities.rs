//! Users and accounts as a table, under the filter names of the Cloud Apps API. The number of a row is the place among
//! the entities.
//!
//! Source of names and operators: <https://learn.microsoft.com/defender-cloud-apps/api-entities#filters>; `service`,
//! `affiliation`, `displayName` and `score` are sent by shipped clients and not documented.

use std::sync::OnceLock;

use crate::columns;
use crate::facts::{Entities, EntityFacts};
use crate::query::filters::{BadKey, Field, FieldKind, Resolver, field};
use crate::table::{Batch, BatchIx, Bounds, ColumnId, Schema, Table, Value, Vector};

columns! {
    /// The columns of entities.
    pub const SCHEMA;
    /// When it was last seen.
    pub SEEN "lastSeen": Time, Optional;
    /// The investigation priority.
    pub SCORE "score": Long, Optional;
    /// The place in the order of names.
    pub NAME_RANK "nameRank": Long, One;
    // By number and by name.
    TYPE "type": Text, Many;
    ADMIN "isAdmin": Bool, One;
    // By id, account and address; of an account also those of its user.
    ENTITY "entity": Text, Many;
    GROUPS "userGroups": Text, Many;
    // Of a user, all in which it has an account.
    APP "apps": Long, Many;
    EXTERNAL "isExternal": Bool, One;
    DOMAIN "domain": Text, Optional;
    ORGANIZATION "organization": Text, Optional;
    // By number and by name.
    STATUS "status": Text, Many;
    NAME "displayName": Text, One;
}

const EQ: &[&str] = &["eq", "neq"];
const EQ_SET: &[&str] = &["eq", "neq", "isset", "isnotset"];

/// The filters of entities.
pub const FIELDS: &[Field] = &[
    field("type", FieldKind::Text, EQ, TYPE),
    field("isAdmin", FieldKind::Bool, &["eq"], ADMIN),
    field("entity", FieldKind::Entity, EQ, ENTITY),
    field("userGroups", FieldKind::Text, EQ, GROUPS),
    Field { aliases: &["service"], ..field("app", FieldKind::Int, EQ, APP) },
    // Instance 0 of an app is encoded as the bare app number, and every app here has one instance.
    field("instance", FieldKind::Int, EQ, APP),
    Field { aliases: &["affiliation"], ..field("isExternal", FieldKind::Bool, &["eq"], EXTERNAL) },
    field("domain", FieldKind::Text, EQ_SET, DOMAIN),
    field("organization", FieldKind::Text, EQ_SET, ORGANIZATION),
    field("status", FieldKind::Text, EQ, STATUS),
    field("displayName", FieldKind::Text, &["eq"], NAME),
    field("score", FieldKind::Int, &["isset", "gt", "lt"], SCORE),
];

/// The entities of a tenant at one instant.
pub struct EntityTable<'a> {
    entities: Entities<'a>,
    /// The place of each row in the order of names. Found out when it is first asked for.
    ranks: OnceLock<Vec<u32>>,
}

impl<'a> EntityTable<'a> {
    /// These.
    pub fn new(entities: Entities<'a>) -> Self {
        Self { entities, ranks: OnceLock::new() }
    }

    /// The entity of a row.
    pub fn at(&self, row: u64) -> Option<EntityFacts<'_>> {
        self.entities.at(usize::try_from(row).ok()?)
    }

    fn rank(&self, row: u64) -> i64 {
        let ranks = self.ranks.get_or_init(|| {
            let names: Vec<String> =
                self.entities.iter().map(|entity| entity.name().to_lowercase()).collect();
            let mut order: Vec<usize> = (0..names.len()).collect();
            order.sort_by(|a, b| names[*a].cmp(&names[*b]).then(a.cmp(b)));
            let mut ranks = vec![0; names.len()];
            (0..).zip(order).for_each(|(rank, row)| ranks[row] = rank);
            ranks
        });
        ranks.get(row as usize).map_or(i64::MAX, |rank| i64::from(*rank))
    }
}

impl Table for EntityTable<'_> {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn batches(&self) -> usize {
        1
    }

    fn batch(&self, _batch: BatchIx) -> Batch {
        Batch { first: 0, rows: self.entities.len() }
    }

    fn column(&self, _batch: BatchIx, _column: ColumnId) -> Vector<'_> {
        Vector::PerRow
    }

    fn codes(&self, _column: ColumnId) -> usize {
        self.entities.len()
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        let Some(entity) = self.at(code) else { return };
        match column {
            SEEN => entity.last_seen().into_iter().for_each(|at| each(Value::Time(at))),
            SCORE => entity.priority().into_iter().for_each(|score| each(Value::Long(i64::from(score)))),
            NAME_RANK => each(Value::Long(self.rank(code))),
            TYPE => {
                let names = if entity.is_user() { ["2", "user"] } else { ["1", "account"] };
                names.into_iter().for_each(|name| each(Value::Text(name)));
            }
            ADMIN => each(Value::Bool(entity.is_admin())),
            ENTITY => entity.tree().iter().filter(|of| of.is_user()).chain([&entity]).for_each(|of| {
                each(Value::Text(&of.id()));
                each(Value::Text(&of.account()));
                of.email().into_iter().for_each(|email| each(Value::Text(&email)));
            }),
            GROUPS => {
                for group in entity.groups() {
                    each(Value::Text(&self.entities.group_id(group).to_string()));
                }
            }
            APP => entity.apps().into_iter().for_each(|app| each(Value::Long(i64::from(app)))),
            EXTERNAL => each(Value::Bool(entity.external())),
            DOMAIN => entity.domain().into_iter().for_each(|domain| each(Value::Text(&domain))),
            ORGANIZATION => entity.organization().into_iter().for_each(|unit| each(Value::Text(unit))),
            STATUS => {
                let standing = entity.standing();
                each(Value::Text(&(standing as u8).to_string()));
                each(Value::Text(standing.name()));
            }
            NAME => each(Value::Text(&entity.name())),
            _ => {}
        }
    }

    fn bounds(&self, _batch: BatchIx, _column: ColumnId) -> Option<Bounds> {
        None
    }
}

impl Resolver for EntityTable<'_> {
    fn rows(&self, _field: &str, _value: &str) -> Result<Vec<u64>, BadKey> {
        // No filter of entities is a key.
        Err(BadKey)
    }
}
