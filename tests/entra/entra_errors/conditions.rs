//! The condition that causes each AADSTS number: a table of requests, each sent to a fresh tenant.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use mock_defender::gateway::Answer;
use mock_defender::model::base64;
use mock_defender::model::time::Span;
use serde_json::json;

use crate::browser::{
    Browser, OWN, Shown, authorize, client, command, login, member, neighbour, oid, ok, person_of, redeem,
    refresh, secret, token, token_at, tokens,
};
use crate::kit::Kit;

#[path = "requests.rs"]
mod requests;

use requests::*;

/// How an error is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// In an envelope.
    Status(u16),
    /// On a page, which nothing leaves.
    Page,
    /// At the application.
    Redirect,
}

#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) number: u32,
    pub(crate) how: How,
    pub(crate) error: String,
}

impl From<Answer> for Told {
    fn from(answer: Answer) -> Self {
        let (status, error, number) = crate::browser::refusal(&answer);
        Self { number: number as u32, how: How::Status(status), error }
    }
}

impl From<Shown> for Told {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Page(page) => Self { number: page.number() as u32, how: How::Page, error: page.title() },
            Shown::Back(back) => {
                let (error, number) = back.error();
                Self { number: number as u32, how: How::Redirect, error: error.to_owned() }
            }
        }
    }
}

type Cause = fn(&Kit) -> Told;

