//! What the request log says besides what a refusal says itself: what may have been meant, and what is strange about
//! the host.

use super::authority::{Authority, Site};
use super::call::Gateway;
use super::context::Inbound;
use super::nearest::{nearest, real_route};
use super::redact;
use super::refusal::Refused;
use super::service::Service;

impl Gateway {
    /// What the log notes about a host that names a tenant which is not there: the request goes to another.
    pub(super) fn unknown_label(&self, authority: &Authority) -> Option<String> {
        let (Site::Genuine { label, .. } | Site::Own { label }) = &authority.site else { return None };
        let label = label.as_deref().filter(|label| self.registry.by_label(label).is_none())?;
        Some(redact::cut(&format!("no tenant has the host label {label:?}, so the host names none")))
    }

    /// What the log says about a refusal; for a path that is not there, the nearest that is.
    pub(super) fn reason(&self, refused: &Refused, service: Option<Service>, ctx: &Inbound<'_>) -> String {
        let reason = refused.reason();
        if ctx.route.is_some() || refused.row().status != 404 {
            return redact::text(&reason);
        }
        // What is too much or missing in a path is quoted, so nothing secret may stand in it.
        let (method, path) = (ctx.request.method().as_str(), &*redact::path(ctx.request.uri().path()));
        let service = service.map(Service::name);
        if let Some(real) = real_route(service, method, path) {
            return redact::cut(&format!("{reason} {}", real.told));
        }
        let nearest = nearest(self.routes(), method, path, 1);
        redact::cut(&match nearest.first() {
            Some(near) => match near.difference() {
                Some(difference) => format!("{reason} Nearest route: {} ({difference})", near.named()),
                None => format!("{reason} Nearest route: {}", near.named()),
            },
            None => reason,
        })
    }
}

/// Both, one after the other.
pub(super) fn joined(reason: Option<String>, note: Option<String>) -> Option<String> {
    match (reason, note) {
        (Some(reason), Some(note)) => Some(format!("{}; {note}", reason.trim_end_matches('.'))),
        (reason, note) => reason.or(note),
    }
}
