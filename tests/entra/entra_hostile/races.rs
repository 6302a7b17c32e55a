//! Races: a code that is redeemed concurrently gives tokens once.

use std::sync::Barrier;
use std::thread;

use mock_defender::gateway::Answer;
use serde_json::json;

use crate::browser::{
    Browser, authorize, client, command, encode, login, member, ok, redeem, refresh, refusal, token, tokens,
};
use crate::kit::Kit;

const RACERS: usize = 8;

fn race(kit: &Kit, ask: &(dyn Fn(&Kit) -> Answer + Sync)) -> Vec<Answer> {
    let start = Barrier::new(RACERS);
    thread::scope(|scope| {
        let racers: Vec<_> = (0..RACERS)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    ask(kit)
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    })
}

#[test]
fn a_code_redeemed_eight_times_at_once_gives_tokens_once() {
    let kit = Kit::tiny();
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    for _ in 0..5 {
        let code = Browser::new(&kit).sign_in(&authorize(&kit, "delegated", &[]), "user").back().code();
        let answers = race(&kit, &|kit| redeem(kit, &code, &[]));
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1);
        assert!(lost.iter().all(|answer| refusal(answer).2 == 54_005));

        let fields = encode(&[("client_id", &client(&kit, "delegated")), ("scope", "User.Read")]);
        let codes = ok(&kit.send("POST", &login(&kit, "/oauth2/v2.0/devicecode"), &[], &fields));
        let typed = member(&codes, "user_code");
        command(&kit, &json!({"answerDevice": {"userCode": typed, "user": "user", "accept": true}}));
        let device = member(&codes, "device_code");
        let id = client(&kit, "delegated");
        let answers = race(&kit, &|kit| {
            token(kit, &[("grant_type", "device_code"), ("client_id", &id), ("device_code", &device)])
        });
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    }
    // A refresh token is for all of them.
    let held = member(&tokens(&kit, "user", "User.Read offline_access"), "refresh_token");
    let answers = race(&kit, &|kit| refresh(kit, &held, &[]));
    assert!(answers.iter().all(|answer| answer.status == 200));
    // An ordered error is met as often as it was ordered.
    command(&kit, &json!({"failNext": {"code": 90033, "times": 3}}));
    let answers = race(&kit, &|kit| refresh(kit, &held, &[]));
    assert_eq!(answers.iter().filter(|answer| answer.status == 503).count(), 3);
}
