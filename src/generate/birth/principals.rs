//! Actors that are no people: applications with their service principals.
//!
//! The registrations that tests hold secrets of come first, in their order; then what the company runs, what its
//! people consented to, one application that nobody uses any more and one that only an attacker brings.
//!
//! Permission values: <https://learn.microsoft.com/graph/permissions-reference>.

use std::borrow::Cow;
use std::sync::Arc;

use crate::generate::objects::directory::{Change, detail, named, pack};
use crate::generate::world::World;
use crate::model::ids::{Guid, Kind, Minter};
use crate::model::index::{ActorCode, ObjectNo, PersonIx, PrincipalIx};
use crate::model::registration::Registration;
use crate::model::spec::Size;

/// A service principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Display name.
    pub display_name: Cow<'static, str>,
    /// Application (client) id.
    pub client_id: Guid,
    /// Object id of the service principal.
    pub id: Guid,
    /// Who publishes it; the company itself where empty.
    pub publisher: &'static str,
    /// The publisher is verified.
    pub verified: bool,
    /// Permissions of Microsoft Graph that it was given.
    pub permissions: &'static [&'static str],
    /// What it is here for.
    pub duty: Duty,
}

/// What an application is here for, which is its rhythm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// One of the registrations of tests; acts only when a test does.
    Registration,
    /// Copies files every night.
    Backup,
    /// Reads tickets out of a mailbox, every hour of the day.
    TicketSync,
    /// Posts into a channel and reads receipts, in office hours.
    Expenses,
    /// Reads alerts and logs, day and night.
    Siem,
    /// Builds reports before people come.
    Reporting,
    /// Copies customers from Salesforce, every few hours.
    CustomerSync,
    /// Keeps accounts in step with the personnel system.
    Provisioning,
    /// Its secret has run out and nobody has noticed.
    Expired,
    /// People consent to it for themselves, and use it in their browsers.
    Personal,
    /// Was given rights once and has been silent since.
    Dormant,
    /// Not of this company: comes with a storyline.
    Rogue,
}

struct Row(&'static str, &'static str, bool, &'static [&'static str], Duty, Size);

/// Those beyond the registrations, each from which size on.
const ROWS: &[Row] = &[
    Row(
        "Vaultkeep Backup",
        "Vaultkeep",
        true,
        &["Sites.Read.All", "Files.Read.All"],
        Duty::Backup,
        Size::Tiny,
    ),
    Row("Fleet Tracker (legacy)", "", false, &["User.Read.All"], Duty::Expired, Size::Tiny),
    Row("Mailroom Archive", "", false, &["Mail.Read", "MailboxSettings.Read"], Duty::Dormant, Size::Tiny),
    Row(
        "OneDrіve Sync Helper",
        "OneDrive Tools",
        false,
        &["Mail.ReadWrite", "Files.Read.All", "offline_access"],
        Duty::Rogue,
        Size::Tiny,
    ),
    Row(
        "Ticket Bridge",
        "Ticket Bridge Works",
        true,
        &["Mail.ReadWrite", "Mail.Send"],
        Duty::TicketSync,
        Size::Small,
    ),
    Row(
        "Night Reports",
        "",
        false,
        &["Reports.Read.All", "Sites.ReadWrite.All"],
        Duty::Reporting,
        Size::Small,
    ),
    Row(
        "Expense Desk",
        "Expense Desk",
        true,
        &["Mail.Read", "ChannelMessage.Send"],
        Duty::Expenses,
        Size::Small,
    ),
    Row(
        "Log Harvester",
        "Loghouse",
        true,
        &["AuditLog.Read.All", "SecurityAlert.Read.All"],
        Duty::Siem,
        Size::Small,
    ),
    Row("Customer Sync", "", false, &["Sites.ReadWrite.All"], Duty::CustomerSync, Size::Medium),
    Row("HR Provisioning", "Peopledesk", true, &["User.ReadWrite.All"], Duty::Provisioning, Size::Medium),
    // The first letter of the first is Greek: its makers are, too.
    Row("Αlpha Planner", "Alpha Planner", true, &["Calendars.Read", "User.Read"], Duty::Personal, Size::Tiny),
    Row("Meeting Polls", "Pollwright", true, &["Calendars.Read", "User.Read"], Duty::Personal, Size::Tiny),
];

