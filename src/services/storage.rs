//! Blob storage, as far as Cloud Discovery needs it: the place that traffic logs are uploaded to, by an address that is
//! signed for an hour.
//!
//! What is written is read while it is there, and nothing of it is kept but what it says altogether. The address names
//! the tenant, an id, the type of the log and its file name. Must never know: other services. Sources:
//! <https://learn.microsoft.com/defender-cloud-apps/api-discovery-upload>,
//! <https://learn.microsoft.com/rest/api/storageservices/put-blob>,
//! <https://learn.microsoft.com/rest/api/storageservices/put-block>,
//! <https://learn.microsoft.com/rest/api/storageservices/put-block-list>.

mod answer;
mod blobs;
mod refusals;

use bytes::Bytes;
use http::Request;

use crate::gateway::Service;
use crate::gateway::hosts::{Cloud, CloudHosts, Hosts};
use crate::gateway::profile::{
    Authentication, Hint, PathRules, Segments, ServiceProfile, any_user, no_claim,
};
use crate::gateway::registry::Registry;
use crate::gateway::route::{BodyPolicy, Route, Routes};
use crate::identity::blob_signature::tag_of_container;

pub use refusals::StorageRefusal;

/// The largest body: that of a file which is sent in one piece, or of a block. The product takes files of 64 MiB so.
const LARGEST: usize = 64 << 20;

/// How storage shows itself to the gateway. Its names are those of accounts of the product.
pub static PROFILE: ServiceProfile = ServiceProfile {
    service: Service::Storage,
    hosts: Hosts {
        clouds: &[
            CloudHosts {
                cloud: Cloud::Worldwide,
                plain: &[
                    "prod5usw2console1.blob.core.windows.net",
                    "adaprodconsole.blob.core.windows.net",
                    "prod03use2console1.blob.core.windows.net",
                    "prod02euwconsole1.blob.core.windows.net",
                    "prod4uksconsole1.blob.core.windows.net",
                ],
                of_tenants: None,
            },
            CloudHosts {
                cloud: Cloud::Gcc,
                plain: &["gccm1usgvconsole1.blob.core.usgovcloudapi.net"],
                of_tenants: None,
            },
            CloudHosts {
                cloud: Cloud::GccHigh,
                plain: &["gprd1usgvconsole1.blob.core.usgovcloudapi.net"],
                of_tenants: None,
            },
        ],
        domains: &["windows.net", "usgovcloudapi.net"],
        own_prefix: "/storage",
    },
    shares_hosts: false,
    segments: Segments { first: &["storage"], claims: no_claim },
    paths: PathRules { ignore_case: false, optional_first: Some("storage") },
    authentication: Authentication::None,
    user_may: any_user,
    licences: &[],
    throttles: &[],
    hint,
    refuse: refusals::from_gateway,
    refusals: StorageRefusal::CATALOGUE,
    advise: refusals::advise,
    routes: &[ROUTES],
};

const BLOBS: Routes = Routes::of(Service::Storage, BodyPolicy::Buffered(LARGEST)).heavy();

/// What storage answers.
pub static ROUTES: &[Route] = &[BLOBS
    .put("/{container}/{blob}/{source}/{file}", blobs::put)
    .summary("Write a traffic log, whole (raw or multipart) or in blocks")
    .witness("discovery::a_log_is_uploaded_read_and_told_of_in_the_governance_log")];

/// The container carries the tenant's tag.
fn hint(registry: &Registry, request: &Request<Bytes>) -> Hint {
    let mut segments = request.uri().path().split('/').filter(|segment| !segment.is_empty());
    let first = segments.next().unwrap_or_default();
    let container = if first == "storage" { segments.next().unwrap_or_default() } else { first };
    Hint { sealed: tag_of_container(container).and_then(|tag| registry.by_tag(tag)), named: None }
}
