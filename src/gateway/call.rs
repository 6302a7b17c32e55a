//! The way of a request through the gateway: authority, service, route, tenant, log, faults, caller, permission,
//! throttle, handler.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, StatusCode, header};

use crate::facts;
use crate::identity::Verifier;
use crate::model::ids::Kind;
use crate::model::time::VirtualTime;
use crate::tenant::wall::{Stopwatch, Wall};

use super::authorities::Authorities;
use super::authority::{Authority, Site};
use super::context::{Ctx, Inbound};
use super::disturbance::Disturbance;
use super::exchange::{Answer, Arrival, BodyState, FaultGate};
use super::handshakes::Handshakes;
use super::hosts::{Cloud, HostTable, Hosts};
use super::log;
use super::metrics::Meter;
use super::plan::Planned;
use super::profile::{GatewayRefusal, Hint, ServiceProfile, service_of_path};
use super::reasons::joined;
use super::redact;
use super::redact::{Body, Headers};
use super::refusal::Row;
use super::registry::Registry;
use super::route::{Handled, Handler, Route, Scope};
use super::router::{Ambiguous, Found, Params, Router};
use super::server_faults::ServerFaults;
use super::service::Service;
use super::tenant_resolution::{By, Credential, resolve};

/// The header that tells an answer's number in the request log.
pub const NUMBER: HeaderName = HeaderName::from_static("mock-defender-request");

/// How a gateway is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Further names of the simulator's own, besides localhost and addresses.
    pub own_names: Vec<String>,
    /// Requests are counted and refused beyond the services' limits.
    pub throttle: bool,
    /// The control API demands this token.
    pub control_token: Option<String>,
    /// The wall clock that the clocks of new tenants follow.
    pub wall: Wall,
    /// What new tenants take over from how the server was started.
    pub births: Births,
}

/// What a new tenant is given, where its specification does not say otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Births {
    /// Where its clock first stands; else at the last midnight.
    pub start: Option<VirtualTime>,
    /// Its clock stands still until it is moved.
    pub freeze: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let births = Births::default();
        Self { own_names: Vec::new(), throttle: true, control_token: None, wall: Wall::System, births }
    }
}

/// What the transport tells the control API about itself.
#[derive(Clone, Debug)]
pub struct Listening {
    /// `https://localhost:8443`
    pub url: String,
    /// `http://localhost:8443`
    pub proxy: String,
    /// File that holds the certificate of the local authority, if it is in a file.
    pub ca_file: Option<String>,
    /// That certificate.
    pub ca_pem: String,
}

/// The gateway.
pub struct Gateway {
    /// The tenants. Shared with whoever follows what happens.
    pub registry: Arc<Registry>,
    /// How it is set up.
    pub settings: Settings,
    /// Where the server listens, once it does.
    pub listening: OnceLock<Listening>,
    /// What it answered so far.
    pub meter: Meter,
    pub(super) verifier: Verifier,
    /// How many requests there were.
    pub(super) requests: AtomicU64,
    /// Connections that clients ended for want of trust.
    pub handshakes: Handshakes,
    /// What disturbs connections before anybody knows whom they are for.
    pub server_faults: Arc<ServerFaults>,
    /// The host names that are played.
    pub hosts: HostTable,
    pub(super) authorities: Authorities,
    pub(super) services: Vec<(&'static ServiceProfile, Router)>,
}

/// What a request came to, for the log.
#[derive(Default)]
pub(super) struct Trace {
    pub(super) caller: Option<String>,
    pub(super) application: Option<crate::model::index::AppIx>,
    pub(super) refusal: Option<&'static Row>,
    pub(super) reason: Option<String>,
    /// What a fault made of it.
    pub(super) disturbed: Option<String>,
}

impl Gateway {
    /// A gateway to `registry` with these services.
    pub fn new(
        registry: Registry,
        profiles: &[&'static ServiceProfile],
        settings: Settings,
    ) -> Result<Self, Ambiguous> {
        let mut services = Vec::new();
        for profile in profiles {
            services.push((*profile, Router::new(profile.all_routes(), profile.paths)?));
        }
        Ok(Self {
            registry: Arc::new(registry),
            hosts: HostTable::new(&settings.own_names, profiles),
            authorities: Authorities::default(),
            settings,
            listening: OnceLock::new(),
            meter: Meter::default(),
            verifier: Verifier::default(),
            requests: AtomicU64::new(0),
            handshakes: Handshakes::default(),
            server_faults: Arc::default(),
            services,
        })
    }

    /// Every route, service by service.
    pub fn routes(&self) -> impl Iterator<Item = &'static Route> {
        self.services.iter().flat_map(|(profile, _)| profile.all_routes())
    }

    /// Answers a request as if it had come over TLS from this machine. What tests and the library use.
    pub fn ask(&self, request: Request<Bytes>) -> Answer {
        let arrival = Arrival {
            secure: request.uri().scheme_str() != Some("http"),
            sni: None,
            proxy_user: None,
            port: request.uri().port_u16().unwrap_or(443),
            peer: std::net::Ipv4Addr::LOCALHOST.into(),
            body: BodyState::Complete,
        };
        self.ask_as(request, arrival)
    }

