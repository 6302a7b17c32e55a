//! The tenants of a server: list, create, fork, drop, reset, snapshots, files.

use std::sync::Arc;

use serde::Serialize;

use crate::gateway::Gateway;
use crate::gateway::call::{Births, Settings};
use crate::gateway::registry::{Entry, Persistence, RegistryError};
use crate::model::time::{Span, VirtualTime};
use crate::specification::{self, Absent, Birth, Problems};
use crate::tenant::journal::{FileError, TenantFile};
use crate::tenant::{SnapshotError, Tenant, Wall};

use super::info::{TenantInfo, tenant_info};
use super::{OperationError, last_midnight};

/// The tenants, in the order of creation.
pub fn list(gateway: &Gateway) -> Vec<TenantInfo> {
    gateway.registry.list().iter().map(|entry| tenant_info(gateway, &entry.tenant)).collect()
}

/// What a text (YAML or JSON) says about the birth of a tenant of a server with these settings. What it leaves open is as
/// usual; the clock first stands where the server's first did, if that was said, else at the last midnight.
///
/// # Errors
/// Everything that is wrong with it.
pub fn specified(text: &str, settings: &Settings) -> Result<Birth, Problems> {
    let Births { start, freeze } = settings.births;
    let plain = Absent::starting(start.unwrap_or_else(|| last_midnight(&settings.wall)));
    specification::read(text, Absent { dated: start.is_some(), freeze, ..plain })
}

/// Creates a tenant. Its journal is kept, where the server keeps journals.
///
/// # Errors
/// When the server can't take it.
pub fn create(gateway: &Gateway, birth: &Birth) -> Result<Arc<Entry>, RegistryError> {
    let born = Tenant::born(&birth.spec, birth.mode(), gateway.settings.wall.clone());
    let entry = gateway.registry.add(born, Persistence::OnDisk)?;
    // Up to the wall clock, if it follows that.
    entry.tenant.read();
    Ok(entry)
}

/// How long a fork is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForkLifetime {
    /// Its journal is kept, where the server keeps journals.
    OnDisk,
    /// It lives in memory.
    InMemory {
        /// How long, by the wall clock; until it is dropped, if nothing is said.
        ttl: Option<Span>,
    },
}

/// A tenant of its own that has lived the same life.
///
/// # Errors
/// When the server can't take it.
pub fn fork(gateway: &Gateway, tenant: &Tenant, lifetime: ForkLifetime) -> Result<Arc<Entry>, RegistryError> {
    add_fork(gateway, tenant.fork(), lifetime)
}

/// Lets a fork in.
pub(super) fn add_fork(
    gateway: &Gateway,
    fork: Tenant,
    lifetime: ForkLifetime,
) -> Result<Arc<Entry>, RegistryError> {
    let now = gateway.settings.wall.now();
    let persistence = match lifetime {
        ForkLifetime::OnDisk => Persistence::OnDisk,
        ForkLifetime::InMemory { ttl } => Persistence::InMemory(ttl.map(|ttl| now + ttl)),
    };
    // Those whose time is over make room, though the server has not dropped them yet.
    gateway.registry.sweep(now);
    gateway.registry.add(fork, persistence)
}

/// Drops a tenant.
///
/// # Errors
/// When it is the first, or is gone.
pub fn delete(gateway: &Gateway, tenant: &Tenant) -> Result<(), RegistryError> {
    gateway.registry.remove(tenant.identity().id)
}

/// Back to birth; of a fork: to where it was forked off.
///
/// # Errors
/// When the journal can't take it.
pub fn reset(tenant: &Tenant) -> Result<(), OperationError> {
    tenant.reset()?;
    // A clock that follows the wall clock has some catching up to do.
    tenant.read();
    Ok(())
}

/// Why a tenant file can't be brought to life.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReviveError {
    /// The file is not of this generator, or none that a tenant can have written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Commands do not apply.
    #[error("{count} of its commands do not apply, the first is {first}")]
    Commands {
        /// How many.
        count: usize,
        /// The first, and why.
        first: String,
    },
}

/// Brings a tenant file to life.
///
/// # Errors
/// When it is another generator's, is none that a tenant can have written (see [`specification::judge_file`]), or commands in it do not apply.
pub fn revived(file: &TenantFile, wall: &Wall) -> Result<Tenant, ReviveError> {
    file.is_ours()?;
    specification::judge_file(file, wall.now())?;
    let mut lost = Vec::new();
    let tenant = Tenant::revived(file, wall.clone(), |step, refusal| {
        // The header is line 1.
        let line = file.steps.iter().position(|one| Arc::ptr_eq(one, step)).map_or(0, |place| place + 2);
        lost.push(format!("line {line}: {refusal}: {}", step.line().trim_end()));
    });
    match lost.first() {
        None => Ok(tenant),
        Some(first) => Err(ReviveError::Commands { count: lost.len(), first: first.clone() }),
    }
}

/// Adds the tenant of a file. Its journal is kept, where the server keeps journals.
///
/// # Errors
/// When the file can't be brought to life, or the server can't take the tenant.
pub fn import(gateway: &Gateway, file: &TenantFile) -> Result<Arc<Entry>, OperationError> {
    let tenant = revived(file, &gateway.settings.wall)
        .map_err(|error| OperationError::Unreadable { problem: error.to_string() })?;
    let entry = gateway.registry.add(tenant, Persistence::OnDisk)?;
    entry.tenant.read();
    Ok(entry)
}

/// A point that a tenant can go back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// The instant.
    pub now: VirtualTime,
}

/// The snapshots of a tenant.
pub fn snapshots(tenant: &Tenant) -> Vec<Snapshot> {
    tenant.snapshots().into_iter().map(|(name, now)| Snapshot { name, now }).collect()
}

/// Keeps the present under a name; the same name again overwrites.
///
/// # Errors
/// When the name is none, or there are too many.
pub fn snapshot(tenant: &Tenant, name: &str) -> Result<Snapshot, SnapshotError> {
    Ok(Snapshot { now: tenant.snapshot(name)?, name: name.to_owned() })
}

/// Back to a snapshot: records, journal and instant.
///
/// # Errors
/// When there is no snapshot of this name.
pub fn restore(tenant: &Tenant, name: &str) -> Result<Snapshot, SnapshotError> {
    Ok(Snapshot { now: tenant.restore(name)?, name: name.to_owned() })
}

/// The whole tenant as a file: what it was born from, and every step since.
pub fn export(tenant: &Tenant) -> TenantFile {
    tenant.file()
}
