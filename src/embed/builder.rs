//! What can be chosen before the start.

use std::sync::Arc;

use crate::faults::Chaos;
use crate::gateway::Gateway;
use crate::gateway::call::Births;
use crate::gateway::call::Settings;
use crate::gateway::registry::Registry;
use crate::model::spec::Size;
use crate::model::time::VirtualTime;
use crate::operations::{self, Subject, last_midnight, scenarios, tenants};
use crate::scenario::Scenario;
use crate::server::is_host;
use crate::services;
use crate::specification::{self, Absent};
use crate::tenant::journal::TenantFile;
use crate::tenant::{Tenant, Wall};

use super::{CommandError, MockDefender, StartError};

/// The instant at which the clock stands unless another is chosen: a Tuesday, 2026-11-24T00:00:00Z.
///
/// ```
/// use mock_defender::{DEFAULT_START, MockDefender};
///
/// assert_eq!(MockDefender::builder().start()?.now(), DEFAULT_START);
/// # Ok::<(), mock_defender::StartError>(())
/// ```
pub const DEFAULT_START: VirtualTime = VirtualTime::of_day(20_781);

/// The choices for a [`MockDefender`]; each has a default that suits tests.
///
/// ```
/// use mock_defender::{MockDefender, Size};
///
/// let mock = MockDefender::builder().seed(3).size(Size::Small).throttle(true).start()?;
/// assert_eq!((mock.tenant().seed, mock.tenant().size), (3, Size::Small));
/// # Ok::<(), mock_defender::StartError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    seed: Option<u64>,
    size: Option<Size>,
    at: Option<VirtualTime>,
    name: Option<String>,
    text: Option<String>,
    scenario: Option<String>,
    follows: bool,
    file: Option<TenantFile>,
    throttle: bool,
    own_names: Vec<String>,
    chaos: Option<Chaos>,
    wall: Wall,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            seed: None,
            size: None,
            at: None,
            name: None,
            text: None,
            scenario: None,
            follows: false,
            file: None,
            throttle: false,
            own_names: Vec::new(),
            chaos: None,
            wall: Wall::System,
        }
    }
}

impl Builder {
    /// Another seed is another company. Default: 1, which is Contoso.
    ///
    /// ```
    /// use mock_defender::MockDefender;
    ///
    /// let [one, other] = [1, 2].map(|seed| MockDefender::builder().seed(seed).start());
    /// assert_ne!(one?.tenant().domain, other?.tenant().domain);
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// How many people, how many days of history. Default: [`Size::Tiny`], which starts at once.
    ///
    /// ```
    /// use mock_defender::{MockDefender, Size};
    ///
    /// let mock = MockDefender::builder().size(Size::Small).start()?;
    /// assert_eq!(mock.tenant().size, Size::Small);
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub const fn size(mut self, size: Size) -> Self {
        self.size = Some(size);
        self
    }

    /// The instant at which the clock first stands; history fills the days before it. Default: [`DEFAULT_START`]
    /// where the clock is frozen, the last midnight (UTC) where it follows the wall clock.
    ///
    /// ```
    /// use mock_defender::{MockDefender, VirtualTime};
    ///
    /// let monday = VirtualTime::parse("2026-01-05T09:00:00Z").expect("an instant");
    /// assert_eq!(MockDefender::builder().starting(monday).start()?.now(), monday);
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub const fn starting(mut self, at: VirtualTime) -> Self {
        self.at = Some(at);
        self
    }

