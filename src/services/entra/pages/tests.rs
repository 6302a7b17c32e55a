//! What holds for every page, whatever it is given to say.

mod looks;

use std::cell::Cell;

use aws_lc_rs::digest::{SHA256, digest};

use super::*;
use crate::model::base64;

/// The addresses that pages are given.
const APP: &str = "https://app.example/callback";
const LOGOUT: &str = "https://app.example/logout";
const NEXT: &str = "https://app.example/bye";

/// A page, and the form that is promised for it.
struct Sample {
    name: &'static str,
    html: String,
    policy: String,
    fields: &'static [&'static str],
    buttons: &'static [(&'static str, &'static str)],
}

/// Makes the texts that are put into pages, each another one.
struct Texts {
    pattern: &'static str,
    made: Cell<usize>,
}

impl Texts {
    fn next(&self) -> String {
        self.made.set(self.made.get() + 1);
        self.pattern.replace("{}", &format!("#{}#", self.made.get()))
    }

    fn text(&self) -> &'static str {
        self.next().leak()
    }
}

/// Breaks out of text, tags and attributes with either quote, unless it is escaped.
const HOSTILE: &str = "{}\"'></title></style></textarea><script>alert(1)</script><img src=x onerror=y>&amp;";

/// Every page in its variants, all texts by `pattern`, and for each the number of its first text and of the next
/// page's.
fn samples(pattern: &'static str) -> Vec<(Sample, usize, usize)> {
    let texts = Texts { pattern, made: Cell::new(0) };
    let text = || texts.text();
    let company = || Some(CompanyMark { name: text(), tint: 3 });
    let frame = || Frame {
        title: text(),
        company: company(),
        action: text(),
        flow_token: text(),
        notices: vec![texts.next(), texts.next()],
    };
    // The frame of a page without a form.
    let last = || Frame {
        action: "",
        flow_token: "",
        title: text(),
        company: company(),
        notices: vec![texts.next()],
    };
    let app =
        |verified| AppCard { name: text(), publisher: Some(text()), verified, app_id: text(), host: text() };
    let permissions = || {
        let asked = [false, true].map(|application| Permission {
            title: text(),
            description: text(),
            value: text(),
            id: Some(text()),
            resource: text(),
            resource_id: text(),
            access: Access::Read,
            application,
        });
        grouped(asked.to_vec())
    };
    let at = |base: &str| format!("{base}?{}", texts.next());
    let id = "6f1b2c3d-0000-4000-8000-0123456789ab".parse().unwrap();

    let mut samples = Vec::new();
    let first = Cell::new(1);
    let mut add = |name, page: &dyn Page, fields, buttons| {
        let sample = Sample { name, html: page.html(None), policy: page.policy(false), fields, buttons };
        samples.push((sample, first.replace(texts.made.get() + 1), texts.made.get() + 1));
    };

    let persona = |choice| {
        let (name, upn, role, company) = (text(), text(), text().to_owned(), text());
        Persona { name, upn, role, company, choice }
    };
    let sign_in = |list, one_click| {
        let personas = Personas { list, one_click };
        SignIn { frame: frame(), username: text(), error: Some(text()), personas }
    };
    let people = vec![persona("user"), persona("guest")];
    let buttons = &[("step", "username"), ("persona", "user"), ("persona", "guest")];
    add("SignIn", &sign_in(people, true), &["flowToken", "login"], buttons);
    add("SignIn, by name", &sign_in(Vec::new(), false), &["flowToken", "login"], &[("step", "username")]);
    let account =
        |signed_in, choice: &str| Account { name: text(), upn: text(), signed_in, choice: choice.to_owned() };
    let page = Picker { frame: frame(), accounts: vec![account(true, "a"), account(false, "b")] };
    add("Picker", &page, &["flowToken"], &[("account", "a"), ("account", "b"), ("account", "other")]);
    let password = |error, stay_signed_in, persona| Password {
        frame: frame(),
        upn: text(),
        error,
        stay_signed_in,
        persona,
    };
    let steps = &[("step", "password"), ("persona", "user"), ("step", "restart")];
    let page = password(Some(text()), true, Some("user"));
    add("Password", &page, &["flowToken", "login", "passwd", "kmsi"], steps);
    let steps = &[("step", "password"), ("step", "restart")];
    add("Password, once", &password(None, false, None), &["flowToken", "login", "passwd"], steps);
    let page = Mfa { frame: frame(), upn: text(), hint: text(), error: Some(text()) };
    add("Mfa", &page, &["flowToken", "otc"], &[("step", "mfa")]);
    let page = Enrol { frame: frame(), upn: text(), secret: text() };
    add("Enrol", &page, &["flowToken"], &[("step", "enrol")]);
    let page = NewPassword { frame: frame(), upn: text(), error: Some(text()) };
    let fields = &["flowToken", "passwd", "newpasswd", "confirmpasswd"];
    add("NewPassword", &page, fields, &[("step", "newpassword")]);

    let steps = &[("step", "accept"), ("step", "cancel")];
    let consent = |for_organization, offer_organization| Consent {
        frame: frame(),
        upn: text(),
        app: app(offer_organization),
        for_organization,
        offer_organization,
        permissions: permissions(),
        statement: if for_organization { vec![text(), text()].leak() } else { &[] },
    };
    add("Consent", &consent(false, true), &["flowToken", "consentOrganization"], steps);
    add("Consent, for all", &consent(true, false), &["flowToken"], steps);
    let need = |request_form| NeedAdmin {
        frame: frame(),
        upn: text(),
        app: app(true),
        permissions: permissions(),
        request_form,
    };
    add("NeedAdmin", &need(false), &["flowToken"], &[("step", "restart"), ("step", "cancel")]);
    let asking = &[("step", "request"), ("step", "restart"), ("step", "cancel")];
    add("NeedAdmin, form", &need(true), &["flowToken", "justification"], asking);
    let name = AppCard { name: text(), publisher: None, verified: false, app_id: "", host: "" };
    add("RequestSent", &RequestSent { frame: frame(), app: name }, &["flowToken"], &[("step", "cancel")]);
    add("ConfirmApp", &ConfirmApp { frame: frame(), app: app(true), upn: text() }, &["flowToken"], steps);
    let page = DeviceCode { frame: frame(), code: text(), error: Some(text()) };
    add("DeviceCode", &page, &["flowToken", "code"], &[("step", "code")]);

    add("Done", &Done { frame: last(), title: text(), text: text() }, &[], &[]);
    let action = at(APP);
    let page = FormPost { action: &action, fields: vec![("code", text()), ("state", text())] };
    add("FormPost", &page, &["code", "state"], &[("", "")]);
    let next = at(NEXT);
    let page = SignedOut { frame: last(), frames: vec![at(LOGOUT), at(LOGOUT)], next: Some(&next) };
    add("SignedOut", &page, &[], &[]);
    add("SignedOut, here", &SignedOut { frame: last(), frames: Vec::new(), next: None }, &[], &[]);
    let page = ErrorPage {
        title: text(),
        code: 50011,
        text: text(),
        trace_id: id,
        correlation_id: id,
        timestamp: text(),
        app_name: Some(text()),
        more: Some(text()),
    };
    add("ErrorPage", &page, &[], &[]);
    add("ErrorLookup", &ErrorLookup { code: text(), text: Some(text()) }, &["code"], &[("", "")]);
    add("ErrorLookup, unknown", &ErrorLookup { code: text(), text: None }, &["code"], &[("", "")]);
    samples
}

