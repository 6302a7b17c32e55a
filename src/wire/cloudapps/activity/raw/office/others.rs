//! Records of Power BI, Viva Engage and Copilot.
//!
//! Sources: the schema's parts on them; <https://learn.microsoft.com/power-bi/enterprise/service-admin-auditing>;
//! <https://learn.microsoft.com/office/office-365-management-api/copilot-schema>.

use crate::catalogue::kinds;
use crate::wire::json::Object;

use super::super::Raw;
use super::changes;

/// What is done to a thing of one of these.
pub(super) fn record(raw: &Raw<'_>, data: &mut Object<'_>) {
    match raw.kind.app {
        kinds::POWER_BI => power_bi(raw, data),
        kinds::YAMMER => engage(raw, data),
        _ => copilot(raw, data),
    }
}

fn power_bi(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (id, name) = raw.target();
    let thing = raw.activity.app_object();
    data.set("ObjectId", id)
        .set("ItemName", name)
        .set("Activity", raw.kind.operation)
        .set("WorkSpaceName", format!("{} analytics", thing.parent))
        .set("UserAgent", raw.agent())
        .set("RequestId", raw.id())
        .set("IsSuccess", true);
    match raw.class() {
        "Dashboard" => data.set("DashboardName", name).set("DashboardId", id),
        "Dataset" => data.set("DatasetName", name).set("DatasetId", id),
        _ => data.set("ReportName", name).set("ReportId", id),
    };
}

fn engage(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (_, name) = raw.target();
    let thing = raw.activity.app_object();
    data.set("ObjectId", name)
        .set("ActorUserId", raw.actor.account)
        .set("ActorYammerUserId", raw.activity.actor_number() >> 20)
        .set("GroupName", "All Company")
        .set("MessageId", thing.number >> 12)
        .set("ThreadId", thing.number >> 13)
        .set("YammerNetworkId", raw.activity.google_customer())
        .set("ResultStatus", "TRUE");
}

fn copilot(raw: &Raw<'_>, data: &mut Object<'_>) {
    let (id, _) = raw.target();
    let thing = raw.activity.app_object();
    // Where people ask: in turn, by the number of the chat.
    const HOSTS: [&str; 6] = ["Bing", "Teams", "Word", "Outlook", "Excel", "Office"];
    let region = raw.place().map(|place| place.country.to_ascii_lowercase());
    data.set("ObjectId", id).some("ClientRegion", region).set("CopilotLogVersion", "1.0.0.0").object(
        "CopilotEventData",
        |event| {
            event
                .set("AppHost", HOSTS[thing.number as usize % HOSTS.len()])
                .set("ThreadId", id)
                .array("Contexts", |_| {})
                .array("AccessedResources", |_| {})
                .array("Messages", |messages| {
                    for prompt in [true, false] {
                        messages.object(|message| {
                            message
                                .text("Id", raw.activity.happened().millis() + i64::from(!prompt))
                                .set("isPrompt", prompt);
                        });
                    }
                });
        },
    );
}

/// A flow of Power Automate.
/// Source: <https://learn.microsoft.com/power-platform/admin/logging-power-automate> (what is in each record is
/// (unverified)).
pub(super) fn flow(raw: &Raw<'_>, data: &mut Object<'_>) {
    data.set("ObjectId", raw.target().0)
        .set("FlowDetailsUrl", raw.target().1)
        .set("UserTypeInitiated", 1)
        .set("ResultStatus", "Success");
}

/// A setting of Copilot. Source: <https://learn.microsoft.com/purview/audit-copilot>
pub(super) fn copilot_settings(raw: &Raw<'_>, data: &mut Object<'_>) {
    data.set("AppIdentity", "Copilot.Security.SecurityCopilot")
        .set("ObjectId", raw.target().0)
        .set("ResultStatus", "Success")
        .object("CopilotSettingsEventData", |settings| {
            settings.array("Resource", |resources| {
                for change in changes(raw) {
                    resources.object(|resource| {
                        resource
                            .set("Property", change.name)
                            .set("OriginalValue", change.old.as_deref().unwrap_or(""))
                            .set("NewValue", &change.new);
                    });
                }
            });
        });
}
