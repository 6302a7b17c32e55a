//! Commands about tokens: which time they carry, which keys count, and how the next requests for one go.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::facts;
use crate::identity::assertion::JsonWebKeys;
use crate::identity::{errors, seal};
use crate::model::directory::Failure;
use crate::model::field_error::FieldError;
use crate::model::identity::IdentityCommand;
use crate::model::json::json;
use crate::tenant::TenantView;

use super::accounts::user_schema;
use super::applications::{app_schema, client};
use super::dto::CommandDto;
use super::json_schema::{count, needing, object, text};
use super::{DeviceCodes, not_about, short, user};

/// Most often that an ordered error is met.
const MOST_TIMES: u32 = 1_000_000;

/// The command that is meant.
pub(super) fn resolve(
    view: &TenantView,
    written: &CommandDto,
    device_codes: DeviceCodes<'_>,
) -> Result<IdentityCommand, FieldError> {
    let directory = facts::directory(view);
    Ok(match written {
        CommandDto::TrustIssuer { issuer, keys } => {
            JsonWebKeys::read(keys).map_err(|problem| {
                FieldError::text(
                    "keys",
                    &format!("a JSON Web Key Set (RFC 7517): {problem}"),
                    &keys.to_string(),
                )
            })?;
            let issuer = short("issuer", issuer)?.into();
            IdentityCommand::TrustIssuer { issuer, keys: keys.to_string().into() }
        }
        CommandDto::RotateKeys {} => IdentityCommand::RotateKeys {},
        CommandDto::FailNext { code, times, app: name, retry_after } => {
            if !errors::is_known(*code) {
                let expected = "the number of an AADSTS error that the simulator can answer; see the table in its documentation";
                return Err(FieldError::text("code", expected, &code.to_string()));
            }
            let times = times.unwrap_or(1);
            if !(1..=MOST_TIMES).contains(&times) {
                return Err(FieldError::text("times", "a number from 1 to 1000000", &times.to_string()));
            }
            let client = name.as_deref().map(|name| client(directory, name)).transpose()?;
            let failure = Arc::new(Failure { code: *code, times, client, retry_after: *retry_after });
            IdentityCommand::FailNext { failure }
        }
        CommandDto::AnswerDevice { user_code, user: name, accept, mfa } => {
            let code = device_codes(user_code).ok_or_else(|| {
                FieldError::text("userCode", "a code that a device of this tenant was given", user_code)
            })?;
            IdentityCommand::DecideDevice {
                device: seal::fingerprint(&code),
                user: user(view, "user", name)?,
                accepted: *accept,
                mfa: mfa.unwrap_or(false),
            }
        }
        _ => return Err(not_about("tokens")),
    })
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let stamps = object(json!({"stamps": {"enum": ["virtual", "wall"]}}));
    let keys = json!({"type": "object", "description": "A JSON Web Key Set."});
    let fail = object(json!({"code": count(), "times": count(), "app": app_schema(), "retryAfter": count()}));
    let answer = object(json!({
        "userCode": text(), "user": user_schema(), "accept": {"type": "boolean"}, "mfa": {"type": "boolean"},
    }));
    vec![
        ("setTokenStamps", needing(stamps, &["stamps"])),
        ("trustIssuer", needing(object(json!({"issuer": text(), "keys": keys})), &["issuer", "keys"])),
        ("rotateKeys", object(json!({}))),
        ("failNext", needing(fail, &["code"])),
        ("answerDevice", needing(answer, &["userCode", "user", "accept"])),
    ]
}
