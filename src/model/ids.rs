//! Identifiers and how they are made from (seed, kind, ordinal).
//!
//! An id is its ordinal under a small keyed permutation (a Feistel network), so that ids look random, never
//! collide, need no table to be found again, and stay the same when the start date moves. It hides nothing:
//! whoever knows the seed can read the ordinal.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::index::{AlertNo, RowNo};

/// A 128-bit id in the form `0f0e0d0c-1111-4222-8333-444455556666`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(u128);

/// A 96-bit id in the form of 24 lower-case hexadecimal digits, as the Cloud Apps API names its objects.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hex24(u128);

/// What an id names. Each kind has its own permutation, so equal ordinals give unrelated ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Kind {
    /// An Entra ID tenant.
    Tenant = 1,
    /// A user object.
    User = 2,
    /// An application (client) id.
    Application = 3,
    /// A service principal.
    ServicePrincipal = 4,
    /// An activity, by its row number.
    Activity = 5,
    /// An alert, by its ordinal.
    Alert = 6,
    /// A policy, by its place in the catalogue.
    Policy = 7,
    /// A file or folder.
    File = 8,
    /// A site or drive that holds files.
    Site = 9,
    /// A user group.
    Group = 10,
    /// A device.
    Device = 11,
    /// A mailbox item.
    Mail = 12,
    /// A request in the trace ring: trace ids, correlation ids.
    Request = 13,
    /// A token.
    Token = 14,
    /// A sign-in session.
    Session = 15,
    /// A record inside a connected app (a Salesforce report, say).
    AppObject = 16,
    /// A team or chat.
    Team = 17,
    /// A grant of delegated permissions, or the assignment of a role.
    Grant = 18,
    /// A SIEM agent.
    SiemAgent = 19,
    /// A behavior, by its ordinal.
    Behavior = 20,
    /// An app connector.
    Connector = 24,
    /// A stream of Cloud Discovery.
    DiscoveryStream = 40,
    /// An entry of the governance log.
    Governance = 41,
    /// A tag of apps.
    AppTag = 42,
    /// A range of addresses.
    IpRange = 60,
    /// A tag of addresses.
    IpTag = 61,
}

const ROUNDS: usize = 6;

/// Makes and reads the ids of one tenant seed.
#[derive(Clone, Copy, Debug)]
pub struct Minter {
    seed: u64,
}

/// The finaliser of SplitMix64: every input bit reaches every output bit.
const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Minter {
    /// The minter of the tenants born from `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    fn round(self, kind: Kind, round: usize, half: u64, mask: u64) -> u64 {
        let key = mix(self.seed ^ ((kind as u64) << 48) ^ ((round as u64) << 40));
        mix(half ^ key) & mask
    }

    fn scramble(self, kind: Kind, mut left: u64, mut right: u64, mask: u64) -> (u64, u64) {
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(kind, round, right, mask));
        }
        (left, right)
    }

    fn unscramble(self, kind: Kind, mut left: u64, mut right: u64, mask: u64) -> (u64, u64) {
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.round(kind, round, left, mask), left);
        }
        (left, right)
    }

    /// The id of the `ordinal`th thing of `kind`, as a version 4 GUID.
    pub fn guid(self, kind: Kind, ordinal: u64) -> Guid {
        const MASK: u64 = (1 << 61) - 1;
        let (left, right) = self.scramble(kind, kind as u64, ordinal & MASK, MASK);
        Guid::from_free_bits((u128::from(left) << 61) | u128::from(right))
    }

    /// The ordinal behind a GUID of `kind`, if this minter made it.
    pub fn guid_ordinal(self, kind: Kind, id: Guid) -> Option<u64> {
        const MASK: u64 = (1 << 61) - 1;
        let bits = id.free_bits()?;
        let (left, right) = self.unscramble(kind, (bits >> 61) as u64 & MASK, bits as u64 & MASK, MASK);
        (left == kind as u64).then_some(right)
    }

    /// The id of the `ordinal`th thing of `kind`, as 24 hexadecimal digits.
    pub fn hex24(self, kind: Kind, ordinal: u64) -> Hex24 {
        const MASK: u64 = (1 << 48) - 1;
        let (left, right) = self.scramble(kind, kind as u64, ordinal & MASK, MASK);
        Hex24((u128::from(left) << 48) | u128::from(right))
    }

    /// The ordinal behind a 24-digit id of `kind`, if this minter made it.
    pub fn hex24_ordinal(self, kind: Kind, id: Hex24) -> Option<u64> {
        const MASK: u64 = (1 << 48) - 1;
        let (left, right) = self.unscramble(kind, (id.0 >> 48) as u64 & MASK, id.0 as u64 & MASK, MASK);
        (left == kind as u64).then_some(right)
    }

    /// The id of an alert.
    pub fn alert(self, alert: AlertNo) -> Hex24 {
        self.hex24(Kind::Alert, alert.ordinal())
    }

    /// The alert that an id would name.
    pub fn alert_no(self, id: Hex24) -> Option<AlertNo> {
        self.hex24_ordinal(Kind::Alert, id).and_then(|ordinal| u32::try_from(ordinal).ok()).map(AlertNo::new)
    }

    /// The GUID of an activity.
    pub fn activity(self, row: RowNo) -> Guid {
        self.guid(Kind::Activity, row.get())
    }

    /// The activity that a GUID would name.
    pub fn row_no(self, id: Guid) -> Option<RowNo> {
        self.guid_ordinal(Kind::Activity, id).map(RowNo::new)
    }

    /// 64 scrambled bits for things that need a stable number rather than an id.
    pub fn number(self, kind: Kind, ordinal: u64) -> u64 {
        mix(mix(self.seed ^ ((kind as u64) << 48)) ^ ordinal)
    }
}

