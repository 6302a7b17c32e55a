// What happens on the server, as it happens. Read by `fetch`, since an `EventSource` can't carry the operator's token.
// Form: https://html.spec.whatwg.org/multipage/server-sent-events.html

import { admitted, credential } from "./api.js";

const LONGEST_PAUSE = 15_000;

/** Follows for ever. `told(name, data)` is called for each event, `state` with `live` or `away`. */
export async function follow(told, state) {
  let last = null, pause = 1_000;
  for (;;) {
    let heard = false;
    try {
      const headers = { accept: "text/event-stream", ...credential() };
      if (last !== null) headers["last-event-id"] = last;
      const response = await fetch("/_mock/events", { headers, cache: "no-store" });
      if (response.status === 401) {
        await admitted();
        continue;
      }
      if (!response.ok) throw new Error(`events: ${response.status}`);
      for await (const event of read(response.body)) {
        if (!heard) state("live");
        heard = true;
        last = event.id ?? last;
        told(event.name, event.data);
      }
    } catch {
      // The server is gone, or has been started anew: both look the same from here.
    }
    state("away");
    pause = heard ? 1_000 : Math.min(2 * pause, LONGEST_PAUSE);
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

/** The events of a stream. A comment keeps the connection and is no event. */
async function* read(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const frames = (rest + value).split("\n\n");
    rest = frames.pop();
    for (const frame of frames) {
      const event = { name: "message", id: null, data: "" };
      for (const line of frame.split("\n")) {
        const at = line.indexOf(":");
        const [field, text] = [line.slice(0, at), line.slice(at + 1).trimStart()];
        if (field === "event") event.name = text;
        if (field === "id") event.id = text;
        if (field === "data") event.data += text;
      }
      if (event.data) yield { ...event, data: JSON.parse(event.data) };
    }
  }
}
