//! By which session, token and application something was done in Microsoft 365: `AppAccessContext`, and `SessionId` of
//! what is done in mailboxes. The session is that of the sign-in, which ties the two to each other.
//!
//! Source: <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema>,
//! <https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-track-linkable-identifiers>. Which
//! members a record of which workload has is (unverified).

use crate::catalogue::kinds;
use crate::model::activity::Target;
use crate::model::base64;
use crate::wire::json::Object;

use super::Raw;

/// The members; none where nobody of the tenant acts, or the directory tells of itself.
pub(super) fn record(raw: &Raw<'_>, data: &mut Object<'_>) {
    let activity = raw.activity;
    let Some(session) = activity.entra_session().filter(|_| raw.kind.app != kinds::MICROSOFT_365) else {
        return;
    };
    if raw.kind.target == Target::Mail {
        data.set("SessionId", session);
    }
    let (id, name) = activity.client_application();
    data.object("AppAccessContext", |context| {
        context
            .set("AADSessionId", session)
            .set("ClientAppId", id)
            .set("ClientAppName", name)
            .set("UniqueTokenId", base64::encode_url(&activity.token(session)));
    });
}
