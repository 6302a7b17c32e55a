//! The steps of a file: when what happens.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value as Json;

use crate::commands::CommandDto;
use crate::model::fault::{Fault, ServerFault};
use crate::model::scenario::{MOST_PROMISES, Promise};
use crate::model::time::Span;
use crate::yaml::{Node, Place, Value};

use super::labels::{self, Use};
use super::parameters::Values;
use super::read::{Reader, Sheet, is_label};
use super::{Action, Origin, Step};

/// What a step may say.
pub(super) const KEYS: [&str; 8] = ["after", "at", "do", "fault", "end", "include", "with", "as"];
/// What happens in a step: one of these.
const ACTIONS: [&str; 4] = ["do", "fault", "end", "include"];
/// No scenario has more steps.
const MOST_STEPS: usize = 2_000;
/// No scenario lasts longer.
const LONGEST: Span = Span::days(400);
/// The command that makes an alert that later steps may name.
const MAKES_AN_ALERT: &str = "injectAlert";

/// The steps so far.
#[derive(Default)]
pub(super) struct Timeline {
    pub(super) steps: Vec<Step>,
    /// What was named, and what it is.
    pub(super) labels: BTreeMap<String, Named>,
    /// Now, from the start of the scenario.
    pub(super) now: Span,
    /// From where `at` counts: the beginning of what is included.
    origin: Span,
    promises: u16,
    full: bool,
}

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// An alert.
    Alert(Promise),
    /// A fault.
    Fault,
}

/// Where a step stands.
struct Spot<'s> {
    file: Option<&'s Rc<str>>,
    key: String,
    place: Place,
}

impl Timeline {
    /// From here on instants count from now: answers from where they counted before.
    pub(super) fn begin(&mut self) -> Span {
        std::mem::replace(&mut self.origin, self.now)
    }

    /// What was begun is over.
    pub(super) fn end(&mut self, before: Span) {
        self.origin = before;
    }

