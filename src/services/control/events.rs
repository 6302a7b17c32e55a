//! What happens, as a stream of events that a page or a program follows.
//!
//! Form: <https://html.spec.whatwg.org/multipage/server-sent-events.html>

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Delivery, Feed};
use crate::model::json::json;
use crate::operations::events::{Event, Follower};
use crate::tenant::wall::Stopwatch;

use super::body;

/// How soon a browser is to come back, in milliseconds.
const RETRY: u32 = 1_000;

/// After so many seconds of silence a comment is sent: who has left is noticed by it.
const SILENCE: u64 = 15;

/// `GET /_mock/events`: what happens from now on, or after the request whose number `Last-Event-ID` says.
pub(super) fn follow(ctx: &Ctx<'_>) -> Handled {
    let after = match ctx.header("last-event-id").map(str::trim).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => {
            let expected = "the `id` of an event that was sent here, or no such header";
            Some(text.parse().map_err(|_| body::bad_field("Last-Event-ID", expected, text))?)
        }
    };
    let follower = Follower::new(ctx.gateway, after);
    let stream = Stream { follower, said: Stopwatch::start(), is_new: true };
    let mut answer = Answer::with_type(StatusCode::OK, "text/event-stream", Bytes::new())
        .header("cache-control", "no-store")
        // What collects answers before it passes them on shall not.
        .header("x-accel-buffering", "no");
    answer.delivery = Some(Box::new(Delivery::Feed(Box::new(stream))));
    Ok(answer)
}

/// One client that follows.
struct Stream {
    follower: Follower,
    said: Stopwatch,
    is_new: bool,
}

impl Feed for Stream {
    fn next(&mut self) -> Option<Bytes> {
        let mut text = Vec::new();
        if std::mem::take(&mut self.is_new) {
            text.extend_from_slice(format!("retry: {RETRY}\n\n").as_bytes());
        }
        for event in self.follower.news() {
            match event {
                Event::Request(entry) => {
                    // The number is that of the last event with one, for whoever comes back.
                    text.extend_from_slice(format!("id: {}\n", entry.of.filed).as_bytes());
                    write(&mut text, "request", &*entry);
                }
                Event::Missed(requests) => write(&mut text, "missed", &json!({"requests": requests})),
                Event::Tenants(tenants) => write(&mut text, "tenants", &json!({"tenants": tenants})),
                Event::Faults(Some(tenant)) => write(&mut text, "faults", &json!({"tenant": tenant})),
                Event::Faults(None) => write(&mut text, "faults", &json!({})),
                Event::Scenarios(tenant) => write(&mut text, "scenarios", &json!({"tenant": tenant})),
            }
        }
        if text.is_empty() {
            if self.said.elapsed().as_secs() < SILENCE {
                return None;
            }
            text.extend_from_slice(b":\n\n");
        }
        self.said = Stopwatch::start();
        Some(text.into())
    }
}

/// JSON is one line, as the form wants it.
fn write<T: Serialize>(text: &mut Vec<u8>, event: &str, data: &T) {
    text.extend_from_slice(format!("event: {event}\ndata: ").as_bytes());
    // As for answers: our own types can be written.
    if serde_json::to_writer(&mut *text, data).is_err() {
        text.extend_from_slice(b"null");
    }
    text.extend_from_slice(b"\n\n");
}
