//! The query engine over a small source made by hand, against the plainest reading of its promises.

use mock_defender::generate::Stream;
use mock_defender::query::expr::{Literal, TextTest};
use mock_defender::query::{Expr, Order, Page, Plan, Test, run};
use mock_defender::table::{Column, ColumnId, Segment, Source, Value};

const SUM: ColumnId = 0;
const DIFFERENCE: ColumnId = 1;
const NAMES: ColumnId = 2;
const NUMBERS: ColumnId = 3;
const TRUTHS: ColumnId = 4;

/// What the codes of `NAMES` stand for: one text, several, none, and texts that differ by case or are empty.
const TEXTS: [&[&str]; 6] = [&["Ada"], &["Bob", "ada lovelace"], &[], &["ÄRGER"], &[""], &["bob", "7"]];

/// What the codes of `NUMBERS` stand for.
const INTS: [&[i64]; 6] = [&[3], &[-5, 4], &[], &[i64::MAX], &[0, 1, 2], &[i64::MIN, 7]];

/// How much a source says about the bounds of its numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Bounds {
    Unknown,
    Exact,
    Wide,
}

#[derive(Debug)]
struct Piece {
    first: u64,
    rows: usize,
    base: i64,
    plus: Vec<u32>,
    minus: Vec<u32>,
    names: Vec<u16>,
    numbers: Vec<u32>,
}

#[derive(Debug)]
struct Made {
    pieces: Vec<Piece>,
    bounds: Bounds,
}

impl Made {
    fn new(stream: &mut Stream) -> Self {
        let bounds = *stream.pick(&[Bounds::Unknown, Bounds::Exact, Bounds::Wide]);
        let mut first = u64::from(stream.below(3)) * 1_000;
        // Pieces in the order of time, as chunks of a log are, or not.
        let ordered = stream.below(2) == 0;
        let pieces = (0..stream.below(5)).map(|piece| {
            let rows = stream.below(20) as usize;
            // A slice may be longer than its segment has rows.
            let held = rows + stream.below(4) as usize;
            let base = if ordered { i64::from(piece) * 25 } else { i64::from(stream.below(60)) - 20 };
            let mut plus: Vec<u32> = (0..held).map(|_| stream.below(25)).collect();
            if ordered {
                plus.sort_unstable();
            }
            let made = Piece {
                first,
                rows,
                base,
                plus,
                minus: (0..held).map(|_| stream.below(40)).collect(),
                names: (0..held).map(|_| stream.below(TEXTS.len() as u32) as u16).collect(),
                numbers: (0..held).map(|_| stream.below(INTS.len() as u32)).collect(),
            };
            // Rows may be missing between segments, but never go back.
            first += rows as u64 + u64::from(stream.below(3));
            made
        });
        Self { pieces: pieces.collect(), bounds }
    }

    /// Every row with its place.
    fn rows(&self) -> Vec<(u64, &Piece, usize)> {
        let rows = |piece: &'_ Piece| 0..piece.rows;
        self.pieces
            .iter()
            .flat_map(|piece| rows(piece).map(move |at| (piece.first + at as u64, piece, at)))
            .collect()
    }
}

fn number(piece: &Piece, at: usize, column: ColumnId) -> i64 {
    let sum = piece.base + i64::from(piece.plus[at]);
    if column == SUM { sum } else { sum - i64::from(piece.minus[at]) }
}

/// The values of a cell, plainly.
fn cell(piece: &Piece, at: usize, column: ColumnId) -> Vec<Value<'static>> {
    match column {
        SUM | DIFFERENCE => vec![Value::Int(number(piece, at, column))],
        NAMES => TEXTS[usize::from(piece.names[at])].iter().map(|text| Value::Text(text)).collect(),
        NUMBERS => INTS[piece.numbers[at] as usize].iter().map(|int| Value::Int(*int)).collect(),
        _ => truths(piece.first + at as u64),
    }
}

fn truths(row: u64) -> Vec<Value<'static>> {
    match row % 3 {
        0 => vec![Value::Bool(true)],
        1 => vec![Value::Bool(false)],
        _ => vec![],
    }
}

impl Source for Made {
    fn segments(&self) -> usize {
        self.pieces.len()
    }

    fn segment(&self, index: usize) -> Segment {
        Segment { first: self.pieces[index].first, rows: self.pieces[index].rows }
    }

