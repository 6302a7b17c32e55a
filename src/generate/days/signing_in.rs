//! How somebody signs in at the begin of a sitting: at once, after having shown a second factor, or after a stumble.
//!
//! Tokens last, and devices that the company knows are seldom asked for more; away from the company's network it happens
//! more often. What goes wrong on the way is reported under the correlation id of the sign-in that then succeeds, unless
//! another one is begun. (All shares, and which codes go together, are (unverified).) Draws have streams of their own.

use super::cell::{Client, EventWriter, Today};
use super::rhythm::{Sitting, Where};
use crate::catalogue::agents::Use;
use crate::catalogue::kinds;
use crate::catalogue::sign_ins::{AZURE_PORTAL, Failure, GRAPH_EXPLORER};
use crate::generate::objects::directory;
use crate::generate::objects::sign_ins;
use crate::generate::objects::sign_ins::About;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::agents;
use crate::model::activity::Event;
use crate::model::index::{KindCode, ObjectNo};

/// A second factor is asked for at a sitting in the company's network …
const INSIDE: Chance = Chance::percent(2);
/// … and at home and on the way.
const OUTSIDE: Chance = Chance::percent(8);
/// Who is asked for one leaves it at that, and begins anew a little later.
const LEFT: Chance = Chance::percent(9);
/// Who is asked for one does not answer in time.
const MISSED: Chance = Chance::percent(7);
/// A native program gets its token by itself before something is done with it.
const BY_TOKEN: Chance = Chance::percent(18);

/// What the sign-ins of a day are drawn with, beside what is done in it.
pub(in crate::generate) struct SigningIn {
    chance: Stream,
    lag: Stream,
}

impl SigningIn {
    /// For the sign-ins of a day.
    pub(in crate::generate) fn of(today: &Today<'_>) -> Self {
        Self { chance: today.stream("factor"), lag: today.stream("lag4") }
    }

    /// Whether a program gets a token by itself now.
    pub(in crate::generate) fn by_token(&mut self) -> bool {
        self.chance.chance(BY_TOKEN)
    }

    /// Writes down the sign-in at the begin of a sitting, by the number of the sitting; answers the second at which it
    /// succeeds. `doing` says whether it does at once.
    pub(in crate::generate) fn begin(
        &mut self,
        today: &Today<'_>,
        number: usize,
        sitting: &Sitting,
        doing: &mut Stream,
        writer: &mut EventWriter<'_, impl FnMut(Event)>,
    ) -> u32 {
        let often = if sitting.place == Where::Company { INSIDE } else { OUTSIDE };
        // Guests show theirs at home, in their own tenant.
        let guest = today.world.person(today.person).guest;
        let mut asked = self.chance.chance(often) && !guest;
        let number = number as u32 % 11;
        let parts = Parts {
            last: About::own(today.day, number),
            others: [1, 2, 3].map(|other| About::own(today.day, 11 * other + number)),
        };
        let mut at = sitting.begin;
        let mut tried = false;
        if doing.chance(today.world.figures.failed_sign_ins.chance) {
            let failure = if guest { Failure::Password } else { sign_ins::stumble(self.chance.bits()) };
            for turn in 0..doing.between(1, 2) {
                at = self.stumble(today, failure, parts, turn, at, sitting.client, writer);
                at += doing.between(8, 45);
            }
            asked =
                matches!(failure, Failure::FactorRefused | Failure::FactorForToken | Failure::NotEnrolled);
            tried = !matches!(
                failure,
                Failure::Locked | Failure::Blocked | Failure::NotConsented | Failure::FactorRefused
            );
        }
        let factor = asked && !guest;
        let about = if factor { parts.last.with_a_factor() } else { parts.last };
        if factor {
            at = self.show(parts, tried, at, sitting.client, writer);
        }
        let object = if factor || tried { about.object() } else { ObjectNo::NONE };
        writer.write(at, kinds::USER_LOGGED_IN, sitting.client, object);
        at
    }

