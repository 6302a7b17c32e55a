//! What an appliance needs to block the apps that are not sanctioned: a script, or a list of their domains.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-discovery-script>. Lines of BlueCoat and Zscaler are on
//! record; how the others are written is (unverified): each is what its appliance reads.

use http::StatusCode;

use crate::catalogue::cloud_apps::{self, CloudApp};
use crate::facts::discovery;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::discovery::AppTag;
use crate::model::json::{Tree, json};

use crate::services::cloudapps::fields::bad_value;
use crate::services::cloudapps::list_request::ListRequest;

/// Appliances by number, and what is written for each.
const FORMATS: [(usize, fn(&[&'static str]) -> String); 7] = [
    (102, blue_coat),
    (104, cisco_asa),
    (108, fortigate),
    (112, palo_alto),
    (120, zscaler),
    (129, juniper_srx),
    (135, websense),
];

/// `GET /api/discovery_block_scripts/?format=N&type=banned`: text; without `format`, pages of JSON. `type=allowed` is about
/// the sanctioned ones (unverified).
pub(in crate::services::cloudapps) fn script(ctx: &Ctx<'_>) -> Handled {
    let request = ListRequest::read(ctx)?;
    let tag = match request.text("type")?.unwrap_or_default() {
        "" | "banned" => AppTag::Unsanctioned,
        "allowed" => AppTag::Sanctioned,
        other => return Err(bad_value(other, "type", "banned or allowed")),
    };
    let wears = |app: &&CloudApp| discovery::wears(&ctx.view, app.number, tag);
    let apps: Vec<&CloudApp> = cloud_apps::all().iter().filter(wears).collect();
    if !request.has("format") {
        return listed(&request, &apps);
    }
    let format = request.count("format", 0)?;
    let Some((_, write)) = FORMATS.iter().find(|(number, _)| *number == format) else {
        let numbers = FORMATS.map(|(number, _)| number.to_string()).join(", ");
        return Err(bad_value(&format.to_string(), "format", &format!("one of {numbers}")));
    };
    let domains: Vec<&str> = apps.iter().flat_map(|app| app.domains()).collect();
    Ok(Answer::with_type(StatusCode::OK, "text/plain; charset=utf-8", write(&domains)))
}

/// Pages of apps with their domains.
fn listed(request: &ListRequest, apps: &[&CloudApp]) -> Handled {
    const MOST: usize = 100;
    let (skip, limit) = (request.count("skip", 0)?, request.count("limit", MOST)?.min(MOST));
    let page: Vec<Tree> = apps
        .iter()
        .skip(skip)
        .take(limit)
        .map(|app| {
            json!({"appId": app.number, "name": app.name, "domainList": app.domains().collect::<Vec<_>>()})
        })
        .collect();
    let has_next = limit > 0 && skip.saturating_add(limit) < apps.len();
    Ok(Answer::json(StatusCode::OK, &json!({"data": page, "hasNext": has_next, "total": apps.len()})))
}

/// A line for each domain.
fn lines(domains: &[&'static str], line: impl Fn(usize, &str) -> String) -> String {
    domains.iter().enumerate().map(|(place, domain)| line(place, domain)).collect()
}

fn blue_coat(domains: &[&'static str]) -> String {
    lines(domains, |_, domain| format!("url.domain={domain} deny\n"))
}

fn cisco_asa(domains: &[&'static str]) -> String {
    let objects = lines(domains, |place, domain| {
        format!("object network discovered_app_{}\n fqdn v4 {domain}\n", place + 1)
    });
    let rules = lines(domains, |place, _| {
        format!("access-list discovered_apps extended deny ip any object discovered_app_{}\n", place + 1)
    });
    format!("{objects}{rules}access-list discovered_apps extended permit ip any any\n")
}

fn fortigate(domains: &[&'static str]) -> String {
    let entries = lines(domains, |place, domain| {
        format!(
            "            edit {}\n                set url \"{domain}\"\n                set type simple\n                set action block\n            next\n",
            place + 1
        )
    });
    format!(
        "config webfilter urlfilter\n    edit 1\n        set name \"discovered_apps\"\n        config entries\n{entries}        end\n    next\nend\n"
    )
}

fn palo_alto(domains: &[&'static str]) -> String {
    lines(domains, |_, domain| {
        format!(
            "set profiles custom-url-category discovered_apps list {domain}/\nset profiles custom-url-category discovered_apps list *.{domain}/\n"
        )
    })
}

fn zscaler(domains: &[&'static str]) -> String {
    lines(domains, |_, domain| format!(".{domain}\n"))
}

fn juniper_srx(domains: &[&'static str]) -> String {
    let patterns = lines(domains, |_, domain| {
        format!("set security utm custom-objects url-pattern discovered_apps value http://*.{domain}\n")
    });
    format!(
        "{patterns}set security utm custom-objects custom-url-category discovered_apps value discovered_apps\n"
    )
}

fn websense(domains: &[&'static str]) -> String {
    lines(domains, |_, domain| format!("{domain}\n"))
}
