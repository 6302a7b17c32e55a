//! Files as a table, under the filter names of the Cloud Apps API. The number of a row is the place among the files.
//!
//! Source of names and operators: <https://learn.microsoft.com/defender-cloud-apps/api-files#filters>;
//! `collaborators.users`, `owner.username`, `sha256` and the operator `text` are sent by shipped clients and not
//! documented.

use crate::columns;
use crate::facts::Files;
use crate::facts::file::Presence;
use crate::query::filters::{BadKey, Binding, Field, FieldKind, Resolver, field};
use crate::table::{Batch, BatchIx, Bounds, ColumnId, Schema, Table, Value, Vector};
use crate::tenant::TenantView;

columns! {
    /// The columns of files.
    pub const SCHEMA;
    /// When it was changed last.
    pub MODIFIED "modifiedDate": Time, One;
    /// When it was made.
    pub CREATED "createdDate": Time, One;
    SNAPSHOT "snapshotLastModifiedDate": Time, One;
    SERVICE "app": Long, One;
    TYPE "fileType": Long, One;
    // `true` of every file, `false` of those that are still there: so that the filter restricts or doesn't.
    ALLOWED "allowDeleted": Bool, Many;
    TRASHED "trashed": Bool, One;
    POLICY "policies": Text, Many;
    NAME "name": Text, One;
    EXTENSION "extension": Text, Optional;
    MEDIA_TYPE "mimeType": Text, One;
    PARENT "parent": Text, One;
    SHARING "sharing": Long, One;
    // Those with whom it is shared: by id, name and address; their domains; the groups among them.
    SHARED_WITH "collaborators": Text, Many;
    DOMAINS "domains": Text, Many;
    GROUPS "groups": Text, Many;
    // The owner, by id, account and address.
    OWNER "owner": Text, Many;
    OWNER_NAME "ownerName": Text, Optional;
    OWNER_UNIT "ownerUnit": Text, Optional;
    // What no file here is: a folder, in quarantine.
    NEVER "never": Bool, One;
    // What no file here has: labels, and contents that could have a digest.
    NOTHING "nothing": Text, Optional;
}

const EQ: &[&str] = &["eq", "neq"];
const EQ_SET: &[&str] = &["eq", "neq", "isset", "isnotset"];
const SPAN: &[&str] = &["lte", "gte", "range"];
const DATES: &[&str] = &["lte", "gte", "range", "lte_ndays", "gte_ndays"];
const MATCHES: &[&str] = &["cabinetmatchedrulesequals", "neq", "isset", "isnotset"];

/// The filters of files.
pub const FIELDS: &[Field] = &[
    field("service", FieldKind::Int, EQ, SERVICE),
    // Instance 0 of an app is encoded as the bare app number, and every app here has one instance.
    field("instance", FieldKind::Int, EQ, SERVICE),
    field("fileType", FieldKind::Int, EQ, TYPE),
    field("allowDeleted", FieldKind::Bool, &["eq"], ALLOWED),
    field("policy", FieldKind::Text, MATCHES, POLICY),
    field("filename", FieldKind::Text, &["eq", "text"], NAME),
    field("modifiedDate", FieldKind::Time, DATES, MODIFIED),
    field("createdDate", FieldKind::Time, SPAN, CREATED),
    field("collaborators.entity", FieldKind::Entity, EQ, SHARED_WITH),
    field("collaborators.domains", FieldKind::Text, EQ, DOMAINS),
    field("collaborators.groups", FieldKind::Text, EQ, GROUPS),
    field("collaborators.withDomain", FieldKind::Text, &["eq", "neq", "deq"], DOMAINS),
    field("collaborators.users", FieldKind::Text, EQ, SHARED_WITH),
    field("owner.entity", FieldKind::Entity, EQ, OWNER),
    field("owner.username", FieldKind::Text, EQ, OWNER),
    field("owner.orgUnit", FieldKind::Text, EQ, OWNER_UNIT),
    field("sharing", FieldKind::Int, EQ, SHARING),
    Field { name: "fileId", aliases: &[], kind: FieldKind::Text, operators: EQ, column: Binding::Key },
    field("fileLabels", FieldKind::Text, EQ_SET, NOTHING),
    field("fileScanLabels", FieldKind::Text, EQ_SET, NOTHING),
    field("extension", FieldKind::Text, EQ, EXTENSION),
    field("mimeType", FieldKind::Text, EQ, MEDIA_TYPE),
    field("trashed", FieldKind::Bool, &["eq"], TRASHED),
    field("parentFolder", FieldKind::Entity, EQ, PARENT),
    field("folder", FieldKind::Bool, &["eq"], NEVER),
    field("quarantined", FieldKind::Bool, &["eq"], NEVER),
    field("snapshotLastModifiedDate", FieldKind::Time, SPAN, SNAPSHOT),
    field("sha256", FieldKind::Text, &["eq"], NOTHING),
];

