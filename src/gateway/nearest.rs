//! The routes nearest to a request that none answers, and how it differs from them: for people who mistyped.
//!
//! Paths are laid side by side segment by segment, so that one which is missing in front does not shift all the others.

use crate::catalogue::real_routes;

use super::route::Route;

/// No more segments of a path are looked at.
const MOST_SEGMENTS: usize = 24;

/// What it is worth that segments are the same, that they are alike, that one stands for a parameter; and what it costs
/// that one is missing, too many, or another.
const SAME: i32 = 10;
const ALIKE: i32 = 6;
const PARAMETER: i32 = 3;
const APART: i32 = -4;
const ANOTHER: i32 = -3;

/// One way in which a path differs from a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slip {
    /// A segment of the template is missing.
    Missing(String),
    /// A segment is too many.
    Extra(String),
    /// A segment stands for another: what came, what was meant.
    Instead(String, String),
}

/// A route that comes near.
pub struct Near<'r> {
    /// The route.
    pub route: &'r Route,
    /// In what the path differs from its template.
    pub slips: Vec<Slip>,
    likeness: i32,
}

impl Near<'_> {
    /// `GET /api/v1/alerts`
    pub fn named(&self) -> String {
        format!("{} {}", self.route.method, self.route.path)
    }

    /// How the path differs: "missing `/api`". Nothing, where only the method does.
    pub fn difference(&self) -> Option<String> {
        let told = self.slips.iter().map(|slip| match slip {
            Slip::Missing(segment) => format!("missing `/{segment}`"),
            Slip::Extra(segment) => format!("`/{segment}` is too much"),
            Slip::Instead(came, meant) => format!("`{came}` instead of `{meant}`"),
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| told.join(", "))
    }
}

/// What the real service has at a path that is not played.
pub(super) struct Real {
    /// In a sentence.
    pub(super) told: String,
    /// It has the method there, too.
    pub(super) has_method: bool,
}

/// What the real service of this name, or any if there is none, has at this path.
pub(super) fn real_route(service: Option<&str>, method: &str, path: &str) -> Option<Real> {
    let known = real_routes::find(service, path)?;
    let has_method = known.methods.split(',').any(|has| has == method);
    let told = if has_method {
        format!("The real service has this, it is not played yet: {method} {}.", known.path)
    } else {
        format!("The real service has this path for {}, it is not played yet: {}.", known.methods, known.path)
    };
    Some(Real { told, has_method })
}

/// The routes most like this request, the likest first.
pub fn nearest<'r>(
    routes: impl Iterator<Item = &'r Route>,
    method: &str,
    path: &str,
    most: usize,
) -> Vec<Near<'r>> {
    let asked: Vec<&str> =
        path.split('/').filter(|segment| !segment.is_empty()).take(MOST_SEGMENTS).collect();
    let mut near: Vec<Near<'r>> = routes.filter_map(|route| aligned(route, method, &asked)).collect();
    // Stable: of two that are as like, the one declared first is first.
    near.sort_by_key(|near| -near.likeness);
    near.truncate(most);
    near
}

fn aligned<'r>(route: &'r Route, method: &str, asked: &[&str]) -> Option<Near<'r>> {
    let template: Vec<&str> = route.path.split('/').filter(|segment| !segment.is_empty()).collect();
    let (rows, columns) = (template.len(), asked.len());
    let pairs: Vec<i32> =
        template.iter().flat_map(|segment| asked.iter().map(|asked| worth(segment, asked))).collect();
    let pair = |i: usize, j: usize| pairs[i * columns + j];
    // Most paths have nothing in common with most templates.
    if !pairs.iter().any(|worth| *worth >= ALIKE) {
        return None;
    }
    // `best[at(i, j)]`: the most that what follows template[i..] and asked[j..] can be worth.
    let at = |i: usize, j: usize| i * (columns + 1) + j;
    let mut best = vec![0; (rows + 1) * (columns + 1)];
    for i in (0..=rows).rev() {
        for j in (0..=columns).rev() {
            best[at(i, j)] = match (i == rows, j == columns) {
                (true, true) => 0,
                (true, false) => best[at(i, j + 1)] + APART,
                (false, true) => best[at(i + 1, j)] + APART,
                (false, false) => (best[at(i + 1, j + 1)] + pair(i, j))
                    .max(best[at(i + 1, j)] + APART)
                    .max(best[at(i, j + 1)] + APART),
            };
        }
    }
    let likeness = best[0] + i32::from(route.method.as_str() == method);
    let (mut i, mut j, mut slips, mut known) = (0, 0, Vec::new(), false);
    while i < rows || j < columns {
        let here = best[at(i, j)];
        if i < rows && j < columns && here == best[at(i + 1, j + 1)] + pair(i, j) {
            known |= pair(i, j) >= ALIKE;
            if pair(i, j) < SAME && !template[i].starts_with('{') {
                slips.push(Slip::Instead(asked[j].to_owned(), template[i].to_owned()));
            }
            (i, j) = (i + 1, j + 1);
        } else if i < rows && here == best[at(i + 1, j)] + APART {
            slips.push(Slip::Missing(template[i].to_owned()));
            i += 1;
        } else {
            slips.push(Slip::Extra(asked[j].to_owned()));
            j += 1;
        }
    }
    (known && likeness > 0).then_some(Near { route, slips, likeness })
}

