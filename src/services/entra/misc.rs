//! What stands beside the flows: the realm of a user, the page on which native programs wait, the meaning of an
//! error number.
//!
//! Sources: client libraries (<https://github.com/AzureAD/microsoft-authentication-library-for-python>, `authority.py`),
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.

use http::StatusCode;

use crate::facts::PersonFacts;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::identity::token::pairwise;
use crate::model::json::json;

use super::pages::ErrorLookup;
use super::refusals;
use super::refusals::EntraRefusal;
use super::reply::sent;
use super::wire;
use super::wire::field;

/// `GET /common/userrealm/{user}`: every domain of a tenant here is managed, none federated.
pub fn user_realm(ctx: &Ctx<'_>) -> Handled {
    let user = ctx.param("user");
    let domain = user.rsplit_once('@').map_or(user, |(_, domain)| domain);
    let known = ctx.gateway.registry.by_domain(domain).is_some();
    let realm = if known {
        json!({
            "ver": "1.0",
            "account_type": "Managed",
            "domain_name": domain,
            "cloud_instance_name": "microsoftonline.com",
            "cloud_audience_urn": "urn:federation:MicrosoftOnline",
        })
    } else {
        json!({"ver": "1.0", "account_type": "Unknown", "cloud_instance_name": "microsoftonline.com"})
    };
    Ok(wire::fresh(ctx, StatusCode::OK, 0, &realm))
}

/// `GET /common/oauth2/nativeclient`: nothing to see; a program reads the address.
pub fn native_client(ctx: &Ctx<'_>) -> Handled {
    let mut answer = Answer::with_type(
        StatusCode::OK,
        "text/html; charset=utf-8",
        "<!DOCTYPE html>\n<html lang=\"en\"><title>Signed in</title></html>\n",
    );
    wire::unkept(&mut answer.headers);
    wire::common(ctx, &mut answer.headers);
    Ok(answer)
}

/// `GET /error?code=N`: what a number means.
pub fn error(ctx: &Ctx<'_>) -> Handled {
    let query = Form::read(ctx.query().as_bytes());
    let code = field(&query, "code").unwrap_or_default();
    let number = code.trim().trim_start_matches("AADSTS").parse().ok();
    let row = number.and_then(refusals::row_numbered);
    let text = row.map(|row| format!("{} ({})", refusals::plain(row), row.when.trim()));
    Ok(sent(ctx, StatusCode::OK, &ErrorLookup { code, text: text.as_deref() }))
}

/// `GET /{tenant}/openid/userinfo`: facts about the user behind a token, as version 1.0 gives them. Which resource the
/// token must be for (unverified): any.
pub fn user_info(ctx: &Ctx<'_>) -> Handled {
    let bearer = ctx.header("authorization").and_then(|text| text.split_once(' '));
    let token =
        bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let token = token.ok_or(EntraRefusal::BadBearer)?;
    let token = ctx
        .gateway
        .judge(token, ctx)
        .map_err(|error| Refused::from(EntraRefusal::BadBearer).because(error.to_string()))?;
    let user = token.oid.filter(|_| !token.scp.is_empty()).and_then(|oid| PersonFacts::by_id(&ctx.view, oid));
    let person = user.ok_or(EntraRefusal::BadBearer)?;
    let identity = ctx.view.state.identity();
    let info = json!({
        "sub": pairwise(identity, &token.appid.to_string(), person.id()),
        "name": person.display_name(),
        "family_name": person.surname(),
        "given_name": person.given_name(),
        "unique_name": person.upn(),
        "upn": person.upn(),
        "tid": identity.id,
    });
    Ok(wire::fresh(ctx, StatusCode::OK, 0, &info))
}
