//! What the audit log of Microsoft 365 says about an activity, beyond who did what and from where.
//!
//! Source: <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema>.

use std::borrow::Cow;

use crate::catalogue::kinds;
use crate::generate::world::{Mail, Meeting, Team};
use crate::model::activity::Action;
use crate::model::ids::{Guid, Kind};
use crate::model::index::PersonIx;
use crate::model::time::{Span, VirtualTime};

use super::{ActivityFacts, Change, PersonFacts};

/// The program by which a mailbox was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailClient {
    /// How Exchange tells of it.
    pub info: String,
    /// Id of its application.
    pub application: Guid,
    /// It keeps whole folders on the device, so that Exchange does not see which items are read.
    pub synchronises: bool,
}

/// Somebody in a team or a meeting.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    /// The person.
    pub person: PersonFacts<'a>,
    /// 0 a member, 1 an owner, 2 a guest.
    pub role: u8,
}

/// Outlook on the web.
const OWA: Guid = Guid::literal("00000002-0000-0ff1-ce00-000000000000");
/// Office programs.
const OFFICE: Guid = Guid::literal("d3590ed6-52b3-4102-aeff-aad2292ab01c");
/// Outlook on phones.
const OUTLOOK_MOBILE: Guid = Guid::literal("27922004-5251-4030-b22d-91ecd9a37ea4");

impl<'a> ActivityFacts<'a> {
    /// The key of its actor in the log of the workload: Exchange and SharePoint know people by a number (PUID).
    pub fn user_key(&self, workload: &str) -> String {
        let Some(actor) = self.actor() else { return self.source_account().into_owned() };
        let number = format!("1003{:012X}", self.actor_number() & 0xffff_ffff_ffff);
        match workload {
            "Exchange" if actor.user => number,
            "SharePoint" | "OneDrive" if actor.user => {
                format!("i:0h.f|membership|{}@live.com", number.to_ascii_lowercase())
            }
            "SharePoint" | "OneDrive" => format!("i:0i.t|00000003-0000-0ff1-ce00-000000000000|{}", actor.id),
            "AzureActiveDirectory" if actor.user => format!("{number}@{}", self.company().domain),
            _ => actor.id.to_string(),
        }
    }

    /// The id under which SharePoint notes its request.
    pub fn sharepoint_request(&self) -> Guid {
        self.world().ids.guid(Kind::Request, 1 << 58 | self.row().get())
    }

    /// Folder (below the site) and name of its file before it was renamed or moved.
    pub fn former_path(&self) -> Option<(String, String)> {
        self.world().former_path(self.event())
    }

    /// The address under which its record names its file: that before it was renamed or moved.
    pub fn file_url(&self) -> String {
        let file = self.file();
        match self.former_path() {
            Some((folder, name)) => format!("{}{folder}/{name}", file.site_url()),
            None => file.url(),
        }
    }

    /// The id by which everything that comes of sharing its file by a link is tied together.
    pub fn sharing_id(&self) -> Guid {
        self.world().ids.guid(Kind::Grant, 1 << 40 | self.event().object.ordinal())
    }

    /// Anybody with the link gets in, whoever that is.
    pub fn is_by_anonymous_link(&self) -> bool {
        matches!(
            self.event().kind,
            kinds::ANONYMOUS_LINK_CREATED
                | kinds::ONEDRIVE_ANONYMOUS_LINK_CREATED
                | kinds::ANONYMOUS_LINK_USED
                | kinds::ONEDRIVE_ANONYMOUS_LINK_USED
        )
    }

    /// Somebody without an account here did it: whoever had a link, or was invited.
    pub fn is_by_a_stranger(&self) -> bool {
        matches!(
            self.event().kind,
            kinds::ANONYMOUS_LINK_USED
                | kinds::ONEDRIVE_ANONYMOUS_LINK_USED
                | kinds::SHARING_INVITATION_ACCEPTED
                | kinds::ONEDRIVE_SHARING_INVITATION_ACCEPTED
        )
    }

