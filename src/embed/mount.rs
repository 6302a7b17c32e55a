//! The simulator inside a `wiremock::MockServer`, beside the mocks of other services.

use std::sync::Arc;

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderValue, Uri, header};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::{Delivered, Handle, MockDefender};

/// Answers requests of a `wiremock::MockServer` with a [`MockDefender`]: for mocks with matchers, priorities or
/// expectations of their own. [`MockDefender::mount`] is the short way.
///
/// ```
/// use mock_defender::{MockDefender, Mount};
/// use wiremock::matchers::path_regex;
/// use wiremock::{Mock, MockServer};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let server = MockServer::start().await;
/// let mock = MockDefender::builder().start()?;
/// Mock::given(path_regex("^/api/v1/")).respond_with(Mount::of(&mock)).expect(0).mount(&server).await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Mount(Arc<Handle>);

impl Mount {
    /// Of this simulator, or of this fork, which then lives as long as the mock does.
    ///
    /// ```
    /// use mock_defender::{MockDefender, Mount};
    ///
    /// let mount = Mount::of(&MockDefender::builder().start()?);
    /// # drop(mount);
    /// # Ok::<(), mock_defender::StartError>(())
    /// ```
    pub fn of(mock: &MockDefender) -> Self {
        Self(Arc::clone(&mock.handle))
    }
}

impl std::fmt::Debug for Mount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Mount").field(&self.0.entry.tenant.identity().label).finish()
    }
}

impl Respond for Mount {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let url = &request.url;
        let target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        // What wiremock's URL type lets through, but no request can have: it never came from a client.
        let Ok(target) = target.parse::<PathAndQuery>() else { return ResponseTemplate::new(400) };
        let mut asked = http::Request::new(Bytes::copy_from_slice(&request.body));
        *asked.method_mut() = request.method.clone();
        *asked.uri_mut() = Uri::from(target);
        *asked.headers_mut() = request.headers.clone();
        // wiremock writes `localhost` where it does not know the host: the field is right, unless there is none.
        let host = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (host, _) => host.unwrap_or("localhost").to_owned(),
        };
        if let Ok(host) = HeaderValue::from_str(&host) {
            asked.headers_mut().entry(header::HOST).or_insert(host);
        }
        let answer = self.0.answer(asked, false);
        let mut template = ResponseTemplate::new(answer.status().as_u16());
        for (name, value) in answer.headers() {
            template = template.append_header(name, value);
        }
        if let Some(Delivered::Late(delay)) = answer.extensions().get() {
            template = template.set_delay(*delay);
        }
        template.set_body_bytes(answer.into_body().to_vec())
    }
}

impl MockDefender {
    /// Mounts the whole simulator into a `wiremock::MockServer`, for whatever no earlier mock answers. It lives as
    /// long as the mock does, and the handle steers it.
    ///
    /// All answers and refusals pass through, and a fault's latency does as the delay of `wiremock`. What else disturbs the
    /// transport can't, and such an answer comes at once and whole, or without a body if it would not come at all: a body
    /// that drips or is truncated, a connection that hangs or is reset, TLS, the proxy. For those, point the client at
    /// [`url`](Self::url) or [`proxy_url`](Self::proxy_url).
    ///
    /// ```
    /// use mock_defender::MockDefender;
    /// use wiremock::MockServer;
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let server = MockServer::start().await;
    /// let mock = MockDefender::builder().start()?;
    /// mock.mount(&server).await;
    /// // A client of `server.uri()` meets the simulator.
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn mount(&self, server: &MockServer) {
        Mock::given(any()).respond_with(Mount::of(self)).mount(server).await;
    }
}
