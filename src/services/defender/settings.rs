//! Settings of the Defender portal: what is connected to Defender for Cloud Apps, under its former and its present name.

use crate::gateway::Ctx;
use crate::gateway::route::Handled;
use crate::portal::extensions;

use super::{DefenderRefusal, PORTAL};

/// `GET /settings/security-extensions`
pub(super) fn extensions(ctx: &Ctx<'_>) -> Handled {
    shown(ctx, extensions::PATH)
}

/// `GET /cloudapps/settings/system`
pub(super) fn system(ctx: &Ctx<'_>) -> Handled {
    shown(ctx, extensions::SYSTEM)
}

fn shown(ctx: &Ctx<'_>, path: &str) -> Handled {
    Ok(PORTAL.visited(ctx, |visitor| extensions::show(ctx, &PORTAL, visitor, path)))
}

/// `POST /settings/security-extensions/copilot`
pub(super) fn switch(ctx: &Ctx<'_>) -> Handled {
    extensions::switch(ctx, &PORTAL).map_err(|refusal| DefenderRefusal::from(refusal).into())
}
