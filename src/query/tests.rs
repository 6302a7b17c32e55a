//! The same data under the rules of different languages, and in every form in which a table may hold it.

use crate::columns;
use crate::model::time::VirtualTime;
use crate::table::{
    Batch, BatchIx, Bounds, ColumnId, Numbers, Schema, SparseCell, Table, Validity, Value, Vector,
};

use super::expr::{AnyOrAll, Case, Compare, Expr, Literal, Nulls, Rules, Test, TextTest, TypeError};
use super::{Empty, Order, Plan, run};

columns! {
    const SCHEMA;
    NAME "name": Text, Optional;
    AGE "age": Long, Optional;
    TAGS "tags": Text, Many;
    JOINED "joined": Time, One;
    GUEST "guest": Bool, One;
    NOBODY "nobody": Long, Optional;
}

const NAMES: [Option<&str>; 4] = [Some("Ada"), Some("ada"), None, Some("BOB")];
const AGES: [Option<i64>; 4] = [Some(30), None, Some(40), Some(30)];
const TAGGED: [&[&str]; 4] = [&["a", "B"], &[], &["a"], &["b", "c"]];

/// In which form cells are held.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Codes16,
    Codes32,
    Sparse,
    PerRow,
    /// Numbers as such; the rest as codes.
    Plain,
}

const FORMS: [Form; 5] = [Form::Codes16, Form::Codes32, Form::Sparse, Form::PerRow, Form::Plain];

/// Four people; the code of a cell is its row, whatever the form.
struct People {
    form: Form,
    sparse: Vec<SparseCell>,
}

impl People {
    fn new(form: Form) -> Self {
        Self { form, sparse: (0..4).map(|row| SparseCell { row, code: row as u32 }).collect() }
    }
}

impl Table for People {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn batches(&self) -> usize {
        1
    }

    fn batch(&self, _batch: BatchIx) -> Batch {
        Batch { first: 0, rows: 4 }
    }

    fn column(&self, _batch: BatchIx, column: ColumnId) -> Vector<'_> {
        match (self.form, column) {
            (_, NOBODY) => Vector::Constant(None),
            (_, GUEST) => Vector::Constant(Some(Value::Bool(false))),
            (Form::Plain, AGE) => {
                Vector::Numbers(Numbers::Sum(30, &[0, 77, 10, 0]), Validity::Bits(&[0b1101]))
            }
            (Form::Plain, JOINED) => Vector::Numbers(Numbers::Sum(100, &[0, 1, 2, 3]), Validity::All),
            (Form::Codes16 | Form::Plain, _) => Vector::Codes16(&[0, 1, 2, 3]),
            (Form::Codes32, _) => Vector::Codes32(&[0, 1, 2, 3]),
            (Form::PerRow, _) => Vector::PerRow,
            (Form::Sparse, NAME) => Vector::Sparse(&[
                SparseCell { row: 0, code: 0 },
                SparseCell { row: 1, code: 1 },
                SparseCell { row: 3, code: 3 },
            ]),
            // A row may stand here although its code stands for nothing.
            (Form::Sparse, _) => Vector::Sparse(&self.sparse),
        }
    }

    fn codes(&self, _column: ColumnId) -> usize {
        4
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        let at = code as usize;
        match column {
            NAME => NAMES[at].into_iter().for_each(|name| each(Value::Text(name))),
            AGE => AGES[at].into_iter().for_each(|age| each(Value::Long(age))),
            TAGS => TAGGED[at].iter().for_each(|tag| each(Value::Text(tag))),
            JOINED => each(Value::Time(VirtualTime::from_millis(100 + code as i64))),
            other => panic!("{other:?} has no codes"),
        }
    }

    fn bounds(&self, _batch: BatchIx, column: ColumnId) -> Option<Bounds> {
        match column {
            AGE => Some(Bounds { low: 30, high: 40 }),
            JOINED => Some(Bounds { low: 100, high: 103 }),
            _ => None,
        }
    }
}

