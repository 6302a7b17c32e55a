//! JSON pointers (RFC 6901) in which a segment `*` stands for every item or member.

use serde_json::Value as Json;

use crate::model::fault::Edit;

/// Applies changes, one after the other: whether any member was changed.
pub fn edit(value: &mut Json, edits: &[Edit]) -> bool {
    let mut changed = false;
    for one in edits {
        changed |= match one {
            Edit::Set { at, to } => set(value, &segments(at), to),
            Edit::Remove { at } => remove(value, &segments(at)),
        };
    }
    changed
}

/// The segments of a pointer.
fn segments(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect()
}

/// Everything one segment below a value.
fn below<'v>(value: &'v mut Json, segment: &str) -> Vec<&'v mut Json> {
    match (value, segment) {
        (Json::Object(members), "*") => members.values_mut().collect(),
        (Json::Array(items), "*") => items.iter_mut().collect(),
        (Json::Object(members), _) => members.get_mut(segment).into_iter().collect(),
        (Json::Array(items), _) => place(segment).and_then(|at| items.get_mut(at)).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn place(segment: &str) -> Option<usize> {
    segment.parse().ok()
}

fn set(value: &mut Json, path: &[String], to: &Json) -> bool {
    match path {
        [] => {
            *value = to.clone();
            true
        }
        [last] => match value {
            Json::Object(members) if last != "*" => {
                members.insert(last.clone(), to.clone());
                true
            }
            // Behind the last item, as RFC 6902 has it.
            Json::Array(items) if last == "-" || place(last) == Some(items.len()) => {
                items.push(to.clone());
                true
            }
            _ => fill(below(value, last), |found| set(found, &[], to)),
        },
        [first, rest @ ..] => fill(below(value, first), |found| set(found, rest, to)),
    }
}

fn remove(value: &mut Json, path: &[String]) -> bool {
    match path {
        [] => {
            *value = Json::Null;
            true
        }
        [last] => match value {
            Json::Object(members) if last == "*" => {
                let any = !members.is_empty();
                members.clear();
                any
            }
            Json::Array(items) if last == "*" => {
                let any = !items.is_empty();
                items.clear();
                any
            }
            // The order of the other members stays.
            Json::Object(members) => members.shift_remove(last).is_some(),
            Json::Array(items) => match place(last).filter(|at| *at < items.len()) {
                Some(at) => {
                    items.remove(at);
                    true
                }
                None => false,
            },
            _ => false,
        },
        [first, rest @ ..] => fill(below(value, first), |found| remove(found, rest)),
    }
}

fn fill(found: Vec<&mut Json>, mut change: impl FnMut(&mut Json) -> bool) -> bool {
    let mut changed = false;
    for one in found {
        changed |= change(one);
    }
    changed
}

#[cfg(test)]
mod tests {
    use crate::model::json::retyped;
    use serde_json::json;

    use super::*;

    fn edited(edits: Json) -> (Json, bool) {
        let mut value = json!({"data": [{"a": 1, "b/c": 2}, {"a": 3}, 4], "total": 3, "x": {"*": 5}});
        let edits: Vec<Edit> = retyped(&edits).unwrap();
        let changed = edit(&mut value, &edits);
        (value, changed)
    }

    #[test]
    fn a_star_changes_every_item() {
        let (value, changed) = edited(json!([{"set": {"at": "/data/*/a", "to": null}}]));
        assert!(changed);
        assert_eq!(value["data"], json!([{"a": null, "b/c": 2}, {"a": null}, 4]), "a number has no members");
        let (value, _) = edited(json!([{"remove": {"at": "/data/*/a"}}]));
        assert_eq!(value["data"], json!([{"b/c": 2}, {}, 4]));
        let (value, _) = edited(json!([{"set": {"at": "/data/*", "to": 0}}]));
        assert_eq!(value["data"], json!([0, 0, 0]));
    }

    #[test]
    fn members_are_added_and_taken_away_and_the_order_of_the_others_stays() {
        let (value, _) = edited(json!([{"set": {"at": "/new", "to": true}}, {"remove": {"at": "/data"}}]));
        assert_eq!(value.to_string(), r#"{"total":3,"x":{"*":5},"new":true}"#);
        let (value, _) = edited(json!([{"remove": {"at": "/data/0"}}, {"set": {"at": "/data/-", "to": 9}}]));
        assert_eq!(value["data"], json!([{"a": 3}, 4, 9]));
        let (value, _) = edited(json!([{"set": {"at": "", "to": "all"}}]));
        assert_eq!(value, json!("all"));
    }

    #[test]
    fn escaped_segments_name_their_members() {
        let (value, changed) = edited(json!([{"set": {"at": "/data/0/b~1c", "to": 7}}]));
        assert!(changed);
        assert_eq!(value["data"][0]["b/c"], 7);
    }

    #[test]
    fn what_is_not_there_is_left_alone() {
        let edits = json!([
            {"set": {"at": "/none/a", "to": 1}},
            {"remove": {"at": "/data/7"}},
            {"remove": {"at": "/total/x"}},
            {"set": {"at": "/data/9", "to": 1}},
        ]);
        let (value, changed) = edited(edits);
        assert!(!changed, "{value}");
    }
}
