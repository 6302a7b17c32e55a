//! Sockets, TLS, the certificate authority, the proxy: how bytes of any client become calls of a
//! [`Front`](crate::door::Front).

mod authority;
mod names;

pub use authority::{AuthorityError, CertificateAuthority};
