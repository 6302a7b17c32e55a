//! What to do about each error of Entra ID, here and not in the portal: by its AADSTS number. For the request log's
//! explanations; no answer carries it.

use crate::gateway::Row;

/// The advice about a refusal of this row, or about an answer of which the log says this: pages and redirects carry
/// their number in it.
pub(in crate::services::entra) fn advise(row: Option<&Row>, reason: Option<&str>) -> Option<&'static str> {
    let in_reason = || {
        let digits = reason?.strip_prefix("AADSTS")?;
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().ok()
    };
    let number = row.map(super::number).filter(|number| *number != 0).or_else(in_reason)?;
    ADVICE.iter().find(|(numbers, _)| numbers.contains(&number)).map(|(_, advice)| *advice)
}

/// Numbers that the same advice fits, and the advice.
const ADVICE: &[(&[u32], &str)] = &[
    (
        &[7_000_222],
        "The secret's time is over, as that of the app `expired-secret` always is. Use another app such as `full`, or add a secret: mock-defender command give '{\"addSecret\": {\"app\": \"full\", \"value\": \"…\"}}'.",
    ),
    (
        &[7_000_215],
        "Take the secret of this very application from GET /_mock/info or `mock-defender env`: the value, not an id. Another seed or tenant has other secrets.",
    ),
    (
        &[700_016, 70001, 50001],
        "Take a client id of this tenant from GET /_mock/info or `mock-defender env`: another seed or tenant has others.",
    ),
    (
        &[7_000_112],
        "The application is disabled. Let it in again: mock-defender command give '{\"setApplication\": {\"app\": \"…\", \"enabled\": true}}'.",
    ),
    (
        &[90002, 900_023, 50059, 50128],
        "GET /_mock/tenants lists the tenants that there are, by id and domain; a client's own credentials need one of them in the path instead of `common` or `organizations`.",
    ),
    (
        &[50194],
        "The application is of its own tenant only: put the tenant's id into the path, or use one that is multi-tenant, such as `unconsented`.",
    ),
    (
        &[50049],
        "Instance discovery vouches for Entra ID's hosts only. By base URL switch it off: `instance_discovery=False` in MSAL for Python, `knownAuthorities` with host and port in MSAL for Node.",
    ),
    (
        &[7_000_216, 7_000_218, 900_144, 90014, 9_000_411, 90100, 90023],
        "Send the parameters as a form (application/x-www-form-urlencoded), each once: the reason names the one that is wrong.",
    ),
    (
        &[700_025],
        "The application is public: send neither secret nor assertion, or use a confidential one such as `full`.",
    ),
    (&[900_561], "Use the method that the reason names."),
    (
        &[70003, 70005, 70007, 700_054],
        "Ask for what the reason says is not there in another way; `mock-defender routes` and the discovery document list what there is.",
    ),
    (
        &[1_002_012, 70011, 28000, 700_022, 28002, 28003],
        "With client credentials the scope is one resource with /.default, such as 05a65629-4c1b-48c1-a78b-804c4abdd4af/.default for the Cloud Apps API; for users it names scopes of one resource.",
    ),
    (
        &[901_002],
        "`resource` is for the endpoint of version 1.0; at /oauth2/v2.0/token say scope=<resource>/.default.",
    ),
    (
        &[500_011, 650_053, 650_056, 650_057, 65005],
        "Name a resource and scopes that the tenant knows: 05a65629-4c1b-48c1-a78b-804c4abdd4af (Cloud Apps API) or https://graph.microsoft.com, with what the registration lists (GET /_mock/info).",
    ),
    (
        &[50011, 500_112, 900_971, 90102],
        "Use one of the application's `redirectUris` of GET /_mock/info, the same in both requests, or register yours: mock-defender command give '{\"setApplication\": {\"app\": \"…\", \"redirectUris\": [\"…\"]}}'.",
    ),
    (
        &[65001, 90094, 90093, 90095, 900_941],
        "Nobody has consented. Consent as an administrator: mock-defender command give '{\"consent\": {\"app\": \"…\"}}', or let `global-admin` sign in at /{tenant}/v2.0/adminconsent.",
    ),
    (
        &[650_052],
        "Give the tenant a licence that brings the service: mock-defender command give '{\"setSubscriptions\": {\"skus\": [\"SPE_E5\"]}}'.",
    ),
    (&[65004], "The user declined; sign in again and press `accept`."),
    (
        &[50126, 50056],
        "Take user name and password of a persona from GET /_mock/info; another seed or tenant has others.",
    ),
    (&[50034, 50020], "Take a user of this tenant from GET /_mock/info; another seed or tenant has others."),
    (
        &[50053],
        "The account is locked. Unlock it: mock-defender command give '{\"setUser\": {\"user\": \"…\", \"locked\": false}}'.",
    ),
    (
        &[50057],
        "The account is disabled. Enable it: mock-defender command give '{\"setUser\": {\"user\": \"…\", \"enabled\": true}}', or sign in as another persona.",
    ),
    (
        &[50055, 50144],
        "The password has run out: sign in at the page and set a new one, or: mock-defender command give '{\"setUser\": {\"user\": \"…\", \"passwordExpired\": false}}'.",
    ),
    (
        &[50076, 50079, 50074, 50072, 50078],
        "A second factor is demanded, which no password grant can give: sign in at the page (the code is 123456), or: mock-defender command give '{\"setUser\": {\"user\": \"…\", \"mfa\": \"off\"}}'.",
    ),
    (
        &[53003, 53000, 53001, 530_032, 530_035],
        "Conditional Access or the user's risk blocks it: mock-defender command give '{\"removeConditionalAccess\": {\"name\": \"…\"}}', or '{\"setUser\": {\"user\": \"…\", \"risk\": \"none\"}}'.",
    ),
    (
        &[50105, 501_051],
        "Assign the user: mock-defender command give '{\"assignUser\": {\"app\": \"…\", \"user\": \"…\", \"assigned\": true}}'.",
    ),
    (
        &[50173, 70043, 700_082, 700_084, 70008, 50133, 50132],
        "The grant's time is over, by the tenant's clock (GET /_mock/tenants/{tenant}/clock), or the sessions were revoked: sign in again.",
    ),
    (
        &[54005, 700_005, 70000, 9_002_313],
        "A code or token is good for one client and tenant, and a code only once: begin a new sign-in.",
    ),
    (
        &[50148, 501_491, 501_481, 9_002_325, 50147],
        "PKCE: send `code_challenge` with S256 to the authorize endpoint, and its `code_verifier` with the code.",
    ),
    (
        &[70016],
        "Nobody has answered the device code yet: open /device, or mock-defender command give '{\"answerDevice\": {\"userCode\": \"…\", \"user\": \"user\"}}'.",
    ),
    (
        &[70018, 70019, 70020],
        "Begin the device flow again: this code was declined, used up or is too old by the tenant's clock.",
    ),
    (&[50058], "Nobody is signed in in this browser: sign in without prompt=none first, with cookies kept."),
    (
        &[9_002_326, 9_002_327],
        "What was issued to a page (a redirect URI of the kind SPA) is redeemed by that page's origin only, and nothing else is: use a redirect URI of the other kind.",
    ),
    (&[9_001_023], "The password grant needs /organizations or a tenant in the path."),
    (
        &[700_027, 50027, 50012, 700_021, 700_023, 700_024, 700_211, 700_212, 700_213],
        "The assertion must be signed with a registered key (`fixtures/keys/client-*.pem` for the app `certificate`), for this client and token endpoint, and be valid by the tenant's clock.",
    ),
    (
        &[50013, 500_131, 500_133, 7_000_114],
        "On behalf of: the assertion is a user's access token for this very client (the app `middle-tier` offers `access_as_user`), not expired by the tenant's clock.",
    ),
    (
        &[90006, 90024, 90033, 90090],
        "The real service fails like this, too: try again as a client should. Here it was ordered (`failNext`), or the journal is lost.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::entra::EntraRefusal;

    #[test]
    fn every_number_of_the_advice_is_an_error_of_the_catalogue_and_has_one_advice() {
        let mut seen = Vec::new();
        for number in ADVICE.iter().flat_map(|(numbers, _)| *numbers) {
            assert!(EntraRefusal::ROWS.iter().any(|row| super::super::number(row) == *number), "{number}");
            assert!(!seen.contains(number), "{number}");
            seen.push(*number);
        }
    }

    #[test]
    fn pages_are_advised_by_the_number_in_the_log() {
        let advice = advise(None, Some("AADSTS50126: wrong")).unwrap();
        assert!(advice.contains("password of a persona"));
        assert_eq!(advise(None, Some("no number")), None);
    }
}
