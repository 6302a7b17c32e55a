//! What administrators do with app connectors, as the product's own log tells it. These rows are behind all others: codes
//! in journals stay what they are.
//!
//! "Test API" and "Change OAuth token" are activity types of the product with these numbers (recorded by shipped
//! connectors); the other numbers, and all values, are (unverified).

use super::product::product;
use super::{
    APP_ROWS, EXTENSION_ROWS, INTERRUPT_ROWS, MICROSOFT_ROWS, PRODUCT_ROWS, SHARING_ROWS, TENANCY_ROWS,
};
use crate::model::activity::Target;

kinds! {
    CONNECTOR_ROWS, (MICROSOFT_ROWS.len() + PRODUCT_ROWS.len() + APP_ROWS.len() + INTERRUPT_ROWS.len()
        + EXTENSION_ROWS.len() + TENANCY_ROWS.len() + SHARING_ROWS.len()) as u16;
    /// Connected an app.
    CONNECT_APP = product(917_520, "EVENT_ADALLOM_API_CONNECTED").admin("Connect app", Target::Connector);
    /// Disabled a connector.
    DISABLE_CONNECTOR = product(917_521, "EVENT_ADALLOM_API_DISABLED").admin("Disable app connector", Target::Connector);
    /// Removed a connector.
    REMOVE_CONNECTOR = product(917_522, "EVENT_ADALLOM_API_REMOVED").admin("Remove app connector", Target::Connector);
    /// Connected again what was disabled.
    CHANGE_CONNECTOR_TOKEN = product(917_526, "EVENT_ADALLOM_OAUTH_TOKEN_CHANGED")
        .admin("Change OAuth token", Target::Connector);
    /// Tested a connector.
    TEST_CONNECTOR = product(917_584, "EVENT_ADALLOM_API_TEST").admin("Test API", Target::Connector);
}
