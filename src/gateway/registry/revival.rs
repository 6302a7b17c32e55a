//! How the tenants of a data directory come back: whole, cut off where a crash tore them, or salvaged before damage.

use std::sync::Arc;

use crate::specification;
use crate::tenant::journal::reading::{Damaged, Kept};
use crate::tenant::journal::store::JournalStore;
use crate::tenant::journal::{FileError, Step};
use crate::tenant::{CommandRefusal, Tenant, Wall};

use super::{RegistryError, disk};

/// How tenants come back whose journals are not quite as they should be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Revival {
    /// Journals of other generators are played onto new births.
    pub rebirth: bool,
    /// A damaged journal goes on before the damage, and is kept beside.
    pub salvage: bool,
}

/// Refuses to start without tenants that were there when the server was stopped.
pub(super) fn none_is_missing(
    store: &JournalStore,
    how: Revival,
    told: &mut impl FnMut(String),
) -> Result<(), RegistryError> {
    for name in store.missing().map_err(disk)? {
        let what = format!("{name}.journal was there when the server was stopped, and is gone");
        if !how.salvage {
            return Err(RegistryError::Disk(format!(
                "{what}; put it back, or start with --salvage to go on without that tenant"
            )));
        }
        store.give_up(&name).map_err(disk)?;
        told(format!("{what}: going on without that tenant"));
    }
    Ok(())
}

/// The tenant of a journal that is there.
pub(super) fn revive(
    store: &JournalStore,
    name: &str,
    wall: &Wall,
    how: Revival,
    told: &mut impl FnMut(String),
    wanted: &dyn Fn() -> bool,
) -> Result<Tenant, RegistryError> {
    let named = |problem: &dyn std::fmt::Display| RegistryError::Disk(format!("{name}.journal: {problem}"));
    let read = store.read(name).map_err(|error| named(&error))?;
    let (kept, salvaged) = match read {
        Ok(kept) => (kept, false),
        Err(damaged) => (salvaged(store, name, damaged, how, told)?, true),
    };
    let Kept { file, torn, is_old, .. } = &kept;
    let ours = file.is_ours();
    if !how.rebirth {
        ours.as_ref().map_err(|error: &FileError| named(error))?;
    }
    specification::judge_journal(file).map_err(|error| named(&error))?;
    let skipped = |step: &Arc<Step>, refusal: &CommandRefusal| {
        told(format!("{name}.journal: no longer applies: {} ({refusal})", step.line().trim_end()));
    };
    let tenant = Tenant::revived_while(file, wall.clone(), skipped, wanted).ok_or(RegistryError::Unwanted)?;
    if let Some(line) = torn {
        told(format!(
            "{name}.journal: line {line} was not written to its end when the server died; nobody was told that it \
             was, so it is cut off and kept as {name}.torn"
        ));
    }
    let (journal, steps) = if salvaged || *is_old || ours.is_err() {
        let anew = tenant.first_file();
        (store.rewrite(name, &kept, &anew.write()), anew.steps.len())
    } else {
        (store.resume(name, &kept), file.steps.len())
    };
    if let Err(lost) = journal.mend().wait() {
        told(format!(
            "{name}.journal: it can't be written now, so the tenant answers questions and takes no changes unless \
             that is mended before the first one: {}",
            lost.why()
        ));
    }
    tenant.keep(journal, steps);
    Ok(tenant)
}

/// What is before the damage, if that is wanted.
fn salvaged(
    store: &JournalStore,
    name: &str,
    damaged: Damaged,
    how: Revival,
    told: &mut impl FnMut(String),
) -> Result<Kept, RegistryError> {
    let Damaged { error, before, left_out } = damaged;
    let why = |advice: &str| RegistryError::Disk(format!("{name}.journal: {error}{advice}"));
    let Some(before) = before else {
        return Err(why(
            "; nothing of it can be gone on with. Put the file back from a copy, or move it away to start without that \
             tenant",
        ));
    };
    if !how.salvage {
        return Err(why(&format!(
            "; it may have been acknowledged, so the server does not go on without it. Put the file back from a copy, or start \
             with --salvage to go on before it, which leaves out {left_out} of its lines"
        )));
    }
    let copy = store.set_aside(name).map_err(|error| {
        RegistryError::Disk(format!("{name}.journal is damaged, and no copy of it can be kept: {error}"))
    })?;
    told(format!(
        "{name}.journal: {error}; going on before it, without {left_out} lines. The damaged file is kept as {copy}"
    ));
    Ok(*before)
}