fn worth(template: &str, asked: &str) -> i32 {
    match template {
        _ if template == asked => SAME,
        _ if template.starts_with('{') => PARAMETER,
        _ if are_alike(template, asked) => ALIKE,
        _ => ANOTHER,
    }
}

/// Nobody means to write the one and not the other: the case differs, or a letter or two, or one begins with the other.
fn are_alike(template: &str, asked: &str) -> bool {
    let (shorter, longer) = if template.len() < asked.len() { (template, asked) } else { (asked, template) };
    let begins = |with: &str| longer.get(..with.len()).is_some_and(|front| front.eq_ignore_ascii_case(with));
    if template.eq_ignore_ascii_case(asked) {
        return true;
    }
    // Typing errors rarely change the first letter; this check saves computing most edit distances.
    let near = shorter.len() >= 4
        && longer.len() - shorter.len() <= 2
        && shorter.is_char_boundary(1)
        && begins(&shorter[..1]);
    (shorter.len() >= 3 && longer.len() <= 2 * shorter.len() && begins(shorter))
        || (near && crate::yaml::distance(template, asked) <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::route::{BodyPolicy, Routes};
    use crate::gateway::{Answer, Service};

    const API: Routes = Routes::of(Service::CloudApps, BodyPolicy::Buffered(1));
    static ROUTES: [Route; 4] = [
        API.get("/api/v1/alerts", |_| Ok(Answer::empty(http::StatusCode::OK))),
        API.post("/api/v1/alerts", |_| Ok(Answer::empty(http::StatusCode::OK))),
        API.get("/api/v1/alerts/{id}", |_| Ok(Answer::empty(http::StatusCode::OK))),
        API.get("/{tenant}/v2.0/authorize", |_| Ok(Answer::empty(http::StatusCode::OK))),
    ];

    fn first(method: &str, path: &str) -> Option<(String, Option<String>)> {
        let near = nearest(ROUTES.iter(), method, path, 1);
        near.first().map(|near| (near.named(), near.difference()))
    }

    #[test]
    fn the_nearest_route_names_missing_extra_and_mistyped_segments() {
        for (method, path, route, difference) in [
            ("GET", "/v1/alerts/", "GET /api/v1/alerts", Some("missing `/api`")),
            ("GET", "/v1/alerts/7", "GET /api/v1/alerts/{id}", Some("missing `/api`")),
            ("POST", "/api/v1/alert", "POST /api/v1/alerts", Some("`alert` instead of `alerts`")),
            ("GET", "/api/v2/alerts", "GET /api/v1/alerts", Some("`v2` instead of `v1`")),
            ("GET", "/x/api/v1/alerts", "GET /api/v1/alerts", Some("`/x` is too much")),
            (
                "GET",
                "/API/v1/Alerts",
                "GET /api/v1/alerts",
                Some("`API` instead of `api`, `Alerts` instead of `alerts`"),
            ),
            ("PUT", "/api/v1/alerts", "GET /api/v1/alerts", None),
            (
                "GET",
                "/contoso/authorise",
                "GET /{tenant}/v2.0/authorize",
                Some("missing `/v2.0`, `authorise` instead of `authorize`"),
            ),
        ] {
            let (found, told) = first(method, path).expect(path);
            assert_eq!((found.as_str(), told.as_deref()), (route, difference), "{method} {path}");
        }
        assert_eq!(first("GET", "/favicon.ico"), None);
        assert_eq!(first("GET", &"/x".repeat(1_000)), None);
    }
}
