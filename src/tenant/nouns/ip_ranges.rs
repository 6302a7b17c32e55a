//! The ranges of addresses that were described to the tenant's product. What is said of one holds for activities that
//! are stored later than it was said; so a range keeps what was said of it before.
//!
//! Must never know: HTTP, wording, what an activity says of its address.

use std::net::IpAddr;
use std::sync::Arc;

use crate::catalogue::{ip_tags, kinds};
use crate::model::index::{IpRangeNo, ObjectNo};
use crate::model::ip_range::{IpRange, IpRangeCommand};
use crate::model::time::VirtualTime;
use crate::tenant::timeline::fold::Core;

use super::{Made, Moment, activities};

/// No tenant is given more ranges, those included that were removed.
pub const MOST_IP_RANGES: usize = 1_000;
/// Nor are they changed more often, all together.
pub const MOST_CHANGES: usize = 10_000;
/// No range has more subnets or tags (unverified: no bound is documented).
pub const MOST_PARTS: usize = 500;

/// The ranges, in the order of being added. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct IpRanges {
    made: imbl::Vector<Arc<Said>>,
    /// Names of tags that are not built in, in the order of the first use.
    tags: imbl::Vector<Arc<str>>,
    changes: usize,
}

/// What was said of a range, and since when: nothing, once it is removed.
type Said = Vec<(VirtualTime, Option<Arc<IpRange>>)>;

/// Why a command about ranges is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IpRangeRefusal {
    /// The name is taken.
    #[error("there is a range of addresses named {name:?} already")]
    Exists {
        /// The name.
        name: Arc<str>,
    },
    /// It has addresses in common with another one.
    #[error("{subnet} has addresses in common with the range {other:?}")]
    Overlap {
        /// The subnet, as it was written.
        subnet: String,
        /// The name of the other range.
        other: Arc<str>,
    },
    /// The category is none.
    #[error("a range of addresses is of one of the categories 1 to 6, not {0}")]
    NoCategory(u8),
    /// It has no subnet, or too many subnets or tags.
    #[error("a range of addresses has 1 to {MOST_PARTS} subnets, and at most {MOST_PARTS} tags")]
    Parts,
    /// There are too many.
    #[error(
        "a tenant has at most {MOST_IP_RANGES} ranges of addresses, those included that were removed, and at most \
         {MOST_CHANGES} changes of them"
    )]
    TooMany,
    /// There is no such range (any more).
    #[error("there is no range of addresses with number {0} in this tenant")]
    NoRange(IpRangeNo),
}

impl IpRanges {
    /// The ranges that there are, each with since when that is said of it.
    pub fn all(&self) -> impl Iterator<Item = (IpRangeNo, VirtualTime, &Arc<IpRange>)> {
        IpRangeNo::numbered(&self.made).filter_map(|(number, said)| {
            let (since, range) = said.last()?;
            Some((number, *since, range.as_ref()?))
        })
    }

    /// What was said of a range last, even if it was removed.
    pub fn ever(&self, number: IpRangeNo) -> Option<&Arc<IpRange>> {
        self.made.get(number.index())?.iter().rev().find_map(|(_, range)| range.as_ref())
    }

    /// None was ever described.
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// The range that an address was in at an instant: what was said later does not count.
    pub fn at(&self, ip: IpAddr, at: VirtualTime) -> Option<&IpRange> {
        self.made.iter().find_map(|said| {
            let range = said.iter().rev().find(|(since, _)| *since < at)?.1.as_deref()?;
            range.subnets.iter().any(|subnet| subnet.contains(ip)).then_some(range)
        })
    }

    /// Names of tags that are not built in.
    pub fn tags(&self) -> impl Iterator<Item = &Arc<str>> {
        self.tags.iter()
    }

    /// The place of a tag among those.
    pub fn tag(&self, name: &str) -> Option<usize> {
        self.tags.iter().position(|known| known.eq_ignore_ascii_case(name))
    }

    fn say(
        &mut self,
        number: IpRangeNo,
        at: VirtualTime,
        range: Option<&Arc<IpRange>>,
    ) -> Result<(), IpRangeRefusal> {
        if self.changes >= MOST_CHANGES {
            return Err(IpRangeRefusal::TooMany);
        }
        for tag in range.iter().flat_map(|range| &range.tags) {
            if ip_tags::id(tag).is_none() && self.tag(tag).is_none() {
                self.tags.push_back(Arc::clone(tag));
            }
        }
        let said = self.made.get_mut(number.index()).ok_or(IpRangeRefusal::NoRange(number))?;
        Arc::make_mut(said).push((at, range.cloned()));
        self.changes += 1;
        Ok(())
    }

    /// It can stand beside the others, but for one that it takes the place of.
    fn check(&self, range: &IpRange, instead: Option<IpRangeNo>) -> Result<(), IpRangeRefusal> {
        if !(1..=6).contains(&range.category) {
            return Err(IpRangeRefusal::NoCategory(range.category));
        }
        if !(1..=MOST_PARTS).contains(&range.subnets.len()) || range.tags.len() > MOST_PARTS {
            return Err(IpRangeRefusal::Parts);
        }
        for (_, _, other) in self.all().filter(|(number, ..)| Some(*number) != instead) {
            if other.name.eq_ignore_ascii_case(&range.name) {
                return Err(IpRangeRefusal::Exists { name: Arc::clone(&range.name) });
            }
            let shared = |subnet: &&_| other.subnets.iter().any(|known| known.overlaps(subnet));
            if let Some(subnet) = range.subnets.iter().find(shared) {
                let (subnet, other) = (subnet.original().to_owned(), Arc::clone(&other.name));
                return Err(IpRangeRefusal::Overlap { subnet, other });
            }
        }
        Ok(())
    }

    /// It is there.
    fn known(&self, number: IpRangeNo) -> Result<(), IpRangeRefusal> {
        let there = self.all().any(|(known, ..)| known == number);
        if there { Ok(()) } else { Err(IpRangeRefusal::NoRange(number)) }
    }
}

pub(super) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &IpRangeCommand,
) -> Result<Made, IpRangeRefusal> {
    let ranges = &mut core.ip_ranges;
    let (number, by, kind) = match command {
        IpRangeCommand::AddIpRange { range, by } => {
            ranges.check(range, None)?;
            if ranges.made.len() >= MOST_IP_RANGES {
                return Err(IpRangeRefusal::TooMany);
            }
            let number = IpRangeNo::at(ranges.made.len()).ok_or(IpRangeRefusal::TooMany)?;
            ranges.made.push_back(Arc::default());
            ranges.say(number, moment.at, Some(range))?;
            (number, by, kinds::ADD_IP_RANGE)
        }
        IpRangeCommand::ChangeIpRange { number, range, by } => {
            ranges.known(*number)?;
            ranges.check(range, Some(*number))?;
            ranges.say(*number, moment.at, Some(range))?;
            (*number, by, kinds::CHANGE_IP_RANGE)
        }
        IpRangeCommand::RemoveIpRange { number, by } => {
            ranges.known(*number)?;
            ranges.say(*number, moment.at, None)?;
            (*number, by, kinds::REMOVE_IP_RANGE)
        }
    };
    let actor = activities::actor_of(core, moment.world, by);
    activities::record_command(core, moment, actor, kind, ObjectNo::of_ip_range(number));
    Ok(Made::IpRange(number))
}
