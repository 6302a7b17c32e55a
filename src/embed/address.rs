//! Where an instance listens: opened on demand, served in the background.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, PoisonError};

use tokio::sync::oneshot;

use crate::gateway::RequestHandler;
use crate::gateway::call::Listening;
use crate::server::{Limits, Server};

use super::{ListenError, MockDefender, Simulator, background};

impl MockDefender {
    /// `https://localhost:PORT`: the base URL for clients that can be given one.
    ///
    /// It is the same for an instance and its forks. A client reaches a fork by the fork's own API token, tenant id
    /// or host label, or through the fork's [`proxy_url`](Self::proxy_url).
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// assert!(mock.url().starts_with("https://localhost:"));
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    ///
    /// # Panics
    /// When the socket can't be opened; [`listen`](Self::listen) answers an error instead.
    pub fn url(&self) -> &str {
        &self.listening().url
    }

    /// `http://localhost:PORT`: the same port, which also answers in clear.
    ///
    /// ```
    /// use std::io::{Read, Write};
    ///
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// let address = mock.http_url().strip_prefix("http://").expect("a URL");
    /// let mut stream = std::net::TcpStream::connect(address)?;
    /// stream.write_all(b"GET /_mock/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    /// let mut answer = String::new();
    /// stream.read_to_string(&mut answer)?;
    /// assert!(answer.starts_with("HTTP/1.1 200 OK"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    /// As [`url`](Self::url).
    pub fn http_url(&self) -> &str {
        &self.listening().proxy
    }

    /// What `HTTPS_PROXY` is set to, so that an unmodified client asks the genuine hosts and lands here. A fork's
    /// carries its host label as user name: what comes through it is about the fork.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// assert_eq!(mock.proxy_url(), mock.http_url());
    /// let fork = mock.fork()?;
    /// assert!(fork.proxy_url().starts_with("http://contoso-f1:@localhost:"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    /// As [`url`](Self::url).
    pub fn proxy_url(&self) -> String {
        let plain = self.http_url();
        match plain.strip_prefix("http://").filter(|_| self.handle.is_fork) {
            // With the colon: some clients send no user name without a password, be it empty.
            Some(address) => format!("http://{}:@{address}", self.handle.entry.tenant.identity().label),
            None => plain.to_owned(),
        }
    }

    /// The certificate that clients have to trust. It was made for this process, and all instances without names of
    /// their own share it.
    ///
    /// ```
    /// use mock_defender::MockDefender;
    ///
    /// let mock = MockDefender::builder().start()?;
    /// assert!(mock.ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
    /// assert_eq!(mock.ca_pem(), MockDefender::builder().start()?.ca_pem());
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    ///
    /// # Panics
    /// As [`url`](Self::url).
    pub fn ca_pem(&self) -> &str {
        &self.listening().ca_pem
    }

    /// Opens the socket, if it is not open yet. The methods that tell addresses do so, too, but panic where it fails.
    ///
    /// ```
    /// let mock = mock_defender::MockDefender::builder().start()?;
    /// mock.listen()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the system gives no socket, or no certificate authority can be made.
    pub fn listen(&self) -> Result<(), ListenError> {
        self.handle.simulator.listen().map(drop)
    }

    fn listening(&self) -> &Listening {
        match self.handle.simulator.listen() {
            Ok(listening) => listening,
            Err(error) => panic!("mock-defender: {error}"),
        }
    }
}

impl Simulator {
    fn listen(&self) -> Result<&Listening, ListenError> {
        if let Some(listening) = self.gateway.listening.get() {
            return Ok(listening);
        }
        let _opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listening) = self.gateway.listening.get() {
            return Ok(listening);
        }
        let own_names = &self.gateway.settings.own_names;
        let authority = background::authority(own_names)?;
        let runtime = background::runtime()?;
        let _within = runtime.enter();
        let front: Arc<dyn RequestHandler> = Arc::clone(&self.gateway) as Arc<dyn RequestHandler>;
        let any_port = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
        let server = Server::bind(any_port, front, authority.clone(), own_names.clone(), Limits::default())?;
        let port = server.local_addrs().first().map_or(0, SocketAddr::port);
        let (open, dropped) = oneshot::channel::<()>();
        runtime.spawn(server.run(async move {
            // An error is what it waits for: the other end is gone.
            let _ = dropped.await;
        }));
        let _ = self._open.set(open);
        Ok(self.gateway.listening.get_or_init(|| Listening {
            url: format!("https://localhost:{port}"),
            proxy: format!("http://localhost:{port}"),
            ca_file: None,
            ca_pem: authority.pem().to_owned(),
        }))
    }
}
