// The request log as it grows: what clients sent, what was held against it, how to mend it.

import { get, of, remove } from "./api.js";
import { badge, button, byId, busy, complain, confirm, counted, el, open, prose, say } from "./dom.js";
import { chosen, onChoice, tenantOf } from "./tenants.js";
import { parts, shown } from "./time.js";

/** As many are kept, and shown, at most. */
const MOST_KEPT = 2_000, MOST_SHOWN = 250;

/** Newest first. */
let entries = [];
const known = new Set();
let paused = false, waiting = 0;
/** What has come since it was drawn last. */
let fresh = [];

const key = entry => `${entry.tenant}/${entry.id}`;
const isUnmatched = entry => !entry.route && !entry.fault && ([404, 405, 421].includes(entry.status) || (entry.status === 502 && !entry.service));
const isRefused = entry => entry.refusal !== undefined || entry.status >= 400 || entry.status === 0;

const filters = () => {
  const form = byId("filters").elements;
  return {
    all: form.of.value === "all",
    text: form.text.value.trim().toLowerCase(),
    refused: form.refused.checked,
    unmatched: form.unmatched.checked,
    control: form.control.checked,
  };
};

function fits(entry, wanted) {
  if (!wanted.all && entry.tenant !== chosen()?.id) return false;
  if (!wanted.control && entry.service === "control") return false;
  if (wanted.refused && !isRefused(entry)) return false;
  if (wanted.unmatched && !isUnmatched(entry)) return false;
  if (!wanted.text) return true;
  const texts = [entry.method, entry.host, entry.path, entry.query, entry.caller, entry.refusal, entry.fault, entry.reason, entry.status];
  return texts.some(text => String(text ?? "").toLowerCase().includes(wanted.text));
}

/** One more was answered. */
export function arrived(entry) {
  if (known.has(key(entry))) return;
  known.add(key(entry));
  entries.unshift(entry);
  while (entries.length > MOST_KEPT) known.delete(key(entries.pop()));
  if (paused) {
    if (fits(entry, filters())) showWaiting(++waiting);
    return;
  }
  if (fresh.length === 0) requestAnimationFrame(drawFresh);
  fresh.push(entry);
}

/** So many can't be told any more. */
export const missed = ({ requests }) => say(`${counted(requests, "request")} made room before this page was told.`);

/** Takes over what the logs hold already. */
export async function load() {
  const which = filters().control ? "" : "&clients=true";
  const { requests, handshakes = [] } = await get(`/requests?limit=500${which}`);
  for (const entry of requests.filter(entry => !known.has(key(entry)))) {
    known.add(key(entry));
    entries.push(entry);
  }
  // Within a tenant numbers say the order; among tenants the order is not told.
  entries.sort((one, other) => (one.tenant === other.tenant ? other.id - one.id : 0));
  draw();
  byId("handshakes").replaceChildren(
    ...handshakes.map(one => el("p", { class: "message warn" }, prose(`${one.text[0].toUpperCase()}${one.text.slice(1)}. To trust it: ${one.advice}.`))),
  );
}

/** What was answered; nothing at all, where a fault kept it back. */
const answer = entry => badge(entry.status || "none", tone(entry.status));

const tone = status => (status >= 500 || status === 0 ? "bad" : status >= 400 ? "warn" : status >= 300 ? "" : "good");

function row(entry) {
  const name = `${entry.method} ${entry.path || entry.host}`;
  const why = entry.reason ?? (entry.refusal && `Refused as ${entry.refusal}`);
  const at = parts(Date.parse(entry.at));
  const of = filters().all ? ` · ${tenantOf(entry.tenant)?.label ?? "a tenant that is gone"}` : "";
  return el(
    "tr",
    { "data-bad": isRefused(entry), "data-key": key(entry) },
    el("td", { class: "num wide" }, entry.id),
    el("td", { class: "roomy" }, el("time", { datetime: entry.at }, at.time), el("span", { class: "after" }, el("time", {}, at.date))),
    el(
      "td",
      {},
      button("", "link path", () => detail(entry), { "aria-label": `${name}, answered with ${entry.status}: details` }),
      el("span", { class: "after" }, `${entry.service ?? entry.host}${of}`),
      why && el("span", { class: "after why narrow-only" }, prose(why)),
    ),
    el("td", {}, answer(entry)),
    el("td", { class: "roomy" }, entry.caller ?? el("span", { class: "why" }, "–")),
    el("td", { class: "wide why" }, prose(why)),
  );
}

function filled(entry) {
  const made = row(entry);
  const query = entry.query ? `?${entry.query}` : "";
  made.querySelector(".path").append(el("span", { class: "method" }, entry.method), (entry.path || entry.host) + query);
  return made;
}

