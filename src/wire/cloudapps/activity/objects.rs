//! `eventObjects`: what an activity was done to, and who did it.

use crate::facts::SignIn;
use crate::model::ids::Hex24;
use crate::wire::cloudapps::MICROSOFT_365;
use crate::wire::json::{Array, Object};

use super::{Told, object_type};

/// The object of the activity and what holds it, or what a sign-in was to; then its actor as account and as resolved
/// identity, tied by `link`.
pub(super) fn write(told: &Told<'_>, objects: &mut Array<'_>) {
    let mut done_to = |id: &str, name: &str, class: &str| {
        objects.object(|object| {
            object
                .set("objType", 1)
                .set("role", 3)
                .set("tags", [(); 0])
                .set("name", name)
                .set("id", id)
                .some("serviceObjectType", Some(class).filter(|class| !class.is_empty()));
        });
    };
    if let Some(target) = &told.target {
        // Recorded answers name the site that holds a file; that the file stands before it is (unverified).
        done_to(&target.id, &target.name, target.class);
        if let Some(place) = &target.place {
            done_to(&place.id, &place.name, place.class);
        }
    }
    if let Some(sign_in) = &told.sign_in {
        of_a_sign_in(told, sign_in, objects);
    }
    let Some(actor) = &told.actor else { return };
    let (link, role) = (told.activity.link(), if told.sign_in.is_some() { 5 } else { 4 });
    let open = |object: &mut Object<'_>, object_type: u8, tags: &[Hex24]| {
        object
            .set("objType", object_type)
            .set("role", role)
            .set("tags", tags)
            .set("name", actor.name)
            .set("instanceId", 0)
            .set("resolved", true)
            .set("saasId", MICROSOFT_365);
    };
    objects.object(|account| {
        open(account, 21, &[]);
        account.set("id", actor.account).set("link", link);
    });
    objects.object(|identity| {
        open(identity, object_type(actor), &told.groups);
        identity.set("id", actor.id).set("link", link);
    });
}

/// What a sign-in to Entra ID is to, its request, and who asks, as recorded by shipped connectors.
fn of_a_sign_in(told: &Told<'_>, sign_in: &SignIn<'_>, objects: &mut Array<'_>) {
    let open = |object: &mut Object<'_>, object_type: u8, role: u8, name: &str| {
        object.set("objType", object_type).set("role", role).set("tags", [(); 0]).set("name", name);
    };
    objects.object(|application| {
        open(application, 6, 1, sign_in.application.1);
        application.set("id", sign_in.application.0);
    });
    objects.object(|request| {
        open(request, 7, 3, "Request ID");
        request.set("id", told.activity.source_id());
    });
    objects.object(|passed_through| {
        open(passed_through, 7, 3, "Pass-through authentication");
        passed_through.set("value", "false");
    });
    if let Some(user) = told.actor.as_ref().filter(|actor| actor.user) {
        objects.object(|object| {
            open(object, 2, 2, user.account);
            object.set("id", user.id).set("resolved", true);
        });
    }
}
