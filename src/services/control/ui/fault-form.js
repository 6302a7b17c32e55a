// A fault as a small form, which writes the JSON that is sent. The JSON can be changed by hand before.

import { el, invalid } from "./dom.js";

const DURATION = "a duration, such as 30s, 2h or PT1M";

/** What becomes of a request: its fields, and the effect that they make. */
const EFFECTS = {
  throttle: {
    text: "Refused as one too many (429)",
    fields: [
      { name: "wait", label: "Wait", value: "30s", hint: DURATION },
      { name: "retryAfter", label: "Told by", options: { seconds: "Retry-After in seconds", fraction: "… with a fraction", date: "… with a date", text: "the text alone", absent: "nothing" } },
    ],
    make: ({ wait, retryAfter }) => ({ throttle: { wait, ...(retryAfter === "seconds" ? {} : { retryAfter }) } }),
  },
  respond: {
    text: "Answered with a status and nothing else",
    fields: [{ name: "status", label: "Status", value: "503", number: true }],
    make: ({ status }) => ({ respond: { status } }),
  },
  html: {
    text: "A page of HTML in place of the answer",
    fields: [{ name: "status", label: "Status", value: "502", number: true }, { name: "title", label: "Heading", value: "Bad Gateway" }],
    make: ({ status, title }) => ({ html: { status, ...(title ? { title } : {}) } }),
  },
  token: {
    text: "Its token is not taken",
    fields: [{ name: "why", label: "As if it were", options: { expired: "expired", revoked: "revoked", missing: "missing", malformed: "unreadable", badSignature: "signed with an unknown key", wrongAudience: "for somebody else", forbidden: "without a permission" } }],
    make: ({ why }) => ({ token: why }),
  },
  refuse: {
    text: "Refused in the service's own words",
    fields: [{ name: "refusal", label: "Refusal", value: "Throttled", hint: "its name, as the request log shows it" }],
    make: ({ refusal }) => ({ refuse: { refusal } }),
  },
  latency: {
    text: "Answered later",
    fields: [{ name: "by", label: "By", value: "2s", hint: DURATION }],
    make: ({ by }) => ({ latency: { fixed: by } }),
  },
  drip: {
    text: "Answered piece by piece",
    fields: [{ name: "bytes", label: "Bytes of a piece", value: "64", number: true }, { name: "every", label: "Every", value: "200ms", hint: "a duration, such as 1s or PT0.2S" }],
    make: ({ bytes, every }) => ({ drip: { bytes, every } }),
  },
  hang: {
    text: "Never answered",
    fields: [{ name: "length", label: "Ends after", value: "30s", hint: DURATION }],
    make: ({ length }) => ({ hang: { for: length } }),
  },
  reset: {
    text: "The connection is reset",
    fields: [{ name: "after", label: "After bytes of the body", value: "", number: true, optional: true, placeholder: "none: at once" }],
    make: ({ after }) => ({ reset: after === undefined ? {} : { after } }),
  },
  truncate: {
    text: "The answer breaks off",
    fields: [{ name: "keep", label: "Share that is kept", value: "0.5", number: true }],
    make: ({ keep }) => ({ truncate: { keep } }),
  },
  corrupt: {
    text: "Some bytes are wrong",
    fields: [{ name: "bytes", label: "How many", value: "3", number: true }],
    make: ({ bytes }) => ({ corrupt: { bytes } }),
  },
  list: {
    text: "Items of the list are changed",
    fields: [
      { name: "change", label: "Change", options: { duplicate: "come twice", drop: "are left out", shuffle: "come in any order", reverse: "come backwards" } },
      { name: "items", label: "Which", options: { all: "all", first: "the first", last: "the last" } },
    ],
    make: ({ change, items }) => ({ list: { change, ...(items === "all" ? {} : { items }) } }),
  },
  stale: {
    text: "Answered from a while ago",
    fields: [{ name: "by", label: "How long ago", value: "1h", hint: DURATION }],
    make: ({ by }) => ({ stale: { by } }),
  },
  contentType: {
    text: "Another content type is named",
    fields: [{ name: "type", label: "Content type", value: "text/plain" }],
    make: ({ type }) => ({ contentType: type }),
  },
};

