//! Offices that do not fit together, or of which too little is known.

use super::read::Reader;
use crate::generate::world::sites;
use crate::model::spec::{OfficeSpec, Specification};

/// Notes what is wrong with the offices, and with holidays in countries without one.
pub(super) fn check(spec: &Specification, reader: &mut Reader) {
    if let Some(offices) = &spec.settings.offices {
        together(offices, reader);
        for (at, office) in offices.iter().enumerate() {
            alone(at, office, reader);
        }
    }
    if !reader.is_content() {
        return;
    }
    let countries = sites::countries(spec);
    for (at, holiday) in spec.settings.holidays.days.iter().enumerate() {
        if !countries.contains(&holiday.country) {
            let path = format!("holidays.days[{at}].country");
            reader.value(
                &path,
                format!("a country with an office: {}", countries.join(", ")),
                holiday.country.clone(),
            );
        }
    }
}

fn together(offices: &[OfficeSpec], reader: &mut Reader) {
    for (at, office) in offices.iter().enumerate() {
        if offices[..at].iter().any(|other| other.city == office.city) {
            reader.contradiction(&format!("offices[{at}].city"), format!("{} is listed twice", office.city));
        }
    }
    if offices.iter().all(|office| office.weight == Some(0)) {
        reader.contradiction("offices", "all weights are zero, so nobody would work anywhere".to_owned());
    }
    let own: Vec<usize> =
        (0..offices.len()).filter(|&at| sites::known().all(|known| known.0 != offices[at].city)).collect();
    if let Some(at) = own.get(sites::MOST_OWN) {
        let told = format!("only {} offices can be outside of the catalogue's cities", sites::MOST_OWN);
        reader.contradiction(&format!("offices[{at}].city"), told);
    }
}

fn alone(at: usize, office: &OfficeSpec, reader: &mut Reader) {
    let path = |key: &str| format!("offices[{at}].{key}");
    let given = [
        ("country", office.country.is_some()),
        ("countryName", office.country_name.is_some()),
        ("zone", office.zone.is_some()),
        ("utcOffsetMinutes", office.utc_offset_minutes.is_some()),
        ("latitude", office.latitude.is_some()),
        ("longitude", office.longitude.is_some()),
    ];
    if sites::known().any(|known| known.0 == office.city) {
        for (key, _) in given.into_iter().filter(|given| given.1) {
            reader.contradiction(&path(key), format!("{} is in the catalogue, which knows it", office.city));
        }
        return;
    }
    if office.zone.is_some() && office.utc_offset_minutes.is_some() {
        let told = "a zone and an offset are given, one is enough".to_owned();
        reader.contradiction(&path("utcOffsetMinutes"), told);
    }
    let placed = sites::placed().any(|city| city == office.city);
    let missing: Vec<&str> = given
        .into_iter()
        .filter(|(key, given)| match *key {
            "zone" => !given && office.utc_offset_minutes.is_none(),
            "country" | "latitude" | "longitude" => !given && !placed,
            _ => false,
        })
        .map(|(key, _)| key)
        .collect();
    if !missing.is_empty() {
        let told = format!("{} is not in the catalogue, so it needs {}", office.city, missing.join(", "));
        reader.contradiction(&path("city"), told);
    }
}
