//! App connectors: how each stands by commands and the clock, what comes in while one is down, and what comes in late.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use mock_defender::catalogue::connector_errors::{ERRORS, Remedy};
use mock_defender::catalogue::kinds::{AZURE, BOX, CLOUD_APPS, MICROSOFT_365, SALESFORCE};
use mock_defender::commands::{resolve, to_dto};
use mock_defender::facts::{ActivityFacts, AlertFacts, ConnectorFacts};
use mock_defender::generate::Stream;
use mock_defender::model::connector::{CHECK, ConnectorStatus};
use mock_defender::model::spec::Size;
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::tenant::journal::TenantFile;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::json;

use crate::connection::give;
use crate::kit::{START, at, spec};

/// A company that has connected Microsoft 365, Salesforce, Box and Azure.
fn company() -> Arc<Tenant> {
    static BORN: OnceLock<Tenant> = OnceLock::new();
    let born = BORN.get_or_init(|| {
        let mut spec = spec(5, Size::Tiny, START);
        spec.settings.apps = Some(vec!["Microsoft Azure".to_owned()]);
        spec.settings.history_days = Some(2);
        spec.settings.users = Some(70);
        Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start))
    });
    Arc::new(born.as_born(Wall::manual(born.spec().start)))
}

/// One that works all day.
fn at_work() -> Arc<Tenant> {
    let tenant = company();
    tenant.advance(Span::hours(9)).unwrap();
    tenant
}

fn told(tenant: &Tenant, command: &str, connector: &str) -> Result<(), String> {
    give(tenant, json!({command: {"connector": connector}}))
}

fn fail(tenant: &Tenant, connector: &str, error: &str) {
    give(tenant, json!({"breakConnector": {"connector": connector, "error": error}})).unwrap();
}

fn status(tenant: &Tenant, app: u32) -> ConnectorStatus {
    let view = tenant.read();
    ConnectorFacts::all(&view).find(|connector| connector.app() == app).unwrap().status()
}

/// A row, but for when it was stored: the app of its connector, when it happened, who did what to what.
type Told = (u32, VirtualTime, String);

/// What is in the log since `since`, and when each was stored.
fn log(tenant: &Tenant, since: VirtualTime) -> BTreeMap<Told, Vec<VirtualTime>> {
    let view = tenant.read();
    let mut all = BTreeMap::<Told, Vec<VirtualTime>>::new();
    for row in ActivityFacts::all(&view).filter(|row| row.happened() >= since) {
        let event = row.event();
        let what =
            format!("{} {} {} {:?}", event.actor, event.kind, event.object, row.address().map(|at| at.ip));
        all.entry((row.connector(), row.happened(), what)).or_default().push(row.created());
    }
    all
}

/// The same without the product's own, and what it tells of one app's connector.
fn told_of(tenant: &Tenant, since: VirtualTime, app: u32) -> Vec<Told> {
    log(tenant, since).into_keys().filter(|told| told.0 == app).collect()
}

#[test]
fn each_app_of_birth_has_a_connector_that_delivers() {
    let tenant = company();
    let view = tenant.read();
    let all: Vec<_> = ConnectorFacts::all(&view)
        .map(|known| (known.app(), known.instance_name(), known.status(), known.creator().is_some()))
        .collect();
    let connected = ConnectorStatus::Connected;
    assert_eq!(
        all,
        [
            (MICROSOFT_365, None, connected, true),
            (SALESFORCE, Some("Salesforce"), connected, true),
            (BOX, Some("Box"), connected, true),
            (AZURE, None, connected, true),
        ]
    );
    let first = ConnectorFacts::all(&view).next().unwrap();
    assert!(first.created() < at(START));
    assert!(view.now - first.last_check() < CHECK);
    assert_eq!(first.last_connected(), Some(first.last_check()));
}

#[test]
fn while_a_connector_is_down_nothing_of_its_apps_comes_in_and_all_else_does() {
    for (command, app, number) in [
        ("disableConnector", "Microsoft 365", MICROSOFT_365),
        ("removeConnector", "Box", BOX),
        ("", "Salesforce", SALESFORCE),
    ] {
        let tenant = at_work();
        let usual = tenant.fork();
        let since = tenant.now() + Span::millis(1);
        match command {
            "" => fail(&tenant, app, "salesforce-bad-request"),
            command => told(&tenant, command, app).unwrap(),
        }
        for tenant in [&*tenant, &usual] {
            tenant.advance(Span::hours(8)).unwrap();
        }
        let (here, there) = (log(&tenant, since), log(&usual, since));
        assert!(there.keys().any(|told| told.0 == number), "{app} has something to tell");
        let expected: Vec<_> = there.into_iter().filter(|(told, _)| told.0 != number).collect();
        assert_eq!(here.into_iter().collect::<Vec<_>>(), expected, "{app}");
    }
}

