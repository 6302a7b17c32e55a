//! What an administrator's role lets them do, and to whom or what it is done.

use super::cell::Today;
use crate::catalogue::departments::{ENGINEERING, IT, OPERATIONS};
use crate::catalogue::directory::{CONDITIONAL_ACCESS, DIRECTORY_POLICIES, LICENCES};
use crate::catalogue::kinds;
use crate::generate::birth::connected_apps;
use crate::generate::birth::connected_apps::USAGE;
use crate::generate::birth::principals;
use crate::generate::birth::principals::{CERTIFICATE, Duty, SECRET};
use crate::generate::objects::app_objects;
use crate::generate::objects::directory;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::index::{KindCode, ObjectNo, PersonIx, PrincipalIx};
use crate::model::person::Role;

/// What each role does, with weights. Other apps are administered on top.
fn table(role: Role) -> &'static [(KindCode, u32)] {
    match role {
        Role::GlobalAdministrator => &[
            (kinds::UPDATE_USER, 30),
            (kinds::ADD_MEMBER_TO_GROUP, 14),
            (kinds::CHANGE_LICENCE, 12),
            (kinds::RESET_PASSWORD, 10),
            (kinds::SET_MAILBOX, 10),
            (kinds::INVITE_USER, 5),
            (kinds::UPDATE_CONDITIONAL_ACCESS, 4),
            (kinds::ADD_MEMBER_TO_ROLE, 3),
            (kinds::REMOVE_MEMBER_FROM_ROLE, 2),
            (kinds::CONSENT, 2),
            (kinds::UPDATE_POLICY, 2),
            (kinds::SALESFORCE_SETUP, 6),
            (kinds::ADD_APP_ROLE, 2),
            (kinds::DISABLE_STRONG_AUTHENTICATION, 2),
            (kinds::SET_DOMAIN_AUTHENTICATION, 1),
            (kinds::SET_FEDERATION_SETTINGS, 1),
            (kinds::SET_AUDIT_CONFIG, 1),
            (kinds::REMOVE_MAILBOX_PERMISSION, 2),
        ],
        Role::SecurityAdministrator => &[
            (kinds::PRODUCT_LOG_ON, 55),
            (kinds::UPDATE_CONDITIONAL_ACCESS, 18),
            (kinds::EDIT_ACTIVITY_POLICY, 12),
            (kinds::UPDATE_POLICY, 10),
            (kinds::ADD_MEMBER_TO_GROUP, 5),
        ],
        Role::CloudAppSecurityAdministrator => &[
            (kinds::PRODUCT_LOG_ON, 68),
            (kinds::EDIT_ACTIVITY_POLICY, 14),
            (kinds::EDIT_IP_RANGE, 6),
            (kinds::CREATE_API_TOKEN, 2),
            (kinds::UPDATE_APPLICATION, 10),
        ],
        Role::SecurityOperator | Role::SecurityReader => &[(kinds::PRODUCT_LOG_ON, 1)],
        Role::ExchangeAdministrator => &[
            (kinds::SET_MAILBOX, 56),
            (kinds::ADD_MAILBOX_PERMISSION, 26),
            (kinds::REMOVE_MAILBOX_PERMISSION, 10),
            (kinds::NEW_TRANSPORT_RULE, 4),
            (kinds::SET_AUDIT_BYPASS, 3),
            (kinds::SET_AUDIT_CONFIG, 1),
        ],
        Role::SharePointAdministrator => {
            &[(kinds::SITE_ADMIN_ADDED, 60), (kinds::SHARING_POLICY_CHANGED, 30), (kinds::INVITE_USER, 10)]
        }
        Role::GlobalReader | Role::ComplianceAdministrator => &[(kinds::PRODUCT_LOG_ON, 100)],
        Role::PrivilegedRoleAdministrator => {
            &[(kinds::ADD_MEMBER_TO_ROLE, 60), (kinds::REMOVE_MEMBER_FROM_ROLE, 40)]
        }
        Role::ApplicationAdministrator | Role::CloudApplicationAdministrator => &[
            (kinds::UPDATE_APPLICATION, 60),
            (kinds::ADD_APPLICATION, 8),
            (kinds::ADD_SERVICE_PRINCIPAL, 8),
            (kinds::ADD_CREDENTIALS, 12),
            (kinds::CONSENT, 8),
            (kinds::ADD_APP_ROLE, 4),
        ],
        Role::UserAdministrator => &[
            (kinds::UPDATE_USER, 34),
            (kinds::RESET_PASSWORD, 28),
            (kinds::DISABLE_STRONG_AUTHENTICATION, 2),
            (kinds::ADD_MEMBER_TO_GROUP, 18),
            (kinds::REMOVE_MEMBER_FROM_GROUP, 6),
            (kinds::CHANGE_LICENCE, 12),
        ],
    }
}

