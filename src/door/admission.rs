//! Who calls: credentials are checked here, once the tenant is known. What a caller may do is decided after.

use crate::identity::api_token;
use crate::model::person::Persona;

use super::authority::Site;
use super::call::Door;
use super::caller::Caller;
use super::context::Ctx;
use super::face::{Authentication, DoorRefusal, Face, Unauthenticated};
use super::resolve::Credential;

impl Door {
    /// The caller, if the service lets it in.
    pub(super) fn authenticate(
        &self,
        face: &Face,
        credential: Option<Credential<'_>>,
        ctx: &Ctx<'_>,
    ) -> Result<Caller, DoorRefusal> {
        let no = |why| Err(DoorRefusal::Unauthenticated(why));
        match face.authentication {
            Authentication::None => Ok(Caller::Anonymous),
            Authentication::Operator => self.admit_operator(credential, ctx),
            Authentication::Bearer { audiences, api_tokens } => match credential {
                None => no(Unauthenticated::Missing),
                Some(credential) if credential.is("bearer") => self.bearer(credential.value, audiences, ctx),
                Some(credential) if api_tokens && credential.is("token") => {
                    if !api_token::verify(ctx.reading.state.stamp(), credential.value) {
                        return no(Unauthenticated::UnknownApiToken);
                    }
                    // Made by the global administrator, whose rights it has.
                    Ok(Caller::ApiToken { person: ctx.world().persona(Persona::GlobalAdmin).unwrap_or(0) })
                }
                Some(_) => no(Unauthenticated::Malformed),
            },
        }
    }

    fn bearer(&self, token: &str, audiences: &[&str], ctx: &Ctx<'_>) -> Result<Caller, DoorRefusal> {
        let no = |why| Err(DoorRefusal::Unauthenticated(why));
        let token = match self.verifier.verify(token, ctx.now()) {
            Ok(token) => token,
            Err(fault) => return no(Unauthenticated::Token(fault)),
        };
        if token.tid != ctx.reading.state.stamp().id {
            return Err(DoorRefusal::WrongTenant);
        }
        let audience = token.aud.trim_end_matches('/');
        let own = matches!(ctx.authority.site, Site::Own { .. }) && audience == ctx.authority.origin();
        if !own && !audiences.iter().any(|known| known.eq_ignore_ascii_case(audience)) {
            return no(Unauthenticated::WrongAudience { got: token.aud.clone() });
        }
        let registration = ctx.world().registrations.iter().position(|app| app.client_id == token.appid);
        match registration {
            Some(index) => Ok(Caller::Application { registration: index as u16, roles: token.roles.clone() }),
            None => no(Unauthenticated::UnknownApplication { client: token.appid }),
        }
    }

    /// The control API: only for who is not a web page of another origin, and with the token where one is set.
    fn admit_operator(
        &self,
        credential: Option<Credential<'_>>,
        ctx: &Ctx<'_>,
    ) -> Result<Caller, DoorRefusal> {
        let every = |name| ctx.request.headers().get_all(name).iter();
        let own = ctx.authority.origin();
        let foreign = every("origin").any(|origin| origin.as_bytes() != own.as_bytes());
        let cross = every("sec-fetch-site").any(|site| *site == "cross-site" || *site == "same-site");
        if foreign || cross {
            return Err(DoorRefusal::CrossSite);
        }
        match &self.settings.control_token {
            None => Ok(Caller::Anonymous),
            Some(token) => match credential {
                Some(given) if given.is("bearer") && same_text(given.value, token) => Ok(Caller::Anonymous),
                Some(_) => Err(DoorRefusal::Unauthenticated(Unauthenticated::Malformed)),
                None => Err(DoorRefusal::Unauthenticated(Unauthenticated::Missing)),
            },
        }
    }
}

/// Compares without giving away, by the time it takes, how much was right.
fn same_text(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// The caller in the log's words.
pub(super) fn describe(ctx: &Ctx<'_>) -> Option<String> {
    match &ctx.caller {
        Caller::Anonymous => None,
        Caller::Application { registration, .. } => {
            let app = ctx.world().registrations.get(usize::from(*registration))?;
            Some(format!("application {}", app.name))
        }
        Caller::ApiToken { person } => Some(format!("API token of {}", ctx.world().person(*person).upn)),
    }
}
