//! The client of a request: who it is, and how it proves that.

use http::header;

use crate::catalogue::copilot;
use crate::catalogue::resources::GRAPH;
use crate::facts;
use crate::gateway::authority::Site;
use crate::gateway::form;
use crate::gateway::form::Form;
use crate::gateway::{Ctx, Refused, Service};
use crate::identity::assertion::AssertionError;
use crate::identity::client::{self, Client};
use crate::identity::credential::{self, Credential, CredentialError};
use crate::identity::resources::{self, Target};
use crate::identity::token::Proof;
use crate::model::base64;
use crate::model::command::Command;
use crate::model::identity::IdentityCommand;
use crate::model::ids::Guid;
use crate::model::registration::Redirect;

use super::refusals::{self, EntraRefusal};
use super::wire::field;
use super::{Named, PERSONAL_ACCOUNTS};

/// The client with this id, as the tenant of the request knows it; one of another tenant of this server, if it is
/// meant for other tenants.
pub(super) fn find(ctx: &Ctx<'_>, given: &str) -> Option<Client> {
    found(ctx, given, false)
}

/// The same; `removed` finds one, too, whose principal was removed from this tenant.
fn found(ctx: &Ctx<'_>, given: &str, removed: bool) -> Option<Client> {
    let id: Guid = given.parse().ok()?;
    let directory = facts::directory(&ctx.view);
    if let Some(known) = client::find(directory, id) {
        return Some(refreshed(ctx, known));
    }
    if directory.app(id).is_some() {
        // A removed service principal returns with the next consent only.
        let (_, registration) = origin_of(ctx, id).filter(|_| removed)?;
        return Some(client::unknown_here(&registration));
    }
    home_of(ctx, id).and_then(|(_, registration)| client::foreign(&registration))
}

/// The tenant in which an application is registered, other than that of the request, and its registration there.
pub(super) fn home_of(
    ctx: &Ctx<'_>,
    id: Guid,
) -> Option<(Guid, std::sync::Arc<crate::model::registration::Registration>)> {
    let found = ctx.gateway.registry.list().iter().find_map(|entry| {
        let view = entry.tenant.read();
        let (_, app) = facts::directory(&view).app(id)?;
        app.home.is_none().then(|| (entry.tenant.identity().id, std::sync::Arc::clone(&app.registration)))
    });
    // The vendor's own that comes in by consent is registered with none of the tenants here.
    found.or_else(|| {
        (id == Guid::literal(copilot::API)).then(|| (copilot::home(), copilot::registration().into()))
    })
}

/// Where an application comes from that this tenant has no principal of: its home, which may be this tenant, and its
/// registration.
pub(super) fn origin_of(
    ctx: &Ctx<'_>,
    id: Guid,
) -> Option<(Guid, std::sync::Arc<crate::model::registration::Registration>)> {
    match facts::directory(&ctx.view).app(id) {
        Some((_, app)) if app.home.is_none() => {
            Some((ctx.view.state.identity().id, std::sync::Arc::clone(&app.registration)))
        }
        _ => home_of(ctx, id),
    }
}

/// An application of another tenant has its secrets and redirect URIs at home.
fn refreshed(ctx: &Ctx<'_>, known: Client) -> Client {
    if known.app.as_ref().is_none_or(|app| app.home.is_none()) {
        return known;
    }
    match home_of(ctx, known.id()) {
        Some((_, registration)) => Client { registration, ..known },
        None => known,
    }
}

/// The registered redirect URI that `asked` is; a portal's at one of the simulator's own names,
/// or under the tenant's own host, is that at its genuine host.
pub(super) fn redirect<'c>(ctx: &Ctx<'_>, client: &'c Client, asked: &str) -> Option<&'c Redirect> {
    client.redirect(asked).or_else(|| {
        let label = &ctx.view.state.identity().label;
        client.redirect(&ctx.gateway.genuine(ctx.authority, label, asked)?)
    })
}

/// The client that the text `given` names.
///
/// # Errors
/// None of this tenant; one that is disabled, or that may not be used at `common`.
pub(super) fn known(ctx: &Ctx<'_>, given: &str, named: Named) -> Result<Client, Refused> {
    judged(ctx, given, named, false)
}

/// The same where somebody can consent: also one whose principal was removed, since consent brings it back.
///
/// # Errors
/// See [`known`].
pub(super) fn known_at_pages(ctx: &Ctx<'_>, given: &str, named: Named) -> Result<Client, Refused> {
    judged(ctx, given, named, true)
}