    /// The company's name. Default: the one that the seed draws.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().name("Fabrikam").start()?;
    /// assert_eq!(mock.tenant().name, "Fabrikam");
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What the company is born from, as YAML or JSON: see `mock-defender spec default` for the settings. What it says
    /// wins over [`seed`](Self::seed), [`size`](Self::size), [`starting`](Self::starting) and [`name`](Self::name);
    /// how the clock runs is still the builder's to say.
    ///
    /// ```
    /// use mock_defender::{MockDefender, Persona};
    ///
    /// let company = "
    /// users: 12
    /// people:
    ///   - {displayName: Ada Example, upn: ada, persona: user}
    /// storylines: none
    /// ";
    /// let mock = MockDefender::builder().specification(company).start()?;
    /// let tenant = mock.tenant();
    /// assert!(tenant.user(Persona::User).is_some_and(|user| user.upn == "ada@contoso.onmicrosoft.com"));
    /// let problem = MockDefender::builder().specification("users: 5").start().unwrap_err();
    /// assert!(problem.to_string().ends_with("users: expected a whole number from 10 to 20000, got 5"));
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn specification(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Starts a scenario as soon as the simulator is there: a shipped one by its name, or one of your own, as
    /// [`MockDefender::scenario`] takes it. The tenant is the scenario's own unless [`seed`](Self::seed),
    /// [`size`](Self::size), [`specification`](Self::specification) or a [tenant file](Self::tenant_file) is given.
    ///
    /// ```
    /// use mock_defender::MockDefender;
    ///
    /// let mock = MockDefender::builder().scenario("state-changes-after-read").start()?;
    /// assert_eq!(mock.tenant().seed, 59);
    /// assert_eq!(mock.scenarios().len(), 1);
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn scenario(mut self, scenario: impl Into<String>) -> Self {
        self.scenario = Some(scenario.into());
        self
    }

    /// Lets the clock stand still until it is advanced. The default: answers are then the same to the byte, today
    /// and in a year.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().frozen().start()?;
    /// assert_eq!(mock.now(), mock.now());
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub const fn frozen(mut self) -> Self {
        self.follows = false;
        self
    }

    /// Lets the clock follow the wall clock: the one of the wall, or from [`starting`](Self::starting) on at its
    /// pace. For clients that judge the times of tokens by the clock of the machine.
    ///
    /// ```
    /// use mock_defender::{DEFAULT_START, MockDefender, VirtualTime, Wall};
    ///
    /// let wall = Wall::manual(VirtualTime::parse("2026-03-02T10:30:00Z").expect("an instant"));
    /// let mock = MockDefender::builder().follow().wall(wall.clone()).start()?;
    /// assert_eq!(mock.now(), wall.now());
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub const fn follow(mut self) -> Self {
        self.follows = true;
        self
    }

    /// Whether requests beyond the limits of the real services are refused. Default: no.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().throttle(true).start()?;
    /// let token = format!("Token {}", mock.tenant().api_token);
    /// let status = || {
    ///     let request = http::Request::get("/api/v1/alerts/").header("authorization", &token).body("");
    ///     mock.ask(request.expect("a request")).status().as_u16()
    /// };
    /// assert!((0..30).all(|_| status() == 200));
    /// assert_eq!(status(), 429);
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub const fn throttle(mut self, throttle: bool) -> Self {
        self.throttle = throttle;
        self
    }

    /// A further host name of the simulator, besides `localhost`, names below it, and loopback. May be given several
    /// times. An instance with such names has a certificate authority of its own.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().own_name("sim.test").start()?;
    /// let request = http::Request::get("https://sim.test/_mock/health").body("")?;
    /// assert_eq!(mock.ask(request).status(), 200);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn own_name(mut self, name: impl AsRef<str>) -> Self {
        self.own_names.push(name.as_ref().to_ascii_lowercase());
        self
    }

