//! Schemas of commands.

use serde_json::{Value as Json, json};

use super::{count, flag, instant, needing, object, text, texts};
use crate::model::person::Role;

/// A command: an object with one member, named by what is to be done.
pub(in crate::services::control) fn command() -> Json {
    let who = || {
        let told =
            "A persona, a user principal name, an object id, or an application; default: the operator.";
        json!({"type": "string", "description": told})
    };
    let id = || json!({"type": "string", "pattern": "^[0-9a-f]{24}$"});
    let alerts = || json!({"type": "array", "items": id()});
    let version = || {
        let told =
            "Refused with 412 unless each of the alerts is of this version, as GET …/alerts/{id} tells it.";
        json!({"type": "integer", "minimum": 0, "description": told})
    };
    let record = || json!({"type": "object", "description": "In the form of the Cloud Apps API."});
    let closings = json!({"enum": ["benign", "falsePositive", "truePositive"]});
    let mut schema = object(json!({
        "closeAlerts": needing(
            object(json!({
                "alerts": alerts(), "as": closings, "comment": text(), "by": who(), "ifVersion": version(),
            })),
            &["alerts", "as"],
        ),
        "reopenAlerts":
            needing(object(json!({"alerts": alerts(), "by": who(), "ifVersion": version()})), &["alerts"]),
        "markAlert": needing(
            object(json!({"alert": id(), "read": {"type": "boolean"}, "by": who(), "ifVersion": version()})),
            &["alert", "read"],
        ),
        "playStory": needing(
            object(json!({"name": text(), "user": text(), "at": instant(), "size": count()})),
            &["name"],
        ),
        "injectActivity": record(),
        "injectAlert": record(),
        "setTokenStamps": needing(object(json!({"stamps": {"enum": ["virtual", "wall"]}})), &["stamps"]),
        "setUserEnabled":
            needing(object(json!({"user": text(), "enabled": {"type": "boolean"}})), &["user", "enabled"]),
    }));
    for (name, identity) in identity() {
        schema["properties"][name] = identity;
    }
    schema["minProperties"] = 1.into();
    schema["maxProperties"] = 1.into();
    schema
}

/// Commands about the directory.
fn identity() -> Vec<(&'static str, Json)> {
    let bool = || json!({"type": "boolean"});
    let told = |told: &str| json!({"type": "string", "description": told});
    let app = || told("An application by short name or client id.");
    let user = || told("A persona, a user principal name or an object id.");
    let redirects = || {
        let platform = json!({"enum": ["web", "spa", "native"]});
        let own = needing(object(json!({"platform": platform, "uri": text()})), &["platform", "uri"]);
        json!({"type": "array", "maxItems": 100, "items": {"oneOf": [text(), own]}})
    };
    let roles = json!({"type": "array", "items": {"enum": Role::ALL.map(Role::name)}});
    let of = |properties: Json, required: &[&str]| needing(object(properties), required);
    vec![
        (
            "addApplication",
            of(
                json!({
                    "name": text(), "displayName": text(), "public": flag(), "multiTenant": flag(),
                    "redirectUris": redirects(), "permissions": texts(), "delegatedPermissions": texts(),
                    "scopes": texts(), "secret": text(), "consented": flag(), "implicit": flag(), "logoutUrl": text(),
                }),
                &["name"],
            ),
        ),
        (
            "setApplication",
            of(
                json!({
                    "app": app(), "enabled": bool(), "installed": bool(), "assignmentRequired": bool(),
                    "multiTenant": bool(), "implicit": bool(), "redirectUris": redirects(), "logoutUrl": text(),
                }),
                &["app"],
            ),
        ),
        ("addSecret", of(json!({"app": app(), "value": text(), "ends": instant()}), &["app"])),
        ("endSecrets", of(json!({"app": app()}), &["app"])),
        (
            "addCertificate",
            of(json!({"app": app(), "certificate": told("PEM, or DER as base64.")}), &["app", "certificate"]),
        ),
        (
            "addFederatedCredential",
            of(
                json!({"app": app(), "issuer": text(), "subject": text(), "audience": text()}),
                &["app", "issuer", "subject"],
            ),
        ),
        (
            "trustIssuer",
            of(
                json!({"issuer": text(), "keys": {"type": "object", "description": "A JSON Web Key Set."}}),
                &["issuer", "keys"],
            ),
        ),
        (
            "consent",
            of(json!({"app": app(), "user": user(), "scopes": texts(), "permissions": texts()}), &["app"]),
        ),
        (
            "revokeConsent",
            of(json!({"app": app(), "resource": text(), "user": user(), "permissions": texts()}), &["app"]),
        ),
        ("assignUser", of(json!({"app": app(), "user": user(), "assigned": bool()}), &["app", "user"])),
        (
            "setUser",
            of(
                json!({
                    "user": user(), "enabled": bool(), "roles": roles, "licences": texts(), "password": text(),
                    "passwordExpired": bool(), "mfa": {"enum": ["off", "required", "unregistered"]},
                    "risk": {"enum": ["none", "low", "medium", "high"]}, "guest": bool(), "locked": bool(),
                }),
                &["user"],
            ),
        ),
        ("revokeSessions", of(json!({"user": user()}), &["user"])),
        (
            "setConditionalAccess",
            of(
                json!({
                    "name": text(), "users": texts(), "apps": texts(),
                    "control": {"enum": ["block", "mfa", "compliantDevice", "joinedDevice"]},
                }),
                &["name", "control"],
            ),
        ),
        ("removeConditionalAccess", of(json!({"name": text()}), &["name"])),
        (
            "setPolicies",
            object(json!({
                "userConsent": bool(), "consentRequests": bool(), "tokenLifetime": count(),
                "signInFrequency": count(), "securityDefaults": bool(), "openerIsolation": bool(),
                "thirdPartyCookies": bool(), "lenientResource": bool(), "descriptionLines": bool(),
            })),
        ),
        ("rotateKeys", object(json!({}))),
        (
            "failNext",
            of(json!({"code": count(), "times": count(), "app": app(), "retryAfter": count()}), &["code"]),
        ),
        (
            "answerDevice",
            of(
                json!({"userCode": text(), "user": user(), "accept": bool(), "mfa": bool()}),
                &["userCode", "user", "accept"],
            ),
        ),
        (
            "directory",
            json!({
                "type": "object",
                "description": "A command about the directory as the journal has it, with indexes and ids.",
            }),
        ),
    ]
}
