//! Disturbing the connections to the simulator.

use serde::Serialize;

use crate::operations::server_faults::{self, ServerFaultState};

use super::steer::read;
use super::{CommandError, MockDefender};

impl MockDefender {
    /// Disturbs connections before anybody knows which tenant they are for, in all forks alike: the same data as
    /// `POST /_mock/faults` takes. `host` is a pattern of names; `times` says how often at most; `effect` is one of
    /// `{"tls": "expired" | "wrongName" | "untrusted" | "reset" | "hang"}` (the handshake for such a host),
    /// `{"connect": …}` (the proxy's tunnel to it) and `{"host": …}` (a request to it), these with `{"status": 503}`,
    /// `"reset"` or `"hang"`.
    ///
    /// The simulator's own names are spared by `tls` and `connect`, the control API by all. Requests without a socket
    /// ([`ask`](Self::ask), a mount into `wiremock`) have no connections, and meet none of it.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// let fault = json!({"host": "login.microsoftonline.com", "times": 1, "effect": {"tls": "expired"}});
    /// let added = mock.server_fault(fault)?;
    /// assert_eq!(&*added.id, "server-1");
    /// // … a client of `mock.proxy_url()` finds an expired certificate, once; then:
    /// assert_eq!(mock.server_faults()[0].acted, 0);
    /// assert!(mock.remove_server_fault(&added.id));
    ///
    /// let own = mock.server_fault(json!({"host": "localhost", "effect": {"tls": "reset"}})).unwrap_err();
    /// assert!(own.to_string().contains("control API"), "{own}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When it can't be read, can't be played, or names one of the simulator's own names.
    pub fn server_fault(&self, fault: impl Serialize) -> Result<ServerFaultState, CommandError> {
        Ok(server_faults::add(&self.handle.simulator.gateway, read(fault)?)?)
    }

    /// The faults of the server, with how often each was met.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// mock.server_fault(serde_json::json!({"effect": {"host": {"status": 503}}}))?;
    /// assert_eq!(mock.server_faults().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn server_faults(&self) -> Vec<ServerFaultState> {
        server_faults::list(&self.handle.simulator.gateway)
    }

    /// Ends a fault of the server; `false` if there is none of this id.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// assert!(!mock.remove_server_fault("server-1"));
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn remove_server_fault(&self, id: &str) -> bool {
        server_faults::remove(&self.handle.simulator.gateway, id)
    }
}
