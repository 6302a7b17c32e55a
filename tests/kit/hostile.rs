//! Hostile requests made from a seed, for fuzzers and for the tests that replay what they found.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use mock_defender::generate::Stream;
use mock_defender::identity::api_token;
use mock_defender::model::ids::{Kind, Minter};
use mock_defender::tenant::TenantIdentity;

/// The request of this seed, meant for a server whose tenant is that of seed 1.
///
/// It may bear the tenant's own API token, since whoever fuzzes shall get past the guard; but then it asks for
/// nothing that changes an alert, so that whoever replays it can tell that nothing changed.
pub(crate) fn any_request(seed: u64) -> Request<Bytes> {
    let mut stream = Stream::new(seed, "hostile", 0, "request");
    let stream = &mut stream;
    let method = any_method(stream);
    let path = any_path(stream);
    let query = any_query(stream);
    let host = any_host(stream);
    let body = any_body(stream);
    let target = format!("{path}{query}");
    let uri = match stream.below(20) {
        0 => target.parse::<Uri>(),
        1 | 2 => format!("http://{host}{target}").parse(),
        _ => format!("https://{host}{target}").parse(),
    };
    let mut request = Request::new(Bytes::from(body));
    *request.method_mut() = method;
    // What is no URI at all can't arrive either: the HTTP library refuses it.
    *request.uri_mut() = uri.unwrap_or_else(|_| Uri::from_static("/api/v1/alerts/%00"));
    let changes = ["close_", "read", "dismiss", "resolve", "reopen"]
        .iter()
        .any(|word| request.uri().path().contains(word));
    if stream.below(2) == 0 && !changes {
        let token = format!("Token {}", api_token::mint(&TenantIdentity::new(1, "contoso", 0)));
        request.headers_mut().insert("authorization", HeaderValue::from_str(&token).expect("a header value"));
    }
    for _ in 0..stream.below(5) {
        let (name, value) = any_header(stream);
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(&name), HeaderValue::from_bytes(&value)) {
            request.headers_mut().append(name, value);
        }
    }
    if stream.below(40) == 0 {
        for n in 0..300 {
            let name = HeaderName::from_bytes(format!("x-{n}").as_bytes()).expect("a header name");
            request.headers_mut().append(name, HeaderValue::from_static("x"));
        }
    }
    request
}

fn any_method(stream: &mut Stream) -> Method {
    if stream.below(5) < 3 {
        return stream.pick(&[Method::GET, Method::POST]).clone();
    }
    let odd = "M".repeat(300);
    let methods = [
        "GET",
        "GET",
        "GET",
        "POST",
        "POST",
        "POST",
        "PUT",
        "DELETE",
        "PATCH",
        "HEAD",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "get",
        "BREW",
        "!#$%&'*+-.^_`|~",
        &odd,
    ];
    Method::from_bytes(stream.pick(&methods).as_bytes()).expect("a method")
}

fn any_host(stream: &mut Stream) -> String {
    let hosts = [
        "localhost:8443",
        "localhost:8443",
        "contoso.us2.portal.cloudappsecurity.com",
        "contoso.us2.portal.cloudappsecurity.com",
        "contoso.portal.cloudappsecurity.com",
        "portal.cloudappsecurity.com",
        "nobody.eu2.portal.cloudappsecurity.com",
        "us2.portal.cloudappsecurity.com",
        "a.b.c.portal.cloudappsecurity.com",
        "contoso.localhost",
        "login.microsoftonline.com",
        "login.windows.net.localhost:1",
        "127.0.0.1",
        "[::1]:8443",
        "[::]",
        "localhost:65535",
        "LOCALHOST.",
        "user:password@localhost",
        "example.org",
        "xn--ls8h.example",
    ];
    match stream.below(60) {
        2..=30 => (*stream.pick(&hosts[..4])).to_owned(),
        0 => format!("{}.localhost", "l".repeat(stream.between(1, 300) as usize)),
        1 => format!("{}com", "a.".repeat(stream.between(1, 100) as usize)),
        _ => (*stream.pick(&hosts)).to_owned(),
    }
}