#[test]
fn what_was_missed_comes_in_late_once_the_connector_is_repaired() {
    let tenant = at_work();
    let usual = tenant.fork();
    let since = tenant.now() + Span::millis(1);
    fail(&tenant, "Microsoft 365", "microsoft-tenant-does-not-exist");
    tenant.advance(Span::hours(5)).unwrap();
    assert!(told_of(&tenant, since, MICROSOFT_365).is_empty());
    told(&tenant, "repairConnector", "Microsoft 365").unwrap();
    let repaired = tenant.now();
    tenant.advance(Span::hours(10)).unwrap();
    usual.advance(Span::hours(15)).unwrap();
    let (here, there) = (log(&tenant, since), log(&usual, since));
    assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>(), "the same has happened");
    let noticed = repaired + CHECK;
    for (told, stored) in here.iter().filter(|(told, _)| told.0 == MICROSOFT_365) {
        if there[told].iter().all(|at| *at < repaired) {
            assert!(
                stored.iter().all(|at| *at >= repaired && *at < noticed + Span::hours(2)),
                "{told:?} {stored:?}"
            );
        } else if there[told].iter().all(|at| *at > noticed) {
            assert_eq!(stored, &there[told], "what happens after that comes in at once");
        }
    }
    assert!(here.values().flatten().any(|at| *at > repaired && *at < noticed + Span::minutes(30)));
}

#[test]
fn nothing_older_than_seven_days_comes_in_late() {
    let tenant = at_work();
    let usual = tenant.fork();
    let since = tenant.now() + Span::millis(1);
    told(&tenant, "disableConnector", "Salesforce").unwrap();
    tenant.advance(Span::days(9)).unwrap();
    told(&tenant, "enableConnector", "Salesforce").unwrap();
    let enabled = tenant.now();
    assert_eq!(status(&tenant, SALESFORCE), ConnectorStatus::Connecting);
    tenant.advance(Span::hours(4)).unwrap();
    assert_eq!(status(&tenant, SALESFORCE), ConnectorStatus::Connected);
    usual.advance(Span::days(9) + Span::hours(4)).unwrap();
    let fetched: Vec<_> = told_of(&usual, since, SALESFORCE)
        .into_iter()
        .filter(|told| told.1 >= enabled - Span::days(7))
        .collect();
    assert!(fetched.len() > 10 && fetched.len() < told_of(&usual, since, SALESFORCE).len());
    assert_eq!(told_of(&tenant, since, SALESFORCE), fetched);
}

#[test]
fn a_new_connection_fetches_seven_days_but_azure_begins_with_it() {
    for (app, name, days) in [(BOX, "Box", 7), (AZURE, "Azure", 0)] {
        let tenant = at_work();
        let usual = tenant.fork();
        let since = tenant.now() + Span::millis(1);
        told(&tenant, "removeConnector", name).unwrap();
        tenant.advance(Span::days(3)).unwrap();
        give(&tenant, json!({"connectApp": {"app": name, "by": "global-admin"}})).unwrap();
        let connected = tenant.now();
        tenant.advance(Span::days(2)).unwrap();
        usual.advance(Span::days(5)).unwrap();
        let expected: Vec<_> = told_of(&usual, since, app)
            .into_iter()
            .filter(|told| told.1 >= connected - Span::days(days) - Span::minutes(10))
            .collect();
        let came: Vec<_> = told_of(&tenant, since, app);
        if days > 0 {
            assert_eq!(came, expected, "{name}");
        } else {
            assert!(came.iter().all(|told| expected.contains(told)), "{name}");
            assert!(came.iter().filter(|told| told.1 >= connected).count() * 2 > expected.len(), "{name}");
        }
        assert!(!came.is_empty());
    }
}

