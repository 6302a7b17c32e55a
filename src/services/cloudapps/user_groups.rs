//! User groups: those into which the product puts users by itself. Undocumented; called by the vendor's PowerShell module
//! (`user_tags`, as the product called them first). Importing groups of the directory is not played.

use serde_json::Value as Json;

use crate::facts::{Entities, UserGroup};
use crate::gateway::Ctx;
use crate::gateway::route::{Handled, Route};
use crate::wire::cloudapps::user_group;

use super::list_request::{ListRequest, MAX};
use super::{API, INVESTIGATE};

/// User groups.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/v1/user_tags", list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List user groups (undocumented)")
        .witness("cloudapps_administration::user_groups_count_the_users_that_name_them"),
    API.post("/api/v1/user_tags", list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List user groups (undocumented)")
        .witness("cloudapps_administration::user_groups_count_the_users_that_name_them"),
];

/// `GET` and `POST /api/v1/user_tags/`; of one app, if the filter `app` names one.
fn list(ctx: &Ctx<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    let app = list.filters()?.and_then(|filters| number(filters.get("app")?));
    let entities = Entities::new(&ctx.view);
    let found = UserGroup::ALL.into_iter().filter(|group| app.is_none_or(|app| group.app() == Some(app)));
    let found: Vec<_> = found.collect();
    let (skip, limit) = (list.count("skip", 0)?, list.count("limit", MAX)?.min(MAX));
    let (total, tenant) = (found.len(), ctx.view.state.identity().number);
    let page = found.into_iter().skip(skip).take(limit);
    let write = |group: &_, out: &mut Vec<u8>| user_group::write(&entities, *group, tenant, out);
    list.answer(page, write, skip.saturating_add(limit) < total, total as u64)
}

/// The number of `{"eq": 11161}`, of `{"eq": [11161]}` or by itself.
fn number(filter: &Json) -> Option<u32> {
    let value = filter.get("eq").unwrap_or(filter);
    let value = value.get(0).unwrap_or(value);
    value.as_u64().and_then(|number| u32::try_from(number).ok())
}