fn judged(ctx: &Ctx<'_>, given: &str, named: Named, removed: bool) -> Result<Client, Refused> {
    let unknown = |directory: &str| {
        let directory = directory.to_owned();
        Refused::from(EntraRefusal::UnknownClient { client: given.to_owned(), directory })
    };
    if named == Named::Consumers {
        return Err(unknown(PERSONAL_ACCOUNTS));
    }
    if given.parse() == Ok(Guid::from_bits(0)) {
        return Err(EntraRefusal::EmptyClient { client: given.to_owned() }.into());
    }
    let client = found(ctx, given, removed).ok_or_else(|| unknown(&facts::company(&ctx.view).name))?;
    let name = client.registration.display_name.to_string();
    if client.app.as_ref().is_some_and(|app| !app.enabled) {
        return Err(EntraRefusal::DisabledClient { client: given.to_owned(), name }.into());
    }
    if matches!(named, Named::Any(_)) && !client.is_multi_tenant() {
        return Err(EntraRefusal::SingleTenant { client: given.to_owned(), name }.into());
    }
    Ok(client)
}

/// What a token request says about its client: the id, and what it proves it with.
pub(super) struct PresentedCredential {
    /// The client id.
    pub id: String,
    assertion: Option<String>,
    secret: Option<String>,
}

impl PresentedCredential {
    /// Reads body and `Authorization` header.
    ///
    /// # Errors
    /// No client id; an assertion without its type.
    pub(super) fn read(ctx: &Ctx<'_>, form: &Form) -> Result<Self, Refused> {
        let (basic_id, basic_secret) = basic(ctx).unwrap_or_default();
        let id = field(form, "client_id").or(some(&basic_id));
        let id = id.ok_or(EntraRefusal::MissingParameter { name: "client_id".into() })?.to_owned();
        let assertion = field(form, "client_assertion").map(str::to_owned);
        if assertion.is_some() && field(form, "client_assertion_type").is_none() {
            return Err(EntraRefusal::MissingParameter { name: "client_assertion_type".into() }.into());
        }
        let secret = field(form, "client_secret").or(some(&basic_secret)).map(str::to_owned);
        Ok(Self { id, assertion, secret })
    }

    /// What it proves itself with.
    pub(super) fn credential(&self) -> Credential<'_> {
        match (&self.assertion, &self.secret) {
            (Some(assertion), _) => Credential::Assertion(assertion),
            (None, Some(secret)) => Credential::Secret(secret),
            (None, None) => Credential::None,
        }
    }

    /// Judges it. `missing` is what a client without a credential is told.
    ///
    /// # Errors
    /// See [`CredentialError`].
    pub(super) fn prove(
        &self,
        ctx: &Ctx<'_>,
        client: &Client,
        missing: EntraRefusal,
    ) -> Result<Proof, Refused> {
        let directory = facts::directory(&ctx.view);
        let tenant = ctx.view.state.identity().id.to_string();
        let audiences = |audience: &str| is_endpoint(ctx, &tenant, audience);
        let judged =
            |now| credential::prove(&client.registration, directory, self.credential(), &audiences, now);
        // Libraries stamp assertions by the clock of their machine, wherever the tenant's stands: one that is in
        // time by either holds.
        let proof = judged(ctx.now()).or_else(|error| match error {
            CredentialError::Assertion(AssertionError::OutOfTime { .. }) => {
                judged(ctx.gateway.settings.wall.now()).map_err(|_| error)
            }
            _ => Err(error),
        });
        proof.map_err(|error| {
            let client = self.id.clone();
            match error {
                CredentialError::PublicClient => EntraRefusal::PublicClient.into(),
                CredentialError::Missing => missing.into(),
                CredentialError::WrongSecret => EntraRefusal::WrongSecret { client }.into(),
                CredentialError::SecretEnded(ended) => Refused::from(EntraRefusal::SecretEnded { client })
                    .because(format!("the secret ended at {ended}")),
                CredentialError::Assertion(error) => asserted(error, client),
            }
        })
    }
}

/// An assertion may name the token endpoint, the issuer or the authority, at whichever name of Entra ID.
fn is_endpoint(ctx: &Ctx<'_>, tenant: &str, audience: &str) -> bool {
    let audience = audience.trim_end_matches('/');
    let Some((_, path)) =
        audience.split_once("://").map(|(_, rest)| rest.split_once('/').unwrap_or((rest, "")))
    else {
        return false;
    };
    let origin = &audience[..audience.len() - path.len() - usize::from(!path.is_empty())];
    let host = origin.strip_prefix("https://").unwrap_or_default().to_ascii_lowercase();
    let ours = origin.eq_ignore_ascii_case(ctx.authority.origin())
        || ctx.gateway.hosts.of(Service::Entra).read(&host).is_some();
    let (name, rest) = path.split_once('/').unwrap_or((path, ""));
    let known = name.eq_ignore_ascii_case(tenant)
        || name.eq_ignore_ascii_case(&facts::company(&ctx.view).domain)
        || ["common", "organizations"].iter().any(|word| name.eq_ignore_ascii_case(word));
    ours && known && ["", "v2.0", "oauth2/token", "oauth2/v2.0/token"].contains(&rest)
}