/// Roles that also look after the connected apps of other vendors.
const APP_KEEPERS: [Role; 3] =
    [Role::GlobalAdministrator, Role::ApplicationAdministrator, Role::UserAdministrator];
/// How much of their work that is.
const OTHER_APPS: Chance = Chance::percent(16);

/// One step of administration: a kind and its object.
pub(in crate::generate) fn step(today: &Today<'_>, chance: &mut Stream) -> (KindCode, ObjectNo) {
    let role = today.world.person(today.person).roles.first().copied().unwrap_or(Role::UserAdministrator);
    if APP_KEEPERS.contains(&role)
        && chance.chance(OTHER_APPS)
        && let Some(step) = in_an_app(today, chance)
    {
        return step;
    }
    let table = table(role);
    let weights: Vec<u32> = table.iter().map(|row| row.1).collect();
    let kind = table[chance.weighted(&weights)].0;
    (kind, object(today, kind, chance))
}

/// One step in the administration of users.
pub(in crate::generate) fn of_users(today: &Today<'_>, chance: &mut Stream) -> (KindCode, ObjectNo) {
    let table = table(Role::UserAdministrator);
    let weights: Vec<u32> = table.iter().map(|row| row.1).collect();
    let kind = table[chance.weighted(&weights)].0;
    (kind, object(today, kind, chance))
}

/// What administrators of another vendor's app do there.
fn in_an_app(today: &Today<'_>, chance: &mut Stream) -> Option<(KindCode, ObjectNo)> {
    let world = today.world;
    let kept: Vec<&connected_apps::Usage> = USAGE
        .iter()
        .filter(|usage| !usage.administration.is_empty())
        .filter(|usage| world.connects(usage.app))
        .collect();
    let usage = kept.get(chance.below(kept.len() as u32) as usize)?;
    let weights: Vec<u32> = usage.administration.iter().map(|row| row.1).collect();
    let (kind, _, class) = usage.administration[chance.weighted(&weights)];
    let index = if class == app_objects::ACCOUNT_OF_A_COLLEAGUE {
        member(today, chance).get()
    } else {
        chance.below(app_objects::count(world, class))
    };
    Some((kind, app_objects::object(class, index)))
}

