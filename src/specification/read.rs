//! From text to specification: every value against the table, then what contradicts what.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value as Json};

use super::check;
use super::shape::{Basis, Form, Setting, Shape};
use super::table::SETTINGS;
use super::{Absent, Birth, Settled};
use crate::model::json::retyped;
use crate::model::spec::{Settings, Size, Specification};
use crate::model::time::VirtualTime;
use crate::yaml::{BadField, Node, Place, Problem, Problems, Value, nearest};

/// The most bytes that a text has.
pub const LONGEST: usize = 1 << 20;

/// See [`super::read`].
pub(super) fn read(text: &str, absent: Absent, settled: Settled) -> Result<Birth, Problems> {
    if text.len() > LONGEST {
        let error = BadField::Syntax(format!("a specification has at most {LONGEST} bytes"));
        return Err(Problems(vec![Problem { line: 1, column: 1, key: String::new(), error }]));
    }
    let node = Node::parse(text).map_err(|problem| Problems(vec![problem]))?;
    read_node(&node, absent, settled)
}

/// The same of a part of a text.
pub(super) fn read_node(node: &Node, absent: Absent, settled: Settled) -> Result<Birth, Problems> {
    let mut reader = Reader::default();
    let mut map = match &node.value {
        Value::Null => Map::new(),
        Value::Map(_) => match reader.keys(node, SETTINGS, "") {
            Json::Object(map) => map,
            _ => Map::new(),
        },
        other => {
            reader.wrong("", node.place, "a map of settings", other);
            Map::new()
        }
    };
    reader.done()?;
    let taken = |map: &mut Map<String, Json>, key: &str| map.shift_remove(key).unwrap_or(Json::Null);
    let seed = taken(&mut map, "seed").as_u64();
    let seed = settled.seed.or(seed).unwrap_or(absent.seed);
    let size = taken(&mut map, "size").as_str().and_then(|size| size.parse().ok());
    let size = settled.size.or(size).unwrap_or(absent.size);
    let start = taken(&mut map, "start").as_str().and_then(VirtualTime::parse);
    let start = settled.start.or(start);
    let freeze = taken(&mut map, "freeze").as_bool().unwrap_or(absent.freeze);
    let name = taken(&mut map, "name").as_str().map(str::to_owned);
    let plain = Specification::plain(seed, size, start.unwrap_or(absent.start));
    let basis = basis(&map, &plain, size);
    drop_defaults(&mut map, SETTINGS, &basis);
    let settings: Settings = retyped(&map).map_err(|error| {
        // The table lets nothing through that the settings do not take; see its tests.
        let error = BadField::Syntax(error);
        Problems(vec![Problem { line: 1, column: 1, key: String::new(), error }])
    })?;
    let spec = Specification { name, settings, ..plain };
    if !settled.lived {
        check::birth(&spec, &mut reader);
    }
    check::check(&spec, &mut reader);
    reader.done()?;
    Ok(Birth { spec, dated: start.is_some() || absent.dated, freeze })
}

/// What the defaults of a specification are worked out from.
fn basis(map: &Map<String, Json>, plain: &Specification, size: Size) -> Basis {
    let mut spec = plain.clone();
    let number =
        |key: &str| map.get(key).and_then(Json::as_u64).and_then(|number| u32::try_from(number).ok());
    spec.settings.users = number("users").filter(|users| *users != size.users());
    spec.settings.history_days = number("historyDays").filter(|days| *days != size.history_days());
    Basis::new(spec)
}

/// Takes out what says what would be so anyway: it is no setting then.
fn drop_defaults(map: &mut Map<String, Json>, settings: &[Setting], basis: &Basis) {
    for setting in settings {
        let Some(value) = map.get_mut(setting.key) else { continue };
        if let (Shape::Keys(inner), Json::Object(inside)) = (&setting.shape, &mut *value) {
            drop_defaults(inside, inner, basis);
        }
        let default = (setting.default)(basis);
        if let (Shape::Named(..), Json::Object(inside), Json::Object(usual)) =
            (&setting.shape, &mut *value, &default)
        {
            inside.retain(|name, value| usual.get(name) != Some(value));
        }
        if same(value, &default) || value.as_object().is_some_and(Map::is_empty) {
            map.shift_remove(setting.key);
        }
    }
}

