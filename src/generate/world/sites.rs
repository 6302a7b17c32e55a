//! Where a company has its offices: sites of the catalogue, and cities that the specification brings along.

use std::borrow::Cow;

use super::addresses::Networks;
use super::figures::Figures;
use super::{IpCategory, Office, Place};
use crate::catalogue::cities::{ABROAD, City, SITES};
use crate::model::spec::{OfficeSpec, Size, Specification};

/// The site of the support desk: a small office where two administrators on contract cover nights and weekends.
const SUPPORT_DESK: usize = 8;
/// Shares of the offices, in the order of the sites.
const WEIGHTS: [u32; SUPPORT_DESK] = [38, 18, 10, 14, 7, 7, 4, 3];
/// The weight of an office of its own that does not say.
pub const WEIGHT: u32 = 10;
/// The most offices outside of the catalogue: each needs networks of its own in the ranges that nobody owns.
pub const MOST_OWN: usize = 6;
/// The day on which the offsets of zones are looked up, so that a tenant does not change with the date it starts on.
const REFERENCE: &str = "2025-01-15T12:00:00Z";

/// A site with an office.
#[derive(Clone, Debug)]
pub(in crate::generate) struct Site {
    /// Its number: those of the catalogue, then the others in their order.
    pub(in crate::generate) number: usize,
    /// Where it is.
    pub(in crate::generate) place: Place,
    zone: Cow<'static, str>,
    pub(in crate::generate) offset: i32,
    weight: u32,
}

/// The sites of a company; the support desk comes last.
pub(in crate::generate) fn sites(spec: &Specification, figures: &Figures) -> Vec<Site> {
    let mut sites: Vec<Site> = match &spec.settings.offices {
        Some(offices) => {
            let mut own = 0..;
            offices.iter().map(|office| chosen(office, &mut own)).collect()
        }
        None => (0..usual(figures.scale)).map(|number| catalogued(number, WEIGHTS[number])).collect(),
    };
    if figures.desk > 0 {
        sites.push(catalogued(SUPPORT_DESK, 0));
    }
    sites
}

/// How many offices a company of this size has, the support desk aside.
pub const fn usual(size: Size) -> usize {
    match size {
        Size::Tiny => 1,
        Size::Small => 3,
        Size::Medium => 6,
        Size::Large => SUPPORT_DESK,
    }
}

fn catalogued(number: usize, weight: u32) -> Site {
    let site = &SITES[number];
    Site { number, place: place(&site.city), zone: site.zone.into(), offset: site.offset, weight }
}

fn chosen(office: &OfficeSpec, own: &mut impl Iterator<Item = usize>) -> Site {
    let known = SITES[..SUPPORT_DESK].iter().position(|site| site.city.name == office.city);
    if let Some(number) = known {
        return catalogued(number, office.weight.unwrap_or(WEIGHTS[number]));
    }
    let abroad = abroad(&office.city).map(place);
    let country = office.country.clone().map(Cow::Owned);
    let country =
        country.or(abroad.as_ref().map(|known| known.country.clone())).unwrap_or(Cow::Borrowed("US"));
    let country_name = office.country_name.clone().map(Cow::Owned);
    let country_name = country_name.or_else(|| country_name_of(&country).map(Cow::Borrowed));
    let mut place = abroad.unwrap_or_else(|| Place {
        city: office.city.clone().into(),
        region: (office.city.clone().into(), country.clone()),
        ..place(&SITES[0].city)
    });
    place.postal = if abroad_is(&office.city) { place.postal } else { Cow::Borrowed("") };
    place.country_name = country_name.unwrap_or_else(|| country.clone());
    place.country = country;
    if let Some(latitude) = office.latitude {
        place.latitude_milli = latitude.0;
    }
    if let Some(longitude) = office.longitude {
        place.longitude_milli = longitude.0;
    }
    let zone = office.zone.clone();
    let offset = zone.as_deref().and_then(offset_of).or(office.utc_offset_minutes).unwrap_or(0);
    let zone = zone.map_or(Cow::Borrowed("Etc/UTC"), Cow::Owned);
    let number = SITES.len() + own.next().unwrap_or(0).min(MOST_OWN - 1);
    Site { number, place, zone, offset, weight: office.weight.unwrap_or(WEIGHT) }
}

fn abroad(city: &str) -> Option<&'static City> {
    ABROAD.iter().map(|(known, _)| known).find(|known| known.name == city)
}

fn abroad_is(city: &str) -> bool {
    abroad(city).is_some()
}

fn country_name_of(code: &str) -> Option<&'static str> {
    let cities = SITES.iter().map(|site| &site.city).chain(ABROAD.iter().map(|(city, _)| city));
    cities.into_iter().find(|city| city.country == code).map(|city| city.country_name)
}

/// A place in a city, of which nothing is told yet but where it is.
pub(in crate::generate) fn place(city: &City) -> Place {
    Place {
        country: city.country.into(),
        country_name: city.country_name.into(),
        city: city.name.into(),
        region: (city.region.0.into(), city.region.1.into()),
        postal: city.postal.into(),
        latitude_milli: city.latitude_milli,
        longitude_milli: city.longitude_milli,
        provider: String::new(),
        category: IpCategory::None,
        tags: &[],
        anonymous: false,
    }
}

/// Minutes east of UTC of a zone of the IANA database, on the day of reference.
pub fn offset_of(zone: &str) -> Option<i32> {
    let at: jiff::Timestamp = REFERENCE.parse().ok()?;
    Some(at.in_tz(zone).ok()?.offset().seconds() / 60)
}

/// The cities whose office sites need nothing but their name, with their weights.
pub fn known() -> impl Iterator<Item = (&'static str, u32)> {
    SITES.iter().map(|site| site.city.name).zip(WEIGHTS)
}

/// The cities of which country and position are known, but neither offices nor zones.
pub fn placed() -> impl Iterator<Item = &'static str> {
    ABROAD.iter().map(|(city, _)| city.name)
}

/// The offices on these sites, whose networks are given in the same order.
pub(in crate::generate) fn offices(sites: &[Site], networks: &[Networks]) -> Vec<Office> {
    sites
        .iter()
        .zip(networks)
        .map(|(site, networks)| Office {
            city: site.place.city.clone(),
            country: site.place.country.clone(),
            zone: site.zone.clone(),
            utc_offset_minutes: site.offset,
            first_address: networks.egress.first,
            addresses: networks.egress.count,
        })
        .collect()
}

/// Shares of the offices, the support desk left out.
pub(in crate::generate) fn weights(sites: &[Site], figures: &Figures) -> Vec<u32> {
    let offices = sites.len() - usize::from(figures.desk > 0);
    sites[..offices].iter().map(|site| site.weight).collect()
}

/// The cities of a specification's offices, the support desk left out.
pub fn cities(spec: &Specification) -> Vec<String> {
    let figures = Figures::of(spec);
    let sites = sites(spec, &figures);
    let offices = sites.len() - usize::from(figures.desk > 0);
    sites[..offices].iter().map(|site| site.place.city.to_string()).collect()
}

/// The countries of a specification's offices, each once.
pub fn countries(spec: &Specification) -> Vec<String> {
    let mut countries: Vec<String> = Vec::new();
    for site in sites(spec, &Figures::of(spec)) {
        if !countries.iter().any(|known| *known == site.place.country) {
            countries.push(site.place.country.to_string());
        }
    }
    countries
}
