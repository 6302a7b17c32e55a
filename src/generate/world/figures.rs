//! The numbers that a company is drawn with: those of its size, unless the specification sets them.

use crate::generate::birth::turnover;
use crate::generate::days::rhythm;
use crate::generate::objects::files;
use crate::generate::stream::Chance;
use crate::model::spec::{Size, Specification, StoryDose, StorylineSpec, Thousandths};

/// A rate, as it is drawn and as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// What is drawn.
    pub chance: Chance,
    /// What files say: per thousand.
    pub shown: Thousandths,
}

impl Rate {
    /// `n` in `of`; files show it rounded.
    const fn of(n: u32, of: u32) -> Self {
        Self { chance: Chance::of(n, of), shown: Thousandths((n * 1_000_000 + of / 2) / of) }
    }

    const fn per_mille(n: u32) -> Self {
        Self::of(n, 1_000)
    }

    /// The rate that the specification sets, or this one. Set to what files show of this one, it stays this one.
    fn or(self, set: Option<Thousandths>) -> Self {
        match set {
            Some(shown) if shown != self.shown => Self { chance: Chance::of(shown.0, 1_000_000), shown },
            _ => self,
        }
    }
}

/// The numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The size that the company is treated as, where a number is not set: it goes by the members.
    pub scale: Size,
    /// Members that are drawn.
    pub drawn: u32,
    /// All members: the drawn ones, then those known by name.
    pub members: u32,
    /// Guests that are drawn.
    pub guests: u32,
    /// Days of history.
    pub history_days: u32,
    /// Administrators on contract at the support desk.
    pub desk: u32,
    /// Mean activities of a working day.
    pub per_working_day: Thousandths,
    /// Work on weekends, in percent of the usual.
    pub weekends: u32,
    /// Working days with a session in the night.
    pub nights: Rate,
    /// Working days with a session in the evening.
    pub evenings: Rate,
    /// Weekdays on which a guest looks in.
    pub guest_days: Rate,
    /// Sessions that begin with a failed sign-in.
    pub failed_sign_ins: Rate,
    /// Days on which strangers guess at an account's password.
    pub guesses: Rate,
    /// Incidents, per working day of a member.
    pub locked_out: Rate,
    /// See `locked_out`.
    pub anonymous_proxy: Rate,
    /// See `locked_out`.
    pub mass_download: Rate,
    /// See `locked_out`.
    pub external_share: Rate,
    /// See `locked_out`.
    pub cloud_desktop: Rate,
    /// See `locked_out`.
    pub tidying: Rate,
    /// See `locked_out`.
    pub consents: Rate,
    /// See `locked_out`.
    pub handovers: Rate,
    /// See `locked_out`; of administrators.
    pub admin_at_home: Rate,
    /// See `locked_out`; of administrators.
    pub night_changes: Rate,
    /// Holidays in a year.
    pub holidays: Thousandths,
    /// A holiday in a week.
    pub holiday: Chance,
    /// Working days on which a member is ill, at a training, moving house.
    pub days_off: Rate,
    /// Weeks that a member takes off.
    pub weeks_off: Rate,
    /// Fortnights that a member takes off.
    pub fortnights_off: Rate,
    /// Weeks with a business trip, of those who travel much.
    pub frequent_travel: Rate,
    /// The same of others.
    pub travel: Rate,
    /// Who starts within the history.
    pub joiners: u32,
    /// Who leaves.
    pub leavers: u32,
    /// Who joins in a year from the start on, and who leaves, per hundred drawn members.
    pub per_year: u32,
    /// Members who may join from the start on, at most.
    pub newcomers: u32,
    /// Guests who may be invited from the start on, at most.
    pub later_guests: u32,
    /// Sites that may be founded from the start on, at most.
    pub later_sites: u32,
    /// Everybody whom the company is born with.
    pub at_birth: u32,
    /// Storylines that a history is expected to have, where they are neither named nor counted: whatever the size of
    /// the company …
    pub story_base: Thousandths,
    /// … and per 1,000 members and 30 days of history.
    pub story_rate: Thousandths,
}

/// Ten holidays a year, near enough: 19 % of the weeks have one.
const HOLIDAYS: Thousandths = Thousandths(9_880);
/// Weeks of a year.
const WEEKS: u32 = 52;
/// Storylines that every company meets, however small and young it is.
const STORY_BASE: Thousandths = Thousandths(3_000);
/// Storylines on top, per 1,000 members and 30 days. Real companies count far fewer that succeed; a tenant to practise
/// on needs some (unverified).
const STORY_RATE: Thousandths = Thousandths(24_000);
/// The fewest days of history within which somebody can start or leave.
pub const TURNOVER_DAYS: u32 = 10;

/// Administrators on contract, who sit at the support desk abroad: two from small companies on.
const fn desk_size(size: Size) -> u32 {
    match size {
        Size::Tiny => 0,
        Size::Small | Size::Medium | Size::Large => 2,
    }
}

