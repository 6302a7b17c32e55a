//! What things inside connected apps are called; `{}` is replaced by a project, in lower case.

/// Repositories.
pub(crate) const REPOSITORIES: &[&str] =
    &["{}-api", "{}-web", "{}-infra", "{}-docs", "{}-tools", "{}-mobile"];

/// Channels of Slack.
pub(crate) const BOARDS: &[&str] =
    &["proj-{}", "{}-alerts", "{}-standup", "help-{}", "{}-random", "{}-on-call", "{}-releases", "{}-design"];

/// Apps that companies install into Slack.
pub(crate) const CHAT_APPS: &[&str] = &[
    "Polls",
    "Stand-up Reminder",
    "Calendar Sync",
    "Deploy Bot",
    "Ticket Linker",
    "Meeting Notes",
    "Birthdays",
    "Translate",
];

/// Subjects of tickets.
pub(crate) const TICKETS: &[&str] = &[
    "Laptop does not start",
    "Access to shared folder",
    "New phone for starter",
    "VPN drops every hour",
    "Mailbox is full",
    "Printer on floor 2 jams",
    "Software installation",
    "Password forgotten",
    "Meeting room screen is dark",
    "Slow network in the east wing",
    "Monitor flickers",
    "Licence for design program",
];

/// Saved lists of tickets.
pub(crate) const TICKET_LISTS: &[&str] = &[
    "Open incidents by age",
    "Incidents of this week",
    "Unassigned incidents",
    "Major incidents",
    "Requests awaiting approval",
    "Closed this month",
];

/// Apps that people open through Okta.
pub(crate) const APPS_BEHIND_OKTA: &[&str] = &[
    "Salesforce",
    "Box",
    "Microsoft Office 365",
    "Workforce Planner",
    "Expense Desk",
    "Travel Booker",
    "Payroll Portal",
    "Learning Hub",
    "Slack",
    "GitHub",
    "Status Page",
    "Survey Studio",
];

/// Topics of meetings.
pub(crate) const MEETINGS: &[&str] = &[
    "Weekly sync {}",
    "Customer call",
    "{} planning",
    "Interview",
    "{} review",
    "All hands",
    "Training session",
    "Vendor meeting",
];

/// Pages of a wiki.
pub(crate) const PAGES: &[&str] = &[
    "{} roadmap",
    "{} runbook",
    "{} decisions",
    "{} meeting notes",
    "{} onboarding",
    "Team handbook",
    "Interview questions",
    "Content calendar",
];

/// Threads of an inner social network.
pub(crate) const THREADS: &[&str] = &[
    "Welcome our new colleagues",
    "Lunch menu of the week",
    "Photos of the summer party",
    "Bike parking",
    "Tips for working at home",
    "Charity run",
    "Lost and found",
    "Success story of project {}",
];

/// What people ask Copilot about.
pub(crate) const CHATS_WITH_COPILOT: &[&str] = &[
    "Summarise the meeting",
    "Draft a reply",
    "Make slides of this document",
    "What changed in project {}",
    "Compare two offers",
    "Explain a formula",
    "Rewrite more politely",
    "Find the latest forecast",
];

/// Roles in AWS.
pub(crate) const AWS_ROLES: &[&str] =
    &["ReadOnlyAnalyst", "{}-deploy", "{}-runtime", "BackupOperator", "NetworkAdmin", "BillingViewer"];

/// Settings of Google Workspace.
pub(crate) const SETTINGS_OF_GOOGLE: &[&str] = &[
    "Sharing outside of the domain",
    "Link sharing default",
    "Offline access",
    "Two-step verification",
    "Drive for desktop",
    "Calendar external sharing",
];

/// Settings of Zoom.
pub(crate) const SETTINGS_OF_ZOOM: &[&str] =
    &["Waiting room", "Cloud recording", "Join before host", "Screen sharing", "Meeting passcode"];
