//! Files: list, count, fetch.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-files>.

use serde_json::{Map, Value as Json};

use crate::gateway::route::{Handled, Route};
use crate::gateway::{Ctx, Refused};
use crate::model::json::json;
use crate::views::files::{CREATED, FIELDS, FileTable, MODIFIED};
use crate::wire::cloudapps::file;

use super::list_request::{ListRequest, Sortable, written};
use super::metadata::metadata_of;
use super::refusals::CloudAppsRefusal;
use super::{API, INVESTIGATE};

/// Files.
pub(super) const ROUTES: &[Route] = &[
    // No permission for files is documented: that of investigations is taken (unverified).
    API.get("/api/v1/files", list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List files (filters in the query or in a JSON body)")
        .witness("cloudapps_files::a_json_body_on_get_filters_files_as_connectors_ask"),
    API.post("/api/v1/files", list)
        .scans()
        .permissions(INVESTIGATE)
        .summary("List files")
        .witness("cloudapps_files::every_filter_selects_what_the_records_say"),
    API.get("/api/v1/files/{id}", fetch)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Fetch one file")
        .witness("cloudapps_files::a_listed_file_is_fetched_by_its_id"),
    API.post("/api/v1/files/count", count)
        .scans()
        .permissions(INVESTIGATE)
        .summary("Count files (undocumented)")
        .witness("cloudapps_files::every_filter_selects_what_the_records_say"),
    API.get("/api/v1/files/metadata", metadata)
        .permissions(INVESTIGATE)
        .summary("Filters and orders of files (undocumented)")
        .witness("cloudapps_other_routes::metadata_names_every_filter_with_its_operators")
        .shaped(),
];

/// Sorting is not documented; clients send `modifiedDate`.
const SORTABLE: &[Sortable] = &[
    Sortable { name: "date", column: MODIFIED },
    Sortable { name: "modifiedDate", column: MODIFIED },
    Sortable { name: "createdDate", column: CREATED },
];

/// `GET` and `POST /api/v1/files/`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let table = FileTable::new(&ctx.view);
    let list = asked(ctx)?;
    let (page, has_next) = list.page(ctx, &table, FIELDS, SORTABLE)?;
    let records = page.rows.iter().filter_map(|row| table.files().at(usize::try_from(*row).ok()?));
    list.answer(records, file::write, has_next, page.total)
}

/// `POST /api/v1/files/count/`
pub(super) fn count(ctx: &Ctx<'_>) -> Handled {
    asked(ctx)?.total(ctx, &FileTable::new(&ctx.view), FIELDS)
}

/// `GET /api/v1/files/metadata/`
pub(super) fn metadata(_ctx: &Ctx<'_>) -> Handled {
    Ok(metadata_of("files", FIELDS, SORTABLE))
}

/// `GET /api/v1/files/{id}/`
pub(super) fn fetch(ctx: &Ctx<'_>) -> Handled {
    let (table, id) = (FileTable::new(&ctx.view), ctx.param("id"));
    let files = table.files();
    let found = files.rows(id).first().and_then(|row| files.at(*row)).ok_or_else(|| {
        let reason = format!(
            "path: this tenant has no file {id:?} (files are known from the first activity about them that is in the log)"
        );
        Refused::from(CloudAppsRefusal::NoFile { id: id.to_owned() }).because(reason)
    })?;
    let mut body = Vec::with_capacity(4 << 10);
    file::write(&found, &mut body);
    Ok(written(body))
}

/// The request. Files that are gone are listed only where that is asked for: by `allowDeleted`, or by `trashed`, which
/// overrides it.
fn asked(ctx: &Ctx<'_>) -> Result<ListRequest, Refused> {
    let mut list = ListRequest::read(ctx)?;
    let mut filters: Map<String, Json> = list.filters()?.unwrap_or_default();
    let says = |filters: &Map<String, Json>, name| filters.get(name).is_some_and(|filter| !filter.is_null());
    if says(&filters, "trashed") {
        filters.remove("allowDeleted");
    } else if !says(&filters, "allowDeleted") {
        filters.insert("allowDeleted".to_owned(), json!({"eq": false}));
    }
    list.replace_filters(filters);
    Ok(list)
}
