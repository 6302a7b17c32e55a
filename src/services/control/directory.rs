//! The directory of a tenant as it stands: applications with their service principals, consent, accounts as commands
//! changed them, policies. Members are named as Microsoft Graph names them.
//!
//! Sources: <https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant>,
//! <https://learn.microsoft.com/graph/api/resources/approleassignment>.

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::identity::resources;
use crate::model::directory::{AccessControl, App, Mfa, Risk};
use crate::model::ids::{Guid, Kind};
use crate::model::registration::Audience;
use crate::tenant::Directory;

/// `GET …/directory`
pub(super) fn show(ctx: &Ctx<'_>) -> Handled {
    let core = ctx.view.state.core();
    let directory = &core.directory;
    let world = ctx.world();
    let upn = |user: u32| world.people.get(user as usize).map(|person| person.upn.as_str());
    let requests: Vec<Json> = directory
        .requests(ctx.now())
        .map(|request| {
            json!({
                "appId": request.client,
                "appDisplayName": name(directory, request.client),
                "user": upn(request.user),
                "reason": request.reason,
                "at": request.at,
            })
        })
        .collect();
    let assigned: Vec<Json> = directory
        .assigned
        .iter()
        .map(|(client, user)| json!({"appId": client, "user": upn(*user)}))
        .collect();
    let failures: Vec<Json> = directory
        .failures
        .iter()
        .map(|failure| json!({"code": failure.code, "times": failure.times, "appId": failure.client}))
        .collect();
    let body = json!({
        "applications": directory.apps.iter().map(|app| application(app)).collect::<Vec<_>>(),
        "oauth2PermissionGrants": grants(ctx, directory),
        "appRoleAssignments": assignments(ctx, directory),
        "userAssignments": assigned,
        "consentRequests": requests,
        "users": accounts(ctx),
        "conditionalAccess": access(ctx, directory),
        "policies": policies(directory),
        "failures": failures,
        "signingKey": crate::identity::keys::numbered(directory.signing_key()).kid(),
    });
    Ok(Answer::json(StatusCode::OK, &body))
}

fn application(app: &App) -> Json {
    let own = &app.registration;
    let secrets: Vec<Json> = own.secrets.iter().map(|secret| json!({"endDateTime": secret.ends})).collect();
    let redirects: Vec<Json> = own
        .redirects
        .iter()
        .map(|redirect| json!({"platform": redirect.platform, "uri": redirect.uri}))
        .collect();
    json!({
        "name": own.name,
        "displayName": own.display_name,
        "appId": own.client_id,
        "servicePrincipalId": app.installed.then_some(app.principal),
        "appOwnerOrganizationId": app.home,
        "accountEnabled": app.enabled,
        "appRoleAssignmentRequired": app.assignment_required,
        "signInAudience": match own.audience {
            Audience::SingleTenant => "AzureADMyOrg",
            Audience::MultiTenant => "AzureADMultipleOrgs",
        },
        "isPublic": own.public,
        "redirectUris": redirects,
        // Never their values: these stand in the information block, which only tests read.
        "passwordCredentials": secrets,
        "keyCredentials": own.certificates.len(),
        "federatedIdentityCredentials": own.federated,
    })
}

/// What people call the application with this client id: one of the tenant, or a resource of the vendor.
fn name(directory: &Directory, client: Guid) -> Option<String> {
    let own = directory.app(client).map(|(_, app)| app.registration.display_name.to_string());
    own.or_else(|| resources::by_id(client).map(|resource| resource.name.to_owned()))
        .or_else(|| Some(crate::identity::client::first_party(client)?.registration.display_name.to_string()))
}

