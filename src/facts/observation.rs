//! What was noticed: what an alert and a behavior say alike, about whom, from where and by which activities.

use crate::catalogue::apps;
use crate::catalogue::policies::{POLICIES, Policy};
use crate::model::index::AddressCode;
use crate::model::observation::{Evidence, Observation};
use crate::tenant::TenantView;

use super::activity::ActivityFacts;
use super::{ActorView, Address};

/// What was noticed.
#[derive(Clone, Copy)]
pub struct ObservationFacts<'a> {
    view: &'a TenantView,
    seen: &'a Observation,
}

impl<'a> ObservationFacts<'a> {
    /// What is known of what was noticed in this snapshot.
    pub(super) fn of(view: &'a TenantView, seen: &'a Observation) -> Self {
        Self { view, seen }
    }

    /// The policy by whose rule it was noticed. Of what was put in it says nothing.
    pub(super) fn policy(&self) -> &'static Policy {
        &POLICIES[self.seen.policy.index()]
    }

    /// The user or application that it is about.
    pub fn actor(&self) -> Option<ActorView<'a>> {
        self.view.state.codebook().actor(self.seen.person)
    }

    /// Numbers and names of the apps concerned.
    pub fn apps(&self) -> impl Iterator<Item = (u32, &'static str)> + use<'a> {
        let name = |app| apps::app(app).map_or("Unknown", |app| app.name);
        self.seen.apps.iter().map(move |&app| (app, name(app)))
    }

    /// The addresses concerned.
    pub fn addresses(&self) -> impl Iterator<Item = Address<'a>> + use<'a> {
        let codebook = self.view.state.codebook();
        self.seen.addresses.iter().filter_map(move |&code| codebook.address(code))
    }

    /// Codes of the countries of those addresses, each once.
    pub fn countries(&self) -> Vec<&'a str> {
        let mut countries: Vec<&str> = Vec::new();
        for country in self.addresses().map(|address| &*address.place.country) {
            if !countries.contains(&country) && !country.is_empty() {
                countries.push(country);
            }
        }
        countries
    }

    /// The activities behind it that are to be seen, oldest first.
    pub fn activities(&self) -> impl Iterator<Item = ActivityFacts<'a>> + use<'a> {
        let view = self.view;
        self.seen.activities.iter().filter_map(move |&row| ActivityFacts::at(view, row))
    }

    /// What the activities behind it amount to; nothing for an alert that was put in.
    pub fn evidence(&self) -> Option<Evidence> {
        self.seen.evidence
    }

    /// Thresholds of its policy in this tenant: how many within how many seconds.
    pub(super) fn limits(&self) -> Option<(u32, i64)> {
        self.view.state.world().policies.get(self.seen.policy.index())?.rule.limits()
    }

    /// The address behind a code that its evidence names.
    pub(super) fn address(&self, code: AddressCode) -> Option<Address<'a>> {
        self.view.state.codebook().address(code)
    }

    /// The user whom it is about is an administrator.
    pub(super) fn about_an_administrator(&self) -> bool {
        !self.view.state.codebook().groups(self.seen.person).is_empty()
    }
}
