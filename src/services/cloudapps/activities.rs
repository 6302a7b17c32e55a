//! Activities: list and fetch.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-activities>.

use http::StatusCode;

use crate::door::route::Handled;
use crate::door::{Answer, Ctx, Refused};
use crate::views::activities::{Activities, CREATED, DATE, FIELDS, row_of_id};

use super::activity_record::record;
use super::grid::{Grid, Sortable, list_answer};
use super::refusals::Refusal;

const SORTABLE: &[Sortable] =
    &[Sortable { name: "date", column: DATE }, Sortable { name: "created", column: CREATED }];

/// `GET` and `POST /api/v1/activities/`
pub(super) fn list(ctx: &Ctx<'_>) -> Handled {
    let source = Activities::new(&ctx.reading);
    let (page, has_next) = Grid::read(ctx)?.page(ctx, &source, FIELDS, SORTABLE)?;
    let records = page.rows.iter().filter_map(|row| record(ctx, *row)).collect();
    Ok(list_answer(records, has_next, page.total))
}

/// `GET /api/v1/activities/{id}/`
pub(super) fn fetch(ctx: &Ctx<'_>) -> Handled {
    let id = ctx.param("id");
    let row = row_of_id(&ctx.reading, id);
    let record = row.and_then(|row| record(ctx, row));
    let record = record.ok_or_else(|| {
        let unknown = Refusal::NoActivity { id: id.to_owned() };
        let reason =
            format!("path: this tenant has no activity {id:?} (tenants and forks each have their own ids)");
        Refused::from(unknown).because(reason)
    })?;
    Ok(Answer::json(StatusCode::OK, &record))
}
