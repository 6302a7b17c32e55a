//! The people of the tenant as sign-in looks them up: by what was typed, by object id, by index.

use crate::facts::{self, PersonFacts};
use crate::gateway::Inbound;
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::person::Person;

/// Who they are from birth on.
pub(super) fn person<'a>(ctx: &'a Inbound<'_>, user: PersonIx) -> &'a Person {
    facts::person(&ctx.view, user)
}

/// The user principal name of a user.
pub(super) fn upn<'a>(ctx: &'a Inbound<'_>, user: PersonIx) -> &'a str {
    &person(ctx, user).upn
}

/// Whose user principal name this is, case ignored.
pub(super) fn by_upn(ctx: &Inbound<'_>, upn: &str) -> Option<PersonIx> {
    Some(PersonFacts::by_upn(&ctx.view, upn)?.index())
}

/// Whose object id this is.
pub(super) fn by_id(ctx: &Inbound<'_>, id: Guid) -> Option<PersonIx> {
    Some(PersonFacts::by_id(&ctx.view, id)?.index())
}

/// There is a user of this index.
pub(super) fn known(ctx: &Inbound<'_>, user: PersonIx) -> bool {
    PersonFacts::of(&ctx.view, user).is_some()
}
