//! The catalogue of kinds of activity.
//!
//! Event types are numbers of the Cloud Apps API. Recorded in public samples: 917504 and its neighbours (the
//! product's own audit), 233580 (OneDrive) and 2293761 (failed sign-in); the others are plausible numbers in the
//! same ranges, marked (unverified) by file or row. Files, mail and the apps of other vendors share one generic event
//! type per app and are told apart by their operation, as the recorded OneDrive events are.
//!
//! Operations, workloads and record types:
//! <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema> and
//! <https://learn.microsoft.com/purview/audit-log-activities>.

use crate::model::activity::{Action, Kind, Target};
use crate::model::index::KindCode;

/// Microsoft 365, and the sign-ins and directory changes of Entra ID.
pub const MICROSOFT_365: u32 = 11161;
/// Microsoft Exchange Online.
pub const EXCHANGE: u32 = 20893;
/// Microsoft SharePoint Online.
pub const SHAREPOINT: u32 = 20892;
/// Microsoft OneDrive for Business.
pub const ONEDRIVE: u32 = 15600;
/// Microsoft Teams.
pub const TEAMS: u32 = 28375;
/// Salesforce.
pub const SALESFORCE: u32 = 11114;
/// Microsoft Defender for Cloud Apps itself.
pub const CLOUD_APPS: u32 = 20595;

/// Microsoft Yammer (Viva Engage).
pub const YAMMER: u32 = 11522;
/// Microsoft Power BI.
pub const POWER_BI: u32 = 26324;
/// Microsoft 365 Copilot.
pub const COPILOT: u32 = 26055;
/// Box.
pub const BOX: u32 = 10489;
/// Dropbox.
pub const DROPBOX: u32 = 11627;
/// Google Workspace.
pub const GOOGLE: u32 = 11770;
/// Amazon Web Services.
pub const AWS: u32 = 11599;
/// Microsoft Azure.
pub const AZURE: u32 = 12260;
/// GitHub.
pub const GITHUB: u32 = 11760;
/// Slack.
pub const SLACK: u32 = 23043;
/// ServiceNow.
pub const SERVICENOW: u32 = 14509;
/// Okta.
pub const OKTA: u32 = 10980;
/// Zoom.
pub const ZOOM: u32 = 14233;
/// Notion.
pub const NOTION: u32 = 36201;

/// What the kinds of one source have in common.
struct Source {
    app: u32,
    event_type: u32,
    event_type_value: &'static str,
    category: Option<&'static str>,
    workload: &'static str,
    record_type: u16,
}

const UNSPECIFIED: &str = "EVENT_CATEGORY_UNSPECIFIED";

impl Source {
    const fn new(
        app: u32,
        workload: &'static str,
        record_type: u16,
        event_type: u32,
        value: &'static str,
    ) -> Self {
        Self { app, event_type, event_type_value: value, category: None, workload, record_type }
    }

    const fn login(mut self, event_type: u32, value: &'static str) -> Self {
        (self.event_type, self.event_type_value) = (event_type, value);
        self.category("EVENT_CATEGORY_LOGIN")
    }

    const fn failed_login(mut self, event_type: u32, value: &'static str) -> Self {
        (self.event_type, self.event_type_value) = (event_type, value);
        self.category("EVENT_CATEGORY_FAILED_LOGIN")
    }

    const fn category(mut self, category: &'static str) -> Self {
        self.category = Some(category);
        self
    }

    const fn kind(self, operation: &'static str, action: Action, target: Target) -> Kind {
        Kind {
            app: self.app,
            operation,
            event_type: self.event_type,
            event_type_value: self.event_type_value,
            category: match (self.category, category_of_file(action)) {
                (Some(category), _) => category,
                (None, _) if self.record_type == 0 => category_of(action),
                (None, Some(category)) if matches!(target, Target::File) => category,
                (None, _) => UNSPECIFIED,
            },
            action,
            administrative: false,
            target,
            file: matches!(target, Target::File),
            workload: self.workload,
            record_type: self.record_type,
        }
    }

