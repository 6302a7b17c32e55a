//! What the columns of a table are called, what type their values have, and how many of them a cell holds.

use std::fmt;

/// The type of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A truth value.
    Bool,
    /// A whole number.
    Long,
    /// A floating-point number.
    Real,
    /// A decimal number.
    Decimal,
    /// An instant.
    Time,
    /// A length of time.
    Span,
    /// A GUID.
    Guid,
    /// A text.
    Text,
    /// JSON of any shape.
    Dynamic,
}

/// `a whole number`, as messages say it.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "a truth value",
            Self::Long => "a whole number",
            Self::Real => "a floating-point number",
            Self::Decimal => "a decimal number",
            Self::Time => "an instant",
            Self::Span => "a length of time",
            Self::Guid => "a GUID",
            Self::Text => "a text",
            Self::Dynamic => "JSON",
        })
    }
}

/// How many values a cell of a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cardinality {
    /// Exactly one.
    One,
    /// One or none.
    Optional,
    /// Any number, none included.
    Many,
}

impl Cardinality {
    /// A cell may hold this many values.
    pub const fn allows(self, values: usize) -> bool {
        match self {
            Self::One => values == 1,
            Self::Optional => values <= 1,
            Self::Many => true,
        }
    }
}

/// Names a column of one table: its place in the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnId(pub u16);

/// What a schema says of a column.
#[derive(Clone, Copy, Debug)]
pub struct ColumnDef {
    /// Its name, unique within the schema.
    pub name: &'static str,
    /// Type of its values.
    pub ty: Type,
    /// How many values a cell holds.
    pub cardinality: Cardinality,
}

/// The columns of a table.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    columns: &'static [ColumnDef],
}

impl Schema {
    /// The schema with these columns, in this order.
    pub const fn new(columns: &'static [ColumnDef]) -> Self {
        Self { columns }
    }

    /// The columns with their ids, in order.
    pub fn columns(&self) -> impl Iterator<Item = (ColumnId, &'static ColumnDef)> {
        (0..).map(ColumnId).zip(self.columns)
    }

    /// The column called `name`; upper and lower case differ.
    pub fn column(&self, name: &str) -> Option<ColumnId> {
        self.columns().find(|(_, def)| def.name == name).map(|(id, _)| id)
    }

    /// What is said of a column of this schema.
    ///
    /// # Panics
    /// If the id is of another schema, which has more columns.
    pub fn def(&self, column: ColumnId) -> &'static ColumnDef {
        &self.columns[usize::from(column.0)]
    }
}

/// Declares the columns of a table in one place: a constant for each column's id, and the schema with the columns
/// in the same order.
///
/// ```
/// mock_defender::columns! {
///     /// What a library lends.
///     pub const SCHEMA;
///     /// The title.
///     pub TITLE "title": Text, One;
///     AUTHORS "authors": Text, Many;
/// }
/// assert_eq!(SCHEMA.column("authors"), Some(AUTHORS));
/// assert_eq!(SCHEMA.def(TITLE).name, "title");
/// ```
#[macro_export]
macro_rules! columns {
    (
        $(#[$about:meta])* $seen:vis const $schema:ident;
        $($(#[$doc:meta])* $vis:vis $id:ident $name:literal: $ty:ident, $cardinality:ident;)+
    ) => {
        $(#[$about])*
        $seen const $schema: $crate::table::Schema = {
            use $crate::table::{Cardinality, ColumnDef, Type};
            $crate::table::Schema::new(&[
                $(ColumnDef { name: $name, ty: Type::$ty, cardinality: Cardinality::$cardinality },)+
            ])
        };
        $crate::columns!(@ids [] $($(#[$doc])* $vis $id,)+);
    };
    (@ids [$($before:ident)*]) => {};
    // A column's place is the number of columns before it.
    (@ids [$($before:ident)*] $(#[$doc:meta])* $vis:vis $id:ident, $($rest:tt)*) => {
        $(#[$doc])*
        $vis const $id: $crate::table::ColumnId = $crate::table::ColumnId({
            let before: &[&str] = &[$(stringify!($before)),*];
            before.len() as u16
        });
        $crate::columns!(@ids [$($before)* $id] $($rest)*);
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    columns! {
        const SCHEMA;
        FIRST "first": Long, One;
        SECOND "second": Text, Many;
        THIRD "third": Time, Optional;
    }

    #[test]
    fn a_column_is_found_by_its_name_and_by_its_id() {
        assert_eq!([FIRST, SECOND, THIRD], [ColumnId(0), ColumnId(1), ColumnId(2)]);
        for (id, def) in SCHEMA.columns() {
            assert_eq!(SCHEMA.column(def.name), Some(id));
            assert_eq!(SCHEMA.def(id).name, def.name);
        }
        assert_eq!(SCHEMA.column("First"), None);
        assert_eq!(SCHEMA.def(THIRD).ty, Type::Time);
    }

    #[test]
    fn a_cardinality_bounds_the_number_of_values_of_a_cell() {
        let allowed = |cardinality: Cardinality| [0, 1, 2].map(|values| cardinality.allows(values));
        assert_eq!(allowed(SCHEMA.def(FIRST).cardinality), [false, true, false]);
        assert_eq!(allowed(SCHEMA.def(THIRD).cardinality), [true, true, false]);
        assert_eq!(allowed(SCHEMA.def(SECOND).cardinality), [true, true, true]);
    }
}
