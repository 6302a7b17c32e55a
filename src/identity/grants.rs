//! Which token a client may have.
//!
//! Pure rules over the tenant's registrations: who asks, with which proof, for which resource. How the answer is
//! worded and which status a refusal has is the token endpoint's matter.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;

use crate::model::ids::Guid;
use crate::model::registration::Registration;

use super::resources::{self, Target};
use super::token::{MAX_TOKEN, Proof};
use crate::model::base64;

/// Clients of the vendor that exist in every tenant, all public: they can not keep a secret.
/// Source: <https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in>
pub const FIRST_PARTY_CLIENTS: [(&str, &str); 4] = [
    ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI"),
    ("1950a258-227b-4e31-a9cf-717495945fc2", "Microsoft Azure PowerShell"),
    ("14d82eec-204b-4c2f-b7e8-296a70dab67e", "Microsoft Graph Command Line Tools"),
    ("de8bc8b5-d9f9-48b1-a8ad-b748da725064", "Graph Explorer"),
];

/// How a client proves who it is.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// It does not.
    None,
    /// A client secret.
    Secret(&'a str),
    /// A client assertion: a token that the client signed itself (RFC 7523).
    Assertion(&'a str),
}

/// Never shows the credential.
impl std::fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Secret(_) => "Secret(…)",
            Self::Assertion(_) => "Assertion(…)",
        })
    }
}

/// A request for a token with the client's own rights.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The client, as it calls itself.
    pub client_id: &'a str,
    /// Its proof.
    pub credential: Credential<'a>,
    /// The resource, as it is asked for.
    pub resource: &'a str,
    /// The simulator's origin, if the client asks there and not at a genuine name.
    pub own_origin: Option<&'a str>,
}

/// A token that may be issued.
#[derive(Debug)]
pub struct Grant<'r> {
    /// To whom.
    pub registration: &'r Registration,
    /// For what.
    pub target: Target,
    /// How the client proved itself.
    pub proof: Proof,
    /// The permissions it carries: none without consent, which is no fault. What is missing shows at the resource.
    pub roles: Vec<&'static str>,
}

/// Why no token is issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantFault {
    /// No such client in the tenant.
    #[error("unknown client")]
    UnknownClient,
    /// The client is public, yet presents a credential.
    #[error("a public client presents no credential")]
    PublicClient,
    /// No credential.
    #[error("no credential")]
    MissingCredential,
    /// The secret is not the client's.
    #[error("wrong secret")]
    WrongSecret,
    /// The assertion is no signed token.
    #[error("the assertion is no signed token")]
    MalformedAssertion,
    /// The assertion is signed with a certificate that the client has not registered.
    #[error("the assertion's certificate is not registered")]
    UnknownCertificate {
        /// Its thumbprint as hexadecimal digits; empty if the assertion names none.
        thumbprint: String,
    },
    /// No such resource in the tenant.
    #[error("unknown resource")]
    UnknownResource,
}

/// Decides about a request for a token with the client's own rights.
///
/// # Errors
/// The first fault, in the order client, credential, resource.
pub fn client_credentials<'r>(
    registrations: &'r [Registration],
    ask: &Ask<'_>,
) -> Result<Grant<'r>, GrantFault> {
    let Some(registration) = find_client(registrations, ask.client_id) else {
        let known = FIRST_PARTY_CLIENTS.iter().any(|(id, _)| id.eq_ignore_ascii_case(ask.client_id));
        return Err(match ask.credential {
            _ if !known => GrantFault::UnknownClient,
            Credential::None => GrantFault::MissingCredential,
            Credential::Secret(_) | Credential::Assertion(_) => GrantFault::PublicClient,
        });
    };
    let proof = match ask.credential {
        Credential::None => return Err(GrantFault::MissingCredential),
        Credential::Secret(given) if same_secret(given, &registration.secret) => Proof::Secret,
        Credential::Secret(_) => return Err(GrantFault::WrongSecret),
        // No registration has a certificate, so none can be right.
        Credential::Assertion(given) => return Err(assertion_fault(given)),
    };
    let target = resources::find(ask.resource, ask.own_origin).ok_or(GrantFault::UnknownResource)?;
    let roles = registration
        .permissions
        .iter()
        .filter(|permission| registration.consented && target.includes(permission.resource))
        .map(|permission| permission.value)
        .collect();
    Ok(Grant { registration, target, proof, roles })
}

fn find_client<'r>(registrations: &'r [Registration], client_id: &str) -> Option<&'r Registration> {
    let id: Guid = client_id.parse().ok()?;
    registrations.iter().find(|registration| registration.client_id == id)
}

/// Compares by digest, so that neither content nor length shows in the time it takes.
fn same_secret(given: &str, secret: &str) -> bool {
    let (given, secret) = (digest(&SHA256, given.as_bytes()), digest(&SHA256, secret.as_bytes()));
    verify_slices_are_equal(given.as_ref(), secret.as_ref()).is_ok()
}

