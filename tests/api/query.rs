//! The query engine over a small table made by hand, against the plainest reading of its promises.

#[path = "query/made.rs"]
mod made;

use made::{DIFFERENCE, GAPS, Known, Made, NAMES, NOTHING, Piece, RANKS, SCHEMA, SUM, TRUTHS, cell};
use mock_defender::generate::Stream;
use mock_defender::model::time::VirtualTime;
use mock_defender::query::expr::{AnyOrAll, Case, Compare, Literal, Nulls, Rules, Test, TextTest, TypeError};
use mock_defender::query::{Empty, Expr, Order, Page, Plan, run};
use mock_defender::table::{Cardinality, ColumnId, Type, Value};

/// An expression as it is said, and as it is bound.
#[derive(Clone, Debug)]
struct Said {
    bound: Expr,
    plain: Plain,
}

#[derive(Clone, Debug)]
enum Plain {
    All(Vec<Said>),
    Any(Vec<Said>),
    Not(Box<Said>),
    Cell(ColumnId, Test, Rules),
    Present(ColumnId),
    Rows(Vec<u64>),
}

/// Whether a row passes, by the words of the documentation; nothing if that is unknown.
fn passes(said: &Said, row: u64, piece: &Piece, at: usize) -> Option<bool> {
    let outcomes = |parts: &[Said]| -> Vec<Option<bool>> {
        parts.iter().map(|part| passes(part, row, piece, at)).collect()
    };
    match &said.plain {
        Plain::All(parts) => match outcomes(parts) {
            parts if parts.contains(&Some(false)) => Some(false),
            parts if parts.contains(&None) => None,
            _ => Some(true),
        },
        Plain::Any(parts) => match outcomes(parts) {
            parts if parts.contains(&Some(true)) => Some(true),
            parts if parts.contains(&None) => None,
            _ => Some(false),
        },
        Plain::Not(inner) => passes(inner, row, piece, at).map(|truth| !truth),
        Plain::Rows(rows) => Some(rows.contains(&row)),
        Plain::Present(column) => Some(!cell(piece, at, *column).is_empty()),
        Plain::Cell(column, test, rules) => {
            let values = cell(piece, at, *column);
            let mut outcomes = values.iter().map(|value| holds(test, rules.case, *value));
            match (rules.over, rules.nulls) {
                (_, Nulls::Pass) if values.is_empty() => Some(true),
                (_, Nulls::Fail) if values.is_empty() => Some(false),
                (_, Nulls::Unknown) if values.is_empty() => None,
                (AnyOrAll::Any, _) => Some(outcomes.any(|holds| holds)),
                (AnyOrAll::All, _) => Some(outcomes.all(|holds| holds)),
            }
        }
    }
}

fn holds(test: &Test, case: Case, value: Value<'_>) -> bool {
    let folded = |text: &str| match case {
        Case::Sensitive => text.to_owned(),
        Case::Insensitive => text.to_lowercase(),
    };
    match (test, value) {
        (Test::OneOf(literals), value) => literals.iter().any(|literal| match (literal, value) {
            (Literal::Bool(a), Value::Bool(b)) => *a == b,
            (Literal::Long(a), Value::Long(b)) => *a == b,
            (Literal::Time(a), Value::Time(b)) => *a == b,
            (Literal::Text(a), Value::Text(b)) => folded(a) == folded(b),
            _ => panic!("{literal:?} was bound to {value:?}"),
        }),
        (Test::Between(Literal::Long(low), Literal::Long(high)), Value::Long(number)) => {
            *low <= number && number <= *high
        }
        (Test::Between(Literal::Time(low), Literal::Time(high)), Value::Time(at)) => {
            *low <= at && at <= *high
        }
        (Test::Text(how, texts), Value::Text(text)) => texts.iter().any(|wanted| {
            let (text, wanted) = (folded(text), folded(wanted));
            match how {
                TextTest::Contains => text.contains(&wanted),
                TextTest::StartsWith => text.starts_with(&wanted),
                TextTest::EndsWith => text.ends_with(&wanted),
            }
        }),
        _ => panic!("{test:?} was bound to {value:?}"),
    }
}

/// An order as it is said: by which column, largest first, where empty cells stand.
type By = (Option<ColumnId>, bool, Empty);

fn order((column, descending, empty): By) -> Order {
    match column {
        None => Order::of_rows(descending),
        Some(column) => Order::by(&SCHEMA, column, descending, empty).expect("a column with an order"),
    }
}

