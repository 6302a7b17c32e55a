//! The address of the dialog of consent.

use crate::catalogue::copilot;
use crate::gateway::{Ctx, Service};

/// The address of the dialog of consent of this number.
pub(super) fn consent_url(ctx: &Ctx<'_>, dialog: u32) -> String {
    let scopes: Vec<String> = copilot::registration()
        .delegated
        .iter()
        .map(|scope| format!("{}%2F{}", scope.resource, scope.value))
        .collect();
    let tenant = ctx.view.state.identity().id;
    let path = format!(
        "/{tenant}/oauth2/v2.0/authorize?client_id={}&response_type=code&prompt=consent&scope={}&state={dialog}",
        copilot::API,
        scopes.join("%20"),
    );
    ctx.url(Service::Entra, &path)
}
