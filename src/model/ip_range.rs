//! Ranges of addresses that somebody has described to the product ("data enrichment").
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-data-enrichment>

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::command::By;
use super::index::IpRangeNo;

/// Addresses with a common beginning, as they were written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subnet {
    original: Arc<str>,
    /// The first address, in the form in which IPv6 holds all addresses.
    first: u128,
    /// How many bits of that all have in common.
    bits: u8,
}

/// Text that is no subnet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address or a subnet such as 192.0.2.0/24 or 2001:db8::/32, got {0:?}")]
pub struct NoSubnet(pub String);

fn mapped(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

impl Subnet {
    /// As it was written.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Bits that all its addresses have in common, counted as of IPv6: 120 for a `/24` of IPv4.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    fn mask(&self) -> u128 {
        u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0)
    }

    /// An address lies in it.
    pub fn contains(&self, ip: IpAddr) -> bool {
        mapped(ip) & self.mask() == self.first
    }

    /// They have addresses in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        let mask = self.mask() & other.mask();
        self.first & mask == other.first & mask
    }
}

/// The first address in full: `0000:0000:0000:0000:0000:ffff:c0a8:0100`.
impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in 0..8 {
            let colon = if part == 0 { "" } else { ":" };
            write!(f, "{colon}{:04x}", (self.first >> (112 - 16 * part)) & 0xffff)?;
        }
        Ok(())
    }
}

impl FromStr for Subnet {
    type Err = NoSubnet;

    fn from_str(text: &str) -> Result<Self, NoSubnet> {
        let none = || NoSubnet(text.chars().take(100).collect());
        let (address, length) = match text.trim().split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text.trim(), None),
        };
        let ip: IpAddr = address.parse().map_err(|_| none())?;
        let (most, before) = if ip.is_ipv4() { (32, 96) } else { (128, 0) };
        let length = match length {
            Some(digits) if digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse::<u8>().ok().filter(|length| *length <= most).ok_or_else(none)?
            }
            Some(_) => return Err(none()),
            None => most,
        };
        let mut subnet = Self { original: text.trim().into(), first: 0, bits: before + length };
        subnet.first = mapped(ip) & subnet.mask();
        Ok(subnet)
    }
}

impl TryFrom<String> for Subnet {
    type Error = NoSubnet;

    fn try_from(text: String) -> Result<Self, NoSubnet> {
        text.parse()
    }
}

impl From<Subnet> for String {
    fn from(subnet: Subnet) -> Self {
        subnet.original.as_ref().to_owned()
    }
}

/// What is said of a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IpRange {
    /// Its name; no other range has it.
    pub name: Arc<str>,
    /// The category of its addresses, 1 to 6, as the API numbers them.
    pub category: u8,
    /// Which addresses.
    pub subnets: Vec<Subnet>,
    /// Whose network it is, if that is said: instead of what is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<Arc<str>>,
    /// Names of its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Arc<str>>,
}

/// A change of the ranges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum IpRangeCommand {
    /// Add a range.
    AddIpRange {
        /// What is said of it.
        range: Arc<IpRange>,
        /// Who adds it.
        by: By,
    },
    /// Say everything of a range anew.
    ChangeIpRange {
        /// Which.
        number: IpRangeNo,
        /// What is said of it from now on.
        range: Arc<IpRange>,
        /// Who changes it.
        by: By,
    },
    /// Remove a range.
    RemoveIpRange {
        /// Which.
        number: IpRangeNo,
        /// Who removes it.
        by: By,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_is_told_as_recorded() {
        let subnet: Subnet = "192.168.1.77/24".parse().unwrap();
        assert_eq!(subnet.to_string(), "0000:0000:0000:0000:0000:ffff:c0a8:0100");
        assert_eq!((subnet.bits(), subnet.original()), (120, "192.168.1.77/24"));
        let one: Subnet = "10.0.0.1".parse().unwrap();
        assert_eq!(one.bits(), 128);
        let six: Subnet = "2001:db8::/32".parse().unwrap();
        assert!(six.contains("2001:db8::1".parse().unwrap()) && !six.contains("10.0.0.1".parse().unwrap()));
        assert!(subnet.contains("192.168.1.255".parse().unwrap()) && !subnet.overlaps(&one));
        let all: Subnet = "::/0".parse().unwrap();
        assert!(all.overlaps(&subnet) && subnet.overlaps(&all));
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "2001:db8::/129", "10.0.0.0/", "10.0.0.0/+8", "a/8"] {
            assert!(bad.parse::<Subnet>().is_err(), "{bad}");
        }
    }
}
