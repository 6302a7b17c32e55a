//! The pages of Entra ID: sign-in, consent, device code, errors. Pure rendering: plain data in, HTML out.
//!
//! They do what the genuine pages do and look like none of them, and each says that it is simulated. Nothing is
//! loaded from elsewhere, and there is no script besides the one that posts a `form_post` answer, so a test can
//! answer every page by plain HTTP: `POST` the form to its `action` with the hidden `flowToken`, the fields, and
//! one button.
//!
//! | page | fields | buttons: `step`, unless said otherwise |
//! |---|---|---|
//! | [`SignIn`] | `login` | `username`, or `persona` = a test user's name |
//! | [`Picker`] | | `account` = a choice of the list, or `other` |
//! | [`Password`] | `login`, `passwd`, `kmsi` (a box: `true`, or absent) | `password`, `restart`, or `persona` |
//! | [`Mfa`] | `otc` | `mfa` |
//! | [`Enrol`] | | `enrol` |
//! | [`NewPassword`] | `passwd`, `newpasswd`, `confirmpasswd` | `newpassword` |
//! | [`Consent`] | `consentOrganization` (a box: `true`, or absent) | `accept`, `cancel` |
//! | [`NeedAdmin`] | `justification` | `request`, `restart`, `cancel` |
//! | [`RequestSent`] | | `cancel` |
//! | [`ConfirmApp`] | | `accept`, `cancel` |
//! | [`DeviceCode`] | `code` | `code` |
//! | [`ErrorLookup`] | `code`, by `GET` and without `flowToken` | none |
//!
//! The presenter panel may stand beside any page that somebody sees, after its form.
//!
//! Must never know: requests, tenants, who may do what; only [`answer`] knows how an answer is sent.
//!
//! Sources, for what a page says and asks:
//! <https://learn.microsoft.com/entra/identity-platform/application-consent-experience>,
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>,
//! <https://learn.microsoft.com/entra/identity/enterprise-apps/configure-admin-consent-workflow>,
//! <https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html>.

pub mod answer;
mod company;
mod permissions;
mod personas;
mod policy;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::sync::LazyLock;

use askama::Template;

pub use company::{CompanyMark, TINTS};
pub use permissions::{Access, AccessGroup, Permission, ResourceGroup, grouped};
pub use personas::{Persona, Personas};

use crate::model::ids::Guid;
use crate::portal::{ROLES, presenter};

/// What every page says about itself.
pub const MARK: &str = "simulated by mock-defender";

/// The style of every page. It stands in the page itself, so the policy names its hash.
static STYLE: LazyLock<String> = LazyLock::new(|| [ROLES, include_str!("pages/style.css")].concat());

/// The style of the presenter panel, where one stands beside the page.
static PANEL_STYLE: LazyLock<String> =
    LazyLock::new(|| [presenter::style(), include_str!("pages/beside.css")].concat());

/// Posts the form of [`FormPost`], even if it has a field named `submit`. The policy of that page names its hash; the
/// page's button stays for those who have no scripts.
const SCRIPT: &str = "HTMLFormElement.prototype.submit.call(document.forms[0])";

/// What stands beside a page: the presenter panel, as HTML, or nothing.
pub type Beside = Option<String>;

/// A page that can be sent.
pub trait Page {
    /// The document.
    fn html(&self, beside: Beside) -> String;

    /// The `Content-Security-Policy` under which the document does what it should, and nothing else. It tells whether
    /// the panel stands beside the page.
    fn policy(&self, presented: bool) -> String {
        policy::plain(presented)
    }

    /// Somebody sees it, so that the panel may stand beside it.
    fn is_seen(&self) -> bool {
        true
    }
}

/// What the pages of a flow share.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// Title of the window.
    pub title: &'a str,
    /// The company; `None` where no tenant is known yet.
    pub company: Option<CompanyMark<'a>>,
    /// Where the form is posted; not used by pages without one.
    pub action: &'a str,
    /// Which flow the form belongs to; not used by pages without one.
    pub flow_token: &'a str,
    /// What the simulator has to say to its user, such as which password works.
    pub notices: Vec<String>,
}

