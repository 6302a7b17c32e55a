//! Playing a storyline: an attack, or something that looks like one, whose records the ground truth lists.

use serde::{Deserialize, Serialize};

use crate::commands::CommandDto;
use crate::facts::StoryFacts;
use crate::model::time::VirtualTime;
use crate::tenant::Made;

use super::commands::resolved;
use super::{OperationError, Subject};

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// The names of the storylines that there are.
pub fn storylines() -> Vec<&'static str> {
    StoryFacts::known()
}

/// Tells a storyline in a tenant.
///
/// # Errors
/// When there is no such storyline, or it can't be told so.
pub fn play(subject: &Subject<'_>, play: Play) -> Result<Played, OperationError> {
    let Play { storyline: name, user, at, size } = play;
    let command = resolved(subject, &subject.view, &CommandDto::PlayStory { name, user, at, size })?;
    let outcome = subject.tenant.submit(subject.view.now, command)?;
    let view = subject.tenant.read();
    let story = match outcome.made {
        Made::Story(number) => StoryFacts::all(&view).nth(number.index()),
        _ => None,
    };
    let gone = || OperationError::Conflict {
        problem: "the tenant went back to where the storyline had not been told yet".to_owned(),
    };
    let story = story.ok_or_else(gone)?;
    Ok(Played {
        storyline: story.name().to_owned(),
        summary: story.summary().to_owned(),
        user: story.user().map(|user| user.upn().to_owned()).unwrap_or_default(),
        begins: story.begins(),
        size: story.size(),
    })
}
