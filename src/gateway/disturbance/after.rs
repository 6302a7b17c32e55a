//! What becomes of an answer of the service before it is sent, or while it is.

use serde_json::Value as Json;

use crate::facts;
use crate::faults::{body, latency, list, pointer};
use crate::gateway::context::Inbound;
use crate::gateway::exchange::{Answer, Delivery};
use crate::model::fault::Effect;

use super::{Disturbance, instead};

/// Why an answer stayed what it was.
const NO_JSON: &str = "the answer is no JSON, so nothing of it was changed";
const NO_LIST: &str = "the answer has no such list, so nothing of it was changed";
const NO_MEMBER: &str = "the answer has no such member, so nothing of it was changed";

impl Disturbance {
    /// Changes an answer of the service, or how it is sent, as far as that is left to do; says in words what the fault
    /// made of the request.
    pub(in crate::gateway) fn change(&self, answer: &mut Answer, inbound: &Inbound<'_>) -> String {
        let told = format!("disturbed by fault {} ({})", self.name, self.kind());
        match self.changed(answer, inbound) {
            Some(unmet) => format!("{told}: {unmet}"),
            None => told,
        }
    }

    /// Says why, where it could not.
    fn changed(&self, answer: &mut Answer, inbound: &Inbound<'_>) -> Option<&'static str> {
        let chance = |facet| facts::fault::chance(&inbound.view, self.number, self.ordinal, facet);
        match self.effect() {
            Effect::Edit(edits) => {
                return json(answer, NO_MEMBER, |value| pointer::edit(value, edits));
            }
            Effect::List { at, change, items } => {
                let (at, mut chance) = (at.as_deref(), chance("list"));
                return json(answer, NO_LIST, |value| list::change(value, at, *change, *items, &mut chance));
            }
            Effect::Corrupt { bytes } => {
                let mut damaged = answer.body.to_vec();
                body::corrupt(&mut damaged, *bytes, &mut chance("corrupt"));
                answer.body = damaged.into();
            }
            Effect::ContentType(kind) => instead::set(answer, "content-type", kind),
            Effect::Truncate { keep, framed } => {
                let kept = body::kept(answer.body.len(), *keep);
                if *framed {
                    answer.body.truncate(kept);
                } else {
                    deliver(answer, Delivery::Truncated(kept));
                }
            }
            Effect::Latency(late) => {
                deliver(answer, Delivery::Late(latency::drawn(late, &mut chance("late"))))
            }
            Effect::Drip { bytes, every } => {
                deliver(answer, Delivery::Drip { bytes: *bytes as usize, every: latency::real(*every) });
            }
            Effect::Reset { after: Some(after) } => {
                deliver(answer, Delivery::Reset(Some((*after as usize).min(answer.body.len()))));
            }
            // These have done their work before, or in place of, the handler.
            Effect::Respond { .. }
            | Effect::Refuse { .. }
            | Effect::Throttle { .. }
            | Effect::Token(_)
            | Effect::Html { .. }
            | Effect::Hang { .. }
            | Effect::Reset { after: None }
            | Effect::Stale { .. } => {}
        }
        None
    }
}

fn deliver(answer: &mut Answer, delivery: Delivery) {
    answer.delivery = Some(Box::new(delivery));
}

/// Changes the JSON of an answer; `unmet` says why, where nothing was changed.
fn json(
    answer: &mut Answer,
    unmet: &'static str,
    change: impl FnOnce(&mut Json) -> bool,
) -> Option<&'static str> {
    let Ok(mut value) = serde_json::from_slice::<Json>(&answer.body) else { return Some(NO_JSON) };
    if !change(&mut value) {
        return Some(unmet);
    }
    answer.body = value.to_string().into();
    None
}
