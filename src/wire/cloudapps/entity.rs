//! A user or an account as the API writes it.
//!
//! `username` is no name but an object as text; `id` and `_id` are different things.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-entities>; recorded answers where they differ from it.

use crate::catalogue::apps;
use crate::facts::entity::AccountOf;
use crate::facts::{EntityFacts, UserGroup};
use crate::model::time::VirtualTime;
use crate::wire::json::{Array, Object, object};

use super::actions;

fn app_name(app: u32) -> &'static str {
    apps::app(app).map_or("Unknown", |app| app.name)
}

/// Writes an entity.
pub fn write(entity: &EntityFacts<'_>, out: &mut Vec<u8>) {
    object(out, |record| own_record(entity, record));
}

fn own_record(entity: &EntityFacts<'_>, record: &mut Object<'_>) {
    let (id, app, priority) = (entity.id(), entity.app(), entity.priority());
    let history = entity.history();
    record
        .set("type", if entity.is_user() { 2 } else { 1 })
        .set("status", entity.standing() as u8)
        .set("displayName", entity.name())
        .set("id", &id)
        .set("_id", entity.key())
        .array("userGroups", |groups| {
            entity.groups().into_iter().for_each(|group| write_group(entity, group, groups));
        })
        .set("identifiers", [(); 0])
        .set("sid", ())
        .object("appData", |data| {
            data.set("appId", app).set("name", app_name(app)).set("saas", app).set("instance", 0);
        })
        .set("isAdmin", entity.is_admin())
        .set("isExternal", entity.external())
        .set("email", entity.email())
        .set("role", entity.role())
        .set("organization", entity.organization())
        .some("lastSeen", entity.last_seen())
        .set("domain", entity.domain());
    match history.last().filter(|today| today.score > 0) {
        Some(today) => {
            record.object("scoreTrends", |trends| {
                trends.object_named(&date(today.day), |_| {});
            });
        }
        None => drop(record.set("scoreTrends", ())),
    }
    record
        .set("subApps", [(); 0])
        .set("threatScore", priority)
        .set("idType", if entity.is_application() { 17 } else { 1 })
        .set("isFake", entity.is_placeholder())
        .text("ii", format_args!("{app}|0|{id}"))
        .array("actions", |list| {
            if entity.is_user() && !entity.is_placeholder() {
                actions::write(actions::OF_USERS, None, list);
            }
        })
        .text("username", format_args!("{{\"id\": \"{id}\", \"saas\": {app}, \"inst\": 0}}"))
        .set("sctime", priority.map(|_| entity.rated().millis()));
    if entity.is_user() {
        record.array("accounts", |accounts| {
            entity.accounts().iter().for_each(|account| write_account(entity, account, accounts));
        });
    }
    record.array("threatScoreHistory", |days| {
        for rated in history {
            days.object(|day| {
                day.set("dateFormatted", date(rated.day))
                    .set("dateUtc", rated.day.millis())
                    .set("score", rated.score)
                    .set("percentile", rated.percentile)
                    .object("breakdown", |_| {});
            });
        }
    });
}

/// `20240609`
fn date(day: VirtualTime) -> String {
    day.to_seconds_text().chars().take(10).filter(char::is_ascii_digit).collect()
}

fn write_group(entity: &EntityFacts<'_>, group: UserGroup, groups: &mut Array<'_>) {
    let all = entity.all();
    let (name, description) = group.words();
    groups.object(|object| {
        object
            .set("_id", all.group_key(group))
            .set("id", all.group_id(group))
            .set("name", name)
            .set("description", description)
            .set("usersCount", all.size(group))
            .some("appId", group.app());
    });
}

/// What a user has in an app.
fn write_account(user: &EntityFacts<'_>, account: &AccountOf, accounts: &mut Array<'_>) {
    let (own, parent) = (user.id(), user.app());
    accounts.object(|object| {
        match account.placeholder {
            true => object.text("_id", format_args!("fa-{}-{}", user.key(), account.app)),
            false => object.set("_id", user.key_of(account)),
        };
        object
            .set("i", &account.id)
            // A placeholder stands for the account of the directory.
            .text(
                "ii",
                format_args!("{}|0|{}", if account.placeholder { parent } else { account.app }, account.id),
            )
            .set("inst", 0)
            .set("saas", account.app)
            .set("t", 1)
            .set("dn", user.name())
            .set("ext", user.external())
            .set("s", user.standing() as u8)
            .array("aliases", |aliases| {
                let name = user.account();
                aliases.add(name.split('@').next().unwrap_or_default());
                aliases.add(&*name);
            })
            .set("isFake", account.placeholder)
            .set("pa", user.account())
            .set("em", user.email())
            .set("sublst", [(); 0])
            .text("p", format_args!("{parent}|0|{own}"))
            .object("appData", |data| {
                data.set("appId", account.app).set("name", app_name(account.app));
            })
            .set("actions", [(); 0]);
    });
}

/// Writes an entity as it is offered while somebody types.
pub fn write_offer(entity: &EntityFacts<'_>, out: &mut Vec<u8>) {
    let (id, app, name) = (entity.id(), entity.app(), entity.name());
    object(out, |record| {
        record
            .set("_id", entity.key())
            .set("id", &id)
            .set("i", &id)
            .text("ii", format_args!("{app}|0|{id}"))
            .set("inst", 0)
            .set("saas", app)
            .set("t", if entity.is_user() { 2 } else { 1 })
            .set("dn", &name)
            .set("dnlc", name.to_lowercase())
            .set("pa", entity.account())
            .set("em", entity.email())
            .set("ext", entity.external())
            .set("s", entity.standing() as u8);
    });
}
