//! What analysts write about an alert when they close it: a note that fits the case.

use crate::catalogue::policies;
use crate::catalogue::policies::Rule;
use crate::generate::Stream;
use crate::generate::world::IpCategory;
use crate::model::alert::{Alert, Resolution};
use crate::model::index::AddressCode;
use crate::tenant::codebook::Codebook;
use crate::tenant::timeline::fold::Core;

use super::super::Moment;

/// How the company's analysts would rightly close an alert. What is about a storyline is an incident.
pub(super) fn rightly(core: &Core, moment: Moment<'_>, alert: &Alert, attack: bool) -> Resolution {
    if attack {
        return Resolution::TruePositive;
    }
    match rule(alert) {
        Some(Rule::ImpossibleTravel | Rule::Renames | Rule::ForeignLetters) => Resolution::FalsePositive,
        Some(Rule::InfrequentCountry) if is_elsewhere(core, moment, alert) => Resolution::FalsePositive,
        _ => Resolution::Benign,
    }
}

/// The note about closing an alert so.
pub(super) fn note(core: &Core, moment: Moment<'_>, alert: &Alert, resolution: Resolution) -> String {
    let codebook = Codebook::new(moment.world, &core.additions);
    let who =
        codebook.actor(alert.seen.person).map_or_else(|| "the user".to_owned(), |actor| actor.name.into());
    let place = place(core, moment, alert);
    let notes: &[&str] = match (resolution, rule(alert)) {
        (Resolution::Open, _) => &[""],
        (Resolution::TruePositive, _) => &[
            "Incident handled, password of {who} reset and sessions revoked",
            "Compromise of {who} suspected: password reset, sessions revoked",
            "Escalated, password reset. {who} has to sign in again everywhere",
        ],
        (Resolution::FalsePositive, Some(Rule::ImpossibleTravel)) => &[
            "{who} did not travel: the connection comes out in {place}",
            "Carrier of {who} routes through {place}, known behaviour",
            "Spoke to {who}: same laptop, VPN exit in {place}",
        ],
        (_, Some(Rule::ImpossibleTravel)) => &[
            "{who} is travelling, flight to {place} confirmed",
            "Business trip of {who}, checked the calendar",
        ],
        (Resolution::FalsePositive, Some(Rule::InfrequentCountry)) => {
            &["{who} works on a rented machine in {place}", "Not a person: exit of a provider in {place}"]
        }
        (_, Some(Rule::InfrequentCountry)) => &[
            "{who} is in {place} on business, manager confirms",
            "Moved or travelling: {who} confirms {place}",
        ],
        (_, Some(Rule::RiskySignIn)) => &[
            "{who} uses a private VPN, asked to switch it off",
            "Anonymiser in {place} is the browser of {who}",
        ],
        (_, Some(Rule::FailedSignIns { .. })) => {
            &["{who} forgot the new password, helpdesk has a ticket", "Phone of {who} kept the old password"]
        }
        (_, Some(Rule::Downloads { .. } | Rule::UnusualDownloads)) => &[
            "{who} took the project folder along, manager confirms",
            "Backup of own files before a new laptop",
        ],
        (_, Some(Rule::UnusualDeletions | Rule::Renames)) => {
            &["Clean-up of old files, confirmed by {who}", "Versions and drafts only, nothing is lost"]
        }
        (_, Some(Rule::AdministrationFromOutside)) => {
            &["On call: change of {who} has a ticket", "Admin worked from {place}, change is approved"]
        }
        (_, Some(Rule::ExternalSharing)) => {
            &["Recipient is a partner under contract", "Shared on purpose, owner confirms; link expires"]
        }
        (_, Some(Rule::InboxRule)) => &[
            "Rule of {who} sorts newsletters, nothing is forwarded",
            "Looked at the rule with {who}: harmless",
        ],
        (_, Some(Rule::ClosedAccount)) => &[
            "A job of {who} was left running, stopped by now",
            "Phone of {who} had still to be wiped, done with HR",
        ],
        (_, Some(Rule::NightAdministration)) => &[
            "Change of {who} was planned for the night, has a ticket",
            "On call: {who} was woken up, ticket exists",
        ],
        (_, Some(Rule::NewProvider)) => {
            &["The vendor of the app moved to another provider", "New exit of the app's vendor, announced"]
        }
        (_, Some(Rule::ForeignLetters)) => &["Publisher checked, the name is in its own language"],
        (_, Some(Rule::Handover)) => {
            &["Agreed hand-over to a partner", "Upload of {who} is part of the project"]
        }
        (_, Some(Rule::Scripted) | None) => &["Checked with {who}: part of the work", "Known, nothing to do"],
    };
    let mut stream =
        Stream::new(moment.world.spec.seed, "note", alert.ordinal.ordinal(), resolution_facet(resolution));
    stream.pick(notes).replace("{who}", &who).replace("{place}", &place)
}

const fn resolution_facet(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Open => "open",
        Resolution::FalsePositive => "false",
        Resolution::Benign => "benign",
        Resolution::TruePositive => "true",
    }
}

/// The rule by which it was raised; none if it was put in from outside.
fn rule(alert: &Alert) -> Option<Rule> {
    alert.injected.is_none().then(|| policies::POLICIES[alert.seen.policy.index()].rule)
}

/// It comes from where machines stand, not people.
fn is_elsewhere(core: &Core, moment: Moment<'_>, alert: &Alert) -> bool {
    let codebook = Codebook::new(moment.world, &core.additions);
    let category = |code: &AddressCode| codebook.address(*code).map(|address| address.place.category);
    alert
        .seen
        .addresses
        .iter()
        .filter_map(category)
        .any(|category| matches!(category, IpCategory::CloudProvider | IpCategory::Risky))
}

/// The last place that its addresses name: the one that surprised.
fn place(core: &Core, moment: Moment<'_>, alert: &Alert) -> String {
    let codebook = Codebook::new(moment.world, &core.additions);
    let told = |code: &AddressCode| {
        let place = codebook.address(*code)?.place;
        let name = if place.city.is_empty() { &place.country_name } else { &place.city };
        (!name.is_empty()).then(|| name.to_string())
    };
    alert.seen.addresses.iter().rev().find_map(told).unwrap_or_else(|| "the office".to_owned())
}