impl Guid {
    /// The id that is written in the source as `text`. Fails to compile (or, outside of a constant, panics) where
    /// that is none: never for text from outside, which is [parsed](FromStr).
    pub const fn literal(text: &str) -> Self {
        let bytes = text.as_bytes();
        assert!(bytes.len() == 36, "a GUID has 36 characters");
        let (mut bits, mut at) = (0u128, 0);
        while at < bytes.len() {
            let digit = match bytes[at] {
                digit @ b'0'..=b'9' => digit - b'0',
                digit @ b'a'..=b'f' => digit - b'a' + 10,
                b'-' if at == 8 || at == 13 || at == 18 || at == 23 => {
                    at += 1;
                    continue;
                }
                _ => panic!("a GUID has lower-case hexadecimal digits and four hyphens"),
            };
            bits = (bits << 4) | digit as u128;
            at += 1;
        }
        Self(bits)
    }

    /// The GUID with these 128 bits, taken as they are.
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// All 128 bits.
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// Spreads 122 bits around the version and variant bits of a version 4 GUID (RFC 9562, 5.4).
    const fn from_free_bits(free: u128) -> Self {
        let low = free & ((1 << 62) - 1);
        let middle = (free >> 62) & 0xfff;
        let high = (free >> 74) & ((1 << 48) - 1);
        Self((high << 80) | (4 << 76) | (middle << 64) | (2 << 62) | low)
    }

    const fn free_bits(self) -> Option<u128> {
        if (self.0 >> 76) & 0xf != 4 || (self.0 >> 62) & 3 != 2 {
            return None;
        }
        Some(((self.0 >> 80) << 74) | (((self.0 >> 64) & 0xfff) << 62) | (self.0 & ((1 << 62) - 1)))
    }
}

impl Guid {
    /// Its text: digits and hyphens.
    pub fn digits(self) -> [u8; 36] {
        let mut text = [b'-'; 36];
        let digits = hexadecimal::<32>(self.0);
        for (from, to) in [(0..8, 0..8), (8..12, 9..13), (12..16, 14..18), (16..20, 19..23), (20..32, 24..36)]
        {
            text[to].copy_from_slice(&digits[from]);
        }
        text
    }

    /// Appends its text.
    pub fn append_to(self, text: &mut String) {
        text.push_str(ascii(&self.digits()));
    }
}

impl Hex24 {
    /// The id of something that is built into the product: its number, with zeros behind.
    pub const fn built_in(number: u32) -> Self {
        Self((number as u128) << 64)
    }

    /// Its text.
    pub fn digits(self) -> [u8; 24] {
        hexadecimal(self.0)
    }
}

/// The last `N` hexadecimal digits of a number, an even count.
fn hexadecimal<const N: usize>(number: u128) -> [u8; N] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; N];
    for (digits, byte) in text.rchunks_exact_mut(2).zip(number.to_le_bytes()) {
        digits[0] = DIGITS[usize::from(byte >> 4)];
        digits[1] = DIGITS[usize::from(byte & 15)];
    }
    text
}

/// Writes the last `N` hexadecimal digits of a number, an even count.
pub fn write_digits<const N: usize>(number: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(ascii(&hexadecimal::<N>(number)))
}

fn ascii(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).expect("digits are ASCII")
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ascii(&self.digits()))
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no id of the expected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the expected form")]
pub struct BadId;

impl FromStr for Guid {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let bytes = text.as_bytes();
        if bytes.len() != 36 {
            return Err(BadId);
        }
        let mut bits = 0u128;
        for (at, &byte) in bytes.iter().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if byte != b'-' {
                    return Err(BadId);
                }
                continue;
            }
            bits = (bits << 4) | u128::from((byte as char).to_digit(16).ok_or(BadId)?);
        }
        Ok(Self(bits))
    }
}

impl fmt::Display for Hex24 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ascii(&self.digits()))
    }
}

impl fmt::Debug for Hex24 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hex24 {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        if text.len() != 24 {
            return Err(BadId);
        }
        let digit = |byte: u8| (byte as char).to_digit(16).map(u128::from).ok_or(BadId);
        text.bytes().try_fold(0, |bits, byte| Ok(bits << 4 | digit(byte)?)).map(Self)
    }
}

macro_rules! serde_as_text {
    ($($id:ty),*) => {$(
        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom(format!("{text:?} is not an id of this kind")))
            }
        }
    )*};
}
serde_as_text!(Guid, Hex24);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_gives_its_ordinal_back() {
        let minter = Minter::new(7);
        for ordinal in [0, 1, 2, 1_000_000, (1 << 47) - 1] {
            let guid = minter.guid(Kind::User, ordinal);
            assert_eq!(minter.guid_ordinal(Kind::User, guid), Some(ordinal));
            assert_eq!(guid.to_string().parse(), Ok(guid));
            let hex = minter.hex24(Kind::Alert, ordinal);
            assert_eq!(minter.hex24_ordinal(Kind::Alert, hex), Some(ordinal));
            assert_eq!(hex.to_string().parse(), Ok(hex));
        }
    }

    #[test]
    fn an_id_of_another_kind_or_seed_is_not_decoded() {
        let guid = Minter::new(7).guid(Kind::User, 3);
        assert_eq!(Minter::new(7).guid_ordinal(Kind::Device, guid), None);
        assert_eq!(Minter::new(8).guid_ordinal(Kind::User, guid), None);
    }

    #[test]
    fn guids_are_version_4() {
        let text = Minter::new(1).guid(Kind::Tenant, 0).to_string();
        assert_eq!(&text[14..15], "4");
        assert!("89ab".contains(&text[19..20]));
    }
}
