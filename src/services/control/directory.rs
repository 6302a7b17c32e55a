//! The directory of a tenant as it stands.

use http::{Method, StatusCode};

use crate::gateway::route::{Handled, Route, Scope};
use crate::gateway::{Answer, Ctx};
use crate::operations::directory;

use super::{READ, route};

pub(super) const DIRECTORY: Route = route(
    Method::GET,
    "/_mock/tenants/{tenant}/directory",
    Scope::Tenant,
    READ,
    show,
    "Applications, consent, requests for consent, accounts and policies as they stand",
    "directory::the_directory_shows_what_consent_wrote",
);

/// `GET …/directory`
fn show(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &directory::show(&ctx.view)))
}