impl<'a> Frame<'a> {
    /// The frame of a page that belongs to no flow.
    pub fn alone(title: &'a str, company: Option<CompanyMark<'a>>, action: &'a str) -> Self {
        Self { title, company, action, flow_token: "", notices: Vec::new() }
    }
}

/// Asks who signs in.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// What the field says at first.
    pub username: &'a str,
    /// Why the last answer was not taken.
    pub error: Option<&'a str>,
    /// Who can sign in without typing.
    pub personas: Personas<'a>,
}

/// Asks which of the known accounts signs in.
#[derive(Clone, Debug, Template)]
#[template(path = "picker.html")]
pub struct Picker<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The accounts.
    pub accounts: Vec<Account<'a>>,
}

/// An account of [`Picker`].
#[derive(Clone, Debug)]
pub struct Account<'a> {
    /// Display name.
    pub name: &'a str,
    /// User principal name.
    pub upn: &'a str,
    /// It has a session.
    pub signed_in: bool,
    /// What the button posts.
    pub choice: String,
}

/// Asks for the password.
#[derive(Clone, Debug, Template)]
#[template(path = "password.html")]
pub struct Password<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Who signs in.
    pub upn: &'a str,
    /// Why the last answer was not taken.
    pub error: Option<&'a str>,
    /// Offers to stay signed in.
    pub stay_signed_in: bool,
    /// What the button posts that gives the known password of a test user.
    pub persona: Option<&'a str>,
}

/// Asks for the second factor.
#[derive(Clone, Debug, Template)]
#[template(path = "mfa.html")]
pub struct Mfa<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Who signs in.
    pub upn: &'a str,
    /// Where the code is found.
    pub hint: &'a str,
    /// Why the last answer was not taken.
    pub error: Option<&'a str>,
}

/// "More information required": lets a user register the simulated authenticator (50072, 50079).
#[derive(Clone, Debug, Template)]
#[template(path = "enrol.html")]
pub struct Enrol<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Who signs in.
    pub upn: &'a str,
    /// What the authenticator is given.
    pub secret: &'a str,
}

/// Asks for a new password, because the old one has expired.
#[derive(Clone, Debug, Template)]
#[template(path = "new_password.html")]
pub struct NewPassword<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Who signs in.
    pub upn: &'a str,
    /// Why the last answer was not taken.
    pub error: Option<&'a str>,
}

/// What a page shows of an application.
#[derive(Clone, Copy, Debug)]
pub struct AppCard<'a> {
    /// Display name.
    pub name: &'a str,
    /// Who publishes it, if anybody says so.
    pub publisher: Option<&'a str>,
    /// The publisher is verified.
    pub verified: bool,
    /// The application's id.
    pub app_id: &'a str,
    /// The host of its redirect URI, or its publisher domain; empty if neither is known.
    pub host: &'a str,
}

/// "Permissions requested".
#[derive(Clone, Debug, Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Who is asked.
    pub upn: &'a str,
    /// Who asks.
    pub app: AppCard<'a>,
    /// It is asked for everybody: the flow of administrators.
    pub for_organization: bool,
    /// An administrator may grant it for everybody on the way.
    pub offer_organization: bool,
    /// What is asked for.
    pub permissions: Vec<ResourceGroup<'a>>,
    /// What the application says about the data that it reads.
    pub statement: &'a [&'a str],
}

/// "Need admin approval" (90094, and with the form of the workflow 90095).
#[derive(Clone, Debug, Template)]
#[template(path = "need_admin.html")]
pub struct NeedAdmin<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Who is asked.
    pub upn: &'a str,
    /// Who asks.
    pub app: AppCard<'a>,
    /// What is asked for.
    pub permissions: Vec<ResourceGroup<'a>>,
    /// The user may ask the administrators for it.
    pub request_form: bool,
}

/// The administrators have been asked.
#[derive(Clone, Debug, Template)]
#[template(path = "request_sent.html")]
pub struct RequestSent<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The application that they are asked about.
    pub app: AppCard<'a>,
}

/// "Are you trying to sign in to …?": the last question of the device flow (50199).
#[derive(Clone, Debug, Template)]
#[template(path = "confirm_app.html")]
pub struct ConfirmApp<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The application on the device.
    pub app: AppCard<'a>,
    /// Who signs in.
    pub upn: &'a str,
}

