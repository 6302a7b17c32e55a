//! The address book: dense codes for every address that anybody may come from.
//!
//! Codes ascend with the addresses, so one sorted list of blocks answers both ways. It must never hold an
//! address outside the documentation and benchmarking ranges; see `catalogues::networks`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::sites::{MOST_OWN, Site, place};
use super::{Address, AddressBook, Block, IpCategory, Place};
use crate::catalogue::cities::{ABROAD, HOSTING, SITES};
use crate::catalogue::networks::{
    ANONYMISERS, ANONYMOUS_PROXY, CLOUDS, EGRESS, HOMES, HOMES_V6, HOSTS, MOBILES, VPN_GATEWAYS, VPN_OF_SITE,
};
use crate::model::index::AddressCode;

/// A run of address codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::generate) struct Codes {
    pub(in crate::generate) first: AddressCode,
    pub(in crate::generate) count: u32,
}

impl Codes {
    /// The code at `index`, counted round.
    pub(in crate::generate) fn at(self, index: u32) -> AddressCode {
        AddressCode::new(self.first.get() + index % self.count.max(1))
    }
}

/// None at all.
impl Default for Codes {
    fn default() -> Self {
        Self { first: AddressCode::new(0), count: 0 }
    }
}

/// The networks around one office site.
#[derive(Clone, Debug, Default)]
pub(in crate::generate) struct Networks {
    /// The office's own egress; empty where the company has no office.
    pub(in crate::generate) egress: Codes,
    /// Home connections, one run per town, the last one IPv6.
    pub(in crate::generate) homes: Vec<Codes>,
    /// The mobile network of the country.
    pub(in crate::generate) mobile: Codes,
    /// The company's VPN gateway for this site.
    pub(in crate::generate) vpn: Codes,
    /// An anonymiser in the same country.
    pub(in crate::generate) anonymiser: Codes,
}

/// The book, and which of its codes are what.
pub(in crate::generate) struct Directions {
    pub(in crate::generate) book: AddressBook,
    /// The networks around each site, by its number.
    pub(in crate::generate) sites: Vec<Networks>,
    /// Connections abroad, in the order of the catalogue.
    pub(in crate::generate) abroad: Vec<Codes>,
    /// Clouds, in the order of the catalogue.
    pub(in crate::generate) clouds: Vec<Codes>,
    /// Smaller hosts, in the order of the catalogue.
    pub(in crate::generate) hosts: Vec<Codes>,
    /// Anonymisers, in the order of the catalogue.
    pub(in crate::generate) anonymisers: Vec<Codes>,
}

/// What a block is for, while the book is being made.
#[derive(Clone, Copy)]
enum Purpose {
    Egress(usize),
    Home(usize),
    Mobile(usize),
    Abroad,
    Vpn(usize),
    Cloud,
    Host,
    Anonymiser(usize),
    OwnAnonymiser(usize),
}

/// Where in the ranges the homes of own offices are, as multiples of a site's share: between those of the catalogue's
/// sites and the connections abroad, and behind these.
const OWN_HOMES: [u32; MOST_OWN] = [9, 11, 12, 13, 14, 15];
/// Exits of an anonymiser in the country of an own office.
const OWN_EXITS: u32 = 8;
/// Invented providers around own offices.
const OWN_PROVIDERS: [&str; 3] = ["Hearthside Broadband", "Cornerstone Fibre", "Lantern Internet"];

