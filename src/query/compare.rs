//! Comparisons of a cell with literals, which carry the rules of the language that they come from.

use std::borrow::Cow;

use crate::model::time::VirtualTime;
use crate::table::{ColumnId, Schema, Type, Value};

/// A test of one value, as a front end says it.
#[derive(Clone, Debug)]
pub enum Test {
    /// Equal to one of these.
    OneOf(Vec<Literal>),
    /// Between these, both included. Truth values and texts have no order here.
    Between(Literal, Literal),
    /// A text that stands so to one of these.
    Text(TextTest, Vec<String>),
}

/// A literal of a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// An instant.
    Time(VirtualTime),
    /// A text.
    Text(String),
}

/// How a text may stand to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// Holds it.
    Contains,
    /// Begins with it.
    StartsWith,
    /// Ends with it.
    EndsWith,
}

/// In what query languages differ. The tests of the engine show which rules make a filter of the Cloud Apps API, an
/// `eq` of OData, an `==` or `=~` of KQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether `A` is `a`.
    pub case: Case,
    /// What comes of an empty cell.
    pub nulls: Nulls,
    /// What comes of a cell with several values.
    pub over: AnyOrAll,
}

/// Whether upper and lower case of a letter, of any alphabet, are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// They differ.
    Sensitive,
    /// They are the same.
    Insensitive,
}

/// What a comparison is of an empty cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// True.
    Pass,
    /// False, so that its negation is true.
    Fail,
    /// Unknown, and so is its negation.
    Unknown,
}

/// How many of a cell's values must pass for the cell to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnyOrAll {
    /// One suffices.
    Any,
    /// Every one.
    All,
}

/// A test that can't be put to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    /// The literal is of another type than the column.
    #[error("column {column:?} holds {holds}, which can't be compared with {given}")]
    Mismatch {
        /// Name of the column.
        column: &'static str,
        /// Type of its values.
        holds: Type,
        /// Type of the literal.
        given: Type,
    },
    /// Values of that type have no order.
    #[error("column {column:?} holds {holds}, which has no order")]
    Unordered {
        /// Name of the column.
        column: &'static str,
        /// Type of its values.
        holds: Type,
    },
    /// Cells with several values have no order.
    #[error("a cell of column {column:?} may hold several values, and has no order")]
    SeveralValues {
        /// Name of the column.
        column: &'static str,
    },
}

/// The cell of a column passes a test. Bound: the test fits the type of the column.
#[derive(Clone, Debug)]
pub struct Compare {
    column: ColumnId,
    wanted: Wanted,
    rules: Rules,
}

/// A test in the form in which it is executed.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// One of these numbers, truth values (as 0 and 1) or instants.
    Numbers(Vec<i64>),
    /// A number or instant from here to there, both included.
    Within(i64, i64),
    /// One of these texts; folded, if case does not matter.
    Texts(Vec<String>),
    /// A text that stands so to one of these; folded, if case does not matter.
    Text(TextTest, Vec<String>),
}

/// What a comparison is of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    Unknown,
}

impl Literal {
    /// Its type.
    pub const fn ty(&self) -> Type {
        self.value().ty()
    }

    const fn value(&self) -> Value<'_> {
        match self {
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Long(number) => Value::Long(*number),
            Self::Time(at) => Value::Time(*at),
            Self::Text(text) => Value::Text(text.as_str()),
        }
    }
}

impl Compare {
    /// Binds `test` to a column of `schema`.
    pub fn bind(schema: &Schema, column: ColumnId, test: Test, rules: Rules) -> Result<Self, TypeError> {
        let def = schema.def(column);
        let fits = |given: Type| {
            let mismatch = TypeError::Mismatch { column: def.name, holds: def.ty, given };
            if given == def.ty { Ok(()) } else { Err(mismatch) }
        };
        let wanted = match test {
            Test::OneOf(literals) => {
                literals.iter().try_for_each(|literal| fits(literal.ty()))?;
                let numbers = literals.iter().filter_map(|literal| literal.value().number()).collect();
                let texts = literals.into_iter().filter_map(|literal| match literal {
                    Literal::Text(text) => Some(rules.case.fold(text)),
                    _ => None,
                });
                if def.ty == Type::Text { Wanted::Texts(texts.collect()) } else { Wanted::Numbers(numbers) }
            }
            Test::Between(low, high) => {
                fits(low.ty())?;
                fits(high.ty())?;
                match (low, high) {
                    (Literal::Long(low), Literal::Long(high)) => Wanted::Within(low, high),
                    (Literal::Time(low), Literal::Time(high)) => Wanted::Within(low.millis(), high.millis()),
                    _ => return Err(TypeError::Unordered { column: def.name, holds: def.ty }),
                }
            }
            Test::Text(how, texts) => {
                fits(Type::Text)?;
                Wanted::Text(how, texts.into_iter().map(|text| rules.case.fold(text)).collect())
            }
        };
        Ok(Self { column, wanted, rules })
    }

    /// The column that it looks at.
    pub(super) fn column(&self) -> ColumnId {
        self.column
    }

    /// The test that it puts to each value.
    pub(super) fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// How many values must pass.
    pub(super) fn over(&self) -> AnyOrAll {
        self.rules.over
    }

    /// One value passes.
    pub(super) fn passes(&self, value: Value<'_>) -> bool {
        match (&self.wanted, value) {
            (Wanted::Texts(texts), Value::Text(text)) => {
                texts.iter().any(|wanted| self.rules.case.equal(wanted, text))
            }
            (Wanted::Text(how, texts), Value::Text(text)) => {
                let text = match self.rules.case {
                    Case::Sensitive => Cow::Borrowed(text),
                    Case::Insensitive => Cow::Owned(text.to_lowercase()),
                };
                texts.iter().any(|wanted| match how {
                    TextTest::Contains => text.contains(wanted.as_str()),
                    TextTest::StartsWith => text.starts_with(wanted.as_str()),
                    TextTest::EndsWith => text.ends_with(wanted.as_str()),
                })
            }
            (wanted, value) => value.number().is_some_and(|number| wanted.takes(number)),
        }
    }

    /// What it is of a cell, of whose values some pass and some don't; neither: the cell is empty.
    pub(super) fn outcome(&self, some_pass: bool, some_fail: bool) -> Truth {
        let truth = match (self.rules.over, some_pass, some_fail) {
            (_, false, false) => match self.rules.nulls {
                Nulls::Pass => true,
                Nulls::Fail => false,
                Nulls::Unknown => return Truth::Unknown,
            },
            (AnyOrAll::Any, some_pass, _) => some_pass,
            (AnyOrAll::All, _, some_fail) => !some_fail,
        };
        if truth { Truth::True } else { Truth::False }
    }
}

impl Wanted {
    /// This number passes.
    pub(super) fn takes(&self, number: i64) -> bool {
        match self {
            Self::Numbers(numbers) => numbers.contains(&number),
            Self::Within(low, high) => (*low..=*high).contains(&number),
            Self::Texts(_) | Self::Text(..) => false,
        }
    }
}

impl Case {
    /// A literal in the form in which it is compared.
    fn fold(self, text: String) -> String {
        match self {
            Self::Sensitive => text,
            Self::Insensitive => text.to_lowercase(),
        }
    }

    /// `text` is the folded literal `wanted`.
    fn equal(self, wanted: &str, text: &str) -> bool {
        wanted == text
            || self == Self::Insensitive
                && ((wanted.len() == text.len() && wanted.eq_ignore_ascii_case(text))
                    || wanted == text.to_lowercase())
    }
}
