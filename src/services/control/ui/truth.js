// The truth: which storylines the tenant has lived through, and which records belong to each.

import { get, of } from "./api.js";
import { badge, byId, complain, counted, el } from "./dom.js";
import { chosen, onChoice } from "./tenants.js";
import { shown } from "./time.js";

function storyline(story) {
  const ids = (name, list) => [
    el("dt", {}, name),
    el("dd", {}, list.length ? el("pre", { tabindex: "0", "aria-label": name }, list.join("\n")) : "none yet"),
  ];
  return el(
    "details",
    { class: "card", "data-storyline": story.storyline },
    el("summary", {},
      el("strong", {}, story.storyline), " ",
      badge(counted(story.alerts.length, "alert"), story.alerts.length ? "warn" : ""), " ",
      badge(counted(story.activities.length, "activity", "activities")),
      el("div", { class: "hint" }, story.summary)),
    el("dl", { class: "pairs" },
      el("dt", {}, "User"), el("dd", {}, `${story.user.displayName}, ${story.user.upn}`),
      el("dt", {}, "Attacker"), el("dd", {}, `${story.attacker.ip}, ${story.attacker.country}`),
      el("dt", {}, "Begins"), el("dd", {}, shown(story.begins)),
      story.first && [el("dt", {}, "Activities"), el("dd", {}, `from ${shown(story.first)} to ${shown(story.last)}`)],
      el("dt", {}, "ATT&CK"),
      el("dd", {}, story.attack.map((step) => `${step.subTechnique ?? step.technique} ${step.name}`).join(", ")),
      el("dt", {}, "Motive"), el("dd", {}, story.motive),
      story.questions.flatMap(({ question, answers }) => ids(question, answers)),
      ids("Alerts", story.alerts),
      ids("Activity ids", story.activities)),
  );
}

async function load() {
  const tenant = chosen();
  if (!tenant) return;
  const { storylines } = await get(of(tenant.id, "/truth"));
  if (tenant.id !== chosen()?.id) return;
  const rows = [...storylines].reverse().map(storyline);
  byId("storylines").replaceChildren(...(rows.length ? rows : [el("p", { class: "empty card" }, "Nothing but daily work so far.")]));
}

/** The list is wanted on the page. */
export const shownNow = () => load().catch(complain);

/** Lets the view follow the choice of a tenant. */
export function begin() {
  onChoice(() => !byId("truth").hidden && shownNow());
}