/// Everybody who is no person.
pub(in crate::generate) fn principals(
    size: Size,
    ids: Minter,
    registrations: &[Arc<Registration>],
) -> Vec<Principal> {
    let own = registrations.iter().map(|registration| Principal {
        display_name: registration.display_name.clone(),
        client_id: registration.client_id,
        id: registration.principal,
        publisher: "",
        verified: false,
        permissions: &[],
        duty: Duty::Registration,
    });
    // Ids go by the row, so that a company keeps them when it grows. The first hundred are the registrations'.
    let others =
        (100u64..).zip(ROWS).filter(|(_, row)| row.5 as u8 <= size as u8).map(|(ordinal, row)| Principal {
            display_name: row.0.into(),
            client_id: ids.guid(Kind::Application, ordinal),
            id: ids.guid(Kind::ServicePrincipal, ordinal),
            publisher: row.1,
            verified: row.2,
            permissions: row.3,
            duty: row.4,
        });
    own.chain(others).collect()
}

/// What can be changed about an application.
const UPDATES: &[(&str, &str, &str)] = &[
    ("AppAddress", "[]", "[{\"Address\":\"https://localhost/signin\",\"AddressType\":0}]"),
    ("RequiredResourceAccess", "1 permission", "2 permissions"),
    ("DisplayName", "", ""),
    ("KeyDescription", "[]", "[KeyIdentifier=…,KeyType=Password,KeyUsage=Verify,DisplayName=rotated]"),
    ("KeyDescription", "[]", "[KeyIdentifier=…,KeyType=AsymmetricX509Cert,KeyUsage=Verify,DisplayName=svc]"),
];

/// The detail of an update that adds a secret.
pub(in crate::generate) const SECRET: u32 = 4;
/// The detail of an update that adds a certificate.
pub(in crate::generate) const CERTIFICATE: u32 = 5;

/// The object number of an application and what is done to it: 0 for nothing in particular.
pub(in crate::generate) fn application(principal: PrincipalIx, update: u32) -> ObjectNo {
    pack(principal.get(), update)
}

impl World {
    /// Everybody who acts of themselves: people first, then applications; at last the services, which are nobody.
    pub fn actors(&self) -> impl Iterator<Item = ActorCode> {
        ActorCode::first(self.people.len() + self.principals.len()).chain([ActorCode::NOBODY])
    }

    /// The actor code of the simulator's operator: the one behind all of them.
    pub fn operator(&self) -> ActorCode {
        ActorCode::new((self.people.len() + self.principals.len()) as u32)
    }

    /// The person behind an actor code.
    pub fn person_of_actor(&self, actor: ActorCode) -> Option<PersonIx> {
        Some(PersonIx::new(actor.get())).filter(|person| person.index() < self.people.len())
    }

    /// The actor code of an application.
    pub fn actor_of_principal(&self, principal: PrincipalIx) -> ActorCode {
        ActorCode::new(self.people.len() as u32 + principal.get())
    }

    /// The application behind an actor code.
    pub fn principal_of_actor(&self, actor: ActorCode) -> Option<PrincipalIx> {
        let after = actor.get().checked_sub(self.people.len() as u32)?;
        Some(PrincipalIx::new(after)).filter(|principal| principal.index() < self.principals.len())
    }

    /// The administrator who looks after the company's own applications.
    pub fn application_owner(&self) -> Option<PersonIx> {
        let admins = PersonIx::numbered(&self.people).zip(&self.habits);
        let mut admins = admins.filter(|((at, person), habits)| {
            habits.admin && !habits.desk && !person.disabled && self.turnover.of(*at).is_none()
        });
        admins.next().map(|((at, _), _)| at)
    }

    /// An application.
    ///
    /// # Panics
    /// When there is no such application.
    pub fn principal(&self, index: PrincipalIx) -> &Principal {
        &self.principals[index.index()]
    }

    /// The first application with a duty.
    pub fn principal_on(&self, duty: Duty) -> Option<PrincipalIx> {
        let found = PrincipalIx::numbered(&self.principals).find(|(_, principal)| principal.duty == duty);
        found.map(|(index, _)| index)
    }

    /// The application that `Event::object` names under a kind whose target is an application.
    pub fn application(&self, object: ObjectNo) -> &Principal {
        &self.principals[named(object) as usize % self.principals.len()]
    }

    /// What changed about the application that `Event::object` names.
    pub fn application_change(&self, object: ObjectNo) -> Option<Change> {
        let (name, old, new) = *UPDATES.get(detail(object).checked_sub(1)? as usize)?;
        let app = self.application(object);
        let new = if name == "DisplayName" { &*app.display_name } else { new };
        Some(Change { name, old: Some(old.to_owned()), new: new.to_owned() })
    }
}
