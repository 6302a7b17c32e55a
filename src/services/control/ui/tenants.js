// The tenants, which of them is looked at, its clock, and what can be done to it.

import { ask, get, of, post, remove } from "./api.js";
import { badge, busy, button, byId, confirm, counted, el, invalid, open, say, settle } from "./dom.js";
import { Clock, parts, shown, weekday } from "./time.js";

const CHOSEN = "mock-defender-tenant";

let tenants = [];
let chosenId = sessionStorage.getItem(CHOSEN);
const listeners = [];

/** The tenant that is looked at; `undefined` before any is known. */
export const chosen = () => tenants.find(tenant => tenant.id === chosenId) ?? tenants[0];

/** A tenant by its id. */
export const tenantOf = id => tenants.find(tenant => tenant.id === id);

/** `changed` is called whenever another tenant is looked at. */
export const onChoice = changed => listeners.push(changed);

/** Looks at another tenant. */
export function choose(id) {
  const before = chosen()?.id;
  chosenId = id;
  sessionStorage.setItem(CHOSEN, id);
  render();
  if (chosen()?.id !== before) listeners.forEach(changed => changed());
}

/** Takes over what the server told. */
export function told(list) {
  const before = chosen()?.id;
  tenants = list.map(tenant => ({ ...tenant, clock: new Clock(tenant) }));
  render();
  if (chosen()?.id !== before) listeners.forEach(changed => changed());
}

const nameOf = tenant => `${tenant.name} (${tenant.label})`;

function render() {
  const tenant = chosen();
  if (!tenant) return;
  const choice = byId("tenant");
  choice.replaceChildren(
    ...tenants.map(one => el("option", { value: one.id, selected: one.id === tenant.id }, nameOf(one))),
  );
  choice.value = tenant.id;
  for (const place of document.querySelectorAll("[data-tenant]")) place.textContent = nameOf(tenant);
  const count = byId("tenant-count");
  count.hidden = tenants.length < 2;
  count.textContent = tenants.length;
  byId("pace").textContent = `The clock ${tenant.clock.pace()}.`;
  byId("stop-advance").hidden = tenant.clock.advancing === 0;
  for (const way of byId("ways").children) {
    way.setAttribute("aria-pressed", way.dataset.mode === tenant.clock.mode);
  }
  renderList(tenant);
  tick();
}

function tick() {
  const tenant = chosen();
  if (!tenant) return;
  const millis = tenant.clock.now();
  const { date, time } = parts(millis);
  const text = `${date} ${time}`;
  const place = byId("now");
  if (place.dataset.text !== text) {
    place.dataset.text = text;
    place.setAttribute("datetime", new Date(millis).toISOString());
    place.replaceChildren(time, el("small", {}, `${weekday(millis)}, ${date} UTC`));
  }
  for (const cell of document.querySelectorAll("[data-clock]")) {
    const of = tenantOf(cell.dataset.clock);
    if (of) cell.textContent = shown(of.clock.now());
  }
}

function renderList(current) {
  const rows = tenants.map((tenant, place) =>
    el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        el("div", {}, tenant.name, " ", el("span", { class: "hint narrow-only" }, tenant.label), " ", tenant.id === current.id && badge("shown", "good")),
        el("small", { class: "mono" }, tenant.id),
      ),
      el(
        "td",
        {},
        el("time", { "data-clock": tenant.id }, shown(tenant.clock.now())),
        el("div", {}, el("small", {}, tenant.clock.pace())),
      ),
      el("td", { class: "wide mono" }, tenant.label),
      el(
        "td",
        {},
        el(
          "div",
          { class: "buttons" },
          tenant.id !== current.id &&
            button("Show", "second", () => choose(tenant.id), { "aria-label": `Show ${nameOf(tenant)}` }),
          place > 0 && button("Drop…", "quiet danger", () => drop(tenant), { "aria-label": `Drop ${nameOf(tenant)}` }),
        ),
      ),
    ),
  );
  settle(byId("tenant-list").tBodies[0], rows);
}