/// Equal, whether numbers are written with decimals or without.
fn same(a: &Json, b: &Json) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a * 1_000.0).round() == (b * 1_000.0).round(),
        _ => a == b,
    }
}

/// Reads nodes by shape; notes what is wrong, and what stands where.
#[derive(Default)]
pub(super) struct Reader {
    problems: Vec<Problem>,
    places: BTreeMap<String, Place>,
}

impl Reader {
    fn done(&mut self) -> Result<(), Problems> {
        if self.problems.is_empty() {
            return Ok(());
        }
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        Err(Problems(std::mem::take(&mut self.problems)))
    }

    /// Notes that the setting at a path contradicts something.
    pub(super) fn contradiction(&mut self, path: &str, told: String) {
        let (line, column) = self.place(path);
        let error = BadField::Contradiction(told);
        self.problems.push(Problem { line, column, key: path.to_owned(), error });
    }

    /// Notes that the setting at a path has a value that it can not have beside the others.
    pub(super) fn value(&mut self, path: &str, expected: String, got: String) {
        let (line, column) = self.place(path);
        let error = BadField::Value { expected, got };
        self.problems.push(Problem { line, column, key: path.to_owned(), error });
    }

    /// Nothing is wrong so far.
    pub(super) fn is_content(&self) -> bool {
        self.problems.is_empty()
    }

    /// Where a setting stands, or the nearest thing that holds it.
    fn place(&self, path: &str) -> Place {
        let mut path = path;
        loop {
            if let Some(place) = self.places.get(path) {
                return *place;
            }
            match path.rfind(['.', '[']) {
                Some(at) => path = &path[..at],
                None => return (1, 1),
            }
        }
    }

    fn wrong(&mut self, path: &str, (line, column): Place, expected: &str, got: &Value) -> Json {
        let error = BadField::Value { expected: expected.to_owned(), got: got.to_string() };
        self.problems.push(Problem { line, column, key: path.to_owned(), error });
        Json::Null
    }

    fn shaped(&mut self, node: &Node, shape: &Shape, path: &str) -> Json {
        self.places.insert(path.to_owned(), node.place);
        let read = match (shape, &node.value) {
            (Shape::Whole(least, most), Value::Whole(number)) => {
                let inside = (i128::from(*least)..=i128::from(*most)).contains(number);
                inside.then(|| Json::from(*number as i64))
            }
            (Shape::Seed, Value::Whole(number)) => u64::try_from(*number).ok().map(Json::from),
            (Shape::Decimal(least, most), Value::Whole(number)) => {
                let inside = (i128::from(*least)..=i128::from(*most)).contains(number);
                inside.then(|| Json::from(*number as i64))
            }
            (Shape::Decimal(least, most), Value::Decimal(number)) => {
                let inside = (*least as f64..=*most as f64).contains(number);
                let thousandths = number * 1_000.0;
                let fine = (thousandths - thousandths.round()).abs() < 1e-6;
                (inside && fine).then(|| Number::from_f64(*number)).flatten().map(Json::Number)
            }
            (Shape::Text(form), Value::Text(text)) => form.fits(text).then(|| Json::from(text.clone())),
            // A name may look like a number.
            (Shape::Text(Form::Name(_)), Value::Whole(number)) => Some(Json::from(number.to_string())),
            (Shape::One(words), Value::Text(text)) => {
                if !words().contains(&text.as_str()) {
                    let near = nearest(text, &words());
                    let told = format!("one of {}", near.join(", "));
                    return self.wrong(path, node.place, &told, &node.value);
                }
                Some(Json::from(text.clone()))
            }
            (Shape::Flag, Value::Flag(flag)) => Some(Json::from(*flag)),
            (Shape::Flag, Value::Text(word)) => match word.as_str() {
                "on" => Some(Json::from(true)),
                "off" => Some(Json::from(false)),
                _ => None,
            },
            (Shape::Nothing, Value::Text(word)) => (word == "none").then(|| Json::from(0)),
            (Shape::List(of, most, least), Value::List(list)) => {
                if !(*least..=*most).contains(&list.len()) {
                    let got = Value::Text(format!("{} of them", list.len()));
                    return self.wrong(path, node.place, &shape.told(), &got);
                }
                let read = |(at, item): (usize, &Node)| self.shaped(item, of, &format!("{path}[{at}]"));
                Some(Json::Array(list.iter().enumerate().map(read).collect()))
            }
            (Shape::Keys(settings), Value::Map(_)) => Some(self.keys(node, settings, path)),
            (Shape::Named(words, of), Value::Map(map)) => Some(self.named(map, &words(), of, path)),
            (Shape::Either(shapes), value) => {
                if let Some(shape) = shapes.iter().find(|shape| takes(shape, value)) {
                    return self.shaped(node, shape, path);
                }
                None
            }
            _ => None,
        };
        read.unwrap_or_else(|| self.wrong(path, node.place, &shape.told(), &node.value))
    }

