//! Counts of what the gateway answered, since the process began; unlike the request log they never make room.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::facts::ActivityFacts;
use crate::tenant::wall::Stopwatch;

use super::refusal::Row;
use super::registry::Registry;
use super::service::Service;

/// The counts.
pub struct Meter {
    since: Stopwatch,
    counts: Mutex<Counts>,
}

/// Keys are the services' names, statuses and the catalogues' names: few, whatever clients send.
#[derive(Default)]
struct Counts {
    answers: BTreeMap<(Option<Service>, u16), u64>,
    refusals: BTreeMap<(Service, &'static str), u64>,
    disturbed: BTreeMap<(Option<Service>, &'static str), u64>,
}

impl Default for Meter {
    fn default() -> Self {
        Self { since: Stopwatch::start(), counts: Mutex::default() }
    }
}

impl Meter {
    /// Counts an answer, with the kind of effect of the fault that acted on it, if one did.
    pub fn count(
        &self,
        service: Option<Service>,
        status: u16,
        refusal: Option<&'static Row>,
        disturbed: Option<&'static str>,
    ) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.answers.entry((service, status)).or_default() += 1;
        if let Some(row) = refusal {
            *counts.refusals.entry((row.service, row.name)).or_default() += 1;
        }
        if let Some(effect) = disturbed {
            *counts.disturbed.entry((service, effect)).or_default() += 1;
        }
    }

    /// The counts, and what the tenants hold, in the text format of Prometheus.
    ///
    /// Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>
    pub fn text(&self, registry: &Registry) -> String {
        let mut page = Page::default();
        {
            let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            page.family("requests_total", "counter", "Requests answered, by service and status.");
            for ((service, status), count) in &counts.answers {
                let (service, status) = (service.map_or("none", Service::name), status.to_string());
                page.line("requests_total", &[("service", service), ("status", &status)], *count as f64);
            }
            page.family("refusals_total", "counter", "Requests refused, by the refusal's name.");
            for ((service, name), count) in &counts.refusals {
                let labels = [("service", service.name()), ("refusal", name)];
                page.line("refusals_total", &labels, *count as f64);
            }
            page.family("disturbed_total", "counter", "Requests that a fault acted on, by its effect.");
            for ((service, effect), count) in &counts.disturbed {
                let labels = [("service", service.map_or("none", Service::name)), ("effect", effect)];
                page.line("disturbed_total", &labels, *count as f64);
            }
        }
        let tenants = registry.list();
        page.family("tenants", "gauge", "Tenants, forks included.");
        page.line("tenants", &[], tenants.len() as f64);
        let held: Vec<_> = tenants
            .iter()
            .map(|entry| {
                let view = entry.tenant.read();
                let activities = ActivityFacts::count(&view);
                let alerts = view.state.alert_count(view.now);
                (entry.tenant.identity().label.clone(), activities, alerts, entry.log.bytes())
            })
            .collect();
        page.family("activities", "gauge", "Activities that the tenant shows now.");
        for (tenant, activities, ..) in &held {
            page.line("activities", &[("tenant", tenant)], *activities as f64);
        }
        page.family("alerts", "gauge", "Alerts that the tenant shows now.");
        for (tenant, _, alerts, _) in &held {
            page.line("alerts", &[("tenant", tenant)], *alerts as f64);
        }
        page.family("request_log_bytes", "gauge", "Bytes that the tenant's request log takes.");
        for (tenant, .., bytes) in &held {
            page.line("request_log_bytes", &[("tenant", tenant)], *bytes as f64);
        }
        page.family("uptime_seconds", "gauge", "Seconds since the server was made.");
        page.line("uptime_seconds", &[], self.since.elapsed().as_secs_f64());
        page.0
    }
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a text can't fail.
        let _ = writeln!(self.0, "# HELP mock_defender_{name} {help}\n# TYPE mock_defender_{name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        // Host labels, services, statuses and names: nothing in them needs escaping.
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "mock_defender_{name}{labels} {value}");
    }
}
