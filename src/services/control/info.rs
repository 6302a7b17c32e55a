//! Health, information, certificate, routes, metrics.

use http::StatusCode;
use serde::Serialize;

use crate::gateway::route::{Fidelity, Handled};
use crate::gateway::{Answer, Ctx, Service};
use crate::model::json::json;
use crate::operations;
use crate::operations::info::TenantInfo;
use crate::operations::tenants;

/// `GET /_mock/health`
pub(super) fn health(_ctx: &Ctx<'_>) -> Handled {
    Ok(Answer::json(StatusCode::OK, &json!({"status": "ready"})))
}

#[derive(Serialize)]
struct Info<'a> {
    version: &'a str,
    url: String,
    proxy: String,
    ca: Option<&'a str>,
    tenants: Vec<TenantInfo>,
}

/// `GET /_mock/info`
pub(super) fn info(ctx: &Ctx<'_>) -> Handled {
    let listening = ctx.gateway.listening.get();
    let info = Info {
        version: env!("CARGO_PKG_VERSION"),
        url: listening.map_or_else(|| ctx.authority.origin().to_owned(), |listening| listening.url.clone()),
        proxy: listening.map_or_else(String::new, |listening| listening.proxy.clone()),
        ca: listening.and_then(|listening| listening.ca_file.as_deref()),
        tenants: tenants::list(ctx.gateway),
    };
    Ok(Answer::json(StatusCode::OK, &info))
}

/// `GET /_mock/ca.pem`
pub(super) fn ca(ctx: &Ctx<'_>) -> Handled {
    let pem = ctx.gateway.listening.get().map(|listening| listening.ca_pem.clone()).unwrap_or_default();
    Ok(Answer::with_type(StatusCode::OK, "application/x-pem-file", pem))
}

/// `GET /_mock/metrics`
pub(super) fn metrics(ctx: &Ctx<'_>) -> Handled {
    let text = operations::metrics(ctx.gateway);
    Ok(Answer::with_type(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text))
}

#[derive(Serialize)]
struct RouteInfo {
    service: Service,
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    permissions: &'static [&'static str],
    fidelity: Fidelity,
    witness: &'static str,
}

/// `GET /_mock/routes`
pub(super) fn routes(ctx: &Ctx<'_>) -> Handled {
    let routes: Vec<RouteInfo> = ctx
        .gateway
        .routes()
        .map(|route| RouteInfo {
            service: route.service,
            method: route.method.as_str(),
            path: route.path,
            summary: route.summary,
            permissions: route.permissions.application,
            fidelity: route.fidelity,
            witness: route.witness,
        })
        .collect();
    Ok(Answer::json(StatusCode::OK, &json!({"routes": routes})))
}
