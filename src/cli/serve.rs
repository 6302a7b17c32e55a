//! `mock-defender serve`

use std::cell::Cell;
use std::io::{IsTerminal as _, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

use crate::facts::PersonFacts;
use crate::faults::Chaos;
use crate::gateway::call::{Births, Listening, Settings};
use crate::gateway::registry::{Registry, RegistryError, Revival};
use crate::gateway::{Gateway, RequestHandler};
use crate::model::json::json;
use crate::model::spec::{Size, Specification};
use crate::model::time::VirtualTime;
use crate::operations::info::tenant_info;
use crate::operations::{Subject, faults, last_midnight, scenarios, tenants};
use crate::scenario::{Given, Scenario};
use crate::server::{CertificateAuthority, Limits, Server};
use crate::services;
use crate::specification::{self, Absent, Birth};
use crate::tenant::journal::disk::create_private;
use crate::tenant::journal::store::JournalStore;
use crate::tenant::journal::{Step, TenantFile};
use crate::tenant::wall::random_token;
use crate::tenant::{CommandRefusal, Tenant, Wall};

use super::ask::OPERATOR_TOKEN;
use super::listen::Place;
use super::{Outcome, background, instant};

/// Start the simulator.
///
/// When it is ready it prints, on standard error, what to copy into a client's configuration (for people) and, where
/// standard output is no terminal, one line of JSON there (for scripts). Stop it with Ctrl-C.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender serve\n  mock-defender serve --seed 7 --size tiny --start 2026-01-05T09:00:00Z --freeze\n  mock-defender serve --listen 127.0.0.1:0 --ready-file ready.json   # any free port\n  mock-defender serve --detach && mock-defender stop"
)]
pub(super) struct Serve {
    /// Address to listen on, such as 127.0.0.1:8443, [::1]:8443 or localhost:8443; may be given several times. Port 0
    /// takes any free port. Beyond loopback the control API asks for a token: the one that MOCK_DEFENDER_OPERATOR_TOKEN
    /// says, else one that is made and printed
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8443")]
    listen: Vec<Place>,
    /// A further name of this server, besides localhost and its addresses: gets a certificate and the control API
    #[arg(long, value_name = "HOST")]
    name: Vec<String>,
    /// The seed: another seed is another company. Default: 1
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How big the company is: tiny (10 users, 2 days of history), small (50, 14; the default), medium (500, 30),
    /// large (2500, 30)
    #[arg(long, value_name = "SIZE")]
    size: Option<Size>,
    /// The instant at which the tenant's clock first stands (RFC 3339); history fills the days before it. Default: the
    /// last midnight (UTC)
    #[arg(long, value_name = "TIME", value_parser = instant)]
    start: Option<VirtualTime>,
    /// Let the tenant's clock stand still at the start until it is moved (implies --throttle off unless given)
    #[arg(long)]
    freeze: bool,
    /// What the tenant is born from: a specification (YAML, see `mock-defender spec`), beside which --seed, --size,
    /// --start and --freeze win; or a tenant file (see `GET /_mock/tenants/…/export`), which goes on where it stopped
    #[arg(long, value_name = "FILE")]
    tenant: Option<PathBuf>,
    /// Start this scenario when the server is ready: the name of a shipped one, or a file (see `mock-defender
    /// scenario`). The tenant is the scenario's own unless --seed, --size or --tenant is given
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Option<String>,
    /// Keep the tenants' journals in this directory: what was acknowledged survives the server. Tenants that are
    /// there come back; --seed, --size, --start, --freeze, --tenant and --scenario are for an empty directory
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Play journals of another generator onto new births, and list the commands that no longer apply
    #[arg(long)]
    rebirth: bool,
    /// Go on with a damaged journal before the line that is damaged. The whole file is kept beside it (`.damaged`), and
    /// how many lines were left out is told
    #[arg(long)]
    salvage: bool,
    /// Where the local certificate authority lives; `ephemeral` makes one for this run only. Default: one per machine
    /// and user, in the state directory
    #[arg(long, value_name = "DIR|ephemeral")]
    ca: Option<PathBuf>,
    /// Also write the ready line to this file, whole at once
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Whether requests beyond the real limits are refused (the Cloud Apps API: 30 a minute and tenant)
    #[arg(long, value_name = "MODE", value_enum)]
    throttle: Option<Throttle>,
    /// Let things go wrong in the first tenant, by chance drawn from its seed: mild (any client that tries again comes
    /// through), rough, evil. See `mock-defender fault list`
    #[arg(long, value_name = "LEVEL")]
    chaos: Option<Chaos>,
    /// How much to tell on standard error: error, warn, info, debug, trace, or a filter such as mock_defender=debug
    #[arg(long, value_name = "LEVEL", default_value = "warn", value_parser = log_filter)]
    log: String,
    /// Go on in the background once it is ready; see the subcommands status, logs and stop (Unix only)
    #[arg(long)]
    detach: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Throttle {
    /// As the real service does
    Real,
    /// Never refuse
    Off,
}

impl Serve {
    pub(super) fn run(self) -> Outcome {
        if self.detach {
            return background::detach();
        }
        self.run_telling(&greet)
    }

