//! How the authorize endpoint answers: by sending the browser to the redirect URI, in one of three ways, or by a page
//! where nobody knows whether that URI can be trusted.
//!
//! Sources: <https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html>,
//! <https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html>, RFC 6749, 4.1.2.1.

use http::{StatusCode, header};

use crate::facts;
use crate::gateway::{Answer, Ctx, Inbound, Refused, Row, Service};
use crate::identity::redirect::{with_fragment, with_query};

use super::pages::answer::{Options, page};
use super::pages::{ErrorPage, FormPost, Page};
use super::refusals::{EntraRefusal, claims, description, number};
use super::wire;

/// How parameters travel to the redirect URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Query,
    Fragment,
    FormPost,
}

impl Mode {
    /// The mode that `response_mode` names, or the usual one; `None` for one that does not exist, or not with a token
    /// in the answer, which must not stand in a query.
    pub(super) fn read(name: Option<&str>, implicit: bool) -> Option<Self> {
        match name {
            None => Some(Self::usual(implicit)),
            Some("fragment") => Some(Self::Fragment),
            Some("form_post") => Some(Self::FormPost),
            Some("query") if !implicit => Some(Self::Query),
            Some(_) => None,
        }
    }

    /// The mode where none is named.
    pub(super) fn usual(implicit: bool) -> Self {
        if implicit { Self::Fragment } else { Self::Query }
    }
}

/// Where an answer goes.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub redirect: String,
    pub mode: Mode,
    pub state: Option<String>,
}

/// Why a request of a browser is refused, and how it is told.
pub(super) enum Failure {
    /// By a page.
    Page(Refused),
    /// At the redirect URI.
    Redirect(Reply, Refused),
}

impl Failure {
    pub(super) fn answer(self, ctx: &Ctx<'_>) -> Answer {
        match self {
            Self::Page(refused) => error_page(ctx, &refused, None),
            Self::Redirect(reply, refused) => reply.refuse(ctx, &refused, None),
        }
    }
}

impl<R: Into<Refused>> From<R> for Failure {
    fn from(refusal: R) -> Self {
        Self::Page(refusal.into())
    }
}

impl Reply {
    /// Sends the browser on with these parameters.
    pub(super) fn send(&self, ctx: &Ctx<'_>, parameters: &[(&str, &str)]) -> Answer {
        let to = match self.mode {
            Mode::Query => with_query(&self.redirect, parameters),
            Mode::Fragment => with_fragment(&self.redirect, parameters),
            Mode::FormPost => {
                let form = FormPost { action: &self.redirect, fields: parameters.to_vec() };
                return sent(ctx, StatusCode::OK, &form);
            }
        };
        go(ctx, &to)
    }

    /// Sends the browser on with an error. `subcode` tells a user's own no from other refusals.
    pub(super) fn refuse(&self, ctx: &Ctx<'_>, refused: &Refused, subcode: Option<&str>) -> Answer {
        super::refusals::note(ctx, refused);
        self.refuse_by(ctx, refused.row(), &refused.message(), subcode)
    }

    /// The same by a row of the catalogue.
    pub(super) fn refuse_by(&self, ctx: &Ctx<'_>, row: &Row, text: &str, subcode: Option<&str>) -> Answer {
        let code = number(row);
        if is_told_by_page(code) {
            return error_page_by(ctx, row, text, None, None);
        }
        let text = description(ctx, text);
        let uri = ctx.url(Service::Entra, &format!("/error?code={code}"));
        let mut parameters = vec![("error", at_authorize(code, row.code))];
        parameters.extend(subcode.map(|subcode| ("error_subcode", subcode)));
        parameters.extend([("error_description", text.as_str()), ("error_uri", uri.as_str())]);
        let claims = claims(ctx, code);
        parameters.extend(claims.as_deref().map(|claims| ("claims", claims)));
        parameters.extend(self.state.as_deref().map(|state| ("state", state)));
        self.send(ctx, &parameters)
    }
}

/// Client or redirect URI are in doubt, so nothing is sent there.
fn is_told_by_page(code: u32) -> bool {
    matches!(code, 50011 | 50020 | 50059 | 50194 | 70001 | 90002 | 700_016 | 900_023 | 900_971 | 7_000_112)
}

/// The OAuth error that the authorize endpoint gives for a number, where the token endpoint gives another.
pub(super) fn at_authorize(code: u32, at_token: &'static str) -> &'static str {
    match code {
        65001 => "consent_required",
        50072 | 50074 | 50076 | 50078 | 50079 | 50055 | 50173 | 70043 => "interaction_required",
        50057 | 53003 | 50105 | 50053 | 50126 => "access_denied",
        _ => at_token,
    }
}

/// Sends the browser to a place.
pub(super) fn go(ctx: &Ctx<'_>, to: &str) -> Answer {
    let mut answer = Answer::empty(StatusCode::FOUND).header(header::LOCATION.as_str(), to);
    wire::unkept(&mut answer.headers);
    wire::common(ctx, &mut answer.headers);
    answer
}

/// A page, cut off from its opener where the tenant wants that.
pub(super) fn sent(ctx: &Inbound<'_>, status: StatusCode, shown: &impl Page) -> Answer {
    let severs_opener = facts::directory(&ctx.view).policies.opener_isolation;
    page(ctx, status, shown, Options { severs_opener })
}

/// The page of an error. `more` says what to do, where the reason alone does not.
pub(super) fn error_page(ctx: &Ctx<'_>, refused: &Refused, app_name: Option<&str>) -> Answer {
    super::refusals::note(ctx, refused);
    error_page_by(ctx, refused.row(), &refused.message(), Some(&refused.reason()), app_name)
}

/// The same by a row of the catalogue.
pub(super) fn error_page_by(
    ctx: &Inbound<'_>,
    row: &Row,
    text: &str,
    reason: Option<&str>,
    app_name: Option<&str>,
) -> Answer {
    let code = number(row);
    let shown = ErrorPage {
        title: "Sign-in failed",
        code,
        text,
        trace_id: ctx.request_id,
        correlation_id: wire::correlation_id(ctx),
        timestamp: &ctx.now().to_spaced(),
        app_name,
        more: reason.filter(|reason| *reason != text),
    };
    let status = match row.status {
        _ if code == 0 => StatusCode::NOT_FOUND,
        503 => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    sent(ctx, status, &shown)
}

/// A form of ours was posted by a page of another site, which would sign somebody in unasked.
pub(super) fn posted_from_elsewhere(ctx: &Ctx<'_>) -> Option<Refused> {
    let cross = ctx.header("sec-fetch-site").is_some_and(|site| site == "cross-site");
    cross.then(|| {
        Refused::from(EntraRefusal::MalformedGrant).because("the form was posted by a page of another site")
    })
}
