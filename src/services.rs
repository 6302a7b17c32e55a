//! The emulated origins, one folder each: routes, handlers, wire forms, error catalogue.
//!
//! Services never call each other; what two of them need lives below.

pub mod cloudapps;
pub mod control;
pub mod entra;

use crate::door::call::Offered;

/// Every service, as the door is given them.
pub fn all() -> [Offered; 3] {
    [
        Offered { face: &entra::FACE, routes: entra::ROUTES },
        Offered { face: &cloudapps::FACE, routes: cloudapps::ROUTES },
        Offered { face: &control::FACE, routes: control::ROUTES },
    ]
}
