//! Ranges of addresses as a table, under the filter names of the Cloud Apps API. The number of a row is the place among
//! the ranges.
//!
//! Source of names and operators: <https://learn.microsoft.com/defender-cloud-apps/api-data-enrichment#filters>; `name` is
//! no longer documented.

use crate::columns;
use crate::facts::IpRangeFacts;
use crate::query::filters::{BadKey, Field, FieldKind, Resolver, field};
use crate::table::{Batch, BatchIx, Bounds, ColumnId, Schema, Table, Value, Vector};
use crate::tenant::TenantView;

columns! {
    /// The columns of ranges.
    pub const SCHEMA;
    /// Since when it is as it is.
    pub CHANGED "lastModified": Time, One;
    /// The number of its category.
    pub CATEGORY "category": Long, One;
    /// The place in the order of names.
    pub NAME_RANK "nameRank": Long, One;
    /// The place in the order of tags.
    pub TAG_RANK "tagRank": Long, One;
    NAME "name": Text, One;
    TAGS "tags": Text, Many;
    BUILT_IN "builtIn": Bool, One;
}

const EQ: &[&str] = &["eq", "neq"];

/// The filters of ranges.
pub const FIELDS: &[Field] = &[
    field("category", FieldKind::Int, EQ, CATEGORY),
    field("tags", FieldKind::Text, EQ, TAGS),
    field("builtIn", FieldKind::Bool, &["eq"], BUILT_IN),
    field("name", FieldKind::Text, &["eq"], NAME),
];

/// The ranges of a tenant at one instant.
pub struct IpRangeTable<'a> {
    ranges: Vec<IpRangeFacts<'a>>,
    /// The places of each row in the orders of names and of tags.
    ranks: Vec<[i64; 2]>,
}

impl<'a> IpRangeTable<'a> {
    /// What `view` shows.
    pub fn new(view: &'a TenantView) -> Self {
        let ranges: Vec<IpRangeFacts<'a>> = IpRangeFacts::all(view).collect();
        let mut ranks = vec![[0; 2]; ranges.len()];
        let tag = |range: &IpRangeFacts<'_>| range.tags().first().map(|(tag, _)| tag.name.to_lowercase());
        let keys: Vec<[String; 2]> = ranges
            .iter()
            .map(|range| [range.name().to_lowercase(), tag(range).unwrap_or_default()])
            .collect();
        for by in [0, 1] {
            let mut order: Vec<usize> = (0..ranges.len()).collect();
            order.sort_by(|a, b| keys[*a][by].cmp(&keys[*b][by]).then(a.cmp(b)));
            (0..).zip(order).for_each(|(rank, row)| ranks[row][by] = rank);
        }
        Self { ranges, ranks }
    }

    /// The range of a row.
    pub fn at(&self, row: u64) -> Option<&IpRangeFacts<'a>> {
        self.ranges.get(usize::try_from(row).ok()?)
    }
}

impl Table for IpRangeTable<'_> {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn batches(&self) -> usize {
        1
    }

    fn batch(&self, _batch: BatchIx) -> Batch {
        Batch { first: 0, rows: self.ranges.len() }
    }

    fn column(&self, _batch: BatchIx, _column: ColumnId) -> Vector<'_> {
        Vector::PerRow
    }

    fn codes(&self, _column: ColumnId) -> usize {
        self.ranges.len()
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        let Some(range) = self.at(code) else { return };
        let rank = |by: usize| Value::Long(self.ranks.get(code as usize).map_or(0, |ranks| ranks[by]));
        match column {
            CHANGED => each(Value::Time(range.changed())),
            CATEGORY => each(Value::Long(i64::from(range.category()))),
            NAME_RANK => each(rank(0)),
            TAG_RANK => each(rank(1)),
            NAME => each(Value::Text(range.name())),
            TAGS => range.tags().iter().for_each(|(tag, _)| each(Value::Text(&tag.id))),
            BUILT_IN => each(Value::Bool(range.is_built_in())),
            _ => {}
        }
    }

    fn bounds(&self, _batch: BatchIx, _column: ColumnId) -> Option<Bounds> {
        None
    }
}

impl Resolver for IpRangeTable<'_> {
    fn rows(&self, _field: &str, _value: &str) -> Result<Vec<u64>, BadKey> {
        // No filter of ranges is a key.
        Err(BadKey)
    }
}
