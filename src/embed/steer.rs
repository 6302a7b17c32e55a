//! Steering a tenant: commands, storylines, records put in, and the truth about them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::commands::CommandDto;
use crate::model::json::retyped;
use crate::operations::commands::Accepted;
use crate::operations::connection::ConnectionState;
use crate::operations::faults::{FaultState, Written};
use crate::operations::inject::{Injected, NewRecord};
use crate::operations::play::{Play, Played};
use crate::operations::scenarios::{self, ScenarioRun};
use crate::operations::truth::{Behavior, Label, Storyline};
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

    /// Disturbs requests: which (`match`), when (`when`) and how (`effect`), under a name (`id`) or without. The same data
    /// as `POST /_mock/tenants/…/faults` takes. Effects that play with the connection show over a socket only.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// mock.fault(json!({
    ///     "match": {"service": "cloud-apps", "path": "/api/v1/alerts/**"},
    ///     "when": {"times": 1},
    ///     "effect": {"throttle": {"wait": "30s"}},
    /// }))?;
    /// let alerts = || {
    ///     let token = format!("Token {}", mock.tenant().api_token);
    ///     let request = http::Request::get("/api/v1/alerts/").header("authorization", token).body("");
    ///     mock.ask(request.expect("a request"))
    /// };
    /// let refused = alerts();
    /// assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"30".parse()?));
    /// assert_eq!(alerts().status(), 200);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When it can't be read, can't be played, or names what is not there.
    pub fn fault(&self, fault: impl Serialize) -> Result<FaultState, CommandError> {
        let new = read::<Written>(fault)?.fault().map_err(OperationError::from)?;
        Ok(operations::faults::add(&self.subject(), new)?)
    }

    /// The faults that the tenant has, in the order in which they are tried, with how often each acted; the last that
    /// have ended included.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// mock.fault(json!({"id": "down", "when": {"every": 2}, "effect": {"respond": {"status": 503}}}))?;
    /// for _ in 0..4 {
    ///     mock.ask(http::Request::get("/api/v1/alerts/").body("")?);
    /// }
    /// let [down] = &mock.faults()[..] else { panic!("one fault") };
    /// assert_eq!((down.id.as_str(), down.matched, down.acted), ("down", 4, 2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn faults(&self) -> Vec<FaultState> {
        operations::faults::list(&self.subject())
    }

    /// Removes the fault of this name.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// let down = mock.fault(json!({"effect": {"respond": {"status": 503}}}))?;
    /// mock.remove_fault(&down.id)?;
    /// assert!(mock.remove_fault(&down.id).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the tenant has none of this name now.
    pub fn remove_fault(&self, name: &str) -> Result<(), CommandError> {
        Ok(operations::faults::remove(&self.subject(), name)?)
    }

    /// Starts a scenario, now: something that goes wrong, and when. A shipped one by its name, one with parameters as
    /// `{"name": …, "parameters": {…}}`, or a whole scenario of your own as YAML or JSON. It goes on as the clock does.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// mock.scenario("
    /// name: nobody-works-here
    /// steps:
    ///   - after: 1h
    ///     do: {setUserEnabled: {user: user, enabled: false}}
    /// ")?;
    /// let enabled = || mock.tenant().user(mock_defender::Persona::User).is_some_and(|user| user.enabled);
    /// assert!(enabled());
    /// mock.advance(Duration::from_secs(3_600))?;
    /// assert!(!enabled());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When none has this name, it can't be read, or one of its steps names what is not there.
    pub fn scenario(&self, scenario: impl AsRef<str>) -> Result<ScenarioRun, CommandError> {
        let scenario = scenarios::ordered(scenario.as_ref())?;
        Ok(scenarios::start(&self.subject(), &scenario)?)
    }

    /// The scenarios that were started in this tenant, and what became of their steps.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// mock.scenario("throttled-in-seconds")?;
    /// assert_eq!(mock.scenarios()[0].name, "throttled-in-seconds");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scenarios(&self) -> Vec<ScenarioRun> {
        scenarios::runs(&self.handle.entry.tenant.read())
    }

    /// Stops a scenario by its number: what lies ahead is left out, and its faults end.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// let run = mock.scenario("state-changes-after-read")?;
    /// mock.stop_scenario(run.id)?;
    /// assert_eq!(mock.scenarios()[0].stopped, Some(mock.now()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is none of this number, or it was stopped before.
    pub fn stop_scenario(&self, id: u32) -> Result<(), CommandError> {
        Ok(scenarios::stop(&self.subject(), id)?)
    }

    /// How the connection of Copilot for Security to the tenant stands. [Commands](Self::command) change it.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// assert_eq!(mock.connection().reasons, ["toggle_off"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn connection(&self) -> ConnectionState {
        operations::connection::show(&self.handle.entry.tenant.read())
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

    /// What each alert of the tenant is, oldest first: an attack, harmless or wrong, and why.
    ///
    /// ```
    /// use mock_defender::Verdict;
    ///
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// let about_attacks: usize = mock.truth().iter().map(|story| story.alerts.len()).sum();
    /// let attacks = mock.labels().into_iter().filter(|label| label.verdict == Verdict::TruePositive);
    /// assert_eq!(attacks.count(), about_attacks);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn labels(&self) -> Vec<Label> {
        operations::truth::labels(&self.handle.entry.tenant.read())
    }

    /// The behaviors of the tenant, oldest first: what the rules of policies noticed that raise no alerts any more, with
    /// the services of June 2025 and later.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// assert!(mock.behaviors().is_empty(), "by default every policy raises alerts");
    /// let mock = mock_defender::MockDefender::builder().specification("serviceDate: 2025-06").start()?;
    /// assert!(!mock.behaviors().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn behaviors(&self) -> Vec<Behavior> {
        operations::truth::behaviors(&self.handle.entry.tenant.read())
    }

    /// The tenant as it is now.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject::now(&self.handle.simulator.gateway, &self.handle.entry.tenant)
    }
}

/// What a caller wrote as any type that says the same.
pub(super) fn read<T: DeserializeOwned>(written: impl Serialize) -> Result<T, OperationError> {
    retyped(&written).map_err(|problem| OperationError::Unreadable { problem })
}
