//! The members that a record may have: their types, and what becomes of them when it is put into a tenant.
//!
//! One table a record gives the check, the words of its refusals, the JSON Schema, and which members are shown as they
//! were given. A member that is not in the table is refused, so that nothing is dropped unsaid; `null` is the same as
//! absent.

use serde_json::{Map, Value as Json};

use crate::model::field_error::FieldError;
use crate::model::json::json;

/// A member: its name, or the names on the way to it, parted by dots.
pub struct Member {
    name: &'static str,
    kind: Kind,
    fate: Fate,
}

/// What a member holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Whole,
    /// Milliseconds since 1970.
    Instant,
    Flag,
    Object,
    Texts,
    Wholes,
    Objects,
}

/// What becomes of a member.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// It is shown as it was given, and found by.
    Shown,
    /// The tenant takes it over, and says from then on itself how that stands.
    Taken,
    /// It names the record or its tenant, or says when it was stored: the tenant says so itself.
    Replaced,
}

const fn shown(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, fate: Fate::Shown }
}

const fn taken(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, fate: Fate::Taken }
}

const fn replaced(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, fate: Fate::Replaced }
}

/// The members of an alert.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/api-alerts#properties>.
pub const ALERT: &[Member] = &[
    shown("title", Kind::Text),
    shown("description", Kind::Text),
    taken("timestamp", Kind::Instant),
    shown("severityValue", Kind::Whole),
    taken("statusValue", Kind::Whole),
    taken("resolutionStatusValue", Kind::Whole),
    taken("resolveTime", Kind::Text),
    taken("handledByUser", Kind::Text),
    taken("comment", Kind::Text),
    shown("idValue", Kind::Whole),
    shown("stories", Kind::Wholes),
    shown("intent", Kind::Wholes),
    shown("entities", Kind::Objects),
    shown("policy", Kind::Object),
    shown("policy.id", Kind::Text),
    shown("policy.label", Kind::Text),
    shown("policy.policyType", Kind::Text),
    shown("audits", Kind::Texts),
    shown("evidence", Kind::Objects),
    shown("descriptionTemplate", Kind::Object),
    shown("threatScore", Kind::Whole),
    shown("threatScoreReasoning", Kind::Objects),
    shown("isSystemAlert", Kind::Flag),
    shown("isPreview", Kind::Flag),
    shown("isMarkdown", Kind::Flag),
    replaced("_id", Kind::Text),
    replaced("contextId", Kind::Text),
    replaced("URL", Kind::Text),
];

/// The members of an activity.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/api-activities>; recorded answers beyond it.
pub const ACTIVITY: &[Member] = &[
    taken("timestamp", Kind::Instant),
    taken("appId", Kind::Whole),
    shown("saasId", Kind::Whole),
    shown("srcAppId", Kind::Whole),
    shown("appName", Kind::Text),
    shown("eventType", Kind::Whole),
    shown("eventTypeValue", Kind::Text),
    shown("eventTypeName", Kind::Text),
    shown("genericEventType", Kind::Text),
    shown("eventRouting", Kind::Object),
    shown("eventRouting.adminEvent", Kind::Flag),
    shown("severity", Kind::Text),
    shown("description", Kind::Text),
    shown("description_id", Kind::Text),
    shown("description_metadata", Kind::Object),
    shown("device", Kind::Object),
    shown("device.clientIP", Kind::Text),
    shown("device.userAgent", Kind::Text),
    shown("device.countryCode", Kind::Text),
    shown("location", Kind::Object),
    shown("location.countryCode", Kind::Text),
    shown("user", Kind::Object),
    shown("user.userName", Kind::Text),
    shown("user.userTags", Kind::Texts),
    shown("userAgent", Kind::Object),
    shown("internals", Kind::Object),
    shown("internals.otherIPs", Kind::Texts),
    shown("mainInfo", Kind::Object),
    shown("mainInfo.rawOperationName", Kind::Text),
    shown("mainInfo.prettyOperationName", Kind::Text),
    shown("mainInfo.type", Kind::Text),
    shown("mainInfo.eventObjects", Kind::Objects),
    shown("mainInfo.activityResult", Kind::Object),
    shown("entityData", Kind::Object),
    shown("resolvedActor", Kind::Object),
    shown("resolvedActor.id", Kind::Text),
    shown("resolvedActor.name", Kind::Text),
    shown("resolvedActorAccount", Kind::Object),
    shown("resolvedActivityObjects", Kind::Objects),
    shown("lookup", Kind::Object),
    shown("confidenceLevel", Kind::Whole),
    shown("source", Kind::Whole),
    shown("lograbberService", Kind::Object),
    shown("collected", Kind::Object),
    shown("rawDataJson", Kind::Object),
    shown("classifications", Kind::Texts),
    shown("session", Kind::Object),
    shown("failedUserData", Kind::Object),
    shown("failedUserData.userName", Kind::Text),
    shown("adallom", Kind::Object),
    shown("tags", Kind::Texts),
    replaced("_id", Kind::Text),
    replaced("uid", Kind::Text),
    replaced("tenantId", Kind::Whole),
    replaced("aadTenantId", Kind::Text),
    replaced("timestampRaw", Kind::Whole),
    replaced("instantiation", Kind::Whole),
    replaced("instantiationRaw", Kind::Whole),
    replaced("created", Kind::Whole),
    replaced("createdRaw", Kind::Whole),
];