/// The rows that `filter` selects, which are the same in whichever form the cells are held.
fn rows(filter: &Expr) -> Vec<u64> {
    let plan = Plan { filter: filter.clone(), order: Order::of_rows(false), skip: 0, limit: 10 };
    let [first, others @ ..] = FORMS.map(|form| run(&People::new(form), &plan).rows);
    for (other, form) in others.iter().zip(&FORMS[1..]) {
        assert_eq!(*other, first, "{form:?}: {filter:?}");
    }
    first
}

fn compare(column: ColumnId, test: Test, case: Case, nulls: Nulls, over: AnyOrAll) -> Expr {
    Expr::Compare(Compare::bind(&SCHEMA, column, test, Rules { case, nulls, over }).unwrap())
}

fn one_of(values: &[&str]) -> Test {
    Test::OneOf(values.iter().map(|value| Literal::Text((*value).to_owned())).collect())
}

fn contains(part: &str) -> Test {
    Test::Text(TextTest::Contains, vec![part.to_owned()])
}

fn is(number: i64) -> Test {
    Test::OneOf(vec![Literal::Long(number)])
}

fn above(number: i64) -> Test {
    Test::Between(Literal::Long(number + 1), Literal::Long(i64::MAX))
}

#[test]
fn cloud_apps_filters_disregard_case_and_an_empty_cell_passes_what_is_negated() {
    let test = |column, test| {
        let rules = super::filters::RULES;
        compare(column, test, rules.case, rules.nulls, rules.over)
    };
    assert_eq!(rows(&test(NAME, one_of(&["ADA"]))), [0, 1]);
    assert_eq!(rows(&test(NAME, one_of(&["ADA"])).negated()), [2, 3]);
    assert_eq!(rows(&test(NAME, contains("O"))), [3]);
    assert_eq!(rows(&test(NAME, contains("o")).negated()), [0, 1, 2]);
    assert_eq!(rows(&test(AGE, above(35))), [2]);
    assert_eq!(rows(&test(AGE, above(35)).negated()), [0, 1, 3]);
    assert_eq!(rows(&test(TAGS, one_of(&["b"]))), [0, 3]);
    assert_eq!(rows(&test(TAGS, one_of(&["b"])).negated()), [1, 2]);
}

#[test]
fn odata_regards_case_and_equals_null_and_has_any_and_all() {
    let test = |column, test| compare(column, test, Case::Sensitive, Nulls::Fail, AnyOrAll::Any);
    // name eq 'ada', name ne 'ada': null differs from every value.
    assert_eq!(rows(&test(NAME, one_of(&["ada"]))), [1]);
    assert_eq!(rows(&test(NAME, one_of(&["ada"])).negated()), [0, 2, 3]);
    // name eq null, name ne null.
    assert_eq!(rows(&Expr::Present(NAME).negated()), [2]);
    assert_eq!(rows(&Expr::Present(NAME)), [0, 1, 3]);
    // age gt 35 is false of null, so not (age gt 35) is true of it.
    assert_eq!(rows(&test(AGE, above(35)).negated()), [0, 1, 3]);
    // contains(name, 'd') is null of null, and so is its negation.
    let has_d = compare(NAME, contains("d"), Case::Sensitive, Nulls::Unknown, AnyOrAll::Any);
    assert_eq!(rows(&has_d), [0, 1]);
    let has_capital = compare(NAME, contains("A"), Case::Sensitive, Nulls::Unknown, AnyOrAll::Any);
    assert_eq!(rows(&has_capital), [0]);
    assert_eq!(rows(&has_d.negated()), [3]);
    // tags/any(t: t eq 'a'), tags/all(t: t eq 'a'): none at all are all of them.
    assert_eq!(rows(&test(TAGS, one_of(&["a"]))), [0, 2]);
    let all = compare(TAGS, one_of(&["a"]), Case::Sensitive, Nulls::Pass, AnyOrAll::All);
    assert_eq!(rows(&all), [1, 2]);
    assert_eq!(rows(&all.negated()), [0, 3]);
}

