//! Commands about the connection of Copilot for Security, and about what it depends on.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::catalogue::copilot;
use crate::facts::PersonFacts;
use crate::model::command::By;
use crate::model::copilot::{BrowserProfile, CopilotCommand, SourceHost};
use crate::model::field_error::FieldError;
use crate::model::identity::IdentityCommand;
use crate::model::index::PersonIx;
use crate::model::json::json;
use crate::tenant::TenantView;

use super::dto::CommandDto;
use super::json_schema::{count, needing, object, text, texts};
use super::{named, not_about, short, someone, user};

/// No tenant has licences for more products.
const MOST_SKUS: usize = 64;

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<CopilotCommand, FieldError> {
    Ok(match written {
        CommandDto::SetCopilotToggle { on, by, browser } => CopilotCommand::SetCopilotToggle {
            on: *on,
            by: someone(view, by.as_deref())?,
            browser: browser.clone().map(Arc::new),
        },
        CommandDto::OpenCopilotDialog { dialog } => CopilotCommand::OpenCopilotDialog { dialog: *dialog },
        CommandDto::AnswerCopilotDialog { accept, dialog, by } => {
            let by = someone(view, by.as_deref())?;
            CopilotCommand::AnswerCopilotDialog {
                dialog: *dialog,
                consent: accept.then(|| Arc::new(consent(&by))),
                by,
            }
        }
        CommandDto::SetCopilotEnabled { enabled } => CopilotCommand::SetCopilotEnabled { enabled: *enabled },
        CommandDto::SetCopilotCapacity { capacity } => {
            CopilotCommand::SetCopilotCapacity { capacity: *capacity }
        }
        CommandDto::SetSubscriptions { skus } => {
            CopilotCommand::SetSubscriptions { skus: part_numbers(skus)? }
        }
        CommandDto::SetCopilotNetwork { host, kind } => {
            CopilotCommand::SetCopilotNetwork { host: *host, kind: *kind }
        }
        CommandDto::SetCopilotChannel { channel } => CopilotCommand::SetCopilotChannel { channel: *channel },
        CommandDto::SetClassicPortal { mode } => CopilotCommand::SetClassicPortal { mode: *mode },
        CommandDto::SetBrowser(browser) => CopilotCommand::SetBrowser { browser: Arc::new(browser.clone()) },
        CommandDto::SwitchCopilotSource { user: name, on } => {
            CopilotCommand::SwitchCopilotSource { user: user(view, "user", name)?, on: *on }
        }
        CommandDto::RefreshCopilotSources { user: name } => {
            CopilotCommand::RefreshCopilotSources { user: user(view, "user", name)? }
        }
        CommandDto::ExpireCopilotSession {} => CopilotCommand::ExpireCopilotSession {},
        CommandDto::SetCopilotTimes(times) => CopilotCommand::SetCopilotTimes { times: *times },
        _ => return Err(not_about("Copilot")),
    })
}

/// The consent that Accept gives: the application of Copilot may read the tenant's alerts, activities and discovery on
/// behalf of its users, and ask both API hosts.
fn consent(by: &By) -> IdentityCommand {
    let registration = Arc::new(copilot::registration());
    IdentityCommand::Consent {
        client: registration.client_id,
        scopes: registration.delegated.clone(),
        // Where it is there already, that changes nothing.
        install: Some((registration, copilot::home())),
        user: None,
        roles: Vec::new(),
        replace: true,
        by: by.clone(),
    }
}

fn part_numbers(skus: &BTreeSet<String>) -> Result<BTreeSet<Arc<str>>, FieldError> {
    if skus.len() > MOST_SKUS {
        let expected = format!("at most {MOST_SKUS} part numbers");
        return Err(FieldError::value("skus", &expected, skus.len().to_string()));
    }
    skus.iter().map(|sku| short("skus", sku).map(Arc::from)).collect()
}