    /// Plans and answers a request that is there as a whole.
    pub fn ask_as(&self, request: Request<Bytes>, arrival: Arrival) -> Answer {
        let (head, body) = request.into_parts();
        let planned = self.planned(&head, &arrival);
        self.answer(planned, &Request::from_parts(head, body), &arrival).whole()
    }

    /// How many requests were answered so far, whichever tenant they were for.
    pub(super) fn answered(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(super) fn router(&self, service: Service) -> Option<&Router> {
        self.services.iter().find(|(profile, _)| profile.service == service).map(|(_, router)| router)
    }

    /// The profile of a service.
    pub fn profile(&self, service: Service) -> Option<&'static ServiceProfile> {
        self.services.iter().map(|(profile, _)| *profile).find(|profile| profile.service == service)
    }

    /// Who words what is refused before any service is known.
    pub(super) fn operators(&self) -> Option<&'static ServiceProfile> {
        self.services.iter().map(|(profile, _)| *profile).find(|profile| profile.service.is_operators())
    }

    /// The service that a path belongs to on the simulator's own names.
    pub fn service_of_path(&self, path: &str) -> Option<Service> {
        let profiles = self.services.iter().map(|(profile, _)| *profile);
        service_of_path(profiles, path).map(|profile| profile.service)
    }

    /// The link to `path` (with its leading slash) of `service`, for who asked this authority about the tenant with
    /// this host label.
    pub fn url(&self, asked: &Authority, service: Service, label: &str, path: &str) -> String {
        match &asked.site {
            Site::Genuine { service: own, .. } if *own == service => [asked.origin(), path].concat(),
            Site::Genuine { cloud, .. } => {
                format!("https://{}{path}", self.hosts.of(service).link(*cloud, label))
            }
            Site::Own { .. } | Site::Foreign => {
                [asked.origin(), self.hosts.of(service).own_prefix, path].concat()
            }
        }
    }

    /// The address at the plain genuine host of a service that this one stands for: what a portal has registered is known
    /// under the simulator's own names, too, where the path says which service is meant, and under the host of the tenant
    /// with this label.
    pub fn genuine(&self, asked: &Authority, label: &str, address: &str) -> Option<String> {
        let own = address.strip_prefix(asked.origin()).filter(|_| matches!(asked.site, Site::Own { .. }));
        let (hosts, cloud, path) = match own {
            Some(path) => self.services.iter().find_map(|(profile, _)| {
                let Hosts { own_prefix, .. } = profile.hosts;
                let rest = path.strip_prefix(own_prefix).filter(|_| !own_prefix.is_empty())?;
                Some((profile.hosts, Cloud::Worldwide, rest))
            })?,
            None => {
                let rest = address.strip_prefix("https://")?;
                let (host, path) = rest.split_at(rest.find('/')?);
                let Site::Genuine { service, cloud, label: of } = self.hosts.site_of(host) else {
                    return None;
                };
                of.is_none_or(|of| of == label).then(|| (self.hosts.of(service), cloud, path))?
            }
        };
        path.starts_with('/').then(|| format!("https://{}{path}", hosts.plain(cloud, label)))
    }

