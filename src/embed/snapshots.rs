//! The clock of a tenant, its forks, snapshots and files.

use std::sync::Arc;
use std::time::Duration;

use crate::gateway::registry::RegistryError;
use crate::model::time::{Span, VirtualTime};
use crate::operations::tenants::{self, ForkLifetime};
use crate::operations::{clock, rewind};
use crate::tenant::journal::TenantFile;
use crate::tenant::{ClockError, SnapshotError};

use super::{CommandError, Handle, MockDefender};

impl MockDefender {
    /// What the tenant's clock shows.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// assert_eq!(mock.now().to_string(), "2026-11-24T00:00:00.000Z");
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn now(&self) -> VirtualTime {
        self.handle.entry.tenant.now()
    }

    /// Moves the tenant's clock on: people go on working meanwhile, tokens expire, detectors raise alerts. Answers
    /// what it shows then.
    ///
    /// ```
    /// use std::time::Duration;
    /// use mock_defender::{DEFAULT_START, MockDefender, Span};
    ///
    /// let mock = MockDefender::builder().start()?;
    /// assert_eq!(mock.advance(Duration::from_secs(8 * 3_600))?, DEFAULT_START + Span::hours(8));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When it is further than 400 days at once.
    pub fn advance(&self, by: Duration) -> Result<VirtualTime, ClockError> {
        let by = Span::millis(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
        clock::advance(&self.handle.entry.tenant, by, &|| true)
    }

    /// A tenant of its own that has lived the same life up to now, on the same server: same people, applications and
    /// records; another tenant id, host label and API token; an empty request log. Costs microseconds, so each test
    /// can have one. Its tenant is dropped with the handle.
    ///
    /// ```
    /// use mock_defender::MockDefender;
    ///
    /// let mock = MockDefender::builder().start()?;
    /// let fork = mock.fork()?;
    /// fork.command(serde_json::json!({"setUserEnabled": {"user": "user", "enabled": false}}))?;
    /// assert_eq!(fork.tenant().apps, mock.tenant().apps);
    /// assert_ne!(fork.tenant().api_token, mock.tenant().api_token);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the server holds as many tenants as it can: 1,024.
    pub fn fork(&self) -> Result<Self, RegistryError> {
        let gateway = &self.handle.simulator.gateway;
        let entry = tenants::fork(gateway, &self.handle.entry.tenant, ForkLifetime::InMemory { ttl: None })?;
        Ok(Self::living(Handle { simulator: Arc::clone(&self.handle.simulator), entry, is_fork: true }))
    }

    /// A fork of the past: a tenant of its own that has lived the same life up to `to`, on the same server, and stands
    /// there. This one stays as it is. What was undone by a reset, or by going back to a snapshot, was no part of that
    /// life. Its tenant is dropped with the handle.
    ///
    /// ```
    /// use std::time::Duration;
    /// use mock_defender::MockDefender;
    ///
    /// let mock = MockDefender::builder().start()?;
    /// let before = mock.now();
    /// mock.advance(Duration::from_secs(60))?;
    /// mock.command(serde_json::json!({"setUserEnabled": {"user": "user", "enabled": false}}))?;
    /// assert_eq!(mock.rewind(before)?.now(), before);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the instant lies ahead, or before the tenant was born or forked off; when the server holds as many tenants as
    /// it can.
    pub fn rewind(&self, to: VirtualTime) -> Result<Self, CommandError> {
        let (gateway, lifetime) = (&self.handle.simulator.gateway, ForkLifetime::InMemory { ttl: None });
        let entry = rewind::rewind(gateway, &self.handle.entry.tenant, to, lifetime, &|| true)?;
        Ok(Self::living(Handle { simulator: Arc::clone(&self.handle.simulator), entry, is_fork: true }))
    }

    /// Back to birth (a fork: to where it was forked off): records, journal and clock. The request log stays.
    ///
    /// ```
    /// use std::time::Duration;
    /// use mock_defender::{DEFAULT_START, MockDefender};
    ///
    /// let mock = MockDefender::builder().start()?;
    /// mock.advance(Duration::from_secs(60))?;
    /// mock.reset();
    /// assert_eq!(mock.now(), DEFAULT_START);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reset(&self) {
        // An embedded tenant keeps no journal that could be lost.
        let _ = tenants::reset(&self.handle.entry.tenant);
    }

    /// Keeps the present under a name; the same name again overwrites. Answers the instant.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// assert_eq!(mock.snapshot("before")?, mock.now());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the name is none, or there are too many.
    pub fn snapshot(&self, name: &str) -> Result<VirtualTime, SnapshotError> {
        Ok(tenants::snapshot(&self.handle.entry.tenant, name)?.now)
    }

    /// Back to a snapshot: records, journal and instant.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// let before = mock.snapshot("before")?;
    /// mock.advance(Duration::from_secs(3_600))?;
    /// assert_eq!(mock.restore("before")?, before);
    /// assert_eq!(mock.now(), before);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is no snapshot of this name.
    pub fn restore(&self, name: &str) -> Result<VirtualTime, SnapshotError> {
        Ok(tenants::restore(&self.handle.entry.tenant, name)?.now)
    }

    /// The whole tenant as a file: what it was born from, and every step since. See
    /// [`Builder::tenant_file`](super::Builder::tenant_file).
    ///
    /// ```
    /// use mock_defender::{MockDefender, TenantFile};
    ///
    /// let file = MockDefender::builder().start()?.export();
    /// assert_eq!(TenantFile::read(&file.write())?, file);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn export(&self) -> TenantFile {
        tenants::export(&self.handle.entry.tenant)
    }
}
