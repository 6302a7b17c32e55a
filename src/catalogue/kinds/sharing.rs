//! What becomes of sharing, and files that move. These rows are behind all others: codes in journals stay what they are.
//!
//! Source: <https://learn.microsoft.com/purview/audit-log-activities> (file, and sharing and access request activities).

use super::microsoft::{directory, onedrive, sharepoint};
use super::{APP_ROWS, EXTENSION_ROWS, INTERRUPT_ROWS, MICROSOFT_ROWS, PRODUCT_ROWS, TENANCY_ROWS};
use crate::model::activity::{Action, Target};

kinds! {
    SHARING_ROWS, (MICROSOFT_ROWS.len() + PRODUCT_ROWS.len() + APP_ROWS.len() + INTERRUPT_ROWS.len()
        + EXTENSION_ROWS.len() + TENANCY_ROWS.len()) as u16;
    /// Moved a file in SharePoint.
    FILE_MOVED = sharepoint(6).kind("FileMoved", Action::Edit, Target::File);
    /// Somebody without an account opened a file of SharePoint by a link.
    ANONYMOUS_LINK_USED = sharepoint(14).kind("AnonymousLinkUsed", Action::View, Target::File);
    /// Somebody outside accepted an invitation to a file of SharePoint.
    SHARING_INVITATION_ACCEPTED = sharepoint(14).kind("SharingInvitationAccepted", Action::View, Target::File);
    /// Moved a file in OneDrive.
    ONEDRIVE_FILE_MOVED = onedrive(6).kind("FileMoved", Action::Edit, Target::File);
    /// Somebody without an account opened a file of OneDrive by a link.
    ONEDRIVE_ANONYMOUS_LINK_USED = onedrive(14).kind("AnonymousLinkUsed", Action::View, Target::File);
    /// Somebody outside accepted an invitation to a file of OneDrive.
    ONEDRIVE_SHARING_INVITATION_ACCEPTED = onedrive(14)
        .kind("SharingInvitationAccepted", Action::View, Target::File);
    /// A guest accepted the invitation to the directory (its number is (unverified)).
    REDEEM_INVITATION = directory(2_293_789, "EVENT_AAD_REDEEM_INVITATION").category("EVENT_CATEGORY_UPDATE_USER")
        .kind("Redeem external user invite", Action::Configure, Target::Person);
}
