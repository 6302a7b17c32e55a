//! Where to listen, as it is written on the command line.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// One place: an address, or the loopback by its name, which is an address of each family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place(pub(super) Vec<SocketAddr>);

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Ok(Self(vec![address]));
        }
        let expected = "expected ADDRESS:PORT, such as 127.0.0.1:8443, [::1]:8443 or localhost:8443";
        if text.parse::<IpAddr>().is_ok() {
            return Err(format!("the port is missing; {expected}"));
        }
        let Some((host, port)) = text.rsplit_once(':') else {
            return Err(match text.parse::<u16>() {
                Ok(port) => format!("the address is missing; expected localhost:{port}"),
                Err(_) => format!("the port is missing; {expected}"),
            });
        };
        let Ok(port) = port.parse() else {
            return Err(format!("{port:?} is no port (0 to 65535); {expected}"));
        };
        if !host.eq_ignore_ascii_case("localhost") {
            return Err(format!(
                "{host:?} is not an address of this machine; {expected}. Further names are given with --name"
            ));
        }
        let v4 = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        // Two free ports would be two different ones; and a machine may have no IPv6.
        let v6 = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
        let both = port != 0 && std::net::UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
        Ok(Self(if both { vec![v4, v6] } else { vec![v4] }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listen_address_is_parsed_and_localhost_is_resolved() {
        let at = |text: &str| text.parse::<Place>();
        assert_eq!(at("localhost:0"), Ok(Place(vec!["127.0.0.1:0".parse().unwrap()])));
        assert_eq!(at("LOCALHOST:8443").unwrap().0[0], "127.0.0.1:8443".parse().unwrap());
        assert_eq!(at("[::1]:1"), Ok(Place(vec!["[::1]:1".parse().unwrap()])));
        for (text, said) in [
            ("8443", "expected localhost:8443"),
            ("localhost", "the port is missing"),
            ("127.0.0.1", "the port is missing"),
            ("localhost:x", "\"x\" is no port"),
            ("example.org:443", "--name"),
        ] {
            let error = at(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
