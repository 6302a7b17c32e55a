//! The world of a tenant: everything about it that never changes after birth.
//!
//! A pure function of the specification; shared by all forks of a tenant.

use std::net::IpAddr;
use std::sync::Arc;

use crate::model::ids::{Guid, Minter};
use crate::model::person::Person;
use crate::model::registration::Registration;
use crate::model::spec::Specification;

/// The company, its people and everything that codes in events refer to.
pub struct World {
    /// What it was born from.
    pub spec: Specification,
    /// Makes and reads its ids.
    pub ids: Minter,
    /// The company.
    pub company: Company,
    /// Its offices; index 0 is the head office.
    pub offices: Vec<Office>,
    /// Its people: index = actor code. Members first, guests last.
    pub people: Vec<Person>,
    /// Its application registrations.
    pub registrations: Vec<Registration>,
    /// Every address that anybody may come from.
    pub addresses: AddressBook,
    /// Every browser and client app.
    pub agents: Vec<Agent>,
    /// What is going to happen to whom.
    pub storylines: Vec<Storyline>,
}

/// The company's names.
#[derive(Clone, Debug)]
pub struct Company {
    /// For example "Contoso".
    pub name: String,
    /// Host label: `contoso`.
    pub label: String,
    /// Initial domain: `contoso.onmicrosoft.com`. User principal names live in it.
    pub domain: String,
}

/// An office.
#[derive(Clone, Debug)]
pub struct Office {
    /// For example "Seattle".
    pub city: &'static str,
    /// ISO country code.
    pub country: &'static str,
    /// Minutes east of UTC, resolved once for a fixed reference date.
    pub utc_offset_minutes: i32,
    /// First code of its corporate addresses.
    pub first_address: u32,
    /// How many of them.
    pub addresses: u32,
}

/// Where a block of addresses is and who runs it.
#[derive(Clone, Debug)]
pub struct Place {
    /// ISO country code.
    pub country: &'static str,
    /// Country name in English.
    pub country_name: &'static str,
    /// City.
    pub city: &'static str,
    /// Region name and its code.
    pub region: (&'static str, &'static str),
    /// Postal code.
    pub postal: &'static str,
    /// Degrees north, in thousandths.
    pub latitude_milli: i32,
    /// Degrees east, in thousandths.
    pub longitude_milli: i32,
    /// Name of the internet provider or organisation.
    pub provider: String,
    /// Category of the addresses.
    pub category: IpCategory,
    /// Ids of built-in IP tags (see the Cloud Apps documentation of IP tags).
    pub tags: &'static [&'static str],
    /// Anonymous proxy, Tor and the like.
    pub anonymous: bool,
}

/// Category of an address, as the Cloud Apps API numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum IpCategory {
    /// 0: none
    None = 0,
    /// 1
    Corporate = 1,
    /// 2
    Administrative = 2,
    /// 3
    Risky = 3,
    /// 4
    Vpn = 4,
    /// 5
    CloudProvider = 5,
    /// 6
    Other = 6,
}

/// Dense codes for addresses, in blocks that share a place.
pub struct AddressBook {
    /// Blocks in order of their first code.
    pub(super) blocks: Vec<Block>,
}

/// A run of consecutive addresses.
pub(super) struct Block {
    pub(super) first_code: u32,
    pub(super) count: u32,
    pub(super) base: IpAddr,
    pub(super) place: Arc<Place>,
}

/// A browser or client app.
#[derive(Clone, Debug)]
pub struct Agent {
    /// The user-agent header.
    pub text: String,
    /// For example `CHROME`.
    pub family: &'static str,
    /// For example `Chrome`.
    pub name: &'static str,
    /// Full version.
    pub version: String,
    /// `Browser`, `Application`, …
    pub kind: &'static str,
    /// For example ("Windows 10", "Windows").
    pub system: (&'static str, &'static str),
    /// `os` key of the activity record, for example `windows_10`.
    pub os_key: &'static str,
    /// `DESKTOP`, `MOBILE`, `TABLET`, `OTHER`.
    pub device: &'static str,
    /// A native client rather than a browser.
    pub native: bool,
}

/// A story that unfolds in the tenant, with its truth.
#[derive(Clone, Debug)]
pub struct Storyline {
    /// For example `impossible-travel`.
    pub name: &'static str,
    /// One sentence for people.
    pub summary: String,
    /// Whom it happens to.
    pub user: u32,
    /// The user's local day, counted from the start's UTC day (negative: history).
    pub day: i32,
    /// Local minute of the day at which it begins.
    pub minute: u32,
    /// Address code from which the attacker acts.
    pub attacker: u32,
}

/// A file, as activities refer to it.
#[derive(Clone, Debug)]
pub struct File {
    /// `Q3 forecast.xlsx`
    pub name: String,
    /// Id of the file.
    pub id: Guid,
    /// Id of the site or drive.
    pub site: Guid,
    /// Person who owns it.
    pub owner: u32,
    /// Web URL of the file, host included.
    pub url: String,
    /// Path below the site, without the name.
    pub folder: String,
    /// Size in bytes.
    pub size: u64,
}
