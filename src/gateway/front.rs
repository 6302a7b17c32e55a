//! The gateway as transports know it: what they ask before, with and besides a request.

use bytes::Bytes;
use http::{Method, Request, request};

use crate::tenant::Tenant;

use super::authority::Site;
use super::call::Gateway;
use super::exchange::{Answer, Arrival, RequestHandler};
use super::handshakes::EndedHandshake;
use super::plan::Planned;
use super::server_faults::DisturbedHandshake;
use super::stray::Stray;

impl RequestHandler for Gateway {
    fn plan(&self, head: &request::Parts, arrival: &Arrival) -> Planned {
        self.planned(head, arrival)
    }

    fn call(&self, planned: Planned, request: &Request<Bytes>, arrival: &Arrival) -> Answer {
        self.answer(planned, request, arrival)
    }

    fn plays(&self, host: &str) -> bool {
        self.hosts.site_of(host) != Site::Foreign
    }

    fn refuse_stray(&self, stray: &Stray<'_>, arrival: &Arrival) -> Answer {
        self.refuse_stray(stray, arrival)
    }

    fn handshake_ended(&self, ended: &EndedHandshake) {
        self.distrusted(ended);
    }

    fn is_disturbed(&self) -> bool {
        self.server_faults.any()
    }

    fn disturb(&self, asked: &Stray<'_>, arrival: &Arrival) -> Option<Answer> {
        self.disturbed(asked, arrival)
    }

    fn disturb_handshake(&self, host: &str) -> Option<DisturbedHandshake> {
        self.disturbed_handshake(host)
    }

    fn is_heavy(&self, planned: &Planned, method: &Method) -> bool {
        // With journals on disk, whatever may be a command may wait for the disk; and while a clock is moved, whatever
        // looks at that tenant may wait for that. What stops it must not.
        // A fault that a request uses up is a command, too.
        let waits = Tenant::any_advances()
            || (self.registry.keeps() && (*method != Method::GET || self.registry.has_faults()));
        (waits && *method != Method::DELETE)
            || planned.is_heavy()
            || (planned.scans() && self.registry.is_large())
            || self.registry.some_is_behind()
    }

    fn is_behind(&self) -> bool {
        self.registry.has_expired(self.settings.wall.now())
            || self.registry.list().iter().any(|entry| entry.tenant.is_behind())
    }

    fn tick(&self) {
        self.registry.sweep(self.settings.wall.now());
        for entry in self.registry.list().iter().filter(|entry| entry.tenant.is_behind()) {
            entry.tenant.read();
        }
    }
}
