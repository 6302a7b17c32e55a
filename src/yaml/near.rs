//! Suggestions for mistyped keys and values: the known word with the smallest edit distance.

/// The known words, the nearest first.
pub fn nearest(meant: &str, known: &[&str]) -> Vec<String> {
    let meant = meant.to_lowercase();
    let mut known = known.to_vec();
    // Stable: equally near ones keep the order of the table.
    known.sort_by_key(|word| distance(&meant, &word.to_lowercase()));
    known.into_iter().map(str::to_owned).collect()
}

/// How many letters must be put in, taken out, changed, or swapped with their neighbour.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        rows[i][0] = i;
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_comes_first() {
        let known = ["seed", "size", "users", "guests"];
        assert_eq!(nearest("uesrs", &known)[0], "users");
        assert_eq!(nearest("Sise", &known)[0], "size");
        assert_eq!(distance("", "abc"), 3);
    }
}
