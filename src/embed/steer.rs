//! Steering a tenant: commands, storylines, records put in, and the truth about them.
//!
//! These are the handlers of the control API, called without a request; their answers are read into types.

use std::net::IpAddr;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::gateway::Ctx;
use crate::gateway::route::Handled;
use crate::model::ids::{Guid, Hex24};
use crate::model::time::VirtualTime;
use crate::services::control::operations;

use super::{CommandError, MockDefender};

/// A command was accepted.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let done = mock.command(serde_json::json!({"setUserEnabled": {"user": "user", "enabled": false}}))?;
/// assert_eq!((done.number, done.at), (1, mock.now()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Accepted {
    /// Its place in the journal: 1, 2, 3, …
    pub number: u64,
    /// When it was decided.
    pub at: VirtualTime,
}

/// Which storyline to tell, about whom, when, how big; what is left open is drawn.
///
/// ```
/// use mock_defender::{MockDefender, Play};
///
/// let mock = MockDefender::builder().start()?;
/// let played = mock.play(Play::of("password-spray-then-success").size(20))?;
/// assert_eq!(played.size, 20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Play {
    storyline: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<VirtualTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u32>,
}

impl Play {
    /// The storyline of this name, now, about somebody whom it suits, as big as is usual.
    ///
    /// ```
    /// use mock_defender::Play;
    ///
    /// assert_eq!(Play::of("impossible-travel"), Play::from("impossible-travel"));
    /// ```
    pub fn of(storyline: impl Into<String>) -> Self {
        Self { storyline: storyline.into(), user: None, at: None, size: None }
    }

    /// About this user: a persona, a user principal name or an object id.
    ///
    /// ```
    /// use mock_defender::{MockDefender, Persona, Play};
    ///
    /// let mock = MockDefender::builder().start()?;
    /// let played = mock.play(Play::of("impossible-travel").user("user"))?;
    /// assert_eq!(Some(played.user), mock.tenant().user(Persona::User).map(|user| user.upn.clone()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Beginning at this instant, which does not lie in the past.
    ///
    /// ```
    /// use mock_defender::{MockDefender, Play, Span};
    ///
    /// let mock = MockDefender::builder().start()?;
    /// let at = mock.now() + Span::hours(2);
    /// assert_eq!(mock.play(Play::of("impossible-travel").at(at))?.begins, at);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn at(mut self, at: VirtualTime) -> Self {
        self.at = Some(at);
        self
    }

    /// This big; what that counts depends on the storyline.
    ///
    /// ```
    /// use mock_defender::{MockDefender, Play};
    ///
    /// let mock = MockDefender::builder().start()?;
    /// assert!(mock.play(Play::of("password-spray-then-success").size(1_000_000)).is_err());
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub const fn size(mut self, size: u32) -> Self {
        self.size = Some(size);
        self
    }
}

impl From<&str> for Play {
    fn from(storyline: &str) -> Self {
        Self::of(storyline)
    }
}

/// A storyline that is being told.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let played = mock.play("impossible-travel")?;
/// assert_eq!((played.storyline.as_str(), played.begins), ("impossible-travel", mock.now()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Played {
    /// Its name.
    pub storyline: String,
    /// What happens, in a sentence.
    pub summary: String,
    /// Principal name of the user whom it happens to, or who does it.
    pub user: String,
    /// When it begins.
    pub begins: VirtualTime,
    /// How big it is.
    pub size: u32,
}

/// A record was put in.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let injected = mock.inject(serde_json::json!({"alert": {"title": "Odd", "severityValue": 2}}))?;
/// assert_eq!((injected.id.len(), injected.at), (24, mock.now()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Injected {
    /// Its id, as the API shows it.
    pub id: String,
    /// When it was put in.
    pub at: VirtualTime,
    /// Members of the record that the tenant says itself, such as `_id`.
    pub replaced: Vec<String>,
}

/// What a storyline has left in the tenant so far.
///
/// ```
/// use std::time::Duration;
///
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.play("impossible-travel")?;
/// mock.advance(Duration::from_secs(24 * 3_600))?;
/// let truth = mock.truth();
/// let played = truth.last().expect("it was played");
/// assert!(!played.activities.is_empty() && !played.alerts.is_empty());
/// assert!(played.first <= played.last);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Storyline {
    /// Its name.
    pub storyline: String,
    /// What happens, in a sentence.
    pub summary: String,
    /// When it begins.
    pub begins: VirtualTime,
    /// How big it is.
    pub size: u32,
    /// Whom it happens to, or who does it.
    pub user: Victim,
    /// From where.
    pub attacker: Attacker,
    /// When its first activity happened, if one has.
    #[serde(default)]
    pub first: Option<VirtualTime>,
    /// When its latest did.
    #[serde(default)]
    pub last: Option<VirtualTime>,
    /// Ids of its activities.
    pub activities: Vec<String>,
    /// Ids of the alerts that have at least one of them as evidence.
    pub alerts: Vec<Hex24>,
}

/// The user of a storyline.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let played = mock.play("impossible-travel")?;
/// let truth = mock.truth();
/// assert_eq!(truth.last().map(|story| &story.user.upn), Some(&played.user));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Victim {
    /// Object id.
    pub id: Guid,
    /// Principal name.
    pub upn: String,
    /// Display name.
    pub display_name: String,
}

/// Where a storyline's attacker sits.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.play("impossible-travel")?;
/// let truth = mock.truth();
/// assert!(truth.iter().all(|story| story.attacker.country.len() == 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Attacker {
    /// Address.
    pub ip: IpAddr,
    /// Country of the address, as two letters.
    pub country: String,
}

#[derive(Deserialize)]
struct Done {
    accepted: Vec<Accepted>,
}

#[derive(Deserialize)]
struct Truth {
    storylines: Vec<Storyline>,
}

impl MockDefender {
    /// Gives the tenant a command: the same data as `POST /_mock/tenants/…/commands` takes.
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
        let Done { accepted } = self.operate(operations::give, &[command])?;
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
        self.operate(operations::play, &play.into())
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
        self.operate(operations::inject, &record)
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
        let truth: Result<Truth, _> = self.operate(operations::truth, &());
        truth.expect("the truth is told in the form that tests/embed reads it in").storylines
    }

    fn operate<T: DeserializeOwned>(
        &self,
        handler: fn(&Ctx<'_>) -> Handled,
        body: &impl Serialize,
    ) -> Result<T, CommandError> {
        let unreadable =
            |error: serde_json::Error| CommandError { code: "BadBody", message: error.to_string() };
        let body = serde_json::to_vec(body).map_err(unreadable)?;
        let answer = self.handle.simulator.gateway.operate(&self.handle.entry, handler, Bytes::from(body));
        serde_json::from_slice(&answer.map_err(CommandError::from)?.body).map_err(unreadable)
    }
}
