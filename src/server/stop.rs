//! The end of a server, as its connections see it: first finish what is under way, then close.
//!
//! Knows nothing of what a connection does. A server that is dropped instead of stopped closes at once.

use tokio::sync::watch;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    Draining,
    Closed,
}

/// The side that decides.
pub(super) struct Stopper(watch::Sender<Phase>);

/// The side that obeys.
#[derive(Clone)]
pub(super) struct Stop(watch::Receiver<Phase>);

/// A server that serves.
pub(super) fn serving() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(Phase::Serving);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    pub(super) fn drain(&self) {
        self.0.send_replace(Phase::Draining);
    }

    pub(super) fn close(&self) {
        self.0.send_replace(Phase::Closed);
    }
}

impl Stop {
    /// Returns when nothing new shall be begun.
    pub(super) async fn draining(&mut self) {
        self.reached(Phase::Draining).await;
    }

    /// Returns when nothing shall go on.
    pub(super) async fn closed(&mut self) {
        self.reached(Phase::Closed).await;
    }

    async fn reached(&mut self, phase: Phase) {
        // An error means that the other side is gone, which is as good as closed.
        let _ = self.0.wait_for(|now| *now >= phase).await;
    }
}
