//! A collector of alerts under test: the simulator runs inside the process, without a socket.
//!
//! `cargo run --example embedding`

use std::error::Error;
use std::time::Duration;

use mock_defender::{MockDefender, Play};

/// What is tested: reads every open alert, a page of three at a time.
fn open_alerts(mock: &MockDefender) -> Result<Vec<String>, Box<dyn Error>> {
    let token = mock.tenant().api_token;
    let mut ids = Vec::new();
    loop {
        let body = serde_json::json!({
            "filters": {"alertOpen": {"eq": true}}, "sortDirection": "asc", "skip": ids.len(), "limit": 3,
        });
        let request = http::Request::post("/api/v1/alerts/")
            .header("authorization", format!("Token {token}"))
            .body(body.to_string())?;
        let answer = mock.ask(request);
        let page: serde_json::Value = serde_json::from_slice(answer.body())?;
        let records = page["data"].as_array().ok_or("no list")?;
        ids.extend(records.iter().filter_map(|alert| alert["_id"].as_str().map(str::to_owned)));
        if page["hasNext"] != true {
            return Ok(ids);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mock = MockDefender::builder().seed(7).start()?;
    let before = open_alerts(&mock)?;

    // The attack happens in a fork; the tenant itself stays as it was for the next test.
    let attacked = mock.fork()?;
    let played = attacked.play(Play::of("impossible-travel"))?;
    attacked.advance(Duration::from_secs(24 * 3_600))?;
    let after = open_alerts(&attacked)?;

    println!("{}: {} open alerts before, {} after", played.summary, before.len(), after.len());
    let truth = attacked.truth().pop().ok_or("it was played")?;
    assert!(truth.alerts.iter().all(|alert| after.contains(&alert.to_string())));
    assert_eq!(open_alerts(&mock)?, before);
    Ok(())
}
