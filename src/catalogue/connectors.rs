//! The apps that can be connected by an app connector, and what each of them delivers.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/enable-instant-visibility-protection-and-governance-actions-for-your-apps>
//! and the page of each app below <https://learn.microsoft.com/defender-cloud-apps/protect-connected-apps>. Numbers of apps
//! from 29,001 on are not public (unverified). Notion is in no list of the vendor: companies here have it connected.

use super::apps;
use super::kinds::{
    AWS, AZURE, BOX, CLOUD_APPS, COPILOT, DROPBOX, EXCHANGE, GITHUB, GOOGLE, MICROSOFT_365, NOTION, OKTA,
    ONEDRIVE, POWER_BI, SALESFORCE, SERVICENOW, SHAREPOINT, SLACK, TEAMS, YAMMER, ZOOM,
};

/// An app that can be connected.
#[derive(Debug, PartialEq, Eq)]
pub struct Connectable {
    /// Its number.
    pub number: u32,
    /// The name by which the list of connectors calls it.
    pub name: &'static str,
    /// Its category in the catalogue of apps, without what all of them begin with.
    category: &'static str,
    /// A letter for each thing that it delivers or lets be done: see [`Capability`].
    letters: &'static str,
    /// From when on activities are fetched.
    pub backfill: Backfill,
    /// What its vendor lets through, where that is public.
    pub rate_limit: Option<&'static str>,
    /// What the wizard asks for.
    pub wizard: &'static [&'static str],
}

/// From when on activities are fetched once an app is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backfill {
    /// From seven days before the connection.
    SevenDays,
    /// From the connection on.
    FromConnection,
}

/// What a connector delivers, or lets be done: its name on the wire and the letter of the rows below.
pub type Capability = (&'static str, char);

/// All of them, in the order of the vendor's matrix.
pub const CAPABILITIES: [Capability; 15] = [
    ("accounts", 'U'),
    ("groups", 'G'),
    ("privileges", 'P'),
    ("logon", 'L'),
    ("userActivity", 'A'),
    ("adminActivity", 'M'),
    ("fileBacklogScan", 'b'),
    ("fileNearRealTimeScan", 'n'),
    ("fileSharingControl", 'c'),
    ("fileGovernance", 'f'),
    ("sensitivityLabels", 'i'),
    ("oauthApps", 'O'),
    ("oauthAppsRevoke", 'R'),
    ("securityPosture", 'S'),
    ("userGovernance", 'X'),
];

const fn row(
    number: u32,
    name: &'static str,
    category: &'static str,
    letters: &'static str,
    wizard: &'static [&'static str],
) -> Connectable {
    Connectable { number, name, category, letters, backfill: Backfill::SevenDays, rate_limit: None, wizard }
}

impl Connectable {
    const fn from_connection(mut self) -> Self {
        self.backfill = Backfill::FromConnection;
        self
    }

    const fn limited(mut self, rate_limit: &'static str) -> Self {
        self.rate_limit = Some(rate_limit);
        self
    }

    /// It has the capability of this letter.
    pub fn can(&self, letter: char) -> bool {
        self.letters.contains(letter)
    }

    /// Its category in the catalogue of apps.
    pub fn category(&self) -> String {
        format!("SAASDB_CATEGORY_{}", self.category)
    }

    /// The name by which records call it.
    pub fn title(&self) -> &'static str {
        apps::app(self.number).map_or(self.name, |app| app.name)
    }

    /// A company has one instance of it at most, which has no name.
    pub const fn single(&self) -> bool {
        matches!(self.number, MICROSOFT_365 | AZURE)
    }
}

const LINK: &[&str] = &["Instance name", "External link"];
const FOLLOW: &[&str] = &["Instance name", "Follow the link"];
const CLIENT_LINK: &[&str] = &["Instance name", "Client ID", "Client Secret", "External link"];