    fn column(&self, segment: usize, column: ColumnId) -> Column<'_> {
        let piece = &self.pieces[segment];
        match column {
            SUM => Column::Sum(piece.base, &piece.plus),
            DIFFERENCE => Column::Difference(piece.base, &piece.plus, &piece.minus),
            NAMES => Column::Codes16(&piece.names),
            NUMBERS => Column::Codes32(&piece.numbers),
            _ => Column::Rows,
        }
    }

    fn codes(&self, column: ColumnId) -> usize {
        assert!(column == NAMES || column == NUMBERS, "asked only for columns of codes");
        6
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        match column {
            NAMES => TEXTS[code as usize].iter().for_each(|text| each(Value::Text(text))),
            NUMBERS => INTS[code as usize].iter().for_each(|int| each(Value::Int(*int))),
            TRUTHS => truths(code).into_iter().for_each(each),
            other => panic!("column {other} has no codes"),
        }
    }

    fn bounds(&self, segment: usize, column: ColumnId) -> Option<(i64, i64)> {
        let piece = &self.pieces[segment];
        let numbers = (0..piece.rows).map(|at| number(piece, at, column));
        let (low, high) = (numbers.clone().min()?, numbers.max()?);
        match (self.bounds, column) {
            (Bounds::Exact, SUM | DIFFERENCE) => Some((low, high)),
            (Bounds::Wide, SUM | DIFFERENCE) => Some((low - 7, high + 7)),
            _ => None,
        }
    }
}

/// Whether a row passes, by the words of the documentation.
fn passes(expr: &Expr, row: u64, piece: &Piece, at: usize) -> bool {
    match expr {
        Expr::All(parts) => parts.iter().all(|part| passes(part, row, piece, at)),
        Expr::Any(parts) => parts.iter().any(|part| passes(part, row, piece, at)),
        Expr::Not(inner) => !passes(inner, row, piece, at),
        Expr::Rows(rows) => rows.contains(&row),
        Expr::Before(limit) => row < *limit,
        Expr::Cell(column, test) => cell(piece, at, *column).into_iter().any(|value| holds(test, value)),
    }
}

fn holds(test: &Test, value: Value<'_>) -> bool {
    match (test, value) {
        (Test::Present, _) => true,
        (Test::OneOf(literals), value) => literals.iter().any(|literal| match (literal, value) {
            (Literal::Bool(a), Value::Bool(b)) => *a == b,
            (Literal::Int(a), Value::Int(b)) => *a == b,
            (Literal::Text(a), Value::Text(b)) => *a == b.to_lowercase(),
            _ => false,
        }),
        (Test::Within(low, high), Value::Int(number)) => *low <= number && number <= *high,
        (Test::Text(how, texts), Value::Text(text)) => texts.iter().any(|wanted| {
            let text = text.to_lowercase();
            match how {
                TextTest::Contains => text.contains(wanted),
                TextTest::StartsWith => text.starts_with(wanted),
                TextTest::EndsWith => text.ends_with(wanted),
            }
        }),
        (Test::Within(..) | Test::Text(..), _) => false,
    }
}

/// What the plan answers, the long way.
fn plainly(source: &Made, plan: &Plan) -> Page {
    let mut rows: Vec<(i64, u64)> = Vec::new();
    for (row, piece, at) in source.rows() {
        if passes(&plan.filter, row, piece, at) {
            let key = plan.order.by.map_or(0, |column| {
                let number = |value| match value {
                    Value::Int(number) => number,
                    Value::Bool(truth) => i64::from(truth),
                    Value::Text(_) => i64::MIN,
                };
                // An empty cell comes before every other; of several values the largest counts.
                cell(piece, at, column).into_iter().map(number).max().unwrap_or(i64::MIN)
            });
            rows.push((key, row));
        }
    }
    rows.sort_unstable();
    if plan.order.descending {
        rows.reverse();
    }
    let total = rows.len() as u64;
    Page { rows: rows.into_iter().map(|(_, row)| row).skip(plan.skip).take(plan.limit).collect(), total }
}

fn any_test(stream: &mut Stream, column: ColumnId) -> Test {
    let int = |stream: &mut Stream| *stream.pick(&[-20, -5, 0, 1, 3, 7, 15, 30, 60, 100, i64::MIN, i64::MAX]);
    let text = |stream: &mut Stream| {
        (*stream.pick(&["ada", "bob", "a", "", "ärger", "7", "lace", "nobody"])).to_owned()
    };
    let count = stream.below(4);
    match stream.below(4) {
        0 => Test::Present,
        1 => {
            let literals = (0..count).map(|_| match stream.below(3) {
                0 => Literal::Bool(stream.below(2) == 0),
                1 => Literal::Int(int(stream)),
                _ => Literal::Text(text(stream)),
            });
            Test::OneOf(literals.collect())
        }
        2 if column != NAMES => Test::Within(int(stream), int(stream)),
        _ => {
            let how = *stream.pick(&[TextTest::Contains, TextTest::StartsWith, TextTest::EndsWith]);
            Test::Text(how, (0..count).map(|_| text(stream)).collect())
        }
    }
}

