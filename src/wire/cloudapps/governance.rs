//! An entry of the governance log. Undocumented; as clients have recorded it: `status` is there once it is decided.

use crate::facts::governance::{GovernanceFacts, Parameter};
use crate::facts::ids;
use crate::tenant::TenantView;
use crate::wire::json::{Value, object};

impl Value for &Parameter {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Parameter::Number(number) => number.write(out),
            Parameter::Text(text) => (**text).write(out),
        }
    }
}

/// Writes an entry.
pub fn write(view: &TenantView, found: &GovernanceFacts<'_>, out: &mut Vec<u8>) {
    object(out, |record| {
        record
            .set("_id", found.id())
            .set("taskName", found.task())
            .some("inputStreamId", found.stream().map(|stream| ids::stream(view, stream)))
            .set("timestamp", found.asked().millis())
            .set("updateTimestamp", found.updated().millis())
            .set("appId", found.app());
        // How the real log names what an action is about is (unverified).
        if let Some((id, name)) = found.target() {
            record.object("target", |target| {
                target.set("id", id).set("name", &*name);
            });
        }
        if let Some(outcome) = found.outcome() {
            record.object("status", |status| {
                status.set("isSuccess", outcome.success).object("templateMessage", |message| {
                    message.set("template", outcome.template).object("parameters", |parameters| {
                        for (name, value) in &outcome.parameters {
                            parameters.set(name, value);
                        }
                    });
                });
            });
        }
    });
}