fn grants(ctx: &Ctx<'_>, directory: &Directory) -> Vec<Json> {
    let (world, ids) = (ctx.world(), ctx.world().ids);
    let shown = |(client, resource, user): &(Guid, Guid, Option<u32>),
                 grant: &crate::model::directory::Grant| {
        json!({
            "id": ids.guid(Kind::Grant, grant.ordinal),
            "clientAppId": client,
            "resourceAppId": resource,
            "resourceDisplayName": name(directory, *resource),
            "consentType": if user.is_some() { "Principal" } else { "AllPrincipals" },
            "principalId": user.and_then(|user| world.people.get(user as usize)).map(|person| person.id),
            "scope": grant.scopes.join(" "),
        })
    };
    directory.grants.iter().map(|(key, grant)| shown(key, grant)).collect()
}

fn assignments(ctx: &Ctx<'_>, directory: &Directory) -> Vec<Json> {
    let ids = ctx.world().ids;
    let roles = directory.roles.iter();
    roles
        .map(|((client, role), made)| {
            json!({
                "id": ids.guid(Kind::Grant, *made),
                "principalAppId": client,
                "resourceAppId": role.resource,
                "resourceDisplayName": name(directory, role.resource),
                "appRole": role.value,
            })
        })
        .collect()
}

/// Whose account is not as it was at birth.
fn accounts(ctx: &Ctx<'_>) -> Vec<Json> {
    let core = ctx.view.state.core();
    let people = (0..).zip(&ctx.world().people);
    people
        .filter(|(user, person)| {
            core.directory.account(*user).is_some() || core.enabled(*user, ctx.now()) == person.disabled
        })
        .map(|(user, person)| {
            let account = core.directory.account(user).cloned().unwrap_or_default();
            let roles = core.roles(ctx.world(), user, ctx.now());
            json!({
                "userPrincipalName": person.upn,
                "id": person.id,
                "accountEnabled": core.enabled(user, ctx.now()),
                "roles": roles.iter().map(|role| role.name()).collect::<Vec<_>>(),
                "licences": account.licences,
                "mfa": match account.mfa {
                    Mfa::Off => "off",
                    Mfa::Required => "required",
                    Mfa::Unregistered => "unregistered",
                },
                "riskLevel": match account.risk {
                    Risk::None => "none",
                    Risk::Low => "low",
                    Risk::Medium => "medium",
                    Risk::High => "high",
                },
                "passwordExpired": account.password_expired,
                "locked": account.locked,
                "guest": core.directory.is_guest(user, person),
                "signInSessionsValidFromDateTime": account.valid_from,
            })
        })
        .collect()
}

fn access(ctx: &Ctx<'_>, directory: &Directory) -> Vec<Json> {
    let upn = |user: &u32| ctx.world().people.get(*user as usize).map(|person| person.upn.clone());
    let shown = |policy: &crate::model::directory::ConditionalAccess| {
        let users: Option<Vec<_>> = policy.users.as_ref().map(|users| users.iter().filter_map(upn).collect());
        let control = match policy.control {
            AccessControl::Block => "block",
            AccessControl::Mfa => "mfa",
            AccessControl::CompliantDevice => "compliantDevice",
            AccessControl::JoinedDevice => "joinedDevice",
        };
        json!({"displayName": policy.name, "users": users, "applications": policy.applications, "control": control})
    };
    directory.policies.access.iter().map(|policy| shown(policy)).collect()
}

fn policies(directory: &Directory) -> Json {
    let policies = &directory.policies;
    let seconds = |span: Option<crate::model::time::Span>| span.map(|span| span.as_millis() / 1_000);
    json!({
        "userConsent": !policies.no_user_consent,
        "consentRequests": policies.consent_requests,
        "tokenLifetime": seconds(policies.token_lifetime),
        "signInFrequency": seconds(policies.sign_in_frequency),
        "securityDefaults": policies.security_defaults,
        "openerIsolation": policies.opener_isolation,
        "thirdPartyCookies": !policies.no_third_party_cookies,
        "lenientResource": policies.lenient_resource,
        "descriptionLines": policies.description_lines,
    })
}