/// The book of a company with offices on these sites.
pub(in crate::generate) fn book(company: &str, offices: &[Site]) -> Directions {
    let mut draft = Draft { blocks: Vec::with_capacity(96) };
    for site in offices {
        let place = run_by(site.place.clone(), company, IpCategory::Corporate, &[]);
        draft.add(v4(192, 0, 2, 16 * site.number as u32 + 1), EGRESS, Purpose::Egress(site.number), place);
    }
    for (index, site) in SITES.iter().enumerate() {
        let base = v4(198, 18, 32 * index as u32, 0);
        for (town, (city, provider)) in site.towns.iter().zip(site.providers).enumerate() {
            let place = run_by(place(city), provider, IpCategory::None, &[]);
            draft.add(plus(base, HOMES * town as u32), HOMES, Purpose::Home(index), place);
        }
        let place = no_city(run_by(place(&site.city), site.mobile, IpCategory::None, &[]));
        draft.add(plus(base, HOMES * 3), MOBILES, Purpose::Mobile(index), place);
    }
    for (index, (city, provider)) in ABROAD.iter().enumerate() {
        let place = run_by(place(city), provider, IpCategory::None, &[]);
        draft.add(v4(198, 19, 64 + index as u32, 0), 256, Purpose::Abroad, place);
    }
    for (index, &gateway) in VPN_GATEWAYS.iter().enumerate() {
        let place = run_by(place(&HOSTING[gateway]), company, IpCategory::Vpn, &[]);
        draft.add(v4(198, 51, 100, 16 * index as u32 + 1), 8, Purpose::Vpn(index), place);
    }
    for (index, &(city, provider, tags)) in CLOUDS.iter().enumerate() {
        let place = no_street(run_by(place(&HOSTING[city]), provider, IpCategory::CloudProvider, tags));
        draft.add(v4(198, 51, 100, 128 + 16 * index as u32), 16, Purpose::Cloud, place);
    }
    for (index, &(city, provider)) in HOSTS.iter().enumerate() {
        let place = no_street(run_by(place(&HOSTING[city]), provider, IpCategory::CloudProvider, &[]));
        draft.add(v4(198, 19, 88, 16 * index as u32), 16, Purpose::Host, place);
    }
    for (index, &(city, operator, tags)) in ANONYMISERS.iter().enumerate() {
        let exit = no_street(run_by(place(&HOSTING[city]), operator, IpCategory::Risky, tags));
        let place = Place { anonymous: true, ..exit };
        draft.add(v4(203, 0, 113, 16 * index as u32), 16, Purpose::Anonymiser(index), place);
    }
    for (index, site) in SITES.iter().enumerate() {
        let base = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0x100 + index as u16, 0, 0, 0, 0, 0));
        let place = no_street(run_by(place(&site.towns[0]), site.providers[0], IpCategory::None, &[]));
        draft.add(base, HOMES_V6, Purpose::Home(index), place);
    }
    let own = || offices.iter().filter(|site| site.number >= SITES.len());
    own().for_each(|site| draft.add_own(site));
    let mut directions = draft.finish();
    for site in own() {
        directions.sites[site.number].vpn = directions.sites[near_gateway(site.offset)].vpn;
    }
    directions
}

/// A place that is known to the city only: databases of addresses know no postal code of data centres, anonymisers and
/// the coarse blocks of IPv6. (Which lack what is (unverified).)
fn no_street(place: Place) -> Place {
    Place { postal: "".into(), ..place }
}

/// A place of which the country is known, and a point in it: a mobile network has its exits where it has them.
fn no_city(place: Place) -> Place {
    Place { city: "".into(), region: ("".into(), "".into()), ..no_street(place) }
}

/// The site of the catalogue whose VPN gateway is near a zone: Seattle, London or Singapore.
const fn near_gateway(offset: i32) -> usize {
    match offset {
        ..-90 => 0,
        -90..240 => 1,
        _ => 4,
    }
}

struct Draft {
    blocks: Vec<(Block, Purpose)>,
}

impl Draft {
    fn add(&mut self, base: IpAddr, count: u32, purpose: Purpose, place: Place) {
        self.blocks
            .push((Block { first_code: AddressCode::new(0), count, base, place: Arc::new(place) }, purpose));
    }

