// The console: puts the views together, and hands on what the server tells.

import { byId, complain } from "./dom.js";
import { follow } from "./events.js";
import * as faults from "./faults.js";
import * as requests from "./requests.js";
import * as scenarios from "./scenarios.js";
import * as tenants from "./tenants.js";
import * as truth from "./truth.js";

/** What is called when a view comes into sight. */
const VIEWS = { requests: requests.shownNow, faults: faults.shownNow, scenarios: scenarios.shownNow, truth: truth.shownNow, tenants: () => {} };

let current = null;

/** Shows the view that the address names. */
function show(focus) {
  const asked = location.hash.slice(1);
  const name = asked in VIEWS ? asked : (current ?? "requests");
  if (name === current) return;
  current = name;
  for (const view of document.querySelectorAll(".view")) view.hidden = view.id !== name;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const heading = byId(`${name}-heading`);
  document.title = `${heading.textContent} · mock-defender`;
  if (focus) {
    scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
  VIEWS[name]();
}

let isKnown = false;

function told(name, data) {
  if (name === "tenants") {
    tenants.told(data.tenants);
    if (!isKnown) {
      isKnown = true;
      show(false);
    }
  } else if (name === "request") requests.arrived(data);
  else if (name === "missed") requests.missed(data);
  else if (name === "faults") faults.changed(data);
  else if (name === "scenarios") scenarios.changed(data);
}

function state(name) {
  const live = byId("live");
  live.dataset.state = name;
  live.firstElementChild.textContent = name === "live" ? "Live" : "Connecting again";
}

addEventListener("hashchange", () => isKnown && show(true));
document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  byId("content").focus();
});
for (const part of [tenants, requests, faults, scenarios, truth]) part.begin();
follow(told, state).catch(complain);
