//! Raw records of places that hold files: Box, Dropbox, Google Workspace.
//!
//! Sources: <https://developer.box.com/reference/resources/event/>,
//! <https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events>,
//! <https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities>.

use crate::model::activity::{Action, Target};
use crate::wire::json::{Array, Object};

use super::Raw;

/// An event of Box's enterprise stream.
pub(super) fn box_com(raw: &Raw<'_>, data: &mut Object<'_>) {
    let user = |user: &mut Object<'_>| {
        let number = 10_000_000_000 + raw.activity.actor_number() % 9_000_000_000;
        user.set("type", "user")
            .text("id", number)
            .set("name", raw.actor.name)
            .set("login", raw.actor.account);
    };
    data.set("type", "event")
        .set("event_id", raw.id())
        .set("event_type", raw.kind.operation)
        .set("created_at", raw.activity.happened().to_seconds_text())
        .object("created_by", user);
    if raw.kind.target == Target::AppObject {
        data.object("source", |source| {
            let (id, name) = raw.target();
            source.set("item_type", raw.class()).set("item_id", id).set("item_name", name).object(
                "parent",
                |parent| {
                    parent.set("type", "folder").set("name", raw.activity.app_object().parent);
                },
            );
        });
    } else {
        data.object("source", user);
    }
    data.set("ip_address", raw.ip());
}

/// An event of a Dropbox team's log.
pub(super) fn dropbox(raw: &Raw<'_>, data: &mut Object<'_>) {
    data.set("timestamp", raw.activity.happened().to_seconds_text())
        .object("event_category", |kind| {
            kind.set(".tag", category(raw.kind.action));
        })
        .object("event_type", |kind| {
            kind.set(".tag", raw.kind.operation);
        })
        .object("actor", |actor| {
            actor.set(".tag", "user").object("user", |user| {
                user.set(".tag", "team_member")
                    .text("account_id", format_args!("dbid:AA{:016x}", raw.activity.actor_number()))
                    .set("display_name", raw.actor.name)
                    .set("email", raw.actor.account);
            });
        })
        .object("origin", |origin| {
            origin
                .object("geo_location", |location| {
                    location.set("ip_address", raw.ip());
                })
                .object("access_method", |method| {
                    method.set(".tag", "end_user");
                });
        })
        .set("involve_non_team_member", raw.kind.action == Action::ShareExternal)
        .array("assets", |assets| {
            if raw.kind.target == Target::AppObject && raw.class() == "file" {
                dropbox_file(raw, assets);
            }
        });
}

fn dropbox_file(raw: &Raw<'_>, assets: &mut Array<'_>) {
    let (id, name) = raw.target();
    let parent = raw.activity.app_object().parent;
    assets.object(|file| {
        file.set(".tag", "file").set("file_id", id).set("display_name", name).object("path", |path| {
            path.text("contextual", format_args!("/{parent}/{name}"));
        });
    });
}

fn category(action: Action) -> &'static str {
    match action {
        Action::SignIn | Action::FailedSignIn => "logins",
        Action::ShareExternal | Action::ShareInternal => "sharing",
        Action::Configure => "members",
        _ => "file_operations",
    }
}

/// An activity of the Reports API of Google Workspace.
pub(super) fn google(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (application, group) = match raw.kind.action {
        Action::SignIn | Action::FailedSignIn => ("login", "login"),
        Action::Configure => ("admin", "APPLICATION_SETTINGS"),
        _ => ("drive", "access"),
    };
    data.set("kind", "admin#reports#activity")
        .object("id", |id| {
            let qualifier = raw.activity.row().get().cast_signed().wrapping_mul(-7_046_029_254_386_353_131);
            id.text("time", raw.activity.happened())
                .text("uniqueQualifier", qualifier)
                .set("applicationName", application)
                .text("customerId", format_args!("C0{:07x}", raw.activity.google_customer()));
        })
        .object("actor", |actor| {
            actor
                .set("email", raw.actor.account)
                .text("profileId", format_args!("1{:020}", raw.activity.actor_number()));
        })
        .set("ipAddress", raw.ip())
        .array("events", |events| {
            events.object(|event| {
                event.set("type", group).set("name", raw.kind.operation).array("parameters", |parameters| {
                    for (name, value) in parameters_of(raw, application) {
                        parameters.object(|parameter| {
                            parameter.set("name", name).set("value", value);
                        });
                    }
                });
            });
        });
}

fn parameters_of<'a>(raw: &'a Raw<'_>, application: &str) -> Vec<(&'static str, &'a str)> {
    let (id, name) = raw.target();
    match application {
        "login" => vec![("login_type", "saml")],
        "admin" => vec![("SETTING_NAME", name), ("NEW_VALUE", "true")],
        _ => vec![("doc_id", id), ("doc_title", name), ("doc_type", raw.class()), ("visibility", "private")],
    }
}