    /// Runs the server; `greeting` says what people are to know once it is ready.
    pub(super) fn run_telling(self, greeting: &dyn Fn(&Ready<'_>)) -> Outcome {
        let told: Targets = self.log.parse().map_err(|error| format!("--log {:?}: {error}", self.log))?;
        // Colours are for people who look at it now, not for files.
        let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let lines = tracing_subscriber::fmt::layer().with_ansi(colours).with_writer(std::io::stderr);
        tracing_subscriber::registry().with(lines).with(told).init();
        let authority = self.authority()?;
        if let Some(advice) = authority.advice() {
            tracing::warn!("{advice}");
        }
        let wall = Wall::System;
        // A file that can't be read is worth an error even where the directory has tenants already.
        let scenario = self.scenario.as_deref().map(|which| super::scenario::read(which, &Given::new()));
        let scenario = scenario.transpose()?;
        let origin = self.origin(&wall, scenario.as_ref())?;
        let is_new = Cell::new(false);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        // From here on it can be asked to stop; a birth or a replay that takes long leaves off then.
        let asked = StopAsked::listen(&runtime)?;
        let wanted = || !asked.already();
        let registry = self.registry(&wall, &origin, &is_new, &wanted)?;
        // Up to the wall clock, if they follow it, before anyone is told that the server is ready.
        if !registry.list().iter().all(|entry| entry.tenant.catch_up_while(&wanted)) {
            return Err(RegistryError::Unwanted.into());
        }
        let listen: Vec<SocketAddr> = self.listen.iter().flat_map(|place| place.0.iter().copied()).collect();
        let beyond_loopback = listen.iter().any(|address| !address.ip().is_loopback());
        let throttle = self.throttle.map_or(!self.freeze, |throttle| throttle == Throttle::Real);
        let given = std::env::var(OPERATOR_TOKEN).ok().filter(|token| !token.trim().is_empty());
        let control_token = beyond_loopback.then(|| given.clone().unwrap_or_else(random_token));
        let settings = Settings {
            own_names: self.own_names(),
            throttle,
            control_token: control_token.clone(),
            wall,
            births: self.births(&origin),
        };
        let gateway = Arc::new(Gateway::new(registry, &services::all(), settings)?);
        self.bring_chaos(&gateway)?;
        // A tenant that came back has its scenario with it.
        if let Some(scenario) = scenario.filter(|_| is_new.get()) {
            let entry = gateway.registry.first();
            scenarios::start(&Subject::now(&gateway, &entry.tenant), &scenario)?;
        }
        runtime.block_on(async {
            let front: Arc<dyn RequestHandler> = Arc::clone(&gateway) as Arc<dyn RequestHandler>;
            let server =
                Server::bind(listen.clone(), front, authority.clone(), self.own_names(), Limits::default())
                    .map_err(|error| taken(&listen, &error))?;
            let listening = listening(server.local_addrs(), &authority);
            // Who gave the token knows it; it need not be written anywhere else.
            let made = control_token.as_deref().filter(|_| given.is_none());
            let ready = ready_line(&listening, &gateway, made);
            // Set once, here: nothing else fills it.
            let _ = gateway.listening.set(listening.clone());
            if let Some(file) = &self.ready_file {
                write_whole(file, &ready, made.is_some())?;
            }
            greeting(&Ready {
                listening: &listening,
                gateway: &gateway,
                control_token: control_token.as_deref(),
                given: made.is_none(),
            });
            let mut out = std::io::stdout();
            // For scripts: a person has been greeted. Nobody may be reading, which is no reason not to serve.
            if !out.is_terminal() {
                let _ = writeln!(out, "{ready}").and_then(|()| out.flush());
            }
            server.run(asked.wait()).await;
            if let Err(lost) = gateway.registry.stop() {
                tracing::warn!(
                    "no mark of this stop can be left, so the next start looks closer: {}",
                    lost.why()
                );
            }
            Ok(())
        })
    }

    /// A tenant that comes back from its journal may have its chaos already.
    fn bring_chaos(&self, gateway: &Gateway) -> Outcome {
        let entry = gateway.registry.first();
        let subject = Subject::now(gateway, &entry.tenant);
        if let Some(level) = self.chaos.filter(|_| !faults::has_chaos(&subject.view)) {
            faults::add_chaos(&subject, level)?;
        }
        Ok(())
    }

    fn own_names(&self) -> Vec<String> {
        self.name.iter().map(|name| name.to_ascii_lowercase()).collect()
    }

    fn authority(&self) -> Result<CertificateAuthority, Box<dyn std::error::Error>> {
        let (domains, names) = (services::domains(), self.own_names());
        Ok(match &self.ca {
            Some(dir) if dir.as_os_str() == "ephemeral" => CertificateAuthority::ephemeral(&domains, &names)?,
            Some(dir) => CertificateAuthority::load_or_create(dir, &domains, &names)?,
            None => {
                CertificateAuthority::load_or_create(&CertificateAuthority::default_dir()?, &domains, &names)?
            }
        })
    }

    /// What further tenants take over: the flags, and with a clock that stands still where it stands.
    fn births(&self, origin: &Origin) -> Births {
        let start = match origin {
            Origin::Birth(birth) if self.freeze || self.start.is_some() => Some(birth.spec.start),
            Origin::Birth(_) | Origin::File(_) => None,
        };
        Births { start, freeze: self.freeze }
    }

    fn registry(
        &self,
        wall: &Wall,
        origin: &Origin,
        is_new: &Cell<bool>,
        wanted: &dyn Fn() -> bool,
    ) -> Result<Registry, Box<dyn std::error::Error>> {
        let skipped = |step: &Arc<Step>, refusal: &CommandRefusal| {
            eprintln!("no longer applies: {} ({refusal})", step.line().trim_end());
        };
        let born = || match origin {
            Origin::File(file) => Tenant::revived_while(file, wall.clone(), skipped, wanted),
            Origin::Birth(birth) => Tenant::born_while(&birth.spec, birth.mode(), wall.clone(), wanted),
        };
        let first = || {
            is_new.set(true);
            born()
        };
        Ok(match &self.data_dir {
            None => Registry::new(Arc::new(first().ok_or(RegistryError::Unwanted)?)),
            Some(dir) => {
                let how = Revival { rebirth: self.rebirth, salvage: self.salvage };
                let (store, told) = (JournalStore::open(dir)?, |told: String| eprintln!("{told}"));
                Registry::kept_while(store, first, wall, how, told, wanted)?
            }
        })
    }

    /// What the first tenant comes from.
    fn origin(&self, wall: &Wall, scenario: Option<&Scenario>) -> Result<Origin, String> {
        let Some(path) = &self.tenant else {
            if let Some(scenario) = scenario.filter(|_| self.seed.is_none() && self.size.is_none()) {
                return self.of_scenario(scenario, wall);
            }
            let start = self.start.unwrap_or_else(|| last_midnight(wall));
            let spec = Specification::plain(self.seed.unwrap_or(1), self.size.unwrap_or_default(), start);
            specification::judge(&spec).map_err(|problems| {
                // There is no text, so lines and columns would say nothing.
                let told = problems.0.iter().map(|problem| format!("{}: {}", problem.key, problem.error));
                told.collect::<Vec<_>>().join("; ")
            })?;
            return Ok(Origin::Birth(Birth { spec, dated: self.start.is_some(), freeze: self.freeze }));
        };
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        if specification::is_tenant_file(&text) {
            return self.tenant_file(path, &text, wall).map(Origin::File);
        }
        let settled =
            specification::Settled { seed: self.seed, size: self.size, start: self.start, lived: false };
        let absent = Absent::starting(last_midnight(wall));
        let mut birth = specification::read_settled(&text, absent, settled)
            .map_err(|problems| super::spec::named(path, &problems))?;
        birth.freeze |= self.freeze;
        Ok(Origin::Birth(birth))
    }

    /// The tenant of a scenario's own.
    fn of_scenario(&self, scenario: &Scenario, wall: &Wall) -> Result<Origin, String> {
        let settled = specification::Settled { start: self.start, ..specification::Settled::default() };
        let absent = Absent::starting(last_midnight(wall));
        let mut birth = specification::read_settled(&scenario.tenant, absent, settled)
            .map_err(|problems| format!("the tenant of {}: {problems}", scenario.name))?;
        birth.freeze |= self.freeze;
        Ok(Origin::Birth(birth))
    }

    fn tenant_file(&self, path: &Path, text: &str, wall: &Wall) -> Result<TenantFile, String> {
        let named = |problem: &dyn std::fmt::Display| format!("tenant file {}: {problem}", path.display());
        if self.seed.is_some() || self.size.is_some() || self.start.is_some() || self.freeze {
            return Err(named(
                &"it says itself how it goes on, so --seed, --size, --start and --freeze mean nothing",
            ));
        }
        let file = TenantFile::read(text).map_err(|error| named(&error))?;
        if !self.rebirth {
            file.is_ours().map_err(|error| named(&error))?;
        }
        specification::judge_file(&file, wall.now()).map_err(|error| named(&error))?;
        Ok(file)
    }
}

/// The error of a server that can't listen, with who holds the port as far as that can be known.
fn taken(listen: &[SocketAddr], error: &std::io::Error) -> Box<dyn std::error::Error> {
    if error.kind() != std::io::ErrorKind::AddrInUse {
        return error.to_string().into();
    }
    let text = error.to_string();
    let named = |address: &&SocketAddr| text.contains(&address.to_string());
    let address = listen.iter().find(named).or(listen.first());
    match address.map(|address| (address.ip(), address.port())) {
        Some((ip, port)) => format!("{text}. {}", super::doctor::port::taken(ip, port)).into(),
        None => text.into(),
    }
}

/// A level, or a filter of the tracing library. That takes any word for the name of a part of the program, so that a
/// misspelt level would silence everything.
fn log_filter(text: &str) -> Result<String, String> {
    use tracing_subscriber::filter::LevelFilter;
    for part in text.split(',').map(str::trim) {
        let level = part.rsplit_once('=').map_or(part, |(_, level)| level);
        if level.parse::<LevelFilter>().is_err() {
            let expected = "error, warn, info, debug, trace or off, or a filter such as mock_defender=debug";
            return Err(format!("{level:?} is no level; expected {expected}"));
        }
    }
    Ok(text.to_owned())
}

/// What a tenant comes from.
enum Origin {
    /// A life that has been lived.
    File(TenantFile),
    /// A specification.
    Birth(Birth),
}

fn listening(addresses: &[SocketAddr], authority: &CertificateAuthority) -> Listening {
    let host = |address: &SocketAddr| match address.ip() {
        ip if ip.is_loopback() || ip.is_unspecified() => format!("localhost:{}", address.port()),
        IpAddr::V4(_) | IpAddr::V6(_) => address.to_string(),
    };
    let host = addresses.first().map_or_else(|| "localhost".to_owned(), host);
    Listening {
        url: format!("https://{host}"),
        proxy: format!("http://{host}"),
        ca_file: authority.file().map(|file| file.display().to_string()),
        ca_pem: authority.pem().to_owned(),
    }
}

/// One line of JSON, for scripts.
fn ready_line(listening: &Listening, gateway: &Gateway, control_token: Option<&str>) -> String {
    let tenants = tenants::list(gateway);
    let mut ready = json!({
        "ready": true,
        "url": listening.url,
        "proxy": listening.proxy,
        "ca": listening.ca_file,
        "tenants": tenants,
    });
    if let Some(token) = control_token {
        ready["operatorToken"] = token.into();
    }
    ready.to_string()
}

/// A server that is ready.
pub(super) struct Ready<'a> {
    /// Where it listens.
    pub listening: &'a Listening,
    /// Its gateway.
    pub gateway: &'a Gateway,
    /// The operator's token, where one is asked for.
    control_token: Option<&'a str>,
    /// That token was given, rather than made here.
    given: bool,
}

/// For people: what to copy, in the words of the forms it is pasted into.
fn greet(ready: &Ready<'_>) {
    let Ready { listening, gateway, control_token, given } = *ready;
    let tenant = &gateway.registry.first().tenant;
    let info = tenant_info(gateway, tenant);
    eprintln!("mock-defender {} is ready: {}", env!("CARGO_PKG_VERSION"), listening.url);
    eprintln!();
    eprintln!(
        "  {} ({} people and guests), clock at {}",
        info.name,
        PersonFacts::count(&tenant.read()),
        info.now
    );
    eprintln!("  Tenant ID        {}", info.id);
    if let Some(app) = info.apps.first() {
        eprintln!("  Client ID        {}", app.client_id);
        eprintln!("  Client secret    {}", app.secret);
    }
    eprintln!("  API token        {}", info.api_token);
    eprintln!("  API URL          {} (through the proxy), or {}", info.cloud_apps_url, listening.url);
    eprintln!("  HTTPS_PROXY      {}", listening.proxy);
    match &listening.ca_file {
        Some(file) => eprintln!("  CA bundle        {file}"),
        None => eprintln!("  CA bundle        {}/_mock/ca.pem (only for this run)", listening.proxy),
    }
    if let Some(token) = control_token {
        let token = if given { format!("that of {OPERATOR_TOKEN}") } else { token.to_owned() };
        eprintln!("  Operator token   {token} (the control API asks for it beyond loopback)");
    }
    eprintln!();
    eprintln!("  More apps and users: {}/_mock/info    Stop: Ctrl-C", listening.url);
}

/// Readers see the file whole or not at all; other users don't if it is secret.
fn write_whole(file: &Path, text: &str, secret: bool) -> std::io::Result<()> {
    let named = |error: std::io::Error| {
        std::io::Error::new(error.kind(), format!("cannot write the ready file {}: {error}", file.display()))
    };
    let part = file.with_extension("part");
    let written = match secret {
        true => create_private(&part),
        false => std::fs::File::create(&part),
    };
    written.and_then(|mut part| writeln!(part, "{text}")).map_err(named)?;
    std::fs::rename(&part, file).map_err(named)
}

/// A request to stop: Ctrl-C, or one of the system to terminate. It is heard from the beginning of the start on, so that
/// it ends that, too.
struct StopAsked(watch::Receiver<bool>);

impl StopAsked {
    fn listen(runtime: &Runtime) -> std::io::Result<Self> {
        let (asked, receiver) = watch::channel(false);
        let _entered = runtime.enter();
        #[cfg(unix)]
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        // Takes over from the system at once, and not when the task is polled first.
        #[cfg(unix)]
        let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
        runtime.spawn(async move {
            #[cfg(unix)]
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            #[cfg(not(unix))]
            let _ = tokio::signal::ctrl_c().await;
            asked.send_replace(true);
        });
        Ok(Self(receiver))
    }

    /// It has been asked for.
    fn already(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when it is asked for.
    async fn wait(mut self) {
        // The sender is only gone with the runtime.
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}