/// The files of a tenant at one instant.
pub struct FileTable<'a> {
    files: Files<'a>,
}

impl<'a> FileTable<'a> {
    /// What `view` shows.
    pub fn new(view: &'a TenantView) -> Self {
        Self { files: Files::new(view) }
    }

    /// The files themselves.
    pub fn files(&self) -> &Files<'a> {
        &self.files
    }
}

impl Table for FileTable<'_> {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn batches(&self) -> usize {
        1
    }

    fn batch(&self, _batch: BatchIx) -> Batch {
        Batch { first: 0, rows: self.files.len() }
    }

    fn column(&self, _batch: BatchIx, column: ColumnId) -> Vector<'_> {
        match column {
            NEVER => Vector::Constant(Some(Value::Bool(false))),
            NOTHING => Vector::Constant(None),
            _ => Vector::PerRow,
        }
    }

    fn codes(&self, _column: ColumnId) -> usize {
        self.files.len()
    }

    fn decode(&self, column: ColumnId, code: u64, each: &mut dyn FnMut(Value<'_>)) {
        let row = code as usize;
        // What the log alone tells is asked for most, and costs least.
        let there = self.files.presence(row);
        let mut time = |at: usize| {
            self.files.times(row).into_iter().for_each(|times| each(Value::Time(times[at])));
        };
        match column {
            CREATED => return time(0),
            MODIFIED => return time(1),
            SNAPSHOT => return time(2),
            TRASHED => return each(Value::Bool(there == Some(Presence::Trashed))),
            ALLOWED => {
                each(Value::Bool(true));
                if there == Some(Presence::Exists) {
                    each(Value::Bool(false));
                }
                return;
            }
            _ => {}
        }
        let Some(file) = self.files.at(row) else { return };
        let mut text = |text: &str| each(Value::Text(text));
        match column {
            POLICY => file.policies().iter().for_each(|policy| text(policy)),
            NAME => text(file.name()),
            EXTENSION if !file.extension().is_empty() => text(file.extension()),
            MEDIA_TYPE => text(file.media_type()),
            PARENT => text(&file.parent()),
            SHARED_WITH => {
                for other in file.collaborators().iter().filter(|other| !other.group) {
                    other.id.into_iter().for_each(|id| text(&id.to_string()));
                    text(&other.name);
                    text(&other.address);
                }
            }
            DOMAINS => {
                for other in file.collaborators().iter().filter(|other| !other.group) {
                    other.address.rsplit_once('@').into_iter().for_each(|(_, domain)| text(domain));
                }
            }
            GROUPS => {
                file.collaborators().iter().filter(|other| other.group).for_each(|group| text(&group.name));
            }
            OWNER => {
                let Some(owner) = file.owner() else { return };
                text(&owner.id.to_string());
                text(owner.account);
                file.owner_address().into_iter().for_each(|address| text(&address));
            }
            OWNER_NAME => file.owner().into_iter().for_each(|owner| text(owner.name)),
            OWNER_UNIT => file.owner_unit().into_iter().for_each(text),
            SERVICE => each(Value::Long(i64::from(file.app()))),
            TYPE => each(Value::Long(i64::from(file.sort().0))),
            SHARING => each(Value::Long(file.access() as i64)),
            _ => {}
        }
    }

    fn bounds(&self, _batch: BatchIx, _column: ColumnId) -> Option<Bounds> {
        None
    }
}

impl Resolver for FileTable<'_> {
    fn rows(&self, _field: &str, value: &str) -> Result<Vec<u64>, BadKey> {
        // Apps give their ids any form.
        Ok(self.files.rows(value).into_iter().map(|row| row as u64).collect())
    }
}