/// A command of the journal as it is written.
pub(super) fn to_dto(view: &TenantView, command: &CopilotCommand) -> CommandDto {
    let upn =
        |user: PersonIx| PersonFacts::of(view, user).map(|user| user.upn().to_owned()).unwrap_or_default();
    match command {
        CopilotCommand::SetCopilotToggle { on, by, browser } => CommandDto::SetCopilotToggle {
            on: *on,
            by: named(view, by),
            browser: browser.as_deref().cloned(),
        },
        CopilotCommand::OpenCopilotDialog { dialog } => CommandDto::OpenCopilotDialog { dialog: *dialog },
        CopilotCommand::AnswerCopilotDialog { dialog, by, consent } => CommandDto::AnswerCopilotDialog {
            accept: consent.is_some(),
            dialog: *dialog,
            by: named(view, by),
        },
        CopilotCommand::SetCopilotEnabled { enabled } => CommandDto::SetCopilotEnabled { enabled: *enabled },
        CopilotCommand::SetCopilotCapacity { capacity } => {
            CommandDto::SetCopilotCapacity { capacity: *capacity }
        }
        CopilotCommand::SetSubscriptions { skus } => {
            CommandDto::SetSubscriptions { skus: skus.iter().map(|sku| sku.to_string()).collect() }
        }
        CopilotCommand::SetCopilotNetwork { host, kind } => {
            CommandDto::SetCopilotNetwork { host: *host, kind: *kind }
        }
        CopilotCommand::SetCopilotChannel { channel } => CommandDto::SetCopilotChannel { channel: *channel },
        CopilotCommand::SetClassicPortal { mode } => CommandDto::SetClassicPortal { mode: *mode },
        CopilotCommand::SetBrowser { browser } => CommandDto::SetBrowser(BrowserProfile::clone(browser)),
        CopilotCommand::SwitchCopilotSource { user, on } => {
            CommandDto::SwitchCopilotSource { user: upn(*user), on: *on }
        }
        CopilotCommand::RefreshCopilotSources { user } => {
            CommandDto::RefreshCopilotSources { user: upn(*user) }
        }
        CopilotCommand::ExpireCopilotSession {} => CommandDto::ExpireCopilotSession {},
        CopilotCommand::SetCopilotTimes { times } => CommandDto::SetCopilotTimes(*times),
    }
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let switch = || json!({"type": "boolean"});
    let one_of = |words: &[&str]| json!({"enum": words});
    let browser = || object(json!({"popups": switch(), "thirdPartyCookies": switch(), "allowList": texts()}));
    let length = || json!({"type": "string", "description": "A length of time: 10s, PT10S."});
    let times = ["reconnectWait", "session", "dialog", "check", "consent", "provisioning"];
    let times: serde_json::Map<String, Json> =
        times.into_iter().map(|name| (name.to_owned(), length())).collect();
    let toggle = object(json!({"on": switch(), "by": text(), "browser": browser()}));
    let answer = object(json!({"accept": switch(), "dialog": count(), "by": text()}));
    let capacity = one_of(&["none", "provisioning", "ok", "exhausted", "deleted", "detached"]);
    let host = one_of(&SourceHost::ALL.map(SourceHost::name));
    let kind = one_of(&["allow", "deny", "blackhole", "dns-fail", "tls-fail", "5xx"]);
    let channel = one_of(&["open", "cut", "delayed", "expired"]);
    vec![
        ("setCopilotToggle", needing(toggle, &["on"])),
        ("openCopilotDialog", object(json!({"dialog": count()}))),
        ("answerCopilotDialog", needing(answer, &["accept"])),
        ("setCopilotEnabled", needing(object(json!({"enabled": switch()})), &["enabled"])),
        ("setCopilotCapacity", needing(object(json!({"capacity": capacity})), &["capacity"])),
        ("setSubscriptions", needing(object(json!({"skus": texts()})), &["skus"])),
        ("setCopilotNetwork", needing(object(json!({"host": host, "kind": kind})), &["host", "kind"])),
        ("setCopilotChannel", needing(object(json!({"channel": channel})), &["channel"])),
        ("setClassicPortal", needing(object(json!({"mode": one_of(&["redirect", "classic"])})), &["mode"])),
        ("setBrowser", browser()),
        ("switchCopilotSource", needing(object(json!({"user": text(), "on": switch()})), &["user", "on"])),
        ("refreshCopilotSources", needing(object(json!({"user": text()})), &["user"])),
        ("expireCopilotSession", object(json!({}))),
        ("setCopilotTimes", object(Json::Object(times))),
    ]
}