    /// Writes down how the second factor is asked for and shown; answers when the sign-in succeeds.
    fn show(
        &mut self,
        parts: Parts,
        tried: bool,
        begin: u32,
        client: Client,
        writer: &mut EventWriter<'_, impl FnMut(Event)>,
    ) -> u32 {
        let mut at = begin;
        let first = parts.others[2].with_a_factor();
        if !tried && self.chance.chance(LEFT) {
            self.write(at, kinds::SECOND_FACTOR_REQUIRED, client, first.object(), writer);
            at += self.chance.between(60, 400);
        } else if !tried && self.chance.chance(MISSED) {
            self.write(at, kinds::SECOND_FACTOR_REQUIRED, client, first.object(), writer);
            at += self.chance.between(55, 70);
            let refused = first.failing(Failure::FactorRefused);
            self.write(at, kinds::USER_LOGIN_FAILED, client, refused.object(), writer);
            at += self.chance.between(8, 40);
        }
        let about = parts.last.with_a_factor();
        self.write(at, kinds::SECOND_FACTOR_REQUIRED, client, about.object(), writer);
        at += self.chance.between(9, 35);
        self.write(at, kinds::STAY_SIGNED_IN_ASKED, client, about.object(), writer);
        at + self.chance.between(2, 7)
    }

    /// Writes down a stumble, and what is done about it; answers when that is over.
    #[allow(clippy::too_many_arguments, reason = "a stumble has a reason, a place, a time and a client")]
    fn stumble(
        &mut self,
        today: &Today<'_>,
        failure: Failure,
        parts: Parts,
        turn: u32,
        begin: u32,
        client: Client,
        writer: &mut EventWriter<'_, impl FnMut(Event)>,
    ) -> u32 {
        let mut at = begin;
        let other = parts.others[turn as usize % 2].failing(failure);
        let own = parts.last.failing(failure);
        let (kind, client, about) = match failure {
            Failure::FactorRefused => {
                let other = other.with_a_factor();
                self.write(at, kinds::SECOND_FACTOR_REQUIRED, client, other.object(), writer);
                at += self.chance.between(14, 62);
                (kinds::USER_LOGIN_FAILED, client, other)
            }
            Failure::IdleToken | Failure::OldToken | Failure::FactorForToken => {
                (kinds::TOKEN_REFUSED, Self::program(today, client), own)
            }
            Failure::Blocked => (kinds::USER_LOGIN_FAILED, client, other.to(AZURE_PORTAL)),
            Failure::NotConsented => (kinds::USER_LOGIN_FAILED, client, other.to(GRAPH_EXPLORER)),
            Failure::Locked => (kinds::USER_LOGIN_FAILED, client, other),
            _ => (kinds::USER_LOGIN_FAILED, client, own),
        };
        writer.write(at, kind, client, about.object());
        let mended = match failure {
            Failure::ExpiredPassword => Some(kinds::CHANGE_PASSWORD),
            Failure::NotEnrolled => Some(kinds::REGISTER_SECURITY_INFO),
            _ => None,
        };
        if let Some(mended) = mended.filter(|_| turn == 0) {
            at += self.chance.between(25, 90);
            self.write(at, mended, client, directory::person(today.person), writer);
        }
        at
    }

    /// A program that asks for tokens beside what somebody sits at, if there is one.
    fn program(today: &Today<'_>, client: Client) -> Client {
        let owned = &today.world.person(today.person).agents;
        let mut programs = [Use::Mail, Use::Chat, Use::Sync].into_iter();
        let agent = programs.find_map(|wanted| agents::find(owned, wanted)).unwrap_or(client.agent);
        Client { agent, ..client }
    }

    fn write(
        &mut self,
        at: u32,
        kind: KindCode,
        client: Client,
        object: ObjectNo,
        writer: &mut EventWriter<'_, impl FnMut(Event)>,
    ) {
        std::mem::swap(&mut writer.lag, &mut self.lag);
        writer.write(at, kind, client, object);
        std::mem::swap(&mut writer.lag, &mut self.lag);
    }
}

/// The parts of a sign-in: the one that succeeds, and those that were begun before and came to nothing.
#[derive(Clone, Copy)]
struct Parts {
    last: About,
    others: [About; 3],
}
