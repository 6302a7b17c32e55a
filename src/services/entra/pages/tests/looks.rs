//! How pages look, and what they are called by whoever finds their parts by name.

use super::*;

/// Least contrast of text, and of what stands beside it (WCAG 2.2, 1.4.3 and 1.4.11).
const TEXT: f64 = 4.5;
const SHAPE: f64 = 3.0;

/// A colour in sRGB, each part from 0 to 1.
type Rgb = [f64; 3];

/// The colours of the style in light or in dark.
struct Colours {
    dark: bool,
}

impl Colours {
    /// In light and in dark.
    fn both() -> [Self; 2] {
        [false, true].map(|dark| Self { dark })
    }

    fn value(&self, name: &str) -> &'static str {
        let told = between(&STYLE, &format!("--{name}: "), ";");
        let both = told.strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(')'));
        let (light, dark) = both.and_then(|both| both.split_once(", ")).expect("light and dark");
        if self.dark { dark } else { light }
    }

    /// How much of its hue the colour of a company has, and how light it is.
    fn shade(&self) -> &'static str {
        let (light, dark) = STYLE.split_once("@media (prefers-color-scheme: dark) {").expect("dark");
        between(if self.dark { dark } else { light }, "--tint-shade: ", ";")
    }

    fn named(&self, name: &str) -> Rgb {
        let digits = self.value(name).strip_prefix('#').expect("a colour in hexadecimal");
        assert_eq!(digits.len(), 6, "{name}");
        [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0)
    }

    /// The colour of a company.
    fn tint(&self, tint: u32) -> Rgb {
        let hue = between(&STYLE, &format!(".tint-{tint} {{ --hue: "), ";").parse().unwrap();
        let parts = self.shade().split(' ').map(|part| part.trim_end_matches('%').parse::<f64>().unwrap());
        let [saturation, lightness] = parts.map(|part| part / 100.0).collect::<Vec<_>>().try_into().unwrap();
        hsl(hue, saturation, lightness)
    }
}

