//! `actions`: what the portal offers to do about a user or a file. (There is no documented way to ask the API for it.)
//!
//! Members as recorded by shipped connectors; which actions a record offers is (unverified).

use crate::wire::json::Array;

/// An action: its task, whether it is about several at once, its group in the menu.
type Action = (&'static str, &'static str, u8);

/// What can be done about a user.
pub(super) const OF_USERS: &[Action] =
    &[("ConfirmUserCompromisedTask", "CONFIRM_USER_COMPROMISED", 1), ("SuspendUserTask", "SUSPEND_USER", 0)];

/// What can be done about a file.
pub(super) const OF_FILES: &[Action] = &[
    ("QuarantineTask", "QUARANTINE_FILE", 1),
    ("TrashFileTask", "TRASH_FILE", 1),
    ("RescanFileTask", "RESCAN_FILE", 2),
];

/// Writes them: `file` is the name of the file, if they are about one.
pub(super) fn write(offered: &[Action], file: Option<&str>, actions: &mut Array<'_>) {
    for (task, words, category) in offered {
        actions.object(|action| {
            action
                .set("task_name", *task)
                .text("display_title", format_args!("TASKS_ADALIBPY_{words}_DISPLAY_TITLE"))
                .set("type", if file.is_some() { "file" } else { "user" })
                .set("governance_type", ())
                .set("bulk_support", true)
                .set("has_icon", true)
                .object("display_description", |description| {
                    description
                        .text("template", format_args!("TASKS_ADALIBPY_{words}_DISPLAY_DESCRIPTION"))
                        .object("parameters", |parameters| {
                            parameters.some("fileName", file);
                        });
                })
                .set("bulk_display_description", ())
                .set("preview_only", false)
                .set("display_alert_text", ())
                .set("display_alert_success_text", ())
                .set("is_blocking", ())
                .set("confirm_button_style", "red")
                .set("optional_notify", ())
                .set("uiGovernanceCategory", *category)
                .set("alert_display_title", ())
                .set("confirmation_button_text", ())
                .set("confirmation_link", ());
        });
    }
}
