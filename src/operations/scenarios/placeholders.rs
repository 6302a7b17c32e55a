//! Placeholders of expectations: `{full.clientId}` in a text stands for what the tenant's information block says, `{odd}`
//! for the id of an alert that a step makes, `{cursor}` for what an earlier expectation has kept.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// What placeholders stand for.
#[derive(Default)]
pub(super) struct Placeholders {
    /// What was kept, and the ids of alerts.
    pub(super) named: BTreeMap<String, Json>,
    /// The information block.
    pub(super) info: Json,
}

impl Placeholders {
    /// What a placeholder stands for.
    fn value(&self, name: &str) -> Option<Json> {
        if let Some(known) = self.named.get(name) {
            return Some(known.clone());
        }
        let info = &self.info;
        match name.split_once('.') {
            None if name == "tenant" => Some(info["id"].clone()),
            None => info.get(name).filter(|value| !value.is_array()).cloned(),
            Some((of, member)) => {
                let entries = [("apps", "name"), ("users", "persona")].into_iter().flat_map(|(list, key)| {
                    info[list].as_array().into_iter().flatten().filter(move |entry| entry[key] == of)
                });
                entries.into_iter().find_map(|entry| entry.get(member)).cloned()
            }
        }
    }

    /// A text with values in place of placeholders, each `written` into it.
    ///
    /// # Errors
    /// The first that stands for nothing.
    pub(super) fn text(&self, text: &str, written: &dyn Fn(&str) -> String) -> Result<String, String> {
        let (mut filled, mut rest) = (String::new(), text);
        while let Some(at) = rest.find('{') {
            let (before, behind) = rest.split_at(at);
            filled.push_str(before);
            match name_of(behind) {
                None => {
                    filled.push('{');
                    rest = &behind[1..];
                }
                Some(name) => {
                    let value = self.value(name).ok_or_else(|| unknown(name))?;
                    filled
                        .push_str(&written(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
                    rest = &behind[name.len() + 2..];
                }
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The same of all texts of a JSON value; a text that is one placeholder becomes its value, whatever its type.
    ///
    /// # Errors
    /// The first that stands for nothing.
    pub(super) fn json(&self, value: &Json) -> Result<Json, String> {
        Ok(match value {
            Json::String(text) => match name_of(text).filter(|name| name.len() + 2 == text.len()) {
                Some(name) => self.value(name).ok_or_else(|| unknown(name))?,
                None => Json::from(self.text(text, &str::to_owned)?),
            },
            Json::Array(items) => items.iter().map(|item| self.json(item)).collect::<Result<_, _>>()?,
            Json::Object(members) => Json::Object(
                members
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), self.json(value)?)))
                    .collect::<Result<_, String>>()?,
            ),
            other => other.clone(),
        })
    }
}

fn unknown(name: &str) -> String {
    format!(
        "{{{name}}} stands for nothing: there is {{tenant}}, {{apiToken}}, {{APP.clientId}}, {{PERSONA.upn}} and what \
         else `GET /_mock/info` tells, the names of alerts, and what expectations above have kept"
    )
}

/// The name in braces that a text begins with, if it does: JSON and templates have other things in braces.
fn name_of(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    (begins && name.bytes().all(known)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn placeholders_stand_for_what_is_kept_and_for_what_the_tenant_says() {
        let placeholders = Placeholders {
            named: BTreeMap::from([("total".to_owned(), json!(7)), ("odd".to_owned(), json!("abc"))]),
            info: json!({"id": "T", "apiToken": "A", "apps": [{"name": "full", "clientId": "C"}],
                "users": [{"persona": "user", "upn": "u#v@x"}]}),
        };
        let escaped = |text: &str| text.replace('#', "%23");
        let text = placeholders.text("/{tenant}/{odd}?a={full.clientId}&u={user.upn}", &escaped);
        assert_eq!(text.as_deref(), Ok("/T/abc?a=C&u=u%23v@x"));
        assert_eq!(placeholders.json(&json!({"a": ["{total}", "{total}s"]})), Ok(json!({"a": [7, "7s"]})));
        let plain = "{\"filters\": {}} and { that }";
        assert_eq!(placeholders.json(&json!(plain)), Ok(json!(plain)));
        for text in ["{nothing}", "{full.nothing}", "{apps}"] {
            assert!(placeholders.text(text, &str::to_owned).is_err(), "{text}");
        }
    }
}
