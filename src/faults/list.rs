//! Lists that come otherwise than they should: items missing, twice, in another order.

use serde_json::Value as Json;

use crate::generate::Stream;
use crate::generate::stream::Chance;
use crate::model::fault::{Items, ListChange};

/// Where lists stand, if nothing is said.
const USUAL: [&str; 2] = ["/data", "/value"];

/// Changes the list at a pointer: whether there was one.
pub fn change(
    value: &mut Json,
    at: Option<&str>,
    change: ListChange,
    which: Items,
    chance: &mut Stream,
) -> bool {
    let usual = || USUAL.into_iter().find(|at| value.pointer(at).is_some_and(Json::is_array));
    let Some(at) = at.or_else(usual) else { return false };
    let Some(Json::Array(items)) = value.pointer_mut(at) else { return false };
    let count = items.len();
    let meant: Vec<bool> = (0..count)
        .map(|place| match which {
            Items::All => true,
            Items::First => place == 0,
            Items::Last => place + 1 == count,
            Items::Share(share) => share.0 >= 1_000 || chance.chance(Chance::per_mille(share.0)),
        })
        .collect();
    match change {
        ListChange::Drop => {
            let mut meant = meant.iter();
            items.retain(|_| !meant.next().is_some_and(|meant| *meant));
        }
        ListChange::Duplicate => {
            let old = std::mem::take(items);
            for (item, meant) in old.into_iter().zip(meant) {
                if meant {
                    items.push(item.clone());
                }
                items.push(item);
            }
        }
        ListChange::Reverse => rearrange(items, &meant, |places| places.reverse()),
        ListChange::Shuffle => rearrange(items, &meant, |places| {
            // From the end, each with one that is not placed yet (Fisher and Yates).
            for last in (1..places.len()).rev() {
                places.swap(last, chance.below(last as u32 + 1) as usize);
            }
        }),
    }
    true
}

/// Puts the items that are meant into another order among their places; the others stay where they are.
fn rearrange(items: &mut [Json], meant: &[bool], order: impl FnOnce(&mut Vec<usize>)) {
    let places: Vec<usize> = (0..items.len()).filter(|place| meant[*place]).collect();
    let mut from = places.clone();
    order(&mut from);
    let moved: Vec<Json> = from.iter().map(|place| items[*place].clone()).collect();
    for (place, item) in places.into_iter().zip(moved) {
        items[place] = item;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::spec::Thousandths;

    fn changed(how: ListChange, which: Items) -> Json {
        let mut value = json!({"data": [1, 2, 3, 4, 5, 6, 7, 8]});
        assert!(change(&mut value, None, how, which, &mut Stream::new(1, "test", 0, "list")));
        value["data"].take()
    }

    #[test]
    fn items_are_dropped_duplicated_and_reversed() {
        assert_eq!(changed(ListChange::Drop, Items::First), json!([2, 3, 4, 5, 6, 7, 8]));
        assert_eq!(changed(ListChange::Drop, Items::All), json!([]));
        assert_eq!(changed(ListChange::Duplicate, Items::Last), json!([1, 2, 3, 4, 5, 6, 7, 8, 8]));
        assert_eq!(changed(ListChange::Reverse, Items::All), json!([8, 7, 6, 5, 4, 3, 2, 1]));
    }

    #[test]
    fn a_shuffled_list_has_the_same_items_in_another_order() {
        let shuffled = changed(ListChange::Shuffle, Items::All);
        assert_ne!(shuffled, json!([1, 2, 3, 4, 5, 6, 7, 8]));
        let mut numbers: Vec<i64> = shuffled.as_array().unwrap().iter().filter_map(Json::as_i64).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn a_share_of_the_items_is_drawn() {
        let left = changed(ListChange::Drop, Items::Share(Thousandths(500)));
        let left = left.as_array().unwrap().len();
        assert!((1..8).contains(&left), "{left}");
        assert_eq!(changed(ListChange::Drop, Items::Share(Thousandths(0))).as_array().unwrap().len(), 8);
        assert_eq!(changed(ListChange::Drop, Items::Share(Thousandths(1_000))), json!([]));
    }

    #[test]
    fn where_there_is_no_list_nothing_is_changed() {
        let mut chance = Stream::new(1, "test", 0, "list");
        let mut value = json!({"total": 1, "rows": [1, 2]});
        assert!(!change(&mut value, None, ListChange::Drop, Items::All, &mut chance));
        assert!(!change(&mut value, Some("/total"), ListChange::Drop, Items::All, &mut chance));
        assert!(change(&mut value, Some("/rows"), ListChange::Reverse, Items::All, &mut chance));
        assert_eq!(value, json!({"total": 1, "rows": [2, 1]}));
    }
}
