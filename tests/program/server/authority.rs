//! The certificate authority on disk.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Barrier};

use mock_defender::server::{AuthorityError, CertificateAuthority, Limits, Server};
use mock_defender::services::domains;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::kit;

/// A directory of this test alone, not there yet.
fn fresh(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("authority").join(name);
    let _ = fs::remove_dir_all(&directory);
    directory
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_authority_is_created_once_and_reused() {
    let directory = fresh("reuse").join("below");
    let made = CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap();
    let found =
        CertificateAuthority::load_or_create(&directory, &domains(), &names(&["LocalHost", "127.0.0.2"]))
            .unwrap();
    assert_eq!(made.pem(), found.pem());
    assert_eq!(made.file(), Some(&*directory.join("ca.pem")));
    assert_eq!(fs::read_to_string(directory.join("ca.pem")).unwrap(), made.pem());
}

#[cfg(unix)]
#[test]
fn the_key_file_of_the_authority_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let directory = fresh("modes");
    CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(directory.clone()), 0o700);
    assert_eq!(mode(directory.join("ca.key")), 0o600);
    let left: Vec<_> = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".new")), "{left:?}");
}

#[test]
fn processes_that_race_end_with_the_same_one() {
    let directory = fresh("race");
    let racers = 8;
    let line = Barrier::new(racers);
    let certificates: Vec<String> = std::thread::scope(|scope| {
        let race = || {
            line.wait();
            CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap().pem().to_owned()
        };
        let running: Vec<_> = (0..racers).map(|_| scope.spawn(race)).collect();
        running.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    assert!(certificates.iter().all(|certificate| *certificate == certificates[0]));
}

#[test]
fn own_names_beyond_the_common_ones_have_an_authority_of_their_own() {
    let directory = fresh("names");
    let common = CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap();
    let named = names(&["mock.example", "192.0.2.1"]);
    let own = CertificateAuthority::load_or_create(&directory, &domains(), &named).unwrap();
    assert_ne!(common.pem(), own.pem());
    assert_eq!(
        CertificateAuthority::load_or_create(&directory, &domains(), &names(&["192.0.2.1", "mock.example"]))
            .unwrap()
            .pem(),
        own.pem()
    );
    assert_eq!(
        CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap().pem(),
        common.pem()
    );
    for host in ["mock.example", "a.mock.example", "192.0.2.1"] {
        assert!(own.may_sign(host) && !common.may_sign(host), "{host}");
    }
    assert!(!own.may_sign("192.0.2.2") && !own.may_sign("example") && !own.may_sign("www.example.com"));
    assert!(matches!(
        CertificateAuthority::ephemeral(&domains(), &names(&["a b"])),
        Err(AuthorityError::Name(_))
    ));
}

#[test]
fn a_key_left_by_a_process_that_broke_off_is_used() {
    let directory = fresh("broken-off");
    CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap();
    let key = fs::read(directory.join("ca.key")).unwrap();
    fs::remove_file(directory.join("ca.pem")).unwrap();
    CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap();
    assert_eq!(fs::read(directory.join("ca.key")).unwrap(), key);
}

#[test]
fn files_that_are_not_right_are_named_with_what_to_do() {
    let directory = fresh("corrupt");
    let other = fresh("corrupt-other");
    let (certificate, key) = (directory.join("ca.pem"), directory.join("ca.key"));
    let wide = names(&["mock.example"]);
    let complaint = |damage: &dyn Fn()| {
        let _ = fs::remove_dir_all(&directory);
        CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap();
        damage();
        let complaint =
            CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap_err().to_string();
        assert!(complaint.contains("delete") && complaint.contains("ca.pem") && complaint.contains("ca.key"));
        complaint
    };
    let stranger = CertificateAuthority::load_or_create(&other, &domains(), &[]).unwrap();
    let widened = CertificateAuthority::load_or_create(&other, &domains(), &wide).unwrap();

    assert!(complaint(&|| fs::write(&certificate, "junk").unwrap()).contains("ca.pem is not a certificate"));
    assert!(complaint(&|| fs::write(&certificate, "").unwrap()).contains("ca.pem is not a certificate"));
    assert!(complaint(&|| fs::write(&key, "junk").unwrap()).contains("ca.key is not an ECDSA P-256 key"));
    assert!(complaint(&|| fs::remove_file(&key).unwrap()).contains("ca.key is missing"));
    assert!(
        complaint(&|| fs::write(&certificate, stranger.pem()).unwrap())
            .contains("does not belong to the key")
    );
    let swap = || {
        fs::copy(widened.file().unwrap(), &certificate).unwrap();
        fs::copy(widened.file().unwrap().with_extension("key"), &key).unwrap();
    };
    assert!(complaint(&swap).contains("made for other host names"));
}

#[test]
fn a_place_that_can_not_be_read_or_written_is_named() {
    let directory = fresh("blocked");
    fs::create_dir_all(directory.join("ca.pem")).unwrap();
    let error = CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap_err();
    assert!(
        matches!(error, AuthorityError::Read { .. }) && error.to_string().contains("--ca DIR"),
        "{error}"
    );

    let file = fresh("file");
    fs::write(&file, "").unwrap();
    let error = CertificateAuthority::load_or_create(&file.join("ca"), &domains(), &[]).unwrap_err();
    assert!(error.to_string().contains("--ca"), "{error}");
}

#[tokio::test]
async fn a_server_wants_an_authority_for_all_its_names() {
    let front = kit::start().front.clone();
    let authority = CertificateAuthority::ephemeral(&domains(), &[]).unwrap();
    let any_port = || vec!["127.0.0.1:0".parse().unwrap(), "127.0.0.1:0".parse().unwrap()];
    let bind = |authority, own| Server::bind(any_port(), front.clone(), authority, own, Limits::default());

    let error = bind(authority, names(&["mock.example"])).err().unwrap();
    assert!(error.to_string().contains("mock.example"), "{error}");

    let authority = CertificateAuthority::ephemeral(&domains(), &names(&["mock.example"])).unwrap();
    let server = bind(authority, names(&["mock.example"])).unwrap();
    assert_eq!(server.local_addrs().len(), 2);
    assert!(server.local_addrs().iter().all(|address| address.port() != 0));
}

/// Whether a client that trusts this certificate gets a connection to `name` there.
async fn is_trusted(address: SocketAddr, pem: &str, name: &'static str) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from(name).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.is_ok()
}

#[tokio::test]
async fn an_authority_that_lacks_names_serves_the_others_until_renewed() {
    const NEW: &str = "microsoftonline.com";
    let directory = fresh("lacking");
    let fewer: Vec<_> = domains().into_iter().filter(|domain| *domain != NEW).collect();
    let made = CertificateAuthority::load_or_create(&directory, &fewer, &[]).unwrap();
    assert_eq!((made.missing(), made.advice()), (&[][..], None));

    let found = CertificateAuthority::load_or_create(&directory, &domains(), &[]).unwrap();
    assert_eq!((found.pem(), found.missing()), (made.pem(), &[NEW][..]));
    assert!(found.may_sign(kit::OTHER) && !found.may_sign(kit::GENUINE));
    let advice = found.advice().unwrap();
    let command = format!("mock-defender ca renew --dir {}", directory.display());
    assert!(advice.contains(NEW) && advice.contains(&command), "{advice}");

    let key = fs::read(directory.join("ca.key")).unwrap();
    let (renewed, changed) = CertificateAuthority::renew(&directory, &domains(), &[]).unwrap();
    assert!(changed && renewed.missing().is_empty() && renewed.may_sign(kit::GENUINE));
    assert_eq!(fs::read(directory.join("ca.key")).unwrap(), key);
    assert_eq!(fs::read_to_string(directory.join("ca.pem")).unwrap(), renewed.pem());
    let (again, changed) = CertificateAuthority::renew(&directory, &domains(), &[]).unwrap();
    assert!(!changed && again.pem() == renewed.pem());

    // Who trusts the old certificate goes on with its names; the new ones want the new certificate.
    let front = kit::start().front.clone();
    let any_port = vec!["127.0.0.1:0".parse().unwrap()];
    let server = Server::bind(any_port, front, renewed.clone(), Vec::new(), Limits::default()).unwrap();
    let address = server.local_addrs()[0];
    let serving = tokio::spawn(server.run(std::future::pending()));
    assert!(is_trusted(address, made.pem(), kit::OTHER).await);
    assert!(!is_trusted(address, made.pem(), kit::GENUINE).await);
    assert!(is_trusted(address, renewed.pem(), kit::OTHER).await);
    assert!(is_trusted(address, renewed.pem(), kit::GENUINE).await);
    serving.abort();
}
