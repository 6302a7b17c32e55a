//! What stands in the certificates: the authority's own, and the leaf for one name.
//!
//! Knows no files and no sockets. RFC 5280 sections 4.1 and 4.2; name constraints: section 4.2.1.10.
//!
//! Python 3.13 and later verify strictly: an authority needs critical basic constraints, certificate signing among
//! its key usages and a subject key identifier, a leaf an authority key identifier.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aws_lc_rs::digest;
use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, KeyPair, KeyUsagePurpose, NameConstraints, SanType, SerialNumber, date_time_ymd,
};

/// Longest common name, RFC 5280 appendix A.1 (`ub-common-name`).
const LONGEST_COMMON_NAME: usize = 64;

/// Whom a leaf certificate is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::server) enum LeafName {
    /// One host name.
    Host(String),
    /// A client that named no host but connected to this address; good for `localhost` and loopback too.
    Address(IpAddr),
}

/// What is wrong with a leaf certificate that is wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::server) enum Flaw {
    /// Its time is over.
    Expired,
    /// It is for another name.
    OtherName,
    /// Nobody knows its issuer.
    UnknownIssuer,
}

/// The name in a certificate for another name: one that every authority may sign.
const OTHER_NAME: &str = "another-name.localhost";

/// The certificate of an authority that holds `key` and may sign these domains, loopback, and these addresses.
pub(super) fn authority<'a>(
    key: &KeyPair,
    domains: impl Iterator<Item = &'a str> + Clone,
    addresses: &[IpAddr],
) -> CertificateParams {
    let serial = serial(key, domains.clone().flat_map(|domain| [domain.as_bytes(), b"\n"]));
    let mut permitted: Vec<_> = domains.map(|domain| GeneralSubtree::DnsName(domain.to_owned())).collect();
    permitted.push(GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)));
    permitted.push(GeneralSubtree::IpAddress(single(IpAddr::V6(Ipv6Addr::LOCALHOST))));
    permitted.extend(addresses.iter().map(|address| GeneralSubtree::IpAddress(single(*address))));

    let mut params = common("mock-defender local CA");
    // An authority that was renewed keeps its key: where both are trusted, their numbers must differ.
    params.serial_number = Some(serial);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // Name constraints say nothing of mail or code signing; this does.
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees: permitted, excluded_subtrees: Vec::new() });
    params
}

/// The certificate of an authority that nobody trusts.
pub(super) fn unknown_authority() -> CertificateParams {
    let mut params = common("Unknown CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// The certificate of a server of this name that holds `key`, with what shall be wrong with it. An unknown issuer is not
/// said here: it signs.
pub(super) fn flawed(name: &LeafName, flaw: Flaw, key: &KeyPair) -> Result<CertificateParams, rcgen::Error> {
    let other = LeafName::Host(OTHER_NAME.to_owned());
    let mut params = leaf(if flaw == Flaw::OtherName { &other } else { name }, key)?;
    if flaw == Flaw::Expired {
        params.not_after = date_time_ymd(2020, 1, 1);
    }
    // Beside the right one of the same issuer, it must differ.
    let named = format!("{name:?} {flaw:?}");
    params.serial_number = Some(serial(key, [named.as_bytes()].into_iter()));
    Ok(params)
}

/// The certificate of a server of this name that holds `key`.
pub(super) fn leaf(name: &LeafName, key: &KeyPair) -> Result<CertificateParams, rcgen::Error> {
    let (common_name, names) = match name {
        LeafName::Host(host) => (host.as_str(), vec![host_name(host)?]),
        LeafName::Address(address) => {
            let mut names = vec![host_name("localhost")?];
            let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
            names.extend(loopback.map(SanType::IpAddress));
            if !loopback.contains(address) {
                names.push(SanType::IpAddress(*address));
            }
            ("localhost", names)
        }
    };
    let mut params = common(common_name);
    let named = match name {
        LeafName::Host(host) => host.clone(),
        LeafName::Address(address) => format!("[{address}]"),
    };
    params.serial_number = Some(serial(key, [named.as_bytes()].into_iter()));
    params.subject_alt_names = names;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

fn common(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    if name.len() <= LONGEST_COMMON_NAME {
        params.distinguished_name.push(DnType::CommonName, name);
    }
    // Fixed dates: the system clock is not read. Apple's systems refuse leaves valid for more than 825 days, from
    // private authorities too, unless they start before July 2019 (support.apple.com/HT210176).
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    params.use_authority_key_identifier_extension = true;
    params
}

fn host_name(host: &str) -> Result<SanType, rcgen::Error> {
    Ok(SanType::DnsName(Ia5String::try_from(host)?))
}

/// Differs by key and by what is named: browsers refuse two certificates of one issuer with equal serial numbers.
fn serial<'a>(key: &KeyPair, named: impl Iterator<Item = &'a [u8]>) -> SerialNumber {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(key.public_key_raw());
    named.for_each(|bytes| context.update(bytes));
    let mut bytes = context.finish().as_ref()[..16].to_vec();
    // Positive and without leading zero, whatever the digest.
    bytes[0] = bytes[0] & 0x3f | 0x40;
    SerialNumber::from(bytes)
}

fn single(address: IpAddr) -> CidrSubnet {
    CidrSubnet::from_addr_prefix(address, if address.is_ipv4() { 32 } else { 128 })
}