/// A path: one that is served, one that nearly is, or segments thrown together.
fn any_path(stream: &mut Stream) -> String {
    const SERVED: [&str; 24] = [
        "/api/v1/alerts/",
        "/api/v1/alerts/",
        "/cas/api/v1/alerts",
        "/api/v1/activities/",
        "/cas/api/v1/alerts/",
        "/api/v1/alerts/{}/",
        "/api/v1/alerts/{}/read/",
        "/api/v1/alerts/close_benign/",
        "/api/v1/activities/{}/",
        "/api/v1/activities/{}/feedback",
        "/api/v1/activities/count/",
        "/api/v1/activities/metadata/",
        "/api/v1/alerts/count/",
        "/api/v1/alerts/{}/dismiss/",
        "/api/v1/alerts/reopen/",
        "/common/oauth2/v2.0/token",
        "/contoso.onmicrosoft.com/oauth2/token",
        "/{}/v2.0/.well-known/openid-configuration",
        "/common/discovery/instance",
        "/_mock/tenants",
        "/_mock/tenants/{}",
        "/_mock/tenants/{}/commands",
        "/_mock/tenants/contoso/truth",
        "/_mock/info",
    ];
    match stream.below(10) {
        0..=5 => {
            let path = stream.pick(&SERVED).replace("{}", &any_segment(stream));
            match stream.below(6) {
                0 => path.replace('/', "//"),
                1 => format!("{path}{}", any_segment(stream)),
                2 => path.to_uppercase(),
                _ => path,
            }
        }
        6 => format!("/api/v1/alerts/../{}/./alerts/", any_segment(stream)),
        7 => "/".repeat(stream.between(1, 2_000) as usize),
        _ => {
            let mut path = String::new();
            for _ in 0..stream.between(1, 12) {
                path.push('/');
                path.push_str(&any_segment(stream));
            }
            path
        }
    }
}

fn any_segment(stream: &mut Stream) -> String {
    const SEGMENTS: [&str; 40] = [
        "api",
        "cas",
        "v1",
        "alerts",
        "activities",
        "close_benign",
        "read",
        "_mock",
        "tenants",
        "clock",
        "common",
        "organizations",
        "oauth2",
        "v2.0",
        "token",
        ".well-known",
        "contoso",
        "contoso.onmicrosoft.com",
        ".",
        "..",
        "...",
        "%2e%2e",
        "%2F",
        "%00",
        "%",
        "%%",
        "%z",
        "%zz",
        "%ff%fe",
        "%F0%9F%92%A9",
        "%C0%AF",
        "{id}",
        "{tenant}",
        "-1",
        "0",
        "null",
        "+",
        "~",
        ";a=b",
        "a:b@c",
    ];
    match stream.below(12) {
        // Long ones seldom: they cost time.
        0 if stream.below(12) == 0 => "a".repeat(stream.between(1_000, 65_000) as usize),
        1 if stream.below(12) == 0 => "%41".repeat(stream.between(1_000, 21_000) as usize),
        2 => Minter::new(1).hex24(Kind::Alert, u64::from(stream.below(40))).to_string(),
        3 => format!("ca{}", Minter::new(1).hex24(Kind::Alert, u64::from(stream.below(40)))),
        4 => Minter::new(1).guid(Kind::Activity, stream.bits()).to_string(),
        5 => format!("{}_{}_{}", stream.bits(), stream.below(30_000), Minter::new(1).guid(Kind::Activity, 3)),
        6 => format!("{:064x}", u128::from(stream.bits()) << 64),
        7 => (0..stream.between(1, 12)).map(|_| format!("%{:02X}", stream.below(256))).collect(),
        _ => (*stream.pick(&SEGMENTS)).to_owned(),
    }
}

fn any_query(stream: &mut Stream) -> String {
    const QUERIES: [&str; 18] = [
        "",
        "",
        "?",
        "?filters=%7B%7D",
        "?filters=%7B%22severity%22%3A%7B%22eq%22%3A2%7D%7D",
        "?filters=%7B%22date%22%3A%7B%22gte%22%3A",
        "?filters=null&limit=-1",
        "?limit=99999999999999999999&skip=1",
        "?skip=5000&limit=0100",
        "?sortField=date;drop&sortDirection=asc",
        "?sortDirection=%00",
        "?&&&===&&",
        "?%=%&%zz=%ff",
        "?filters[severity][eq]=2",
        "?limit=1&limit=2&limit=",
        "?client_id=x&client_secret=y",
        "?format=120&type=banned",
        "?__proto__=1&constructor=2",
    ];
    match stream.below(40) {
        0 => format!("?filters={}", "%5B".repeat(stream.between(1_000, 10_000) as usize)),
        1 => format!("?{}", "a=b&".repeat(stream.between(100, 8_000) as usize)),
        2 => format!("?limit={}", "9".repeat(stream.between(10, 30_000) as usize)),
        _ => (*stream.pick(&QUERIES)).to_owned(),
    }
}