/** Draws the whole list. */
export function draw() {
  fresh = [];
  waiting = 0;
  showWaiting(0);
  const wanted = filters();
  const fitting = entries.filter(entry => fits(entry, wanted)).slice(0, MOST_SHOWN);
  byId("log").tBodies[0].replaceChildren(...fitting.map(filled));
  showEmpty();
}

function drawFresh() {
  const wanted = filters();
  const body = byId("log").tBodies[0];
  for (const entry of fresh.filter(entry => fits(entry, wanted)).slice(-MOST_SHOWN)) {
    const made = filled(entry);
    made.classList.add("new");
    body.prepend(made);
  }
  while (body.rows.length > MOST_SHOWN) body.lastElementChild.remove();
  fresh = [];
  showEmpty();
}

function showEmpty() {
  const body = byId("log").tBodies[0];
  const wanted = filters();
  const filtered = wanted.text || wanted.refused || wanted.unmatched;
  byId("log-empty").hidden = body.rows.length > 0;
  byId("log").hidden = body.rows.length === 0;
  const text = filtered
    ? "No request is like this."
    : "No client has sent anything yet. Point one here: `mock-defender env` says how.";
  byId("log-empty").replaceChildren(...prose(text));
}

function showWaiting(number) {
  byId("pause").textContent = paused ? (number ? `Go on (${number})` : "Go on") : "Pause";
}

/** All that is known of a request, and what to do about it. */
async function detail(entry) {
  const explained = await get(of(entry.tenant, `/requests/${entry.id}/explain`));
  const content = [];
  if (explained.reason || explained.refusal) {
    content.push(
      el(
        "div",
        { class: `message ${entry.status >= 400 ? "bad" : "warn"}` },
        explained.refusal && el("strong", {}, `Refused as ${explained.refusal}. `),
        prose(explained.reason ?? explained.when),
      ),
    );
  }
  if (explained.advice) {
    content.push(el("div", { class: "message good", "data-advice": true }, el("strong", {}, "What to do: "), prose(explained.advice)));
  }
  const pair = (name, value) => (value === undefined || value === null || value === "" ? [] : [el("dt", {}, name), el("dd", {}, value)]);
  content.push(
    el(
      "dl",
      { class: "pairs" },
      pair("Answer", answer(entry)),
      pair("Fault", entry.fault),
      pair("When", `${shown(entry.at)} UTC`),
      pair("Service", entry.service),
      pair("Route", explained.route && el("code", {}, explained.route)),
      pair("Nearest", explained.nearest?.length ? el("code", {}, explained.nearest.join("\n")) : undefined),
      pair("Instead", explained.notPlayedYet),
      pair("Tenant", explained.tenant),
      pair("Caller", explained.caller),
      pair("Permission", explained.anyOf.length ? `any of ${explained.anyOf.join(", ")}` : undefined),
      pair("Refused when", explained.when),
      pair("Size", `${entry.requestBytes} bytes in, ${entry.answerBytes} out, ${entry.micros} µs`),
    ),
  );
  if (entry.headers) {
    const lines = entry.headers.map(([name, value]) => `${name}: ${value}`).join("\n");
    content.push(el("details", {}, el("summary", {}, "Headers, as far as they are kept"), el("pre", { tabindex: "0" }, lines)));
  }
  if (entry.body !== undefined) {
    const text = typeof entry.body === "string" ? entry.body : JSON.stringify(entry.body, null, 2);
    content.push(el("details", {}, el("summary", {}, "Body, as far as it is kept"), el("pre", { tabindex: "0" }, text)));
  }
  content.push(
    el("details", {}, el("summary", {}, "The same for a terminal"), el("pre", { tabindex: "0" }, explained.text.join("\n"))),
  );
  open(`Request ${entry.id}: ${entry.method} ${entry.path || entry.host}`, content);
}

async function clear() {
  const all = filters().all;
  const whose = all ? "all tenants" : chosen().name;
  if (!(await confirm("Forget these requests?", `The request log of ${whose} is emptied. Numbers go on.`, "Forget"))) return;
  const { cleared } = await remove(all ? "/requests" : of(chosen().id, "/requests"));
  entries = entries.filter(entry => !all && entry.tenant !== chosen().id);
  known.clear();
  entries.forEach(entry => known.add(key(entry)));
  draw();
  say(`Forgot ${counted(cleared, "request")}.`);
}

/** Lets the controls work. */
export function begin() {
  byId("filters").addEventListener("input", event => (event.target.name === "control" ? shownNow() : draw()));
  byId("filters").addEventListener("submit", event => event.preventDefault());
  byId("pause").addEventListener("click", () => {
    paused = !paused;
    byId("pause").setAttribute("aria-pressed", paused);
    if (!paused) draw();
    showWaiting(waiting);
  });
  byId("clear").addEventListener("click", () => busy(byId("clear"), clear));
  onChoice(draw);
}

/** The list is wanted on the page. */
export const shownNow = () => load().catch(complain);
