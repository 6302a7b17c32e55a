//! Sign-ins to Entra ID: pure functions of an event.
//!
//! `Event::object` says what the kind alone does not: that the account is disabled, and which sign-in a second factor
//! belongs to. A sign-in with a second factor is reported as a chain: what it was interrupted for, twice, and then that
//! it succeeded, all with one correlation id (recorded by shipped connectors).

use crate::catalogue::agents::{CLIENTS, Use};
use crate::catalogue::kinds;
use crate::catalogue::sign_ins::{
    Application, FAILURES_OF_STRANGERS, Failure, OFFICE, OFFICE_HOME, OUTLOOK_MOBILE, OWN_FAILURES, SYNC,
    TEAMS,
};
use crate::generate::birth::principals::Duty;
use crate::generate::world::{World, agents};
use crate::model::activity::{Action, Event, Target};
use crate::model::ids::{Guid, Kind};
use crate::model::index::{ActorCode, AddressCode, ObjectNo};

/// The account is disabled.
pub const OF_A_DISABLED_ACCOUNT: ObjectNo = ObjectNo::new(1);

/// How many sittings of a day can be told apart.
const SITTINGS: u32 = 1 << 8;
/// How many days can: 2,800 years.
const DAYS: u32 = 1 << 20;

/// The sign-in, with a second factor, of a sitting: of the day counted from the tenant's start.
pub(in crate::generate) fn with_a_second_factor(day: i32, sitting: usize) -> ObjectNo {
    let day = day.cast_unsigned() % DAYS;
    ObjectNo::new(2 + (day * SITTINGS + sitting as u32 % SITTINGS))
}

/// A sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignIn<'a> {
    /// Id and name of the application that it is to; of one without a user, the application itself.
    pub application: (Guid, &'a str),
    /// Why it failed.
    pub failure: Option<Failure>,
    /// A person does it, not a program.
    pub interactive: bool,
    /// It comes from a browser, which has an id.
    pub browser: bool,
    /// A second factor belongs to it.
    pub second_factor: bool,
    /// Ties the parts of one sign-in to each other.
    pub correlation: Guid,
}

impl World {
    /// The sign-in that an event is, where it is one to Entra ID. `row` is its number in the log.
    pub fn sign_in(&self, event: &Event, row: u64) -> Option<SignIn<'_>> {
        let kind = kinds::KINDS.get(event.kind.index()).filter(|kind| kind.target == Target::SignIn)?;
        let app = self.principal_of_actor(event.actor).map(|index| self.principal(index));
        let client = CLIENTS.get(agents::client_of(event.agent));
        let chain = event.object.get().checked_sub(2);
        let failure = match (event.kind, kind.action) {
            (_, Action::SignIn) => None,
            (kinds::SECOND_FACTOR_REQUIRED, _) => Some(Failure::SecondFactor),
            (kinds::STAY_SIGNED_IN_ASKED, _) => Some(Failure::StaySignedIn),
            (kinds::TOKEN_REFUSED, _) if app.is_some_and(|app| app.duty != Duty::Expired) => {
                Some(Failure::WrongSecret)
            }
            (kinds::TOKEN_REFUSED, _) => Some(Failure::ExpiredSecret),
            _ if event.object == OF_A_DISABLED_ACCOUNT => Some(Failure::Disabled),
            _ => Some(self.failure(event, row)),
        };
        // Rows are numbered from 0: chains are told from them by the highest bit that a GUID keeps.
        let request = chain.map_or(row, |chain| 1 << 60 | event.actor.ordinal() << 32 | u64::from(chain));
        Some(SignIn {
            application: app.map_or_else(|| to(client), |app| (app.client_id, &*app.display_name)),
            failure,
            interactive: app.is_none(),
            browser: app.is_none() && client.is_some_and(|client| client.family != "PYTHON_REQUESTS"),
            second_factor: chain.is_some(),
            correlation: self.ids.guid(Kind::Request, request),
        })
    }

    /// Why a sign-in failed of which nothing more is known: people mistype, let tokens and passwords grow old and miss
    /// prompts; strangers guess.
    fn failure(&self, event: &Event, row: u64) -> Failure {
        let person = self.person_of_actor(event.actor);
        let home = person.map(|person| &self.office_of(person).country);
        let place = (event.address != AddressCode::NOWHERE).then(|| self.address(event.address).place);
        let own =
            place.is_none_or(|place| !place.anonymous && home.is_none_or(|home| place.country == *home));
        let table = if own { OWN_FAILURES } else { FAILURES_OF_STRANGERS };
        let total: u32 = table.iter().map(|row| row.1).sum();
        let mut left = (self.ids.number(Kind::Request, 1 << 59 | row) % u64::from(total)) as u32;
        for &(failure, weight) in table {
            if left < weight {
                return failure;
            }
            left -= weight;
        }
        Failure::Password
    }

    /// The last two digits of the telephone that proves who somebody is.
    pub fn masked_telephone(&self, actor: ActorCode) -> u32 {
        (self.ids.number(Kind::Device, actor.ordinal()) % 100) as u32
    }
}

/// What somebody signs in to, by what it is done with (unverified).
fn to(client: Option<&crate::catalogue::agents::Client>) -> Application {
    match client.map(|client| (client.purpose, client.family)) {
        Some((Use::Mail, _) | (_, "PYTHON_REQUESTS")) => OFFICE,
        Some((_, "OUTLOOK_MOBILE")) => OUTLOOK_MOBILE,
        Some((Use::Chat, _)) => TEAMS,
        Some((Use::Sync, _)) => SYNC,
        _ => OFFICE_HOME,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_numbers_of_sign_ins_are_unique() {
        let all = (-400..400).flat_map(|day| (0..9).map(move |at| with_a_second_factor(day, at)));
        let mut seen: Vec<ObjectNo> = all.chain([ObjectNo::NONE, OF_A_DISABLED_ACCOUNT]).collect();
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }
}