#[test]
fn a_check_notices_every_quarter_of_an_hour_and_a_test_at_once() {
    let tenant = at_work();
    let view_of = |tenant: &Tenant| {
        let view = tenant.read();
        let known = ConnectorFacts::all(&view).find(|known| known.app() == BOX).unwrap();
        (known.status(), known.last_check(), known.last_connected())
    };
    let (_, _, well) = view_of(&tenant);
    tenant.advance(Span::minutes(3)).unwrap();
    fail(&tenant, "Box", "box-invalid-refresh-token");
    let broken = tenant.now();
    assert_eq!(view_of(&tenant), (ConnectorStatus::Error, broken, well), "a check has found it");
    tenant.advance(Span::minutes(20)).unwrap();
    assert_eq!(view_of(&tenant), (ConnectorStatus::Error, broken + CHECK, well));
    told(&tenant, "testConnector", "Box").unwrap();
    assert_eq!(view_of(&tenant), (ConnectorStatus::Error, tenant.now(), well), "testing mends nothing");
    told(&tenant, "repairConnector", "Box").unwrap();
    assert!(told(&tenant, "repairConnector", "Box").unwrap_err().contains("testConnector"));
    let again = tenant.fork();
    tenant.advance(Span::millis(CHECK.as_millis() - 1)).unwrap();
    assert_eq!(view_of(&tenant).0, ConnectorStatus::Error);
    tenant.advance(Span::millis(1)).unwrap();
    assert_eq!(view_of(&tenant), (ConnectorStatus::Connected, tenant.now(), Some(tenant.now())));
    told(&again, "testConnector", "Box").unwrap();
    assert_eq!(view_of(&again), (ConnectorStatus::Connected, again.now(), Some(again.now())));
}

#[test]
fn every_error_of_the_page_can_be_met_and_is_mended_as_it_says() {
    let tenant = at_work();
    for (number, error) in ERRORS.iter().enumerate() {
        let name = error.of().unwrap_or("Box");
        let tenant = tenant.fork();
        let id = tenant.identity().id.to_string();
        if !ConnectorFacts::all(&tenant.read()).any(|known| known.row().unwrap().name == name) {
            give(&tenant, json!({"connectApp": {"app": name}})).unwrap();
            tenant.advance(Span::hours(4)).unwrap();
        }
        let label = if number % 2 == 0 { error.name.to_owned() } else { (number + 1).to_string() };
        fail(&tenant, name, &label);
        let shown = |tenant: &Tenant| {
            let view = tenant.read();
            let known = ConnectorFacts::all(&view).find(|known| known.row().unwrap().name == name).unwrap();
            (known.status(), known.message())
        };
        let (status, message) = shown(&tenant);
        let message = message.unwrap();
        assert_eq!(status, ConnectorStatus::Error, "{}", error.name);
        assert!(!message.contains(['<', '>']), "{message}");
        assert_eq!(message.contains(&id), error.message.contains("<tenant>"), "{message}");
        let by_wizard = tenant.fork();
        told(&by_wizard, "disableConnector", name).unwrap();
        told(&by_wizard, "enableConnector", name).unwrap();
        let mended = error.remedy != Remedy::Outside;
        assert_eq!(shown(&by_wizard).0 != ConnectorStatus::Error, mended, "{}", error.name);
        told(&tenant, "testConnector", name).unwrap();
        let by_test = error.remedy == Remedy::Test;
        assert_eq!(shown(&tenant).0 == ConnectorStatus::Connected, by_test, "{}", error.name);
        if !by_test {
            told(&tenant, "repairConnector", name).unwrap();
            tenant.advance(CHECK).unwrap();
        }
        assert_eq!(shown(&tenant), (ConnectorStatus::Connected, None), "{}", error.name);
    }
}

#[test]
fn a_warning_stops_nothing() {
    let tenant = at_work();
    let usual = tenant.fork();
    let since = tenant.now() + Span::millis(1);
    give(
        &tenant,
        json!({"breakConnector": {"connector": "Box", "error": "box-failed-to-parse", "warning": true}}),
    )
    .unwrap();
    assert_eq!(status(&tenant, BOX), ConnectorStatus::ConnectedWithWarnings);
    for tenant in [&*tenant, &usual] {
        tenant.advance(Span::hours(8)).unwrap();
    }
    assert_eq!(log(&tenant, since), log(&usual, since));
    told(&tenant, "testConnector", "Box").unwrap();
    assert_eq!(status(&tenant, BOX), ConnectorStatus::Connected);
}

