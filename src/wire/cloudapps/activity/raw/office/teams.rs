//! Records of Teams: messages, members, meetings.
//!
//! Sources: the schema's part on Teams; <https://learn.microsoft.com/purview/audit-teams-audit-log-events> (what is told
//! of meetings).

use crate::facts::Member;
use crate::wire::json::{Array, Object};

use super::super::Raw;
use super::instant;

/// The record.
pub(super) fn record(raw: &Raw<'_>, data: &mut Object<'_>) {
    let activity = raw.activity;
    let team = activity.team();
    let members = activity.members(&team);
    match (team.meeting, team.chat_with) {
        (Some(_), _) => {
            data.set("CommunicationType", "Meeting");
        }
        (None, Some(_)) => {
            data.set("ChatName", &team.name)
                .text("ChatThreadId", format_args!("19:{}@unq.gbl.spaces", team.id))
                .set("CommunicationType", "OneOnOne");
        }
        (None, None) => {
            data.set("TeamName", &team.name)
                .set("TeamGuid", team.id)
                .set("AADGroupId", team.id)
                .set("ChannelName", team.channel)
                .set("ChannelType", "Standard")
                .set("CommunicationType", "Team");
        }
    }
    data.array("ExtraProperties", |properties| {
        let agent = activity.agent();
        key_and_value("ClientName", "skypeteams", properties);
        if let Some(agent) = agent {
            key_and_value("OsName", agent.system.1, properties);
        }
        if let Some(place) = raw.place() {
            key_and_value("Country", &place.country.to_ascii_lowercase(), properties);
        }
    });
    if let Some(meeting) = team.meeting {
        let joined = activity.happened();
        let left = activity.meeting_left(&meeting);
        data.set("MeetingDetailId", meeting.id)
            .set("JoinTime", instant(joined))
            .set("LeaveTime", instant(left))
            .array("Attendees", |attendees| people(&members, attendees))
            .some("Organizer", activity.person(team.chat_with).map(|organiser| organiser.upn()))
            .set("ItemName", &team.name);
        return;
    }
    if !members.is_empty() {
        data.array("Members", |told| {
            for member in &members {
                told.object(|one| {
                    one.set("UPN", member.person.upn())
                        .set("DisplayName", member.person.display_name())
                        .set("Role", member.role);
                });
            }
        });
        return;
    }
    data.text("MessageId", activity.happened().millis())
        .text("MessageVersion", activity.happened().millis() + 1)
        .set("MessageSizeInBytes", 80 + (raw.id().bits() % 900) as u32);
}

fn people(members: &[Member<'_>], attendees: &mut Array<'_>) {
    for member in members {
        attendees.object(|attendee| {
            attendee
                .set("UPN", member.person.upn())
                .set("DisplayName", member.person.display_name())
                .set("UserObjectId", member.person.id())
                .set("RecipientType", "User")
                .set("Role", if member.role == 1 { 2 } else { 1 });
        });
    }
}

fn key_and_value(key: &str, value: &str, into: &mut Array<'_>) {
    into.object(|pair| {
        pair.set("Key", key).set("Value", value);
    });
}
