//! Which rows of a batch are meant.

/// Rows of a batch, ascending, by their place in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Selection {
    rows: Vec<u32>,
}

impl Selection {
    /// Makes it every row of a batch with `rows` rows. What it held before is forgotten, its memory is kept.
    pub fn fill(&mut self, rows: usize) {
        self.rows.clear();
        self.rows.extend(0..rows as u32);
    }

    /// Makes it the rows of another selection, in the memory that it has.
    pub fn copy(&mut self, other: &Self) {
        self.rows.clear();
        self.rows.extend_from_slice(&other.rows);
    }

    /// Makes it no row at all.
    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// No rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows, ascending.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Keeps the rows of which `test` holds. Without a branch on the outcome, which no processor could foresee.
    pub fn keep(&mut self, mut test: impl FnMut(u32) -> bool) {
        let mut kept = 0;
        for at in 0..self.rows.len() {
            let row = self.rows[at];
            self.rows[kept] = row;
            kept += usize::from(test(row));
        }
        self.rows.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(rows: usize) -> Selection {
        let mut selection = Selection::default();
        selection.fill(rows);
        selection
    }

    #[test]
    fn narrowing_a_selection_keeps_row_order() {
        let mut even = every(10);
        even.keep(|row| row % 2 == 0);
        assert_eq!(even.rows(), [0, 2, 4, 6, 8]);
        let mut middle = every(10);
        middle.keep(|row| (3..7).contains(&row));
        assert_eq!(middle.rows(), [3, 4, 5, 6]);
        even.copy(&middle);
        assert_eq!(even, middle);
        assert_eq!(even.len(), 4);
        even.fill(2);
        assert_eq!(even, every(2));
        even.clear();
        assert!(even.is_empty());
    }
}
