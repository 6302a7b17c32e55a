//! Whether a caller may do what is asked for now: body, credential, subscription, permission, role, throttle, in this
//! order.

use crate::facts::{self, PersonFacts};

use super::authentication::describe;
use super::call::{Gateway, Trace};
use super::caller::Caller;
use super::context::Inbound;
use super::exchange::BodyState;
use super::profile::{GatewayRefusal, ServiceProfile};
use super::registry::Entry;
use super::route::Route;
use super::tenant_resolution::Credential;

impl Gateway {
    /// The caller, if they may.
    pub(super) fn admit(
        &self,
        profile: &ServiceProfile,
        route: &'static Route,
        entry: &Entry,
        credential: Option<Credential<'_>>,
        inbound: &Inbound<'_>,
        trace: &mut Trace,
    ) -> Result<Caller, GatewayRefusal> {
        match inbound.arrival.body {
            BodyState::Complete if inbound.body().len() <= route.body_limit() => {}
            BodyState::Incomplete => return Err(GatewayRefusal::Incomplete),
            _ => return Err(GatewayRefusal::TooLarge { limit: route.body_limit() }),
        }
        let caller = self.authenticate(profile, credential, entry, inbound)?;
        trace.caller = describe(&caller, inbound);
        if let Caller::Application { app, .. } = caller {
            trace.application = Some(app);
        }
        let subscribed = || facts::connection(&inbound.view).subscribes_to(profile.licences);
        if !route.needs_no_subscription && !subscribed() {
            return Err(GatewayRefusal::NotSubscribed);
        }
        caller.holds(&route.permissions).map_err(|needs| GatewayRefusal::Forbidden { needs })?;
        if let Caller::User { person, .. } = caller {
            let user = PersonFacts::of(&inbound.view, person);
            let roles = user.map(|user| user.roles()).unwrap_or_default();
            if !(profile.user_may)(&roles, route.permissions.access) {
                let user = user.map(|user| user.upn().to_owned()).unwrap_or_default();
                return Err(GatewayRefusal::NoRole { user });
            }
        }
        if self.settings.throttle && !profile.throttles.is_empty() {
            let application = caller.client(facts::directory(&inbound.view));
            let admitted =
                entry.throttle.admit(profile.service, profile.throttles, application, inbound.now());
            admitted.map_err(|wait| GatewayRefusal::Throttled { wait_millis: Some(wait) })?;
        }
        Ok(caller)
    }
}