    fn keys(&mut self, node: &Node, settings: &'static [Setting], path: &str) -> Json {
        let mut read = Map::new();
        let Value::Map(map) = &node.value else { return Json::Null };
        for (key, place, value) in map {
            let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let Some(setting) = settings.iter().find(|setting| setting.key == key) else {
                let known: Vec<&str> = settings.iter().map(|setting| setting.key).collect();
                self.unknown(inner, key, *place, &known);
                continue;
            };
            // An empty value leaves the setting out, as a JSON null does.
            if !matches!(value.value, Value::Null) {
                let value = self.shaped(value, &setting.shape, &inner);
                read.insert(key.clone(), value);
            }
        }
        for setting in settings.iter().filter(|setting| setting.needed && !read.contains_key(setting.key)) {
            let (line, column) = node.place;
            let error =
                BadField::Contradiction(format!("`{}` is missing: {}", setting.key, setting.shape.told()));
            self.problems.push(Problem { line, column, key: path.to_owned(), error });
        }
        Json::Object(read)
    }

    fn named(
        &mut self,
        map: &[(String, Place, Node)],
        words: &[&'static str],
        of: &Shape,
        path: &str,
    ) -> Json {
        let mut read = Map::new();
        for (key, place, value) in map {
            let inner = format!("{path}.{key}");
            if words.contains(&key.as_str()) {
                let value = self.shaped(value, of, &inner);
                read.insert(key.clone(), value);
            } else {
                self.unknown(inner, key, *place, words);
            }
        }
        Json::Object(read)
    }

    fn unknown(&mut self, path: String, name: &str, (line, column): Place, known: &[&'static str]) {
        let error = BadField::Unknown { name: name.to_owned(), known: nearest(name, known) };
        self.problems.push(Problem { line, column, key: path, error });
    }
}

/// Whether a value is of the kind that a shape is about.
fn takes(shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::Whole(..) | Shape::Seed => matches!(value, Value::Whole(_)),
        Shape::Decimal(..) => matches!(value, Value::Whole(_) | Value::Decimal(_)),
        Shape::Flag => {
            matches!(value, Value::Flag(_))
                || matches!(value, Value::Text(word) if word == "on" || word == "off")
        }
        Shape::Nothing => matches!(value, Value::Text(word) if word == "none"),
        Shape::Text(_) | Shape::One(_) => matches!(value, Value::Text(_)),
        Shape::List(..) => matches!(value, Value::List(_)),
        Shape::Keys(_) | Shape::Named(..) => matches!(value, Value::Map(_)),
        Shape::Either(shapes) => shapes.iter().any(|shape| takes(shape, value)),
    }
}
