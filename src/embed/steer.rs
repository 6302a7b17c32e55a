//! Steering a tenant: commands, storylines, records put in, and the truth about them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::commands::CommandDto;
use crate::operations::commands::Accepted;
use crate::operations::inject::{Injected, NewRecord};
use crate::operations::play::{Play, Played};
use crate::operations::truth::Storyline;
use crate::operations::{self, OperationError, Subject};

use super::{CommandError, MockDefender};

impl MockDefender {
    /// Gives the tenant a command: the same data as `POST /_mock/tenants/…/commands` takes.
    ///
    /// A command is an object with one member, named by what is to be done:
    ///
    #[doc = include_str!("../commands/commands.md")]
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// mock.command(json!({"setUserEnabled": {"user": "user", "enabled": false}}))?;
    /// let refused = mock.command(json!({"setUserEnabled": {"user": "nobody", "enabled": false}})).unwrap_err();
    /// assert!(refused.to_string().contains("\"user\""));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When it can't be read, names what is not there, or is refused.
    pub fn command(&self, command: impl Serialize) -> Result<Accepted, CommandError> {
        let command: CommandDto = read(command)?;
        let accepted = operations::commands::give(&self.subject(), &[command])?;
        Ok(accepted[0])
    }

    /// Tells a storyline: an attack, or something that looks like one, whose records [`truth`](Self::truth) names.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// let played = mock.play("impossible-travel")?;
    /// println!("{} ({}): {}", played.storyline, played.user, played.summary);
    /// assert_eq!(mock.truth().last().map(|story| story.begins), Some(played.begins));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such storyline, or it can't be told so.
    pub fn play(&self, play: impl Into<Play>) -> Result<Played, CommandError> {
        Ok(operations::play::play(&self.subject(), play.into())?)
    }

    /// Puts a record in: `{"activity": {…}}` or `{"alert": {…}}`, in the wire form of the Cloud Apps API.
    ///
    /// ```
    /// use serde_json::{Value, json};
    ///
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// let id = mock.inject(json!({"alert": {"title": "Odd", "severityValue": 2}}))?.id;
    /// let request = http::Request::get(format!("/api/v1/alerts/{id}/"))
    ///     .header("authorization", format!("Token {}", mock.tenant().api_token))
    ///     .body("")?;
    /// let alert: Value = serde_json::from_slice(mock.ask(request).body())?;
    /// assert_eq!(alert["title"], "Odd");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When it is no such record, or can't be in this tenant.
    pub fn inject(&self, record: impl Serialize) -> Result<Injected, CommandError> {
        let record = NewRecord::read(read(record)?)?;
        Ok(operations::inject::inject(&self.subject(), record)?)
    }

    /// What every storyline has left in the tenant so far: those of its history, then those that were played.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// let before = mock.truth().len();
    /// mock.play("impossible-travel")?;
    /// assert_eq!(mock.truth().len(), before + 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn truth(&self) -> Vec<Storyline> {
        operations::truth::truth(&self.handle.entry.tenant.read())
    }

    /// The tenant as it is now.
    fn subject(&self) -> Subject<'_> {
        Subject::now(&self.handle.simulator.gateway, &self.handle.entry.tenant)
    }
}

/// What a caller wrote as any type that says the same.
pub(super) fn read<T: DeserializeOwned>(written: impl Serialize) -> Result<T, OperationError> {
    serde_json::to_value(written)
        .and_then(serde_json::from_value)
        .map_err(|error| OperationError::Unreadable { problem: error.to_string() })
}