/// Guests of a company of this size.
const fn guest_count(size: Size) -> u32 {
    match size {
        Size::Tiny => 1,
        Size::Small => 3,
        Size::Medium => 20,
        Size::Large => 80,
    }
}

impl Figures {
    /// How many storylines the history is expected to have, in thousandths.
    pub(in crate::generate) fn stories_milli(&self) -> u32 {
        let user_days = u64::from(self.members) * u64::from(self.history_days);
        let on_top = u64::from(self.story_rate.0) * user_days / (1_000 * 30);
        u32::try_from(u64::from(self.story_base.0) + on_top).unwrap_or(u32::MAX)
    }

    /// The numbers of a specification.
    pub fn of(spec: &Specification) -> Self {
        let set = &spec.settings;
        let drawn = set.users.unwrap_or_else(|| spec.size.users());
        let scale = Size::of_users(drawn);
        let named = set.people.iter().filter(|person| !person.guest).count() as u32;
        let history_days = spec.history_days();
        let changes = if history_days < TURNOVER_DAYS { 0 } else { turnover::changes(scale) };
        let holidays = set.holidays.per_year.unwrap_or(HOLIDAYS);
        let (activity, incidents) = (&set.activity, &set.slips);
        let guests = set.guests.unwrap_or_else(|| guest_count(scale));
        let named_guests = set.people.iter().filter(|person| person.guest).count() as u32;
        let per_year = set.turnover.per_year.unwrap_or(turnover::per_year(scale));
        let (newcomers, later_guests) = if per_year == 0 { (0, 0) } else { (drawn / 4, guests.div_ceil(2)) };
        let dose = match &set.storylines {
            Some(StorylineSpec::Dose(dose)) => dose.clone(),
            _ => StoryDose::default(),
        };
        Self {
            scale,
            drawn,
            members: drawn + named,
            guests,
            history_days,
            desk: set.support_desk.map_or_else(|| desk_size(scale), |desk| if desk { 2 } else { 0 }),
            per_working_day: activity
                .per_working_day
                .unwrap_or_else(|| Thousandths(rhythm::daily_milli(scale))),
            weekends: activity.weekends.unwrap_or(100),
            nights: Rate::per_mille(10).or(activity.nights),
            evenings: Rate::per_mille(130).or(activity.evenings),
            guest_days: Rate::per_mille(60).or(activity.guests),
            failed_sign_ins: Rate::per_mille(20).or(activity.failed_sign_ins),
            guesses: Rate::per_mille(150).or(activity.guesses),
            locked_out: Rate::per_mille(14).or(incidents.locked_out),
            anonymous_proxy: Rate::per_mille(20).or(incidents.anonymous_proxy),
            mass_download: Rate::per_mille(12).or(incidents.mass_download),
            external_share: Rate::per_mille(70).or(incidents.external_share),
            cloud_desktop: Rate::per_mille(20).or(incidents.cloud_desktop),
            tidying: Rate::per_mille(20).or(incidents.tidying),
            consents: Rate::per_mille(12).or(incidents.consents),
            handovers: Rate::per_mille(6).or(incidents.handovers),
            admin_at_home: Rate::of(1, 6).or(incidents.admin_at_home),
            night_changes: Rate::per_mille(20).or(incidents.night_changes),
            holidays,
            holiday: Chance::of(holidays.0, WEEKS * 1_000),
            days_off: Rate::per_mille(20).or(set.absences.days),
            weeks_off: Rate::per_mille(20).or(set.absences.weeks),
            fortnights_off: Rate::per_mille(30).or(set.absences.fortnights),
            frequent_travel: Rate::per_mille(50).or(set.travel.frequent),
            travel: Rate::per_mille(14).or(set.travel.others),
            joiners: set.turnover.joiners.unwrap_or(changes),
            leavers: set.turnover.leavers.unwrap_or(changes),
            per_year,
            newcomers,
            later_guests,
            later_sites: if per_year == 0 { 0 } else { files::projects(scale).len() as u32 },
            at_birth: drawn + named + guests + named_guests,
            story_base: dose.base.unwrap_or(STORY_BASE),
            story_rate: dose.per_thousand_users_and_month.unwrap_or(STORY_RATE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::VirtualTime;

    #[test]
    fn setting_a_rate_to_its_shown_value_changes_nothing() {
        let sixth = Rate::of(1, 6);
        assert_eq!(sixth.shown, Thousandths(166_667));
        assert_eq!(sixth.or(Some(Thousandths(166_667))), sixth);
        assert_eq!(Rate::per_mille(14).chance, Chance::per_mille(14));
    }

    #[test]
    fn a_plain_size_has_its_own_scale_and_member_count() {
        for size in Size::ALL {
            let figures = Figures::of(&Specification::plain(1, size, VirtualTime::of_day(20_000)));
            assert_eq!((figures.scale, figures.members), (size, size.users()));
        }
    }
}