/// What is selected in this order, the long way.
fn plainly(table: &Made, said: &Said, (column, descending, empty): By, skip: usize, limit: usize) -> Page {
    let mut rows: Vec<(u8, i64, u64)> = Vec::new();
    for (row, piece, at) in table.rows() {
        if passes(said, row, piece, at) == Some(true) {
            let key = column.map_or(Some(0), |column| cell(piece, at, column).first()?.number());
            let before = (empty == Empty::First) != descending;
            let place = if key.is_some() { 1 } else { if before { 0 } else { 2 } };
            rows.push((place, key.unwrap_or_default(), row));
        }
    }
    rows.sort_unstable();
    if descending {
        rows.reverse();
    }
    let total = rows.len() as u64;
    Page { rows: rows.into_iter().map(|(.., row)| row).skip(skip).take(limit).collect(), total }
}

fn any_text(stream: &mut Stream) -> String {
    (*stream.pick(&["ada", "Bob", "a", "", "ärger", "7", "lace", "nobody", "ADA"])).to_owned()
}

/// A test that fits the type of the column.
fn any_test(stream: &mut Stream, column: ColumnId) -> Test {
    let ty = SCHEMA.def(column).ty;
    let literal = |stream: &mut Stream| {
        let number = *stream.pick(&[-20, -5, 0, 1, 3, 7, 15, 30, 60, 100, i64::MIN, i64::MAX]);
        match ty {
            Type::Bool => Literal::Bool(stream.below(2) == 0),
            Type::Time => Literal::Time(VirtualTime::from_millis(number)),
            Type::Text => Literal::Text(any_text(stream)),
            _ => Literal::Long(number),
        }
    };
    let count = stream.below(4);
    match (ty, stream.below(2)) {
        (Type::Text, 0) => {
            let how = *stream.pick(&[TextTest::Contains, TextTest::StartsWith, TextTest::EndsWith]);
            Test::Text(how, (0..count).map(|_| any_text(stream)).collect())
        }
        (Type::Long | Type::Time, 0) => Test::Between(literal(stream), literal(stream)),
        _ => Test::OneOf((0..count).map(|_| literal(stream)).collect()),
    }
}

fn any_rules(stream: &mut Stream) -> Rules {
    Rules {
        case: *stream.pick(&[Case::Sensitive, Case::Insensitive]),
        nulls: *stream.pick(&[Nulls::Pass, Nulls::Fail, Nulls::Unknown]),
        over: *stream.pick(&[AnyOrAll::Any, AnyOrAll::All]),
    }
}

fn any_column(stream: &mut Stream) -> ColumnId {
    ColumnId(stream.below(SCHEMA.columns().count() as u32) as u16)
}

fn compared(column: ColumnId, test: Test, rules: Rules) -> Said {
    let bound = Compare::bind(&SCHEMA, column, test.clone(), rules).expect("a test that fits");
    Said { bound: Expr::Compare(bound), plain: Plain::Cell(column, test, rules) }
}

fn not(inner: Said) -> Said {
    Said { bound: inner.bound.clone().negated(), plain: Plain::Not(Box::new(inner)) }
}

fn any_expr(stream: &mut Stream, table: &Made, depth: u32) -> Said {
    let last = table.rows().last().map_or(0, |(row, ..)| *row as u32);
    match stream.below(if depth == 0 { 5 } else { 8 }) {
        0..=2 => {
            let column = any_column(stream);
            compared(column, any_test(stream, column), any_rules(stream))
        }
        3 => {
            let count = stream.below(6);
            let mut rows: Vec<u64> = (0..count).map(|_| u64::from(stream.below(last + 3))).collect();
            rows.sort_unstable();
            rows.dedup();
            Said { bound: Expr::Rows(rows.as_slice().into()), plain: Plain::Rows(rows) }
        }
        4 => {
            let column = any_column(stream);
            Said { bound: Expr::Present(column), plain: Plain::Present(column) }
        }
        5 => not(any_expr(stream, table, depth - 1)),
        kind => {
            let parts: Vec<Said> = (0..stream.below(4)).map(|_| any_expr(stream, table, depth - 1)).collect();
            let bound = parts.iter().map(|part| part.bound.clone()).collect();
            if kind == 6 {
                Said { bound: Expr::All(bound), plain: Plain::All(parts) }
            } else {
                Said { bound: Expr::Any(bound), plain: Plain::Any(parts) }
            }
        }
    }
}

fn any_order(stream: &mut Stream) -> By {
    let column = *stream.pick(&[
        None,
        Some(SUM),
        Some(DIFFERENCE),
        Some(GAPS),
        Some(RANKS),
        Some(TRUTHS),
        Some(NOTHING),
    ]);
    (column, stream.below(2) == 0, *stream.pick(&[Empty::First, Empty::Last]))
}