/// The apps that can be connected. "Partly" and "in preview" count as yes.
pub static CONNECTABLE: &[Connectable] = &[
    row(
        29_001,
        "Asana",
        "PROJECT_MANAGEMENT",
        "ULA",
        &["Instance name", "API key (service account token)", "Workspace ID"],
    ),
    row(29_002, "Atlassian", "PROJECT_MANAGEMENT", "ULAMS", &["Instance name", "Organization ID", "API key"])
        .limited("1000 requests/min"),
    row(AWS, "AWS", "CLOUD_COMPUTING_PLATFORM", "ULMncf", &["Instance name", "Access key", "Secret key"]),
    row(AZURE, "Azure", "CLOUD_COMPUTING_PLATFORM", "UGLA", &["Connect Microsoft Azure"]).from_connection(),
    row(BOX, "Box", "CLOUD_STORAGE", "UGPLAMbncfiX", FOLLOW),
    row(
        29_003,
        "Citrix ShareFile",
        "CLOUD_STORAGE",
        "S",
        &["Instance name", "Client ID", "Client Secret", "Client Subdomain"],
    )
    .limited("420 requests/min"),
    row(
        29_004,
        "DocuSign",
        "CONTENT_MANAGEMENT",
        "ULAMS",
        &["Instance name", "User ID", "Endpoint", "External link"],
    ),
    row(
        DROPBOX,
        "Dropbox",
        "CLOUD_STORAGE",
        "UGPLAMbncfS",
        &["Instance name", "Admin account email", "Follow the link"],
    ),
    row(29_005, "Egnyte", "CLOUD_STORAGE", "UPLAM", &["Instance name", "Application URL", "External link"]),
    row(
        GITHUB,
        "GitHub",
        "CODE_HOSTING",
        "UPAMOS",
        &["Instance name", "Client ID", "Client Secret", "Organization Login Name", "External link"],
    ),
    row(
        29_006,
        "GCP",
        "CLOUD_COMPUTING_PLATFORM",
        "AM",
        &["Instance name", "Organization ID", "Private key file"],
    ),
    row(
        GOOGLE,
        "Google Workspace",
        "COLLABORATION",
        "UGPLAMbncfiORSX",
        &[
            "Instance name",
            "Service account ID",
            "Project number (App ID)",
            "Certificate (P12)",
            "Admin account email",
            "Business/Enterprise",
        ],
    ),
    row(
        MICROSOFT_365,
        "Microsoft 365",
        "COLLABORATION",
        "UGPLAMbncfiORSX",
        &["Component selection", "Follow the link"],
    ),
    row(29_007, "Miro", "COLLABORATION", "ULA", CLIENT_LINK).from_connection(),
    row(29_008, "Mural", "COLLABORATION", "ULA", &["Instance name", "API key"]),
    row(
        29_009,
        "NetDocuments",
        "CONTENT_MANAGEMENT",
        "UPAMS",
        &["Instance name", "Repository ID", "Application URL", "External link"],
    )
    .limited("100000 requests/min"),
    row(OKTA, "Okta", "SECURITY", "ULAMS", &["Instance name", "Domain", "Token"]),
    row(29_010, "OneLogin", "SECURITY", "UPLAM", &["Instance name", "Client ID", "Client Secret"]),
    row(
        SERVICENOW,
        "ServiceNow",
        "IT_SERVICES",
        "UGPLAMbnS",
        &["Instance name", "Mode", "Instance URL", "Client ID", "Client Secret"],
    ),
    row(SALESFORCE, "Salesforce", "CRM", "UGPLAMbnfRSX", FOLLOW),
    row(SLACK, "Slack", "COLLABORATION", "UPLAM", LINK),
    row(29_011, "Smartsheet", "PROJECT_MANAGEMENT", "UPAM", CLIENT_LINK).limited("300 requests/min"),
    row(29_012, "Webex", "ONLINE_MEETINGS", "UPAbncf", FOLLOW),
    row(
        29_013,
        "Workday",
        "HUMAN_RESOURCES_MANAGEMENT",
        "ULA",
        &[
            "Instance name",
            "Client ID",
            "Client Secret",
            "REST API endpoint",
            "Token endpoint",
            "Authorization endpoint",
            "External link",
        ],
    ),
    row(29_014, "Workplace by Meta", "SOCIAL_NETWORK", "UPLAMS", LINK),
    row(
        29_015,
        "Zendesk",
        "CUSTOMER_SUPPORT",
        "UPLAMiS",
        &["Instance name", "Client ID", "Client Secret", "Client endpoint", "External link"],
    )
    .limited("200 requests/min"),
    row(ZOOM, "Zoom", "ONLINE_MEETINGS", "S", LINK).limited("Pro 30/s, Business 80/s"),
    row(NOTION, "Notion", "COLLABORATION", "ULA", LINK),
];

/// The category of an app that has activities, in the catalogue of apps.
pub fn category_of(app: u32) -> String {
    let category = match app {
        EXCHANGE | COPILOT => "PRODUCTIVITY",
        SHAREPOINT => "COLLABORATION",
        ONEDRIVE => "CLOUD_STORAGE",
        TEAMS => "ONLINE_MEETINGS",
        YAMMER => "SOCIAL_NETWORK",
        POWER_BI => "BUSINESS_INTELLIGENCE",
        CLOUD_APPS => "SECURITY",
        other => return connectable(other).map_or_else(String::new, Connectable::category),
    };
    format!("SAASDB_CATEGORY_{category}")
}

/// The app with this number.
pub fn connectable(number: u32) -> Option<&'static Connectable> {
    CONNECTABLE.iter().find(|app| app.number == number)
}

/// The app with this name, ASCII case ignored: that of the list, or that of records.
pub fn by_name(name: &str) -> Option<&'static Connectable> {
    CONNECTABLE
        .iter()
        .find(|app| app.name.eq_ignore_ascii_case(name) || app.title().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connector_that_delivers_activities_can_be_connected() {
        for app in apps::APPS.iter().filter(|app| app.connector != CLOUD_APPS) {
            assert!(connectable(app.connector).is_some(), "{}", app.name);
        }
        for (at, app) in CONNECTABLE.iter().enumerate() {
            assert!(CONNECTABLE[at + 1..].iter().all(|other| other.number != app.number), "{}", app.name);
            let known = |letter: char| CAPABILITIES.iter().any(|(_, known)| *known == letter);
            assert!(app.letters.chars().all(known), "{}", app.name);
            assert_eq!(by_name(&app.name.to_lowercase()), Some(app));
            assert_eq!(by_name(app.title()), Some(app));
        }
    }
}
