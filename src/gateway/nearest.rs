//! The routes nearest to a request that none answers: for people who mistyped.

use super::route::Route;

/// The routes most like this request, the likest first.
pub fn nearest<'r>(
    routes: impl Iterator<Item = &'r Route>,
    method: &str,
    path: &str,
    most: usize,
) -> Vec<&'r Route> {
    let likeness = routes.map(|route| (likeness(route, method, path), route));
    let mut like: Vec<_> = likeness.filter(|(likeness, _)| *likeness > 0).collect();
    // Stable: of two that are as like, the one declared last is first.
    like.reverse();
    like.sort_by_key(|(likeness, _)| -likeness);
    like.truncate(most);
    like.into_iter().map(|(_, route)| route).collect()
}

/// How like a route is to what was asked: same segments count most, then similar ones.
fn likeness(route: &Route, method: &str, path: &str) -> i32 {
    let segments = |path: &'static str| path.split('/').filter(|segment| !segment.is_empty());
    let asked: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut score = 0;
    for (template, asked) in segments(route.path).zip(&asked) {
        let alike = template.bytes().zip(asked.bytes()).take_while(|(a, b)| a == b).count();
        score += match template {
            _ if template == *asked => 10,
            _ if template.starts_with('{') => 3,
            _ => i32::try_from(alike.min(8)).unwrap_or(0),
        };
    }
    if score == 0 {
        return 0;
    }
    let apart = segments(route.path).count().abs_diff(asked.len());
    let same_method = i32::from(route.method.as_str() == method);
    (score - 2 * i32::try_from(apart.min(100)).unwrap_or(100) + same_method).max(0)
}
