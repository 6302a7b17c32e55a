//! One scenario: a tenant as it was born, a server of its own, the rounds of the client, the verdict.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::gateway::call::{Births as Usual, Listening, Settings};
use crate::gateway::registry::Registry;
use crate::gateway::{Gateway, RequestHandler};
use crate::operations::info::tenant_info;
use crate::operations::{Subject, scenarios};
use crate::server::{AuthorityError, CertificateAuthority, Limits, Server};
use crate::services;
use crate::tenant::Wall;
use crate::tenant::wall::{Stopwatch, random_token};

use super::client::{Client, Place};
use super::collected::{Collect, reported};
use super::course::{Births, Course};
use super::judge::{End, Evidence, Truth, Verdict, verdict};
use super::log::Exchange;
use super::ticking::Ticking;

/// The application that clients sign in as.
const APPLICATION: &str = "full";

/// How clients are run.
#[derive(Clone, Debug)]
pub struct Options {
    /// What they collect.
    pub collect: Collect,
    /// How long a round may take, in real time.
    pub timeout: Duration,
    /// They go to the genuine hosts, through the proxy.
    pub proxy: bool,
    /// What clients leave behind is kept where they fail.
    pub keep: bool,
}

/// What all runs share.
pub struct House {
    runtime: Runtime,
    authority: CertificateAuthority,
    folder: PathBuf,
    births: Births,
    stopped: AtomicBool,
    /// Something that a client left behind is to stay.
    keeps: AtomicBool,
}

/// Why a scenario could not be run at all.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A file, a socket or the client's process can't be had.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// There is no certificate authority.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The scenario can't be played in this tenant.
    #[error("the scenario can't be played in this tenant: {0}")]
    Scenario(String),
    /// Somebody stopped it.
    #[error("stopped")]
    Stopped,
}

/// A round that has ended.
#[derive(Clone, Debug)]
pub struct Round {
    /// How.
    pub end: End,
    /// How many ids were reported in it.
    pub reported: usize,
    /// The end of what the client said on its standard error.
    pub said: String,
    /// Real time.
    pub took: Duration,
}

/// A scenario that was run.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The verdict.
    pub verdict: Verdict,
    /// Its rounds.
    pub rounds: Vec<Round>,
    /// How many things there were to collect.
    pub due: usize,
    /// What the client asked.
    pub log: Vec<Exchange>,
    /// How many requests came behind those of the log.
    pub beyond: u64,
    /// Real time.
    pub took: Duration,
    /// What the client left behind, if it was kept.
    pub folder: Option<PathBuf>,
}

impl House {
    /// Makes what all runs share: threads, a certificate authority, a folder.
    ///
    /// # Errors
    /// When the system does not give it.
    pub fn new() -> Result<Self, RunError> {
        let folder = std::env::temp_dir().join(format!("mock-defender-gauntlet-{}", random_token()));
        std::fs::create_dir_all(&folder)?;
        let authority = CertificateAuthority::ephemeral(&services::domains(), &[])?;
        std::fs::write(folder.join("ca.pem"), authority.pem())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        Ok(Self {
            runtime,
            authority,
            folder,
            births: Births::default(),
            stopped: AtomicBool::new(false),
            keeps: AtomicBool::new(false),
        })
    }

    /// Ends the clients that run, and lets no other begin.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// Somebody stopped it.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// The threads that serve.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Runs a client through a scenario. `name` tells its folder from those of others.
    ///
    /// # Errors
    /// When that can't be done; whatever the client does is no error.
    pub fn run(
        &self,
        course: &Course,
        client: &Client,
        options: &Options,
        name: &str,
    ) -> Result<Ran, RunError> {
        let watch = Stopwatch::start();
        let folder = self.folder.join(name);
        let stage = Stage::set(self, course)?;
        let mut rounds = Vec::new();
        let mut all_reported = Vec::new();
        let mut truth = Truth::default();
        for round in 1..=course.plan.rounds.max(1) {
            if round > 1 {
                stage.front.advance(course.plan.between).map_err(|error| played(&error))?;
            }
            stage.front.begin(round);
            let visible = stage.visible(options.collect);
            truth.known.extend(visible.iter().cloned());
            truth.due = visible;
            let place = Place::of(&folder, round)?;
            let variables = self.variables(&stage, course, options, &place, round);
            let ended = client.run(&variables, &place, options.timeout, &self.stopped)?;
            if self.is_stopped() {
                return Err(RunError::Stopped);
            }
            let (ids, problem) = match reported(options.collect, &place.report, &place.printed()) {
                Ok(ids) => (ids, None),
                Err(problem) => (Vec::new(), Some(problem)),
            };
            let end = match problem {
                Some(problem) if ended.end == End::Exit(0) => End::Unreadable(problem.to_string()),
                _ => ended.end,
            };
            let is_well = end == End::Exit(0);
            rounds.push(Round { end, reported: ids.len(), said: ended.said, took: ended.took });
            all_reported.push(ids);
            if !is_well {
                break;
            }
        }
        truth.known.extend(stage.visible(options.collect));
        let (log, beyond, stuck) = stage.front.log();
        if let Some(error) = stuck {
            return Err(played(&error));
        }
        let ends: Vec<End> = rounds.iter().map(|round| round.end.clone()).collect();
        let verdict = verdict(&Evidence {
            recoverable: course.scenario.recoverable,
            ends: &ends,
            reported: &all_reported,
            truth: &truth,
            log: &log,
        });
        let keeps = options.keep && !verdict.passed;
        if keeps {
            self.keeps.store(true, Ordering::Release);
        } else {
            // At worst it is there until the folder of all runs goes.
            let _ = std::fs::remove_dir_all(&folder);
        }
        let due = truth.due.len();
        let took = watch.elapsed();
        Ok(Ran { verdict, rounds, due, log, beyond, took, folder: keeps.then_some(folder) })
    }