fn harmless() -> impl Iterator<Item = Sample> {
    samples("Text {}").into_iter().map(|(sample, ..)| sample)
}

/// The start tags of these elements.
fn tags<'h>(html: &'h str, elements: &[&str]) -> Vec<&'h str> {
    html.split('<')
        .skip(1)
        .filter(|tag| elements.contains(&tag.split([' ', '>']).next().unwrap_or_default()))
        .map(|tag| &tag[..tag.find('>').unwrap_or(tag.len())])
        .collect()
}

/// The value of an attribute, empty if it is missing.
fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let start = format!(" {name}=\"");
    tag.find(&start).map_or("", |at| {
        let value = &tag[at + start.len()..];
        &value[..value.find('"').unwrap_or(value.len())]
    })
}

/// What stands between these marks.
fn between<'h>(html: &'h str, start: &str, end: &str) -> &'h str {
    let (_, rest) = html.split_once(start).expect("start");
    rest.split_once(end).expect("end").0
}

#[test]
fn every_page_has_a_title_a_language_one_heading_and_the_mark() {
    for Sample { name, html, .. } in harmless() {
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{name}");
        assert!(!between(&html, "<title>", "</title>").trim().is_empty(), "{name}");
        assert_eq!(html.matches("<h1>").count(), 1, "{name}");
        assert!(between(&html, "<header>", "</header>").contains(MARK), "{name}");
        assert!(html.len() < 10 << 10, "{name}: {} bytes", html.len());
    }
}

