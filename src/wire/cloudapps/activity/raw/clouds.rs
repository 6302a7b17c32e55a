//! Raw records of clouds and of the identity provider before them: AWS CloudTrail, Azure activity log, Okta.
//!
//! Sources: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>,
//! <https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema>,
//! <https://developer.okta.com/docs/reference/api/system-log/>.

use crate::facts::Place;
use crate::model::activity::{Action, Target};
use crate::wire::json::Object;

use super::Raw;

/// The company's account.
const ACCOUNT: &str = "123456789012";

/// A record of CloudTrail.
pub(super) fn aws(raw: &Raw<'_>, data: &mut Object<'_>) {
    let source = match raw.kind.operation {
        "ConsoleLogin" => "signin.amazonaws.com",
        "GetObject" | "PutObject" => "s3.amazonaws.com",
        "AttachRolePolicy" | "CreateAccessKey" => "iam.amazonaws.com",
        _ => "ec2.amazonaws.com",
    };
    data.set("eventVersion", "1.11")
        .object("userIdentity", |identity| {
            let number = raw.activity.actor_number();
            identity
                .set("type", "AssumedRole")
                .text("principalId", format_args!("AROA{number:016X}:{}", raw.actor.account))
                .text("arn", format_args!("arn:aws:sts::{ACCOUNT}:assumed-role/sso/{}", raw.actor.account))
                .set("accountId", ACCOUNT);
        })
        .set("eventTime", raw.activity.happened().to_seconds_text())
        .set("eventSource", source)
        .set("eventName", raw.kind.operation)
        .set("awsRegion", if source == "ec2.amazonaws.com" { "us-west-2" } else { "us-east-1" })
        .set("sourceIPAddress", raw.ip())
        .set("userAgent", raw.agent());
    aws_parameters(raw, data);
    let answer = match raw.kind.action {
        Action::SignIn => Some("Success"),
        Action::FailedSignIn => Some("Failure"),
        _ => None,
    };
    match answer {
        Some(answer) => data.object("responseElements", |elements| {
            elements.set("ConsoleLogin", answer);
        }),
        None => data.set("responseElements", ()),
    };
    data.set("eventID", raw.id())
        .set("readOnly", matches!(raw.kind.action, Action::View | Action::Download))
        .set("eventType", if source == "signin.amazonaws.com" { "AwsConsoleSignIn" } else { "AwsApiCall" })
        .set("recipientAccountId", ACCOUNT);
}

fn aws_parameters(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (id, name) = raw.target();
    match raw.class() {
        "AWS::S3::Object" => data.object("requestParameters", |parameters| {
            let folder = raw.activity.app_object().parent.to_ascii_lowercase();
            parameters
                .text("bucketName", format_args!("{}-{folder}", raw.activity.company().label))
                .set("key", name);
        }),
        "AWS::IAM::Role" => data.object("requestParameters", |parameters| {
            parameters.set("roleName", name).set("policyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess");
        }),
        "user" => data.object("requestParameters", |parameters| {
            parameters.set("userName", name);
        }),
        _ if raw.kind.target == Target::AppObject => data.object("requestParameters", |parameters| {
            parameters.object("instancesSet", |set| {
                set.array("items", |items| {
                    items.object(|item| {
                        item.set("instanceId", id);
                    });
                });
            });
        }),
        _ => data.set("requestParameters", ()),
    };
}

/// A row of the activity log of Azure.
pub(super) fn azure(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (id, name) = raw.target();
    let subscription = raw.activity.azure_subscription();
    let resource = match raw.class() {
        "Microsoft.Resources/resourceGroups" => {
            format!("/subscriptions/{subscription}/resourceGroups/{name}")
        }
        class => {
            let group = raw.activity.app_object().parent;
            format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{class}/{name}")
        }
    };
    data.text("time", raw.activity.happened())
        .set("resourceId", resource.to_ascii_uppercase())
        .set("operationName", raw.kind.operation.to_ascii_uppercase())
        .set("category", "Administrative")
        .set("resultType", "Success")
        .set("resultSignature", "Succeeded")
        .set("callerIpAddress", raw.ip())
        .set("correlationId", raw.id())
        .object("identity", |identity| {
            identity
                .object("authorization", |authorization| {
                    authorization.set("scope", &resource).set("action", raw.kind.operation);
                })
                .object("claims", |claims| {
                    claims.set("upn", raw.actor.account).set("oid", raw.actor.id);
                });
        })
        .set("level", "Information")
        .object("properties", |properties| {
            properties.set("resource", id);
        });
}

/// An event of the system log of Okta.
pub(super) fn okta(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (id, name) = raw.target();
    // What is not known is null.
    let known = |part: fn(&Place) -> &str| raw.place().map(part).filter(|text| !text.is_empty());
    data.set("uuid", raw.id())
        .text("published", raw.activity.happened())
        .set("eventType", raw.kind.operation)
        .set("severity", if raw.succeeded() { "INFO" } else { "WARN" })
        .object("actor", |actor| {
            actor
                .text("id", format_args!("00u{:016x}", raw.activity.actor_number()))
                .set("type", "User")
                .set("alternateId", raw.actor.account)
                .set("displayName", raw.actor.name);
        })
        .object("client", |client| {
            client
                .set("ipAddress", raw.ip())
                .object("userAgent", |agent| {
                    agent.set("rawUserAgent", raw.agent());
                })
                .object("geographicalContext", |context| {
                    context
                        .set("city", known(|place| &place.city))
                        .set("state", known(|place| &place.region.0))
                        .set("country", known(|place| &place.country_name))
                        .set("postalCode", known(|place| &place.postal));
                });
        })
        .object("outcome", |outcome| {
            outcome
                .set("result", if raw.succeeded() { "SUCCESS" } else { "FAILURE" })
                .set("reason", (!raw.succeeded()).then_some("INVALID_CREDENTIALS"));
        });
    if raw.kind.target == Target::AppObject {
        data.array("target", |targets| {
            targets.object(|target| {
                target
                    .set("id", id)
                    .set("type", raw.class())
                    .set("displayName", name)
                    .set("alternateId", name);
            });
        });
    } else {
        data.set("target", ());
    }
}