/// Source: <https://www.w3.org/TR/css-color-4/#hsl-to-rgb>
fn hsl(hue: f64, saturation: f64, lightness: f64) -> Rgb {
    [0.0, 8.0, 4.0].map(|n| {
        let k = (n + hue / 30.0) % 12.0;
        lightness - saturation * lightness.min(1.0 - lightness) * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}

/// Source: <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>
fn luminance(colour: Rgb) -> f64 {
    let linear =
        colour.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn contrast_is_computed_as_wcag_defines_it() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
    assert!((contrast(hsl(0.0, 0.0, 119.0 / 255.0), [1.0; 3]) - 4.478).abs() < 1e-3);
    assert_eq!(hsl(120.0, 1.0, 0.5), [0.0, 1.0, 0.0]);
}

#[test]
fn the_colours_of_companies_are_legible_in_light_and_dark() {
    for colours in Colours::both() {
        for tint in 0..TINTS {
            let box_of = colours.tint(tint);
            assert!(contrast(colours.named("on-tint"), box_of) >= TEXT, "initials on tint {tint}");
            assert!(contrast(box_of, colours.named("card")) >= SHAPE, "tint {tint} on the card");
            assert!(contrast(box_of, colours.named("page")) >= SHAPE, "tint {tint} on the page");
        }
    }
    assert!(!STYLE.contains(&format!(".tint-{TINTS} ")), "more classes than tints");
}

#[test]
fn the_colours_of_companies_differ() {
    for colours in Colours::both() {
        let tints: Vec<_> = (0..TINTS).map(|tint| colours.tint(tint)).collect();
        for (at, one) in tints.iter().enumerate() {
            for other in &tints[..at] {
                let apart: f64 = one.iter().zip(other).map(|(one, other)| (one - other).abs()).sum();
                assert!(apart > 0.1, "{one:?} {other:?}");
            }
        }
    }
}

#[test]
fn every_text_is_legible_in_light_and_dark() {
    for colours in Colours::both() {
        for (text, ground) in [
            ("text", "card"),
            ("text", "page"),
            ("soft", "card"),
            ("soft", "page"),
            ("act", "card"),
            ("on-act", "act"),
            ("on-mark", "mark"),
            ("bad", "card"),
            ("good", "card"),
        ] {
            let found = contrast(colours.named(text), colours.named(ground));
            assert!(found >= TEXT, "{text} on {ground}: {found:.2}");
        }
        assert!(contrast(colours.named("edge"), colours.named("card")) >= SHAPE);
    }
}

#[test]
fn the_box_and_the_name_of_the_company_stand_on_every_page_of_a_flow() {
    for Sample { name, html, .. } in harmless() {
        let alone = ["FormPost", "ErrorPage", "ErrorLookup"].iter().any(|page| name.starts_with(page));
        assert_eq!(html.contains("<body class=\"tint-3\">"), !alone, "{name}");
        // The initials say nothing that the name does not.
        assert_eq!(html.contains("<span class=\"monogram\" aria-hidden=\"true\">T"), !alone, "{name}");
    }
}

/// What the buttons of a page are called.
fn names(html: &str) -> Vec<String> {
    let name = |part: &str| {
        let text: String =
            part.split('<').map(|piece| piece.split_once('>').map_or("", |(_, text)| text)).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
    };
    html.split("<button")
        .skip(1)
        .map(|part| name(&format!("<{}", part.split("</button").next().unwrap())))
        .collect()
}

#[test]
fn at_most_one_button_of_a_page_says_sign_in() {
    for Sample { name, html, .. } in harmless() {
        // As tests look for it: anywhere in the name, in any case.
        let found = names(&html).iter().filter(|name| name.contains("sign in")).count();
        let asks = ["Password", "NewPassword", "NeedAdmin"].iter().any(|page| name.starts_with(page));
        assert_eq!(found, usize::from(asks), "{name}: {:?}", names(&html));
    }
}

#[test]
fn test_users_are_buttons_of_their_own_names_after_the_one_that_enter_presses() {
    let Sample { html, .. } = harmless().find(|sample| sample.name == "SignIn").unwrap();
    let names = names(&html);
    assert_eq!((names.len(), names[0].as_str()), (3, "next"));
    assert!(names[1..].iter().all(|name| name.matches("text #").count() == 4), "{names:?}");
    assert!(html.contains("<ul class=\"accounts\">") && html.contains("One click gives the password"));
    let Sample { html, .. } = harmless().find(|sample| sample.name == "SignIn, by name").unwrap();
    assert!(!html.contains("test user"));
}

#[test]
fn permissions_stand_under_their_api_in_words_with_the_raw_name_second() {
    let permission = |title, value, access| Permission {
        title,
        description: "In full.",
        value,
        id: Some("the-id"),
        resource: "Microsoft Graph",
        resource_id: "the-api",
        access,
        application: false,
    };
    let asked = vec![
        permission("Go on", "offline_access", Access::Offline),
        permission("Write mail", "Mail.ReadWrite", Access::Change),
        permission("Read mail", "Mail.Read", Access::Read),
    ];
    let app = AppCard { name: "App", publisher: None, verified: false, app_id: "", host: "" };
    let frame = Frame::alone("", None, "");
    let page = NeedAdmin { frame, upn: "", app, permissions: grouped(asked), request_form: false };
    let html = page.html(None);
    let mut rest = html.as_str();
    for next in [
        "<h2><bdi>Microsoft Graph</bdi> <code>the-api</code></h2>",
        "<h3>Read</h3>",
        "<bdi>Read mail</bdi> <code>Mail.Read</code></summary>",
        "ID <code>the-id</code>",
        "<h3>Change</h3>",
        "<bdi>Write mail</bdi> <code>Mail.ReadWrite</code>",
        "<h3>Offline access</h3>",
        "<bdi>Go on</bdi> <code>offline_access</code>",
    ] {
        rest = rest.split_once(next).unwrap_or_else(|| panic!("{next} is not there in its turn: {html}")).1;
    }
    assert_eq!(html.matches("<h2>").count(), 1);
}