    /// Who did it, by the name of the account in the log of its app: `anonymous` where anybody could, the address of whom
    /// the invitation was for.
    pub fn source_account(&self) -> Cow<'a, str> {
        match (self.actor(), self.is_by_a_stranger()) {
            (None, true) if self.is_by_anonymous_link() => Cow::Borrowed("anonymous"),
            (None, true) => Cow::Owned(self.outside_recipient()),
            _ => Cow::Borrowed(self.source_actor().account),
        }
    }

    /// When the actor left a meeting: at its end, a little early or late.
    pub fn meeting_left(&self, meeting: &Meeting) -> VirtualTime {
        let starts = VirtualTime::of_day(self.happened().day()) + Span::seconds(i64::from(meeting.starts));
        let ends = starts + Span::seconds(i64::from(meeting.lasts));
        let around = (self.source_id().bits() % 420) as i64 - 240;
        (ends + Span::seconds(around)).max(self.happened() + Span::seconds(60))
    }

    /// What the cmdlet was told, and what was there before; nothing where it is none.
    pub fn cmdlet(&self) -> Vec<Change> {
        self.world().cmdlet(self.event())
    }

    /// The program by which the mailbox was reached. (How each tells of itself is recorded in public samples; of
    /// programs without a person it is (unverified).)
    pub fn mail_client(&self) -> MailClient {
        let (text, family) = self.agent().map_or(("", ""), |agent| (agent.text.as_str(), agent.family));
        let by_app = self.actor().filter(|actor| !actor.user).map(|actor| actor.id);
        let client = |info: String, application: Guid, synchronises: bool| MailClient {
            info,
            application,
            synchronises,
        };
        match (family, by_app) {
            (_, Some(application)) => client(format!("Client=REST;{text};"), application, false),
            ("OUTLOOK", _) => client(format!("Client=MSExchangeRPC;{text};"), OFFICE, true),
            ("OUTLOOK_MOBILE", _) => client(format!("Client=OutlookService;{text};"), OUTLOOK_MOBILE, true),
            ("PYTHON_REQUESTS" | "GRAPH_SDK" | "GO_HTTP" | "POWERSHELL", _) => {
                client(format!("Client=REST;{text};"), OFFICE, false)
            }
            _ => client(format!("Client=OWA;{text};"), OWA, false),
        }
    }

    /// The folder in which the item lay, as its mailbox calls it.
    pub fn mail_folder(&self, mail: &Mail) -> String {
        let owner = self.mailbox_owner(mail);
        let sent = self.event().kind == kinds::SEND || mail.from.person == Some(owner);
        let draft = self.event().kind == kinds::MAIL_CREATED;
        let purged = matches!(self.event().kind, kinds::SOFT_DELETE) && mail.from.person != Some(owner);
        self.world().mail_folder(owner, mail, draft, sent, purged)
    }

    /// The folder for what was deleted, as the mailbox calls it.
    pub fn deleted_items(&self, mail: &Mail) -> String {
        self.world().deleted_items(self.mailbox_owner(mail))
    }

    /// The person whose mailbox it is: whoever acts, or the one whose letters an application reads.
    pub fn mailbox_owner(&self, mail: &Mail) -> PersonIx {
        self.world().person_of_actor(self.event().actor).unwrap_or(mail.mailbox)
    }

    /// Id of the copy of a letter in the mailbox, or of one of its folders, as the store tells it.
    pub fn store_id(&self, mail: &Mail, folder: Option<&str>) -> String {
        self.world().store_id(self.mailbox_owner(mail), mail, folder)
    }

    /// Number of an account in the directory that Exchange keeps for itself.
    pub fn sid(&self, person: PersonIx) -> String {
        let world = self.world();
        let number = world.ids.number(Kind::Tenant, 7);
        let (a, b, c) = (number as u32, (number >> 32) as u32, world.ids.number(Kind::Tenant, 8) as u32);
        format!("S-1-5-21-{a}-{b}-{c}-{}", 1_000_000 + person.get() * 7)
    }

    /// The server of Exchange that did it (a name of the vendor's shape, invented).
    pub fn exchange_server(&self) -> String {
        let number = self.world().ids.number(Kind::Tenant, 9 + u64::from(self.event().address.get() % 5));
        format!(
            "AM{}PR{:02}MB{:04} (15.20.{:04}.{:03})",
            number % 10,
            number / 10 % 90 + 1,
            number / 900 % 10_000,
            9_000 + number / 9_000_000 % 400,
            number / 77 % 30
        )
    }

    /// Who was added to the team, or takes part in the meeting.
    pub fn members(&self, team: &Team) -> Vec<Member<'a>> {
        let world = self.world();
        let member = |person: PersonIx| {
            let facts = PersonFacts::of(self.view(), person)?;
            let owner = team.owner.or(team.chat_with);
            let role = if Some(person) == owner { 1 } else { u8::from(world.person(person).guest) * 2 };
            Some(Member { person: facts, role })
        };
        match self.event().kind {
            kinds::MEMBER_ADDED | kinds::TEAM_CREATED => {
                world.added_to_team(self.event()).into_iter().filter_map(member).collect()
            }
            kinds::MEETING_PARTICIPANT_DETAIL => {
                world.person_of_actor(self.event().actor).and_then(member).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// A person of the directory.
    pub fn person(&self, person: Option<PersonIx>) -> Option<PersonFacts<'a>> {
        PersonFacts::of(self.view(), person?)
    }

    /// It is done to share something.
    pub fn shares(&self) -> bool {
        matches!(self.kind().action, Action::ShareExternal | Action::ShareInternal)
    }
}