#[test]
fn kql_has_two_equalities_and_treats_null_text_as_empty() {
    let text = |test, case, nulls| compare(NAME, test, case, nulls, AnyOrAll::Any);
    // == and =~
    assert_eq!(rows(&text(one_of(&["ada"]), Case::Sensitive, Nulls::Fail)), [1]);
    assert_eq!(rows(&text(one_of(&["ADA"]), Case::Insensitive, Nulls::Fail)), [0, 1]);
    // A missing text is the empty one: it passes where that passes, and fails where that fails.
    assert_eq!(rows(&text(one_of(&["ada", ""]), Case::Sensitive, Nulls::Pass)), [1, 2]);
    assert_eq!(rows(&text(one_of(&[""]), Case::Sensitive, Nulls::Pass).negated()), [0, 1, 3]);
    assert_eq!(rows(&text(contains(""), Case::Insensitive, Nulls::Pass)), [0, 1, 2, 3]);
    assert_eq!(rows(&text(contains("bob"), Case::Insensitive, Nulls::Fail).negated()), [0, 1, 2]);
}

#[test]
fn kql_comparisons_with_a_null_number_are_false_or_unknown() {
    let age = |test, nulls| compare(AGE, test, Case::Sensitive, nulls, AnyOrAll::Any);
    let older = || age(above(35), Nulls::Unknown);
    let named = |name| compare(NAME, one_of(&[name]), Case::Sensitive, Nulls::Fail, AnyOrAll::Any);
    // age == 30 is false of null, age != 30 true.
    assert_eq!(rows(&age(is(30), Nulls::Fail)), [0, 3]);
    assert_eq!(rows(&age(is(30), Nulls::Fail).negated()), [1, 2]);
    // age > 35 is unknown of null, and so is not(age > 35).
    assert_eq!(rows(&older()), [2]);
    assert_eq!(rows(&older().negated()), [0, 3]);
    assert_eq!(rows(&older().negated().negated()), [2]);
    assert_eq!(rows(&Expr::Any(vec![older(), older().negated()])), [0, 2, 3]);
    // Row 1 is "ada" of unknown age. Unknown and false is false; unknown or true is true; else it stays unknown.
    assert_eq!(rows(&Expr::All(vec![older(), named("BOB")]).negated()), [0, 1, 2, 3]);
    assert_eq!(rows(&Expr::All(vec![older(), named("ada")]).negated()), [0, 2, 3]);
    assert_eq!(rows(&Expr::Any(vec![older(), named("ada")])), [1, 2]);
    assert_eq!(rows(&Expr::Any(vec![older(), named("BOB")]).negated()), [0]);
    // isnull, isnotnull
    assert_eq!(rows(&Expr::Present(AGE).negated()), [1]);
    assert_eq!(rows(&Expr::Any(vec![older(), Expr::Present(AGE).negated()])), [1, 2]);
}

#[test]
fn a_column_without_values_follows_the_rule_for_empty_cells() {
    let test = |nulls| compare(NOBODY, is(0), Case::Sensitive, nulls, AnyOrAll::Any);
    let every = [0, 1, 2, 3];
    assert_eq!(rows(&test(Nulls::Pass)), every);
    assert!(rows(&test(Nulls::Pass).negated()).is_empty());
    assert!(rows(&test(Nulls::Fail)).is_empty());
    assert_eq!(rows(&test(Nulls::Fail).negated()), every);
    assert!(rows(&test(Nulls::Unknown)).is_empty());
    assert!(rows(&test(Nulls::Unknown).negated()).is_empty());
    assert!(rows(&Expr::Present(NOBODY)).is_empty());
    let guest = |truth| {
        let test = Test::OneOf(vec![Literal::Bool(truth)]);
        compare(GUEST, test, Case::Sensitive, Nulls::Fail, AnyOrAll::Any)
    };
    assert_eq!(rows(&guest(false)), every);
    assert!(rows(&guest(true)).is_empty());
}