fn any_header(stream: &mut Stream) -> (Vec<u8>, Vec<u8>) {
    const NAMES: [&str; 16] = [
        "authorization",
        "authorization",
        "host",
        "content-type",
        "content-length",
        "transfer-encoding",
        "origin",
        "sec-fetch-site",
        "accept",
        "accept-language",
        "cookie",
        "expect",
        "x-forwarded-host",
        "range",
        "proxy-authorization",
        "x-http-method-override",
    ];
    const VALUES: [&[u8]; 22] = [
        b"",
        b" ",
        b"Bearer",
        b"Bearer ",
        b"Token",
        b"token xyz",
        b"Bearer a.b.c",
        b"Bearer ..",
        b"Basic Og==",
        b"application/json",
        b"multipart/form-data",
        b"multipart/form-data; boundary=\"",
        b"text/html;q=\xff",
        b"chunked, chunked",
        b"18446744073709551616",
        b"-1",
        b"https://evil.example",
        b"null",
        b"cross-site",
        b"\xe2\x80\xae",
        b"[::1",
        b"a:b:c",
    ];
    let name = stream.pick(&NAMES).as_bytes().to_vec();
    let value = match stream.below(12) {
        0 => (0..stream.below(60)).map(|_| stream.between(0x20, 0xff) as u8).collect(),
        1 => format!("Bearer {}", "e30.".repeat(stream.below(9_000) as usize)).into_bytes(),
        // A token that says much and proves nothing: `{"alg":"none"}` and `{"tid":…,"exp":…}`, unsigned.
        2 => b"Bearer eyJhbGciOiJub25lIn0.eyJ0aWQiOiIwIiwiZXhwIjo5OTk5OTk5OTk5fQ.".to_vec(),
        _ => stream.pick(&VALUES).to_vec(),
    };
    (name, value)
}

fn any_body(stream: &mut Stream) -> Vec<u8> {
    const BODIES: [&[u8]; 44] = [
        b"", b"", b"null", b"\"\"", b"{}", b"[]", b"{", b"}", b"\"", b"0", b"-", b"1e999", b"tru", b"\xff\xfe\x00",
        b"\xef\xbb\xbf{}", b"\x00", b"{\"filters\":", b"{\"filters\":null}", b"{\"filters\":[{}]}",
        b"{\"filters\":{\"severity\":{\"eq\":[2]}},\"limit\":3}", b"{\"filters\":{\"severity\":{\"eq\":[[[2]]]}}}",
        b"{\"filters\":{\"date\":{\"range\":[{\"start\":-9223372036854775808,\"end\":9223372036854775807}]}}}",
        b"{\"filters\":{\"date\":{\"gte_ndays\":9223372036854775807,\"lte_ndays\":-9223372036854775808}}}",
        b"{\"filters\":{\"created\":{\"gt\":9223372036854775807,\"lt\":-9223372036854775808}}}",
        b"{\"filters\":{\"id\":{\"eq\":{\"$ne\":null}}}}", b"{\"filters\":{\"\":{\"\":\"\"}}}",
        b"{\"filters\":{\"user.username\":{\"startswith\":[\"\",\"\\u0000\",\"\\ud83d\\udca9\"]}}}",
        b"{\"filters\":{\"user.username\":{\"eq\":\"\\ud800\"}}}", b"{\"limit\":5,\"limit\":-5,\"limit\":\"x\"}",
        b"{\"isScan\":true,\"filters\":{\"date\":{\"lte\":-9223372036854775808,\"range\":[]}}}",
        b"{\"isScan\":true,\"filters\":{\"date\":{\"lte\":9223372036854775807,\"range\":{\"start\":1e300}}}}",
        b"{\"isScan\":1,\"limit\":0,\"filters\":{\"scan.until\":{\"eq\":-9223372036854775808}}}",
        b"{\"filters\":{\"entity\":{\"eq\":[{\"id\":{\"id\":{\"id\":\"x\"}}},\"eyJpZCI6e319\",\"{\"]}}}",
        b"{\"skip\":5000,\"limit\":\"100\"}", b"{\"skip\":0.1}", b"{\"sortField\":\"severity\"}",
        b"{\"filters\":\"{\\\"filters\\\":\\\"{}\\\"}\"}", b"{\"constructor\":{\"prototype\":{}}}",
        b"grant_type=client_credentials&client_id=x&client_secret=y", b"grant_type=%ff&&&=",
        b"--x\r\nContent-Disposition: form-data; name=\"filters\"\r\n\r\n{}", b"--\r\n--\r\n--", b"a=b",
        b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><x>&y;</x>",
    ];
    let times = |stream: &mut Stream, most: u32| stream.between(200, most) as usize;
    match stream.below(60) {
        0 => b"[".repeat(times(stream, 20_000)),
        1 => b"{\"filters\":".repeat(times(stream, 5_000)),
        2 => format!("{{\"filters\":{{\"service\":{{\"eq\":[{}1]}}}}}}", "1,".repeat(times(stream, 20_000)))
            .into_bytes(),
        3 => {
            format!("{{\"filters\":{{\"ip.address\":{{\"eq\":\"{}\"}}}}}}", "9".repeat(times(stream, 60_000)))
                .into_bytes()
        }
        4 => format!("{{{}\"a\":1}}", "\"filters\":{},".repeat(times(stream, 4_000))).into_bytes(),
        5 => b"--x\r\n\r\n\r\n".repeat(times(stream, 4_000)),
        6 => b"a=b&".repeat(times(stream, 10_000)),
        7 => (0..stream.below(400)).map(|_| stream.bits() as u8).collect(),
        _ => stream.pick(&BODIES).to_vec(),
    }
}