    /// Reads the steps of a file, whose parameters are filled in.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>, sheet: &Sheet, items: &[Node], depth: usize) {
        for (at, node) in items.iter().enumerate() {
            let spot = Spot { file: sheet.file.as_ref(), key: format!("steps[{at}]"), place: node.place };
            self.step(reader, &spot, node, depth);
            if self.steps.len() > MOST_STEPS {
                if !std::mem::replace(&mut self.full, true) {
                    reader.wrong(
                        spot.file,
                        node.place,
                        "steps",
                        format!("a scenario has at most {MOST_STEPS} steps"),
                    );
                }
                return;
            }
        }
    }

    fn step(&mut self, reader: &mut Reader<'_>, spot: &Spot<'_>, node: &Node, depth: usize) {
        let Value::Map(members) = &node.value else {
            return reader.expected(
                spot.file,
                node,
                &spot.key,
                "a map with after or at, and do, fault, end or include",
            );
        };
        for (key, place, _) in members.iter().filter(|(key, ..)| !KEYS.contains(&key.as_str())) {
            let inner = format!("{}.{key}", spot.key);
            reader.unknown(spot.file, (key, *place), &inner, &KEYS);
        }
        self.pass(reader, spot, node);
        let actions: Vec<&str> = ACTIONS.into_iter().filter(|key| node.get(key).is_some()).collect();
        if let [one, other, ..] = actions[..] {
            let told = format!("a step does one thing: `{one}` or `{other}`; write two steps");
            return reader.wrong(spot.file, node.place, &spot.key, told);
        }
        if let Some(with) = node.get("with").filter(|_| actions != ["include"]) {
            reader.wrong(
                spot.file,
                with.place,
                &format!("{}.with", spot.key),
                "only `include` has parameters",
            );
        }
        let label = node.get("as").and_then(|label| self.label(reader, spot, label));
        match actions.first().and_then(|key| Some((*key, node.get(key)?))) {
            None => {
                if let Some(label) = node.get("as") {
                    let told = "nothing happens in this step that could be called so";
                    reader.wrong(spot.file, label.place, &format!("{}.as", spot.key), told);
                }
            }
            Some(("do", command)) => self.command(reader, spot, command, label),
            Some(("fault", fault)) => self.fault(reader, spot, fault, label),
            Some(("end", name)) => self.end_of_fault(reader, spot, name, label),
            Some((_, name)) => {
                if let Some(label) = node.get("as") {
                    let told = "what is included keeps the names that it has";
                    reader.wrong(spot.file, label.place, &format!("{}.as", spot.key), told);
                }
                let with = self.with(reader, spot, node.get("with"));
                let key = format!("{}.include", spot.key);
                reader.include(spot.file, name, with, &key, self, depth);
            }
        }
    }

    /// Lets time pass.
    fn pass(&mut self, reader: &mut Reader<'_>, spot: &Spot<'_>, node: &Node) {
        let mut read = |key: &str| {
            let node = node.get(key)?;
            let span = reader.typed::<Span>(spot.file, node, &format!("{}.{key}", spot.key))?;
            if (Span::default()..=LONGEST).contains(&span) {
                return Some((span, node.place));
            }
            reader.expected(spot.file, node, &format!("{}.{key}", spot.key), "a length of time up to 400d");
            None
        };
        match (read("after"), read("at")) {
            (Some(_), Some((_, place))) => {
                reader.wrong(spot.file, place, &format!("{}.at", spot.key), "`after` or `at`, not both");
            }
            (Some((after, _)), None) => self.now = self.now + after,
            (None, Some((at, place))) => {
                let at = self.origin + at;
                if at < self.now {
                    let told = format!("steps are in order of time, and the one above is at {}", self.now);
                    reader.wrong(spot.file, place, &format!("{}.at", spot.key), told);
                } else {
                    self.now = at;
                }
            }
            (None, None) => {}
        }
    }

    /// What a step is called by, if that can be.
    fn label(&self, reader: &mut Reader<'_>, spot: &Spot<'_>, node: &Node) -> Option<(String, Place)> {
        let key = format!("{}.as", spot.key);
        match &node.value {
            Value::Text(label) if is_label(label) => {
                if self.labels.contains_key(label) {
                    reader.wrong(
                        spot.file,
                        node.place,
                        &key,
                        format!("an earlier step is called {label} already"),
                    );
                    return None;
                }
                Some((label.clone(), node.place))
            }
            _ => {
                reader.expected(spot.file, node, &key, "a name of letters, digits and hyphens");
                None
            }
        }
    }

    fn with(&self, reader: &mut Reader<'_>, spot: &Spot<'_>, node: Option<&Node>) -> Values {
        match node.map(|node| (node, &node.value)) {
            None => Values::new(),
            Some((_, Value::Map(members))) => {
                members.iter().map(|(name, _, value)| (name.clone(), value.clone())).collect()
            }
            Some((node, _)) => {
                reader.expected(spot.file, node, &format!("{}.with", spot.key), "a map of parameters");
                Values::new()
            }
        }
    }

    fn push(&mut self, spot: &Spot<'_>, label: Option<String>, action: Action) {
        let origin = Origin { file: spot.file.map(|file| file.to_string()), place: spot.place };
        self.steps.push(Step { at: self.now, label, action, origin });
    }

    fn command(
        &mut self,
        reader: &mut Reader<'_>,
        spot: &Spot<'_>,
        node: &Node,
        label: Option<(String, Place)>,
    ) {
        let key = format!("{}.do", spot.key);
        let name = match &node.value {
            Value::Map(members) if members.len() == 1 => &members[0],
            _ => {
                return reader.expected(spot.file, node, &key, "one command, such as {playStory: {name: …}}");
            }
        };
        if let Some(told) = refused(&name.0) {
            return reader.wrong(spot.file, name.1, &format!("{key}.{}", name.0), told);
        }
        if let Value::Map(members) = &name.2.value
            && let Some((filter, place, _)) = members.iter().find(|(key, ..)| is_filter(key))
            && !name.0.starts_with("inject")
        {
            let told = "a step says itself what it acts on, by id or by the name that an earlier step gave: what a \
                        filter finds would depend on who looks when";
            return reader.wrong(spot.file, *place, &format!("{key}.{}.{filter}", name.0), told);
        }
        // Before all else: what is wrong with a command makes its name no less known to those behind it.
        let makes = match label.as_ref() {
            None => None,
            Some((label, place)) if name.0 == MAKES_AN_ALERT => self.promise(reader, spot, label, *place),
            Some((_, place)) => {
                let told = format!("only faults and what `{MAKES_AN_ALERT}` makes are called by a name");
                return reader.wrong(spot.file, *place, &format!("{}.as", spot.key), told);
            }
        };
        let hold = self.names_hold(reader, spot, node, &key);
        // As it would be in a tenant: only whether it fits is asked here.
        let tried = labels::replaced_in_node(node, &|used| match used {
            Use::Alert(_) => Some("000000000000000000000000".to_owned()),
            Use::Now(_) => Some(super::STANDARD_START.to_string()),
        });
        if reader.typed::<CommandDto>(spot.file, &tried, &key).is_none() || !hold {
            return;
        }
        let command: Json = node.json();
        self.push(spot, label.map(|(label, _)| label), Action::Command { command, makes });
    }

    fn promise(
        &mut self,
        reader: &mut Reader<'_>,
        spot: &Spot<'_>,
        label: &str,
        place: Place,
    ) -> Option<Promise> {
        if self.promises >= MOST_PROMISES {
            let told = format!("a scenario names at most {MOST_PROMISES} alerts");
            reader.wrong(spot.file, place, &format!("{}.as", spot.key), told);
            return None;
        }
        let promise = Promise(self.promises);
        self.promises += 1;
        self.labels.insert(label.to_owned(), Named::Alert(promise));
        Some(promise)
    }

    /// Whether the names that a command uses are those of alerts that earlier steps make.
    fn names_hold(&self, reader: &mut Reader<'_>, spot: &Spot<'_>, node: &Node, key: &str) -> bool {
        let mut hold = true;
        labels::each_in_node(node, &mut |place, used| {
            let told = match used {
                Err(told) => Some(told),
                Ok(Use::Alert(label)) => self.not_an_alert(label),
                Ok(Use::Now(_)) => None,
            };
            if let Some(told) = told {
                hold = false;
                reader.wrong(spot.file, place, key, told);
            }
        });
        hold
    }

    /// Why a name is none of an alert.
    fn not_an_alert(&self, label: &str) -> Option<String> {
        match self.labels.get(label) {
            Some(Named::Alert(_)) => None,
            Some(Named::Fault) => Some(format!("{label} is a fault, no alert")),
            None => Some(self.unknown(label, "alert", |named| matches!(named, Named::Alert(_)))),
        }
    }

    fn unknown(&self, label: &str, noun: &str, fits: impl Fn(Named) -> bool) -> String {
        let known = self.labels.iter().filter(|(_, named)| fits(**named)).map(|(label, _)| label.as_str());
        let known: Vec<&str> = known.collect();
        let near = nearest_of(label, &known);
        match near {
            Some(near) => format!("no step above makes an {noun} {label:?}; did you mean {near}?"),
            None => format!("no step above makes an {noun} {label:?}: say `as: {label}` where it is made"),
        }
        .replace("an fault", "a fault")
    }

    fn fault(
        &mut self,
        reader: &mut Reader<'_>,
        spot: &Spot<'_>,
        node: &Node,
        label: Option<(String, Place)>,
    ) {
        let key = format!("{}.fault", spot.key);
        if node.read::<ServerFault>("").is_ok() {
            let told = "this is a fault of the server (host, CONNECT, TLS), and a scenario is of one tenant: add it \
                        with `mock-defender fault add --server`";
            return reader.wrong(spot.file, node.place, &key, told);
        }
        let label = label.map(|(label, _)| label);
        if let Some(label) = &label {
            self.labels.insert(label.clone(), Named::Fault);
        }
        let Some(fault) = reader.typed::<Fault>(spot.file, node, &key) else { return };
        if let Err(error) = fault.check() {
            return reader.unfit(spot.file, node, &key, &error);
        }
        self.push(spot, label, Action::Fault(Box::new(fault)));
    }

    fn end_of_fault(
        &mut self,
        reader: &mut Reader<'_>,
        spot: &Spot<'_>,
        node: &Node,
        label: Option<(String, Place)>,
    ) {
        let key = format!("{}.end", spot.key);
        if let Some((_, place)) = label {
            let told = "the end of a fault has no name of its own";
            return reader.wrong(spot.file, place, &format!("{}.as", spot.key), told);
        }
        let Value::Text(name) = &node.value else {
            return reader.expected(spot.file, node, &key, "the name of a fault");
        };
        match self.labels.get(name) {
            Some(Named::Fault) => self.push(spot, None, Action::End(name.clone())),
            Some(Named::Alert(_)) => {
                reader.wrong(spot.file, node.place, &key, format!("{name} is an alert, no fault"));
            }
            None => {
                let told = self.unknown(name, "fault", |named| named == Named::Fault);
                reader.wrong(spot.file, node.place, &key, told);
            }
        }
    }
}

/// Why a command is none of a step, and what is.
fn refused(name: &str) -> Option<&'static str> {
    Some(match name {
        "startScenario" => {
            "a step starts no scenario: include the steps of the other one with `- include: NAME`"
        }
        "stopScenario" => "a step stops no scenario: leave the steps out, or end faults with `- end: NAME`",
        "addFault" => "a fault is a step of its own: `- fault: {…}`, with its name behind `as`",
        "removeFault" => "a fault is ended by a step of its own: `- end: NAME`",
        _ => return None,
    })
}

/// What selects instead of naming.
fn is_filter(key: &str) -> bool {
    ["filter", "filters", "where", "query", "$filter"].contains(&key)
}

/// The known name that is nearest, if one is near.
pub(super) fn nearest_of<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let near = known.iter().min_by_key(|known| crate::yaml::distance(name, known))?;
    (crate::yaml::distance(name, near) <= 3).then_some(*near)
}
