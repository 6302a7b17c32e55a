//! Writes JSON straight into a buffer, member by member, in the order in which they are set.
//!
//! Records have members by the dozen, some only at times and some under names that depend on the record. Told by
//! closures they need neither a tree of values nor a type for each nested object.

mod text;
mod value;

use std::fmt::Display;

pub(super) use value::Value;

/// Writes an object whose members `members` sets.
pub(super) fn object(out: &mut Vec<u8>, members: impl FnOnce(&mut Object<'_>)) {
    out.push(b'{');
    members(&mut Object { out, empty: true });
    out.push(b'}');
}

/// An object that is being written.
pub(super) struct Object<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

impl Object<'_> {
    /// Begins a member. Names are ours: they need no escapes.
    fn member(&mut self, name: &'static str) -> &mut Vec<u8> {
        debug_assert!(name.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\'), "{name}");
        self.out.extend_from_slice(if self.empty { b"\"" } else { b",\"" });
        self.empty = false;
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// Sets a member.
    pub(super) fn set(&mut self, name: &'static str, is: impl Value) -> &mut Self {
        is.write(self.member(name));
        self
    }

    /// Sets a member to a text that writes itself.
    pub(super) fn text(&mut self, name: &'static str, is: impl Display) -> &mut Self {
        text::quoted_display(is, self.member(name));
        self
    }

    /// Sets a member, or leaves it out.
    pub(super) fn some(&mut self, name: &'static str, is: Option<impl Value>) -> &mut Self {
        match is {
            Some(is) => self.set(name, is),
            None => self,
        }
    }

    /// Sets a member that is an object.
    pub(super) fn object(&mut self, name: &'static str, members: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        object(self.member(name), members);
        self
    }

    /// Sets a member that is an object, under a name that depends on the record: digits and letters only.
    pub(super) fn object_named(&mut self, name: &str, members: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        self.out.extend_from_slice(if self.empty { b"" } else { b"," });
        self.empty = false;
        name.write(self.out);
        self.out.push(b':');
        object(self.out, members);
        self
    }

    /// Sets a member that is a list.
    pub(super) fn array(&mut self, name: &'static str, items: impl FnOnce(&mut Array<'_>)) -> &mut Self {
        let out = self.member(name);
        out.push(b'[');
        items(&mut Array { out, empty: true });
        out.push(b']');
        self
    }
}

/// A list that is being written.
pub(super) struct Array<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

impl Array<'_> {
    /// Begins an item, which the caller writes.
    pub(super) fn item(&mut self) -> &mut Vec<u8> {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        self.out
    }

    /// Adds a value.
    pub(super) fn add(&mut self, is: impl Value) {
        is.write(self.item());
    }

    /// Adds an object.
    pub(super) fn object(&mut self, members: impl FnOnce(&mut Object<'_>)) {
        object(self.item(), members);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_in_the_order_in_which_they_are_set() {
        let mut out = b"before".to_vec();
        object(&mut out, |object| {
            object.set("b", 1).text("a", format_args!("{}\"", 2)).some("left out", None::<u8>);
            object.object("empty", |_| {});
            object.array("list", |list| {
                list.object(|item| {
                    item.some("x", Some([0.5, 1.0]));
                });
                list.item().extend_from_slice(b"null");
            });
        });
        let expected = r#"before{"b":1,"a":"2\"","empty":{},"list":[{"x":[0.5,1.0]},null]}"#;
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
