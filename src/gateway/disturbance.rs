//! Requests that are disturbed because somebody asked for it: which fault of the tenant acts on a request, if one does,
//! and what becomes of the request then. The rules are those of [`faults`](crate::faults).
//!
//! Requests to the control API are never disturbed, nor are those whose tenant could not be told.

mod after;
mod claims;
mod instead;

use std::sync::Arc;

use crate::facts;
use crate::faults::matching::{Asked, matches};
use crate::faults::occasion;
use crate::model::command::FaultCommand;
use crate::model::fault::{Effect, Fault};
use crate::model::index::FaultNo;
use crate::model::time::Span;
use crate::tenant::nouns::faults::PlacedFault;

use super::call::Gateway;
use super::context::Inbound;
use super::profile::ServiceProfile;
use super::registry::Entry;
use claims::Claims;

/// A fault that acts on a request.
pub(super) struct Disturbance {
    number: FaultNo,
    /// The name of the fault.
    pub(super) name: Arc<str>,
    fault: Arc<Fault>,
    /// The request's place among those that the fault is about.
    ordinal: u64,
}

impl Disturbance {
    fn effect(&self) -> &Effect {
        &self.fault.effect
    }

    /// What kind of effect it has, in a word.
    pub(super) fn kind(&self) -> &'static str {
        self.effect().kind()
    }

    /// How long ago the tenant was what the handler shall see.
    pub(super) fn staleness(&self) -> Option<Span> {
        match self.effect() {
            Effect::Stale { by } => Some(*by),
            _ => None,
        }
    }
}

impl Gateway {
    /// The fault that acts on a request: the first that is about it and whose occasion it is.
    pub(super) fn disturbance(
        &self,
        profile: &ServiceProfile,
        entry: &Entry,
        inbound: &Inbound<'_>,
    ) -> Option<Disturbance> {
        let faults = facts::fault::all(&inbound.view);
        if faults.is_empty() {
            return None;
        }
        let claims = Claims::of(inbound);
        let asked = Asked {
            service: profile.service.name(),
            method: inbound.request.method().as_str(),
            path: inbound.request.uri().path(),
            route: inbound.route.map(|route| route.path),
            headers: inbound.request.headers(),
            query: inbound.query(),
            body: inbound.body(),
            claims: &|client| claims.say(client),
        };
        faults.at(inbound.now()).find_map(|placed| self.meets(placed, &asked, entry, inbound))
    }

    /// The fault acts, if it is about the request and this is its occasion.
    fn meets(
        &self,
        placed: &PlacedFault,
        asked: &Asked<'_>,
        entry: &Entry,
        inbound: &Inbound<'_>,
    ) -> Option<Disturbance> {
        let Fault { matches: wanted, when, .. } = &*placed.fault;
        if !occasion::is_open(when, placed.since, inbound.now()) || !matches(wanted, asked) {
            return None;
        }
        let comes = |ordinal| {
            occasion::comes(when, ordinal)
                && when.probability.is_none_or(|share| {
                    let mut chance = facts::fault::chance(&inbound.view, placed.number, ordinal, "comes");
                    chance.below(1_000) < share.0
                })
        };
        let drawn = entry.faults.meet(entry.tenant.life(), placed.number, occasion::most(when), comes)?;
        if drawn.is_last {
            // The request is disturbed all the same where the journal does not take it, as it was promised; that the
            // journal is lost every command says.
            let _ = entry.tenant.submit(inbound.now(), FaultCommand::UseUpFault { fault: placed.number });
        }
        drawn.acts.then(|| Disturbance {
            number: placed.number,
            name: Arc::clone(&placed.name),
            fault: Arc::clone(&placed.fault),
            ordinal: drawn.ordinal,
        })
    }
}
