//! The types of activities that a tenant can have, as people search them: by the name of what is done.

use std::collections::BTreeMap;

use crate::catalogue::kinds;
use crate::tenant::TenantView;

/// Name, number of the app, and numbers of the types, by app and name; of one app if one is named.
pub fn activity_types(
    view: &TenantView,
    app: Option<u32>,
) -> impl Iterator<Item = (&'static str, u32, Vec<u32>)> {
    let mut found: BTreeMap<(u32, &'static str), Vec<u32>> = BTreeMap::new();
    let apps = view.state.world().apps.iter().map(|connected| connected.number);
    for number in apps.filter(|number| app.is_none_or(|app| app == *number)) {
        for kind in kinds::of_app(number).map(kinds::kind) {
            let types = found.entry((number, kind.operation)).or_default();
            if !types.contains(&kind.event_type) {
                types.push(kind.event_type);
            }
        }
    }
    found.into_iter().map(|((app, name), types)| (name, app, types))
}