#[test]
fn every_form_has_the_promised_fields_and_buttons_and_nothing_else() {
    for Sample { name, html, fields, buttons, .. } in harmless() {
        let found: Vec<_> =
            tags(&html, &["input", "textarea", "select"]).iter().map(|tag| attribute(tag, "name")).collect();
        assert_eq!(found, fields, "{name}");
        let found: Vec<_> = tags(&html, &["button"])
            .iter()
            .map(|tag| (attribute(tag, "name"), attribute(tag, "value")))
            .collect();
        assert_eq!(found, buttons, "{name}");
        let forms = tags(&html, &["form"]);
        assert_eq!(forms.len(), usize::from(!buttons.is_empty()), "{name}");
        if let Some(form) = forms.first() {
            let by_get = name.starts_with("ErrorLookup");
            assert_eq!(attribute(form, "method"), if by_get { "get" } else { "post" }, "{name}");
            assert_eq!(attribute(form, "action").is_empty(), by_get, "{name}");
        }
    }
}

#[test]
fn checkboxes_start_unchecked_and_post_true() {
    for Sample { name, html, .. } in harmless() {
        for tag in tags(&html, &["input"]).iter().filter(|tag| attribute(tag, "type") == "checkbox") {
            assert_eq!(attribute(tag, "value"), "true", "{name}");
            assert!(!tag.contains("checked"), "{name}");
        }
    }
}

#[test]
fn every_field_has_a_label_and_the_first_has_the_focus() {
    for Sample { name, html, .. } in harmless() {
        let typed: Vec<_> = tags(&html, &["input", "textarea"])
            .into_iter()
            .filter(|tag| !["hidden", "checkbox"].contains(&attribute(tag, "type")))
            .collect();
        for tag in &typed {
            assert!(html.contains(&format!("<label for=\"{}\">", attribute(tag, "id"))), "{name}: {tag}");
        }
        if let Some(first) = typed.first() {
            assert!(first.contains(" autofocus"), "{name}");
        }
        assert!(html.matches(" autofocus").count() <= 1, "{name}");
    }
}

#[test]
fn an_error_is_announced_and_tied_to_its_field() {
    let announced: Vec<_> =
        harmless().filter(|sample| sample.html.contains("aria-invalid=\"true\"")).collect();
    assert_eq!(announced.len(), 6);
    for Sample { name, html, .. } in announced {
        assert!(html.contains("id=\"error\" role=\"alert\" aria-live=\"assertive\">"), "{name}");
        let invalid = tags(&html, &["input"]).into_iter().find(|tag| tag.contains("aria-invalid"));
        assert!(attribute(invalid.unwrap(), "aria-describedby").ends_with("error"), "{name}");
    }
}

