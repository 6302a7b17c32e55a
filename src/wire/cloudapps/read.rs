//! Records that somebody else wrote in the form of the API, read into what the tenant takes.
//!
//! What is said in that form is looked up in what the tenant knows (users, apps, addresses); what is not known is
//! remembered as it is. What can't be honoured is an error that names the member; see [`members`](super::members) for
//! which members there are.

mod activity;
mod alert;

use serde_json::{Map, Value as Json};

use crate::facts::known;
use crate::model::field_error::FieldError;
use crate::model::index::AddressCode;
use crate::model::injected::{Known, NewAddress};
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

pub use activity::activity;
pub use alert::alert;

/// A record as it comes.
pub type Record = Map<String, Json>;

fn text_at<'r>(record: &'r Record, pointer: &str) -> Option<&'r str> {
    let (first, rest) = pointer[1..].split_once('/').unwrap_or((&pointer[1..], ""));
    let value = record.get(first)?;
    let value = if rest.is_empty() { Some(value) } else { value.pointer(&format!("/{rest}")) };
    value?.as_str().filter(|text| !text.is_empty())
}

fn number(record: &Record, name: &str) -> Result<Option<u32>, FieldError> {
    match record.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => {
            let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
            number.map(Some).ok_or_else(|| FieldError::value(name, "a whole number", value.to_string()))
        }
    }
}

fn small(record: &Record, name: &str, largest: u8) -> Result<Option<u8>, FieldError> {
    let Some(number) = number(record, name)? else { return Ok(None) };
    let small = u8::try_from(number).ok().filter(|small| *small <= largest);
    small.map(Some).ok_or_else(|| FieldError::value(name, &format!("0 to {largest}"), number.to_string()))
}

fn smalls(record: &Record, name: &str, largest: u64) -> Result<Vec<u8>, FieldError> {
    let Some(value) = record.get(name).filter(|value| !value.is_null()) else { return Ok(Vec::new()) };
    let wrong =
        || FieldError::value(name, &format!("a list of numbers from 0 to {largest}"), value.to_string());
    let list = value.as_array().ok_or_else(wrong)?;
    list.iter()
        .map(|item| item.as_u64().filter(|n| *n <= largest).map(|n| n as u8).ok_or_else(wrong))
        .collect()
}

/// A checked instant.
fn instant(record: &Record, name: &str) -> Option<VirtualTime> {
    record.get(name).and_then(Json::as_i64).map(VirtualTime::from_millis)
}

/// The address that a member names.
fn address(
    view: &TenantView,
    field: &str,
    text: &str,
    country: Option<&str>,
) -> Result<Known<AddressCode, NewAddress>, FieldError> {
    let ip = text.parse().map_err(|_| FieldError::text(field, "an IP address", text))?;
    Ok(known::address(view, ip, country))
}
