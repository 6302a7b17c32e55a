//! What tells a tenant from its forks: its GUID, number, host label and keys.
//!
//! Records never contain any of this; it is stamped on them when they are rendered.

use crate::model::ids::{Guid, Kind, Minter};

/// The identity of one tenant or fork.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantIdentity {
    /// Entra tenant id.
    pub id: Guid,
    /// The internal number of the Cloud Apps API (`_tid`, `tenantId`): eight digits.
    pub number: u32,
    /// Host label: `contoso` in `contoso.us2.portal.cloudappsecurity.com`.
    pub label: String,
    /// Key under which codes, API tokens and cursors of this tenant are sealed.
    pub key: [u8; 32],
    /// 0 for the tenant itself, then 1, 2, 3, … for its forks.
    pub fork: u64,
}

impl TenantIdentity {
    /// The identity of the tenant born from `seed` under the host label `label`, or of its `fork`th fork.
    ///
    /// The label goes into the id, so that two companies of one seed are two tenants.
    pub fn new(seed: u64, label: &str, fork: u64) -> Self {
        let company = label.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let ids = Minter::new(seed ^ company);
        let mut key = [0u8; 32];
        for (at, chunk) in key.chunks_exact_mut(8).enumerate() {
            chunk.copy_from_slice(&ids.number(Kind::Tenant, (fork << 8) | at as u64).to_le_bytes());
        }
        Self {
            id: ids.guid(Kind::Tenant, fork),
            number: 70_000_000 + (ids.number(Kind::Tenant, !fork) % 20_000_000) as u32,
            label: if fork == 0 { label.to_owned() } else { format!("{label}-f{fork}") },
            key,
            fork,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_has_its_own_id_number_label_and_key() {
        let (tenant, fork) = (TenantIdentity::new(1, "contoso", 0), TenantIdentity::new(1, "contoso", 1));
        assert_ne!(tenant.id, fork.id);
        assert_ne!(tenant.number, fork.number);
        assert_ne!(tenant.label, fork.label);
        assert_ne!(tenant.key, fork.key);
    }
}
