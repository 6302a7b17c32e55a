//! Who calls: credentials are checked here, once the tenant is known. What a caller may do is decided after.

use std::sync::Arc;

use crate::identity::token::issued_at;
use crate::identity::{TokenFault, VerifiedToken};
use crate::model::person::Persona;
use crate::model::stamps::TokenStamps;
use crate::model::time::{Span, VirtualTime};

use super::authority::Site;
use super::call::Gateway;
use super::caller::Caller;
use super::context::Inbound;
use super::profile::{Authentication, GatewayRefusal, ServiceProfile, Unauthenticated};
use super::registry::Entry;
use super::tenant_resolution::Credential;

impl Gateway {
    /// The caller, if the service lets it in.
    pub(super) fn authenticate(
        &self,
        profile: &ServiceProfile,
        credential: Option<Credential<'_>>,
        entry: &Entry,
        ctx: &Inbound<'_>,
    ) -> Result<Caller, GatewayRefusal> {
        let no = |why| Err(GatewayRefusal::Unauthenticated(why));
        match profile.authentication {
            Authentication::None => Ok(Caller::Anonymous),
            // A browser asks whether a page may ask before it sends what the page wants to send.
            Authentication::Bearer { .. } if *ctx.request.method() == http::Method::OPTIONS => {
                Ok(Caller::Anonymous)
            }
            Authentication::Operator => self.admit_operator(credential, ctx),
            Authentication::Bearer { audiences, api_tokens, continuous } => match credential {
                None => no(Unauthenticated::Missing),
                Some(credential) if credential.is("bearer") => {
                    self.bearer(credential.value, audiences, continuous, ctx)
                }
                Some(credential) if api_tokens && credential.is("token") => {
                    if !entry.api_token.is(credential.value) {
                        return no(Unauthenticated::UnknownApiToken);
                    }
                    // Made by the global administrator, whose rights it has.
                    Ok(Caller::ApiToken { person: ctx.world().persona(Persona::GlobalAdmin).unwrap_or(0) })
                }
                Some(_) => no(Unauthenticated::Malformed),
            },
        }
    }

    fn bearer(
        &self,
        token: &str,
        audiences: &[&str],
        continuous: bool,
        ctx: &Inbound<'_>,
    ) -> Result<Caller, GatewayRefusal> {
        let no = |why| Err(GatewayRefusal::Unauthenticated(why));
        let token = match self.judge(token, ctx) {
            Ok(token) => token,
            Err(TokenFault::OtherTenant { .. }) => return Err(GatewayRefusal::WrongTenant),
            Err(fault) => return no(Unauthenticated::Token(fault)),
        };
        let audience = token.aud.trim_end_matches('/');
        let own = matches!(ctx.authority.site, Site::Own { .. }) && audience == ctx.authority.origin();
        if !own && !audiences.iter().any(|known| known.eq_ignore_ascii_case(audience)) {
            return no(Unauthenticated::WrongAudience { got: token.aud.clone() });
        }
        let directory = &ctx.view.state.core().directory;
        if token.scp.is_empty() {
            return match directory.app(token.appid) {
                Some((index, _)) => Ok(Caller::Application { registration: index, token }),
                None => no(Unauthenticated::UnknownApplication { client: token.appid }),
            };
        }
        let Some(person) = token.oid.and_then(|oid| ctx.world().person_by_id(oid)) else {
            return no(Unauthenticated::UnknownUser);
        };
        if continuous && token.challenges {
            self.evaluate(&token, person, ctx)?;
        }
        Ok(Caller::User { person, client: token.appid, token })
    }

    /// Whether a token that can be challenged still stands: nobody has been disabled or lost a session since.
    fn evaluate(&self, token: &VerifiedToken, person: u32, ctx: &Inbound<'_>) -> Result<(), GatewayRefusal> {
        let core = ctx.view.state.core();
        let valid_from = core.directory.account(person).and_then(|account| account.valid_from);
        let issued = self.issued(token, ctx).unwrap_or(VirtualTime::from_millis(0));
        let gone = (!core.enabled(person, ctx.now())).then(|| ctx.now());
        match valid_from.filter(|from| issued < *from).or(gone) {
            Some(valid_from) => {
                Err(GatewayRefusal::Unauthenticated(Unauthenticated::Challenged { valid_from }))
            }
            None => Ok(()),
        }
    }

    /// What a token says, if it is one of this tenant and holds now.
    ///
    /// # Errors
    /// See [`TokenFault`].
    pub fn judge(&self, token: &str, ctx: &Inbound<'_>) -> Result<Arc<VerifiedToken>, TokenFault> {
        let state = &ctx.view.state;
        let keys = state.core().directory.judging_keys(ctx.now());
        let verified = self.verifier.signed(token, &keys)?;
        let shift = match state.token_stamps() {
            TokenStamps::Virtual => Span::default(),
            // The stamps show the wall clock; what counts is the tenant's.
            TokenStamps::Wall => match (self.issued(&verified, ctx), verified.iat) {
                (Some(issued), Some(stamped)) => issued - stamped,
                _ => Span::default(),
            },
        };
        verified.in_time(ctx.now(), shift)?;
        // All tenants sign with the same test keys, and a fork's users have the ids that its parent's have.
        if verified.tid != state.identity().id {
            return Err(TokenFault::OtherTenant { tid: verified.tid });
        }
        Ok(verified)
    }

    /// When the tenant issued a token, by its own clock; `None` for a token that does not say.
    pub fn issued(&self, token: &VerifiedToken, ctx: &Inbound<'_>) -> Option<VirtualTime> {
        issued_at(ctx.view.state.identity(), token.uti.as_deref()?)
    }

    /// The control API: only for who is not a web page of another origin, and with the token where one is set.
    fn admit_operator(
        &self,
        credential: Option<Credential<'_>>,
        ctx: &Inbound<'_>,
    ) -> Result<Caller, GatewayRefusal> {
        let every = |name| ctx.request.headers().get_all(name).iter();
        let own = ctx.authority.origin();
        let foreign = every("origin").any(|origin| origin.as_bytes() != own.as_bytes());
        let cross = every("sec-fetch-site").any(|site| *site == "cross-site" || *site == "same-site");
        if foreign || cross {
            return Err(GatewayRefusal::CrossSite);
        }
        match &self.settings.control_token {
            None => Ok(Caller::Anonymous),
            Some(token) => match credential {
                Some(given) if given.is("bearer") && same_text(given.value, token) => Ok(Caller::Anonymous),
                Some(_) => Err(GatewayRefusal::Unauthenticated(Unauthenticated::Malformed)),
                None => Err(GatewayRefusal::Unauthenticated(Unauthenticated::Missing)),
            },
        }
    }
}

/// Compares without giving away, by the time it takes, how much was right.
fn same_text(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// The caller in the log's words.
pub(super) fn describe(caller: &Caller, ctx: &Inbound<'_>) -> Option<String> {
    match caller {
        Caller::Anonymous => None,
        Caller::Application { registration, .. } => {
            let app = ctx.view.state.core().directory.app_at(*registration)?;
            Some(format!("application {}", app.registration.name))
        }
        Caller::User { person, client, .. } => {
            let directory = &ctx.view.state.core().directory;
            let client = match directory.app(*client) {
                Some((_, app)) => app.registration.name.to_string(),
                None => client.to_string(),
            };
            Some(format!("{} through {client}", ctx.world().person(*person).upn))
        }
        Caller::ApiToken { person } => Some(format!("API token of {}", ctx.world().person(*person).upn)),
    }
}
