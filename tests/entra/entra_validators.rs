//! Whoever validates tokens is set up from the discovery document of the authority at which they are asked for: what
//! that document says of issuer, keys and algorithm holds for every token, by base URL and under the genuine names.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use mock_defender::model::base64;
use serde_json::{Value, json};

use crate::browser::{Browser, OWN, claims, client, command, member, ok, secret, token_at};
use crate::kit::{Kit, json, text};
use crate::oauth::encode;

const GENUINE: &str = "https://login.microsoftonline.com";
const CLOUD_APPS: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";

/// What the bearer strategy of passport-azure-ad 4 demands of a token, by its defaults: a key of the document's set
/// that `x5t`, else `kid`, names; an algorithm of the document; its issuer; the audience that was configured, bare or
/// behind `spn:`; and all times within five minutes.
/// Source: <https://github.com/AzureAD/passport-azure-ad/blob/dev/lib/bearerstrategy.js>
fn bearer(kit: &Kit, document: &str, token: &str, audience: &str) -> Result<Value, &'static str> {
    let fetched = |url: &str| {
        let answer = kit.send("GET", url, &[], "");
        assert_eq!(answer.status, 200, "{url}: {}", text(&answer));
        json(&answer)
    };
    let document = fetched(document);
    let keys = fetched(document["jwks_uri"].as_str().unwrap());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let head: Value =
        serde_json::from_slice(&base64::decode_url(signed.split('.').next().unwrap()).unwrap()).unwrap();
    let name = if head.get("x5t").is_some() { "x5t" } else { "kid" };
    let known = keys["keys"].as_array().unwrap().iter().find(|key| key[name] == head[name]);
    let known = known.ok_or("no such key")?;
    let part = |name: &str| base64::decode_url(known[name].as_str().unwrap()).unwrap();
    let algorithms = document["id_token_signing_alg_values_supported"].as_array().unwrap();
    if !algorithms.contains(&head["alg"]) {
        return Err("algorithm");
    }
    RsaPublicKeyComponents { n: part("n"), e: part("e") }
        .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &base64::decode_url(signature).unwrap())
        .map_err(|_| "signature")?;
    let said = claims(token);
    if said["iss"] != document["issuer"] {
        return Err("issuer");
    }
    if said["aud"] != audience && said["aud"] != *format!("spn:{audience}") {
        return Err("audience");
    }
    let (now, time) = (kit.tenant.now().seconds(), |name: &str| said[name].as_i64().unwrap());
    if time("nbf") > now + 300 || time("iat") > now + 300 || time("exp") + 300 < now {
        return Err("time");
    }
    if said["sub"].as_str().is_none_or(str::is_empty) {
        return Err("subject");
    }
    Ok(said)
}

fn document(kit: &Kit, origin: &str, version: &str) -> String {
    format!("{origin}/{}{version}/.well-known/openid-configuration", kit.tenant.identity().id)
}

/// Access token and id token of a user, by code, at one version of the endpoints of one origin.
fn of_user(kit: &Kit, origin: &str, version: &str, app: &str, asked: (&str, &str)) -> (String, String) {
    let (id, tid) = (client(kit, app), kit.tenant.identity().id);
    let fields =
        [("client_id", id.as_str()), ("response_type", "code"), ("redirect_uri", "http://localhost"), asked];
    let url = format!("{origin}/{tid}/oauth2{version}/authorize?{}", encode(&fields));
    let code = Browser::new(kit).consent(&url, "security-reader").code();
    let secret = secret(kit, app);
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", &*id),
        ("redirect_uri", "http://localhost"),
        ("code", &*code),
    ];
    fields.extend((!secret.is_empty()).then_some(("client_secret", &*secret)));
    let got = ok(&token_at(kit, &format!("{origin}/{tid}/oauth2{version}/token"), &[], &fields));
    (member(&got, "access_token"), member(&got, "id_token"))
}

/// The usual case: an API that is set up from its document, and a client that asks for a token at the same place.
#[test]
fn an_api_accepts_the_tokens_of_the_authority_that_it_is_set_up_from() {
    let kit = Kit::tiny();
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    let api = client(&kit, "middle-tier");
    let scope = format!("openid api://{api}/access_as_user");
    for origin in [OWN, GENUINE] {
        let (access, identity) = of_user(&kit, origin, "/v2.0", "delegated", ("scope", &scope));
        let second = document(&kit, origin, "/v2.0");
        assert_eq!(bearer(&kit, &second, &access, &api).unwrap()["scp"], "access_as_user", "{origin}");
        assert!(bearer(&kit, &second, &identity, &client(&kit, "delegated")).is_ok(), "{origin}");
        // The resource decides the version of an access token, and with it the document.
        let cloud_apps = format!("openid {CLOUD_APPS}/.default");
        let (access, _) = of_user(&kit, origin, "/v2.0", "delegated", ("scope", &cloud_apps));
        assert_eq!(bearer(&kit, &second, &access, CLOUD_APPS), Err("issuer"));
        let first = document(&kit, origin, "");
        assert!(bearer(&kit, &first, &access, CLOUD_APPS).is_ok(), "{origin}");
        let (_, identity) = of_user(&kit, origin, "", "delegated", ("resource", CLOUD_APPS));
        assert!(bearer(&kit, &first, &identity, &client(&kit, "delegated")).is_ok(), "{origin}");
        // A program's own.
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &*client(&kit, "full")),
            ("client_secret", &*secret(&kit, "full")),
            ("scope", &*format!("api://{api}/.default")),
        ];
        let url = format!("{origin}/{}/oauth2/v2.0/token", kit.tenant.identity().id);
        let own = member(&ok(&token_at(&kit, &url, &[], &fields)), "access_token");
        assert!(bearer(&kit, &second, &own, &api).is_ok(), "{origin}");
        let other = if origin == OWN { GENUINE } else { OWN };
        assert_eq!(bearer(&kit, &document(&kit, other, "/v2.0"), &own, &api), Err("issuer"));
    }
}

/// A token to order for an API of one's own is what the token endpoint would have issued.
#[test]
fn a_token_minted_for_a_custom_api_has_the_version_it_accepts() {
    let kit = Kit::tiny();
    let api = client(&kit, "middle-tier");
    let wish = json!({"audience": format!("api://{api}"), "user": "user", "scopes": ["access_as_user"]});
    let minted = json(&kit.mock("POST", "/_mock/tenants/contoso/tokens", &wish.to_string()));
    let said = bearer(&kit, &document(&kit, OWN, "/v2.0"), minted["token"].as_str().unwrap(), &api).unwrap();
    assert_eq!((&said["ver"], &said["scp"]), (&json!("2.0"), &json!("access_as_user")));
}

#[test]
fn minted_tokens_have_the_own_issuer_and_pass_validation() {
    let kit = Kit::tiny();
    for origin in ["https://localhost:8443", "http://localhost:8443"] {
        let url = format!("{origin}/_mock/tenants/contoso/tokens");
        let minted = json(&kit.send("POST", &url, &[], "{}"));
        let token = minted["token"].as_str().unwrap();
        assert!(bearer(&kit, &document(&kit, OWN, ""), token, CLOUD_APPS).is_ok(), "{minted}");
        let foreign = json(&kit.send("POST", &url, &[], r#"{"wrongTenant": true}"#));
        let token = foreign["token"].as_str().unwrap();
        assert_eq!(bearer(&kit, &document(&kit, OWN, ""), token, CLOUD_APPS), Err("issuer"));
    }
}
