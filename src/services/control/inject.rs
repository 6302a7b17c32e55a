//! Putting an activity or alert into a tenant, in the wire form of the Cloud Apps API.
//!
//! On the next poll the record is there, under the one id that the answer names, and says of itself what it was given.
//! The few members that the tenant must say itself are named by the answer as `replaced`.

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::commands::CommandDto;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::ids::Kind;
use crate::tenant::apply::Made;
use crate::views::activities::public_id;
use crate::wire::cloudapps::members::{self, ACTIVITY, ALERT};
use crate::wire::cloudapps::read::Record;

use super::body;
use super::commands::resolved;
use super::refusals::ControlRefusal;

/// `POST …/inject`: `{"activity": {…}}` or `{"alert": {…}}`
pub fn inject(ctx: &Ctx<'_>) -> Handled {
    let given: Record = body::read(ctx)?;
    let mut given = given.into_iter();
    let (command, replaced) = match (given.next(), given.next()) {
        (Some((kind, Json::Object(record))), None) if kind == "activity" => {
            let own = members::check(&record, ACTIVITY)?;
            (resolved(ctx, &CommandDto::InjectActivity(record))?, own)
        }
        (Some((kind, Json::Object(record))), None) if kind == "alert" => {
            let own = members::check(&record, ALERT)?;
            (resolved(ctx, &CommandDto::InjectAlert(record))?, own)
        }
        _ => {
            let problem = "expected {\"activity\": {…}} or {\"alert\": {…}} with a record in the form of the Cloud Apps API";
            return Err(ControlRefusal::BadBody { problem: problem.to_owned() }.into());
        }
    };
    let outcome = ctx
        .submit(command)
        .map_err(|refusal| Refused::from(ControlRefusal::Conflict { problem: refusal.to_string() }))?;
    let view = ctx.tenant.read();
    let id = match outcome.made {
        Made::Activity(row) => public_id(&view, row),
        Made::Alert(ordinal) => Some(ctx.world().ids.hex24(Kind::Alert, u64::from(ordinal)).to_string()),
        Made::Nothing | Made::Story(_) => None,
    };
    Ok(Answer::json(StatusCode::CREATED, &json!({"id": id, "at": outcome.at, "replaced": replaced})))
}