#[test]
fn column_bounds_do_not_decide_about_empty_cells() {
    // Every age that is there lies within, or beyond; the row without an age goes by its own rule.
    let between = |low, high, nulls| {
        let test = Test::Between(Literal::Long(low), Literal::Long(high));
        compare(AGE, test, Case::Sensitive, nulls, AnyOrAll::Any)
    };
    assert_eq!(rows(&between(0, 99, Nulls::Fail)), [0, 2, 3]);
    assert_eq!(rows(&between(0, 99, Nulls::Fail).negated()), [1]);
    assert_eq!(rows(&between(0, 99, Nulls::Pass)), [0, 1, 2, 3]);
    assert!(rows(&between(0, 99, Nulls::Unknown).negated()).is_empty());
    assert_eq!(rows(&between(0, 30, Nulls::Fail)), [0, 3]);
    assert_eq!(rows(&between(40, 99, Nulls::Fail)), [2]);
    assert_eq!(rows(&between(50, 99, Nulls::Pass)), [1]);
    assert!(rows(&between(50, 99, Nulls::Unknown)).is_empty());
    assert_eq!(rows(&between(50, 99, Nulls::Unknown).negated()), [0, 2, 3]);
}

#[test]
fn a_literal_of_the_wrong_type_is_refused_when_the_filter_is_bound() {
    let bind = |column, test| Compare::bind(&SCHEMA, column, test, super::filters::RULES).map(drop);
    let text = || Literal::Text("x".to_owned());
    let instant = || Literal::Time(VirtualTime::from_millis(1));
    let error = bind(NAME, is(5)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "column \"name\" holds a text, which can't be compared with a whole number"
    );
    for (column, literal) in [
        (NAME, instant()),
        (AGE, text()),
        (AGE, instant()),
        (AGE, Literal::Bool(true)),
        (TAGS, Literal::Long(1)),
        (JOINED, Literal::Long(1)),
        (GUEST, Literal::Long(1)),
        (GUEST, text()),
    ] {
        let def = SCHEMA.def(column);
        let mismatch = Err(TypeError::Mismatch { column: def.name, holds: def.ty, given: literal.ty() });
        assert_eq!(bind(column, Test::OneOf(vec![literal.clone()])), mismatch);
        assert_eq!(bind(column, Test::Between(literal.clone(), literal)), mismatch);
    }
    assert!(bind(AGE, Test::OneOf(vec![Literal::Long(1), text()])).is_err());
    assert!(bind(AGE, Test::Between(Literal::Long(1), text())).is_err());
    assert!(bind(AGE, contains("3")).is_err());
    assert!(bind(JOINED, Test::Between(instant(), instant())).is_ok());
    let unordered = |column: ColumnId| {
        let def = SCHEMA.def(column);
        Err(TypeError::Unordered { column: def.name, holds: def.ty })
    };
    assert_eq!(bind(NAME, Test::Between(text(), text())), unordered(NAME));
    let truths = Test::Between(Literal::Bool(false), Literal::Bool(true));
    assert_eq!(bind(GUEST, truths), unordered(GUEST));
}

#[test]
fn an_order_says_where_empty_cells_stand() {
    let sorted = |column, descending, empty| {
        let order = Order::by(&SCHEMA, column, descending, empty).unwrap();
        let plan = Plan { filter: Expr::everything(), order, skip: 0, limit: 10 };
        let [first, others @ ..] = FORMS.map(|form| run(&People::new(form), &plan).rows);
        assert!(others.iter().all(|other| *other == first));
        first
    };
    assert_eq!(sorted(AGE, false, Empty::First), [1, 0, 3, 2]);
    assert_eq!(sorted(AGE, false, Empty::Last), [0, 3, 2, 1]);
    assert_eq!(sorted(AGE, true, Empty::First), [1, 2, 3, 0]);
    assert_eq!(sorted(AGE, true, Empty::Last), [2, 3, 0, 1]);
    assert_eq!(sorted(JOINED, true, Empty::Last), [3, 2, 1, 0]);
    let by = |column| Order::by(&SCHEMA, column, false, Empty::First).map(drop);
    assert!(matches!(by(NAME), Err(TypeError::Unordered { column: "name", .. })));
    assert!(matches!(by(TAGS), Err(TypeError::Unordered { column: "tags", .. })));
}