#[test]
fn without_an_active_connector_only_the_product_itself_is_heard_of() {
    let tenant = at_work();
    let since = tenant.now();
    for app in ["Microsoft 365", "Salesforce", "Box", "Azure"] {
        give(&tenant, json!({"disableConnector": {"connector": app, "by": "global-admin"}})).unwrap();
    }
    let alert = { AlertFacts::all(&tenant.read()).next().unwrap().id().to_string() };
    tenant.advance(Span::hours(3)).unwrap();
    give(&tenant, json!({"closeAlerts": {"alerts": [alert], "as": "benign", "by": "security-admin"}}))
        .unwrap();
    tenant.advance(Span::hours(30)).unwrap();
    let heard = log(&tenant, since + Span::millis(1));
    assert!(!heard.is_empty() && heard.keys().all(|told| told.0 == CLOUD_APPS), "{heard:?}");
}

#[test]
fn a_second_account_of_an_app_delivers_nothing_until_the_first_is_removed() {
    let tenant = at_work();
    give(&tenant, json!({"connectApp": {"app": "Box", "instance": "Labs"}})).unwrap();
    let again = give(&tenant, json!({"connectApp": {"app": "Box", "instance": "Labs"}})).unwrap_err();
    assert!(again.contains("removeConnector"), "{again}");
    tenant.advance(Span::hours(1)).unwrap();
    let since = tenant.now() + Span::millis(1);
    told(&tenant, "removeConnector", "10489").unwrap();
    tenant.advance(Span::hours(8)).unwrap();
    assert!(told_of(&tenant, since, BOX).is_empty(), "the account of the company is connected no more");
    let accounts = |tenant: &Tenant| {
        let view = tenant.read();
        ConnectorFacts::all(&view)
            .filter(|known| known.app() == BOX)
            .map(|known| (known.inst(), known.accounts() > 0))
            .collect::<Vec<_>>()
    };
    assert_eq!(accounts(&tenant), [(1, false)]);
    give(&tenant, json!({"connectApp": {"app": "Box"}})).unwrap();
    assert_eq!(accounts(&tenant), [(1, false), (0, false)], "accounts are fetched first");
    tenant.advance(Span::minutes(15)).unwrap();
    assert_eq!(accounts(&tenant), [(1, false), (0, true)]);
    tenant.advance(Span::hours(4)).unwrap();
    assert!(!told_of(&tenant, since, BOX).is_empty());
}

#[test]
fn attacks_are_noticed_once_their_activities_come_in() {
    for story in ["impossible-travel", "oauth-consent-phishing"] {
        let tenant = at_work();
        fail(&tenant, "Microsoft 365", "microsoft-token-expired");
        give(&tenant, json!({"playStory": {"name": story}})).unwrap();
        let usual = tenant.fork();
        let of_story = |tenant: &Tenant| {
            let view = tenant.read();
            AlertFacts::all(&view)
                .filter(|alert| alert.activities().any(|row| row.story() == Some(story)))
                .count()
        };
        let before = of_story(&tenant);
        told(&usual, "repairConnector", "Microsoft 365").unwrap();
        for tenant in [&*tenant, &usual] {
            tenant.advance(Span::hours(30)).unwrap();
        }
        assert!(of_story(&usual) > before, "{story}");
        assert_eq!(of_story(&tenant), before, "{story}");
        told(&tenant, "repairConnector", "Microsoft 365").unwrap();
        tenant.advance(Span::hours(6)).unwrap();
        assert!(of_story(&tenant) > before, "{story}");
    }
}

/// A life in which connectors go and come back.
fn life(tenant: &Tenant, steps: &mut dyn FnMut() -> Span) {
    for (until, command) in [
        (Span::millis(9 * 3_600_000 + 77_123), json!({"disableConnector": {"connector": "Microsoft 365"}})),
        (Span::hours(10), json!({"setIngestion": {"lags": [{"from": "1m", "to": "40m"}]}})),
        (Span::hours(12), json!({"breakConnector": {"connector": "Box", "error": "service-timeout"}})),
        (Span::millis(13 * 3_600_000 + 1), json!({"enableConnector": {"connector": "Microsoft 365"}})),
        (Span::hours(14), json!({"repairConnector": {"connector": "Box"}})),
        (Span::hours(15), json!({"removeConnector": {"connector": "Salesforce"}})),
        (Span::hours(17), json!({"connectApp": {"app": "Salesforce", "instance": "West"}})),
        (
            Span::millis(17 * 3_600_000 + 999_999),
            json!({"breakConnector": {"connector": "West", "error": "http-500"}}),
        ),
        (Span::hours(19), json!({"repairConnector": {"connector": "West"}})),
        (Span::hours(40), json!({"testConnector": {"connector": "West"}})),
    ] {
        let end = tenant.spec().start + until;
        while tenant.now() < end {
            tenant.advance(steps().min(end - tenant.now())).unwrap();
            tenant.read();
        }
        give(tenant, command).unwrap();
    }
}

