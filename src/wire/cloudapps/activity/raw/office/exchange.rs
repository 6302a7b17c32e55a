//! Records of Exchange: what is done in mailboxes, and cmdlets.
//!
//! Sources: <https://learn.microsoft.com/purview/audit-log-investigate-accounts> (mail that was accessed: bound or
//! synchronised), <https://learn.microsoft.com/purview/audit-mailboxes> (which action has which members).

use crate::catalogue::kinds;
use crate::facts::MailClient;
use crate::model::activity::Action;
use crate::wire::json::{Array, Object};

use super::super::Raw;
use super::modified;

/// Record types of the schema: one item, a group of items, items that were accessed.
const OF_GROUPS: u16 = 3;
const OF_ACCESS: u16 = 50;

/// What was done to an item of a mailbox.
pub(super) fn mail(raw: &Raw<'_>, data: &mut Object<'_>) {
    let activity = raw.activity;
    let mail = activity.mail();
    let (owner, mailbox) = activity.mailbox(&mail);
    let client = activity.mail_client();
    let sid = activity.sid(activity.mailbox_owner(&mail));
    data.set("AppId", client.application)
        .some("ClientIPAddress", raw.ip())
        .set("ClientInfoString", &client.info)
        .set("ExternalAccess", false)
        .set("InternalLogonType", 0)
        .set("LogonType", 0)
        .set("LogonUserSid", &sid)
        .set("MailboxGuid", mailbox)
        .set("MailboxOwnerSid", &sid)
        .set("MailboxOwnerUPN", owner.map(|owner| owner.upn()))
        .set("OrganizationName", &activity.company().domain)
        .set("OriginatingServer", activity.exchange_server())
        .set("ResultStatus", "Succeeded");
    match raw.kind.record_type {
        OF_ACCESS => accessed(raw, &client, data),
        OF_GROUPS => group(raw, data),
        _ => item(raw, data),
    }
}

/// Mail that was read: item by item, or with whole folders.
fn accessed(raw: &Raw<'_>, client: &MailClient, data: &mut Object<'_>) {
    let mail = raw.activity.mail();
    let folder = raw.activity.mail_folder(&mail);
    data.array("OperationProperties", |properties| {
        let how = if client.synchronises { "Sync" } else { "Bind" };
        name_and_value("MailAccessType", how, properties);
        name_and_value("IsThrottled", "False", properties);
    })
    .set("OperationCount", 1)
    .array("Folders", |folders| {
        folders.object(|told| {
            told.set("Id", raw.activity.store_id(&mail, Some(&folder))).set("Path", &folder);
            if client.synchronises {
                return;
            }
            told.array("FolderItems", |items| {
                items.object(|item| {
                    item.set("Id", raw.activity.store_id(&mail, None))
                        .set("InternetMessageId", &mail.internet_message_id)
                        .set("SizeInBytes", mail.size)
                        .set("Subject", &mail.subject);
                });
            });
        });
    });
}

/// Items that were moved or deleted together.
fn group(raw: &Raw<'_>, data: &mut Object<'_>) {
    let mail = raw.activity.mail();
    let folder = raw.activity.mail_folder(&mail);
    let deleted = raw.activity.deleted_items(&mail);
    data.array("AffectedItems", |items| {
        items.object(|item| {
            item.set("Id", raw.activity.store_id(&mail, None))
                .set("InternetMessageId", &mail.internet_message_id)
                .set("Subject", &mail.subject)
                .some("Attachments", attachments(raw).as_deref())
                .object("ParentFolder", |parent| place(raw, &folder, parent));
        });
    })
    .set("CrossMailboxOperations", false)
    .object("Folder", |told| place(raw, &folder, told));
    if raw.activity.event().kind == kinds::MOVE_TO_DELETED_ITEMS {
        data.object("DestFolder", |told| place(raw, &deleted, told));
    }
}

/// An item that was written or sent.
fn item(raw: &Raw<'_>, data: &mut Object<'_>) {
    let mail = raw.activity.mail();
    let folder = raw.activity.mail_folder(&mail);
    data.object("Item", |item| {
        item.set("Id", raw.activity.store_id(&mail, None))
            .set("InternetMessageId", &mail.internet_message_id)
            .set("Subject", &mail.subject)
            .some("Attachments", attachments(raw).as_deref())
            .set("SizeInBytes", mail.size)
            .object("ParentFolder", |parent| place(raw, &folder, parent));
    });
    if raw.kind.action == Action::Send {
        data.set("SaveToSentItems", true).set("recipientCount", mail.to.len()).array(
            "recipientList",
            |recipients| {
                for to in &mail.to {
                    recipients.object(|recipient| {
                        recipient.set("Address", &to.address).set("Name", &to.name);
                    });
                }
            },
        );
    }
}

/// `Budget.xlsx (48213b)`: names and sizes of what comes along.
fn attachments(raw: &Raw<'_>) -> Option<String> {
    let mail = raw.activity.mail();
    mail.attachment.map(|name| format!("{name} ({}b)", mail.size - mail.size / 8))
}

fn place(raw: &Raw<'_>, path: &str, folder: &mut Object<'_>) {
    let name = path.rsplit('\\').next().unwrap_or_default();
    folder
        .set("Id", raw.activity.store_id(&raw.activity.mail(), Some(path)))
        .set("Path", path)
        .set("Name", name);
}

fn name_and_value(name: &str, value: &str, into: &mut Array<'_>) {
    into.object(|pair| {
        pair.set("Name", name).set("Value", value);
    });
}

/// What an Exchange administrator, or the owner of a mailbox, told the cmdlet.
pub(super) fn cmdlet(raw: &Raw<'_>, data: &mut Object<'_>) {
    let activity = raw.activity;
    let parameters = activity.cmdlet();
    let (id, name) = raw.target();
    data.set("ObjectId", id)
        .set("ModifiedObjectResolvedName", name)
        .set("ResultStatus", "True")
        .array("Parameters", |told| {
            for parameter in &parameters {
                name_and_value(parameter.name, &parameter.new, told);
            }
        })
        .array("ModifiedProperties", |properties| {
            for change in parameters.iter().filter(|parameter| parameter.old.is_some()) {
                properties.object(|property| modified(change, property));
            }
        })
        .set("ExternalAccess", false)
        .set("OrganizationName", &activity.company().domain)
        .set("OriginatingServer", activity.exchange_server())
        .set("TokenTenantId", activity.tenant().1)
        .set("TokenObjectId", raw.actor.id);
}