    const fn admin(self, operation: &'static str, target: Target) -> Kind {
        let mut kind = self.kind(operation, Action::Configure, target);
        kind.administrative = true;
        kind
    }
}

impl Kind {
    /// What it is done to is a file.
    const fn file(mut self) -> Self {
        self.file = true;
        self
    }

    /// Categories beside its own by which it is found: downloads and uploads of files are, whichever app they are in.
    pub fn other_category(&self) -> Option<&'static str> {
        category_of_file(self.action).filter(|category| self.file && *category != self.category)
    }
}

/// The category of what is done to a file, where there is one. Recorded are the names; which activities of Office 365
/// carry them is (unverified).
const fn category_of_file(action: Action) -> Option<&'static str> {
    match action {
        Action::Download => Some("EVENT_CATEGORY_DOWNLOAD_FILE"),
        Action::Upload => Some("EVENT_CATEGORY_UPLOAD_FILE"),
        _ => None,
    }
}

/// The category of an action in apps whose events are not all of one kind.
const fn category_of(action: Action) -> &'static str {
    match action {
        Action::SignIn => "EVENT_CATEGORY_LOGIN",
        Action::FailedSignIn | Action::InterruptedSignIn => "EVENT_CATEGORY_FAILED_LOGIN",
        Action::SignOut => "EVENT_CATEGORY_LOGOUT",
        Action::View => "EVENT_CATEGORY_VIEW_OBJECT",
        Action::Download => "EVENT_CATEGORY_DOWNLOAD_OBJECT",
        Action::Upload => "EVENT_CATEGORY_CREATE_OBJECT",
        Action::Edit => "EVENT_CATEGORY_UPDATE_OBJECT",
        Action::Delete => "EVENT_CATEGORY_DELETE_OBJECT",
        Action::ShareInternal | Action::ShareExternal => "EVENT_CATEGORY_SHARE_OBJECT",
        Action::Send => "EVENT_CATEGORY_SEND_MESSAGE",
        Action::Configure => UNSPECIFIED,
    }
}

