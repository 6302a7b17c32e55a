//! What the portals share: who visits them and how they sign in, the frame of their pages and its look, the presenter
//! panel, and pages that stand in more than one of them.
//!
//! A portal is a client of Entra ID like any other: it sends the browser to the authorize endpoint, gets an id token back
//! by form, and knows the browser from then on by a sealed cookie. Must never know: how another service answers, sockets.
//!
//! Sources: <https://openid.net/specs/openid-connect-core-1_0.html#HybridIDToken>; where a page is the simulator's own
//! invention, its file says so.

pub mod address;
pub mod cookies;
pub mod extensions;
mod forms;
mod frame;
mod names;
pub mod presenter;
pub mod reasons;
pub mod refusals;
mod send;
pub mod sign_in;
pub mod site;
mod visitor;

use crate::gateway::Service;

pub use address::consent_url;
pub use forms::posted_here;
pub use frame::Frame;
pub use names::Names;
pub(crate) use refusals::portal_refusals;
pub use refusals::{Refusal, advise, answered, from_gateway};
pub use send::{Script, back_to, hash, sent};
pub use site::Site;
pub use visitor::{Visitor, hint, visitor};

/// A portal, as far as it differs from the others.
#[derive(Debug)]
pub struct Portal {
    /// Its service.
    pub service: Service,
    /// Its client id at Entra ID.
    pub client: &'static str,
    /// What it calls itself.
    pub brand: fn(Names) -> &'static str,
    /// The pages that its menu leads to: under which heading, what it says, and the path.
    pub menu: fn(Names) -> Vec<(&'static str, &'static str, &'static str)>,
}

/// The style of every page of the portals, and of those that look like them.
pub fn style() -> &'static str {
    frame::style()
}

/// The look of every page, the console's included.
pub const LOOK: &str = concat!(include_str!("portal/roles.css"), include_str!("portal/look.css"));

/// The colours, sizes and distances that it is made of.
pub const ROLES: &str = include_str!("portal/roles.css");

/// Where the portal of Copilot shows what it reads from.
pub const SOURCES: &str = "/sources";
