//! An activity: who did what to what, from where, with what, and how the product came to know of it.

use crate::catalogue::policies::POLICIES;
use crate::catalogue::{apps, kinds};
use crate::generate::World;
use crate::generate::stories::Storyline;
use crate::generate::world::{AppObject, File, Mail, Team};
use crate::model::activity::{Event, Target};
use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::index::RowNo;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::TenantView;

use super::closing::ClosingFacts;
use super::ids::{self, ActivityId, SessionId};
use super::person::PersonFacts;
use super::{ActorView, Address, Agent, AlertFacts, Company, KindView, SignIn, TargetObject};

/// An activity.
#[derive(Clone, Copy)]
pub struct ActivityFacts<'a> {
    view: &'a TenantView,
    row: RowNo,
    event: Event,
    kind: KindView<'a>,
}

/// A service that acts by itself, as its log calls it (recorded in public samples).
const fn service(account: &'static str) -> ActorView<'static> {
    ActorView { account, name: account, id: Guid::from_bits(0), person: None, user: false }
}

const EXCHANGE_ITSELF: ActorView<'_> = service("NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)");
const SHAREPOINT_ITSELF: ActorView<'_> = service("app@sharepoint");
const DIRECTORY_ITSELF: ActorView<'_> = service("Microsoft Substrate Management");

/// How the record of an activity reached the product.
#[derive(Clone, Copy, Debug)]
pub enum Delivery {
    /// With the sign-ins of Entra ID.
    SignIns {
        /// Ties the sign-in to those of its request.
        correlation: Guid,
        /// When it was queued.
        enqueued: VirtualTime,
        /// When it was passed on.
        routed: VirtualTime,
    },
    /// In a blob of the Office 365 Management Activity API.
    Blob {
        /// When the blob was made.
        created: VirtualTime,
        /// The workload whose records it holds.
        workload: &'static str,
    },
    /// Through the connector of its app.
    Connector,
}

impl<'a> ActivityFacts<'a> {
    /// The activity of a row, if it is to be seen.
    pub fn at(view: &'a TenantView, row: RowNo) -> Option<Self> {
        Some(Self::of(view, row, view.state.activity(row, view.now)?))
    }

    /// The activity of a row that a storyline or an alert rests on, if it was stored by now: even once it has left the log.
    pub fn ever(view: &'a TenantView, row: RowNo) -> Option<Self> {
        Some(Self::of(view, row, view.state.activity_ever(row, view.now)?))
    }

    /// What is known of `event`, which is in the log under `row`.
    pub fn of(view: &'a TenantView, row: RowNo, event: Event) -> Self {
        Self { view, row, event, kind: view.state.codebook().kind(event.kind) }
    }

    /// Every activity that is to be seen, in the order of being stored.
    pub fn all(view: &'a TenantView) -> impl Iterator<Item = Self> {
        view.state.core().log.chunks(view.now).flat_map(move |(first, chunk, shown)| {
            (0..shown).map(move |index| Self::of(view, first.plus(index), chunk.event(index)))
        })
    }

    /// How many those are.
    pub fn count(view: &TenantView) -> u64 {
        view.state.core().log.chunks(view.now).map(|(.., shown)| shown as u64).sum()
    }

    /// The tenant in which it happened: number in the Cloud Apps API, id in Entra ID.
    pub fn tenant(&self) -> (u32, Guid) {
        let identity = self.view.state.identity();
        (identity.number, identity.id)
    }

    pub(super) fn view(&self) -> &'a TenantView {
        self.view
    }

    pub(super) fn world(&self) -> &'a World {
        self.view.state.world()
    }

    /// Its number in the log.
    pub fn row(&self) -> RowNo {
        self.row
    }

    /// The codes behind all this.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// What was done.
    pub fn kind(&self) -> &KindView<'a> {
        &self.kind
    }

    /// It is a sign-in, or an attempt at one.
    pub fn is_sign_in(&self) -> bool {
        self.kind.action.is_sign_in()
    }

    /// Its id in the Cloud Apps API.
    pub fn id(&self) -> ActivityId {
        ids::of_activity(self.view, self)
    }

    /// Its id in the log of its app.
    pub fn source_id(&self) -> Guid {
        self.world().ids.activity(self.row)
    }

    /// When it happened.
    pub fn happened(&self) -> VirtualTime {
        self.event.timestamp()
    }

    /// When the product stored it.
    pub fn created(&self) -> VirtualTime {
        self.event.created
    }

    /// When the product fetched it.
    pub fn fetched(&self) -> VirtualTime {
        self.ahead_of_storing(2_000)
    }

    /// So many milliseconds before it was stored, but not before it happened.
    fn ahead_of_storing(&self, millis: u32) -> VirtualTime {
        self.event.created - Span::millis(i64::from(self.event.lag.min(millis)))
    }

    /// Who did it; `None` where a service did it by itself.
    pub fn actor(&self) -> Option<ActorView<'a>> {
        self.view.state.codebook().actor(self.event.actor)
    }

    /// Who did it, in the log of its app: services have accounts of their own there, which nobody else knows.
    pub fn source_actor(&self) -> ActorView<'a> {
        self.actor().unwrap_or(match self.kind.app {
            kinds::EXCHANGE => EXCHANGE_ITSELF,
            kinds::MICROSOFT_365 => DIRECTORY_ITSELF,
            _ => SHAREPOINT_ITSELF,
        })
    }

    /// The sign-in to Entra ID that it is, if it is one.
    pub fn sign_in(&self) -> Option<SignIn<'a>> {
        self.world().sign_in(&self.event, self.row.get())
    }

    /// The storyline that it belongs to.
    pub(super) fn storyline(&self) -> Option<&'a Storyline> {
        self.view.state.storylines().nth(self.event.story?.index())
    }

    /// The last two digits of the telephone by which its actor proves who they are.
    pub fn masked_telephone(&self) -> u32 {
        self.world().masked_telephone(self.event.actor)
    }

    /// The browser of its actor, as Entra ID numbers them.
    pub fn browser_id(&self) -> Guid {
        let world = self.world();
        // An update does not make another browser of it.
        let agent = world.of_any_release(self.event.agent);
        let browser = self.event.actor.ordinal() << 16 | agent.ordinal();
        world.ids.guid(Kind::Device, browser)
    }

    /// The user groups of who did it.
    pub fn groups(&self) -> Vec<Hex24> {
        self.view.state.codebook().groups(self.event.actor)
    }

    /// A stable number of the actor, as apps number their users.
    pub fn actor_number(&self) -> u64 {
        self.world().ids.number(Kind::User, self.event.actor.ordinal())
    }

    /// The number that ties the entries of its actor to each other.
    pub fn link(&self) -> i64 {
        ids::link(self.view, self.event.actor)
    }

    /// The actor's session in the product's portal, of activities in that: one a day.
    pub fn session(&self) -> Option<SessionId> {
        let here = self.kind.app == kinds::CLOUD_APPS;
        here.then(|| ids::session(self.view, self.event.actor, self.event.created))
    }

    /// From where; `None` where that is not said.
    pub fn address(&self) -> Option<Address<'a>> {
        self.view.state.codebook().address(self.event.address)
    }

    /// With what; `None` where that is not said.
    pub fn agent(&self) -> Option<&'a Agent> {
        self.view.state.codebook().agent(self.event.agent)
    }

    /// The app whose connector delivers it.
    pub fn connector(&self) -> u32 {
        apps::app(self.kind.app).map_or(self.kind.app, |app| app.connector)
    }

    /// How its record reached the product.
    pub fn delivery(&self) -> Delivery {
        if self.connector() != kinds::MICROSOFT_365 {
            return Delivery::Connector;
        }
        if self.is_sign_in() {
            return Delivery::SignIns {
                correlation: self.sign_in().map_or(self.source_id(), |sign_in| sign_in.correlation),
                enqueued: self.ahead_of_storing(4_000),
                routed: self.ahead_of_storing(1_000),
            };
        }
        Delivery::Blob {
            created: self.event.created.slot_floor(),
            workload: self.kind.catalogued.map_or("General", |kind| kind.workload),
        }
    }

    /// What it was done to.
    pub fn target(&self) -> Option<TargetObject> {
        match self.kind.target {
            Target::SiemAgent => self.siem_agent(),
            Target::AlertPolicy => self.policy(),
            Target::Connector => self.app_connector(),
            Target::IpRange => self.ip_range(),
            _ => self.view.state.codebook().thing(&self.event),
        }
    }

    /// The SIEM agent that it was done to, even if that was removed since.
    fn siem_agent(&self) -> Option<TargetObject> {
        let number = self.event.object.siem_agent();
        let agent = super::siem_agents(self.view).ever(number)?;
        let (id, name) = (ids::siem_agent(self.view, number).to_string(), agent.name.to_string());
        Some(TargetObject { id, name, class: "SIEM agent", ..TargetObject::default() })
    }

    /// The policy of the product that it was done to.
    fn policy(&self) -> Option<TargetObject> {
        let number = self.event.object.policy();
        let name = POLICIES.get(number.index())?.name.to_owned();
        let id = self.world().ids.hex24(Kind::Policy, number.ordinal()).to_string();
        Some(TargetObject { id, name, class: "Policy", ..TargetObject::default() })
    }

    /// The app connector that it was done to, even if that was removed since.
    fn app_connector(&self) -> Option<TargetObject> {
        let connector = super::ConnectorFacts::ever(self.view, self.event.object.connector())?;
        let (id, name) = (connector.id().to_string(), connector.display_name());
        Some(TargetObject { id, name, class: "App connector", ..TargetObject::default() })
    }

    /// The range of addresses that it was done to, by its last name, even if it was removed since.
    fn ip_range(&self) -> Option<TargetObject> {
        let number = self.event.object.ip_range();
        let range = self.view.state.core().ip_ranges.ever(number)?;
        let (id, name) = (ids::ip_range(self.view, number).to_string(), range.name.to_string());
        Some(TargetObject { id, name, class: "IP address range", ..TargetObject::default() })
    }

    /// What a person would call that, or the title of the alert that was closed; empty where there is nothing.
    pub fn target_name(&self) -> String {
        match self.closing() {
            Some(closing) => closing.alert().title().into_owned(),
            None => self.target().map(|target| target.name).unwrap_or_default(),
        }
    }

    /// Ids of that and of what holds it; of a sign-in, those of its application and its request.
    pub fn target_ids(&self) -> impl Iterator<Item = String> + use<> {
        let ids = match self.sign_in() {
            Some(sign_in) => {
                Some([Some(sign_in.application.0.to_string()), Some(self.source_id().to_string())])
            }
            None => self.target().map(|target| [Some(target.id), target.place.map(|place| place.id)]),
        };
        ids.into_iter().flatten().flatten()
    }

    /// The file, where it was done to one.
    pub fn file(&self) -> File<'a> {
        self.world().file(self.event.object)
    }

    /// The mailbox item, where it was done to one.
    pub fn mail(&self) -> Mail {
        self.world().mail(self.event.object)
    }

    /// The person whose mailbox that is in, and the mailbox's id.
    pub fn mailbox(&self, mail: &Mail) -> (Option<PersonFacts<'a>>, Guid) {
        let owner = self.mailbox_owner(mail);
        let id = self.world().ids.guid(Kind::Mail, owner.ordinal() | 1 << 40);
        (PersonFacts::of(self.view, owner), id)
    }

    /// The team or chat, where it was done in one.
    pub fn team(&self) -> Team {
        self.world().team(self.event.object)
    }

    /// The thing inside a connected app, where it was done to one.
    pub fn app_object(&self) -> AppObject {
        self.world().app_object(self.event.object)
    }

    /// What it says of an alert, where it is the closing of one.
    pub fn closing(&self) -> Option<ClosingFacts<'a>> {
        if self.kind.target != Target::Alert {
            return None;
        }
        let closing = self.view.state.core().closings.get(&self.row)?;
        let alert = AlertFacts::at(self.view, self.event.object.alert())?;
        Some(ClosingFacts::new(self.view, self, alert, closing))
    }

    /// With whom outside the company the file is shared, where it is.
    pub fn outside_recipient(&self) -> String {
        self.world().outside_recipient(self.event.object)
    }

    /// With whom inside the company the file is shared, where it is.
    pub fn inside_recipient(&self) -> Option<PersonFacts<'a>> {
        PersonFacts::of(self.view, self.world().inside_recipient(&self.event))
    }

    /// The company in which it happened.
    pub fn company(&self) -> &'a Company {
        super::company(self.view)
    }

    /// The company's subscription of Azure.
    pub fn azure_subscription(&self) -> Guid {
        self.world().ids.guid(Kind::Tenant, 900)
    }

    /// The number under which Google knows the company.
    pub fn google_customer(&self) -> u64 {
        self.world().ids.number(Kind::Tenant, 0) >> 36
    }

    /// Name of the storyline that it belongs to, if it does to one.
    pub fn story(&self) -> Option<&'static str> {
        self.storyline().map(|story| story.name)
    }

    /// Fields that it was put in with: a JSON object that is shown as it is.
    pub fn given_fields(&self) -> Option<&'a str> {
        self.view.state.codebook().fields(self.row)
    }
}
