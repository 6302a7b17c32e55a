//! What the views say of their columns is so, and the fields of the filters fit it.

use mock_defender::model::time::VirtualTime;
use mock_defender::query::filters::{BadKey, Binding, Field, FieldKind, Resolver, bind};
use mock_defender::table::{BatchIx, ColumnId, Schema, Table, Type, Validity, Vector, values};
use mock_defender::views::activities::{self, Activities};
use mock_defender::views::alerts::{self, Alerts};
use serde_json::{Map, Value, json};

use super::{Size, handled};

/// Holds every cell of a table to its schema.
fn hold_to_the_schema(table: &dyn Table) {
    for (column, def) in table.schema().columns() {
        for ix in (0..table.batches()).map(BatchIx) {
            let batch = table.batch(ix);
            let cells = table.column(ix, column);
            let bounds = table.bounds(ix, column);
            for row in 0..batch.rows {
                let mut count = 0;
                values(table, batch, column, cells, row, &mut |value| {
                    count += 1;
                    assert_eq!(value.ty(), def.ty, "{} of row {row}: {value:?}", def.name);
                    if let Some(bounds) = bounds {
                        let number = value.number().unwrap();
                        assert!(bounds.low <= number && number <= bounds.high, "{}: {number}", def.name);
                    }
                });
                assert!(def.cardinality.allows(count), "{} of row {row}: {count} values", def.name);
            }
            let codes = table.codes(column) as u64;
            match cells {
                Vector::Codes16(held) => assert!(held.iter().all(|code| u64::from(*code) < codes)),
                Vector::Codes32(held) => {
                    // The greatest stands in rows that do not say.
                    assert!(held.iter().all(|&code| u64::from(code) < codes || code == u32::MAX));
                }
                Vector::Sparse(held) => {
                    let rows = batch.first..batch.first + batch.rows as u64;
                    assert!(held.is_sorted());
                    assert!(held.iter().all(|cell| u64::from(cell.code) < codes && rows.contains(&cell.row)));
                }
                Vector::Numbers(_, Validity::All) => assert!(matches!(def.ty, Type::Long | Type::Time)),
                Vector::Numbers(..) | Vector::PerRow | Vector::Constant(_) => {}
            }
        }
    }
}

#[test]
fn cells_match_the_type_and_cardinality_of_their_column() {
    let kit = handled(1, Size::Tiny);
    let view = kit.tenant.read();
    hold_to_the_schema(&Activities::new(&view));
    hold_to_the_schema(&Alerts::new(&view));
}

#[test]
fn names_of_columns_are_unique() {
    for schema in [activities::SCHEMA, alerts::SCHEMA] {
        for (id, def) in schema.columns() {
            assert_eq!(schema.column(def.name), Some(id), "{}", def.name);
        }
    }
}

struct NoKeys;

impl Resolver for NoKeys {
    fn rows(&self, _field: &str, _value: &str) -> Result<Vec<u64>, BadKey> {
        Ok(Vec::new())
    }
}

/// An operand of this operator that a field of this kind takes.
fn operand(kind: FieldKind, operator: &str) -> Value {
    match (operator, kind) {
        ("isset" | "isnotset", _) => json!(true),
        ("range", _) => json!([{"start": 1, "end": 2}]),
        (_, FieldKind::Bool) => json!([true]),
        (_, FieldKind::Int | FieldKind::Time | FieldKind::Source) => json!([1]),
        (_, FieldKind::Text | FieldKind::Entity | FieldKind::Tag) => json!(["x"]),
    }
}

/// Whether every operator of a field, given an operand of the field's kind, can be put to its columns.
fn fits(field: Field, schema: &Schema) -> Result<(), String> {
    for operator in field.operators {
        let mut filters = Map::new();
        filters.insert(field.name.to_owned(), json!({*operator: operand(field.kind, operator)}));
        bind(&filters, &[field], schema, &NoKeys, VirtualTime::default())
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

#[test]
fn every_filter_field_fits_the_type_of_its_columns() {
    for (fields, schema) in [(activities::FIELDS, activities::SCHEMA), (alerts::FIELDS, alerts::SCHEMA)] {
        for field in fields {
            fits(*field, &schema).unwrap();
        }
    }
}

#[test]
fn a_filter_field_whose_kind_is_not_that_of_its_column_can_not_be_bound() {
    let field = |kind, operators, column: ColumnId| Field {
        name: "misfit",
        aliases: &[],
        kind,
        operators,
        column: Binding::Column(column),
    };
    let error = fits(field(FieldKind::Text, &["eq"], activities::DATE), &activities::SCHEMA).unwrap_err();
    assert!(error.contains("column \"timestamp\" holds an instant"), "{error}");
    assert!(error.contains("can't be compared with a text"), "{error}");
    assert!(fits(field(FieldKind::Int, &["gte"], activities::CREATED), &activities::SCHEMA).is_err());
    assert!(fits(field(FieldKind::Time, &["range"], alerts::SEVERITY), &alerts::SCHEMA).is_err());
    assert!(fits(field(FieldKind::Bool, &["eq"], alerts::SEVERITY), &alerts::SCHEMA).is_err());
    assert!(fits(field(FieldKind::Int, &["contains"], alerts::SEVERITY), &alerts::SCHEMA).is_err());
}