#[test]
fn every_input_of_a_page_is_shown_escaped() {
    for (Sample { name, html, .. }, first, next) in samples(HOSTILE) {
        for number in first..next {
            assert!(html.contains(&format!("#{number}#&#34;&#39;&#62;&#60;/title")), "{name}: text {number}");
        }
        let ours = usize::from(name == "FormPost");
        assert_eq!(tags(&html, &["script"]).len(), ours, "{name}");
        assert_eq!(html.matches("alert(1)&#60;/script").count(), html.matches("alert(1)").count(), "{name}");
        assert!(tags(&html, &["img"]).is_empty(), "{name}");
        // One end of the style, of the title and of the document.
        for end in ["</style>", "</title>", "</html>"] {
            assert_eq!(html.matches(end).count(), 1, "{name}: {end}");
        }
        assert!(!html.contains("\"'"), "{name}: a quote ends an attribute");
    }
}

#[test]
fn only_our_own_texts_are_written_without_escaping() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/services/entra/pages");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "html") {
            let template = std::fs::read_to_string(&path).unwrap();
            // The panel is a page of ours, rendered before.
            let ours = ["STYLE.as_str()", "PANEL_STYLE.as_str()", "SCRIPT", "panel"];
            let written = |text: String, ours: &&str| text.replace(&format!("{{{{ {ours}|safe }}}}"), "");
            let bare = ours.iter().fold(template, written);
            assert!(!bare.contains("safe"), "{}", path.display());
        }
    }
}

#[test]
fn no_page_names_another_origin_than_it_is_given() {
    for Sample { name, html, .. } in harmless() {
        let rest = html.replace(APP, "").replace(LOGOUT, "").replace(NEXT, "");
        assert!(!rest.contains("//"), "{name}");
        assert!(!rest.contains("url(") && !rest.contains("@import"), "{name}");
    }
}

#[test]
fn javascript_urls_are_left_out_of_pages() {
    let page = FormPost { action: "javascript:alert(1)", fields: Vec::new() };
    assert!(!page.html(None).contains("javascript"));
    let Sample { html, .. } = harmless().find(|sample| sample.name == "SignedOut").unwrap();
    assert_eq!(html.matches(LOGOUT).count(), 2);
    assert_eq!(html.matches(NEXT).count(), 2);
    let frame = Frame::alone("", None, "");
    let frames = vec!["javascript:alert(1)".to_owned()];
    let page = SignedOut { frame, frames, next: Some("javascript:alert(1)") };
    assert!(!page.html(None).contains("javascript") && !page.policy(false).contains("frame-src"));
}

#[test]
fn the_policy_names_the_style_and_the_script_of_its_page_and_allows_nothing_else() {
    let hash = |text: &str| {
        format!("'sha256-{}'", base64::encode_standard(digest(&SHA256, text.as_bytes()).as_ref()))
    };
    for Sample { name, html, policy, .. } in harmless() {
        let style = hash(between(&html, "<style>", "</style>"));
        let mut expected = format!(
            "default-src 'none'; img-src data:; style-src {style}; base-uri 'none'; frame-ancestors 'none'"
        );
        if name == "FormPost" {
            expected.push_str(&format!("; script-src {}", hash(between(&html, "<script>", "</script>"))));
        }
        if name == "SignedOut" {
            expected.push_str("; frame-src http: https:");
        }
        assert_eq!(policy, expected, "{name}");
        // A style in an attribute, or a script as a handler, would be blocked.
        for tag in html.split('<').filter_map(|part| part.split_once('>')).map(|(tag, _)| tag) {
            assert!(!tag.contains(" style=") && !tag.contains(" on"), "{name}: {tag}");
        }
    }
}

#[test]
fn an_error_page_shows_its_number_once_however_the_text_is_given() {
    for text in ["AADSTS50011: The redirect URI differs.", "The redirect URI differs."] {
        let id = "6f1b2c3d-0000-4000-8000-0123456789ab".parse().unwrap();
        let page = ErrorPage {
            title: "Sorry",
            code: 50011,
            text,
            trace_id: id,
            correlation_id: id,
            timestamp: "2025-03-03 09:00:00Z",
            app_name: None,
            more: None,
        };
        assert!(page.html(None).contains("role=\"alert\">AADSTS50011: The redirect URI differs.</p>"));
        assert!(page.html(None).contains("href=\"/error?code=50011\""));
    }
}
