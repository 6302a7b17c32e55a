//! The connection drawn: four states in a ring, the one that it is in, and why.

use crate::model::copilot::Consent;
use crate::tenant::nouns::copilot::Connection;

use crate::portal::Names;
use crate::portal::reasons::told;

/// Where the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Off,
    Asked,
    Connected,
    Lost,
}

/// The drawing.
#[derive(Debug)]
pub(super) struct Machine {
    place: Place,
    /// The reason, in words.
    pub why: String,
}

impl Machine {
    /// That of a connection.
    pub(super) fn of(connection: &Connection, names: Names) -> Self {
        let reasons = connection.reasons();
        let asked =
            matches!(connection.consent, Consent::Pending | Consent::Declined) && !connection.too_soon;
        let place = match (connection.on, reasons.first()) {
            (_, None) => Place::Connected,
            (false, _) => Place::Off,
            (true, _) if asked => Place::Asked,
            (true, _) => Place::Lost,
        };
        let wait = connection.times.reconnect_wait;
        let why = reasons.first().map_or_else(
            || "Connected: Copilot reads alerts, activities and discovery.".to_owned(),
            |reason| format!("Disconnected ({reason}). {}", told(*reason, names, wait).what),
        );
        Self { place, why }
    }

    /// The classes of a state in the drawing.
    pub(super) fn class(&self, state: &str) -> &'static str {
        let is = match state {
            "off" => Place::Off,
            "asked" => Place::Asked,
            "connected" => Place::Connected,
            _ => Place::Lost,
        };
        match (self.place == is, is) {
            (false, _) => "state",
            (true, Place::Connected) => "state on good",
            (true, Place::Lost) => "state on bad",
            (true, Place::Off | Place::Asked) => "state on",
        }
    }
}
