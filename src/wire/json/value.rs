//! What can stand as a value in a record: numbers, texts, ids, lists of them, and nothing (`null`).

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use crate::model::ids::{Guid, Hex24};
use crate::model::time::VirtualTime;

use super::text;

/// A value that writes itself.
pub(in crate::wire) trait Value {
    /// Writes it at the end of `out`.
    fn write(&self, out: &mut Vec<u8>);
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl Value for $integer {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(itoa::Buffer::new().format(*self).as_bytes());
            }
        }
    )*};
}
integers!(u8, u16, u32, u64, i32, i64, usize);

impl Value for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl Value for f64 {
    fn write(&self, out: &mut Vec<u8>) {
        // Printing the shortest digits that read back to the same number is left to serde_json.
        serde_json::to_writer(out, self).expect("a number can be written");
    }
}

impl Value for str {
    fn write(&self, out: &mut Vec<u8>) {
        text::quoted(self, out);
    }
}

impl Value for String {
    fn write(&self, out: &mut Vec<u8>) {
        text::quoted(self, out);
    }
}

impl Value for Cow<'_, str> {
    fn write(&self, out: &mut Vec<u8>) {
        text::quoted(self, out);
    }
}

impl Value for fmt::Arguments<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        text::quoted_display(self, out);
    }
}

impl Value for IpAddr {
    fn write(&self, out: &mut Vec<u8>) {
        let Self::V4(address) = self else {
            return text::quoted_display(self, out);
        };
        for (octet, before) in address.octets().iter().zip(*b"\"...") {
            out.push(before);
            octet.write(out);
        }
        out.push(b'"');
    }
}

impl Value for Guid {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        out.extend_from_slice(&self.digits());
        out.push(b'"');
    }
}

impl Value for Hex24 {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        out.extend_from_slice(&self.digits());
        out.push(b'"');
    }
}

/// RFC 3339. Where a surface writes milliseconds, the record says so.
impl Value for VirtualTime {
    fn write(&self, out: &mut Vec<u8>) {
        text::quoted_display(self, out);
    }
}

impl Value for serde_json::Value {
    fn write(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(out, self).expect("a value can be written");
    }
}

/// `null`
impl Value for () {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"null");
    }
}

impl<V: Value> Value for Option<V> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl<V: Value> Value for [V] {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (place, value) in self.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            value.write(out);
        }
        out.push(b']');
    }
}

impl<V: Value, const N: usize> Value for [V; N] {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_slice().write(out);
    }
}

impl<V: Value> Value for Vec<V> {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_slice().write(out);
    }
}

impl<V: Value + ?Sized> Value for &V {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_serde_json_writes_them() {
        fn same<V: Value + serde::Serialize>(value: V) {
            let mut out = Vec::new();
            value.write(&mut out);
            assert_eq!(String::from_utf8_lossy(&out), serde_json::to_string(&value).unwrap());
        }
        for text in ["203.0.113.7", "0.0.0.0", "255.255.255.255", "2001:db8::1"] {
            same(text.parse::<IpAddr>().unwrap());
        }
        same(Guid::literal("01234567-89ab-4cde-8f01-23456789abcd"));
        same("00000000000000000000000a".parse::<Hex24>().unwrap());
        same(VirtualTime::from_millis(1_764_547_200_123));
        same([Some(-1_i64), None, Some(i64::MIN)]);
        same(vec![0.5, 1e300]);
        same([[true], [false]]);
        same(Cow::Borrowed("a \"quoted\" text"));
        same(());
    }
}