    /// The environment of the client.
    fn variables(
        &self,
        stage: &Stage,
        course: &Course,
        options: &Options,
        place: &Place,
        round: u32,
    ) -> Vec<(&'static str, String)> {
        let tenant = tenant_info(&stage.gateway, &stage.gateway.registry.first().tenant);
        let (url, proxy) = (stage.listening.url.clone(), stage.listening.proxy.clone());
        let path = |path: &Path| path.display().to_string();
        let mut variables = vec![
            ("MOCK_DEFENDER_URL", url.clone()),
            ("MOCK_DEFENDER_API_TOKEN", tenant.api_token.clone()),
            ("MOCK_DEFENDER_TENANT_ID", tenant.id.to_string()),
            ("MOCK_DEFENDER_ROUND", round.to_string()),
            ("MOCK_DEFENDER_SCENARIO", course.name().to_owned()),
            ("MOCK_DEFENDER_REPORT", path(&place.report)),
            ("MOCK_DEFENDER_FOLDER", path(&place.folder)),
            ("AZURE_TENANT_ID", tenant.id.to_string()),
            ("MDCA_TOKEN", tenant.api_token.clone()),
            ("NO_PROXY", "localhost,127.0.0.1".to_owned()),
        ];
        if let Some(app) = tenant.app(APPLICATION) {
            variables.push(("AZURE_CLIENT_ID", app.client_id.to_string()));
            variables.push(("AZURE_CLIENT_SECRET", app.secret.clone()));
        }
        if options.proxy {
            variables.push(("HTTPS_PROXY", proxy));
            variables.push(("NODE_USE_ENV_PROXY", "1".to_owned()));
            variables.push(("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com".to_owned()));
            variables.push(("MDCA_URL", tenant.cloud_apps_url.clone()));
        } else {
            variables.push(("AZURE_AUTHORITY_HOST", url.clone()));
            variables.push(("MDCA_URL", url));
        }
        let ca = path(&self.folder.join("ca.pem"));
        for name in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
            variables.push((name, ca.clone()));
        }
        variables
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // A temporary folder: left behind at worst.
        let _ = match self.keeps.load(Ordering::Acquire) {
            true => std::fs::remove_file(self.folder.join("ca.pem")),
            false => std::fs::remove_dir_all(&self.folder),
        };
    }
}

fn played(problem: &dyn std::fmt::Display) -> RunError {
    RunError::Scenario(problem.to_string())
}

/// A tenant in which a scenario has begun, behind a server that listens.
struct Stage {
    gateway: Arc<Gateway>,
    front: Arc<Ticking>,
    listening: Listening,
    /// Tells the server to stop, by being dropped.
    _open: oneshot::Sender<()>,
}

impl Stage {
    fn set(house: &House, course: &Course) -> Result<Self, RunError> {
        let tenant = Arc::new(house.births.of(&course.specification));
        let settings = Settings {
            own_names: Vec::new(),
            // The limits of the real services count by virtual time, of which a quick client leaves too little.
            throttle: false,
            control_token: None,
            wall: Wall::manual(tenant.now()),
            births: Usual::default(),
        };
        let gateway = Gateway::new(Registry::new(Arc::clone(&tenant)), &services::all(), settings);
        let gateway = Arc::new(gateway.map_err(|error| played(&error))?);
        let subject = Subject::now(&gateway, &tenant);
        let steps = course.steps();
        if !steps.is_empty() {
            scenarios::start_steps(&subject, &course.scenario, &steps).map_err(|error| played(&error))?;
        }
        let front = Arc::new(Ticking::new(Arc::clone(&gateway), course));
        let _within = house.runtime.enter();
        let any_port = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
        let handler: Arc<dyn RequestHandler> = Arc::clone(&front) as Arc<dyn RequestHandler>;
        let server = Server::bind(any_port, handler, house.authority.clone(), Vec::new(), Limits::default())?;
        let port = server.local_addrs().first().map_or(0, SocketAddr::port);
        let (open, dropped) = oneshot::channel::<()>();
        house.runtime.spawn(server.run(async move {
            // An error is what it waits for: the other end is gone.
            let _ = dropped.await;
        }));
        let listening = Listening {
            url: format!("https://localhost:{port}"),
            proxy: format!("http://localhost:{port}"),
            ca_file: None,
            ca_pem: house.authority.pem().to_owned(),
        };
        // Set once, here: nothing else fills it.
        let _ = gateway.listening.set(listening.clone());
        Ok(Self { gateway, front, listening, _open: open })
    }

    fn visible(&self, collect: Collect) -> BTreeSet<String> {
        collect.visible(&self.gateway.registry.first().tenant.read())
    }
}
