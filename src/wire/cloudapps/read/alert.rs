//! An alert in the form of the API, read.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::catalogue::policies::{POLICIES, Policy};
use crate::facts::ids::activity_row;
use crate::facts::known;
use crate::model::alert::{Handling, Resolution};
use crate::model::command::By;
use crate::model::field_error::FieldError;
use crate::model::index::RowNo;
use crate::model::injected::{InjectedAlert, InjectedPolicy};
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

use super::super::members::{self, ALERT};
use super::{Record, address, instant, number, small, smalls, text_at};

/// The alert that a record tells of, with how it had been handled.
///
/// # Errors
/// The member that is not what it must be, or that the tenant can't honour.
pub fn alert(view: &TenantView, record: &Record) -> Result<InjectedAlert, FieldError> {
    members::check(record, ALERT)?;
    let policy = catalogued(record)?;
    let title = text_at(record, "/title").or_else(|| policy.map(|policy| policy.title)).ok_or_else(|| {
        FieldError::text(
            "title",
            "a text, here, or the name of a policy of the product in `policy.label`",
            "nothing",
        )
    })?;
    let entities = record.get("entities").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    for (index, entity) in entities.iter().enumerate() {
        if let Err((member, expected)) = sound(entity) {
            let got = entity.get(member).map_or_else(|| "nothing".to_owned(), Json::to_string);
            return Err(FieldError::value(&format!("entities[{index}].{member}"), expected, got));
        }
    }
    let of_type = |kind: &'static str| entities.iter().filter(move |entity| entity["type"] == kind);
    let country = of_type("country").find_map(|entity| entity["id"].as_str());
    let mut addresses = Vec::new();
    for ip in of_type("ip").filter_map(|entity| entity["id"].as_str()) {
        addresses.push(address(view, "entities", ip, country)?);
    }
    let accounts = || of_type("account").chain(of_type("user"));
    let names = |entity: &Json| ["id", "pa"].map(|name| entity[name].as_str().map(Arc::from));
    let mut others: Vec<Arc<str>> = accounts().skip(1).flat_map(names).flatten().collect();
    others.sort_unstable();
    others.dedup();
    let raised = past(view, "timestamp", instant(record, "timestamp"))?.unwrap_or(view.now);
    let numbers = |name: &str, most: u64, usual: Option<&[u8]>| {
        let told = smalls(record, name, most)?;
        Ok(if record.contains_key(name) { told } else { usual.unwrap_or(&told).to_vec() })
    };
    Ok(InjectedAlert {
        title: title.into(),
        description: text_at(record, "/description").unwrap_or_default().into(),
        raised,
        handling: handling(view, record, raised)?,
        severity: small(record, "severityValue", 3)?
            .unwrap_or_else(|| policy.map_or(1, |policy| policy.severity as u8)),
        id_value: number(record, "idValue")?
            .unwrap_or_else(|| policy.map_or(USUAL, |policy| policy.id_value)),
        stories: numbers("stories", 8, policy.map(|policy| policy.stories))?,
        intent: numbers("intent", 13, policy.map(|policy| policy.intent))?,
        policy: of_type("policyRule").next().or_else(|| record.get("policy")).and_then(|policy| {
            Some(InjectedPolicy {
                id: policy["id"].as_str()?.into(),
                name: policy["label"].as_str().unwrap_or(title).into(),
                kind: policy["policyType"].as_str().unwrap_or(InjectedPolicy::USUAL).into(),
            })
        }),
        actor: accounts().next().and_then(|user| {
            let account = user["pa"].as_str().or_else(|| user["id"].as_str().filter(|id| id.contains('@')));
            let id = user["id"].as_str().and_then(|id| id.parse().ok());
            known::actor(view, account, user["label"].as_str(), id)
        }),
        others,
        apps: of_type("service").filter_map(|entity| u32::try_from(entity["id"].as_u64()?).ok()).collect(),
        addresses,
        files: of_type("file").filter_map(|entity| entity["id"].as_str().map(Arc::from)).collect(),
        activities: activities(view, record)?,
        fields: members::kept(record, ALERT).into(),
    })
}

/// The type of alerts of activity policies.
const USUAL: u32 = 15_728_641;

/// The policy of the product that an alert is of, told by its name, by the title of its alerts, or by a type that no other
/// policy has: what the record does not say is as in its alerts.
fn catalogued(record: &Record) -> Result<Option<&'static Policy>, FieldError> {
    let id = number(record, "idValue")?;
    let told = |name: &str, of: &dyn Fn(&Policy) -> &'static str| {
        let text = text_at(record, name)?;
        POLICIES.iter().find(|policy| of(policy) == text)
    };
    let by_name =
        told("/policy/label", &|policy| policy.name).or_else(|| told("/title", &|policy| policy.title));
    let of_type = |id: u32| {
        let mut alike = POLICIES.iter().filter(move |policy| policy.id_value == id);
        alike.next().filter(|_| alike.next().is_none())
    };
    let untitled = text_at(record, "/title").is_none();
    Ok(by_name.or_else(|| id.filter(|_| untitled).and_then(of_type)))
}