    pub(super) fn answer(&self, planned: Planned, request: &Request<Bytes>, arrival: &Arrival) -> Answer {
        let watch = Stopwatch::start();
        let path = request.uri().path();
        let Planned { authority, profile: planned, found, .. } = planned;
        let profile = planned.or_else(|| self.operators());
        let service = planned.map(|profile| profile.service);
        let credential = Credential::of(request.headers());
        let (route, params, mut refusal) = match found {
            Found::Route(route, params) => (Some(route), params, None),
            Found::Method(allowed) => (
                None,
                Params::default(),
                Some(GatewayRefusal::Method { method: redact::cut(request.method().as_str()), allowed }),
            ),
            Found::Nothing if authority.site == Site::Foreign => {
                (None, Params::default(), Some(GatewayRefusal::UnknownHost { host: authority.host.clone() }))
            }
            Found::Nothing => {
                let (method, path) = (redact::cut(request.method().as_str()), redact::path(path));
                (None, Params::default(), Some(GatewayRefusal::NoRoute { method, path }))
            }
        };
        let in_path =
            params.get("tenant").filter(|_| route.is_some_and(|route| route.scope == Scope::Tenant));
        // The operator's credential says nothing about tenants.
        let of_tenant = credential.filter(|_| !planned.is_some_and(|profile| profile.service.is_operators()));
        let hint = planned.map_or_else(Hint::default, |profile| (profile.hint)(&self.registry, request));
        let (entry, tenant_by) =
            match resolve(&self.registry, &self.verifier, &authority, arrival, of_tenant, hint, in_path) {
                Ok(found) => found,
                Err(refused) => {
                    refusal.get_or_insert(refused);
                    (self.registry.first(), By::Unresolved)
                }
            };
        if route.is_some_and(|route| route.scans) {
            self.registry.note_size(&entry.tenant);
        }
        let id = entry.log.open();
        let place = self.requests.fetch_add(1, Ordering::Relaxed);
        let view = entry.tenant.read();
        let request_id =
            facts::ids::minter(&view).guid(Kind::Request, (entry.tenant.identity().fork << 40) | id);
        let mut inbound = Inbound {
            gateway: self,
            request,
            arrival,
            authority: &authority,
            route,
            params,
            view,
            request_id,
            note: Cell::new(None),
        };
        let stranger = self.unknown_label(&authority);
        let mut trace = Trace::default();
        let lost = Cell::new(None);
        let played = planned.filter(|profile| !profile.service.is_operators() && tenant_by != By::Unresolved);
        let gate = request.extensions().get::<FaultGate>();
        let may_act = |disturbance: &Disturbance| gate.is_none_or(|gate| (gate.0)(&disturbance.name));
        let disturbed =
            played.and_then(|profile| self.disturbance(profile, &entry, &inbound)).filter(may_act);
        let instead = played.zip(disturbed.as_ref());
        let instead = instead.and_then(|(profile, disturbed)| self.instead(disturbed, profile, &inbound));
        let result = match (instead, refusal, profile, route) {
            (Some(answer), ..) => Ok(answer),
            (None, Some(refusal), Some(profile), _) => Err((profile.refuse)(refusal)),
            (None, None, Some(profile), Some(route)) => {
                match self.admit(profile, route, &entry, credential, &inbound, &mut trace) {
                    Err(refusal) => Err((profile.refuse)(refusal)),
                    Ok(caller) => {
                        let mut ctx = Ctx::new(inbound, caller, &entry, &lost);
                        if let Some(by) = disturbed.as_ref().and_then(Disturbance::staleness) {
                            ctx = ctx.looking_back(by);
                        }
                        let handled = self.handled(route.handler, &ctx, profile);
                        inbound = ctx.into_inbound();
                        handled
                    }
                }
            }
            _ => Ok(Answer::empty(StatusCode::NOT_FOUND)),
        };
        let mut answer = match result {
            Ok(answer) => answer,
            Err(refused) => {
                trace.refusal = Some(refused.row());
                trace.reason = Some(self.reason(&refused, service, &inbound));
                refused.answer(&inbound)
            }
        };
        if let Some(disturbed) = &disturbed {
            trace.disturbed = Some(disturbed.change(&mut answer, &inbound));
        }
        let status = answer.sent_status();
        let headers = &mut answer.headers;
        headers.insert(header::DATE, entry.date.at(inbound.now()));
        headers.insert(NUMBER, HeaderValue::from(id));
        self.meter.count(service, status, trace.refusal, disturbed.as_ref().map(Disturbance::kind));
        // Headers and bodies of control requests are not logged: they are no client's and may hold any secrets.
        let kept = !planned.is_some_and(|profile| profile.service.is_operators());
        entry.log.close(log::Entry {
            id,
            place,
            filed: 0,
            at: inbound.now(),
            service,
            tenant_by,
            method: redact::method(request.method()),
            secure: arrival.secure,
            version: version(request.version()),
            host: kept_host(&authority),
            path: redact::path(path),
            query: redact::cut(&redact::fields(request.uri().query().unwrap_or_default())),
            route: route.map(|route| route.path),
            scheme: credential.map(|credential| redact::scheme(credential.scheme)),
            caller: trace.caller,
            application: trace.application,
            headers: if kept { Headers::of(request.headers()) } else { Headers::default() },
            request_bytes: request.body().len(),
            body: match request.body() {
                body if body.is_empty() => Body::None,
                body if kept => Body::of(body, is_form(request.headers())),
                _ => Body::Left("it went to the control API"),
            },
            status,
            answer_type: answer.headers.get(header::CONTENT_TYPE).cloned(),
            answer_bytes: answer.length(),
            refusal: trace.refusal,
            fault: disturbed.map(|disturbed| disturbed.name),
            reason: joined(joined(trace.reason.or_else(|| inbound.note.take()), trace.disturbed), stranger),
            micros: u64::try_from(watch.elapsed().as_micros()).unwrap_or(u64::MAX),
        });
        answer
    }

    /// What a handler makes of a request, unless a command of its own was lost. Then nothing that it says would hold
    /// after a restart, whatever it made of the loss.
    pub(super) fn handled(&self, handler: Handler, ctx: &Ctx<'_>, profile: &ServiceProfile) -> Handled {
        let handled = handler(ctx);
        let Some(why) = ctx.lost() else { return handled };
        let refused = (profile.refuse)(GatewayRefusal::JournalLost(why));
        Err(match handled {
            Ok(_) => refused,
            Err(own) => refused.because(own.reason()),
        })
    }
}

/// The host of an authority in the log.
fn kept_host(authority: &Authority) -> Arc<str> {
    let host = authority.host_and_port();
    if redact::is_short(host) { Arc::clone(host) } else { redact::cut(host).into() }
}

pub(super) fn is_form(headers: &http::HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
}

/// The version of HTTP in the log's words.
fn version(version: http::Version) -> &'static str {
    match version {
        http::Version::HTTP_10 => "HTTP/1.0",
        http::Version::HTTP_2 => "HTTP/2",
        _ => "HTTP/1.1",
    }
}
