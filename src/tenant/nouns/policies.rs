//! The policies of the product in a tenant: which are switched on, and so what comes of it when their rules speak.
//!
//! Must never know: HTTP, how policies are shown.

use crate::catalogue::kinds;
use crate::catalogue::policies::{Consequence, POLICIES};
use crate::generate::World;
use crate::model::index::{ObjectNo, PolicyIx};
use crate::model::policy::PolicyCommand;
use crate::model::service_date::ServiceDate;
use crate::model::time::VirtualTime;
use crate::tenant::timeline::fold::Core;

use super::{Made, Moment, activities};

/// What somebody has switched since the start, and when last. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    switched: imbl::OrdMap<PolicyIx, (bool, VirtualTime)>,
}

/// Why a command about policies is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    /// There is none.
    #[error("there is no policy with number {0}")]
    NoPolicy(PolicyIx),
}

impl Policies {
    /// Somebody has switched it on or off: by a command, or as the specification has it.
    fn switched(&self, world: &World, policy: PolicyIx) -> Option<bool> {
        let born = || world.policies.get(policy.index())?.switched;
        self.switched.get(&policy).map(|(on, _)| *on).or_else(born)
    }

    /// What comes of it when the rule of a policy speaks.
    pub fn consequence(&self, world: &World, date: ServiceDate, policy: PolicyIx) -> Consequence {
        POLICIES[policy.index()].consequence(date, self.switched(world, policy))
    }

    /// When somebody switched it last, if anybody has.
    pub fn changed(&self, policy: PolicyIx) -> Option<VirtualTime> {
        self.switched.get(&policy).map(|(_, at)| *at)
    }

    /// A policy is switched on.
    pub fn is_on(&self, world: &World, date: ServiceDate, policy: PolicyIx) -> bool {
        let usually = || POLICIES[policy.index()].is_usually_on(date);
        self.switched(world, policy).unwrap_or_else(usually)
    }
}

pub(super) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &PolicyCommand,
) -> Result<Made, PolicyRefusal> {
    let PolicyCommand::SetPolicyEnabled { policy, enabled, by } = command;
    if policy.index() >= POLICIES.len() {
        return Err(PolicyRefusal::NoPolicy(*policy));
    }
    core.policies.switched.insert(*policy, (*enabled, moment.at));
    let kind = if *enabled { kinds::ENABLE_POLICY } else { kinds::DISABLE_POLICY };
    let actor = activities::actor_of(core, moment.world, by);
    activities::record_command(core, moment, actor, kind, ObjectNo::of_policy(*policy));
    Ok(Made::Nothing)
}
