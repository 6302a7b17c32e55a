//! Sign-ins at which a second factor is asked for.
//!
//! Tokens last, and devices that the company knows are seldom asked again; away from the company's network it happens
//! more often (shares are (unverified)). Draws have streams of their own: without them every day is as it is.

use super::cell::{EventWriter, Today};
use super::rhythm::{Sitting, Where};
use crate::catalogue::kinds;
use crate::generate::objects::sign_ins;
use crate::generate::stream::{Chance, Stream};
use crate::model::activity::Event;
use crate::model::index::ObjectNo;

/// At a sitting in the company's network.
const INSIDE: Chance = Chance::percent(2);
/// At home and on the way.
const OUTSIDE: Chance = Chance::percent(8);

/// A sign-in that succeeded once a second factor was shown.
pub(in crate::generate) struct Proven {
    /// Second of the local day.
    pub(in crate::generate) at: u32,
    /// Which sign-in it is.
    pub(in crate::generate) object: ObjectNo,
}

/// The sign-in of a sitting, if a second factor is asked for at it. Guests show theirs at home, in their own tenant.
pub(in crate::generate) fn asked(
    today: &Today<'_>,
    number: usize,
    sitting: &Sitting,
    chance: &mut Stream,
) -> Option<ObjectNo> {
    let often = if sitting.place == Where::Company { INSIDE } else { OUTSIDE };
    let asked = chance.chance(often) && !today.world.person(today.person).guest;
    asked.then(|| sign_ins::with_a_second_factor(today.day, number))
}

/// Writes down what came before the sign-in succeeded: the factor was asked for, and then whether to stay signed in.
pub(in crate::generate) fn interrupts(
    today: &Today<'_>,
    proven: &[(&Sitting, Proven)],
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    if proven.is_empty() {
        return;
    }
    let mut chance = today.stream("interrup");
    for (sitting, Proven { at, object }) in proven {
        let stay = at.saturating_sub(chance.between(2, 7));
        let factor = stay.saturating_sub(chance.between(9, 35));
        writer.write(factor, kinds::SECOND_FACTOR_REQUIRED, sitting.client, *object);
        writer.write(stay, kinds::STAY_SIGNED_IN_ASKED, sitting.client, *object);
    }
}