async function drop(tenant) {
  const text = `${nameOf(tenant)} is gone then, with its requests, faults and snapshots.`;
  if (!(await confirm("Drop this tenant?", text, "Drop"))) return;
  await remove(of(tenant.id));
  say(`Dropped ${nameOf(tenant)}.`);
}

/** Moves the clock on. */
async function advance(by) {
  const tenant = chosen();
  const clock = await post(of(tenant.id, "/clock/advance"), { by });
  say(`The clock of ${tenant.name} shows ${shown(clock.now)}.`);
}

async function reset() {
  const tenant = chosen();
  const text = `${nameOf(tenant)} goes back to its beginning: what was changed, closed or added since is gone. Its clock goes back, too.`;
  if (!(await confirm("Reset this tenant?", text, "Reset"))) return;
  await post(of(tenant.id, "/reset"));
  say(`${tenant.name} is back at its beginning.`);
}

async function fork() {
  const fork = await post(of(chosen().id, "/fork"));
  say(`Forked: ${fork.name}, ${fork.id}.`);
}

async function snapshots() {
  const tenant = chosen();
  const list = el("ul", { class: "rows" });
  const field = el("input", { id: "snapshot-name", required: true, maxlength: 64, placeholder: "before-the-upgrade", autocomplete: "off" });
  const show = async () => {
    const { snapshots } = await get(of(tenant.id, "/snapshots"));
    const rows = snapshots.map(one =>
      el(
        "li",
        {},
        el("span", {}, el("strong", {}, one.name), " ", el("small", {}, shown(one.now))),
        button("Restore", "second", async () => {
          await post(of(tenant.id, `/snapshots/${encodeURIComponent(one.name)}/restore`));
          dialog.close();
          say(`${tenant.name} is back at ${one.name}.`);
        }, { "aria-label": `Restore ${one.name}` }),
      ),
    );
    list.replaceChildren(...(rows.length ? rows : [el("li", { class: "hint" }, "There is none yet.")]));
  };
  const form = el(
    "form",
    { class: "inline" },
    el("label", { for: "snapshot-name" }, "Keep the present as"),
    field,
    el("button", { type: "submit", class: "second" }, "Keep"),
  );
  form.addEventListener("submit", async event => {
    event.preventDefault();
    try {
      await post(of(tenant.id, "/snapshots"), { name: field.value.trim() });
      field.value = "";
      await show();
    } catch (error) {
      invalid(field, error);
    }
  });
  await show();
  const dialog = open(`Snapshots of ${tenant.name}`, [list, form], { small: true });
}

/** Lets the controls work. */
export function begin() {
  const ways = [["frozen", "Freeze"], ["follow", "Follow"], ["rate", "60 ×"]];
  const about = {
    frozen: "The clock stands still until it is moved",
    follow: "The clock runs with the wall clock",
    rate: "A minute of the tenant's passes in a second",
  };
  byId("ways").replaceChildren(
    ...ways.map(([mode, text]) =>
      button(text, "second", () => {
        const patch = mode === "rate" ? { mode, rate: 60 } : { mode };
        return ask("PATCH", of(chosen().id, "/clock"), patch);
      }, { "data-mode": mode, "aria-pressed": "false", title: about[mode] }),
    ),
  );
  byId("tenant").addEventListener("change", event => choose(event.target.value));
  for (const pressed of byId("steps").querySelectorAll("[data-by]")) {
    pressed.addEventListener("click", () => busy(pressed, () => advance(pressed.dataset.by)));
  }
  byId("advance").addEventListener("submit", event => {
    event.preventDefault();
    const field = byId("by");
    advance(field.value.trim()).then(() => (field.value = "")).catch(error => invalid(field, error));
  });
  const act = (id, work) => byId(id).addEventListener("click", () => busy(byId(id), work));
  act("stop-advance", async () => {
    const { stopping } = await remove(of(chosen().id, "/clock/advance"));
    say(`Stopping ${counted(stopping, "advance")}.`);
  });
  act("fork", fork);
  act("reset", reset);
  act("snapshots", snapshots);
  setInterval(tick, 250);
}