    /// Brings a tenant to life that was [exported](MockDefender::export), in place of a new one: seed, size, start,
    /// name and clock are then the file's.
    ///
    /// ```
    /// use mock_defender::MockDefender;
    ///
    /// let mock = MockDefender::builder().start()?;
    /// mock.play("impossible-travel")?;
    /// let twin = MockDefender::builder().tenant_file(mock.export()).start()?;
    /// assert_eq!(twin.truth(), mock.truth());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tenant_file(mut self, file: TenantFile) -> Self {
        self.file = Some(file);
        self
    }

    /// Lets things go wrong from the start on: the faults of this level act by chance, at the same requests in every run
    /// with the same seed. See [`faults`](MockDefender::faults).
    ///
    /// ```
    /// use mock_defender::{Chaos, MockDefender};
    ///
    /// let run = || -> Result<Vec<u16>, Box<dyn std::error::Error>> {
    ///     let mock = MockDefender::builder().chaos(Chaos::Evil).start()?;
    ///     let ask = || Ok(mock.ask(http::Request::get("/api/v1/alerts/").body("")?).status().as_u16());
    ///     (0..50).map(|_| ask()).collect()
    /// };
    /// assert_eq!(run()?, run()?);
    /// assert!(run()?.iter().any(|status| *status != 401));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn chaos(mut self, level: Chaos) -> Self {
        self.chaos = Some(level);
        self
    }

    /// The wall clock that clocks follow and by which forks expire. Default: the system's.
    ///
    /// ```
    /// use std::time::Duration;
    /// use mock_defender::{MockDefender, Wall, DEFAULT_START};
    ///
    /// let wall = Wall::manual(DEFAULT_START);
    /// let mock = MockDefender::builder().follow().wall(wall.clone()).start()?;
    /// wall.set(VirtualTime::parse("2026-11-24T08:00:00Z").expect("an instant"));
    /// assert_eq!(mock.now(), wall.now());
    /// # use mock_defender::VirtualTime;
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn wall(mut self, wall: Wall) -> Self {
        self.wall = wall;
        self
    }

    /// Starts it.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// assert_eq!(mock.tenant().name, "Contoso");
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    ///
    /// # Errors
    /// When something chosen can't be had.
    pub fn start(self) -> Result<MockDefender, StartError> {
        if let Some(name) =
            self.name.as_ref().filter(|name| name.trim().is_empty() || name.chars().count() > 60)
        {
            return Err(StartError::CompanyName(name.clone()));
        }
        if let Some(name) = self.own_names.iter().find(|name| !is_host(name)) {
            return Err(StartError::OwnName(name.clone()));
        }
        let scenario =
            self.scenario.as_deref().map(scenarios::ordered).transpose().map_err(CommandError::from)?;
        let tenant = match &self.file {
            Some(file) => tenants::revived(file, &self.wall, &|| true)?,
            None => self.born(scenario.as_ref())?,
        };
        // Up to the wall clock, if it follows that.
        tenant.read();
        let settings = Settings {
            own_names: self.own_names,
            throttle: self.throttle,
            control_token: None,
            wall: self.wall,
            births: Births::default(),
        };
        let gateway = Gateway::new(Registry::new(Arc::new(tenant)), &services::all(), settings)
            .expect("the routes are the same for every start, and tests/house.rs proves them unambiguous");
        if let Some(level) = self.chaos {
            let entry = gateway.registry.first();
            let subject = Subject::now(&gateway, &entry.tenant);
            // A tenant file may bring its own chaos along, which goes on; what is new can be played, which tests show.
            let _ = operations::faults::add_chaos(&subject, level);
        }
        let mock = MockDefender::opened(gateway);
        if let Some(scenario) = scenario {
            scenarios::start(&mock.subject(), &scenario).map_err(CommandError::from)?;
        }
        Ok(mock)
    }

    fn born(&self, scenario: Option<&Scenario>) -> Result<Tenant, StartError> {
        let start =
            self.at.unwrap_or_else(|| if self.follows { last_midnight(&self.wall) } else { DEFAULT_START });
        let (seed, size) = (self.seed.unwrap_or(1), self.size.unwrap_or(Size::Tiny));
        let absent = Absent { seed, size, ..Absent::starting(start) };
        let own = scenario.filter(|_| self.seed.is_none() && self.size.is_none());
        let text = self.text.as_deref().or(own.map(|scenario| scenario.tenant.as_str()));
        let mut birth = specification::read(text.unwrap_or_default(), absent)?;
        birth.dated |= self.at.is_some();
        birth.freeze = !self.follows;
        birth.spec.name = birth.spec.name.or_else(|| self.name.clone());
        Ok(Tenant::born(&birth.spec, birth.mode(), self.wall.clone()))
    }
}
