//! What every portal answers besides its pages: the sign-in's return, signing out, the presenter panel.

use crate::gateway::route::{BodyPolicy, Handled, Route, Routes};
use crate::gateway::{Ctx, ServiceRefusal};

use super::{Portal, Refusal, posted_here, presenter, sign_in};

/// A portal with the catalogue of what it refuses.
pub trait Site {
    /// The portal.
    const PORTAL: &'static Portal;
    /// Its catalogue.
    type Refused: From<Refusal> + ServiceRefusal + 'static;
}

/// Forms of pages are small; an id token is the largest thing that is posted.
pub const FORMS: BodyPolicy = BodyPolicy::Buffered(64 << 10);

/// The route by which a sign-in comes back.
pub const fn signed_in<S: Site>(routes: Routes) -> Route {
    routes
        .post(sign_in::BACK, take_sign_in::<S>)
        .summary("The answer of Entra ID to a sign-in (response mode `form_post`)")
        .witness("portals::a_portal_signs_its_visitors_in_and_out")
}

/// The route that signs out.
pub const fn signed_out<S: Site>(routes: Routes) -> Route {
    routes
        .post("/signout", sign_out::<S>)
        .summary("Sign out")
        .witness("portals::a_portal_signs_its_visitors_in_and_out")
}

/// The route of the presenter panel.
pub const fn presented<S: Site>(routes: Routes) -> Route {
    routes
        .post(presenter::PATH, present::<S>)
        .summary("The presenter panel (the simulator's own)")
        .witness("portals::the_presenter_brings_about_every_cause_and_mends_it")
        .interruptible()
}

fn take_sign_in<S: Site>(ctx: &Ctx<'_>) -> Handled {
    sign_in::finish(ctx, S::PORTAL).map_err(|refusal| S::Refused::from(refusal).into())
}

fn sign_out<S: Site>(ctx: &Ctx<'_>) -> Handled {
    if !posted_here(ctx) {
        let problem = "the form was posted by a page of another site".to_owned();
        return Err(S::Refused::from(Refusal::Forbidden { problem }).into());
    }
    Ok(sign_in::out(ctx))
}

fn present<S: Site>(ctx: &Ctx<'_>) -> Handled {
    presenter::act(ctx, Some(S::PORTAL)).map_err(|refusal| S::Refused::from(refusal).into())
}