fn assertion_fault(assertion: &str) -> GrantFault {
    #[derive(Deserialize)]
    struct Header {
        x5t: Option<String>,
        #[serde(rename = "x5t#S256")]
        x5t_s256: Option<String>,
        kid: Option<String>,
    }
    // Clients that keep it in a file send the line end along.
    let assertion = assertion.trim();
    let parts: Vec<&str> = assertion.splitn(4, '.').collect();
    let header = match parts.as_slice() {
        [header, _, _] if assertion.len() <= MAX_TOKEN => base64::decode_url(header),
        _ => None,
    };
    let header: Option<Header> = header.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some(header) = header else { return GrantFault::MalformedAssertion };
    // Both with and without padding are seen in the wild.
    let thumbprint = header
        .x5t
        .or(header.x5t_s256)
        .or(header.kid)
        .and_then(|text| base64::decode_url(text.trim_end_matches('=')))
        .map(|bytes| bytes.iter().take(32).map(|byte| format!("{byte:02X}")).collect())
        .unwrap_or_default();
    GrantFault::UnknownCertificate { thumbprint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::registration::Permission;

    fn registration(name: &'static str, id: u128, consented: bool) -> Registration {
        Registration {
            name: name.into(),
            display_name: name.into(),
            client_id: Guid::from_bits(id),
            principal: Guid::from_bits(id + 100),
            secret: format!("secret-of-{name}"),
            consented,
            permissions: vec![
                Permission { resource: resources::CLOUD_APPS, value: "investigation.read" },
                Permission { resource: resources::GRAPH, value: "SecurityAlert.Read.All" },
            ],
        }
    }

    fn registrations() -> Vec<Registration> {
        vec![registration("full", 1, true), registration("unconsented", 2, false)]
    }

    fn decide(
        client: u128,
        credential: Credential<'_>,
        resource: &str,
    ) -> Result<Vec<&'static str>, GrantFault> {
        let ask = Ask {
            client_id: &Guid::from_bits(client).to_string(),
            credential,
            resource,
            own_origin: Some("https://localhost:8443"),
        };
        client_credentials(&registrations(), &ask).map(|grant| grant.roles)
    }

    #[test]
    fn a_token_carries_the_permissions_of_its_resource() {
        let secret = Credential::Secret("secret-of-full");
        assert_eq!(decide(1, secret, resources::CLOUD_APPS), Ok(vec!["investigation.read"]));
        assert_eq!(decide(1, secret, "https://graph.microsoft.com/"), Ok(vec!["SecurityAlert.Read.All"]));
        assert_eq!(decide(1, secret, "https://management.azure.com/"), Ok(vec![]));
        let own = vec!["investigation.read", "SecurityAlert.Read.All"];
        assert_eq!(decide(1, secret, "https://localhost:8443/"), Ok(own));
    }

    #[test]
    fn without_consent_a_token_is_issued_all_the_same() {
        assert_eq!(decide(2, Credential::Secret("secret-of-unconsented"), resources::CLOUD_APPS), Ok(vec![]));
    }

    #[test]
    fn every_fault_has_its_name() {
        let secret = Credential::Secret("secret-of-full");
        let fault = |client, credential, resource| decide(client, credential, resource).unwrap_err();
        assert_eq!(fault(3, secret, resources::CLOUD_APPS), GrantFault::UnknownClient);
        assert_eq!(fault(1, Credential::None, resources::CLOUD_APPS), GrantFault::MissingCredential);
        for wrong in ["", "secret-of-ful", "secret-of-fulL", "secret-of-full ", "secret-of-unconsented"] {
            assert_eq!(fault(1, Credential::Secret(wrong), resources::CLOUD_APPS), GrantFault::WrongSecret);
        }
        assert_eq!(fault(1, secret, "https://api.example"), GrantFault::UnknownResource);
        let ask = |client_id, credential| {
            let ask = Ask { client_id, credential, resource: resources::GRAPH, own_origin: None };
            client_credentials(&registrations(), &ask).map(|_| ()).unwrap_err()
        };
        assert_eq!(ask("my-app", secret), GrantFault::UnknownClient);
        let azure_cli = FIRST_PARTY_CLIENTS[0].0;
        assert_eq!(ask(azure_cli, secret), GrantFault::PublicClient);
        assert_eq!(ask(azure_cli, Credential::None), GrantFault::MissingCredential);
    }

    #[test]
    fn an_assertion_is_refused_by_its_certificate() {
        let assertion = |header: &str| format!("{}.e30.AA\n", base64::encode_url(header.as_bytes()));
        let fault = |text: &str| decide(1, Credential::Assertion(text), resources::GRAPH).unwrap_err();
        let named = GrantFault::UnknownCertificate { thumbprint: "0001FF".to_owned() };
        for header in
            [r#"{"alg":"RS256","x5t":"AAH_"}"#, r#"{"alg":"PS256","x5t#S256":"AAH_"}"#, r#"{"kid":"AAH_"}"#]
        {
            assert_eq!(fault(&assertion(header)), named);
        }
        assert_eq!(
            fault(&assertion(r#"{"x5t":"AAE="}"#)),
            GrantFault::UnknownCertificate { thumbprint: "0001".to_owned() }
        );
        for text in ["", "x", "a.b", "a.b.c", "a.b.c.d", &"A".repeat(100_000)] {
            assert_eq!(fault(text), GrantFault::MalformedAssertion);
        }
    }

    #[test]
    fn credentials_are_not_shown() {
        let shown = format!("{:?}{:?}", Credential::Secret("hush"), Credential::Assertion("hush"));
        assert!(!shown.contains("hush"));
    }
}