/// Names each row by a constant that is its index, counted from the first row of its file.
macro_rules! kinds {
    ($rows:ident, $first:expr; $($(#[$doc:meta])* $name:ident = $kind:expr;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only counts the rows")]
        enum Row { $($name),* }
        $($(#[$doc])* pub const $name: crate::model::index::KindCode =
            crate::model::index::KindCode::new($first + Row::$name as u16);)*
        /// The rows of this file.
        pub(crate) const $rows: &[super::Kind] = &[$($kind),*];
    };
}

mod apps;
mod connectors;
mod extensions;
mod interrupts;
mod microsoft;
mod product;
mod ranges;
mod sharing;
mod tenancy;

pub use apps::*;
pub use connectors::*;
pub use extensions::*;
pub use interrupts::*;
pub use microsoft::*;
pub use product::*;
pub use ranges::*;
pub use sharing::*;
pub use tenancy::*;

const COUNT: usize = MICROSOFT_ROWS.len()
    + PRODUCT_ROWS.len()
    + APP_ROWS.len()
    + INTERRUPT_ROWS.len()
    + EXTENSION_ROWS.len()
    + TENANCY_ROWS.len()
    + SHARING_ROWS.len()
    + CONNECTOR_ROWS.len()
    + RANGE_ROWS.len();

const fn all() -> [Kind; COUNT] {
    let mut rows = [MICROSOFT_ROWS[0]; COUNT];
    let files = [
        MICROSOFT_ROWS,
        PRODUCT_ROWS,
        APP_ROWS,
        INTERRUPT_ROWS,
        EXTENSION_ROWS,
        TENANCY_ROWS,
        SHARING_ROWS,
        CONNECTOR_ROWS,
        RANGE_ROWS,
    ];
    let (mut at, mut file) = (0, 0);
    while file < files.len() {
        let mut row = 0;
        while row < files[file].len() {
            rows[at] = files[file][row];
            at += 1;
            row += 1;
        }
        file += 1;
    }
    rows
}

/// The catalogue; the code of a kind is an index into it.
pub static KINDS: &[Kind] = &all();

/// How far the OneDrive twin of a SharePoint kind is from it.
const TWIN: u16 = ONEDRIVE_FILE_ACCESSED.get() - FILE_ACCESSED.get();
/// The same of the kinds that were added later.
const LATER_TWIN: u16 = ONEDRIVE_FILE_MOVED.get() - FILE_MOVED.get();

/// The kind behind a code.
///
/// # Panics
/// When the catalogue has no such kind; intents hold its codes only.
pub fn kind(code: KindCode) -> &'static Kind {
    &KINDS[code.index()]
}

/// The kind by which OneDrive reports what `sharepoint` is in SharePoint; other kinds are their own twin.
pub const fn onedrive_twin(sharepoint: KindCode) -> KindCode {
    let code = sharepoint.get();
    if code >= FILE_ACCESSED.get() && code <= SHARING_INVITATION_CREATED.get() {
        KindCode::new(code + TWIN)
    } else if code >= FILE_MOVED.get() && code <= SHARING_INVITATION_ACCEPTED.get() {
        KindCode::new(code + LATER_TWIN)
    } else {
        sharepoint
    }
}

/// The kinds of an app by the name of their operation, ASCII case ignored: sign-ins that fail may be called as those
/// that don't.
pub fn all_by_operation(app: u32, operation: &str) -> impl Iterator<Item = KindCode> {
    of_app(app).filter(move |&code| kind(code).operation.eq_ignore_ascii_case(operation))
}

/// The kind of an app by the name of its event type, where only one has that.
pub fn by_event_type(app: u32, value: &str) -> Option<KindCode> {
    let mut alike = of_app(app).filter(|&code| kind(code).event_type_value == value);
    alike.next().filter(|_| alike.next().is_none())
}

/// All kinds of an app, in the order of the catalogue.
pub fn of_app(app: u32) -> impl Iterator<Item = KindCode> {
    codes().filter(move |&code| kind(code).app == app)
}

fn codes() -> impl Iterator<Item = KindCode> {
    KindCode::first(KINDS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn onedrive_twins_do_the_same_thing() {
        let shared = |code: &KindCode| {
            (FILE_ACCESSED..=SHARING_INVITATION_CREATED).contains(code)
                || (FILE_MOVED..=SHARING_INVITATION_ACCEPTED).contains(code)
        };
        for code in codes().filter(shared) {
            let (here, there) = (kind(code), kind(onedrive_twin(code)));
            assert_eq!((here.app, there.app), (SHAREPOINT, ONEDRIVE));
            assert_eq!((here.operation, here.action), (there.operation, there.action));
        }
        assert_eq!(onedrive_twin(SEND), SEND);
    }

    #[test]
    fn every_app_has_kinds_and_every_kind_an_app() {
        for code in codes() {
            assert!(crate::catalogue::apps::app(kind(code).app).is_some());
        }
        for app in crate::catalogue::apps::APPS {
            assert!(of_app(app.number).next().is_some());
        }
        assert_eq!(all_by_operation(EXCHANGE, "new-inboxrule").collect::<Vec<_>>(), [NEW_INBOX_RULE]);
        assert_eq!(codes().find(|&code| kind(code).event_type == 2_293_761), Some(USER_LOGIN_FAILED));
        assert_eq!(by_event_type(CLOUD_APPS, "EVENT_ADALLOM_ALERT_DISMISSED"), Some(DISMISS_ALERT));
        assert_eq!(by_event_type(ONEDRIVE, "EVENT_O365_ONEDRIVE_GENERIC"), None);
    }
}