fn any_expr(stream: &mut Stream, source: &Made, depth: u32) -> Expr {
    let last = source.rows().last().map_or(0, |(row, ..)| *row as u32);
    match stream.below(if depth == 0 { 5 } else { 8 }) {
        0..=2 => {
            let column = *stream.pick(&[SUM, DIFFERENCE, NAMES, NUMBERS, TRUTHS]);
            Expr::Cell(column, any_test(stream, column))
        }
        3 => {
            let count = stream.below(6);
            let mut rows: Vec<u64> = (0..count).map(|_| u64::from(stream.below(last + 3))).collect();
            rows.sort_unstable();
            rows.dedup();
            Expr::Rows(rows.into())
        }
        4 => Expr::Before(u64::from(stream.below(last + 3))),
        5 => Expr::Not(Box::new(any_expr(stream, source, depth - 1))),
        kind => {
            let parts = (0..stream.below(4)).map(|_| any_expr(stream, source, depth - 1)).collect();
            if kind == 6 { Expr::All(parts) } else { Expr::Any(parts) }
        }
    }
}

#[test]
fn every_plan_answers_what_the_plain_way_answers() {
    for case in 0..4_000 {
        let mut stream = Stream::new(7, "query", case, "plan");
        let source = Made::new(&mut stream);
        let filter = any_expr(&mut stream, &source, 3);
        let by = *stream.pick(&[None, Some(SUM), Some(DIFFERENCE), Some(NUMBERS), Some(TRUTHS)]);
        let skip = *stream.pick(&[0, 0, 1, 5, 17, 1_000, usize::MAX]);
        let limit = *stream.pick(&[0, 1, 2, 5, 20, 1_000, usize::MAX]);
        let order = Order { by, descending: stream.below(2) == 0 };
        let plan = Plan { filter, order, skip, limit };
        assert_eq!(run(&source, &plan), plainly(&source, &plan), "case {case}: {plan:?}\n{source:?}");
    }
}

#[test]
fn pages_put_together_are_the_whole() {
    for case in 0..200 {
        let mut stream = Stream::new(7, "query", case, "pages");
        let source = Made::new(&mut stream);
        let by = *stream.pick(&[None, Some(SUM), Some(DIFFERENCE), Some(NUMBERS)]);
        let order = Order { by, descending: stream.below(2) == 0 };
        let filter = any_expr(&mut stream, &source, 2);
        let plan = |skip, limit| Plan { filter: filter.clone(), order, skip, limit };
        let whole = run(&source, &plan(0, usize::MAX));
        let limit = stream.between(1, 9) as usize;
        let mut rows = Vec::new();
        while (rows.len() as u64) < whole.total {
            let page = run(&source, &plan(rows.len(), limit));
            assert_eq!(page.total, whole.total);
            assert!(!page.rows.is_empty(), "case {case}: no gap before the end");
            rows.extend(page.rows);
        }
        assert_eq!(rows, whole.rows, "case {case}");
    }
}

#[test]
fn a_long_scan_sorts_the_best_out_as_it_goes() {
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
    });
    let mut source = Made { pieces: pieces.collect(), bounds: Bounds::Unknown };
    for bounds in [Bounds::Unknown, Bounds::Exact, Bounds::Wide] {
        source.bounds = bounds;
        for (by, descending, skip) in
            [(SUM, true, 0), (DIFFERENCE, false, 0), (DIFFERENCE, true, 700), (NUMBERS, true, 20_000)]
        {
            let filter =
                Expr::Not(Box::new(Expr::Cell(NAMES, Test::OneOf(vec![Literal::Text("ada".to_owned())]))));
            let plan = Plan { filter, order: Order { by: Some(by), descending }, skip, limit: 100 };
            assert_eq!(run(&source, &plan), plainly(&source, &plan), "{plan:?} {bounds:?}");
        }
    }
}

#[test]
fn a_source_without_rows_answers_an_empty_page() {
    for pieces in [0, 3] {
        let empty = |_| Piece {
            first: 0,
            rows: 0,
            base: 0,
            plus: vec![],
            minus: vec![],
            names: vec![],
            numbers: vec![],
        };
        let source = Made { pieces: (0..pieces).map(empty).collect(), bounds: Bounds::Exact };
        for by in [None, Some(SUM), Some(NUMBERS)] {
            for limit in [0, 1, usize::MAX] {
                let order = Order { by, descending: true };
                let plan = Plan { filter: Expr::everything(), order, skip: 0, limit };
                assert_eq!(run(&source, &plan), Page { rows: vec![], total: 0 });
            }
        }
    }
}
