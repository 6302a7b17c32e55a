//! The numbers by which things are named inside a tenant, one type each: what counts people can't be taken for what
//! counts applications.
//!
//! A number means a place in a list that somebody above keeps (`World::people`, the applications of the directory, the
//! rows of the log). Relations between two of them are named in one place each, here or where the list is. As JSON each
//! is the plain number.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! indexes {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// The one with this number.
            pub const fn new(number: $inner) -> Self {
                Self(number)
            }

            /// Its number.
            pub const fn get(self) -> $inner {
                self.0
            }

            /// Its number as a place in a list.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// Its number as the key of draws and ids.
            pub const fn ordinal(self) -> u64 {
                self.0 as u64
            }

            /// The one at a place of a list; `None` where no list is that long.
            pub fn at(index: usize) -> Option<Self> {
                <$inner>::try_from(index).ok().map(Self)
            }

            /// The first so many, in order.
            pub fn first(count: usize) -> impl DoubleEndedIterator<Item = Self> + Clone {
                (0..<$inner>::try_from(count).unwrap_or(<$inner>::MAX)).map(Self)
            }

            /// The things of a list, each with its number.
            pub fn numbered<T>(things: impl IntoIterator<Item = T>) -> impl Iterator<Item = (Self, T)> {
                (0..=<$inner>::MAX).map(Self).zip(things)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

indexes! {
    /// A person, by the place in `World::people`.
    PersonIx(u32);
    /// An office, by the place in `World::offices`.
    OfficeIx(u16);
    /// An application, by its place in the directory of the tenant: the registrations of birth come first, then what
    /// was added or consented to since.
    AppIx(u16);
    /// An application that was born with the tenant, by its place in `World::principals`.
    PrincipalIx(u32);
    /// Whoever acts: people come first, then the applications of birth, then the operator of the simulator, then
    /// whoever came later. What it means is told by the codebook.
    ActorCode(u32);
    /// A kind of activity: those of the catalogue come first, then those that were put in.
    KindCode(u16);
    /// An address: those of the world come first, then those that were put in.
    AddressCode(u32);
    /// A browser or client app: those of the world come first, then those that were put in.
    AgentCode(u16);
    /// What an activity is done to; what the number means depends on the target of its kind.
    ObjectNo(u32);
    /// A policy, by its place in the catalogue.
    PolicyIx(u16);
    /// An alert, by its place in the order of raising.
    AlertNo(u32);
    /// A behavior, by its place in the order of being stored.
    BehaviorNo(u32);
    /// A row of the activity log: 0 is the first that was ever stored.
    RowNo(u64);
    /// A group that was born with the tenant: those that activities name come first, then those of offices, then those
    /// of projects.
    GroupNo(u32);
    /// A storyline: the planned ones come first, then those that were played.
    StoryNo(u16);
    /// A fault, by its place in the order of being added.
    FaultNo(u32);
    /// A scenario that was started, by its place in the order of starting.
    RunNo(u32);
    /// A SIEM agent, by its place in the order of being added.
    SiemAgentNo(u32);
    /// An app connector, by its place in the order of being made.
    ConnectorNo(u32);
    /// A stream of Cloud Discovery, by its place in the order of being made: the view of all is the first.
    StreamNo(u32);
    /// An entry of the governance log, by its place in the order of being made.
    GovernanceNo(u32);
    /// A range of addresses that was described, by its place in the order of being added.
    IpRangeNo(u32);
}

impl ActorCode {
    /// Nobody: an alert that does not say whom it is about.
    pub const NOBODY: Self = Self(u32::MAX);

    /// The code of a person.
    pub const fn of_person(person: PersonIx) -> Self {
        Self(person.0)
    }
}

impl AddressCode {
    /// A row that does not say from where.
    pub const NOWHERE: Self = Self(u32::MAX);
}

impl AgentCode {
    /// A row that does not say with what.
    pub const NONE: Self = Self(u16::MAX);
}

impl ObjectNo {
    /// Nothing in particular.
    pub const NONE: Self = Self(0);

    /// An alert, as the object of what was done with it.
    pub const fn of_alert(alert: AlertNo) -> Self {
        Self(alert.0)
    }

    /// That of a SIEM agent.
    pub const fn of_siem_agent(agent: SiemAgentNo) -> Self {
        Self(agent.0)
    }

    /// That of a policy of the product.
    pub const fn of_policy(policy: PolicyIx) -> Self {
        Self(policy.0 as u32)
    }

    /// The policy, under a kind whose target is one.
    pub fn policy(self) -> PolicyIx {
        PolicyIx(u16::try_from(self.0).unwrap_or(u16::MAX))
    }

    /// That of a range of addresses.
    pub const fn of_ip_range(range: IpRangeNo) -> Self {
        Self(range.0)
    }

    /// The range of addresses, under a kind whose target is one.
    pub const fn ip_range(self) -> IpRangeNo {
        IpRangeNo(self.0)
    }

    /// The SIEM agent, under a kind whose target is one.
    pub const fn siem_agent(self) -> SiemAgentNo {
        SiemAgentNo(self.0)
    }

    /// That of an app connector.
    pub const fn of_connector(connector: ConnectorNo) -> Self {
        Self(connector.0)
    }

    /// The app connector, under a kind whose target is one.
    pub const fn connector(self) -> ConnectorNo {
        ConnectorNo(self.0)
    }

    /// The alert, under a kind whose target is one.
    pub const fn alert(self) -> AlertNo {
        AlertNo(self.0)
    }
}

/// The first row.
impl Default for RowNo {
    fn default() -> Self {
        Self(0)
    }
}

impl RowNo {
    /// The row so many rows later.
    pub const fn plus(self, rows: usize) -> Self {
        Self(self.0 + rows as u64)
    }
}

impl StoryNo {
    /// How the log's column of storylines holds one: 0 where a row belongs to none.
    pub const fn to_column(story: Option<Self>) -> u16 {
        match story {
            Some(story) => story.0 + 1,
            None => 0,
        }
    }

    /// The storyline of a value of that column.
    pub const fn of_column(value: u16) -> Option<Self> {
        match value.checked_sub(1) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_numbers_in_json() {
        let person: PersonIx = serde_json::from_str("7").unwrap();
        assert_eq!((person, serde_json::to_string(&person).unwrap()), (PersonIx::new(7), "7".to_owned()));
        assert!(serde_json::from_str::<AppIx>("65536").is_err());
    }

    #[test]
    fn no_storyline_and_the_first_storyline_differ_in_a_column() {
        assert_eq!(StoryNo::to_column(None), 0);
        assert_eq!(StoryNo::to_column(Some(StoryNo::new(0))), 1);
        for story in [None, Some(StoryNo::new(0)), Some(StoryNo::new(9_999))] {
            assert_eq!(StoryNo::of_column(StoryNo::to_column(story)), story);
        }
    }

    #[test]
    fn indexes_count_from_zero_and_refuse_overflow() {
        let counted: Vec<_> = OfficeIx::numbered(["a", "b"]).collect();
        assert_eq!(counted, [(OfficeIx::new(0), "a"), (OfficeIx::new(1), "b")]);
        assert_eq!(PersonIx::first(2).map(PersonIx::index).collect::<Vec<_>>(), [0, 1]);
        assert_eq!((AppIx::at(65_535), AppIx::at(65_536)), (Some(AppIx::new(65_535)), None));
    }
}