/// Asks for the code that a device shows.
#[derive(Clone, Debug, Template)]
#[template(path = "device_code.html")]
pub struct DeviceCode<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// What the field says at first.
    pub code: &'a str,
    /// Why the last answer was not taken.
    pub error: Option<&'a str>,
}

/// Nothing is left to do here. It has no form.
#[derive(Clone, Debug, Template)]
#[template(path = "done.html")]
pub struct Done<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The heading.
    pub title: &'a str,
    /// What happened.
    pub text: &'a str,
}

/// Hands an answer to an application by a form that posts itself: response mode `form_post`.
#[derive(Clone, Debug, Template)]
#[template(path = "form_post.html")]
pub struct FormPost<'a> {
    /// The redirect URI. Only `http` and `https` are posted to.
    pub action: &'a str,
    /// Names and values.
    pub fields: Vec<(&'a str, &'a str)>,
}

/// Signed out. It has no form.
#[derive(Clone, Debug, Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// RequestHandler-channel logout URLs of the applications that were signed in to. Only `http` and `https` are loaded.
    pub frames: Vec<String>,
    /// Where the browser goes then.
    pub next: Option<&'a str>,
}

/// A request that can not be answered by a redirect, since nobody knows whether its redirect URI can be trusted.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// The heading.
    pub title: &'a str,
    /// The AADSTS number.
    pub code: u32,
    /// The text of the error, with or without its number.
    pub text: &'a str,
    /// The id of the request.
    pub trace_id: Guid,
    /// The id by which the client calls the request.
    pub correlation_id: Guid,
    /// When, in the spelling of the error envelope.
    pub timestamp: &'a str,
    /// The application's name, if the request says which.
    pub app_name: Option<&'a str>,
    /// What to do about it: a hint of the simulator.
    pub more: Option<&'a str>,
}

/// Looks up what an error number means.
#[derive(Clone, Debug, Template)]
#[template(path = "error_lookup.html")]
pub struct ErrorLookup<'a> {
    /// What was asked for; empty at first.
    pub code: &'a str,
    /// What it means, if it is known.
    pub text: Option<&'a str>,
}

impl ErrorPage<'_> {
    /// The text without its number.
    fn message(&self) -> &str {
        let number = format!("AADSTS{}:", self.code);
        self.text.strip_prefix(&number).map_or(self.text, str::trim_start)
    }
}

impl FormPost<'_> {
    /// Where the form is posted: nowhere, if a browser would not post there but run it.
    fn target(&self) -> &str {
        if policy::is_web(self.action) { self.action } else { "about:blank" }
    }
}

impl SignedOut<'_> {
    /// The logout URLs that may be loaded.
    fn loaded(&self) -> impl Iterator<Item = &str> {
        self.frames.iter().map(String::as_str).filter(|url| policy::is_web(url))
    }

    /// The address of the link, if it is one that can be followed without running it.
    fn link(&self) -> Option<&str> {
        self.next.filter(|url| policy::is_link(url))
    }
}

impl Page for FormPost<'_> {
    fn html(&self, beside: Beside) -> String {
        rendered(self, beside)
    }

    fn policy(&self, presented: bool) -> String {
        policy::with_script(presented, SCRIPT)
    }

    fn is_seen(&self) -> bool {
        false
    }
}

impl Page for SignedOut<'_> {
    fn html(&self, beside: Beside) -> String {
        rendered(self, beside)
    }

    fn policy(&self, presented: bool) -> String {
        match self.loaded().next() {
            Some(_) => policy::with_frames(presented),
            None => policy::plain(presented),
        }
    }
}

macro_rules! plain_pages {
    ($($page:ident)*) => {
        $(impl Page for $page<'_> {
            fn html(&self, beside: Beside) -> String {
                rendered(self, beside)
            }
        })*
    };
}

plain_pages! {
    SignIn Picker Password Mfa Enrol NewPassword Consent NeedAdmin RequestSent ConfirmApp DeviceCode Done ErrorPage
    ErrorLookup
}

/// Rendering plain data into a string can not fail.
fn rendered(page: &impl Template, beside: Beside) -> String {
    let beside = beside.map(|panel| ("panel", Box::new(panel) as Box<dyn Any>));
    page.render_with_values(&beside).unwrap_or_default()
}
