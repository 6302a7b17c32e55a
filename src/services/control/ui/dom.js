// Elements from data. Whatever comes from outside becomes text: no markup is ever made from it.

/** An element. Names of attributes that begin with `on` are listeners; `null` and `false` leave one out. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return made;
}

/** A text in which what stands between backticks is code, as in every message of the simulator. */
export const prose = text =>
  String(text ?? "").split("`").map((part, place) => (place % 2 ? el("code", {}, part) : part));

export const byId = id => document.getElementById(id);

/** A word in a coloured pill: `good`, `warn`, `bad`, or nothing. */
export const badge = (text, tone = "") => el("span", { class: `badge ${tone}` }, text);

/**
 * Shows these children, and leaves every element in its place that is the same as before: no click is lost between
 * pressing and releasing, no focus. What acts on different things must therefore differ in its attributes.
 */
export function settle(parent, children) {
  const before = [...parent.childNodes];
  children.forEach((child, place) => {
    const old = before[place];
    if (!old) parent.append(child);
    else if (old.isEqualNode(child)) return;
    else if (alike(old, child)) settle(old, [...child.childNodes]);
    else old.replaceWith(child);
  });
  for (const old of before.slice(children.length)) old.remove();
}

const alike = (one, other) => one.nodeType === Node.ELEMENT_NODE && one.cloneNode(false).isEqualNode(other.cloneNode?.(false) ?? null);

/** A button; its listener may be slow, and is not called again meanwhile. What goes wrong is told. */
export function button(text, kind, onclick, attributes = {}) {
  const made = el("button", { type: "button", class: kind, ...attributes }, text);
  made.addEventListener("click", () => busy(made, onclick));
  return made;
}

/** Calls `work` while the button is disabled; complains if it fails. */
export async function busy(pressed, work) {
  if (pressed.getAttribute("aria-busy") === "true") return;
  pressed.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    complain(error);
  } finally {
    pressed.removeAttribute("aria-busy");
  }
}

/** Tells what was done, for a few seconds. */
export function say(text) {
  told(el("p", {}, text), 5_000);
}

/** Tells what went wrong, until it is clicked away or for half a minute. */
export function complain(error) {
  const line = el("p", { class: "bad" }, error.message ?? String(error));
  line.addEventListener("click", () => line.remove());
  told(line, 30_000);
}

function told(line, length) {
  // What lies below an open dialog is out of sight and reach.
  const end = document.querySelector("dialog[open] .end");
  if (end) {
    line.classList.add("message");
    line.setAttribute("role", "status");
    end.before(line);
  } else {
    const said = byId("said");
    while (said.childElementCount > 3) said.firstElementChild.remove();
    said.append(line);
  }
  setTimeout(() => line.remove(), length);
}

/** Says at a field why it was not taken, until it is changed. */
export function invalid(field, error) {
  field.setCustomValidity(error.message);
  field.reportValidity();
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
}

/** Opens a dialog with this content, and perhaps a button of its own; it is gone once it is closed. */
export function open(heading, content, { small = false, act = null } = {}) {
  const title = el("h2", { id: "dialog-heading", tabindex: "-1", autofocus: true }, heading);
  const close = button("Close", "second", () => made.close());
  const made = el(
    "dialog",
    { class: small ? "small" : "", "aria-labelledby": "dialog-heading" },
    el("div", {}, title, ...content, el("div", { class: "end" }, close, act)),
  );
  made.addEventListener("close", () => made.remove());
  document.body.append(made);
  made.showModal();
  return made;
}

/** Asks for something before it is done; resolves to whether it is. */
export function confirm(heading, text, act) {
  return new Promise(resolve => {
    const made = el(
      "dialog",
      { class: "small", "aria-labelledby": "dialog-heading" },
      el(
        "form",
        { method: "dialog" },
        el("h2", { id: "dialog-heading" }, heading),
        el("p", {}, text),
        el(
          "div",
          { class: "end" },
          el("button", { class: "second", value: "no" }, "Cancel"),
          el("button", { value: "yes", "data-yes": true }, act),
        ),
      ),
    );
    made.addEventListener("close", () => {
      made.remove();
      resolve(made.returnValue === "yes");
    });
    document.body.append(made);
    made.showModal();
  });
}

/** Calls `work` at the end of a burst of calls, at most once in so many milliseconds. */
export function calmly(work, pause) {
  let waits = false, last = -Infinity;
  return () => {
    if (waits) return;
    waits = true;
    setTimeout(() => {
      waits = false;
      last = performance.now();
      work();
    }, Math.max(0, last + pause - performance.now()));
  };
}

/** How many, in words: `1 request`, `2 requests`. */
export const counted = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
