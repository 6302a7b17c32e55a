//! A value for each person, shared between snapshots in pages: a fork that goes its own way copies the pages in
//! which something changed, not the company.

use crate::model::index::PersonIx;
use std::sync::Arc;

/// Values per page.
const PAGE: usize = 64;

/// A value for each person, by index.
#[derive(Clone)]
pub(super) struct PerPerson<T>(Arc<Vec<Arc<Vec<T>>>>);

impl<T: Copy> PerPerson<T> {
    /// The same value for each of `people`.
    pub(super) fn new(value: T, people: usize) -> Self {
        let full = Arc::new(vec![value; PAGE]);
        // All begin as one page, which costs the more pages nothing until they are written to.
        Self(Arc::new(vec![full; people.div_ceil(PAGE)]))
    }

    /// The value of a person.
    pub(super) fn get(&self, person: PersonIx) -> Option<&T> {
        let person = person.index();
        self.0.get(person / PAGE)?.get(person % PAGE)
    }

    /// The value of a person, to be changed.
    pub(super) fn get_mut(&mut self, person: PersonIx) -> Option<&mut T> {
        let person = person.index();
        let page = Arc::make_mut(&mut self.0).get_mut(person / PAGE)?;
        Arc::make_mut(page).get_mut(person % PAGE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_not_affected_by_later_changes() {
        let mut one = PerPerson::new(0, 200);
        *one.get_mut(PersonIx::new(70)).unwrap() = 1;
        let other = one.clone();
        *one.get_mut(PersonIx::new(70)).unwrap() = 2;
        *one.get_mut(PersonIx::new(199)).unwrap() = 3;
        assert_eq!((one.get(PersonIx::new(70)), other.get(PersonIx::new(70))), (Some(&2), Some(&1)));
        assert_eq!(
            (one.get(PersonIx::new(199)), other.get(PersonIx::new(199)), one.get(PersonIx::new(69))),
            (Some(&3), Some(&0), Some(&0))
        );
        assert!(Arc::ptr_eq(&one.0[0], &other.0[0]), "pages without change are shared");
        assert_eq!(one.get_mut(PersonIx::new(256)), None);
    }
}
