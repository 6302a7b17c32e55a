//! The apps of the product's catalogue that have kinds of activities.
//!
//! Numbers and names are those of the product. Microsoft's own arrive through the connector of Microsoft 365; every
//! other app has its own.

use super::kinds::{
    AWS, AZURE, BOX, CLOUD_APPS, COPILOT, DROPBOX, EXCHANGE, GITHUB, GOOGLE, MICROSOFT_365, NOTION, OKTA,
    ONEDRIVE, POWER_BI, SALESFORCE, SERVICENOW, SHAREPOINT, SLACK, TEAMS, YAMMER, ZOOM,
};

/// An app of the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct App {
    /// Its number.
    pub number: u32,
    /// The name that the product shows.
    pub name: &'static str,
    /// Number of the app whose connector delivers its activities.
    pub connector: u32,
}

const fn row(number: u32, name: &'static str, connector: u32) -> App {
    App { number, name, connector }
}

/// The apps that have kinds of activities.
pub static APPS: &[App] = &[
    row(MICROSOFT_365, "Microsoft 365", MICROSOFT_365),
    row(EXCHANGE, "Microsoft Exchange Online", MICROSOFT_365),
    row(SHAREPOINT, "Microsoft SharePoint Online", MICROSOFT_365),
    row(ONEDRIVE, "Microsoft OneDrive for Business", MICROSOFT_365),
    row(TEAMS, "Microsoft Teams", MICROSOFT_365),
    row(CLOUD_APPS, "Microsoft Defender for Cloud Apps", CLOUD_APPS),
    row(SALESFORCE, "Salesforce", SALESFORCE),
    row(BOX, "Box", BOX),
    row(YAMMER, "Microsoft Yammer", MICROSOFT_365),
    row(POWER_BI, "Microsoft Power BI", MICROSOFT_365),
    row(COPILOT, "Microsoft 365 Copilot", MICROSOFT_365),
    row(DROPBOX, "Dropbox", DROPBOX),
    row(GOOGLE, "Google Workspace", GOOGLE),
    row(AWS, "Amazon Web Services", AWS),
    row(AZURE, "Microsoft Azure", AZURE),
    row(GITHUB, "GitHub", GITHUB),
    row(SLACK, "Slack", SLACK),
    row(SERVICENOW, "ServiceNow", SERVICENOW),
    row(OKTA, "Okta", OKTA),
    row(ZOOM, "Zoom", ZOOM),
    row(NOTION, "Notion", NOTION),
];

/// How many of the first rows every company has.
pub(crate) const ALWAYS: usize = 8;

/// Names of the apps that a company may or may not have.
pub fn optional() -> Vec<&'static str> {
    APPS[ALWAYS..].iter().map(|app| app.name).collect()
}

/// Names of all apps.
pub fn names() -> Vec<&'static str> {
    APPS.iter().map(|app| app.name).collect()
}

/// The app with this number.
pub fn app(number: u32) -> Option<&'static App> {
    APPS.iter().find(|app| app.number == number)
}
