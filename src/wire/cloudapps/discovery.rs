//! Records of Cloud Discovery: streams, data sources, reports, discovered apps, users, addresses.
//!
//! Source of streams: <https://learn.microsoft.com/defender-cloud-apps/api-discovery-streams>, and recorded answers, which
//! have `_id`. Of discovered apps four members are on record (`appId`, `name`, `category`, `trafficTotalBytes`); what the
//! others are called, and all of users and addresses, is (unverified).

use crate::catalogue::cloud_apps::CloudApp;
use crate::facts::discovery::{AppUsage, Party, StreamFacts, Volume};
use crate::model::discovery::AppTag;
use crate::tenant::nouns::discovery::StreamKind;
use crate::wire::json::{Object, object};

/// Kinds of entities: user names and addresses.
const ENTITIES: [u8; 2] = [1, 2];

/// Kinds of traffic: all, downloaded, uploaded.
const TRAFFIC: [u8; 3] = [1, 2, 3];

/// Days of the time frames that can be asked for.
pub const TIME_FRAMES: [u8; 3] = [7, 30, 90];

/// Writes a stream.
pub fn write_stream(found: &StreamFacts<'_>, out: &mut Vec<u8>) {
    let stream = found.stream();
    let (logs, failed) = found.counts();
    let last = found.last_data();
    object(out, |record| {
        record.set("_id", found.id()).set("displayName", &*stream.name);
        record.set("anonymizeUsers", found.is_anonymous()).set("anonymizeMachines", false);
        record.set("logType", found.log_type());
        if let StreamKind::Source { receiver, .. } = stream.kind {
            let (kind, protocol) = receiver.parts();
            record.set("receiverType", kind).some("protocol", protocol);
        }
        // A view, or what comes in.
        record.set("streamType", if found.is_global() { 3 } else { 1 });
        record
            .set("isManual", found.is_snapshot())
            .set("globalAggregated", matches!(stream.kind, StreamKind::Source { .. }))
            .set("snapshotData", found.is_snapshot())
            .set("default", found.is_global())
            .set("created", stream.created)
            .set("lastModified", last.unwrap_or(stream.created))
            .set("lastDataReceived", last)
            .set("logFilesHistoryCount", logs)
            .set("logFilesFailsCount", failed)
            .set("supportedEntityTypes", ENTITIES)
            .set("supportedTrafficTypes", TRAFFIC)
            .set("validTimeFrames", TIME_FRAMES)
            .some("lastAlertProcessingTime", last.map(|at| at.millis()));
        record.array("sourceStreams", |_| {});
    });
}

/// Writes a data source.
pub fn write_source(found: &StreamFacts<'_>, out: &mut Vec<u8>) {
    let stream = found.stream();
    let (logs, failed) = found.counts();
    object(out, |record| {
        record
            .set("_id", found.id())
            .set("displayName", &*stream.name)
            .set("logType", found.log_type())
            .some("logTypeName", found.log_type_name())
            .set("anonymizeUsers", found.is_anonymous());
        if let StreamKind::Source { receiver, .. } = stream.kind {
            let (kind, protocol) = receiver.parts();
            record.set("receiverType", kind).set("protocol", protocol);
            record.set("receiverTypeFull", receiver.full());
        }
        record
            .set("created", stream.created.millis())
            .set("lastDataReceived", found.last_data().map(|at| at.millis()))
            .set("uploadedLogsCount", logs)
            .set("failedLogsCount", failed);
    });
}

/// Writes a report about one log.
pub fn write_report(found: &StreamFacts<'_>, out: &mut Vec<u8>) {
    let stream = found.stream();
    let log = found.logs().next_back();
    object(out, |record| {
        record
            .set("_id", found.id())
            .set("displayName", &*stream.name)
            .set("logType", found.log_type())
            .set("created", stream.created.millis())
            .set("isReady", log.is_some())
            .some("isSuccess", log.map(|log| log.success))
            .some("transactionsCount", log.map(|log| log.log.transactions))
            .some("logFileBytes", log.map(|log| log.log.bytes));
    });
}

fn write_volume(record: &mut Object<'_>, volume: &Volume) {
    record
        .set("trafficTotalBytes", volume.bytes())
        .set("trafficUploadedBytes", volume.uploaded)
        .set("trafficDownloadedBytes", volume.downloaded)
        .set("transactions", volume.transactions)
        .set("blockedTransactions", volume.blocked)
        .some("lastSeen", (volume.last_day > 0).then(|| volume.last_seen().millis()));
}

fn write_catalogued(record: &mut Object<'_>, app: &CloudApp, tags: &[AppTag]) {
    record
        .set("appId", app.number)
        .set("name", app.name)
        .set("category", app.category.id)
        .set("score", app.score().total);
    record.array("tags", |list| tags.iter().for_each(|tag| list.add(tag.name())));
    record.array("domainList", |list| app.domains().for_each(|domain| list.add(domain)));
}

/// Writes a discovered app, which wears these tags.
pub fn write_app(found: &AppUsage, tags: &[AppTag], out: &mut Vec<u8>) {
    object(out, |record| {
        write_catalogued(record, found.app, tags);
        record.set("usersCount", found.users.len()).set("ipAddressesCount", found.addresses.len());
        write_volume(record, &found.volume);
    });
}

/// Writes an app of the catalogue, which wears these tags.
pub fn write_catalogue_app(app: &CloudApp, tags: &[AppTag], out: &mut Vec<u8>) {
    object(out, |record| {
        write_catalogued(record, app, tags);
        record.set("headquarters", app.headquarters).set("founded", app.founded);
        record.object("revised_score", |score| write_score(score, app));
    });
}

/// Writes what is known of an app: `saasdb/{id}`, of which name, category and score are on record.
pub fn write_known_app(app: &CloudApp, out: &mut Vec<u8>) {
    object(out, |record| {
        record
            .set("name", app.name)
            .set("category", app.category.id)
            .object("revised_score", |score| write_score(score, app))
            .set("appId", app.number)
            .set("headquarters", app.headquarters)
            .set("founded", app.founded);
        record.array("domains", |list| app.domains().for_each(|domain| list.add(domain)));
        record.object("attributes", |attributes| {
            app.factors().for_each(|(name, holds)| {
                attributes.set(name, holds);
            });
        });
    });
}

fn write_score(score: &mut Object<'_>, app: &CloudApp) {
    let known = app.score();
    score
        .set("compliance", known.compliance)
        .set("security", known.security)
        .set("provider", known.general)
        .set("legal", known.legal)
        .set("total", known.total);
}

/// Writes a user or an address, under the name of the member that names it.
pub fn write_party(found: &Party, member: &'static str, out: &mut Vec<u8>) {
    object(out, |record| {
        record.set(member, &*found.name).set("appsCount", found.apps.len());
        write_volume(record, &found.volume);
    });
}
