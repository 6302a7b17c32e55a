//! Least privilege: which permissions the requests of each caller needed, and which of an application's none did.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::index::AppIx;
use crate::tenant::Directory;

use super::log::Entry;
use super::route::Route;

/// What one caller did, and what it would have needed for it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Needs {
    /// The caller, as the log says it.
    pub caller: String,
    /// How many requests.
    pub calls: usize,
    /// The routes that it asked, with what suffices for each.
    pub routes: Vec<RouteUse>,
    /// A small set of permissions that suffices for all of them, the weaker ones preferred.
    pub needed: Vec<String>,
    /// What the application was granted; nothing for other callers.
    pub granted: Vec<String>,
    /// What was granted and is not needed for these requests.
    pub unused: Vec<String>,
    /// What is needed and was not granted.
    pub missing: Vec<String>,
}

/// A route that was asked.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteUse {
    /// Method and template.
    pub route: String,
    /// How often.
    pub calls: usize,
    /// Any of these permissions suffices; none is asked for where the list is empty.
    pub any_of: &'static [&'static str],
}

/// The needs of every caller, in the order of their names.
pub fn needs(entries: &[Entry], routes: &[&'static Route], directory: &Directory) -> Vec<Needs> {
    let mut callers: BTreeMap<&str, (Option<AppIx>, BTreeMap<usize, usize>)> = BTreeMap::new();
    for entry in entries {
        let (Some(caller), Some(template)) = (&entry.caller, entry.route) else { continue };
        let asked = |route: &&Route| {
            Some(route.service) == entry.service && route.path == template && route.method == entry.method
        };
        let Some(route) = routes.iter().position(asked) else { continue };
        let (_, counts) = callers.entry(caller).or_insert_with(|| (entry.application, BTreeMap::new()));
        *counts.entry(route).or_default() += 1;
    }
    let needs = callers.into_iter().map(|(caller, (application, counts))| {
        let registration = application.and_then(|index| directory.app_at(index)).map(|app| &app.registration);
        let granted: Vec<&str> = registration
            .map(|app| directory.roles_of(app.client_id).map(|role| &*role.value).collect())
            .unwrap_or_default();
        let lists: Vec<&'static [&'static str]> = counts
            .keys()
            .map(|route| routes[*route].permissions.application)
            .filter(|list| !list.is_empty())
            .collect();
        let needed = small_set(&lists, &granted);
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
        let within = |list: &[&str], text: &str| list.iter().any(|known| known.eq_ignore_ascii_case(text));
        let unused = granted.iter().copied().filter(|text| !within(&needed, text)).collect();
        let missing = match registration {
            Some(_) => needed.iter().copied().filter(|text| !within(&granted, text)).collect(),
            None => Vec::new(),
        };
        Needs {
            caller: caller.to_owned(),
            calls: counts.values().sum(),
            routes: counts
                .iter()
                .map(|(route, calls)| RouteUse {
                    route: format!("{} {}", routes[*route].method, routes[*route].path),
                    calls: *calls,
                    any_of: routes[*route].permissions.application,
                })
                .collect(),
            needed: owned(needed),
            unused: owned(unused),
            missing: owned(missing),
            granted: owned(granted),
        }
    });
    needs.collect()
}

/// A small set that holds one of each list. Lists name the weaker permissions first; of those that serve as many
/// lists, one that is granted is preferred, then the weaker.
fn small_set(lists: &[&'static [&'static str]], granted: &[&str]) -> Vec<&'static str> {
    let mut open: Vec<_> = lists.to_vec();
    let mut chosen = Vec::new();
    let has = |list: &[&str], text: &str| list.iter().any(|known| known.eq_ignore_ascii_case(text));
    while let Some(first) = open.first() {
        let mut best = first[0];
        let mut best_score = (0, false);
        for candidate in open.iter().flat_map(|list| list.iter()) {
            let serves = open.iter().filter(|list| has(list, candidate)).count();
            let score = (serves, has(granted, candidate));
            if score > best_score {
                (best, best_score) = (candidate, score);
            }
        }
        open.retain(|list| !has(list, best));
        chosen.push(best);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_sufficient_permission_is_counted_as_needed() {
        let read: &[&str] = &["investigation.read", "investigation.manage"];
        let close: &[&str] = &["investigation.manage", "discovery.manage"];
        assert_eq!(small_set(&[read], &[]), ["investigation.read"]);
        assert_eq!(small_set(&[read, close], &[]), ["investigation.manage"]);
        assert_eq!(small_set(&[read, &["settings.read"]], &[]), ["investigation.read", "settings.read"]);
        assert!(small_set(&[], &[]).is_empty());
    }
}