fn asserted(error: AssertionError, client: String) -> Refused {
    let reason = error.to_string();
    let refusal = match error {
        AssertionError::Malformed
        | AssertionError::MissingClaim(_)
        | AssertionError::UnsupportedAlgorithm { .. } => EntraRefusal::MalformedAssertion,
        AssertionError::UnknownCertificate { thumbprint } => {
            EntraRefusal::UnknownCertificate { thumbprint, client }
        }
        AssertionError::BadSignature { .. }
        | AssertionError::CertificateOutOfTime { .. }
        | AssertionError::UnknownIssuerKey { .. } => EntraRefusal::BadAssertionSignature,
        AssertionError::WrongClient { .. } => EntraRefusal::ForeignAssertion { client },
        AssertionError::WrongAudience { presented } => {
            EntraRefusal::AssertionAudience { audience: presented }
        }
        AssertionError::OutOfTime { now, until, .. } => {
            EntraRefusal::AssertionTime { now: now.to_string(), expires: until.to_string() }
        }
        AssertionError::UnmatchedIssuer { presented } => EntraRefusal::FederatedIssuer { issuer: presented },
        AssertionError::UnmatchedSubject { presented } => {
            EntraRefusal::FederatedSubject { subject: presented }
        }
        AssertionError::UnmatchedAudience { presented } => {
            EntraRefusal::FederatedAudience { audience: presented }
        }
        AssertionError::IssuerKeysUnknown { issuer } => EntraRefusal::FederatedIssuer { issuer },
    };
    Refused::from(refusal).because(reason)
}

/// The origin that stands for every emulated resource, where the client asks at it.
pub(super) fn own_origin(ctx: &Ctx<'_>) -> Option<String> {
    matches!(ctx.authority.site, Site::Own { .. }).then(|| ctx.authority.origin().to_owned())
}

/// The resource that a text names, if the tenant knows one.
pub(super) fn known_target<'c>(ctx: &'c Ctx<'_>, resource: &str) -> Option<Target<'c>> {
    // A scope without a resource belongs to Microsoft Graph.
    let named = if resource.is_empty() { GRAPH } else { resource };
    let own = own_origin(ctx);
    resources::find(named, own.as_deref(), facts::directory(&ctx.view))
}

/// The resource that a text names.
///
/// # Errors
/// None that the tenant knows, or one that it has not subscribed to.
pub(super) fn target<'c>(ctx: &'c Ctx<'_>, resource: &str) -> Result<Target<'c>, Refused> {
    let target = known_target(ctx, resource).ok_or_else(|| {
        let directory = ctx.view.state.identity().id.to_string();
        let resource = if resource.is_empty() { GRAPH } else { resource };
        EntraRefusal::UnknownResource { resource: resource.to_owned(), directory }
    })?;
    if !facts::connection(&ctx.view).subscribes_to(target.licences()) {
        let reason = format!(
            "the tenant has none of the licences that bring {}: {}",
            target.name(),
            target.licences().join(", ")
        );
        return Err(Refused::from(EntraRefusal::Service650052).because(reason));
    }
    Ok(target)
}

/// An error that was ordered for this client, or for any: it is met once more.
pub(super) struct OrderedFailure {
    /// Its row.
    pub row: &'static crate::gateway::Row,
    /// Seconds to wait.
    pub retry_after: Option<u32>,
}

/// The error that the next request of this client meets.
pub(super) fn ordered(ctx: &Ctx<'_>, client: &str) -> Option<OrderedFailure> {
    let directory = facts::directory(&ctx.view);
    if directory.failures.is_empty() {
        return None;
    }
    let id: Option<Guid> = client.parse().ok();
    let meant = |only: Option<Guid>| only.is_none() || only == id;
    let failure = directory.failures.iter().find(|failure| meant(failure.client))?;
    let row = refusals::row_numbered(failure.code)?;
    let retry_after = failure.retry_after;
    let met = IdentityCommand::Failed { code: failure.code, client: id };
    // Of two requests that race for the last forced failure, the command of the second is refused: it goes on as usual.
    ctx.submit(Command::Directory(met)).ok()?;
    Some(OrderedFailure { row, retry_after })
}

/// Client id and secret of HTTP Basic authentication, both form-encoded in it (RFC 6749, 2.3.1).
fn basic(ctx: &Ctx<'_>) -> Option<(String, String)> {
    let text = ctx.header(header::AUTHORIZATION.as_str())?.trim();
    let (scheme, value) = text.split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| base64::decode_standard(value.trim()))??;
    let colon = decoded.iter().position(|&byte| byte == b':')?;
    Some((form::decode(&decoded[..colon]), form::decode(&decoded[colon + 1..])))
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
