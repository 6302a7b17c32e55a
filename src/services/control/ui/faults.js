// The faults of the tenant that is looked at, with how often they acted; and those of the server.

import { get, of, post, remove } from "./api.js";
import { badge, busy, button, byId, calmly, complain, confirm, counted, el, say, settle } from "./dom.js";
import { fill } from "./fault-form.js";
import { chosen, onChoice } from "./tenants.js";
import { shown } from "./time.js";

const SERVER_EFFECTS = {
  "tls expired": { tls: "expired" },
  "tls wrongName": { tls: "wrongName" },
  "tls untrusted": { tls: "untrusted" },
  "tls reset": { tls: "reset" },
  "tls hang": { tls: "hang" },
  "connect 502": { connect: { status: 502 } },
  "connect reset": { connect: "reset" },
  "connect hang": { connect: "hang" },
  "host 503": { host: { status: 503 } },
  "host reset": { host: "reset" },
  "host hang": { host: "hang" },
};

const IN_WORDS = {
  "tls expired": "TLS: the certificate has expired",
  "tls wrongName": "TLS: the certificate is for another name",
  "tls untrusted": "TLS: the certificate is of an unknown authority",
  "tls reset": "TLS: the handshake is reset",
  "tls hang": "TLS: nothing comes back",
  "connect 502": "Tunnel: refused with 502",
  "connect reset": "Tunnel: reset",
  "connect hang": "Tunnel: nothing comes back",
  "host 503": "Host: refused with 503",
  "host reset": "Host: reset",
  "host hang": "Host: nothing comes back",
};

/** An effect in a line: `throttle: wait 30s`. */
export function effectInWords(effect) {
  const [[name, what]] = Object.entries(effect);
  const words = value =>
    value !== null && typeof value === "object"
      ? (Array.isArray(value) ? value : Object.entries(value)).map(part => (Array.isArray(part) ? `${part[0]} ${words(part[1])}` : words(part))).join(", ")
      : String(value);
  const told = words(what);
  return told ? `${name}: ${told}` : name;
}

function matchInWords(match = {}) {
  const { service, method, path, route, client, ...rest } = match;
  const more = Object.entries(rest).map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`);
  const words = [service, method, path ?? route, client && `of ${client}`, ...more].filter(Boolean);
  return words.length ? words.join(" ") : "all requests";
}

const whenInWords = when => Object.entries(when ?? {}).map(([name, value]) => `${name} ${value}`).join(", ");

function row(entry) {
  const { fault } = entry;
  const often = whenInWords(fault.when);
  const state = entry.ended
    ? badge(entry.ended.why === "usedUp" ? "used up" : "removed")
    : badge("acts", "bad");
  return el(
    "tr",
    { "data-fault": entry.id },
    el("th", { scope: "row" }, entry.id, " ", state, el("div", { class: "hint" }, effectInWords(fault.effect))),
    el("td", { class: "roomy" }, matchInWords(fault.match), often && el("div", { class: "hint" }, often)),
    el("td", { class: "num", "data-label": "matched" }, entry.matched),
    el("td", { class: "num", "data-label": "acted" }, entry.acted),
    el("td", { class: "wide" }, el("time", {}, shown(entry.since)), entry.scenario !== undefined && el("div", { class: "hint" }, `of scenario ${entry.scenario}`)),
    el(
      "td",
      {},
      !entry.ended &&
        button("Remove", "second", async () => {
          await remove(of(chosen().id, `/faults/${encodeURIComponent(entry.id)}`));
          say(`Removed ${entry.id}.`);
          await load();
        }, { "aria-label": `Remove ${entry.id}` }),
    ),
  );
}

async function load() {
  const tenant = chosen();
  if (!tenant) return;
  const { faults } = await get(of(tenant.id, "/faults"));
  if (tenant.id !== chosen()?.id) return;
  const acting = faults.filter(one => !one.ended);
  const ordered = [...acting, ...faults.filter(one => one.ended).reverse()];
  settle(byId("fault-list").tBodies[0], ordered.map(row));
  byId("fault-list").hidden = faults.length === 0;
  byId("faults-empty").hidden = faults.length > 0;
  byId("faults-empty").textContent = "No fault was added: clients meet the services as they are.";
  byId("fault-count").hidden = acting.length === 0;
  byId("fault-count").textContent = acting.length;
  byId("remove-faults").disabled = acting.length === 0;
}

async function loadServer() {
  const { faults } = await get("/faults");
  const rows = faults.map(({ id, fault, matched, acted }) =>
    el(
      "li",
      {},
      el("span", {}, el("strong", {}, id), " ", effectInWords(fault.effect), el("div", { class: "hint" },
        `${fault.host ?? "any host"}, acted ${acted} of ${matched}${fault.times ? `, at most ${fault.times}` : ""}`)),
      button("Remove", "second", async () => {
        await remove(`/faults/${encodeURIComponent(id)}`);
        say(`Removed ${id}.`);
        await loadServer();
      }, { "aria-label": `Remove ${id}` }),
    ),
  );
  settle(byId("server-faults"), rows);
}

const calm = calmly(() => load().catch(complain), 1_000);

/** Something about faults of this tenant has changed. */
export const changed = ({ tenant }) => {
  if (tenant === undefined) loadServer().catch(complain);
  else if (tenant === chosen()?.id) calm();
};

/** The lists are wanted on the page. */
export const shownNow = () => {
  load().catch(complain);
  loadServer().catch(complain);
};

async function add(fault) {
  const { faults } = await post(of(chosen().id, "/faults"), fault);
  say(`Added ${faults.map(one => one.id).join(", ")}.`);
  await load();
}

/** Lets the controls work. */
export function begin() {
  fill(byId("fault-form"), add);
  for (const pressed of byId("chaos").querySelectorAll("[data-level]")) {
    pressed.addEventListener("click", () =>
      busy(pressed, async () => {
        const { faults } = await post(of(chosen().id, "/faults"), { chaos: pressed.dataset.level });
        say(`Added ${counted(faults.length, "fault")}.`);
        await load();
      }),
    );
  }
  byId("remove-faults").addEventListener("click", () =>
    busy(byId("remove-faults"), async () => {
      if (!(await confirm("Remove all faults?", `Clients meet the services of ${chosen().name} as they are.`, "Remove"))) return;
      await remove(of(chosen().id, "/faults"));
      say("Removed all faults.");
      await load();
    }),
  );
  const form = byId("server-fault-form");
  form.elements.effect.replaceChildren(...Object.entries(IN_WORDS).map(([value, text]) => el("option", { value }, text)));
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const { host, effect, times } = form.elements;
    const fault = { effect: SERVER_EFFECTS[effect.value] };
    if (host.value.trim()) fault.host = host.value.trim();
    if (times.value) fault.times = Number(times.value);
    try {
      await post("/faults", fault);
      say("Connections are disturbed.");
      await loadServer();
    } catch (error) {
      complain(error);
    }
  });
  onChoice(() => load().catch(complain));
}
