//! Teams, chats and meetings: pure functions of an object number. Every site has a team; everybody can be chatted with.
//!
//! The number of a meeting holds its team, the half hour of the UTC day at which it starts, and the day, of which as many
//! are told apart as of mail.

use super::files;
use super::mails::DAYS;
use crate::catalogue::app_words::MEETINGS;
use crate::catalogue::kinds;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::ids::{Guid, Kind};
use crate::model::index::{ObjectNo, PersonIx};

/// A team, or a chat with one person.
#[derive(Clone, Debug)]
pub struct Team {
    /// Id of the team, or of the chat.
    pub id: Guid,
    /// Name of the team or meeting; of a chat, the display name of the person chatted with.
    pub name: String,
    /// `General` for teams, empty for chats.
    pub channel: &'static str,
    /// The person chatted with; of a meeting, who organises it.
    pub chat_with: Option<PersonIx>,
    /// Who owns the team.
    pub owner: Option<PersonIx>,
    /// The meeting of the team, where it is about one.
    pub meeting: Option<Meeting>,
}

/// A meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Its id.
    pub id: Guid,
    /// Second of the UTC day at which it starts.
    pub starts: u32,
    /// How long it takes, in seconds.
    pub lasts: u32,
}

/// Length of the steps in which meetings start, in seconds.
pub(in crate::generate) const HALF_HOUR: u32 = 1_800;
/// The number is that of a meeting.
const MEETING: u32 = 1 << 31;
/// Bits of the number of a team or chat.
const TEAM_BITS: u32 = 16;
/// Bits of the half hour.
const START_BITS: u32 = 6;

/// The object number of the team of a site.
pub(in crate::generate) fn of_site(world: &World, index: u32) -> ObjectNo {
    ObjectNo::new(1 + index % world.libraries.len() as u32)
}

/// The object number of the chat with a person.
pub(in crate::generate) fn chat(world: &World, person: PersonIx) -> ObjectNo {
    ObjectNo::new(1 + world.libraries.len() as u32 + person.get())
}

/// The object number of a meeting of a team, on a day, that starts so many half hours after midnight UTC.
pub(in crate::generate) fn meeting(team: ObjectNo, day: i32, half_hour: u32) -> ObjectNo {
    let day = day.cast_unsigned() % DAYS;
    let starts = (day << START_BITS) | (half_hour % 48);
    ObjectNo::new(MEETING | (starts << TEAM_BITS) | team.get())
}

/// How long a meeting takes, in seconds.
pub(in crate::generate) fn length(world: &World, meeting: ObjectNo) -> u32 {
    let mut chance = Stream::new(world.spec.seed, "meeting", meeting.ordinal(), "length");
    HALF_HOUR * if chance.chance(Chance::percent(55)) { 1 } else { 2 }
}

/// See [`World::team`].
pub(in crate::generate) fn team(world: &World, object: ObjectNo) -> Team {
    let teams = world.libraries.len() as u32;
    let is_meeting = object.get() & MEETING != 0;
    let number = if is_meeting { object.get() & ((1 << TEAM_BITS) - 1) } else { object.get() };
    let number = number.saturating_sub(1) % (teams + world.people.len() as u32);
    let id = world.ids.guid(Kind::Team, u64::from(number));
    let meeting = is_meeting.then(|| Meeting {
        id: world.ids.guid(Kind::Team, 1 << 40 | object.ordinal()),
        starts: (object.get() >> TEAM_BITS & ((1 << START_BITS) - 1)) * HALF_HOUR,
        lasts: length(world, object),
    });
    match number.checked_sub(teams) {
        None => {
            let library = &world.libraries[number as usize];
            let (name, owner) = (library.name.clone(), Some(library.owner));
            Team { id, name, channel: "General", chat_with: None, owner, meeting }
        }
        Some(person) => {
            let person = PersonIx::new(person);
            let name = match &meeting {
                Some(_) => {
                    let mut chance = Stream::new(world.spec.seed, "meeting", object.ordinal(), "name");
                    let project = chance.pick::<&str>(files::projects(world.figures.scale));
                    chance.pick::<&str>(MEETINGS).replace("{}", project)
                }
                None => world.person(person).display_name.clone(),
            };
            Team { id, name, channel: "", chat_with: Some(person), owner: None, meeting }
        }
    }
}

impl World {
    /// Whom an event added to its team: mostly somebody of the owner's department who works here on the day.
    pub fn added_to_team(&self, event: &Event) -> Vec<PersonIx> {
        let Some(owner) = self.team(event.object).owner else { return Vec::new() };
        let at = event.timestamp();
        let day = at.day() - self.spec.start.day();
        let key =
            event.actor.ordinal() << 32 ^ event.object.ordinal() ^ (at - self.spec.start).as_millis() as u64;
        let mut chance = Stream::new(self.spec.seed, "team", key, "added");
        let department = &self.departments[usize::from(self.habits[owner.index()].department)];
        let count = if event.kind == kinds::TEAM_CREATED { chance.between(2, 5) } else { 1 };
        let mut added = Vec::new();
        for _ in 0..count {
            let near = !department.is_empty() && chance.chance(Chance::percent(75));
            let first = if near {
                *chance.pick(department)
            } else {
                PersonIx::new(chance.below(self.figures.members))
            };
            let person = self.colleague_from(first, self.person_of_actor(event.actor), day as i32);
            if !added.contains(&person) {
                added.push(person);
            }
        }
        added
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::spec::{Size, Specification};
    use crate::model::time::VirtualTime;

    #[test]
    fn meetings_know_their_team_and_when_they_start() {
        let world = World::new(&Specification::plain(1, Size::Small, VirtualTime::of_day(20_000)));
        let team = of_site(&world, 2);
        let object = meeting(team, -3, 19);
        let (told, plain) = (world.team(object), world.team(team));
        assert_eq!((told.id, &told.name), (plain.id, &plain.name));
        let meeting_told = told.meeting.unwrap();
        assert_eq!(meeting_told.starts, 9 * 3_600 + HALF_HOUR);
        assert_eq!(plain.meeting, None);
        assert_ne!(world.team(meeting(team, -4, 19)).meeting.unwrap().id, meeting_told.id);
        // The most people and more sites than any company has.
        const { assert!(28_502 + 2_000 < 1 << TEAM_BITS) };
    }
}
