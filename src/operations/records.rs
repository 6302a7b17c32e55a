//! Records of a tenant as the simulator keeps them: what no emulated service shows of them.

use serde::Serialize;

use crate::model::alert::Resolution;
use crate::model::ids::Hex24;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

/// How an alert was handled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Handled<'a> {
    /// Its id.
    pub id: Hex24,
    /// Its version, which commands can have as a precondition.
    pub version: u32,
    /// When it was raised.
    pub raised: VirtualTime,
    /// Somebody has read it.
    pub read: bool,
    /// As what it was closed, if it was.
    pub resolution: Resolution,
    /// When.
    pub resolved: Option<VirtualTime>,
    /// By whom.
    pub by: Option<&'a str>,
    /// The comment.
    pub comment: Option<&'a str>,
}

/// How an alert was handled; `None` if the tenant has no such alert by now.
pub fn alert(view: &TenantView, id: Hex24) -> Option<Handled<'_>> {
    let alert = view.state.alert_by_id(id, view.now)?;
    let handling = &alert.handling;
    Some(Handled {
        id,
        version: handling.version,
        raised: alert.seen.raised,
        read: handling.read,
        resolution: handling.resolution,
        resolved: handling.resolved,
        by: handling.by.as_deref(),
        comment: handling.comment.as_deref(),
    })
}