const BAD: How = How::Status(400);
const UNKNOWN: How = How::Status(401);
/// Every number that something causes, how it is told then, and what causes it.
pub(crate) const CONDITIONS: &[(u32, How, Cause)] = &[
    // The request.
    (900_561, BAD, |kit| kit.send("GET", &login(kit, "/oauth2/v2.0/token"), &[], "").into()),
    (90_023, BAD, |kit| kit.send("POST", &login(kit, "/oauth2/v2.0/token"), &[], &"a".repeat(70_000)).into()),
    (9_000_411, BAD, |kit| token(kit, &[("scope", "a"), ("scope", "b")]).into()),
    (900_144, BAD, |kit| own(kit, &[("scope", "")]).into()),
    (90_100, How::Redirect, |kit| ask(kit, &[("prompt", "maybe")])),
    (90_002, BAD, |kit| own_at(kit, &format!("{OWN}/{STRANGER}/oauth2/v2.0/token"), &[]).into()),
    (900_023, BAD, |kit| own_at(kit, &format!("{OWN}/nothing/oauth2/v2.0/token"), &[]).into()),
    (50_059, BAD, |kit| own_at(kit, &format!("{OWN}/common/oauth2/v2.0/token"), &[]).into()),
    (50_128, BAD, |kit| {
        let other = neighbour(kit);
        let bearer = format!("Bearer {}", member(&ok(&own(kit, &[])), "access_token"));
        let url = format!("{OWN}/{}/oauth2/v2.0/token", other.identity().id);
        token_at(kit, &url, &[("authorization", &bearer)], &[("grant_type", "x")]).into()
    }),
    (50_049, BAD, |kit| {
        let asked = "https://evil.example/common/oauth2/authorize";
        kit.send("GET", &format!("{OWN}/common/discovery/instance?authorization_endpoint={asked}"), &[], "")
            .into()
    }),
    // Grant, scope, resource.
    (650_052, BAD, |kit| {
        command(kit, &json!({"setSubscriptions": {"skus": ["SPE_E3"]}}));
        own(kit, &[("scope", "05a65629-4c1b-48c1-a78b-804c4abdd4af/.default")]).into()
    }),
    (70_003, BAD, |kit| own(kit, &[("grant_type", "magic")]).into()),
    (901_002, BAD, |kit| own(kit, &[("resource", "x")]).into()),
    (1_002_012, BAD, |kit| own(kit, &[("scope", "User.Read")]).into()),
    (70_011, BAD, |kit| own(kit, &[("scope", ".default https://management.azure.com/.default")]).into()),
    (28_000, BAD, |kit| {
        password(kit, &[("scope", "User.Read https://management.azure.com/.default")]).into()
    }),
    (650_053, How::Redirect, |kit| ask(kit, &[("scope", "User.Rend")])),
    (500_011, BAD, |kit| own(kit, &[("scope", "https://api.example/.default")]).into()),
    (90_009, BAD, |kit| {
        let own = format!("api://{}/.default", client(kit, "delegated"));
        password(kit, &[("scope", &own)]).into()
    }),
    (65_002, How::Redirect, |kit| {
        signed_in(kit, "04b07795-8ddb-461a-bbee-02f9e1bf7b46", &[("scope", "SecurityAlert.Read.All")])
    }),
    (650_056, How::Redirect, |kit| {
        signed_in(kit, "certificate", &[("scope", "https://graph.microsoft.com/.default")])
    }),
    (650_057, How::Redirect, |kit| {
        signed_in(kit, "delegated", &[("scope", "https://management.azure.com/.default")])
    }),
    // The client.
    (700_016, BAD, |kit| own(kit, &[("client_id", STRANGER)]).into()),
    (700_038, BAD, |kit| own(kit, &[("client_id", "00000000-0000-0000-0000-000000000000")]).into()),
    (7_000_112, BAD, |kit| {
        command(kit, &json!({"setApplication": {"app": "full", "enabled": false}}));
        own(kit, &[]).into()
    }),
    (50_194, How::Page, |kit| {
        let url = authorize(kit, "full", &[]).replace(&kit.tenant.identity().id.to_string(), "common");
        Browser::new(kit).get(&url).into()
    }),
    (700_025, UNKNOWN, |kit| own(kit, &[("client_id", &client(kit, "delegated"))]).into()),
    (7_000_216, UNKNOWN, |kit| own(kit, &[("client_secret", "")]).into()),
    (7_000_218, UNKNOWN, |kit| {
        own(
            kit,
            &[
                ("grant_type", "refresh_token"),
                ("client_secret", ""),
                ("refresh_token", &{
                    member(&tokens(kit, "user", "User.Read offline_access"), "refresh_token")
                }),
            ],
        )
        .into()
    }),
    (7_000_215, UNKNOWN, |kit| own(kit, &[("client_secret", "wrong")]).into()),
    (7_000_222, UNKNOWN, |kit| {
        command(kit, &json!({"endSecrets": {"app": "full"}}));
        own(kit, &[]).into()
    }),
    (50_027, UNKNOWN, |kit| {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        own(kit, &[("client_secret", ""), ("client_assertion_type", kind), ("client_assertion", "x")]).into()
    }),
    (700_027, UNKNOWN, |kit| asserted(kit, "full", json!({}), None)),
    (50_012, UNKNOWN, |kit| {
        let pem = include_str!("../../../fixtures/keys/client-certificate.pem");
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let thumbprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, &base64::decode_standard(&body).unwrap());
        asserted(kit, "certificate", json!({}), Some(&base64::encode_url(thumbprint.as_ref())))
    }),
    (700_021, UNKNOWN, |kit| {
        certified(kit);
        asserted(kit, "full", json!({"sub": STRANGER}), None)
    }),
    (700_023, UNKNOWN, |kit| {
        certified(kit);
        asserted(kit, "full", json!({"aud": "https://evil.example"}), None)
    }),
    (700_024, UNKNOWN, |kit| {
        certified(kit);
        asserted(kit, "full", json!({"exp": kit.tenant.now().seconds() - 3_600}), None)
    }),
    (700_211, UNKNOWN, |kit| federated(kit, json!({"iss": "https://other.example"}))),
    (700_212, UNKNOWN, |kit| federated(kit, json!({"aud": "api://other"}))),
    (700_213, UNKNOWN, |kit| federated(kit, json!({"sub": "two"}))),
    (9_002_326, BAD, |kit| {
        let code = code(kit, &[]);
        let id = client(kit, "delegated");
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", id.as_str()),
            ("redirect_uri", "http://localhost"),
            ("code", &code),
        ];
        token_at(kit, &login(kit, "/oauth2/v2.0/token"), &[("origin", "https://app.example")], &fields).into()
    }),
    (9_002_327, BAD, |kit| {
        let spa = ("redirect_uri", "http://localhost/spa");
        let code = code(kit, &[spa, ("code_challenge", &"x".repeat(43))]);
        redeem(kit, &code, &[spa, ("code_verifier", &"x".repeat(43))]).into()
    }),
    // The authorize endpoint.
    (50_011, How::Page, |kit| ask(kit, &[("redirect_uri", "https://evil.example")])),
    (900_971, How::Page, |kit| {
        command(kit, &json!({"setApplication": {"app": "delegated", "redirectUris": []}}));
        ask(kit, &[])
    }),
    (70_005, How::Redirect, |kit| ask(kit, &[("response_type", "sand")])),
    (70_007, How::Redirect, |kit| ask(kit, &[("response_mode", "pigeon")])),
    (700_054, How::Redirect, |kit| {
        command(kit, &json!({"setApplication": {"app": "delegated", "implicit": false}}));
        ask(kit, &[("response_type", "id_token"), ("nonce", "n")])
    }),
    (501_491, How::Redirect, |kit| ask(kit, &[("code_challenge", "short")])),
    (9_002_325, How::Redirect, |kit| ask(kit, &[("redirect_uri", "http://localhost/spa")])),
    (50_058, How::Redirect, |kit| ask(kit, &[("prompt", "none")])),
    (50_074, How::Redirect, |kit| {
        let browser = Browser::new(kit);
        browser.consent(&authorize(kit, "delegated", &[]), "user");
        browser.sign_in(&authorize(kit, "delegated", &[("prompt", "login")]), "guest");
        browser.get(&authorize(kit, "delegated", &[("prompt", "none")])).into()
    }),
    (50_089, How::Page, |kit| {
        let browser = Browser::new(kit);
        let page = browser.get(&authorize(kit, "delegated", &[])).page();
        kit.tenant.advance(Span::hours(1)).unwrap();
        browser.press(&page, "username", &[("login", "x")]).into()
    }),
    (50_020, How::Page, |kit| {
        let (upn, _) = person_of(&neighbour(kit), mock_defender::model::person::Persona::User);
        let browser = Browser::new(kit);
        let page = browser.get(&authorize(kit, "delegated", &[])).page();
        browser.press(&page, "username", &[("login", &upn)]).into()
    }),
    // Codes and tokens.
    (9_002_313, BAD, |kit| redeem(kit, "x", &[]).into()),
    (70_000, BAD, |kit| {
        let more = [("client_id", &*client(kit, "full")), ("client_secret", &secret(kit, "full"))];
        redeem(kit, &code(kit, &[]), &more).into()
    }),
    (500_112, BAD, |kit| redeem(kit, &code(kit, &[]), &[("redirect_uri", "http://localhost/spa")]).into()),
    (700_005, BAD, |kit| {
        let fork = kit.join(kit.tenant.fork());
        let code = code(kit, &[]);
        let id = client(kit, "delegated");
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", id.as_str()),
            ("redirect_uri", "http://localhost"),
            ("code", &code),
        ];
        token_at(kit, &format!("{OWN}/{}/oauth2/v2.0/token", fork.identity().id), &[], &fields).into()
    }),
    (54_005, BAD, |kit| {
        let code = code(kit, &[]);
        ok(&redeem(kit, &code, &[]));
        redeem(kit, &code, &[]).into()
    }),
    (70_008, BAD, |kit| {
        let code = code(kit, &[]);
        kit.tenant.advance(Span::minutes(10)).unwrap();
        redeem(kit, &code, &[]).into()
    }),
    (501_481, BAD, |kit| {
        let code = code(kit, &[("code_challenge", &"x".repeat(43))]);
        redeem(kit, &code, &[("code_verifier", &"y".repeat(43))]).into()
    }),
    (50_148, BAD, |kit| redeem(kit, &code(kit, &[("code_challenge", &"x".repeat(43))]), &[]).into()),
    (700_082, BAD, |kit| {
        let held = tokens(kit, "user", "User.Read offline_access");
        kit.tenant.advance(Span::days(90)).unwrap();
        refresh(kit, &member(&held, "refresh_token"), &[]).into()
    }),
    (700_084, BAD, |kit| {
        let spa = ("redirect_uri", "http://localhost/spa");
        let code = code(kit, &[spa, ("code_challenge", &"x".repeat(43))]);
        let id = client(kit, "delegated");
        let ask = |fields: &[(&str, &str)]| {
            let url = login(kit, "/oauth2/v2.0/token");
            token_at(kit, &url, &[("origin", "https://app.example")], fields)
        };
        let got = ok(&ask(&[
            ("grant_type", "authorization_code"),
            ("client_id", &id),
            spa,
            ("code", &code),
            ("code_verifier", &"x".repeat(43)),
        ]));
        kit.tenant.advance(Span::hours(24)).unwrap();
        let held = member(&got, "refresh_token");
        ask(&[("grant_type", "refresh_token"), ("client_id", &id), ("refresh_token", &held)]).into()
    }),
    (50_173, BAD, |kit| {
        let held = tokens(kit, "user", "User.Read offline_access");
        command(kit, &json!({"revokeSessions": {"user": "user"}}));
        refresh(kit, &member(&held, "refresh_token"), &[]).into()
    }),
    (70_043, BAD, |kit| {
        let held = tokens(kit, "user", "User.Read offline_access");
        command(kit, &json!({"setPolicies": {"signInFrequency": 60}}));
        kit.tenant.advance(Span::minutes(1)).unwrap();
        refresh(kit, &member(&held, "refresh_token"), &[]).into()
    }),
    // Devices.
    (70_016, BAD, |kit| poll(kit, &device(kit).0)),
    (70_019, BAD, |kit| poll(kit, "x")),
    (70_020, BAD, |kit| {
        let (code, _) = device(kit);
        kit.tenant.advance(Span::minutes(15)).unwrap();
        poll(kit, &code)
    }),
    (70_018, BAD, |kit| {
        let (code, typed) = device(kit);
        command(kit, &json!({"answerDevice": {"userCode": typed, "user": "user", "accept": false}}));
        poll(kit, &code)
    }),
    (165_000, How::Page, |kit| {
        let page = Browser::new(kit).get(&authorize(kit, "delegated", &[])).page();
        Browser::new(kit).submit(&page, &[("step", "username"), ("login", "somebody")]).into()
    }),
    (90_119, How::Page, |kit| Browser::new(kit).post(&format!("{OWN}/device"), &[("code", "WRONG")]).into()),
    (90_120, How::Page, |kit| {
        let (_, typed) = device(kit);
        command(kit, &json!({"answerDevice": {"userCode": typed, "user": "user", "accept": false}}));
        Browser::new(kit).post(&format!("{OWN}/device"), &[("code", &typed)]).into()
    }),
    // Consent and assignment.
    (65_001, BAD, |kit| password(kit, &[]).into()),
    (65_004, How::Redirect, |kit| {
        let browser = Browser::new(kit);
        let page = browser.sign_in(&authorize(kit, "delegated", &[]), "user").page();
        browser.press(&page, "cancel", &[]).into()
    }),
    (90_094, How::Redirect, |kit| {
        let browser = Browser::new(kit);
        let page = browser
            .sign_in(&authorize(kit, "delegated", &[("scope", "ThreatHunting.Read.All")]), "user")
            .page();
        browser.press(&page, "cancel", &[]).into()
    }),
    (90_095, How::Redirect, |kit| {
        command(kit, &json!({"setPolicies": {"consentRequests": true}}));
        let browser = Browser::new(kit);
        let page = browser
            .sign_in(&authorize(kit, "delegated", &[("scope", "ThreatHunting.Read.All")]), "user")
            .page();
        let sent = browser.press(&page, "request", &[]).page();
        browser.press(&sent, "cancel", &[]).into()
    }),
    (90_093, How::Redirect, |kit| {
        let url = format!("{}?client_id={}", login(kit, "/v2.0/adminconsent"), client(kit, "unconsented"));
        let browser = Browser::new(kit);
        let page = browser.sign_in(&url, "user").page();
        browser.submit(&page, &[("step", "accept")]).into()
    }),
    (50_105, How::Redirect, |kit| {
        command(kit, &json!({"setApplication": {"app": "full", "assignmentRequired": true}}));
        signed_in(kit, "full", &[])
    }),
    (501_051, BAD, |kit| {
        command(kit, &json!({"setApplication": {"app": "middle-tier", "assignmentRequired": true}}));
        own(kit, &[("scope", &format!("api://{}/.default", client(kit, "middle-tier")))]).into()
    }),
    // People.
    (50_034, BAD, |kit| password(kit, &[("username", "nobody@contoso.onmicrosoft.com")]).into()),
    (50_126, BAD, |kit| password(kit, &[("password", "wrong")]).into()),
    (50_053, BAD, |kit| {
        user(kit, json!({"locked": true}));
        password(kit, &[]).into()
    }),
    (50_055, BAD, |kit| {
        user(kit, json!({"passwordExpired": true}));
        password(kit, &[]).into()
    }),
    (50_057, BAD, |kit| {
        user(kit, json!({"enabled": false}));
        password(kit, &[]).into()
    }),
    (50_076, BAD, |kit| {
        user(kit, json!({"mfa": "required"}));
        password(kit, &[]).into()
    }),
    (50_079, BAD, |kit| {
        user(kit, json!({"mfa": "unregistered"}));
        password(kit, &[]).into()
    }),
    (53_003, BAD, |kit| access(kit, "block")),
    (53_000, BAD, |kit| access(kit, "compliantDevice")),
    (53_001, BAD, |kit| access(kit, "joinedDevice")),
    (530_035, BAD, |kit| {
        command(kit, &json!({"setPolicies": {"securityDefaults": true}}));
        password(kit, &[]).into()
    }),
    (9_001_023, BAD, |kit| password_at(kit, "common", &[]).into()),
    // On behalf of.
    (50_013, BAD, |kit| on_behalf(kit, &member(&tokens(kit, "user", "User.Read"), "access_token")).into()),
    (500_131, BAD, |kit| on_behalf(kit, "x").into()),
    (500_133, BAD, |kit| {
        let held = for_middle_tier(kit);
        kit.tenant.advance(Span::hours(2)).unwrap();
        on_behalf(kit, &held).into()
    }),
    (7_000_114, BAD, |kit| {
        let scope = format!("api://{}/.default", client(kit, "middle-tier"));
        assert_eq!(oid(kit, "user").len(), 36);
        on_behalf(kit, &member(&ok(&own(kit, &[("scope", &scope)])), "access_token")).into()
    }),
];
