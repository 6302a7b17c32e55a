// Scenarios: those that are shipped, and those that were started in the tenant that is looked at.

import { get, of, post, remove } from "./api.js";
import { badge, button, byId, calmly, complain, counted, el, open, prose, say, settle } from "./dom.js";
import { chosen, onChoice } from "./tenants.js";
import { shown } from "./time.js";

/** The shipped ones; asked for once. */
let shipped = null;
/** Which of the started ones are open, by tenant and number. */
const opened = new Set();

const TONE = { done: "good", ahead: "", refused: "bad", "left out": "warn" };

/** A command in a line: `addFault: too-many`. */
function commandInWords(command) {
  const [[name, what]] = Object.entries(command);
  return [name, JSON.stringify(what)];
}

function started(run) {
  const tenant = chosen();
  const key = `${tenant.id}/${run.id}`;
  const done = run.steps.filter(step => ["done", "refused"].includes(step.outcome)).length;
  const state = run.stopped ? badge("stopped") : done < run.steps.length ? badge("goes on", "warn") : badge("all steps given", "good");
  const steps = run.steps.map(step => {
    const [name, what] = commandInWords(step.command);
    return el(
      "tr",
      {},
      el("td", {}, el("time", {}, shown(step.at))),
      el("td", {}, el("strong", {}, name), el("div", { class: "hint mono" }, what)),
      el("td", {}, badge(step.outcome, TONE[step.outcome] ?? ""), step.reason && el("div", { class: "hint" }, step.reason)),
    );
  });
  const details = el(
    "details",
    { open: opened.has(key) },
    el("summary", {}, `${done} of ${counted(run.steps.length, "step")} given`),
    el("table", {},
      el("thead", {}, el("tr", {}, ["When", "Command", "Outcome"].map(text => el("th", { scope: "col" }, text)))),
      el("tbody", {}, steps)),
  );
  details.addEventListener("toggle", () => (details.open ? opened.add(key) : opened.delete(key)));
  return el(
    "article",
    { class: "card stack", "data-run": run.id, "aria-label": `${run.name}, started as number ${run.id}` },
    el("div", { class: "tools level" },
      el("h3", { class: "grow" }, run.name, " ", state),
      !run.stopped && button("Stop", "second", async () => {
        await remove(of(tenant.id, `/scenarios/${run.id}`));
        say(`Stopped ${run.name}.`);
        await load();
      }, { "aria-label": `Stop ${run.name}` })),
    el("p", { class: "hint" }, `Started ${shown(run.since)}${run.stopped ? `, stopped ${shown(run.stopped)}` : ""}`),
    details,
  );
}

async function load() {
  const tenant = chosen();
  if (!tenant) return;
  const { scenarios } = await get(of(tenant.id, "/scenarios"));
  if (tenant.id !== chosen()?.id) return;
  const going = scenarios.filter(run => !run.stopped && run.steps.some(step => step.outcome === "ahead"));
  byId("run-count").hidden = going.length === 0;
  byId("run-count").textContent = going.length;
  const rows = [...scenarios].reverse().map(started);
  settle(byId("runs"), rows.length ? rows : [el("p", { class: "hint" }, "None yet.")]);
}

function card(scenario) {
  const parameters = Object.keys(scenario.parameters ?? {});
  const part = (name, text) => text && el("div", {}, el("dt", { class: "label" }, name), el("dd", { class: "flat" }, prose(text)));
  return el(
    "li",
    { class: "card", "data-scenario": scenario.name },
    el("h3", {}, scenario.name),
    el("p", {}, prose(scenario.summary)),
    el("dl", { class: "stack" }, part("How a client notices", scenario.notice), part("What a good client does", scenario.remedy)),
    el("div", { class: "buttons" },
      el("span", { class: "buttons" },
        (scenario.about ?? []).map(word => badge(word)),
        scenario.recoverable === false && badge("ends with an error", "warn")),
      button(parameters.length ? "Start…" : "Start", "second", () => (parameters.length ? choose(scenario) : start(scenario.name, {})),
        { "aria-label": `Start ${scenario.name}` })),
  );
}

/** Asks for parameters first. */
function choose(scenario) {
  const fields = Object.entries(scenario.parameters).map(([name, { default: usual, about }]) =>
    el("div", { class: "field" },
      el("label", { for: `parameter-${name}` }, name),
      el("input", { id: `parameter-${name}`, name, value: usual ?? "", required: true, autocomplete: "off", spellcheck: "false", "aria-describedby": `about-${name}` }),
      el("span", { class: "hint", id: `about-${name}` }, about)));
  const form = el("form", { id: "parameters", class: "stack" }, fields);
  const act = el("button", { type: "submit", form: "parameters" }, "Start");
  const dialog = open(`Start ${scenario.name}`, [el("p", {}, prose(scenario.summary)), form], { small: true, act });
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const given = {};
    for (const [name, { default: usual }] of Object.entries(scenario.parameters)) {
      // A parameter may be called `length`, as a member of the collection is.
      const text = form.elements.namedItem(name).value.trim();
      if (text === String(usual ?? "")) continue;
      // A number stays one, where the usual value is one.
      given[name] = typeof usual === "number" ? Number(text) : text;
    }
    try {
      await start(scenario.name, given);
      dialog.close();
    } catch (error) {
      complain(error);
    }
  });
}

async function start(name, parameters) {
  const tenant = chosen();
  const run = await post(of(tenant.id, "/scenarios"), { name, parameters });
  opened.add(`${tenant.id}/${run.id}`);
  say(`Started ${name} in ${tenant.name}.`);
  await load();
}

function draw() {
  const wanted = byId("scenario-search").value.trim().toLowerCase();
  const texts = one => [one.name, one.summary, one.notice, one.remedy, ...(one.about ?? [])].join(" ").toLowerCase();
  const found = shipped.filter(one => texts(one).includes(wanted));
  byId("shipped").replaceChildren(...found.map(card));
  byId("scenario-found").textContent = counted(found.length, "scenario");
}

const calm = calmly(() => load().catch(complain), 500);

/** Something about scenarios of this tenant has changed. */
export const changed = ({ tenant }) => {
  if (tenant === chosen()?.id) calm();
};

/** The lists are wanted on the page. */
export const shownNow = async () => {
  try {
    await load();
    shipped ??= (await get("/scenarios")).scenarios;
    draw();
  } catch (error) {
    complain(error);
  }
};

/** Lets the controls work. */
export function begin() {
  byId("scenario-search").addEventListener("input", () => shipped && draw());
  onChoice(() => load().catch(complain));
}
