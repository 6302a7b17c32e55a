//! Raw records of clouds and of the identity provider before them: AWS CloudTrail, Azure activity log, Okta.
//!
//! Sources: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>,
//! <https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema>,
//! <https://developer.okta.com/docs/reference/api/system-log/>.

use serde_json::{Value as Json, json};

use crate::model::activity::{Action, Target};

use super::activity_raw::Raw;

/// The company's account.
const ACCOUNT: &str = "123456789012";

/// A record of CloudTrail.
pub(super) fn aws(raw: &Raw<'_>) -> Json {
    let (id, name) = raw.target();
    let source = match raw.kind.operation {
        "ConsoleLogin" => "signin.amazonaws.com",
        "GetObject" | "PutObject" => "s3.amazonaws.com",
        "AttachRolePolicy" | "CreateAccessKey" => "iam.amazonaws.com",
        _ => "ec2.amazonaws.com",
    };
    let parameters = match raw.class() {
        "AWS::S3::Object" => {
            let folder = raw.ctx.world().app_object(raw.event.object).parent.to_ascii_lowercase();
            json!({"bucketName": format!("{}-{folder}", raw.ctx.world().company.label), "key": name})
        }
        "AWS::IAM::Role" => json!({"roleName": name, "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        "user" => json!({"userName": name}),
        _ if raw.kind.target == Target::AppObject => json!({"instancesSet": {"items": [{"instanceId": id}]}}),
        _ => Json::Null,
    };
    let answer = match raw.kind.action {
        Action::SignIn => json!({"ConsoleLogin": "Success"}),
        Action::FailedSignIn => json!({"ConsoleLogin": "Failure"}),
        _ => Json::Null,
    };
    json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": format!("AROA{:016X}:{}", raw.actor_number(), raw.actor.account),
            "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/sso/{}", raw.actor.account),
            "accountId": ACCOUNT,
        },
        "eventTime": raw.event.timestamp().to_seconds_text(),
        "eventSource": source,
        "eventName": raw.kind.operation,
        "awsRegion": if source == "ec2.amazonaws.com" { "us-west-2" } else { "us-east-1" },
        "sourceIPAddress": raw.ip(),
        "userAgent": raw.agent(),
        "requestParameters": parameters,
        "responseElements": answer,
        "eventID": raw.id(),
        "readOnly": matches!(raw.kind.action, Action::View | Action::Download),
        "eventType": if source == "signin.amazonaws.com" { "AwsConsoleSignIn" } else { "AwsApiCall" },
        "recipientAccountId": ACCOUNT,
    })
}

/// A row of the activity log of Azure.
pub(super) fn azure(raw: &Raw<'_>) -> Json {
    let subscription = raw.ctx.world().ids.guid(crate::model::ids::Kind::Tenant, 900);
    let (id, name) = raw.target();
    let group = raw.ctx.world().app_object(raw.event.object).parent;
    let resource = match raw.class() {
        "Microsoft.Resources/resourceGroups" => {
            format!("/subscriptions/{subscription}/resourceGroups/{name}")
        }
        class => format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{class}/{name}"),
    };
    json!({
        "time": raw.event.timestamp().to_string(),
        "resourceId": resource.to_ascii_uppercase(),
        "operationName": raw.kind.operation.to_ascii_uppercase(),
        "category": "Administrative",
        "resultType": "Success",
        "resultSignature": "Succeeded",
        "callerIpAddress": raw.ip(),
        "correlationId": raw.id(),
        "identity": {
            "authorization": {"scope": resource, "action": raw.kind.operation},
            "claims": {"upn": raw.actor.account, "oid": raw.actor.id},
        },
        "level": "Information",
        "properties": {"resource": id},
    })
}

/// An event of the system log of Okta.
pub(super) fn okta(raw: &Raw<'_>) -> Json {
    let (id, name) = raw.target();
    let place = raw.ctx.world().address(raw.event.address).place;
    let targets = if raw.kind.target == Target::AppObject {
        json!([{"id": id, "type": raw.class(), "displayName": name, "alternateId": name}])
    } else {
        Json::Null
    };
    json!({
        "uuid": raw.id(),
        "published": raw.event.timestamp().to_string(),
        "eventType": raw.kind.operation,
        "severity": if raw.succeeded() { "INFO" } else { "WARN" },
        "actor": {
            "id": format!("00u{:016x}", raw.actor_number()),
            "type": "User",
            "alternateId": raw.actor.account,
            "displayName": raw.actor.name,
        },
        "client": {
            "ipAddress": raw.ip(),
            "userAgent": {"rawUserAgent": raw.agent()},
            "geographicalContext": {
                "city": place.city, "state": place.region.0, "country": place.country_name,
                "postalCode": place.postal,
            },
        },
        "outcome": {
            "result": if raw.succeeded() { "SUCCESS" } else { "FAILURE" },
            "reason": if raw.succeeded() { Json::Null } else { json!("INVALID_CREDENTIALS") },
        },
        "target": targets,
    })
}
