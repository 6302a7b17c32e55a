//! Tags of apps: who wears which, and putting them on.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/governance-discovery>, and former pages of the API. There are the
//! tags of the product only.

use http::StatusCode;

use crate::catalogue::cloud_apps;
use crate::facts::discovery;
use crate::facts::ids::minter;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::discovery::{AppTag, DiscoveryCommand};
use crate::model::ids::Kind;
use crate::model::json::{Tree, json};

use crate::services::cloudapps::fields::bad_value;
use crate::services::cloudapps::list_request::ListRequest;
use crate::services::cloudapps::refusals::CloudAppsRefusal;

use super::{asked, data, refused};

/// What tags of apps are among all tags.
const TARGET: u8 = 6;

/// `POST /api/v1/discovery/app_tags/`: a list without an envelope.
pub(in crate::services::cloudapps) fn list(ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &all(ctx)))
}

/// `GET` of the same, as a client of the vendor reads it.
pub(in crate::services::cloudapps) fn list_in_data(ctx: &Ctx<'_>) -> Handled {
    Ok(data(all(ctx)))
}

fn all(ctx: &Ctx<'_>) -> Vec<Tree> {
    let told = |tag: &AppTag| {
        let wears = |app: &u32| discovery::wears(&ctx.view, *app, *tag);
        let apps: Vec<u32> = cloud_apps::all().iter().map(|app| app.number).filter(wears).collect();
        json!({
            "name": tag.name(),
            "target": TARGET,
            "id": minter(&ctx.view).hex24(Kind::AppTag, *tag as u64).to_string(),
            "_tid": ctx.view.state.identity().number,
            "appIds": apps,
            "builtIn": true,
        })
    };
    AppTag::ALL.iter().map(told).collect()
}

/// `POST /api/v1/discovery/discovery_app/{appId}/add_tag/`; the answer's body is (unverified).
pub(in crate::services::cloudapps) fn add(ctx: &Ctx<'_>) -> Handled {
    put(ctx, true)
}

/// `POST /api/v1/discovery/discovery_app/{appId}/remove_tag/`; the answer's body is (unverified).
pub(in crate::services::cloudapps) fn remove(ctx: &Ctx<'_>) -> Handled {
    put(ctx, false)
}

fn put(ctx: &Ctx<'_>, on: bool) -> Handled {
    let request = ListRequest::read(ctx)?;
    let name = request.text("tagName")?.unwrap_or_default();
    if name.is_empty() {
        return Err(CloudAppsRefusal::Required { field: "tagName".to_owned() }.into());
    }
    let tag = AppTag::named(name)
        .ok_or_else(|| bad_value(name, "tagName", "Sanctioned, Unsanctioned or Monitored"))?;
    let text = ctx.param("appId");
    let app = text.parse().ok().filter(|number| cloud_apps::app(*number).is_some());
    let app = app.ok_or_else(|| {
        Refused::from(CloudAppsRefusal::NoObject { id: text.to_owned() })
            .because(format!("path: the catalogue has no app with number {text}"))
    })?;
    ctx.submit(DiscoveryCommand::TagApp { app, tag, on, by: ctx.by() }).map_err(refused)?;
    Ok(Answer::json(StatusCode::OK, &json!({"success": true})))
}

/// `GET /api/discovery/get_unsanctioned_apps/?streamId&timeframe`: those that the stream has discovered.
pub(in crate::services::cloudapps) fn unsanctioned(ctx: &Ctx<'_>) -> Handled {
    let list = ListRequest::read(ctx)?;
    let (stream, days) = asked(ctx, &list)?;
    let usage = discovery::usage(&stream, days);
    let wears = |app: u32| discovery::wears(&ctx.view, app, AppTag::Unsanctioned);
    let apps = usage.apps.iter().filter(|found| wears(found.app.number)).map(|found| {
        json!({"appId": found.app.number, "name": found.app.name, "category": found.app.category.id,
            "trafficTotalBytes": found.volume.bytes(), "domainList": found.app.domains().collect::<Vec<_>>()})
    });
    Ok(data(apps.collect()))
}
