//! The routes of the control API, with the schemas of what goes in and out.

use crate::gateway::Service;
use crate::gateway::route::{BodyPolicy, Route, Routes};
use crate::specification;

use super::{
    clock, commands, connection, directory, events, faults, info, inject, openapi, play, records, requests,
    requests_all, scenarios, schemas, server_faults, start, tenants, tokens, truth, ui,
};

/// How they are declared; the largest body that is read.
const API: Routes = Routes::of(Service::Control, BodyPolicy::Buffered(4 << 20)).heavy();

/// The routes.
pub static ROUTES: &[Route] = &[
    API.get("/_mock/health", info::health)
        .light()
        .of_any_tenant()
        .public()
        .summary("Ready")
        .witness("control::health_says_ready")
        .gives(schemas::ready),
    API.get("/_mock/info", info::info)
        .of_any_tenant()
        .summary("Everything a test needs: tenants, apps with secrets, users with passwords")
        .witness("control::info_holds_what_a_client_needs"),
    API.get("/_mock/ca.pem", info::ca)
        .light()
        .of_any_tenant()
        .public()
        .summary("Certificate of the local authority")
        .witness("control::the_ca_certificate_is_served_over_plain_http_too")
        .gives_as("application/x-pem-file"),
    API.get("/_mock/routes", info::routes)
        .light()
        .of_any_tenant()
        .summary("Every route with its permissions, fidelity and witness")
        .witness("control::routes_lists_the_whole_table")
        .gives(schemas::routes),
    API.get("/_mock/tenants", tenants::list)
        .of_any_tenant()
        .summary("List the tenants")
        .witness("control::a_tenant_is_created_found_and_deleted")
        .gives(schemas::tenants),
    API.post("/_mock/tenants", tenants::create)
        .of_any_tenant()
        .interruptible()
        .summary("Create a tenant from seed, size, name and start")
        .witness("control::a_tenant_is_created_found_and_deleted")
        .takes(specification::schema)
        .takes_as(&["application/json", "application/yaml"])
        .succeeds_with(201),
    API.get("/_mock/tenants/{tenant}", tenants::get)
        .summary("The information block of one tenant (by id, host label or domain)")
        .witness("control::a_tenant_is_created_found_and_deleted"),
    API.delete("/_mock/tenants/{tenant}", tenants::delete)
        .summary("Drop a tenant")
        .witness("control::a_tenant_is_created_found_and_deleted")
        .succeeds_with(204),
    API.post("/_mock/tenants/{tenant}/fork", tenants::fork)
        .summary("A tenant of its own that has lived the same life; answers with its information block")
        .witness("control::a_fork_answers_with_its_own_block_and_can_expire")
        .takes(schemas::fork)
        .succeeds_with(201),
    API.post("/_mock/tenants/{tenant}/rewind", tenants::rewind)
        .interruptible()
        .summary("A fork of the past: a tenant of its own that has lived the same life up to an instant")
        .witness("rewinds::a_rewound_tenant_stands_at_the_instant_and_answers_with_its_own_block")
        .takes(schemas::rewind)
        .succeeds_with(201),
    API.post("/_mock/tenants/{tenant}/reset", tenants::reset)
        .summary("Back to birth, or to where a fork was forked off")
        .witness("control::snapshots_and_reset_restore_earlier_state"),
    API.get("/_mock/tenants/{tenant}/export", tenants::export)
        .summary("The whole tenant as one file: what it was born from, and every step since")
        .witness("journal::an_exported_tenant_is_imported_byte_for_byte")
        .gives_as("application/x-ndjson"),
    API.post("/_mock/tenants/import", tenants::import)
        .reads_up_to(64 << 20)
        .of_any_tenant()
        .interruptible()
        .summary("Bring such a file to life")
        .witness("journal::an_exported_tenant_is_imported_byte_for_byte")
        .takes(schemas::tenant_file)
        .takes_as(&["application/x-ndjson"])
        .succeeds_with(201),
    API.get("/_mock/tenants/{tenant}/snapshots", tenants::snapshots)
        .summary("List the snapshots")
        .witness("control::snapshots_and_reset_restore_earlier_state")
        .gives(schemas::snapshots),
    API.post("/_mock/tenants/{tenant}/snapshots", tenants::snapshot)
        .summary("Keep the present under a name")
        .witness("control::snapshots_and_reset_restore_earlier_state")
        .takes(schemas::new_snapshot)
        .gives(schemas::snapshot)
        .succeeds_with(201),
    API.post("/_mock/tenants/{tenant}/snapshots/{name}/restore", tenants::restore)
        .summary("Back to a snapshot: records, journal and instant")
        .witness("control::snapshots_and_reset_restore_earlier_state")
        .gives(schemas::snapshot),
    API.get("/_mock/tenants/{tenant}/clock", clock::get)
        .summary("What the clock shows and how it runs")
        .witness("control::the_clock_moves_forward_only")
        .gives(schemas::clock),
    API.patch("/_mock/tenants/{tenant}/clock", clock::patch)
        .interruptible()
        .summary("Set the clock forward, freeze it, let it follow the wall clock or run at a rate")
        .witness("control::the_clock_moves_forward_only")
        .takes(schemas::clock_change)
        .gives(schemas::clock),
    API.post("/_mock/tenants/{tenant}/clock/advance", clock::advance)
        .interruptible()
        .summary("Advance the clock by an ISO 8601 duration")
        .witness("control::the_clock_moves_forward_only")
        .takes(schemas::advance)
        .gives(schemas::clock),
    API.delete("/_mock/tenants/{tenant}/clock/advance", clock::stop)
        .light()
        .summary("Stop the advances that are under way, at the next slot mark")
        .witness("advance::an_advance_is_stopped_by_a_request")
        .gives(schemas::stopping),
    API.get("/_mock/tenants/{tenant}/commands", commands::list)
        .summary("The journal: accepted commands, oldest first")
        .witness("control::commands_are_journaled_and_refused_with_reasons")
        .gives(schemas::journal),
    API.post("/_mock/tenants/{tenant}/commands", commands::give)
        .summary("Give one command, or a list of them")
        .witness("control::commands_are_journaled_and_refused_with_reasons")
        .takes(schemas::commands)
        .gives(schemas::accepted),
    API.get("/_mock/tenants/{tenant}/faults", faults::list)
        .summary("Which requests are disturbed, how, and how often they were")
        .witness("faults::faults_are_added_listed_and_removed")
        .gives(schemas::faults),
    API.post("/_mock/tenants/{tenant}/faults", faults::add)
        .summary("Disturb requests: which, when, and how")
        .witness("faults::faults_are_added_listed_and_removed")
        .takes(schemas::new_fault)
        .gives(schemas::faults)
        .succeeds_with(201),
    API.delete("/_mock/tenants/{tenant}/faults", faults::clear)
        .summary("Disturb no request any more")
        .witness("faults::faults_are_added_listed_and_removed")
        .succeeds_with(204),
    API.delete("/_mock/tenants/{tenant}/faults/{id}", faults::remove)
        .summary("Disturb no request so any more")
        .witness("faults::faults_are_added_listed_and_removed")
        .succeeds_with(204),
    API.post("/_mock/tenants/{tenant}/play", play::play)
        .summary("Tell a storyline, now or later")
        .witness("stories::every_storyline_can_be_played_and_its_truth_matches_the_records")
        .takes(schemas::play)
        .succeeds_with(201),
    API.post("/_mock/tenants/{tenant}/inject", inject::inject)
        .summary("Put an activity or alert in, in the wire form of the Cloud Apps API")
        .witness("inject::an_injected_record_is_found_like_any_other")
        .takes(schemas::record)
        .gives(schemas::injected)
        .succeeds_with(201),
    API.get("/_mock/tenants/{tenant}/truth", truth::get)
        .summary("Which records belong to which storyline, what each alert is, and which behaviors there are")
        .witness("control::truth_names_records_that_the_api_serves")
        .gives(schemas::truth),
    API.get("/_mock/tenants/{tenant}/connection", connection::get)
        .summary("How the connection of Copilot for Security stands, and what happened to it")
        .witness("connection::two_commands_lead_from_a_fresh_tenant_to_connected")
        .gives(schemas::connection),
    API.get("/_mock/tenants/{tenant}/alerts/{id}", records::alert)
        .summary("How an alert was handled, and its version, which commands can have as a precondition")
        .witness("commands::of_concurrent_commands_with_the_same_if_version_one_is_accepted")
        .gives(schemas::alert),
    API.get("/_mock/faults", server_faults::list)
        .of_any_tenant()
        .summary("The faults of the server: how often each was met")
        .witness("server_faults::faults_are_added_listed_and_removed")
        .gives(schemas::server_faults),
    API.post("/_mock/faults", server_faults::add)
        .of_any_tenant()
        .summary("Disturb handshakes, tunnels or requests by host, before anything is known of a tenant")
        .witness("server_faults::faults_are_added_listed_and_removed")
        .takes(schemas::server_fault)
        .gives(schemas::server_faults)
        .succeeds_with(201),
    API.delete("/_mock/faults", server_faults::clear)
        .of_any_tenant()
        .summary("Remove all faults of the server")
        .witness("server_faults::faults_are_added_listed_and_removed")
        .succeeds_with(204),
    API.delete("/_mock/faults/{id}", server_faults::remove)
        .of_any_tenant()
        .summary("Remove a fault of the server")
        .witness("server_faults::faults_are_added_listed_and_removed")
        .succeeds_with(204),
    API.get("/_mock/metrics", info::metrics)
        .of_any_tenant()
        .summary("Counts for Prometheus: requests, refusals, tenants and what they hold")
        .witness("metrics_and_openapi::metrics_count_answered_requests")
        .gives_as("text/plain"),
    API.get("/_mock/openapi.json", openapi::describe)
        .of_any_tenant()
        .summary("This API in OpenAPI 3.1")
        .witness("metrics_and_openapi::openapi_describes_every_route_and_its_fields"),
    API.get("/_mock/tenants/{tenant}/directory", directory::show)
        .summary("Applications, consent, requests for consent, accounts, groups and policies as they stand")
        .witness("directory::the_directory_shows_consent_grants"),
    API.post("/_mock/tenants/{tenant}/tokens", tokens::mint)
        .summary("Mint an application's token with any claims and any defect: expired, for another audience, unsigned, …")
        .witness("tokens::a_minted_token_gives_the_access_of_its_roles")
        .takes(schemas::token_order)
        .gives(schemas::token)
        .succeeds_with(201),
    API.get("/_mock/scenarios", scenarios::list)
        .of_any_tenant()
        .summary("The scenarios that are shipped: what happens, how a client notices, what a good one does")
        .witness("started_scenarios::a_shipped_scenario_is_listed_shown_started_and_stopped")
        .gives(schemas::scenarios),
    API.get("/_mock/scenarios/{name}", scenarios::show)
        .of_any_tenant()
        .summary("A shipped scenario with its file and its steps")
        .witness("started_scenarios::a_shipped_scenario_is_listed_shown_started_and_stopped")
        .gives(schemas::scenario),
    API.get("/_mock/tenants/{tenant}/scenarios", scenarios::started)
        .summary("The scenarios that were started in a tenant, and what became of their steps")
        .witness("started_scenarios::a_shipped_scenario_is_listed_shown_started_and_stopped")
        .gives(schemas::scenarios),
    API.post("/_mock/tenants/{tenant}/scenarios", scenarios::start)
        .summary("Start a scenario now: a shipped one by name, with parameters, or a whole one")
        .witness("started_scenarios::a_whole_scenario_is_given_as_json_or_yaml_and_told_all_that_is_wrong_with_it")
        .takes(schemas::new_scenario)
        .takes_as(&["application/json", "application/yaml"])
        .gives(schemas::started_scenario)
        .succeeds_with(201),
    API.delete("/_mock/tenants/{tenant}/scenarios/{id}", scenarios::stop)
        .summary("Stop a scenario: leave out what lies ahead, and end its faults")
        .witness("started_scenarios::a_shipped_scenario_is_listed_shown_started_and_stopped")
        .succeeds_with(204),
    API.get("/_mock/tenants/{tenant}/requests", requests::of_tenant)
        .summary("What clients sent to this tenant, and what was held against it; filtered by query")
        .witness("requests::requests_are_filtered_by_query")
        .reads(schemas::REQUEST_FILTER)
        .gives(schemas::requests),
    API.delete("/_mock/tenants/{tenant}/requests", requests::clear)
        .summary("Forget what clients sent to this tenant")
        .witness("requests::logs_are_cleared_one_by_one_or_all_at_once")
        .gives(schemas::cleared),
    API.get("/_mock/tenants/{tenant}/requests.har", requests::archive)
        .summary("What clients sent, as an HTTP archive (HAR 1.2); filtered by query")
        .witness("requests::the_request_log_is_available_as_har")
        .reads(schemas::REQUEST_FILTER),
    API.get("/_mock/tenants/{tenant}/requests/unmatched", requests::unmatched)
        .summary("Requests that no route answers, with the nearest routes")
        .witness("requests::unmatched_requests_come_with_the_nearest_routes")
        .gives(schemas::unmatched),
    API.get("/_mock/tenants/{tenant}/requests/permissions", requests::permissions)
        .summary("Least privilege: what each caller's requests needed, and what was granted in vain")
        .witness("requests::least_privilege_is_derived_from_logged_requests")
        .gives(schemas::needs),
    API.post("/_mock/tenants/{tenant}/requests/verify", requests::verify)
        .summary("Whether such requests were sent, so often, in this order; if not, how the nearest differs")
        .witness("requests::logged_requests_are_verified_field_by_field")
        .takes(schemas::assertion)
        .gives(schemas::verdict),
    API.get("/_mock/tenants/{tenant}/requests/{id}", requests::get)
        .summary("One request by the number in its `mock-defender-request` header")
        .witness("requests::a_request_is_explained"),
    API.get("/_mock/tenants/{tenant}/requests/{id}/explain", requests::explained)
        .summary("What the simulator held against a request (by number, or `last`), and what to do")
        .witness("requests::a_request_is_explained"),
    API.get("/_mock/requests", requests_all::list)
        .of_any_tenant()
        .summary("What clients sent to any tenant; filtered by query")
        .witness("requests::requests_are_filtered_by_query")
        .reads(schemas::REQUEST_FILTER)
        .gives(schemas::requests),
    API.delete("/_mock/requests", requests_all::clear)
        .of_any_tenant()
        .summary("Forget what clients sent to any tenant")
        .witness("requests::logs_are_cleared_one_by_one_or_all_at_once")
        .gives(schemas::cleared),
    API.get("/_mock/requests.har", requests_all::archive)
        .of_any_tenant()
        .summary("What clients sent to any tenant, as an HTTP archive (HAR 1.2); filtered by query")
        .witness("requests::the_request_logs_of_all_tenants_are_queried_together")
        .reads(schemas::REQUEST_FILTER),
    API.get("/_mock/requests/unmatched", requests_all::unmatched)
        .of_any_tenant()
        .summary("The same for any tenant")
        .witness("requests::unmatched_requests_come_with_the_nearest_routes")
        .gives(schemas::unmatched),
    API.get("/_mock/requests/permissions", requests_all::permissions)
        .of_any_tenant()
        .summary("Least privilege: what each caller's requests to any tenant needed, and what was granted in vain")
        .witness("requests::the_request_logs_of_all_tenants_are_queried_together")
        .gives(schemas::needs),
    API.get("/_mock/requests/{id}/explain", requests_all::explained)
        .of_any_tenant()
        .summary("The same, whichever tenant it reached")
        .witness("requests::a_request_to_any_tenant_is_explained"),
    API.post("/_mock/requests/verify", requests_all::verify)
        .of_any_tenant()
        .summary("Whether such requests were sent, whichever tenants they reached; if not, how the nearest differs")
        .witness("requests::the_request_logs_of_all_tenants_are_queried_together")
        .takes(schemas::assertion)
        .gives(schemas::verdict),
    API.get("/_mock/events", events::follow)
        .light()
        .of_any_tenant()
        .summary("What happens, as server-sent events: requests, and that tenants, clocks, faults or scenarios changed")
        .witness("console::a_request_and_a_fork_appear_among_the_events")
        .gives_as("text/event-stream"),
    API.get("/_mock/ui", ui::page)
        .light()
        .of_any_tenant()
        .public()
        .summary("The console: a page for one's own run")
        .witness("console::the_console_is_a_page_that_loads_only_its_own_files")
        .gives_as("text/html"),
    API.get("/_mock/ui/{version}/{file}", ui::file)
        .light()
        .of_any_tenant()
        .public()
        .summary("A file of the console, under the version of its content")
        .witness("console::the_console_is_a_page_that_loads_only_its_own_files")
        .gives_as("text/javascript"),
    API.get("/", start::page)
        .of_any_tenant()
        .public()
        .summary("The start page, on the simulator's own names: whom one can be, and where things are")
        .witness("console::the_root_of_own_names_is_the_start_page")
        .gives_as("text/html"),
];