    /// The networks around an office that is on no site of the catalogue, all of them in its city.
    fn add_own(&mut self, site: &Site) {
        let number = site.number;
        let own = number - SITES.len();
        let base = v4(198, 18, 32 * OWN_HOMES[own], 0);
        let around = |provider: &str| run_by(site.place.clone(), provider, IpCategory::None, &[]);
        for (town, provider) in (0u32..).zip(OWN_PROVIDERS) {
            self.add(plus(base, HOMES * town), HOMES, Purpose::Home(number), around(provider));
        }
        let mobile = no_city(around("Wayfarer Mobile"));
        self.add(plus(base, HOMES * 3), MOBILES, Purpose::Mobile(number), mobile);
        let operator = run_by(site.place.clone(), "Cloakway Proxy", IpCategory::Risky, &[ANONYMOUS_PROXY]);
        let exits = v4(203, 0, 113, 16 * ANONYMISERS.len() as u32 + OWN_EXITS * own as u32);
        self.add(exits, OWN_EXITS, Purpose::OwnAnonymiser(number), Place { anonymous: true, ..operator });
        let base = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0x100 + number as u16, 0, 0, 0, 0, 0));
        self.add(base, HOMES_V6, Purpose::Home(number), around(OWN_PROVIDERS[0]));
    }

    fn finish(mut self) -> Directions {
        self.blocks.sort_by_key(|(block, _)| block.base);
        let mut next = 0;
        for (block, _) in &mut self.blocks {
            block.first_code = AddressCode::new(next);
            next += block.count;
        }
        let mut sites = vec![Networks::default(); SITES.len() + MOST_OWN];
        let mut abroad = Vec::with_capacity(ABROAD.len());
        let mut clouds = Vec::with_capacity(CLOUDS.len());
        let mut hosts = Vec::with_capacity(HOSTS.len());
        let mut anonymisers = Vec::with_capacity(ANONYMISERS.len());
        for (block, purpose) in &self.blocks {
            let codes = Codes { first: block.first_code, count: block.count };
            match *purpose {
                Purpose::Egress(site) => sites[site].egress = codes,
                Purpose::Home(site) => sites[site].homes.push(codes),
                Purpose::Mobile(site) => sites[site].mobile = codes,
                Purpose::Abroad => abroad.push(codes),
                Purpose::Vpn(gateway) => {
                    for (site, _) in VPN_OF_SITE.iter().enumerate().filter(|&(_, &of)| of == gateway) {
                        sites[site].vpn = codes;
                    }
                }
                Purpose::Anonymiser(index) => {
                    anonymisers.push(codes);
                    if let Some(site) = sites.get_mut(index) {
                        site.anonymiser = codes;
                    }
                }
                Purpose::OwnAnonymiser(site) => sites[site].anonymiser = codes,
                Purpose::Cloud => clouds.push(codes),
                Purpose::Host => hosts.push(codes),
            }
        }
        let blocks = self.blocks.into_iter().map(|(block, _)| block).collect();
        Directions { book: AddressBook { blocks }, sites, abroad, clouds, hosts, anonymisers }
    }
}

fn run_by(place: Place, provider: &str, category: IpCategory, tags: &'static [&'static str]) -> Place {
    Place { provider: provider.to_owned(), category, tags, ..place }
}

fn v4(a: u32, b: u32, c: u32, d: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(a << 24 | b << 16 | c << 8 | d))
}

fn plus(base: IpAddr, steps: u32) -> IpAddr {
    match base {
        IpAddr::V4(base) => IpAddr::V4(Ipv4Addr::from_bits(base.to_bits() + steps)),
        IpAddr::V6(base) => IpAddr::V6(nth_v6(base, steps)),
    }
}

/// The device address in the `index`th /56 below `base`: a stable interface id that looks drawn (RFC 7217).
fn nth_v6(base: Ipv6Addr, index: u32) -> Ipv6Addr {
    let mut x = u64::from(index).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    Ipv6Addr::from_bits(base.to_bits() | u128::from(index) << 72 | u128::from(x ^ (x >> 31)))
}

impl Block {
    /// One more than its last code.
    fn end(&self) -> u32 {
        self.first_code.get() + self.count
    }
}

impl AddressBook {
    /// How many addresses there are: codes run from 0 to one less.
    pub fn count(&self) -> u32 {
        self.blocks.last().map_or(0, Block::end)
    }

    /// Every code, in order.
    pub fn codes(&self) -> impl Iterator<Item = AddressCode> {
        AddressCode::first(self.count() as usize)
    }

    /// The address behind a code. A code past the end gives the last address.
    pub fn get(&self, code: AddressCode) -> Address<'_> {
        let after = self.blocks.partition_point(|block| block.first_code <= code);
        let block = &self.blocks[after.saturating_sub(1)];
        let index = code.get().saturating_sub(block.first_code.get()).min(block.count - 1);
        Address { ip: plus(block.base, index), place: &block.place }
    }

    /// The code of an address, if it is in the book.
    pub fn code(&self, ip: IpAddr) -> Option<AddressCode> {
        let after = self.blocks.partition_point(|block| block.base <= ip);
        let block = self.blocks.get(after.checked_sub(1)?)?;
        let index = match (block.base, ip) {
            (IpAddr::V4(base), IpAddr::V4(ip)) => ip.to_bits() - base.to_bits(),
            (IpAddr::V6(base), IpAddr::V6(ip)) => {
                u32::try_from((ip.to_bits() - base.to_bits()) >> 72).unwrap_or(u32::MAX)
            }
            _ => return None,
        };
        (index < block.count && plus(block.base, index) == ip)
            .then(|| AddressCode::new(block.first_code.get() + index))
    }

    /// All places, each with its first code and how many addresses it has, in the order of codes.
    pub fn places(&self) -> impl Iterator<Item = (AddressCode, u32, &Place)> {
        self.blocks.iter().map(|block| (block.first_code, block.count, &*block.place))
    }
}
