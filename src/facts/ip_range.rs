//! Ranges of addresses: those that somebody described to the product, and those that it knows by itself; and what is
//! known of the address of an activity because of them.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/ip-tags>.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::catalogue::ip_tags;
use crate::generate::world::IpCategory;
use crate::model::ids::{Hex24, Kind};
use crate::model::index::IpRangeNo;
use crate::model::ip_range::{IpRange, Subnet};
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

use super::{ActivityFacts, ids};

/// How many subnets are told of a built-in range, at most.
const MOST_BUILT_IN: usize = 100;

/// A tag of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpTag {
    /// Its id.
    pub id: Cow<'static, str>,
    /// Its name.
    pub name: Arc<str>,
    /// The product brings it along.
    pub built_in: bool,
}

impl IpTag {
    /// All of them: the built-in ones, then those that ranges brought along.
    pub fn all(view: &TenantView) -> Vec<Self> {
        let built_in = ip_tags::IP_TAGS.iter().map(|(id, name)| Self {
            id: (*id).into(),
            name: (*name).into(),
            built_in: true,
        });
        let own = view.state.core().ip_ranges.tags();
        built_in.chain(own.enumerate().map(|(at, name)| Self::own(view, at, name))).collect()
    }

    fn own(view: &TenantView, at: usize, name: &Arc<str>) -> Self {
        let id = view.state.world().ids.hex24(Kind::IpTag, at as u64).to_string();
        Self { id: id.into(), name: Arc::clone(name), built_in: false }
    }

    /// The tag of a range with this name.
    fn named(view: &TenantView, name: &Arc<str>) -> Option<Self> {
        if let Some(id) = ip_tags::id(name) {
            let name = ip_tags::name(id).map_or_else(|| Arc::clone(name), Arc::from);
            return Some(Self { id: id.into(), name, built_in: true });
        }
        let ranges = &view.state.core().ip_ranges;
        let at = ranges.tag(name)?;
        Some(Self::own(view, at, ranges.tags().nth(at)?))
    }

    /// The id of its record, which differs from its own.
    pub fn key(&self, view: &TenantView) -> Hex24 {
        let number =
            self.id.bytes().fold(0u64, |key, byte| key.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
        view.state.world().ids.hex24(Kind::IpTag, 1 << 47 | number >> 18)
    }
}

/// What is known of the network of an address.
#[derive(Clone, Debug)]
pub struct Network<'a> {
    /// Its category.
    pub category: IpCategory,
    /// Ids of its tags.
    pub tags: Vec<Cow<'static, str>>,
    /// Whose it is; empty where that is not known.
    pub organization: &'a str,
}

fn category(number: u8) -> IpCategory {
    match number {
        1 => IpCategory::Corporate,
        2 => IpCategory::Administrative,
        3 => IpCategory::Risky,
        4 => IpCategory::Vpn,
        5 => IpCategory::CloudProvider,
        _ => IpCategory::Other,
    }
}

impl<'a> ActivityFacts<'a> {
    /// What is known of the network that it came from: what was said of its range by the time it was stored goes before
    /// what the product knows by itself.
    pub fn network(&self) -> Option<Network<'a>> {
        let (view, address) = (self.view(), self.address()?);
        let place = address.place;
        let usual = || Network {
            category: place.category,
            tags: place.tags.iter().map(|tag| (*tag).into()).collect(),
            organization: place.provider.as_str(),
        };
        let Some(range) = view.state.core().ip_ranges.at(address.ip, self.created()) else {
            return Some(usual());
        };
        let tags = range.tags.iter().filter_map(|tag| Some(IpTag::named(view, tag)?.id)).collect();
        let organization = range.organization.as_deref().unwrap_or(&place.provider);
        Some(Network { category: category(range.category), tags, organization })
    }
}

/// Ranges were described at some time, so that what is known of an address depends on when it was used.
pub fn any_described(view: &TenantView) -> bool {
    !view.state.core().ip_ranges.is_empty()
}

