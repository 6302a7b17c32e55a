//! Commands as they are written: with names where the journal has ids.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::model::alert::Resolution;
use crate::model::alerting::Alerting;
use crate::model::copilot::{
    BrowserProfile, Capacity, Channel, ClassicPortal, NetworkKind, SourceHost, TimesChange,
};
use crate::model::directory::{AccessControl, Mfa, Risk};
use crate::model::discovery::DiscoveryCommand;
use crate::model::fault::Fault;
use crate::model::governance::{AppAction, UserAction};
use crate::model::identity::{IdentityCommand, PolicyChange};
use crate::model::ids::Hex24;
use crate::model::ingestion::Ingestion;
use crate::model::registration::{OptionalClaims, Redirect};
use crate::model::security_team::SecurityTeam;
use crate::model::service_date::ServiceDate;
use crate::model::siem_agent::SiemFormat;
use crate::model::stamps::TokenStamps;
use crate::model::time::VirtualTime;

use super::scenarios::ScheduledDto;

/// A command as it is written: an object with one member, named by what is to be done.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum CommandDto {
    /// Close alerts.
    CloseAlerts {
        /// Their ids.
        alerts: Vec<Hex24>,
        /// As what.
        r#as: Resolution,
        /// The comment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
        /// Who closes them; the operator, if that is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Only while each of the alerts is of this version, as `GET …/alerts/{id}` tells it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        if_version: Option<u32>,
    },
    /// Open closed alerts again.
    ReopenAlerts {
        /// Their ids.
        alerts: Vec<Hex24>,
        /// Who opens them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Only while each of the alerts is of this version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        if_version: Option<u32>,
    },
    /// Mark an alert read or unread.
    MarkAlert {
        /// Its id.
        alert: Hex24,
        /// Read, or unread.
        read: bool,
        /// Who marks it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Only while the alert is of this version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        if_version: Option<u32>,
    },
    /// Tell a story: by default now, about somebody whom it suits, as big as is usual.
    PlayStory {
        /// Name of the storyline.
        name: String,
        /// Whom it happens to, or who does it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        /// When it begins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<VirtualTime>,
        /// How big it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        size: Option<u32>,
    },
    /// Put an activity in, in the wire form of the Cloud Apps API.
    InjectActivity(Map<String, Json>),
    /// Put an alert in, in the wire form of the Cloud Apps API.
    InjectAlert(Map<String, Json>),
    /// Say which time tokens carry: `virtual` or `wall`.
    SetTokenStamps {
        /// Which.
        stamps: TokenStamps,
    },
    /// Say how records come in, from now on.
    SetIngestion(Ingestion),
    /// Say what becomes of alerts after they were raised, from now on.
    SetAlerting(Alerting),
    /// Say what the company's own security team does with new alerts, from now on.
    SetSecurityTeam(SecurityTeam),
    /// Say of which month the services are, from now on.
    SetServiceDate {
        /// Which.
        date: ServiceDate,
    },
    /// Disturb requests.
    AddFault {
        /// Its name; one is made, if none is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The fault.
        fault: Box<Fault>,
    },
    /// No longer disturb requests so.
    RemoveFault {
        /// The name of the fault.
        name: String,
    },
    /// No longer disturb requests.
    RemoveFaults {},
    /// Give commands when it is time for them.
    StartScenario {
        /// Its name.
        name: String,
        /// The commands, in order of time.
        steps: Vec<ScheduledDto>,
    },
    /// Leave out the commands of a scenario that lie ahead, and end its faults.
    StopScenario {
        /// Its number: 0, 1, 2, … in the order of starting.
        run: u32,
    },
    /// Let a user sign in, or not.
    SetUserEnabled {
        /// The user.
        user: String,
        /// May sign in.
        enabled: bool,
    },
    /// Register an application.
    AddApplication {
        /// Name by which commands call it.
        name: String,
        /// Name that people are shown; the other one, if none is said.
        display_name: Option<String>,
        /// It can keep no secret.
        #[serde(default)]
        public: bool,
        /// It is meant for users of any tenant.
        #[serde(default)]
        multi_tenant: bool,
        /// Where the authorize endpoint may send its answers.
        #[serde(default)]
        redirect_uris: Vec<RedirectUri>,
        /// Application permissions that it asks for.
        #[serde(default)]
        permissions: Vec<String>,
        /// Delegated permissions that it asks for.
        #[serde(default)]
        delegated_permissions: Vec<String>,
        /// Scopes that it offers to others.
        #[serde(default)]
        scopes: Vec<String>,
        /// App roles that it offers, to applications and users alike.
        #[serde(default)]
        app_roles: Vec<String>,
        /// What tokens for it say on top of what they always say.
        #[serde(default)]
        optional_claims: OptionalClaims,
        /// Which groups and directory roles tokens tell: `None`, `SecurityGroup`, `DirectoryRole` or `All`.
        group_membership_claims: Option<String>,
        /// The version of access tokens for it: 2, which is meant if nothing is said, or 1.
        access_token_version: Option<u8>,
        /// Its secret; one is drawn, if none is said.
        secret: Option<String>,
        /// An administrator has consented to all that it asks for.
        #[serde(default)]
        consented: bool,
        /// The authorize endpoint gives out id tokens.
        #[serde(default)]
        implicit: bool,
        /// Where it hears that somebody has signed out.
        logout_url: Option<String>,
    },
    /// Change an application or its service principal: what is said, and nothing else.
    SetApplication {
        /// The application.
        app: String,
        /// Its service principal is enabled.
        enabled: Option<bool>,
        /// Its service principal exists in this tenant.
        installed: Option<bool>,
        /// Only users who are assigned to it may use it.
        assignment_required: Option<bool>,
        /// It is meant for users of any tenant.
        multi_tenant: Option<bool>,
        /// The authorize endpoint gives out id tokens.
        implicit: Option<bool>,
        /// Which groups and directory roles tokens tell.
        group_membership_claims: Option<String>,
        /// Instead of those that it has.
        redirect_uris: Option<Vec<RedirectUri>>,
        /// Where it hears that somebody has signed out.
        logout_url: Option<String>,
        /// Clients whose consent page stands for this application, too.
        known_client_applications: Option<Vec<String>>,
    },
    /// Add a client secret.
    AddSecret {
        /// The application.
        app: String,
        /// The secret; one is drawn, if none is said.
        value: Option<String>,
        /// When it ends; never, if that is not said.
        ends: Option<VirtualTime>,
    },
    /// Let every client secret end now.
    EndSecrets {
        /// The application.
        app: String,
    },
    /// Register a certificate: PEM, or DER as base64.
    AddCertificate {
        /// The application.
        app: String,
        /// The certificate.
        certificate: String,
    },
    /// Trust tokens of another issuer instead of a secret.
    AddFederatedCredential {
        /// The application.
        app: String,
        /// Who issues them.
        issuer: String,
        /// About whom.
        subject: String,
        /// For whom; `api://AzureADTokenExchange`, if that is not said.
        audience: Option<String>,
    },
    /// Say with which keys an issuer of federated tokens signs.
    TrustIssuer {
        /// The issuer.
        issuer: String,
        /// A JSON Web Key Set.
        keys: Json,
    },
    /// Consent as an administrator: to all that is registered, or to what is named.
    Consent {
        /// The application.
        app: String,
        /// Only for this user.
        user: Option<String>,
        /// These delegated permissions alone.
        scopes: Option<Vec<String>>,
        /// These application permissions alone.
        permissions: Option<Vec<String>>,
    },
    /// Take consent back: all of it, or of one resource, of one user, of application permissions by name.
    RevokeConsent {
        /// The application.
        app: String,
        /// Only for this resource.
        resource: Option<String>,
        /// Only of this user.
        user: Option<String>,
        /// These application permissions alone.
        permissions: Option<Vec<String>>,
    },
    /// Assign a user to an application, or no longer.
    AssignUser {
        /// The application.
        app: String,
        /// The user.
        user: String,
        /// Assigned, which is meant if nothing is said, or no longer.
        assigned: Option<bool>,
        /// With an app role that the application offers; no longer with it, where the user is not to be assigned.
        role: Option<String>,
    },
    /// Make a security group.
    AddGroup {
        /// Its display name.
        name: String,
        /// The users in it.
        #[serde(default)]
        members: Vec<String>,
    },
    /// Put users into a group.
    AddGroupMembers {
        /// The group.
        group: String,
        /// The users.
        members: Vec<String>,
    },
    /// Take users out of a group.
    RemoveGroupMembers {
        /// The group.
        group: String,
        /// The users.
        members: Vec<String>,
    },
    /// Change an account: what is said, and nothing else.
    SetUser {
        /// The user.
        user: String,
        /// May sign in.
        enabled: Option<bool>,
        /// Directory roles by display name, instead of those that the user has.
        roles: Option<Vec<String>>,
        /// Licences, instead of those that the user has.
        licences: Option<Vec<String>>,
        /// Another password.
        password: Option<String>,
        /// The password has to be changed at the next sign-in.
        password_expired: Option<bool>,
        /// Whether a second factor is asked for, and registered.
        mfa: Option<Mfa>,
        /// How risky the user looks.
        risk: Option<Risk>,
        /// A guest of this tenant.
        guest: Option<bool>,
        /// Locked until an administrator unlocks it.
        locked: Option<bool>,
    },
    /// End the sessions of a user: what was issued before counts no longer.
    RevokeSessions {
        /// The user.
        user: String,
    },
    /// Make or replace a Conditional Access policy.
    SetConditionalAccess {
        /// Its name.
        name: String,
        /// For these users; for all, if that is not said.
        users: Option<Vec<String>>,
        /// For these applications and resources; for all, if that is not said.
        apps: Option<Vec<String>>,
        /// What it demands.
        control: AccessControl,
    },
    /// Remove one.
    RemoveConditionalAccess {
        /// Its name.
        name: String,
    },
    /// Change policies of the tenant.
    SetPolicies(PolicyChange),
    /// Sign with the next key.
    RotateKeys {},
    /// Let the next requests meet an error, by its AADSTS number.
    FailNext {
        /// The number.
        code: u32,
        /// How often; once, if that is not said.
        times: Option<u32>,
        /// Only requests of this application.
        app: Option<String>,
        /// Seconds that the answer tells clients to wait.
        retry_after: Option<u32>,
    },
    /// Answer a device code as the user would at its page.
    AnswerDevice {
        /// The code that people type.
        user_code: String,
        /// Who answers.
        user: String,
        /// Yes, or no.
        accept: bool,
        /// With a second factor.
        mfa: Option<bool>,
    },
    /// Switch the connection on or off.
    SetCopilotToggle {
        /// On.
        on: bool,
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// With which browser; the tenant's usual one, if that is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        browser: Option<BrowserProfile>,
    },
    /// Show the dialog of consent.
    OpenCopilotDialog {
        /// Which: the one that waits, if that is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dialog: Option<u32>,
    },
    /// Answer the dialog of consent.
    AnswerCopilotDialog {
        /// Yes, or no.
        accept: bool,
        /// Which: the one that waits, if that is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dialog: Option<u32>,
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Set Copilot up in the tenant, or take it down.
    SetCopilotEnabled {
        /// It is set up.
        enabled: bool,
    },
    /// Make, delete, use up or detach capacity.
    SetCopilotCapacity {
        /// How it is to be.
        capacity: Capacity,
    },
    /// Say which products the tenant has licences for.
    SetSubscriptions {
        /// Their SKU part numbers.
        skus: BTreeSet<String>,
    },
    /// Say what becomes of the internal requests to a host.
    SetCopilotNetwork {
        /// The host.
        host: SourceHost,
        /// What becomes of them.
        kind: NetworkKind,
    },
    /// Say how the channel between both products is.
    SetCopilotChannel {
        /// How.
        channel: Channel,
    },
    /// Say what is found at the address of the former portal.
    SetClassicPortal {
        /// What.
        mode: ClassicPortal,
    },
    /// Say what the usual browser lets pages do.
    SetBrowser(BrowserProfile),
    /// Switch the source on or off for a user.
    SwitchCopilotSource {
        /// Who.
        user: String,
        /// On.
        on: bool,
    },
    /// Look at the sources anew.
    RefreshCopilotSources {
        /// Who looks.
        user: String,
    },
    /// End the session, as if its time were over.
    ExpireCopilotSession {},
    /// Change lengths of time.
    SetCopilotTimes(TimesChange),
    /// Add a SIEM agent.
    AddSiemAgent {
        /// Its name.
        name: String,
        /// In which form it writes.
        format: SiemFormat,
        /// Who adds it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Start the program of a SIEM agent, or stop it.
    SetSiemAgentRunning {
        /// Its name or id.
        agent: String,
        /// It runs.
        running: bool,
    },
    /// Give a SIEM agent a new token.
    RenewSiemAgentToken {
        /// Its name or id.
        agent: String,
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Remove a SIEM agent.
    RemoveSiemAgent {
        /// Its name or id.
        agent: String,
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Switch a policy of the product on or off.
    SetPolicyEnabled {
        /// Its name.
        policy: String,
        /// It raises alerts.
        enabled: bool,
        /// Who switches.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Let the product do something about a user.
    GovernUser {
        /// Who.
        user: String,
        /// What.
        action: UserAction,
        /// Who asks for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Let the product do something about an app.
    GovernApp {
        /// Which.
        app: String,
        /// What.
        action: AppAction,
        /// Who asks for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Connect an app.
    ConnectApp {
        /// Its name or number.
        app: String,
        /// The name of the instance; that of the app, if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance: Option<String>,
        /// Who connects it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Switch a connector off.
    DisableConnector(OfConnectorDto),
    /// Connect what is switched off again.
    EnableConnector(OfConnectorDto),
    /// Remove a connector.
    RemoveConnector(OfConnectorDto),
    /// Check a connector now.
    TestConnector(OfConnectorDto),
    /// Let a connector fail.
    BreakConnector {
        /// The name of its app or instance, or its id.
        connector: String,
        /// The name of the error.
        error: String,
        /// It goes on delivering.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        warning: bool,
    },
    /// Mend what is wrong with a connector.
    RepairConnector {
        /// The name of its app or instance, or its id.
        connector: String,
    },
    /// Describe a range of addresses.
    AddIpRange(IpRangeDto),
    /// Describe one anew: what is left out is empty from then on.
    ChangeIpRange {
        /// Its name or id.
        range: String,
        /// What is said of it.
        to: IpRangeDto,
    },
    /// Remove a range of addresses.
    RemoveIpRange {
        /// Its name or id.
        range: String,
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// A command about Cloud Discovery as the journal has it, with numbers and ids.
    Discovery(DiscoveryCommand),
    /// A command as the journal has it, with indexes and ids.
    Directory(IdentityCommand),
}

/// What is said of a range of addresses.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IpRangeDto {
    /// Its name.
    pub name: String,
    /// Its category, 1 to 6.
    pub category: u8,
    /// Its addresses.
    pub subnets: Vec<String>,
    /// Whose network it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Names of its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl CommandDto {
    /// The version that alerts must have for it to be accepted, if one is said.
    pub fn if_version(&self) -> Option<u32> {
        match self {
            Self::CloseAlerts { if_version, .. }
            | Self::ReopenAlerts { if_version, .. }
            | Self::MarkAlert { if_version, .. } => *if_version,
            _ => None,
        }
    }

    /// The same with that precondition, if it is about alerts.
    pub(super) fn expecting(mut self, version: u32) -> Self {
        if let Self::CloseAlerts { if_version, .. }
        | Self::ReopenAlerts { if_version, .. }
        | Self::MarkAlert { if_version, .. } = &mut self
        {
            *if_version = Some(version);
        }
        self
    }
}

/// Which connector a change is about, and who asks for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfConnectorDto {
    /// The name of its app or instance, or its id.
    pub connector: String,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// A redirect URI: a text, for the platform `web`, or with its platform.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RedirectUri {
    /// For the platform `web`.
    Web(String),
    /// With its platform.
    Of(Redirect),
}
