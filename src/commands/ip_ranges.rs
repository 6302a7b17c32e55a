//! Commands about ranges of addresses, which are named by name or id.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::facts::ip_range::IpRangeFacts;
use crate::model::field_error::FieldError;
use crate::model::index::IpRangeNo;
use crate::model::ip_range::{IpRange, IpRangeCommand, NoSubnet};
use crate::model::json::json;
use crate::tenant::TenantView;

use super::dto::{CommandDto, IpRangeDto};
use super::json_schema::{needing, object, text, texts};
use super::{named, not_about, short, someone};

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<IpRangeCommand, FieldError> {
    Ok(match written {
        CommandDto::AddIpRange(told) => {
            IpRangeCommand::AddIpRange { range: range(told)?, by: someone(view, told.by.as_deref())? }
        }
        CommandDto::ChangeIpRange { range: name, to } => IpRangeCommand::ChangeIpRange {
            number: number(view, name)?,
            range: range(to)?,
            by: someone(view, to.by.as_deref())?,
        },
        CommandDto::RemoveIpRange { range: name, by } => {
            IpRangeCommand::RemoveIpRange { number: number(view, name)?, by: someone(view, by.as_deref())? }
        }
        _ => return Err(not_about("ranges of addresses")),
    })
}

fn range(told: &IpRangeDto) -> Result<Arc<IpRange>, FieldError> {
    let subnets = told.subnets.iter().map(|subnet| {
        let read = subnet.parse();
        read.map_err(|NoSubnet(got)| {
            FieldError::text("subnets", "an address, or a subnet such as 192.0.2.0/24", &got)
        })
    });
    let tags = told.tags.iter().map(|tag| Ok(Arc::from(short("tags", tag)?)));
    let organization = told.organization.as_deref().map(|name| short("organization", name)).transpose()?;
    Ok(Arc::new(IpRange {
        name: short("name", &told.name)?.into(),
        category: told.category,
        subnets: subnets.collect::<Result<_, FieldError>>()?,
        organization: organization.map(Arc::from),
        tags: tags.collect::<Result<_, FieldError>>()?,
    }))
}

/// The range with this name or id, of those that were described.
fn number(view: &TenantView, name: &str) -> Result<IpRangeNo, FieldError> {
    let all = || IpRangeFacts::all(view).filter_map(|range| Some((range.number()?, range)));
    let by_name = all().find(|(_, range)| range.name() == name);
    let found = by_name.or_else(|| all().find(|(_, range)| range.id().to_string() == name));
    found.map(|(number, _)| number).ok_or_else(|| {
        let expected = "a range of addresses of this tenant by name or id (addIpRange adds one)";
        FieldError::text("range", expected, name)
    })
}

/// A command of the journal as it is written.
pub(super) fn to_dto(view: &TenantView, command: &IpRangeCommand) -> CommandDto {
    let id = |number: &IpRangeNo| crate::facts::ids::ip_range(view, *number).to_string();
    let told = |range: &IpRange, by| IpRangeDto {
        name: range.name.to_string(),
        category: range.category,
        subnets: range.subnets.iter().map(|subnet| subnet.original().to_owned()).collect(),
        organization: range.organization.as_deref().map(str::to_owned),
        tags: range.tags.iter().map(|tag| tag.to_string()).collect(),
        by: named(view, by),
    };
    match command {
        IpRangeCommand::AddIpRange { range, by } => CommandDto::AddIpRange(told(range, by)),
        IpRangeCommand::ChangeIpRange { number, range, by } => {
            CommandDto::ChangeIpRange { range: id(number), to: told(range, by) }
        }
        IpRangeCommand::RemoveIpRange { number, by } => {
            CommandDto::RemoveIpRange { range: id(number), by: named(view, by) }
        }
    }
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let range = || {
        let category = json!({"type": "integer", "minimum": 1, "maximum": 6});
        let told = object(json!({
            "name": text(), "category": category, "subnets": texts(), "organization": text(), "tags": texts(),
            "by": text(),
        }));
        needing(told, &["name", "category", "subnets"])
    };
    vec![
        ("addIpRange", range()),
        ("changeIpRange", needing(object(json!({"range": text(), "to": range()})), &["range", "to"])),
        ("removeIpRange", needing(object(json!({"range": text(), "by": text()})), &["range"])),
    ]
}
