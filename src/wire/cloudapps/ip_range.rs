//! A range of addresses, and a tag of addresses, as the API writes them.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-data-enrichment>; recorded answers where they differ.

use crate::facts::IpRangeFacts;
use crate::facts::ip_range::IpTag;
use crate::model::ids::Hex24;
use crate::wire::json::{Object, object};

/// Tags of this target are those of addresses.
const TARGET: u8 = 1;

/// Writes a range. Its last change is told in parts of milliseconds.
pub fn write(range: &IpRangeFacts<'_>, out: &mut Vec<u8>) {
    object(out, |record| {
        record
            .set("_id", range.id())
            .set("name", range.name())
            .array("subnets", |subnets| {
                for subnet in range.subnets() {
                    subnets.object(|object| {
                        object
                            .set("mask", subnet.bits())
                            .text("address", subnet)
                            .set("originalString", subnet.original());
                    });
                }
            })
            .set("location", ())
            .set("organization", range.organization())
            .array("tags", |tags| {
                for (tag, key) in range.tags() {
                    tags.object(|object| own_tag(&tag, key, range.tenant(), object));
                }
            })
            .set("category", range.category())
            .set("lastModified", range.changed().millis() as f64 + 0.25)
            .set("_tid", range.tenant());
    });
}

/// Writes a tag of the tenant with this number, whose record has this id.
pub fn write_tag(tag: &IpTag, key: Hex24, tenant: u32, out: &mut Vec<u8>) {
    object(out, |record| own_tag(tag, key, tenant, record));
}

fn own_tag(tag: &IpTag, key: Hex24, tenant: u32, record: &mut Object<'_>) {
    record
        .set("_id", key)
        .set("_tid", tenant)
        .set("id", &tag.id)
        .text("name", &tag.name)
        .set("target", TARGET)
        .set("type", if tag.built_in { 2 } else { 0 })
        .set("status", 0);
    if tag.built_in {
        let word: String = tag.name.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        record.object("nameTemplate", |template| {
            template.text("template", format_args!("SAGE_BUILTIN_TAG_{word}_NAME"));
        });
    }
}
