//! Reading how the connection of Copilot must stand: `connection: Connected`, or the reasons for which it is not.

use std::rc::Rc;

use crate::model::copilot::Reason;
use crate::yaml::{Node, Value, nearest};

use super::expectation::ConnectionTest;
use super::read::Reader;

/// What is said of a connection that stands.
pub const CONNECTED: &str = "Connected";
/// What an expectation of the connection may say.
const KEYS: [&str; 4] = ["at", "after", "as", "connection"];

/// Reads what one map says of it; `stands` is what it says of the status.
pub(super) fn read(
    reader: &mut Reader<'_>,
    file: Option<&Rc<str>>,
    (node, stands): (&Node, &Node),
    key: &str,
) -> Option<ConnectionTest> {
    if let Value::Map(members) = &node.value
        && let Some((other, place, _)) = members.iter().find(|(member, ..)| !KEYS.contains(&member.as_str()))
    {
        let told = format!("there is no {other} beside `connection`, only {}", KEYS[..3].join(", "));
        reader.wrong(file, *place, &format!("{key}.{other}"), told);
        return None;
    }
    let shown_to = match node.get("as") {
        Some(node) => Some(reader.typed::<String>(file, node, &format!("{key}.as"))?),
        None => None,
    };
    let key = format!("{key}.connection");
    let reasons = match &stands.value {
        Value::Text(text) if text == CONNECTED => Vec::new(),
        Value::List(items) if !items.is_empty() => {
            items.iter().map(|item| reason(reader, file, item, &key)).collect::<Option<_>>()?
        }
        _ => {
            let expected = format!("{CONNECTED}, or a list of reasons such as [toggle_off]");
            reader.expected(file, stands, &key, &expected);
            return None;
        }
    };
    Some(ConnectionTest { shown_to, reasons })
}

fn reason(reader: &mut Reader<'_>, file: Option<&Rc<str>>, node: &Node, key: &str) -> Option<Reason> {
    let name = reader.typed::<String>(file, node, key)?;
    let known = Reason::ALL.into_iter().find(|reason| reason.name() == name);
    if known.is_none() {
        let nearest = nearest(&name, &Reason::ALL.map(Reason::name));
        reader.expected(file, node, key, &format!("one of {}, …", nearest[..4].join(", ")));
    }
    known
}