impl Kind {
    fn is(self, value: &Json) -> bool {
        let all = |each: fn(&Json) -> bool| value.as_array().is_some_and(|list| list.iter().all(each));
        match self {
            Self::Text => value.is_string(),
            Self::Whole => value.is_i64() || value.is_u64(),
            Self::Instant => value.is_i64(),
            Self::Flag => value.is_boolean(),
            Self::Object => value.is_object(),
            Self::Texts => all(Json::is_string),
            Self::Wholes => all(Json::is_u64),
            Self::Objects => all(Json::is_object),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Whole => "a whole number",
            Self::Instant => "milliseconds since 1970 (UTC), a whole number",
            Self::Flag => "true or false",
            Self::Object => "an object",
            Self::Texts => "a list of texts",
            Self::Wholes => "a list of whole numbers",
            Self::Objects => "a list of objects",
        }
    }

    fn schema(self) -> Json {
        let list = |of: &str| json!({"type": "array", "items": {"type": of}});
        match self {
            Self::Text => json!({"type": ["string", "null"]}),
            Self::Whole | Self::Instant => json!({"type": ["integer", "null"]}),
            Self::Flag => json!({"type": ["boolean", "null"]}),
            Self::Object => json!({"type": ["object", "null"]}),
            Self::Texts => list("string"),
            Self::Wholes => list("integer"),
            Self::Objects => list("object"),
        }
    }
}

/// Holds `record` to the table; the names of the members that the tenant says itself, as far as they were given.
pub fn check(record: &Map<String, Json>, members: &[Member]) -> Result<Vec<&'static str>, FieldError> {
    if let Some((name, value)) = record.iter().find(|(name, _)| members.iter().all(|of| of.name != **name)) {
        let names: Vec<_> =
            members.iter().map(|member| member.name).filter(|name| !name.contains('.')).collect();
        let expected = format!("no such member, but one of {}", names.join(", "));
        return Err(FieldError::value(name, &expected, value.to_string()));
    }
    let mut own = Vec::new();
    for member in members {
        let mut names = member.name.split('.');
        let first = names.next().and_then(|name| record.get(name));
        let value = names.try_fold(first, |value, name| Some(value?.get(name))).flatten();
        let Some(value) = value.filter(|value| !value.is_null()) else { continue };
        if !member.kind.is(value) {
            return Err(FieldError::value(member.name, member.kind.words(), value.to_string()));
        }
        if member.fate == Fate::Replaced {
            own.push(member.name);
        }
    }
    Ok(own)
}

/// What is remembered of a checked record: what the tenant does not say itself, and no `null` but that of a score,
/// which means that there is none.
pub fn kept(record: &Map<String, Json>, members: &[Member]) -> String {
    let stays = |name: &str, value: &Json| {
        let given = members.iter().any(|member| member.name == name && member.fate != Fate::Replaced);
        given && (!value.is_null() || name == "threatScore")
    };
    let kept = record.iter().filter(|(name, value)| stays(name, value));
    Json::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect()).to_string()
}

/// The JSON Schema of a record.
pub fn schema(members: &[Member]) -> Json {
    let mut properties = Map::new();
    for member in members.iter().filter(|member| !member.name.contains('.')) {
        let mut schema = member.kind.schema();
        if member.fate == Fate::Replaced {
            schema["description"] = "Replaced by what the tenant says itself.".into();
        }
        properties.insert(member.name.to_owned(), schema);
    }
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}
