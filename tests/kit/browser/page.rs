//! What a browser shows, read as far as tests look at it, and what it hands to an application.

use mock_defender::gateway::Answer;
use mock_defender::gateway::form::Form;

use crate::kit::text;

/// Where a request ended.
#[derive(Debug)]
pub enum Shown {
    Page(Page),
    Back(Back),
}

/// A page that waits for somebody.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub url: String,
    pub html: String,
    pub headers: http::HeaderMap,
}

/// The answer for the application.
#[derive(Clone, Debug)]
pub struct Back {
    /// The redirect URI, without what was added.
    pub uri: String,
    pub mode: &'static str,
    pub fields: Vec<(String, String)>,
}

impl Back {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn names(&self) -> Vec<&str> {
        self.fields.iter().map(|(name, _)| name.as_str()).collect()
    }

    pub fn code(&self) -> String {
        self.get("code").unwrap_or_else(|| panic!("no code: {self:?}")).to_owned()
    }

    /// The error and its number; empty and 0 where there is none.
    pub fn error(&self) -> (&str, u64) {
        let number = self.get("error_description").map_or(0, number_in);
        (self.get("error").unwrap_or_default(), number)
    }
}

/// The number after the first `AADSTS` of a text.
pub fn number_in(text: &str) -> u64 {
    let rest = text.split_once("AADSTS").map_or("", |(_, rest)| rest);
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

impl Shown {
    pub fn page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::Back(back) => panic!("the browser went back to the application: {back:?}"),
        }
    }

    pub fn back(self) -> Back {
        match self {
            Self::Back(back) => back,
            Self::Page(page) => panic!("a page: {} {}", page.title(), page.text()),
        }
    }

    /// What it is: the title of a page, `code`, or the error.
    pub fn is(&self) -> String {
        match self {
            Self::Page(page) => page.title(),
            Self::Back(back) if back.get("error").is_some() => {
                let (error, number) = back.error();
                format!("{error} {number}")
            }
            Self::Back(_) => "back".to_owned(),
        }
    }
}

impl Page {
    pub fn title(&self) -> String {
        let (_, rest) = self.html.split_once("<title>").unwrap_or(("", ""));
        unescaped(rest.split_once("</title>").map_or("", |(title, _)| title))
    }

    /// What somebody reads, tags and style aside.
    pub fn text(&self) -> String {
        let body = self.html.split_once("<main>").map_or("", |(_, rest)| rest);
        let mut out = String::new();
        for part in body.split('<') {
            out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
            out.push(' ');
        }
        unescaped(&out).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The number of an error page, or that of a page's error line; 0 without one.
    pub fn number(&self) -> u64 {
        number_in(&self.text())
    }

    pub fn action(&self) -> String {
        self.tags("form").first().and_then(|tag| attribute(tag, "action")).unwrap_or_default()
    }

    /// Names and values of inputs of a type.
    pub fn inputs(&self, kind: &str) -> Vec<(String, String)> {
        let tags = self.tags("input").into_iter();
        tags.filter(|tag| attribute(tag, "type").unwrap_or_else(|| "text".to_owned()) == kind)
            .map(|tag| {
                (attribute(tag, "name").unwrap_or_default(), attribute(tag, "value").unwrap_or_default())
            })
            .collect()
    }

    /// Names and values of the buttons.
    pub fn buttons(&self) -> Vec<(String, String)> {
        let tags = self.tags("button").into_iter();
        tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
    }

    pub fn has_button(&self, step: &str) -> bool {
        self.buttons().contains(&("step".to_owned(), step.to_owned()))
    }

    pub fn flow_token(&self) -> String {
        let found = self.inputs("hidden").into_iter().find(|(name, _)| name == "flowToken");
        found.unwrap_or_else(|| panic!("no form: {}", self.text())).1
    }

    /// The permissions that a page lists, in its words.
    pub fn lists(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    fn tags(&self, name: &str) -> Vec<&str> {
        let start = format!("<{name}");
        let parts = self.html.split(start.as_str()).skip(1);
        parts
            .filter(|part| part.starts_with([' ', '>', '\n']))
            .filter_map(|part| Some(part.split_once('>')?.0))
            .collect()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescaped(rest.split_once('"')?.0))
}

pub fn unescaped(text: &str) -> String {
    let mut out = text.to_owned();
    for (entity, plain) in [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        out = out.replace(entity, plain);
    }
    out
}

impl Page {
    pub fn of(answer: &Answer, url: &str) -> Self {
        Self {
            status: answer.status.as_u16(),
            url: url.to_owned(),
            html: text(answer),
            headers: answer.headers.clone(),
        }
    }
}

/// What a redirect hands to the application.
pub fn landed(to: &str) -> Back {
    let (uri, mode, fields) = match (to.split_once('#'), to.split_once('?')) {
        (Some((uri, fields)), _) => (uri, "fragment", fields),
        (None, Some((uri, fields))) => (uri, "query", fields),
        (None, None) => (to, "none", ""),
    };
    let form = Form::read(fields.as_bytes());
    let fields = form.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Back { uri: uri.to_owned(), mode, fields }
}
