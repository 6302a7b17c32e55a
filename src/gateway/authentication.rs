//! Who calls: credentials are checked here, once the tenant is known. What a caller may do is decided after.

use std::sync::Arc;

use crate::facts::{self, AppFacts, PersonFacts};
use crate::identity::api_token;
use crate::identity::keys;
use crate::identity::token::issued_at;
use crate::identity::{TokenError, VerifiedToken};
use crate::model::index::PersonIx;
use crate::model::person::Persona;
use crate::model::stamps::TokenStamps;
use crate::model::time::{Span, VirtualTime};

use super::authority::Site;
use super::call::Gateway;
use super::caller::Caller;
use super::context::Inbound;
use super::profile::{Authentication, GatewayRefusal, ServiceProfile, Unauthenticated};
use super::redact;
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
                Some(credential)
                    if api_tokens
                        && credential.is("bearer")
                        && api_token::tag_of(credential.value).is_some() =>
                {
                    no(Unauthenticated::ApiTokenAsBearer)
                }
                Some(credential) if credential.is("bearer") => {
                    self.bearer(credential.value, audiences, continuous, ctx)
                }
                Some(credential) if credential.is("token") && redact::is_token(credential.value) => {
                    no(Unauthenticated::JwtAsApiToken)
                }
                Some(credential) if api_tokens && credential.is("token") => {
                    if !entry.api_token.is(credential.value) {
                        return no(Unauthenticated::UnknownApiToken);
                    }
                    entry.use_api_token(ctx.now());
                    // Made by the global administrator, whose rights it has.
                    Ok(Caller::ApiToken {
                        person: PersonFacts::persona_of(&ctx.view, Persona::GlobalAdmin)
                            .map_or(PersonIx::new(0), |admin| admin.index()),
                    })
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
            Err(TokenError::OtherTenant { .. }) => return Err(GatewayRefusal::WrongTenant),
            Err(error) => return no(Unauthenticated::Token(error)),
        };
        let audience = token.aud.trim_end_matches('/');
        let own = matches!(ctx.authority.site, Site::Own { .. }) && audience == ctx.authority.origin();
        if !own && !audiences.iter().any(|known| known.eq_ignore_ascii_case(audience)) {
            return no(Unauthenticated::WrongAudience { got: token.aud.clone() });
        }
        let directory = facts::directory(&ctx.view);
        if token.scp.is_empty() {
            return match directory.app(token.appid) {
                Some((_, known)) if continuous && token.challenges && !known.may_sign_in() => {
                    no(Unauthenticated::Challenged { valid_from: ctx.now() })
                }
                Some((app, _)) => Ok(Caller::Application { app, token }),
                None => no(Unauthenticated::UnknownApplication { client: token.appid }),
            };
        }
        let Some(user) = token.oid.and_then(|oid| PersonFacts::by_id(&ctx.view, oid)) else {
            return no(Unauthenticated::UnknownUser);
        };
        if continuous && token.challenges {
            self.evaluate(&token, &user, ctx)?;
        }
        Ok(Caller::User { person: user.index(), client: token.appid, token })
    }

    /// Whether a token that can be challenged still stands: neither user nor client has been disabled, and no session
    /// was lost since.
    fn evaluate(
        &self,
        token: &VerifiedToken,
        user: &PersonFacts<'_>,
        ctx: &Inbound<'_>,
    ) -> Result<(), GatewayRefusal> {
        let valid_from = user.account().and_then(|account| account.valid_from);
        let issued = self.issued(token, ctx).unwrap_or(VirtualTime::from_millis(0));
        let client = facts::directory(&ctx.view).app(token.appid);
        let disabled = !user.enabled() || client.is_some_and(|(_, client)| !client.may_sign_in());
        let gone = disabled.then(|| ctx.now());
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
    /// See [`TokenError`].
    pub fn judge(&self, token: &str, ctx: &Inbound<'_>) -> Result<Arc<VerifiedToken>, TokenError> {
        let state = &ctx.view.state;
        let directory = facts::directory(&ctx.view);
        let verified = self.verifier.signed(token, |place| {
            directory.judging_keys(ctx.now()).any(|number| keys::place(number) == place)
        })?;
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
            return Err(TokenError::OtherTenant { tid: verified.tid });
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
        // A link of another page may lead to what anybody may see: it is shown then, and that page learns nothing of it.
        let is_public = ctx.route.is_some_and(|route| route.is_public);
        let is_led_here = is_public && every("sec-fetch-mode").any(|mode| *mode == "navigate");
        if foreign || (cross && !is_led_here) {
            return Err(GatewayRefusal::CrossSite);
        }
        match &self.settings.control_token {
            None => Ok(Caller::Anonymous),
            Some(_) if is_public => Ok(Caller::Anonymous),
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
        Caller::Application { app, .. } => {
            let app = AppFacts::of(&ctx.view, *app)?;
            Some(["application ", app.name()?].concat())
        }
        Caller::User { person, client, .. } => {
            let user = PersonFacts::of(&ctx.view, *person)?.upn();
            let app = AppFacts::by_client(&ctx.view, *client);
            Some(match app.and_then(|app| app.name()) {
                Some(name) => format!("{user} through {name}"),
                None => format!("{user} through {client}"),
            })
        }
        Caller::ApiToken { person } => {
            let user = PersonFacts::of(&ctx.view, *person)?;
            Some(format!("API token of {}", user.upn()))
        }
    }
}
