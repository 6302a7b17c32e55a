//! How commands change the policies of the tenant, and the errors that are ordered.

use std::sync::Arc;

use crate::model::directory::{Failure, Policies};
use crate::model::identity::{IdentityCommand, PolicyChange};
use crate::model::ids::Guid;
use crate::model::time::Span;

use super::change::room;
use super::{Directory, DirectoryRefusal, MOST_OF_A_KIND};

impl Directory {
    pub(super) fn change_policies(&mut self, command: &IdentityCommand) -> Result<(), DirectoryRefusal> {
        let policies = Arc::make_mut(&mut self.policies);
        match command {
            IdentityCommand::SetConditionalAccess { policy } => {
                match policies.access.iter_mut().find(|known| known.name == policy.name) {
                    Some(known) => *known = Arc::clone(policy),
                    None => {
                        room("policies of Conditional Access", policies.access.len(), MOST_OF_A_KIND)?;
                        policies.access.push(Arc::clone(policy));
                    }
                }
            }
            IdentityCommand::RemoveConditionalAccess { name } => {
                let before = policies.access.len();
                policies.access.retain(|known| known.name != *name);
                if policies.access.len() == before {
                    return Err(DirectoryRefusal::NoPolicy(Arc::clone(name)));
                }
            }
            IdentityCommand::SetPolicies { change } => policies.change(change),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn failed(&mut self, code: u32, client: Option<Guid>) -> Result<(), DirectoryRefusal> {
        let meant = |failure: &Failure| {
            failure.code == code && (failure.client.is_none() || failure.client == client)
        };
        let at = self.failures.iter().position(|failure| meant(failure));
        let at = at.ok_or(DirectoryRefusal::NoFailure(code))?;
        let failure = Arc::make_mut(&mut self.failures[at]);
        failure.times = failure.times.saturating_sub(1);
        if failure.times == 0 {
            self.failures.remove(at);
        }
        Ok(())
    }
}

impl Policies {
    fn change(&mut self, change: &PolicyChange) {
        let set = |to: &mut bool, from: Option<bool>| *to = from.unwrap_or(*to);
        set(&mut self.no_user_consent, change.user_consent.map(|allowed| !allowed));
        set(&mut self.consent_requests, change.consent_requests);
        set(&mut self.security_defaults, change.security_defaults);
        set(&mut self.opener_isolation, change.opener_isolation);
        set(&mut self.no_third_party_cookies, change.third_party_cookies.map(|sent| !sent));
        set(&mut self.lenient_resource, change.lenient_resource);
        set(&mut self.description_lines, change.description_lines);
        let span = |seconds: u32| (seconds > 0).then(|| Span::seconds(i64::from(seconds)));
        self.token_lifetime = change.token_lifetime.map_or(self.token_lifetime, span);
        self.sign_in_frequency = change.sign_in_frequency.map_or(self.sign_in_frequency, span);
    }
}
