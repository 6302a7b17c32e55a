//! Finds the route of a request: a trie of path segments for each service.

use std::collections::BTreeMap;

use http::Method;

use super::profile::PathRules;
use super::route::Route;

/// Path parameters by name, percent-decoded.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(&'static str, String)>);

impl Params {
    /// The value of the parameter `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// What the router found.
pub enum Found {
    /// The route, with its parameters.
    Route(&'static Route, Params),
    /// The path is known, but not with this method; the methods that it knows.
    Method(String),
    /// No such path.
    Nothing,
}

/// The routes of one service.
pub struct Router {
    rules: PathRules,
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    fixed: BTreeMap<&'static str, usize>,
    parameter: Option<(&'static str, usize)>,
    routes: Vec<&'static Route>,
}

/// Two routes that the same request would match.
#[derive(Debug, thiserror::Error)]
#[error("the route {0} is declared twice, or its parameter has two names")]
pub struct Ambiguous(String);

impl Router {
    /// A router over `routes`, which all belong to one service.
    pub fn new(
        routes: impl IntoIterator<Item = &'static Route>,
        rules: PathRules,
    ) -> Result<Self, Ambiguous> {
        let mut router = Self { rules, nodes: vec![Node::default()] };
        for route in routes {
            router.add(route).ok_or_else(|| Ambiguous(format!("{} {}", route.method, route.path)))?;
        }
        Ok(router)
    }

    fn add(&mut self, route: &'static Route) -> Option<()> {
        let mut at = 0;
        for segment in route.path.split('/').filter(|segment| !segment.is_empty()) {
            let fresh = self.nodes.len();
            let next = match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => {
                    let (known, next) = *self.nodes[at].parameter.get_or_insert((name, fresh));
                    if known != name {
                        return None;
                    }
                    next
                }
                None => *self.nodes[at].fixed.entry(segment).or_insert(fresh),
            };
            if next == fresh {
                self.nodes.push(Node::default());
            }
            at = next;
        }
        let routes = &mut self.nodes[at].routes;
        if routes.iter().any(|known| known.method == route.method) {
            return None;
        }
        routes.push(route);
        Some(())
    }

    /// Finds the route for a method and a path.
    pub fn find(&self, method: &Method, path: &str) -> Found {
        let path = match next_segment(path) {
            Some((first, rest)) if self.rules.optional_first == Some(first) => rest,
            _ => path,
        };
        let mut values = Vec::new();
        let Some(node) = self.walk(0, path, &mut values) else { return Found::Nothing };
        let node = &self.nodes[node];
        if let Some(route) = node.routes.iter().find(|route| route.method == *method) {
            return Found::Route(route, Params(values));
        }
        let methods: Vec<&str> = node.routes.iter().map(|route| route.method.as_str()).collect();
        Found::Method(methods.join(", "))
    }

    /// Depth first, fixed segments before parameters; a node without routes is no end.
    fn walk(&self, at: usize, path: &str, values: &mut Vec<(&'static str, String)>) -> Option<usize> {
        let node = &self.nodes[at];
        let Some((segment, rest)) = next_segment(path) else {
            return (!node.routes.is_empty()).then_some(at);
        };
        let fixed = if self.rules.ignore_case {
            node.fixed.iter().find(|(name, _)| name.eq_ignore_ascii_case(segment)).map(|(_, next)| next)
        } else {
            node.fixed.get(segment)
        };
        if let Some(end) = fixed.and_then(|next| self.walk(*next, rest, values)) {
            return Some(end);
        }
        let (name, next) = node.parameter?;
        values.push((name, decode(segment)));
        let end = self.walk(next, rest, values);
        if end.is_none() {
            values.pop();
        }
        end
    }
}

/// The first segment of a path that is not empty, and what follows it.
pub(super) fn next_segment(path: &str) -> Option<(&str, &str)> {
    let bytes = path.as_bytes();
    let begin = bytes.iter().position(|byte| *byte != b'/')?;
    let length = bytes[begin..].iter().position(|byte| *byte == b'/').unwrap_or(bytes.len() - begin);
    Some((&path[begin..begin + length], &path[begin + length..]))
}

/// Percent-decodes a segment; what can't be decoded stays as it is.
pub fn decode(segment: &str) -> String {
    if !segment.as_bytes().contains(&b'%') {
        return segment.to_owned();
    }
    let out = super::form::percent_decoded(segment.as_bytes(), false);
    String::from_utf8(out).unwrap_or_else(|_| segment.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::gateway::router::*;

    #[test]
    fn empty_segments_do_not_count() {
        assert_eq!(next_segment("//a/b/"), Some(("a", "/b/")));
        assert_eq!(next_segment("/b/"), Some(("b", "/")));
        assert_eq!(next_segment("//"), None);
        assert_eq!(next_segment(""), None);
    }

    #[test]
    fn percent_signs_are_decoded_or_left_alone() {
        assert_eq!(decode("a%20b"), "a b");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%ff"), "%ff");
        assert_eq!(decode("%C3%A9"), "é");
    }
}
