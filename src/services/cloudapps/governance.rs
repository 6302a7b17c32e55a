//! The governance log. Undocumented; as clients ask it. A filter by `taskName` or `status` selects nothing, and no error
//! says so, as has been measured at the product.

use crate::facts::GovernanceFacts;
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Ctx, Refused};
use crate::model::ids::Hex24;
use crate::views::governance::{FIELDS, Governance, TIMESTAMP, VAIN, entry_of_row};
use crate::wire::cloudapps::governance;

use super::list_request::{ListRequest, Sortable, written};
use super::metadata::metadata_of;
use super::refusals::CloudAppsRefusal;
use super::{API, READ_ALERTS};

/// The governance log.
pub(super) const ROUTES: &[Route] = &[
    API.post("/api/v1/governance", list)
        .permissions(READ_ALERTS)
        .summary("List the governance log (undocumented)")
        .witness("discovery::a_log_is_uploaded_read_and_told_of_in_the_governance_log"),
    API.get("/api/v1/governance/{id}", fetch)
        .permissions(READ_ALERTS)
        .summary("Fetch one entry of the governance log (undocumented)")
        .witness("discovery::a_log_is_uploaded_read_and_told_of_in_the_governance_log"),
    API.post("/api/v1/governance/count", count)
        .scans()
        .permissions(READ_ALERTS)
        .summary("Count entries of the governance log (undocumented)")
        .witness("discovery::the_governance_log_is_filtered_as_clients_filter_it"),
    API.get("/api/v1/governance/metadata", metadata)
        .permissions(READ_ALERTS)
        .summary("Filters and orders of the governance log (undocumented)")
        .witness("discovery::the_governance_log_is_filtered_as_clients_filter_it"),
];

const SORTABLE: &[Sortable] = &[Sortable { name: "timestamp", column: TIMESTAMP }];

/// It asks by what selects nothing.
fn is_vain(ctx: &Ctx<'_>, list: &ListRequest) -> Result<bool, Refused> {
    let filters = list.filters()?.unwrap_or_default();
    let vain: Vec<&str> = VAIN.into_iter().filter(|name| filters.contains_key(*name)).collect();
    if !vain.is_empty() {
        ctx.note(format!("filters by which the product selects nothing: {}; use `type`", vain.join(", ")));
    }
    Ok(!vain.is_empty())
}

/// `POST /api/v1/governance/`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    if is_vain(ctx, &list)? {
        return list.answer_counted(std::iter::empty::<GovernanceFacts<'_>>(), |_, _| {}, false, 0);
    }
    let (page, has_next) = list.page(ctx, &Governance::new(&ctx.view), FIELDS, SORTABLE)?;
    let numbers = page.rows.iter().filter_map(|row| entry_of_row(*row));
    let entries = numbers.filter_map(|number| GovernanceFacts::at(&ctx.view, number));
    list.answer_counted(entries, |entry, out| governance::write(&ctx.view, entry, out), has_next, page.total)
}

/// `POST /api/v1/governance/count/`
pub(super) fn count(ctx: &Ctx<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    match is_vain(ctx, &list)? {
        true => Ok(ListRequest::counted(0)),
        false => list.total(ctx, &Governance::new(&ctx.view), FIELDS),
    }
}

/// `GET /api/v1/governance/metadata/`
pub(super) fn metadata(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("governance", FIELDS, SORTABLE))
}

/// `GET /api/v1/governance/{id}/`
pub(super) fn fetch(ctx: &Ctx<'_>) -> Handled {
    let text = ctx.param("id");
    let entry = text.parse::<Hex24>().ok().and_then(|id| GovernanceFacts::by_id(&ctx.view, id));
    let entry = entry.ok_or_else(|| {
        Refused::from(CloudAppsRefusal::NoObject { id: text.to_owned() })
            .because(format!("path: this tenant's governance log has no entry {text}"))
    })?;
    let mut body = Vec::new();
    governance::write(&ctx.view, &entry, &mut body);
    Ok(written(body))
}