/// The member of an entity that is not what it must be, and what it must be.
fn sound(entity: &Json) -> Result<(), (&'static str, &'static str)> {
    let text = |name: &str| entity[name].as_str().filter(|text| !text.is_empty());
    let Some(kind) = text("type") else { return Err(("type", "a text such as account, ip or service")) };
    if !(entity["label"].is_null() || entity["label"].is_string()) {
        return Err(("label", "a text"));
    }
    match kind {
        "service" => {
            let number = entity["id"].as_u64().and_then(|id| u32::try_from(id).ok());
            number.map(drop).ok_or(("id", "the number of an app"))
        }
        "ip" => {
            let ip = text("id").and_then(|id| id.parse::<IpAddr>().ok());
            ip.map(drop).ok_or(("id", "an IP address"))
        }
        "account" | "user" if !(entity["pa"].is_null() || entity["pa"].is_string()) => {
            Err(("pa", "a user principal name"))
        }
        "policyRule" if !(entity["policyType"].is_null() || entity["policyType"].is_string()) => {
            Err(("policyType", "a text"))
        }
        "account" | "user" if text("id").is_none() && text("pa").is_some() => Ok(()),
        "country" => {
            let code =
                text("id").filter(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic()));
            code.map(drop).ok_or(("id", "an ISO country code such as NL"))
        }
        "account" | "user" | "policyRule" | "file" => text("id").map(drop).ok_or(("id", "a text")),
        // What else there is is shown as it was given.
        _ => Ok(()),
    }
}

/// Rows of the activities behind it, ascending.
fn activities(view: &TenantView, record: &Record) -> Result<Vec<RowNo>, FieldError> {
    let mut rows = Vec::new();
    for id in record.get("audits").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
        let row = activity_row(view, id);
        rows.push(row.ok_or_else(|| FieldError::text("audits", "ids of activities of this tenant", id))?);
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// How it had been handled when it was put in, told by the members in which a closed alert is shown.
fn handling(view: &TenantView, record: &Record, raised: VirtualTime) -> Result<Handling, FieldError> {
    let resolution = match number(record, "resolutionStatusValue")? {
        None | Some(0) => Resolution::Open,
        Some(3) => Resolution::FalsePositive,
        Some(4) => Resolution::Benign,
        Some(5) => Resolution::TruePositive,
        Some(other) => {
            let expected =
                "0 (open), 3 (false positive), 4 (benign) or 5 (true positive); 1 and 2 no longer arise";
            return Err(FieldError::value("resolutionStatusValue", expected, other.to_string()));
        }
    };
    let read = small(record, "statusValue", 1)?;
    // Exports print "null" where nothing was said.
    let said = |name: &'static str| text_at(record, &format!("/{name}")).filter(|text| *text != "null");
    let Resolution::Open = resolution else {
        let resolved = said("resolveTime").map(|text| {
            VirtualTime::parse(text)
                .ok_or_else(|| FieldError::text("resolveTime", "an RFC 3339 instant", text))
        });
        let resolved = past(view, "resolveTime", resolved.transpose()?)?;
        if let Some(early) = resolved.filter(|resolved| *resolved < raised) {
            let expected = format!("an instant from its timestamp, {raised}, on");
            return Err(FieldError::text("resolveTime", &expected, &early.to_string()));
        }
        return Ok(Handling {
            read: read != Some(0),
            resolution,
            resolved: Some(resolved.unwrap_or(view.now)),
            by: Some(said("handledByUser").unwrap_or(By::OPERATOR).into()),
            comment: said("comment").map(Arc::from),
            ..Handling::default()
        });
    };
    for name in ["resolveTime", "handledByUser", "comment"] {
        if let Some(given) = said(name) {
            let expected = "nothing, since `resolutionStatusValue` says that the alert is open";
            return Err(FieldError::text(name, expected, given));
        }
    }
    Ok(Handling { read: read == Some(1), ..Handling::default() })
}

/// An instant that is over.
fn past(view: &TenantView, field: &str, at: Option<VirtualTime>) -> Result<Option<VirtualTime>, FieldError> {
    let first = VirtualTime::from_millis(0);
    match at {
        Some(at) if at > view.now || at < first => {
            let expected =
                format!("an instant from {first} to the tenant's now, {}, not in the future", view.now);
            Err(FieldError::text(field, &expected, &at.to_string()))
        }
        at => Ok(at),
    }
}
