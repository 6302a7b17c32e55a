//! From text to scenario: what a file says, what it takes over from others, and what it leaves open.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::model::field_error::FieldError;
use crate::specification::{self, Absent};
use crate::yaml::{self, BadField, Node, Place, Value, nearest};

use super::library::{LARGEST, Library};
use super::parameters::{self, Values, filled, node};
use super::problem::{Problem, Problems};
use super::steps::Timeline;
use super::{GauntletPlan, Parameter, STANDARD_START, Scenario, expectations};

/// What a file may say, in the usual order.
pub(super) const KEYS: [&str; 14] = [
    "name",
    "summary",
    "notice",
    "remedy",
    "about",
    "seenIn",
    "recoverable",
    "tenant",
    "parameters",
    "extends",
    "include",
    "gauntlet",
    "steps",
    "expect",
];
/// No scenario takes over others deeper than that, nor more of them.
const DEEPEST: usize = 4;
const MOST_INCLUDED: usize = 64;
/// No scenario has more parameters.
const MOST_PARAMETERS: usize = 64;
/// No text about a scenario is longer, in bytes.
const LONGEST: usize = 1_024;
/// No name is longer, in bytes.
const LONGEST_NAME: usize = 64;

/// Values of parameters by name, as they are given from outside.
pub type Given = BTreeMap<String, Json>;

/// Reads a scenario; `given` are values for its parameters.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(text: &str, library: &dyn Library, given: &Given) -> Result<Scenario, Problems> {
    let mut reader = Reader { library, problems: Vec::new(), included: 0 };
    let given = given.iter().map(|(name, value)| (name.clone(), node(value, (1, 1)))).collect();
    let scenario = reader.part(text, None, 0, given).map(|part| reader.scenario(&part));
    match scenario {
        Some(scenario) if reader.problems.is_empty() => Ok(scenario),
        _ => Err(Problems(reader.sorted())),
    }
}

/// Reads, and notes what is wrong.
pub(super) struct Reader<'l> {
    library: &'l dyn Library,
    problems: Vec<Problem>,
    included: usize,
}

/// A file that was read: its own name, if it is another one than the one that was asked for.
pub(super) struct Sheet {
    pub(super) file: Option<Rc<str>>,
    place: Place,
    members: Vec<(String, Place, Node)>,
}

/// A scenario with what it extends, the nearest first, and the values of their parameters.
pub(super) struct Part {
    pub(super) sheets: Vec<Sheet>,
    declared: BTreeMap<String, Parameter>,
    values: Values,
}

impl Sheet {
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let member = self.members.iter().find(|(known, ..)| known == key);
        member.map(|(.., node)| node).filter(|node| node.value != Value::Null)
    }
}

impl Part {
    /// What the nearest sheet says.
    fn get(&self, key: &str) -> Option<(&Sheet, &Node)> {
        self.sheets.iter().find_map(|sheet| Some((sheet, sheet.get(key)?)))
    }
}

