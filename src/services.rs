//! The emulated origins, one folder each: routes, handlers, wire forms, error catalogue.
//!
//! Services never call each other; what two of them need lives below.

pub mod cloudapps;
pub mod control;
pub mod entra;
pub mod graph;

use crate::gateway::call::Offered;

/// Every service, as the gateway is given them.
pub fn all() -> [Offered; 4] {
    [
        Offered { profile: &entra::PROFILE, routes: entra::ROUTES },
        Offered { profile: &cloudapps::PROFILE, routes: cloudapps::ROUTES },
        Offered { profile: &graph::PROFILE, routes: graph::ROUTES },
        Offered { profile: &control::PROFILE, routes: control::ROUTES },
    ]
}

/// The parity table of the README: every route, how far it goes, and its witness.
pub fn parity_table() -> String {
    let mut table = String::from("| service | route | what | fidelity | witness |\n|---|---|---|---|---|\n");
    for offered in all() {
        for route in offered.routes {
            let fidelity = format!("{:?}", route.fidelity).to_lowercase();
            table.push_str(&format!(
                "| {} | `{} {}` | {} | {fidelity} | `{}` |\n",
                route.service.name(),
                route.method,
                route.path,
                route.summary,
                route.witness
            ));
        }
    }
    table
}