const select = (name, options) =>
  el("select", { name, id: `fault-${name}` }, Object.entries(options).map(([value, text]) => el("option", { value }, text)));

function field({ name, label, value, hint, options, number, optional, placeholder }) {
  const control = options
    ? select(name, options)
    : el("input", {
        name, id: `fault-${name}`, value, placeholder, autocomplete: "off", spellcheck: "false", required: !optional,
        ...(number ? { inputmode: "decimal" } : {}), ...(hint ? { "aria-describedby": `fault-${name}-hint` } : {}),
      });
  return el(
    "div",
    { class: "field" },
    el("label", { for: `fault-${name}` }, label),
    control,
    hint && el("span", { class: "hint", id: `fault-${name}-hint` }, hint),
  );
}

const numbered = text => (text === "" || Number.isNaN(Number(text)) ? text : Number(text));

/** Fills the form; `add(fault)` is called with what the JSON says. */
export function fill(form, add) {
  const effects = Object.fromEntries(Object.entries(EFFECTS).map(([name, { text }]) => [name, text]));
  const services = { "": "any", cloudApps: "Cloud Apps API", entra: "Entra ID", graph: "Microsoft Graph" };
  const optional = (name, label, placeholder, more) => field({ name, label, value: "", placeholder, optional: true, ...more });
  const of = el("div", { class: "fields", id: "fault-of-effect" });
  const text = el("textarea", { id: "fault-json", name: "json", rows: "8", spellcheck: "false", "aria-describedby": "fault-json-hint" });
  form.replaceChildren(
    el("fieldset", {}, el("legend", {}, "Which requests"), el("div", { class: "stack" }, el("div", { class: "fields" },
      field({ name: "service", label: "Service", options: services }),
      field({ name: "method", label: "Method", options: { "": "any", GET: "GET", POST: "POST", PATCH: "PATCH", DELETE: "DELETE" } })),
      optional("path", "Path", "any, or such as /api/v1/alerts/**"))),
    el("fieldset", {}, el("legend", {}, "What becomes of them"), el("div", { class: "stack" },
      field({ name: "effect", label: "Effect", options: effects }), of)),
    el("fieldset", {}, el("legend", {}, "How often"), el("div", { class: "fields" },
      optional("times", "At most", "always", { number: true }),
      optional("after", "Not the first", "0", { number: true }),
      optional("probability", "Probability", "1", { number: true }))),
    optional("name", "Name", "fault-1, fault-2, …"),
    el("div", { class: "field" }, el("label", { for: "fault-json" }, "What is sent"),
      text, el("span", { class: "hint", id: "fault-json-hint" }, "JSON, as scenarios and the command line write it. It may be changed.")),
    el("div", { class: "buttons" }, el("button", { type: "submit" }, "Add the fault")),
  );
  // A field may be called `length`, as a member of the collection is.
  const said = name => form.elements.namedItem(name).value.trim();
  const write = () => {
    const chosen = EFFECTS[said("effect")];
    const values = Object.fromEntries(chosen.fields.map(one => [one.name, one.number ? numbered(said(one.name)) : said(one.name)]));
    for (const one of chosen.fields) if (one.optional && values[one.name] === "") values[one.name] = undefined;
    const parts = (names, read) => Object.fromEntries(names.filter(said).map(name => [name, read(said(name))]));
    const fault = {
      ...(said("name") ? { id: said("name") } : {}),
      match: parts(["service", "method", "path"], text => text),
      when: parts(["times", "after", "probability"], numbered),
      effect: chosen.make(values),
    };
    for (const part of ["match", "when"]) if (Object.keys(fault[part]).length === 0) delete fault[part];
    text.value = JSON.stringify(fault, null, 2);
    text.setCustomValidity("");
  };
  const choose = () => {
    of.replaceChildren(...EFFECTS[said("effect")].fields.map(field));
    of.hidden = of.childElementCount === 0;
    write();
  };
  form.addEventListener("input", event => {
    if (event.target.name === "effect") choose();
    else if (event.target !== text) write();
  });
  form.addEventListener("submit", async event => {
    event.preventDefault();
    try {
      await add(JSON.parse(text.value));
    } catch (error) {
      invalid(text, error);
    }
  });
  choose();
}