#[test]
fn every_query_plan_agrees_with_a_naive_evaluation() {
    for case in 0..6_000 {
        let mut stream = Stream::new(7, "query", case, "plan");
        let table = Made::new(&mut stream);
        let said = any_expr(&mut stream, &table, 3);
        let by = any_order(&mut stream);
        let skip = *stream.pick(&[0, 0, 1, 5, 17, 1_000, usize::MAX]);
        let limit = *stream.pick(&[0, 1, 2, 5, 20, 1_000, usize::MAX]);
        let plan = Plan { filter: said.bound.clone(), order: order(by), skip, limit };
        let expected = plainly(&table, &said, by, skip, limit);
        assert_eq!(run(&table, &plan), expected, "case {case}: {plan:?}\n{table:?}");
    }
}

#[test]
fn concatenated_pages_equal_the_whole_result() {
    for case in 0..200 {
        let mut stream = Stream::new(7, "query", case, "pages");
        let table = Made::new(&mut stream);
        let order = order(any_order(&mut stream));
        let filter = any_expr(&mut stream, &table, 2).bound;
        let plan = |skip, limit| Plan { filter: filter.clone(), order, skip, limit };
        let whole = run(&table, &plan(0, usize::MAX));
        let limit = stream.between(1, 9) as usize;
        let mut rows = Vec::new();
        while (rows.len() as u64) < whole.total {
            let page = run(&table, &plan(rows.len(), limit));
            assert_eq!(page.total, whole.total);
            assert!(!page.rows.is_empty(), "case {case}: no gap before the end");
            rows.extend(page.rows);
        }
        assert_eq!(rows, whole.rows, "case {case}");
    }
}

#[test]
fn a_long_sorted_query_keeps_only_the_best_rows() {
    // Far more rows than a page holds, so that the scan throws away what can't be on it any more.
    let mut stream = Stream::new(7, "query", 0, "long");
    let rows = 5_000;
    let pieces = (0..8).map(|piece| Piece {
        first: piece * rows as u64,
        rows,
        base: i64::from(stream.below(500)),
        plus: (0..rows).map(|_| stream.below(3_000)).collect(),
        minus: (0..rows).map(|_| stream.below(3_000)).collect(),
        names: (0..rows).map(|_| stream.below(6) as u16).collect(),
        numbers: (0..rows).map(|_| stream.below(6)).collect(),
        valid: vec![],
        labels: vec![],
    });
    let mut table = Made { pieces: pieces.collect(), known: Known::Nothing };
    let rules = Rules { case: Case::Insensitive, nulls: Nulls::Fail, over: AnyOrAll::Any };
    let said = not(compared(NAMES, Test::OneOf(vec![Literal::Text("ada".to_owned())]), rules));
    for known in [Known::Nothing, Known::Exact, Known::Wide] {
        table.known = known;
        for (by, descending, skip) in
            [(SUM, true, 0), (DIFFERENCE, false, 0), (DIFFERENCE, true, 700), (RANKS, true, 20_000)]
        {
            let by = (Some(by), descending, Empty::Last);
            let plan = Plan { filter: said.bound.clone(), order: order(by), skip, limit: 100 };
            assert_eq!(run(&table, &plan), plainly(&table, &said, by, skip, 100), "{plan:?} {known:?}");
        }
    }
}

#[test]
fn a_table_without_rows_answers_an_empty_page() {
    for pieces in [0, 3] {
        let empty = |_| Piece {
            first: 0,
            rows: 0,
            base: 0,
            plus: vec![],
            minus: vec![],
            names: vec![],
            numbers: vec![],
            valid: vec![],
            labels: vec![],
        };
        let table = Made { pieces: (0..pieces).map(empty).collect(), known: Known::Exact };
        for by in [None, Some(SUM), Some(RANKS)] {
            for limit in [0, 1, usize::MAX] {
                let order = order((by, true, Empty::Last));
                let plan = Plan { filter: Expr::everything(), order, skip: 0, limit };
                assert_eq!(run(&table, &plan), Page { rows: vec![], total: 0 });
            }
        }
    }
}

#[test]
fn texts_and_cells_with_several_values_have_no_order() {
    for (column, def) in SCHEMA.columns() {
        let order = Order::by(&SCHEMA, column, false, Empty::First).map(drop);
        let expected = match (def.ty, def.cardinality) {
            (Type::Text, _) => Err(TypeError::Unordered { column: def.name, holds: def.ty }),
            (_, Cardinality::Many) => Err(TypeError::SeveralValues { column: def.name }),
            _ => Ok(()),
        };
        assert_eq!(order, expected);
    }
}
