//! Checks across settings: values that are valid alone but contradict each other.

use super::read::Reader;
use super::{offices, people};
use crate::catalogue::apps as catalogue;
use crate::catalogue::holidays;
use crate::catalogue::policies::POLICIES;
use crate::generate::World;
use crate::generate::birth::registrations;
use crate::generate::stories::{self, StoryError};
use crate::generate::world::{branches, figures, sites};
use crate::model::field_error::FieldError;
use crate::model::spec::{Calendar, DepartmentSpec, PolicySpec, Specification, StorylineSpec};
use crate::model::time::VirtualTime;

/// How many days ahead of the start a storyline can be told.
const AHEAD: i32 = 30;

/// Days before the history that what happens in it can reach back to, wherever the company is.
const DAYS_BEFORE: i64 = 2;

/// The most activities that a history can have: half a minute of work, and gigabytes.
pub const LONGEST_HISTORY: u64 = 60_000_000;

/// Notes every contradiction of a specification whose single values are right.
pub(super) fn check(spec: &Specification, reader: &mut Reader) {
    departments(spec.settings.departments.as_deref(), reader);
    offices::check(spec, reader);
    people::check(spec, reader);
    apps(spec, reader);
    turnover(spec, reader);
    calendar(spec, reader);
    policies(spec, reader);
    storylines(spec, reader);
    records(spec, reader);
    company(spec, reader);
}

/// Notes what there can be no birth of, or only one that takes too long.
pub(super) fn birth(spec: &Specification, reader: &mut Reader) {
    size(spec, reader);
    epoch(spec, reader);
}

/// Instants begin in 1970, and so does history.
fn epoch(spec: &Specification, reader: &mut Reader) {
    let days = i64::from(spec.history_days());
    if spec.start < VirtualTime::of_day(days + DAYS_BEFORE) {
        let told = format!(
            "{}, less {days} days of history, lies before 1970-01-{:02}, where the simulator's time begins: start later, \
             or take fewer historyDays",
            spec.start,
            DAYS_BEFORE + 1
        );
        reader.contradiction("start", told);
    }
}

/// What is bounded one by one must not be too much together.
fn size(spec: &Specification, reader: &mut Reader) {
    let figures = figures::Figures::of(spec);
    let working_days = u64::from(figures.history_days).div_ceil(7) * 5;
    let each = working_days * u64::from(figures.per_working_day.0) / 1_000;
    let all = u64::from(figures.members) * each;
    if all > LONGEST_HISTORY {
        let told = format!(
            "the history of {} members in {} days would have {all} activities, more than {LONGEST_HISTORY}: take fewer \
             users, fewer days, or less activity.perWorkingDay",
            figures.members, figures.history_days
        );
        reader.contradiction("historyDays", told);
    }
}

fn departments(given: Option<&[DepartmentSpec]>, reader: &mut Reader) {
    let Some(given) = given else { return };
    let known = |name: &str| branches::known().find(|known| known.0 == name);
    for (at, department) in given.iter().enumerate() {
        let path = format!("departments[{at}]");
        if given[..at].iter().any(|other| other.name == department.name) {
            reader.contradiction(&format!("{path}.name"), format!("{} is listed twice", department.name));
        }
        if known(&department.name).is_some() && department.like.is_some() {
            let told = format!("{} is in the catalogue and does its own work", department.name);
            reader.contradiction(&format!("{path}.like"), told);
        }
    }
    let weight = |department: &DepartmentSpec| {
        let usual = || known(&department.name).map_or(branches::WEIGHT, |known| known.1);
        department.weight.unwrap_or_else(usual)
    };
    if given.iter().all(|department| weight(department) == 0) {
        reader.contradiction("departments", "all weights are zero, so nobody would work anywhere".to_owned());
        return;
    }
    let work = |department: &DepartmentSpec| {
        let like = department.like.as_deref().unwrap_or("Operations");
        known(&department.name).map_or_else(|| like.to_owned(), |known| known.0.to_owned())
    };
    let ordinary = given.iter().filter(|department| !branches::is_needed(&work(department)));
    if ordinary.into_iter().all(|department| weight(department) == 0) {
        let told = "somebody must work outside of Executive, IT and Legal: the personas user and disabled do";
        reader.contradiction("departments", told.to_owned());
    }
}

fn apps(spec: &Specification, reader: &mut Reader) {
    let given = &spec.settings.registrations;
    for (at, registration) in given.iter().enumerate() {
        let path = format!("registrations[{at}].name");
        let name = &registration.name;
        if registrations::USUAL.contains(&name.as_str()) {
            reader.contradiction(&path, format!("every tenant has a registration {name} already"));
        } else if given[..at].iter().any(|other| other.name == *name) {
            reader.contradiction(&path, format!("{name} is listed twice"));
        }
    }
}

