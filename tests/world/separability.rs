//! No value gives an attack away.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_defender::model::spec::Size;
use mock_defender::tenant::Tenant;

use crate::boosting::Model;
use crate::lived::{Book, FIELDS, Rows, SEEDS, attacked, sizes, tenant};

/// Rows with a value, at least, so that it counts.
const LEAST: u32 = 20;

/// What gives attacks away in a table: a value of a field, or a pair of values of two.
fn telling(rows: &Rows, book: &Book) -> Vec<String> {
    let mut found = Vec::new();
    let name = |field: usize, code: usize| format!("{} {}", FIELDS[field], book.name(field, code as u16));
    let gives_away = |(all, attack): (u32, u32)| all >= LEAST && attack * 10 > all * 9;
    for one in 0..FIELDS.len() {
        for other in one..FIELDS.len() {
            let width = book.count(other);
            let mut counts = vec![(0u32, 0u32); book.count(one) * width];
            for (codes, attack) in rows.codes.iter().zip(&rows.attack) {
                let count = &mut counts[usize::from(codes[one]) * width + usize::from(codes[other])];
                count.0 += 1;
                count.1 += u32::from(*attack);
            }
            for (at, _) in counts.into_iter().enumerate().filter(|(_, count)| gives_away(*count)) {
                let (a, b) = (at / width, at % width);
                let what = if one == other {
                    name(one, a)
                } else {
                    format!("{} & {}", name(one, a), name(other, b))
                };
                found.push(what);
            }
        }
    }
    found
}

fn measure(size: Size, told: &str, of: impl Fn(u64) -> Arc<Tenant>) {
    let mut book = Book::default();
    let tables: Vec<Rows> = SEEDS.map(|seed| book.rows(&of(seed))).into();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for rows in &tables {
        for what in telling(rows, &book) {
            *seen.entry(what).or_default() += 1;
        }
    }
    let again: Vec<(&String, &u32)> = seen.iter().filter(|(_, seeds)| **seeds >= 2).collect();
    let counts = std::array::from_fn(|field| book.count(field));
    let areas: Vec<f64> = (0..tables.len())
        .map(|at| Model::learn(&tables[at], counts).auc(&tables[(at + 1) % tables.len()]))
        .collect();
    let attacks = tables.iter().map(|rows| rows.attack.iter().filter(|attack| **attack).count());
    let attacks: Vec<usize> = attacks.collect();
    println!("| {size}, {told} | rows of attacks | {attacks:?} |");
    println!("| {size}, {told} | values and pairs that give attacks away in one seed | {} |", seen.len());
    println!("| {size}, {told} | … in two of four | {} |", again.len());
    println!("| {size}, {told} | area under the curve of boosted trees, on another seed | {areas:.3?} |");
    assert!(again.is_empty(), "{size}, {told}: {again:#?}");
    assert!(areas.iter().all(|area| *area <= 0.9), "{size}, {told}: {areas:?}");
}

#[test]
fn no_value_and_no_pair_of_values_gives_an_attack_away() {
    for &size in sizes() {
        measure(size, "as many storylines as are drawn", |seed| tenant(seed, size));
        // A large company has many anyway.
        if size != Size::Large {
            measure(size, "twice as many", |seed| attacked(seed, size));
        }
    }
}
