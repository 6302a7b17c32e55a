//! What tokens tell of the roles and groups of a user: as the registration of whom they are for says.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>,
//! <https://learn.microsoft.com/entra/identity-platform/optional-claims#configure-groups-optional-claims>.

use crate::facts::{self, PersonFacts};
use crate::gateway::Ctx;
use crate::identity::resources::Target;
use crate::identity::token::GroupClaims;
use crate::model::index::PersonIx;
use crate::model::person::Role;
use crate::model::registration::Registration;

use super::issue::TokenRequest;
use super::people;

/// The directory role that tokens of members show who have none.
const MEMBER: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";

/// The app roles of an application that a user has.
pub(super) fn app_roles(ctx: &Ctx<'_>, application: &Registration, user: PersonIx) -> Vec<String> {
    let roles = facts::directory(&ctx.view).roles_of_user(application.client_id, user);
    roles.map(|role| role.to_string()).collect()
}

/// The groups of the user, in the order of their ids, as tokens for an application tell them. How tokens in the body
/// of a form are kept short, which the authorize endpoint sends, too, is not documented: they are not (unverified).
pub(super) fn groups(ctx: &Ctx<'_>, application: &Registration, request: &TokenRequest<'_>) -> GroupClaims {
    if !application.group_membership_claims.tells_groups() {
        return GroupClaims::default();
    }
    let user = request.who.user;
    let groups = PersonFacts::of(&ctx.view, user).map(|user| user.groups()).unwrap_or_default();
    let (tenant, id) = (ctx.view.state.identity().id, people::person(ctx, user).id);
    GroupClaims::of(tenant, id, &groups, request.fragment)
}

/// The directory roles of the user as tokens for an application tell them: not in the fragment of an address, which
/// must stay short.
pub(super) fn roles(
    ctx: &Ctx<'_>,
    application: &Registration,
    request: &TokenRequest<'_>,
) -> Vec<&'static str> {
    let told = application.group_membership_claims.tells_roles() && !request.fragment;
    if told { wids(ctx, request.who.user) } else { Vec::new() }
}

/// The directory roles that the user's token shows at a resource: always at those about the directory, at applications
/// of the tenant as these say.
pub(super) fn roles_at(ctx: &Ctx<'_>, request: &TokenRequest<'_>, target: Target<'_>) -> Vec<&'static str> {
    if target.is_directory() || matches!(target, Target::OwnOrigin) {
        return wids(ctx, request.who.user);
    }
    target.own().map(|api| roles(ctx, api, request)).unwrap_or_default()
}

fn wids(ctx: &Ctx<'_>, user: PersonIx) -> Vec<&'static str> {
    let roles = PersonFacts::of(&ctx.view, user).map(|user| user.roles()).unwrap_or_default();
    roles.iter().map(|role: &Role| role.template()).chain([MEMBER]).collect()
}
