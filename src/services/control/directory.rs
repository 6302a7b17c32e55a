//! The directory of a tenant as it stands: applications with their service principals, consent, accounts as commands
//! changed them, policies. Members are named as Microsoft Graph names them.
//!
//! Sources: <https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant>,
//! <https://learn.microsoft.com/graph/api/resources/approleassignment>.

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::catalogue::resources;
use crate::facts::{self, AppFacts, PersonFacts, ids};
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::directory::{AccessControl, Mfa, Risk};
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::registration::Audience;
use crate::tenant::Directory;

/// `GET …/directory`
pub(super) fn show(ctx: &Ctx<'_>) -> Handled {
    let directory = facts::directory(&ctx.view);
    let upn = |user: PersonIx| PersonFacts::of(&ctx.view, user).map(|user| user.upn());
    let requests: Vec<Json> = directory
        .requests(ctx.now())
        .map(|request| {
            json!({
                "appId": request.client,
                "appDisplayName": name(ctx, request.client),
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
    let applications = AppFacts::all_registered(&ctx.view).filter_map(|app| application(&app));
    let body = json!({
        "applications": applications.collect::<Vec<_>>(),
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

fn application(app: &AppFacts<'_>) -> Option<Json> {
    let (own, entry) = (app.registration()?, app.entry()?);
    let secrets: Vec<Json> = own.secrets.iter().map(|secret| json!({"endDateTime": secret.ends})).collect();
    let redirects: Vec<Json> = own
        .redirects
        .iter()
        .map(|redirect| json!({"platform": redirect.platform, "uri": redirect.uri}))
        .collect();
    Some(json!({
        "name": app.name(),
        "displayName": app.display_name(),
        "appId": app.client_id(),
        "servicePrincipalId": app.installed().then(|| app.object_id()),
        "appOwnerOrganizationId": app.home(),
        "accountEnabled": app.enabled(),
        "appRoleAssignmentRequired": entry.assignment_required,
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
    }))
}

/// What people call the application with this client id: one of the tenant, or a resource of the vendor.
fn name(ctx: &Ctx<'_>, client: Guid) -> Option<String> {
    let own = AppFacts::by_client(&ctx.view, client).map(|app| app.display_name().to_owned());
    own.or_else(|| resources::by_id(client).map(|resource| resource.name.to_owned()))
        .or_else(|| Some(crate::identity::client::first_party(client)?.registration.display_name.to_string()))
}

fn grants(ctx: &Ctx<'_>, directory: &Directory) -> Vec<Json> {
    let shown = |(client, resource, user): &(Guid, Guid, Option<PersonIx>),
                 grant: &crate::model::directory::Grant| {
        json!({
            "id": ids::grant(&ctx.view, grant.ordinal),
            "clientAppId": client,
            "resourceAppId": resource,
            "resourceDisplayName": name(ctx, *resource),
            "consentType": if user.is_some() { "Principal" } else { "AllPrincipals" },
            "principalId": user.and_then(|user| PersonFacts::of(&ctx.view, user)).map(|user| user.id()),
            "scope": grant.scopes.join(" "),
        })
    };
    directory.grants.iter().map(|(key, grant)| shown(key, grant)).collect()
}

fn assignments(ctx: &Ctx<'_>, directory: &Directory) -> Vec<Json> {
    let roles = directory.roles.iter();
    roles
        .map(|((client, role), made)| {
            json!({
                "id": ids::grant(&ctx.view, *made),
                "principalAppId": client,
                "resourceAppId": role.resource,
                "resourceDisplayName": name(ctx, role.resource),
                "appRole": role.value,
            })
        })
        .collect()
}

/// Whose account is not as it was at birth.
fn accounts(ctx: &Ctx<'_>) -> Vec<Json> {
    PersonFacts::all(&ctx.view)
        .filter(PersonFacts::changed)
        .map(|person| {
            let account = person.account().cloned().unwrap_or_default();
            json!({
                "userPrincipalName": person.upn(),
                "id": person.id(),
                "accountEnabled": person.enabled(),
                "roles": person.roles().iter().map(|role| role.name()).collect::<Vec<_>>(),
                "licences": person.licences(),
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
                "guest": person.guest(),
                "signInSessionsValidFromDateTime": account.valid_from,
            })
        })
        .collect()
}

fn access(ctx: &Ctx<'_>, directory: &Directory) -> Vec<Json> {
    let upn = |user: &PersonIx| PersonFacts::of(&ctx.view, *user).map(|user| user.upn());
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