/// Real holidays are not drawn; and where none are known, some must be listed.
fn calendar(spec: &Specification, reader: &mut Reader) {
    if spec.settings.calendar != Calendar::Real {
        return;
    }
    if spec.settings.holidays.per_year.is_some() {
        let told = "holidays are drawn with calendar: synthetic only; with calendar: real they are the countries' own \
                    (leave it out, or add days to holidays.days)";
        reader.contradiction("holidays.perYear", told.to_owned());
    }
    let listed = |country: &str| spec.settings.holidays.days.iter().any(|holiday| holiday.country == country);
    for country in sites::countries(spec) {
        if !holidays::is_known(&country) && !listed(&country) {
            let told = format!(
                "the holidays of {country}, where there is an office, are not known: list them in holidays.days, or \
                 take calendar: synthetic. (With calendar: real, starts whole weeks apart tell different stories.)"
            );
            reader.contradiction("calendar", told);
        }
    }
}

fn turnover(spec: &Specification, reader: &mut Reader) {
    let numbers = figures::Figures::of(spec);
    let set = &spec.settings.turnover;
    for (key, set) in [("joiners", set.joiners), ("leavers", set.leavers)] {
        let Some(count) = set.filter(|count| *count > 0) else { continue };
        let path = format!("turnover.{key}");
        if numbers.history_days < figures::TURNOVER_DAYS {
            let days = figures::TURNOVER_DAYS;
            let told = format!("needs historyDays of at least {days}, there are {}", numbers.history_days);
            reader.contradiction(&path, told);
        } else if count > numbers.drawn / 4 {
            let most = numbers.drawn / 4;
            reader.value(
                &path,
                format!("at most a quarter of the {} users: {most}", numbers.drawn),
                count.to_string(),
            );
        }
    }
}

fn policies(spec: &Specification, reader: &mut Reader) {
    for (name, policy) in &spec.settings.policies {
        let counts = POLICIES.iter().any(|known| known.name == name && known.rule.limits().is_some());
        let PolicySpec::Tuned { count, seconds, .. } = policy else { continue };
        if (count.is_some() || seconds.is_some()) && !counts {
            let path = format!("policies.{name}");
            let told = "counts nothing: it can only be on or off, or of another severity";
            reader.contradiction(&path, told.to_owned());
        }
    }
}

fn storylines(spec: &Specification, reader: &mut Reader) {
    let Some(StorylineSpec::These(asked)) = &spec.settings.storylines else { return };
    let history = spec.history_days() as i32;
    for (at, story) in asked.iter().enumerate() {
        let path = |key: &str| format!("storylines[{at}].{key}");
        let most = stories::catalogue().find(|(name, _)| *name == story.name).map_or(0, |known| known.1);
        if let Some(size) = story.size.filter(|size| *size > most) {
            reader.value(&path("size"), format!("a whole number from 1 to {most}"), size.to_string());
        }
        if let Some(when) = story.when.filter(|when| !(-history..=AHEAD).contains(&when.day)) {
            let expected = format!("a day from -{history}d (the history) to +{AHEAD}d");
            reader.value(&path("when"), expected, when.to_string());
        }
    }
}

/// What commands may not say of these settings, no specification may.
fn records(spec: &Specification, reader: &mut Reader) {
    if let Err(FieldError { field, expected, got }) = spec.settings.ingestion.check(&catalogue::names()) {
        reader.value(&format!("ingestion.{field}"), expected, got);
    }
    if let Err(FieldError { field, expected, got }) = spec.settings.alerting.check() {
        reader.value(&format!("alerting.{field}"), expected, got);
    }
    if spec.settings.triage && !spec.settings.security_team.is_usual() {
        let told = "with securityTeam the team does what that says: leave out one of the two";
        reader.contradiction("triage", told.to_owned());
    }
    if let Err(FieldError { field, expected, got }) = spec.settings.security_team.check() {
        reader.value(&format!("securityTeam.{field}"), expected, got);
    }
}

/// What can only be told of the whole company: whether there are enough people, and whether stories fit them.
fn company(spec: &Specification, reader: &mut Reader) {
    let set = &spec.settings;
    let asked = matches!(&set.storylines, Some(StorylineSpec::These(these)) if !these.is_empty());
    let changes = [set.turnover.joiners, set.turnover.leavers];
    if !reader.is_content() || !asked && changes == [None, None] {
        return;
    }
    let world = World::new(spec);
    let (joiners, leavers) = world.turnover_counts();
    let told = [("joiners", world.figures.joiners, joiners), ("leavers", world.figures.leavers, leavers)];
    for ((key, wished, able), _) in told.into_iter().zip(changes).filter(|(_, set)| set.is_some()) {
        if able < wished {
            let told = format!("only {able} of those who hold no role and lead nobody are left for it");
            reader.contradiction(&format!("turnover.{key}"), told);
        }
    }
    for (at, error) in world.untold {
        let key = match error {
            StoryError::Stranger { .. } | StoryError::Unsuitable { .. } => ".user",
            StoryError::Size { .. } => ".size",
            StoryError::Unknown { .. } | StoryError::Nobody { .. } => "",
        };
        reader.contradiction(&format!("storylines[{at}]{key}"), error.to_string());
    }
}
