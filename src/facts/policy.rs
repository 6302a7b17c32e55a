//! A policy of the product: what it looks for, whether it is switched on, what it has raised.

use crate::catalogue::policies::{POLICIES, Policy};
use crate::model::alert::Severity;
use crate::model::ids::{Hex24, Kind};
use crate::model::index::PolicyIx;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::TenantView;

/// A policy.
#[derive(Clone, Copy)]
pub struct PolicyFacts<'a> {
    view: &'a TenantView,
    index: PolicyIx,
    /// How many alerts it has raised.
    alerts: u64,
}

impl<'a> PolicyFacts<'a> {
    /// Every policy, in the order of the catalogue. The alerts are counted once for all.
    pub fn all(view: &'a TenantView) -> Vec<Self> {
        let mut counts = vec![0; POLICIES.len()];
        let own = view.state.alerts(view.now).filter(|alert| alert.injected.is_none());
        own.for_each(|alert| counts[alert.seen.policy.index()] += 1);
        let policies = PolicyIx::numbered(counts);
        policies.map(|(index, alerts)| Self { view, index, alerts }).collect()
    }

    fn catalogued(&self) -> &'static Policy {
        &POLICIES[self.index.index()]
    }

    /// Its id in the Cloud Apps API: alerts name it by that.
    pub fn id(&self) -> Hex24 {
        self.view.state.world().ids.hex24(Kind::Policy, self.index.ordinal())
    }

    /// Name.
    pub fn name(&self) -> &'static str {
        self.catalogued().name
    }

    /// What it looks for, in a sentence.
    pub fn about(&self) -> String {
        let told =
            self.limits().map(|(count, seconds)| format!(" ({count} within {} minutes)", seconds / 60));
        format!("{}{}.", self.catalogued().about(), told.unwrap_or_default())
    }

    /// Thresholds in this tenant: how many within how many seconds.
    pub fn limits(&self) -> Option<(u32, i64)> {
        self.view.state.world().policies.get(self.index.index())?.rule.limits()
    }

    /// Type, as the Cloud Apps API words it.
    pub fn policy_type(&self) -> &'static str {
        self.catalogued().policy_type
    }

    /// It is the service's own: nobody made it and nobody can delete it.
    pub fn built_in(&self) -> bool {
        !matches!(self.policy_type(), "AUDIT" | "FILE")
    }

    /// It is switched on.
    pub fn enabled(&self) -> bool {
        let (state, world) = (&self.view.state, self.view.state.world());
        state.core().policies.is_on(world, state.service_date(), self.index)
    }

    /// Severity of its alerts in this tenant.
    pub fn severity(&self) -> Severity {
        let tuned = self.view.state.world().policies.get(self.index.index());
        tuned.map_or(self.catalogued().severity, |policy| policy.severity)
    }

    /// Risk categories.
    pub fn stories(&self) -> &'static [u8] {
        self.catalogued().stories
    }

    /// How many alerts it has raised, those that were closed included.
    pub fn alerts(&self) -> u64 {
        self.alerts
    }

    /// When the tenant's history begins.
    fn began(&self) -> VirtualTime {
        let spec = &self.view.state.world().spec;
        spec.start - Span::days(i64::from(spec.history_days()))
    }

    /// When it was switched last; else when the tenant began to look.
    pub fn modified(&self) -> VirtualTime {
        let switched = self.view.state.core().policies.changed(self.index);
        switched.filter(|at| *at <= self.view.now).unwrap_or_else(|| self.began())
    }
}
