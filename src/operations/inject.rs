//! Putting an activity or alert into a tenant, in the form of the Cloud Apps API.
//!
//! On the next poll the record is there, under the one id that is answered, and says of itself what it was given. The
//! few members that the tenant must say itself are named as `replaced`.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::commands::CommandDto;
use crate::facts::ids;
use crate::model::time::VirtualTime;
use crate::tenant::Made;
use crate::wire::cloudapps::members::{self, ACTIVITY, ALERT};
use crate::wire::cloudapps::read::Record;

use super::commands::resolved;
use super::{OperationError, Subject};

/// A record that is to be put in.
#[derive(Clone, Debug, PartialEq)]
pub enum NewRecord {
    /// An activity.
    Activity(Record),
    /// An alert.
    Alert(Record),
}

impl NewRecord {
    /// Reads `{"activity": {…}}` or `{"alert": {…}}`.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read(given: Record) -> Result<Self, OperationError> {
        let mut given = given.into_iter();
        match (given.next(), given.next()) {
            (Some((kind, Json::Object(record))), None) if kind == "activity" => Ok(Self::Activity(record)),
            (Some((kind, Json::Object(record))), None) if kind == "alert" => Ok(Self::Alert(record)),
            _ => {
                let problem = "expected {\"activity\": {…}} or {\"alert\": {…}} with a record in the form of the Cloud Apps API";
                Err(OperationError::Unreadable { problem: problem.to_owned() })
            }
        }
    }
}

/// A record was put in.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let injected = mock.inject(serde_json::json!({"alert": {"title": "Odd", "severityValue": 2}}))?;
/// assert_eq!((injected.id.len(), injected.at), (24, mock.now()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Injected {
    /// Its id, as the API shows it.
    pub id: String,
    /// When it was put in.
    pub at: VirtualTime,
    /// Members of the record that the tenant says itself, such as `_id`.
    pub replaced: Vec<String>,
}

/// Puts a record in.
///
/// # Errors
/// When it is no such record, or can't be in this tenant.
pub fn inject(subject: &Subject<'_>, record: NewRecord) -> Result<Injected, OperationError> {
    let (written, replaced) = match record {
        NewRecord::Activity(record) => {
            let replaced = members::check(&record, ACTIVITY)?;
            (CommandDto::InjectActivity(record), replaced)
        }
        NewRecord::Alert(record) => {
            let replaced = members::check(&record, ALERT)?;
            (CommandDto::InjectAlert(record), replaced)
        }
    };
    let command = resolved(subject, &subject.view, &written)?;
    let outcome = subject.tenant.submit(subject.view.now, command)?;
    let view = subject.tenant.read();
    let id = match outcome.made {
        Made::Activity(row) => ids::activity(&view, row).map(|id| id.to_string()),
        Made::Alert(alert) => Some(ids::alert(&view, alert).to_string()),
        Made::Nothing
        | Made::Story(_)
        | Made::Fault(_)
        | Made::Run(_)
        | Made::Stream(_)
        | Made::IpRange(_) => None,
    };
    let gone = || OperationError::Conflict {
        problem: "the tenant went back to where the record had not been put in yet".to_owned(),
    };
    Ok(Injected {
        id: id.ok_or_else(gone)?,
        at: outcome.at,
        replaced: replaced.into_iter().map(str::to_owned).collect(),
    })
}
