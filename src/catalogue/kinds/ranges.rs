//! What is done with ranges of addresses that were described to the product. These rows are behind all others: codes in
//! journals stay what they are. Values are (unverified); the numbers of creating and editing are those of the product.

use super::product::product;
use super::{
    APP_ROWS, CONNECTOR_ROWS, EXTENSION_ROWS, INTERRUPT_ROWS, MICROSOFT_ROWS, PRODUCT_ROWS, SHARING_ROWS,
    TENANCY_ROWS,
};
use crate::model::activity::Target;

kinds! {
    RANGE_ROWS, (MICROSOFT_ROWS.len() + PRODUCT_ROWS.len() + APP_ROWS.len() + INTERRUPT_ROWS.len()
        + EXTENSION_ROWS.len() + TENANCY_ROWS.len() + SHARING_ROWS.len() + CONNECTOR_ROWS.len()) as u16;
    /// Described a range.
    ADD_IP_RANGE = product(917_590, "EVENT_ADALLOM_IP_RANGE_CREATED")
        .admin("Create IP address range", Target::IpRange);
    /// Described it anew.
    CHANGE_IP_RANGE = product(917_591, "EVENT_ADALLOM_IP_RANGE_UPDATED")
        .admin("Update IP address range", Target::IpRange);
    /// Removed it.
    REMOVE_IP_RANGE = product(917_592, "EVENT_ADALLOM_IP_RANGE_DELETED")
        .admin("Delete IP address range", Target::IpRange);
}
