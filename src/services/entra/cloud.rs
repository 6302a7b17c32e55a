//! What Entra ID calls itself and its neighbours in each cloud.
//!
//! Sources: the discovery documents of both clouds, which anybody may fetch, and
//! <https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>. The region scope of the
//! government's cloud is (unverified).

use crate::gateway::authority::Site;
use crate::gateway::hosts::Cloud;
use crate::gateway::{Ctx, Service};
use crate::identity::token::REGION_SCOPE;

/// The names of one cloud.
pub(super) struct CloudNames {
    /// Host of the issuer of tokens and documents of version 2.0.
    pub(super) issuer_host: &'static str,
    /// Where the tenants live.
    pub(super) region_scope: &'static str,
    /// `cloud_instance_name`
    pub(super) instance: &'static str,
    /// `msgraph_host`
    pub(super) graph: &'static str,
    /// `rbac_url`
    pub(super) rbac: &'static str,
}

const WORLDWIDE: CloudNames = CloudNames {
    issuer_host: "login.microsoftonline.com",
    region_scope: REGION_SCOPE,
    instance: "microsoftonline.com",
    graph: "graph.microsoft.com",
    rbac: "https://pas.windows.net",
};

const GOVERNMENT: CloudNames = CloudNames {
    issuer_host: "login.microsoftonline.us",
    region_scope: "USGov",
    instance: "microsoftonline.us",
    graph: "graph.microsoft.us",
    rbac: "https://pasff.usgovcloudapi.net",
};

impl CloudNames {
    /// The names of a cloud; GCC signs in at the worldwide one.
    pub(super) fn of(cloud: Cloud) -> &'static Self {
        match cloud {
            Cloud::Worldwide | Cloud::Gcc => &WORLDWIDE,
            Cloud::GccHigh => &GOVERNMENT,
        }
    }
}

/// The issuer of documents and tokens at the authority that was asked: client libraries accept one only at the origin
/// that they asked, or at a genuine one. `tenant` is an id, or the placeholder of a document.
pub(super) fn issuer(ctx: &Ctx<'_>, tenant: &str, v2: bool) -> String {
    match (&ctx.authority.site, v2) {
        (Site::Genuine { cloud, .. }, true) => {
            format!("https://{}/{tenant}/v2.0", CloudNames::of(*cloud).issuer_host)
        }
        // The same in all clouds.
        (Site::Genuine { .. }, false) => format!("https://sts.windows.net/{tenant}/"),
        (_, true) => ctx.url(Service::Entra, &format!("/{tenant}/v2.0")),
        (_, false) => ctx.url(Service::Entra, &format!("/{tenant}/")),
    }
}
