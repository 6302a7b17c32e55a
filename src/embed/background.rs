//! What all instances of a process share: one small runtime, and the certificate authority.
//!
//! One runtime for all, since a thread for each instance would make hundreds of them expensive, and since none of
//! them may lean on the runtime of a test: that one may have a single thread, which the test blocks, or end first.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::{io, num, thread};

use tokio::runtime::{Builder, Runtime};

use crate::server::{AuthorityError, CertificateAuthority};
use crate::services::domains;

/// Most threads that serve; a test suite keeps the other processors busy itself.
const MOST_WORKERS: usize = 4;

/// Most threads for heavy requests, such as long advances.
const MOST_ASIDE: usize = 8;

/// The name of the threads, as the system shows it.
const THREAD: &str = "mock-defender";

/// The runtime; made when the first socket is opened, and never ended: it would have to be waited for.
pub(super) fn runtime() -> io::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(made) = RUNTIME.get() {
        return Ok(made);
    }
    let processors = thread::available_parallelism().map_or(1, num::NonZero::get);
    let made = Builder::new_multi_thread()
        .worker_threads(processors.min(MOST_WORKERS))
        .max_blocking_threads(MOST_ASIDE)
        .thread_name(THREAD)
        .enable_all()
        .build()?;
    Ok(RUNTIME.get_or_init(|| made))
}

/// The authority for these own names. Where they need nothing beyond what every authority may sign, it is the one of
/// the process: making one costs about as much as starting an instance.
pub(super) fn authority(own_names: &[String]) -> Result<CertificateAuthority, AuthorityError> {
    static SHARED: OnceLock<CertificateAuthority> = OnceLock::new();
    static MAKING: Mutex<()> = Mutex::new(());
    if !own_names.is_empty() {
        return CertificateAuthority::ephemeral(&domains(), own_names);
    }
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(made) = SHARED.get() {
        return Ok(made.clone());
    }
    let made = CertificateAuthority::ephemeral(&domains(), &[])?;
    Ok(SHARED.get_or_init(|| made).clone())
}
