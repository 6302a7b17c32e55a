//! Which routes there are, and which of them a script has got no answer out of.

use std::collections::BTreeSet;

use mock_defender::MockDefender;

use crate::client::{Asked, Client, text};

/// Every route: service, method, path on the simulator's own names.
pub(crate) struct Routes(Vec<[String; 3]>);

/// Services whose paths stand behind their name there.
const PREFIXED: [&str; 4] = ["defender", "copilot", "classic", "storage"];

/// The routes, as the control API lists them.
pub(crate) fn routes() -> Routes {
    let list = Client::open(MockDefender::builder()).control("routes", "GET", "/_mock/routes", "").json();
    let routes = list["routes"].as_array().expect("routes").iter();
    let read = |route| {
        let [service, method, path] = ["service", "method", "path"].map(|name| text(route, name));
        let prefix = if PREFIXED.contains(&service) { format!("/{service}") } else { String::new() };
        [service.to_owned(), method.to_owned(), prefix + path]
    };
    Routes(routes.map(read).collect())
}

impl Routes {
    /// Those that none of these requests is for.
    pub(crate) fn silent(&self, answered: &BTreeSet<Asked>) -> Vec<String> {
        let heard: BTreeSet<&[String; 3]> = answered.iter().filter_map(|asked| self.of(asked)).collect();
        self.0.iter().filter(|route| !heard.contains(route)).map(|route| route.join(" ")).collect()
    }

    /// The route of a request: of those that fit, the one that leaves least open.
    fn of(&self, (method, path): &Asked) -> Option<&[String; 3]> {
        let fitting = self.0.iter().filter(|[_, known, template]| known == method && fits(template, path));
        fitting.min_by_key(|[_, _, template]| template.matches('{').count())
    }
}

fn fits(template: &str, path: &str) -> bool {
    let segments =
        |text: &str| text.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (wanted, got) = (segments(template), segments(path));
    let same =
        |(wanted, got): (&String, &String)| wanted.starts_with('{') || wanted.eq_ignore_ascii_case(got);
    wanted.len() == got.len() && wanted.iter().zip(&got).all(same)
}
