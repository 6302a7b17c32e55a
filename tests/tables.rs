//! A tenant's data as tables.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod kit;

use kit::{Kit, json};
use mock_defender::views::tables::{Format, Table};
use serde_json::Value;

fn written(kit: &Kit, table: Table, format: Format) -> String {
    let (mut out, mut heard) = (Vec::new(), 0);
    let rows = table.write(&kit.tenant.read(), format, &mut out, &mut |rows| heard = rows).unwrap();
    assert_eq!(rows, heard);
    if let Some(known) = table.rows(&kit.tenant.read()) {
        assert_eq!(rows, known, "{table:?}");
    }
    String::from_utf8(out).unwrap()
}

fn rows(kit: &Kit, table: Table) -> Vec<Value> {
    written(kit, table, Format::Ndjson).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn tables_say_what_the_services_say() {
    let kit = Kit::tiny();
    let of = |table| rows(&kit, table);
    let served = |list: &str| kit.all(&format!("/api/v1/{list}/"), &serde_json::json!({}));
    let mut activities: Vec<String> =
        of(Table::Activities).iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    let mut ids: Vec<String> =
        served("activities").iter().map(|row| row["_id"].as_str().unwrap().to_owned()).collect();
    activities.sort();
    ids.sort();
    assert_eq!(activities, ids);
    for alert in served("alerts") {
        let row = of(Table::Alerts).into_iter().find(|row| row["id"] == alert["_id"]).unwrap();
        assert_eq!((&row["title"], &row["severity"]), (&alert["title"], &alert["severityValue"]));
        assert!(!row["activities"].as_array().unwrap().is_empty());
    }
    let truth = json(&kit.mock("GET", "/_mock/tenants/contoso/truth", ""));
    let known = of(Table::Truth);
    for (number, story) in truth["storylines"].as_array().unwrap().iter().enumerate() {
        for (kind, field) in [("activity", "activities"), ("alert", "alerts")] {
            let ids = known.iter().filter(|row| row["number"] == number && row["kind"] == kind);
            assert_eq!(
                ids.map(|row| row["id"].clone()).collect::<Vec<_>>(),
                *story[field].as_array().unwrap()
            );
        }
    }
    assert_eq!(of(Table::People).len(), kit.tenant.world().people.len());
}

#[test]
fn every_row_has_every_column_and_no_secret() {
    let kit = Kit::tiny();
    let world = kit.tenant.world();
    for table in Table::ALL {
        for row in rows(&kit, table) {
            assert!(row.as_object().unwrap().keys().eq(table.columns()), "{row}");
        }
        let csv = written(&kit, table, Format::Csv);
        let columns = csv.lines().next().unwrap().split(',').count();
        assert_eq!(columns, table.columns().len());
        for line in csv.lines() {
            // A comma within quotes separates nothing.
            let apart = line.split('"').step_by(2).map(|part| part.matches(',').count()).sum::<usize>();
            assert_eq!(apart + 1, columns, "{line}");
        }
        let secrets = world.registrations.iter().map(|app| &app.secret);
        for secret in secrets.chain(world.people.iter().map(|person| &person.password)) {
            assert!(!csv.contains(secret.as_str()));
        }
    }
}
