//! A file as the API writes it: several members are a number with its name, as a list of two.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-files>; recorded answers where they differ from it.

use crate::facts::FileFacts;
use crate::facts::file::{Collaborator, Presence, Site};
use crate::wire::json::{Array, Object, object};

use super::actions;

/// What is told of a collaborator who may read: (unverified) beyond the numbers that are recorded.
const READER: u8 = 1;

/// Writes a file.
pub fn write(file: &FileFacts<'_>, out: &mut Vec<u8>) {
    object(out, |record| own_record(file, record));
}

/// A number with its name.
fn pair(record: &mut Object<'_>, name: &'static str, number: u8, word: &str) {
    record.array(name, |pair| {
        pair.add(number);
        pair.add(word);
    });
}

fn own_record(file: &FileFacts<'_>, record: &mut Object<'_>) {
    let (key, app, name) = (file.key(), file.app(), file.name());
    let (sort, access, state) = (file.sort(), file.access(), state(file.presence()));
    let collaborators = file.collaborators();
    record
        .set("_id", key)
        .set("originalId", key)
        .set("_tid", file.tenant())
        .set("appId", app)
        .set("saasId", app)
        .set("instId", 0)
        .set("appName", file.app_name())
        .set("id", file.id())
        .set("name", name)
        .set("name_l", name.to_lowercase())
        .set("fileSize", file.size())
        .set("createdDate", file.created().millis())
        .set("modifiedDate", file.modified().millis())
        .set("lastNrtTimestamp", file.touched().millis())
        .set("snapshotLastModifiedDate", file.touched());
    pair(record, "fileType", sort.0, sort.1);
    record.set("ftype", sort.0);
    pair(record, "fileAccessLevel", access as u8, access.name());
    record.set("facl", access as u8);
    pair(record, "fileStatus", state.0, state.1);
    record
        .set("fstat", state.0)
        .set("fileTypeDisplay", "File")
        .set("fileExtension", file.extension())
        .set("mimeType", file.media_type())
        .set("isFolder", false)
        .set("isForeign", false)
        .set("noGovernance", false)
        .set("enriched", true)
        .set("ownerExternal", false)
        .some("ownerAddress", file.owner_address())
        .set("ownerName", file.owner().map(|owner| owner.name))
        .set("alternateLink", file.url());
    match file.site() {
        Some(site) => write_site(file, &site, record),
        None => {
            let parents: Vec<String> = [file.parent()].into_iter().filter(|name| !name.is_empty()).collect();
            record
                .set("parentId", parents.first())
                .set("parentIds", &parents)
                .set("effectiveParents", parents);
        }
    }
    write_sharing(file, &collaborators, record);
    record
        .set("dlpScanResults", [(); 0])
        .set("fTags", [(); 0])
        .set("scanVersion", 4)
        .set("unseenScans", 0)
        .array("actions", |list| {
            if file.presence() == Presence::Exists {
                actions::write(actions::OF_FILES, Some(name), list);
            }
        });
}

/// Recorded is the first; the others are (unverified).
fn state(presence: Presence) -> (u8, &'static str) {
    match presence {
        Presence::Exists => (0, "EXISTS"),
        Presence::Trashed => (1, "TRASHED"),
        Presence::Deleted => (2, "DELETED"),
    }
}

/// Where it lies in SharePoint or OneDrive.
fn write_site(file: &FileFacts<'_>, site: &Site, record: &mut Object<'_>) {
    let within = |id| format!("{}|{id}", site.id);
    let (library, folder) = (within(site.list), within(site.folder));
    record
        .set("driveId", &library)
        .set("parentId", &folder)
        .set("parentIds", [&folder])
        .set("effectiveParents", [&library, &folder])
        .set("filePath", &site.file_path)
        .set("sitePath", &site.path)
        .set("siteCollection", &site.path)
        .set("siteCollectionId", site.id)
        .set("spDomain", &site.domain)
        .set("listId", site.list)
        .object("sharepointItem", |item| {
            let owner = file.owner();
            item.set("UniqueId", file.item())
                .set("ServerRelativeUrl", &site.file_path)
                .set("Name", file.name())
                .text("Length", file.size())
                .set("TimeCreated", file.created().to_seconds_text())
                .set("TimeLastModified", file.modified().to_seconds_text())
                .object("Author", |author| {
                    author
                        .set("Title", owner.map(|owner| owner.name))
                        .set("Email", file.owner_address())
                        .set("LoginName", owner.map(|owner| format!("i:0#.f|membership|{}", owner.account)))
                        .set("externalUser", false);
                })
                .set("hasUniqueRoleAssignments", file.is_shared_apart())
                .set("isFolder", false)
                .set("encodedAbsUrl", file.url().replace(' ', "%20"))
                .set("parentUniqueId", site.folder);
        });
}

/// With whom it is shared.
fn write_sharing(file: &FileFacts<'_>, collaborators: &[Collaborator<'_>], record: &mut Object<'_>) {
    let people = || collaborators.iter().filter(|other| !other.group);
    let groups = || collaborators.iter().filter(|other| other.group);
    let owner = file.owner_address();
    let addresses = || owner.iter().map(|owner| &**owner).chain(people().map(|other| &*other.address));
    let mut domains: Vec<&str> = Vec::new();
    for (_, domain) in addresses().filter_map(|address| address.rsplit_once('@')) {
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    record
        .array("collaborators", |list| {
            collaborators.iter().enumerate().for_each(|(at, other)| write_collaborator(at, other, list));
        })
        .array("display_collaborators", |list| {
            for other in collaborators {
                list.object(|shown| {
                    let group = if other.group { "Group: " } else { "" };
                    shown
                        .text("label", format_args!("{group}{}", other.name))
                        .set("type", if other.group { "group" } else { "user" })
                        .set("id", &other.address)
                        .set("allowRemoveCollaborator", !other.group);
                });
            }
        })
        .set("emails", addresses().collect::<Vec<_>>())
        .set("domains", domains)
        .set("groups", groups().map(|group| &*group.name).collect::<Vec<_>>())
        .set("groupIds", groups().map(|group| &*group.address).collect::<Vec<_>>())
        .set(
            "externalShares",
            people().filter(|other| other.external).map(|other| &*other.address).collect::<Vec<_>>(),
        );
}

fn write_collaborator(at: usize, other: &Collaborator<'_>, list: &mut Array<'_>) {
    list.object(|collaborator| {
        collaborator
            .text("id", at + 1)
            .set("name", &other.name)
            .set("role", READER)
            .set("accessLevel", if other.external { 2 } else { 1 })
            .set("type", if other.group { 2 } else { 1 });
    });
}
