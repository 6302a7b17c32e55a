//! Sockets, TLS, the certificate authority, the proxy: how bytes of any client become calls of a [`RequestHandler`].
//!
//! One port speaks every protocol: a connection's first bytes tell whether it is TLS, a proxy request or HTTP.
//! Must never know routes, tenants or what an answer means, and opens no outside connection.
//!
//! | file | what |
//! |---|---|
//! | `limits` | the bounds |
//! | `names` | own and genuine host names |
//! | `authority` | the local certificate authority and its leaves |
//! | `connection` | the life of a connection; `sniff`, `connect`, `tls`, `http` are its stages |
//! | `admit`, `body` | a request before the front sees it |
//! | `refusal` | the transport's own answers |
//! | `delivery` | answers that come late, in pieces or not at all |
//! | `stream`, `patience`, `socket` | byte streams |
//! | `stop` | the graceful end |

mod admit;
mod authority;
mod basic;
mod body;
mod connect;
mod connection;
mod delivery;
mod flood;
mod http;
mod limits;
mod names;
mod patience;
mod refusal;
mod sniff;
mod socket;
mod stop;
mod stream;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::gateway::RequestHandler;
use connection::Room;
use http::Http;
use names::Names;
use stop::Stop;
use tls::Tls;

pub use authority::{AuthorityError, CertificateAuthority};
pub use limits::Limits;

/// The text is a host name or an address: it can be an own name.
pub fn is_host(text: &str) -> bool {
    names::normal(text).is_some()
}

/// Connections that the system holds until they are accepted.
const BACKLOG: u32 = 1024;

/// Pause when the system can't give a socket (no file descriptors left, say): it would fail again at once.
const PAUSE: Duration = Duration::from_millis(50);

/// How often the front is asked whether it has fallen behind the clock. Slots end every five minutes.
const TICK: Duration = Duration::from_secs(1);

/// A server that listens, and serves once it is [`run`](Self::run).
pub struct Server {
    listeners: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
    front: Arc<dyn RequestHandler>,
    room: Arc<Room>,
}

impl Server {
    /// Listens on `addrs`, where port 0 is any free port. Clients may connect from here on; they are served when
    /// the server runs. `own_names` are names of the server itself besides `localhost`, names below it, loopback
    /// and the addresses listened on.
    ///
    /// Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When an address can't be listened on, or when `authority` was made without one of the own names.
    pub fn bind(
        addrs: Vec<SocketAddr>,
        front: Arc<dyn RequestHandler>,
        authority: CertificateAuthority,
        mut own_names: Vec<String>,
        limits: Limits,
    ) -> io::Result<Self> {
        for name in &own_names {
            if !names::normal(name).is_some_and(|host| authority.may_sign(&host)) {
                let why = format!("the certificate authority was not made for the own name {name:?}");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
            }
        }
        let listeners = addrs.into_iter().map(listen).collect::<io::Result<Vec<_>>>()?;
        let addresses = listeners.iter().map(TcpListener::local_addr).collect::<io::Result<Vec<_>>>()?;
        own_names.extend(addresses.iter().map(|address| address.ip().to_string()));

        let names = Arc::new(Names::new(&own_names, front.clone()));
        let tls = Tls::new(authority, limits.leaves).map_err(io::Error::other)?;
        let http = Arc::new(Http::new(front.clone(), names.clone(), &limits));
        Ok(Self { listeners, addresses, front, room: Arc::new(Room { names, tls, http, limits }) })
    }

    /// The addresses listened on, with the ports that were found.
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Serves until `shutdown` is ready. Then accepts no more, lets requests under way finish for a bounded time,
    /// and closes what is left. Dropped before, it closes everything at once.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let (stopper, stop) = stop::serving();
        let slots = Arc::new(Semaphore::new(self.room.limits.connections as usize));
        let mut accepting = JoinSet::new();
        for listener in self.listeners {
            accepting.spawn(accept(listener, self.room.clone(), slots.clone(), stop.clone()));
        }
        accepting.spawn(keep_up(self.front));
        shutdown.await;
        accepting.shutdown().await;
        stopper.drain();
        // Every connection holds a slot: once all slots are acquired, all connections have ended.
        let all = slots.acquire_many(self.room.limits.connections);
        if tokio::time::timeout(self.room.limits.stop, all).await.is_err() {
            tracing::warn!("closing connections whose requests took too long to finish");
        }
        stopper.close();
    }
}

/// Lets the front compute what its clocks have passed before a request has to wait for it.
async fn keep_up(front: Arc<dyn RequestHandler>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if front.is_behind() {
            let front = front.clone();
            // A panic there has been reported by the panic hook; the next request will meet it too.
            let _ = tokio::task::spawn_blocking(move || front.tick()).await;
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // On Windows the option would let a second program take the port over.
        if cfg!(not(windows)) {
            socket.set_reuseaddr(true)?;
        }
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    listen().map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))
}

async fn accept(listener: TcpListener, room: Arc<Room>, slots: Arc<Semaphore>, stop: Stop) {
    // Logged once until there is room again, so that a flood of connections does not fill the log.
    let mut told = false;
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                // Over the bound the socket is dropped, which closes it.
                let Ok(slot) = slots.clone().try_acquire_owned() else {
                    if !told {
                        let most = room.limits.connections;
                        tracing::warn!(
                            "more than {most} connections: closed the one from {peer}, and will close more"
                        );
                    }
                    told = true;
                    continue;
                };
                told = false;
                let (room, stop) = (room.clone(), stop.clone());
                tokio::spawn(async move {
                    connection::serve(&room, socket, peer, stop).await;
                    drop(slot);
                });
            }
            Err(error) => {
                tracing::debug!("cannot accept a connection: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