/// All that is to be seen, in order, counted from the start.
fn seen(tenant: &Tenant) -> Vec<String> {
    let view = tenant.read();
    let start = tenant.spec().start;
    let rows = ActivityFacts::all(&view).map(|row| {
        let event = row.event();
        format!(
            "{} {} {} {} {}",
            row.created() - start,
            row.happened() - start,
            event.actor,
            event.kind,
            event.object
        )
    });
    let alerts = AlertFacts::all(&view).map(|alert| {
        let rows: Vec<_> = alert.activities().map(|row| row.row()).collect();
        format!("{} {rows:?}", alert.raised() - start)
    });
    let connectors = ConnectorFacts::all(&view)
        .map(|known| format!("{} {:?} {}", known.display_name(), known.status(), known.last_check() - start));
    rows.chain(alerts).chain(connectors).collect()
}

#[test]
fn what_comes_in_does_not_depend_on_the_steps_in_which_time_passed() {
    let live = |steps: &mut dyn FnMut() -> Span| {
        let tenant = company();
        life(&tenant, steps);
        seen(&tenant)
    };
    let once = live(&mut || Span::days(3));
    for case in 0..3 {
        let mut stream = Stream::new(case, "test", 0, "connect");
        let mut steps = || match stream.below(3) {
            0 => Span::millis(i64::from(stream.between(1, 90_000))),
            1 => Span::millis(i64::from(stream.between(1, 300_000))),
            _ => Span::millis(i64::from(stream.between(1, 20_000_000))),
        };
        assert_eq!(live(&mut steps), once, "case {case}");
    }
}

#[test]
fn starts_whole_weeks_apart_and_a_file_give_the_same_life() {
    let lives = |weeks: i64| {
        let mut spec = company().spec().clone();
        spec.start = spec.start + Span::days(7 * weeks);
        let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
        life(&tenant, &mut || Span::days(1));
        tenant
    };
    let first = lives(0);
    assert_eq!(seen(&lives(5)), seen(&first));
    let file = TenantFile::read(&first.file().write()).unwrap();
    let again = Tenant::revived(&file, Wall::manual(first.spec().start), |_, refusal| panic!("{refusal}"));
    assert_eq!(seen(&again), seen(&first));
    let view = first.read();
    for entry in first.read().state.journal() {
        let written = to_dto(&view, &entry.command);
        // Of a connector that is gone only the journal itself speaks.
        if let Ok(command) = resolve(&view, &written, &|_| None) {
            assert_eq!(command, entry.command, "{written:?}");
        }
    }
}

#[test]
fn what_can_not_be_done_with_a_connector_is_refused() {
    let tenant = at_work();
    for (command, words) in [
        (json!({"connectApp": {"app": "Fax"}}), "Salesforce"),
        (json!({"connectApp": {"app": "Microsoft 365"}}), "already"),
        (json!({"connectApp": {"app": "Azure", "instance": "x"}}), "instance"),
        (json!({"connectApp": {"app": "Box", "instance": ""}}), "instance"),
        (json!({"removeConnector": {"connector": "Slack"}}), "Salesforce, Box"),
        (json!({"enableConnector": {"connector": "Box"}}), "not disabled"),
        (json!({"repairConnector": {"connector": "Box"}}), "nothing is wrong"),
        (json!({"breakConnector": {"connector": "Box", "error": "okta-not-found"}}), "box-no-enterprise"),
        (json!({"breakConnector": {"connector": "Box", "error": "sulking"}}), "service-timeout"),
        (json!({"breakConnector": {"connector": "Box", "error": "37"}}), "service-timeout"),
    ] {
        let refused = give(&tenant, command.clone()).unwrap_err();
        assert!(refused.contains(words), "{command}: {refused}");
    }
    told(&tenant, "disableConnector", "Box").unwrap();
    for command in ["disableConnector", "testConnector"] {
        assert!(told(&tenant, command, "Box").unwrap_err().contains("enableConnector"), "{command}");
    }
}