impl Reader<'_> {
    fn sorted(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        problems.sort_by_key(|problem| {
            (problem.file.is_some(), problem.file.clone(), problem.problem.line, problem.problem.column)
        });
        problems.dedup();
        problems
    }

    /// Notes a problem.
    pub(super) fn note(&mut self, file: Option<&Rc<str>>, problem: yaml::Problem) {
        self.problems.push(Problem { file: file.map(|file| file.to_string()), problem });
    }

    /// Notes that what stands somewhere can't be so.
    pub(super) fn wrong(&mut self, file: Option<&Rc<str>>, place: Place, key: &str, told: impl Into<String>) {
        let (line, column) = place;
        let error = BadField::Contradiction(told.into());
        self.note(file, yaml::Problem { line, column, key: key.to_owned(), error });
    }

    /// Notes that a value is none that can stand there.
    pub(super) fn expected(&mut self, file: Option<&Rc<str>>, node: &Node, key: &str, expected: &str) {
        let (line, column) = node.place;
        let error = BadField::Value { expected: expected.to_owned(), got: node.value.to_string() };
        self.note(file, yaml::Problem { line, column, key: key.to_owned(), error });
    }

    /// Notes that a key is none.
    pub(super) fn unknown(
        &mut self,
        file: Option<&Rc<str>>,
        (name, place): (&str, Place),
        key: &str,
        known: &[&'static str],
    ) {
        let (line, column) = place;
        let error = BadField::Unknown { name: name.to_owned(), known: nearest(name, known) };
        self.note(file, yaml::Problem { line, column, key: key.to_owned(), error });
    }

    /// Notes what a check of a part says, at the place of the field that it names.
    pub(super) fn unfit(&mut self, file: Option<&Rc<str>>, node: &Node, key: &str, error: &FieldError) {
        let (line, column) = node.deepest(&error.field).place;
        let value = BadField::Value { expected: error.expected.clone(), got: error.got.clone() };
        let key = format!("{key}.{}", error.field);
        self.note(file, yaml::Problem { line, column, key, error: value });
    }

    /// Reads a node as a type.
    pub(super) fn typed<T: for<'t> Deserialize<'t>>(
        &mut self,
        file: Option<&Rc<str>>,
        node: &Node,
        key: &str,
    ) -> Option<T> {
        node.read(key).map_err(|problem| self.note(file, problem)).ok()
    }

    /// A node with the parameters filled in.
    pub(super) fn filled(&mut self, file: Option<&Rc<str>>, node: &Node, values: &Values, key: &str) -> Node {
        let mut misused = Vec::new();
        let node = filled(node, values, &mut misused);
        for parameters::Misused { place, told } in misused {
            self.wrong(file, place, key, told);
        }
        node
    }

    /// Reads a file and all that it extends.
    pub(super) fn part(
        &mut self,
        text: &str,
        file: Option<Rc<str>>,
        depth: usize,
        given: Values,
    ) -> Option<Part> {
        let mut sheets = vec![self.sheet(text, file)?];
        while let Some(last) = sheets.last()
            && let Some(base) = last.get("extends")
        {
            let (file, base) = (last.file.clone(), base.clone());
            if depth + sheets.len() > DEEPEST {
                let told = format!(
                    "scenarios extend and include each other at most {DEEPEST} deep; is this a circle?"
                );
                self.wrong(file.as_ref(), base.place, "extends", told);
                return None;
            }
            let (text, name) = self.found(file.as_ref(), &base, "extends")?;
            sheets.push(self.sheet(&text, Some(name))?);
        }
        let declared = self.declared(&sheets);
        let values = self.values(&sheets, &declared, given);
        Some(Part { sheets, declared, values })
    }

    /// The text of the scenario that a node names.
    pub(super) fn found(
        &mut self,
        file: Option<&Rc<str>>,
        node: &Node,
        key: &str,
    ) -> Option<(String, Rc<str>)> {
        let Value::Text(name) = &node.value else {
            self.expected(file, node, key, "the name of a scenario");
            return None;
        };
        self.included += 1;
        if self.included > MOST_INCLUDED {
            self.wrong(
                file,
                node.place,
                key,
                format!("a scenario takes over at most {MOST_INCLUDED} others"),
            );
            return None;
        }
        match self.library.find(name) {
            Ok(found) => Some((found.text, found.file.into())),
            Err(told) => {
                self.wrong(file, node.place, key, told);
                None
            }
        }
    }

    fn sheet(&mut self, text: &str, file: Option<Rc<str>>) -> Option<Sheet> {
        if text.len() > LARGEST {
            self.wrong(file.as_ref(), (1, 1), "", format!("a scenario has at most {LARGEST} bytes"));
            return None;
        }
        let node = match Node::parse(text) {
            Ok(node) => node,
            Err(problem) => {
                self.note(file.as_ref(), problem);
                return None;
            }
        };
        let Value::Map(members) = node.value else {
            self.expected(file.as_ref(), &node, "", &format!("a map with {}", KEYS.join(", ")));
            return None;
        };
        for (key, place, _) in members.iter().filter(|(key, ..)| !KEYS.contains(&key.as_str())) {
            self.unknown(file.as_ref(), (key, *place), key, &KEYS);
        }
        Some(Sheet { file, place: node.place, members })
    }

    /// The parameters of sheets; what a nearer one says of one wins.
    fn declared(&mut self, sheets: &[Sheet]) -> BTreeMap<String, Parameter> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        struct Written {
            default: Option<Json>,
            #[serde(default)]
            about: String,
        }
        let mut declared: BTreeMap<String, Parameter> = BTreeMap::new();
        for sheet in sheets.iter().rev() {
            let file = sheet.file.as_ref();
            let Some(node) = sheet.get("parameters") else { continue };
            let Value::Map(members) = &node.value else {
                self.expected(file, node, "parameters", "a map from names to {default, about}");
                continue;
            };
            for (name, place, node) in members {
                let key = format!("parameters.{name}");
                if !is_label(name) {
                    self.wrong(file, *place, &key, "a parameter is called by letters, digits and hyphens");
                }
                // A value alone is the default.
                let written = match node.value {
                    Value::Map(_) => self.typed::<Written>(file, node, &key),
                    _ => Some(Written { default: Some(node.json()), about: String::new() }),
                };
                let Some(written) = written else { continue };
                let parameter = declared.entry(name.clone()).or_insert_with(|| Parameter {
                    default: None,
                    about: String::new(),
                    value: None,
                });
                parameter.default = written.default.or(parameter.default.take());
                if !written.about.is_empty() {
                    parameter.about = written.about;
                }
            }
            if declared.len() > MOST_PARAMETERS {
                let told = format!("a scenario has at most {MOST_PARAMETERS} parameters");
                self.wrong(file, node.place, "parameters", told);
            }
        }
        declared
    }

    /// What the parameters are here.
    fn values(&mut self, sheets: &[Sheet], declared: &BTreeMap<String, Parameter>, given: Values) -> Values {
        let Some(own) = sheets.first() else { return given };
        let file = own.file.as_ref();
        for (name, node) in &given {
            if !declared.contains_key(name) {
                let known: Vec<&str> = declared.keys().map(String::as_str).collect();
                let told = match known[..] {
                    [] => format!("there is no parameter {name:?}: this scenario has none"),
                    _ => format!("there is no parameter {name:?}; there is {}", known.join(", ")),
                };
                self.wrong(file, node.place, "parameters", told);
            }
        }
        let mut values = given;
        for (name, parameter) in declared {
            if values.contains_key(name) {
                continue;
            }
            match &parameter.default {
                Some(default) => {
                    values.insert(name.clone(), node(default, own.place));
                }
                None => {
                    let place = own.get("parameters").map_or(own.place, |node| node.place);
                    let told = "it has no default, so a value must be given".to_owned();
                    self.wrong(file, place, &format!("parameters.{name}"), told);
                    // Noted once, not at each use.
                    values.insert(name.clone(), node(&Json::Null, place));
                }
            }
        }
        values
    }

    fn scenario(&mut self, part: &Part) -> Scenario {
        let mut timeline = Timeline::default();
        self.steps_of(part, &mut timeline, 0);
        let expect = part.get("expect").map(|(sheet, node)| {
            let node = self.filled(sheet.file.as_ref(), node, &part.values, "expect");
            expectations::read(self, sheet.file.as_ref(), &node, &timeline)
        });
        Scenario {
            name: self.name(&part.sheets[0]),
            summary: self.text(part, "summary"),
            notice: self.text(part, "notice"),
            remedy: self.text(part, "remedy"),
            about: self.typed_of(part, "about").unwrap_or_default(),
            seen_in: self.typed_of(part, "seenIn").unwrap_or_default(),
            recoverable: self.typed_of(part, "recoverable").unwrap_or(true),
            tenant: self.tenant(part),
            parameters: part
                .declared
                .iter()
                .map(|(name, parameter)| {
                    let value = part.values.get(name).map(Node::json);
                    (name.clone(), Parameter { value, ..parameter.clone() })
                })
                .collect(),
            gauntlet: self.typed_of::<GauntletPlan>(part, "gauntlet").unwrap_or_default(),
            steps: timeline.steps,
            expect: expect.unwrap_or_default(),
        }
    }

    /// The steps of a part: of what it extends first.
    pub(super) fn steps_of(&mut self, part: &Part, timeline: &mut Timeline, depth: usize) {
        for sheet in part.sheets.iter().rev() {
            for key in ["include", "steps"] {
                let Some(node) = sheet.get(key) else { continue };
                let node = self.filled(sheet.file.as_ref(), node, &part.values, key);
                match (&node.value, key) {
                    (Value::List(items), "include") => {
                        for (at, item) in items.iter().enumerate() {
                            let key = format!("include[{at}]");
                            self.include(sheet.file.as_ref(), item, Values::new(), &key, timeline, depth);
                        }
                    }
                    (Value::List(items), _) => timeline.read(self, sheet, items, depth),
                    _ => self.expected(sheet.file.as_ref(), &node, key, "a list"),
                }
            }
        }
    }

    /// The steps of another scenario, from here on.
    pub(super) fn include(
        &mut self,
        file: Option<&Rc<str>>,
        name: &Node,
        with: Values,
        key: &str,
        timeline: &mut Timeline,
        depth: usize,
    ) {
        if depth >= DEEPEST {
            let told =
                format!("scenarios extend and include each other at most {DEEPEST} deep; is this a circle?");
            return self.wrong(file, name.place, key, told);
        }
        let Some((text, other)) = self.found(file, name, key) else { return };
        let Some(part) = self.part(&text, Some(other), depth + 1, with) else { return };
        let begun = timeline.begin();
        self.steps_of(&part, timeline, depth + 1);
        timeline.end(begun);
    }

    /// The name of a scenario, which is never taken over.
    fn name(&mut self, own: &Sheet) -> String {
        let told = "a name of 1 to 64 letters (in lower case), digits and hyphens";
        let Some(node) = own.get("name") else {
            self.wrong(own.file.as_ref(), own.place, "name", format!("it is missing: {told}"));
            return String::new();
        };
        match &node.value {
            Value::Text(name) if is_name(name) => name.clone(),
            _ => {
                self.expected(own.file.as_ref(), node, "name", told);
                String::new()
            }
        }
    }

    fn text(&mut self, part: &Part, key: &str) -> String {
        let Some((sheet, node)) = part.get(key) else { return String::new() };
        let node = self.filled(sheet.file.as_ref(), node, &part.values, key);
        match node.value {
            Value::Text(text) if text.len() <= LONGEST => text.trim().to_owned(),
            _ => {
                self.expected(sheet.file.as_ref(), &node, key, "a text of at most 1024 bytes");
                String::new()
            }
        }
    }

    fn typed_of<T: for<'t> Deserialize<'t>>(&mut self, part: &Part, key: &str) -> Option<T> {
        let (sheet, node) = part.get(key)?;
        let node = self.filled(sheet.file.as_ref(), node, &part.values, key);
        self.typed(sheet.file.as_ref(), &node, key)
    }

    /// The specification of the tenant, if it is one.
    fn tenant(&mut self, part: &Part) -> String {
        let Some((sheet, node)) = part.get("tenant") else { return "{}".to_owned() };
        let file = sheet.file.as_ref();
        let node = self.filled(file, node, &part.values, "tenant");
        if !matches!(node.value, Value::Map(_)) {
            self.expected(
                file,
                &node,
                "tenant",
                "a specification: a map of settings, see `mock-defender spec`",
            );
        } else if let Err(problems) = specification::read_node(&node, Absent::starting(STANDARD_START)) {
            for mut problem in problems.0 {
                problem.key = ["tenant.", &problem.key].concat();
                self.note(file, problem);
            }
        }
        node.json().to_string()
    }
}

/// What a scenario can be called.
pub(super) fn is_name(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(known)
}

/// What parameters and steps can be called.
pub(super) fn is_label(label: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let first = label.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    first && label.len() <= LONGEST_NAME && label.bytes().all(known)
}