/// A range.
#[derive(Clone)]
pub struct IpRangeFacts<'a> {
    view: &'a TenantView,
    range: Cow<'a, IpRange>,
    /// Its number and since when it is as it is; of a built-in one its place among them.
    source: Result<(IpRangeNo, VirtualTime), u64>,
}

impl<'a> IpRangeFacts<'a> {
    /// All that there are: those that were described, in the order of being added, then the built-in ones.
    pub fn all(view: &'a TenantView) -> impl Iterator<Item = Self> {
        let own = view.state.core().ip_ranges.all();
        let own = own.map(move |(number, since, range)| Self {
            view,
            range: Cow::Borrowed(&**range),
            source: Ok((number, since)),
        });
        own.chain(built_in(view))
    }

    /// The one with this id.
    pub fn by_id(view: &'a TenantView, id: &str) -> Option<Self> {
        Self::all(view).find(|range| range.id().to_string().eq_ignore_ascii_case(id))
    }

    /// The number by which commands name it; built-in ones have none.
    pub fn number(&self) -> Option<IpRangeNo> {
        self.source.ok().map(|(number, _)| number)
    }

    /// The product brings it along.
    pub fn is_built_in(&self) -> bool {
        self.source.is_err()
    }

    /// Its id.
    pub fn id(&self) -> Hex24 {
        match self.source {
            Ok((number, _)) => ids::ip_range(self.view, number),
            Err(place) => self.view.state.world().ids.hex24(Kind::IpRange, 1 << 40 | place),
        }
    }

    /// The number of its tenant in the API.
    pub fn tenant(&self) -> u32 {
        self.view.state.identity().number
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.range.name
    }

    /// The number of its category.
    pub fn category(&self) -> u8 {
        self.range.category
    }

    /// Its addresses.
    pub fn subnets(&self) -> &[Subnet] {
        &self.range.subnets
    }

    /// Whose network it is, if that was said.
    pub fn organization(&self) -> Option<&str> {
        self.range.organization.as_deref()
    }

    /// Its tags, each with the id of its record.
    pub fn tags(&self) -> Vec<(IpTag, Hex24)> {
        let tags = self.range.tags.iter().filter_map(|name| IpTag::named(self.view, name));
        tags.map(|tag| (tag.clone(), tag.key(self.view))).collect()
    }

    /// Since when it is as it is: a built-in one since the tenant's start.
    pub fn changed(&self) -> VirtualTime {
        self.source.map_or(self.view.state.world().spec.start, |(_, since)| since)
    }
}

/// What the product knows by itself: the networks of the addresses of the tenant that carry a tag, one range a tag.
fn built_in(view: &TenantView) -> impl Iterator<Item = IpRangeFacts<'_>> {
    let addresses = &view.state.world().addresses;
    let mut known: BTreeMap<&str, (IpCategory, Vec<Subnet>)> = BTreeMap::new();
    for (code, count, place) in addresses.places() {
        let Some(tag) = place.tags.first() else { continue };
        let (_, subnets) = known.entry(tag).or_insert((place.category, Vec::new()));
        let first = addresses.get(code).ip;
        let length = if first.is_ipv4() { 32 } else { 128 } - count.next_power_of_two().ilog2();
        let subnet = subnet(first, length);
        if subnets.len() < MOST_BUILT_IN && !subnets.contains(&subnet) {
            subnets.push(subnet);
        }
    }
    (0..).zip(known).map(move |(place, (tag, (category, subnets)))| {
        let name: Arc<str> = ip_tags::name(tag).unwrap_or(tag).into();
        let range = IpRange {
            tags: vec![Arc::clone(&name)],
            name,
            category: category as u8,
            subnets,
            organization: None,
        };
        IpRangeFacts { view, range: Cow::Owned(range), source: Err(place) }
    })
}

/// The subnet of so many bits that an address is in.
fn subnet(ip: IpAddr, length: u32) -> Subnet {
    format!("{ip}/{length}").parse().expect("an address with a length of its own family is a subnet")
}