/// Whom or what it is done to.
fn object(today: &Today<'_>, kind: KindCode, chance: &mut Stream) -> ObjectNo {
    let world = today.world;
    match kind {
        // Invited people are the guests.
        kinds::INVITE_USER => {
            let members = world.figures.members;
            let guest = members + chance.below(world.figures.at_birth - members);
            directory::person(PersonIx::new(guest))
        }
        kinds::ADD_MEMBER_TO_ROLE | kinds::REMOVE_MEMBER_FROM_ROLE => {
            let helper = *chance.pick(&helpers(world));
            directory::role(helper, *chance.pick(&PASSING))
        }
        kinds::ADD_MEMBER_TO_GROUP | kinds::REMOVE_MEMBER_FROM_GROUP => {
            directory::group(member(today, chance), chance.below(world.group_count()))
        }
        kinds::CHANGE_LICENCE => {
            directory::licence(member(today, chance), chance.below(LICENCES.len() as u32))
        }
        kinds::UPDATE_USER => directory::attribute(member(today, chance), chance.below(7)),
        kinds::ADD_MAILBOX_PERMISSION | kinds::REMOVE_MAILBOX_PERMISSION => {
            let owner = member(today, chance);
            // Assistants and managers get in, not anybody.
            let trustee = world.person(owner).manager.unwrap_or_else(|| member(today, chance));
            directory::mailbox(owner, trustee, chance.weighted(&[70, 25, 5]) as u32)
        }
        kinds::UPDATE_APPLICATION => application(world, chance.between(1, 3), chance),
        kinds::ADD_CREDENTIALS => {
            let update = if chance.chance(Chance::percent(70)) { SECRET } else { CERTIFICATE };
            application(world, update, chance)
        }
        kinds::CONSENT | kinds::ADD_APP_ROLE | kinds::ADD_APPLICATION | kinds::ADD_SERVICE_PRINCIPAL => {
            application(world, 0, chance)
        }
        kinds::UPDATE_CONDITIONAL_ACCESS => directory::policy(chance.below(CONDITIONAL_ACCESS)),
        kinds::UPDATE_POLICY => {
            let others = DIRECTORY_POLICIES.len() as u32 - CONDITIONAL_ACCESS;
            directory::policy(CONDITIONAL_ACCESS + chance.below(others))
        }
        kinds::SHARING_POLICY_CHANGED
        | kinds::NEW_TRANSPORT_RULE
        | kinds::SALESFORCE_SETUP
        | kinds::CREATE_API_TOKEN
        | kinds::SET_DOMAIN_AUTHENTICATION
        | kinds::SET_FEDERATION_SETTINGS
        | kinds::SET_AUDIT_CONFIG
        | kinds::EDIT_ACTIVITY_POLICY
        | kinds::EDIT_IP_RANGE => directory::setting(kind, chance.below(30)),
        kinds::PRODUCT_LOG_ON => ObjectNo::NONE,
        _ => directory::person(member(today, chance)),
    }
}

/// One of the company's own applications.
fn application(world: &World, update: u32, chance: &mut Stream) -> ObjectNo {
    let own: Vec<PrincipalIx> = PrincipalIx::numbered(&world.principals)
        .filter(|(_, app)| !matches!(app.duty, Duty::Rogue | Duty::Dormant | Duty::Personal))
        .map(|(index, _)| index)
        .collect();
    principals::application(*chance.pick(&own), update)
}

/// Everybody who holds a directory role.
pub(in crate::generate) fn holders(world: &World) -> Vec<PersonIx> {
    PersonIx::numbered(&world.people)
        .filter(|(_, person)| !person.roles.is_empty())
        .map(|(at, _)| at)
        .collect()
}

/// Any member but the actor, who works here today.
fn member(today: &Today<'_>, chance: &mut Stream) -> PersonIx {
    let other = another_member(today, chance);
    today.world.colleague_from(other, Some(today.person), today.day)
}

/// Any member but the actor.
pub(in crate::generate) fn another_member(today: &Today<'_>, chance: &mut Stream) -> PersonIx {
    let figures = &today.world.figures;
    let other = chance.below(figures.members - 1 + figures.newcomers);
    let other = if other >= today.person.get() { other + 1 } else { other };
    // Behind the members come the guests, and then those who join later.
    match other.checked_sub(figures.members) {
        None => PersonIx::new(other),
        Some(newcomer) => {
            let newcomer = PersonIx::new(figures.at_birth + newcomer % figures.newcomers.max(1));
            let here = newcomer != today.person && today.world.works(newcomer, today.day);
            let instead = || {
                today.world.colleague_from(
                    PersonIx::new(other % figures.members),
                    Some(today.person),
                    today.day,
                )
            };
            if here { newcomer } else { instead() }
        }
    }
}

/// Roles that come and go with what people are working at; the others are held for good.
const PASSING: [Role; 3] = [Role::SecurityReader, Role::SecurityOperator, Role::ApplicationAdministrator];

/// A few people of IT who hold no role for good are given one for some days.
fn helpers(world: &World) -> Vec<PersonIx> {
    let held_by = |of: u8| {
        let all = PersonIx::numbered(&world.people).zip(&world.habits);
        let fit = all.filter(move |((at, person), habits)| {
            habits.work == of
                && !person.guest
                && person.persona.is_none()
                && person.roles.is_empty()
                && !world.turnover.changes(*at)
        });
        fit.map(|((at, _), _)| at).take(4)
    };
    let mut helpers: Vec<PersonIx> = held_by(IT).collect();
    if helpers.is_empty() {
        helpers.extend(held_by(ENGINEERING).chain(held_by(OPERATIONS)));
    }
    if helpers.is_empty() { holders(world) } else { helpers }
}
