//! Who a request says that it is from. Nothing of it is checked: a fault must find its requests before anybody is
//! authenticated, and those that never would be, too.

use std::cell::OnceCell;

use http::header;

use crate::commands::faults::API_TOKEN;
use crate::gateway::call::is_form;
use crate::gateway::context::Inbound;
use crate::gateway::form::{self, Form};
use crate::gateway::tenant_resolution::Credential;
use crate::identity::api_token;
use crate::identity::token::peek_bearer;
use crate::model::base64;

/// No form that is larger is read.
const LARGEST_FORM: usize = 64 << 10;

/// The names that a request gives for who sends it, dug out when they are first asked for.
pub(super) struct Claims<'a> {
    inbound: &'a Inbound<'a>,
    names: OnceCell<Vec<String>>,
}

impl<'a> Claims<'a> {
    pub(super) fn of(inbound: &'a Inbound<'a>) -> Self {
        Self { inbound, names: OnceCell::new() }
    }

    /// It says that it is from this client.
    pub(super) fn say(&self, client: &str) -> bool {
        let names = self.names.get_or_init(|| names(self.inbound));
        names.iter().any(|name| name.eq_ignore_ascii_case(client))
    }
}

fn names(inbound: &Inbound<'_>) -> Vec<String> {
    let headers = inbound.request.headers();
    let mut names = of_credential(Credential::of(headers));
    let mut of_fields = |text: &[u8]| {
        let form = Form::read(text);
        names.extend(["client_id", "username"].iter().filter_map(|name| form.get(name)).map(str::to_owned));
    };
    of_fields(inbound.query().as_bytes());
    if inbound.body().len() <= LARGEST_FORM
        && (is_form(headers) || !headers.contains_key(header::CONTENT_TYPE))
    {
        of_fields(inbound.body());
    }
    names
}

fn of_credential(credential: Option<Credential<'_>>) -> Vec<String> {
    let Some(credential) = credential else { return Vec::new() };
    if credential.is("basic") {
        let decoded = base64::decode_standard(credential.value).unwrap_or_default();
        let client = decoded.split(|byte| *byte == b':').next().unwrap_or_default();
        return vec![form::decode(client)];
    }
    let names = if credential.is("bearer") { peek_bearer(credential.value) } else { Vec::new() };
    if names.is_empty() && (credential.is("token") || api_token::tag_of(credential.value).is_some()) {
        return vec![API_TOKEN.to_owned()];
    }
    names
}
