//! Who is at work when, and where: for what the company's own teams do beside their daily work, as it turns up.

use super::cell::{Client, Today};
use super::rhythm::{self, Where};
use crate::generate::world::World;
use crate::model::index::{ActorCode, AddressCode, AgentCode, KindCode, PersonIx};
use crate::model::person::{Person, Role};
use crate::model::time::{Span, VirtualTime};

/// Seconds after the beginning of a sitting before which nothing else is taken up: signing in comes first.
const SETTLING: u32 = 240;
/// Days within which somebody turns up at work, or nobody does.
const DAYS: i32 = 6;

/// Somebody who is at work, at the office or on its VPN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtWork {
    /// Who.
    pub person: PersonIx,
    /// When.
    pub at: VirtualTime,
    /// From which address.
    pub address: AddressCode,
    /// With what.
    pub agent: AgentCode,
}

impl World {
    /// Those who look after alerts.
    pub fn analysts(&self) -> Vec<PersonIx> {
        self.holders_of(&[
            Role::SecurityAdministrator,
            Role::SecurityOperator,
            Role::CloudAppSecurityAdministrator,
        ])
    }

    /// Those who look after accounts.
    pub fn account_keepers(&self) -> Vec<PersonIx> {
        self.holders_of(&[Role::UserAdministrator, Role::GlobalAdministrator])
    }

    /// Address and client of an act, as its record tells them.
    pub fn told_of(
        &self,
        actor: ActorCode,
        kind: KindCode,
        day: i32,
        address: AddressCode,
        agent: AgentCode,
    ) -> (AddressCode, AgentCode) {
        let client = Client { address, agent }.as_reported(self, actor, day, kind);
        (client.address, client.agent)
    }

    fn holders_of(&self, roles: &[Role]) -> Vec<PersonIx> {
        let holds = |person: &Person| person.roles.iter().any(|role| roles.contains(role));
        let able = |person: &Person| holds(person) && !person.guest && !person.disabled;
        PersonIx::numbered(self.people_at_birth())
            .filter(|(_, person)| able(person))
            .map(|(at, _)| at)
            .collect()
    }

    /// The first of some people who is at work from an instant on, and when that is.
    pub fn first_at_work(&self, among: &[PersonIx], from: VirtualTime) -> Option<AtWork> {
        among.iter().filter_map(|&person| self.at_work(person, from)).min_by_key(|found| found.at)
    }

    /// When somebody is at work from an instant on.
    fn at_work(&self, person: PersonIx, from: VirtualTime) -> Option<AtWork> {
        let today = (from.day() - self.spec.start.day()) as i32;
        // The local day of `from` may be the one before or after.
        (today - 1..=today + DAYS).filter(|day| self.works(person, *day)).find_map(|day| {
            let office = &self.offices[self.office_on(person, day).index()];
            let midnight = VirtualTime::of_day(self.spec.start.day() + i64::from(day))
                - Span::minutes(i64::from(office.utc_offset_minutes));
            let instant = |second: u32| midnight + Span::seconds(i64::from(second));
            if instant(super::cell::DAY) < from {
                return None;
            }
            let mut sittings = rhythm::sittings(&Today::new(self, person, day));
            sittings.sort_by_key(|sitting| sitting.begin);
            let desks = sittings.iter().filter(|sitting| sitting.place == Where::Company);
            desks.filter(|sitting| sitting.activities > 1).find_map(|sitting| {
                let at = instant(sitting.begin + SETTLING).max(from);
                let (address, agent) = (sitting.client.address, sitting.client.agent);
                (at < instant(sitting.end)).then_some(AtWork { person, at, address, agent })
            })
        })
    }
}
