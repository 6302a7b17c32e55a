//! Boosted trees over coded fields: logistic loss, splits into two sets of values, histograms of gradients.

use crate::lived::Rows;

const FIELDS: usize = 11;
const TREES: usize = 40;
const DEPTH: usize = 3;
const RATE: f64 = 0.2;
/// Shrinks the weight of leaves that few rows reach.
const RIDGE: f64 = 4.0;
/// Rows in a leaf, at least.
const LEAST: f64 = 8.0;

/// A split: rows whose value of the field is in the set go left.
struct Split {
    field: usize,
    left: Vec<bool>,
}

/// A tree of this depth, complete: the children of node `n` are `2n + 1` and `2n + 2`.
struct Tree {
    splits: Vec<Option<Split>>,
    values: Vec<f64>,
}

/// Trees that tell how likely a row is of an attack.
pub(crate) struct Model {
    bias: f64,
    trees: Vec<Tree>,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    gradient: f64,
    hessian: f64,
    count: f64,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.gradient += other.gradient;
        self.hessian += other.hessian;
        self.count += other.count;
    }

    fn less(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
            count: self.count - other.count,
        }
    }

    fn score(self) -> f64 {
        self.gradient * self.gradient / (self.hessian + RIDGE)
    }
}

impl Model {
    /// Learns from rows whose codes lie below these counts.
    pub(crate) fn learn(rows: &Rows, counts: [usize; FIELDS]) -> Self {
        let attacks = rows.attack.iter().filter(|attack| **attack).count() as f64;
        let share = (attacks / rows.attack.len() as f64).clamp(1e-6, 1.0 - 1e-6);
        let bias = (share / (1.0 - share)).ln();
        let mut told = vec![bias; rows.attack.len()];
        let mut trees = Vec::new();
        for _ in 0..TREES {
            let tree = grow(rows, counts, &told);
            for (told, codes) in told.iter_mut().zip(&rows.codes) {
                *told += tree.value(codes);
            }
            trees.push(tree);
        }
        Self { bias, trees }
    }

    /// How well it tells attacks of other rows: the area under the curve, ½ for guesses.
    pub(crate) fn auc(&self, rows: &Rows) -> f64 {
        let score =
            |codes: &[u16; FIELDS]| self.bias + self.trees.iter().map(|tree| tree.value(codes)).sum::<f64>();
        let mut scored: Vec<(f64, bool)> =
            rows.codes.iter().zip(&rows.attack).map(|(codes, attack)| (score(codes), *attack)).collect();
        scored.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut below, mut sum, mut attacks) = (0.0, 0.0, 0.0);
        for tied in scored.chunk_by(|a, b| a.0 == b.0) {
            let here = tied.iter().filter(|row| row.1).count() as f64;
            let others = tied.len() as f64 - here;
            sum += here * (below + others / 2.0);
            below += others;
            attacks += here;
        }
        sum / (attacks * below)
    }
}

impl Tree {
    fn leaf(&self, codes: &[u16; FIELDS]) -> usize {
        let mut node = 0;
        while let Some(Some(split)) = self.splits.get(node) {
            let left = split.left.get(usize::from(codes[split.field])).is_some_and(|left| *left);
            node = 2 * node + if left { 1 } else { 2 };
        }
        node
    }

    fn value(&self, codes: &[u16; FIELDS]) -> f64 {
        self.values[self.leaf(codes)]
    }
}

fn grow(rows: &Rows, counts: [usize; FIELDS], told: &[f64]) -> Tree {
    let of_row = |row: usize| {
        let likely = 1.0 / (1.0 + (-told[row]).exp());
        let gradient = f64::from(u8::from(rows.attack[row])) - likely;
        Sums { gradient, hessian: likely * (1.0 - likely), count: 1.0 }
    };
    let mut tree = Tree { splits: Vec::new(), values: vec![0.0; (1 << (DEPTH + 1)) - 1] };
    let mut members: Vec<Vec<usize>> = vec![(0..rows.attack.len()).collect()];
    for node in 0..tree.values.len() {
        let here = std::mem::take(&mut members[node]);
        let mut all = Sums::default();
        let mut sums: [Vec<Sums>; FIELDS] = std::array::from_fn(|field| vec![Sums::default(); counts[field]]);
        for &row in &here {
            let of_row = of_row(row);
            all.add(of_row);
            for (field, sums) in sums.iter_mut().enumerate() {
                sums[usize::from(rows.codes[row][field])].add(of_row);
            }
        }
        tree.values[node] = RATE * all.gradient / (all.hessian + RIDGE);
        let inner = node < (1 << DEPTH) - 1;
        let split = if inner { best(&sums, all) } else { None };
        let (left, right) = match &split {
            Some(split) => {
                here.into_iter().partition(|row| split.left[usize::from(rows.codes[*row][split.field])])
            }
            None => (Vec::new(), Vec::new()),
        };
        if inner {
            members.extend([left, right]);
            tree.splits.push(split);
        }
    }
    tree
}

/// The split that gains most: the values of each field in the order of what they ask for, cut in two.
fn best(sums: &[Vec<Sums>; FIELDS], all: Sums) -> Option<Split> {
    let mut found: Option<(f64, Split)> = None;
    for (field, sums) in sums.iter().enumerate() {
        let mut values: Vec<usize> = (0..sums.len()).filter(|value| sums[*value].count > 0.0).collect();
        let asks = |value: usize| sums[value].gradient / (sums[value].hessian + RIDGE);
        values.sort_by(|a, b| asks(*b).total_cmp(&asks(*a)));
        let mut left = Sums::default();
        for cut in 1..values.len() {
            left.add(sums[values[cut - 1]]);
            let right = all.less(left);
            let gain = left.score() + right.score() - all.score();
            let enough = left.count >= LEAST && right.count >= LEAST;
            if enough && gain > 1e-3 && found.as_ref().is_none_or(|(most, _)| gain > *most) {
                let mut set = vec![false; sums.len()];
                values[..cut].iter().for_each(|value| set[*value] = true);
                found = Some((gain, Split { field, left: set }));
            }
        }
    }
    found.map(|(_, split)| split)
}
