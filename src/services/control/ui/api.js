// The control API. The page does nothing that it does not offer to everybody.

import { el } from "./dom.js";

const TOKEN = "mock-defender-operator-token";

/** What the control API says no with. */
export class Refusal extends Error {
  constructor(status, error) {
    super(error?.message ?? `The server answered with ${status}.`);
    this.status = status;
    this.code = error?.code;
    this.target = error?.target;
  }
}

/** The headers that let the operator in, where the server asks for a token. */
export function credential() {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** Asks `/_mock` + path. The answer's JSON; nothing where there is none. */
export async function ask(method, path, body) {
  for (;;) {
    const headers = { accept: "application/json", ...credential() };
    if (body !== undefined) headers["content-type"] = "application/json";
    let response;
    try {
      const sent = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
      response = await fetch(`/_mock${path}`, { method, headers, body: sent, cache: "no-store" });
    } catch {
      throw new Refusal(0, { message: "The simulator does not answer. Is it still running?" });
    }
    const text = await response.text();
    let answer;
    try {
      answer = text ? JSON.parse(text) : undefined;
    } catch {
      answer = undefined;
    }
    if (response.ok) return answer;
    if (response.status !== 401) throw new Refusal(response.status, answer?.error);
    await admitted();
  }
}

export const get = path => ask("GET", path);
export const post = (path, body = {}) => ask("POST", path, body);
export const remove = path => ask("DELETE", path);

/** The path of a tenant's own. */
export const of = (tenant, rest = "") => `/tenants/${encodeURIComponent(tenant)}${rest}`;

let asking = null;

/** Asks the person at the page for the operator's token, once for all who wait for it. */
export function admitted() {
  asking ??= new Promise(resolve => {
    const refused = sessionStorage.getItem(TOKEN) !== null;
    const field = el("input", {
      id: "operator-token", type: "password", autocomplete: "off", required: true, "aria-describedby": "operator-hint",
    });
    const made = el(
      "dialog",
      { class: "small", "aria-labelledby": "dialog-heading" },
      el(
        "form",
        { method: "dialog" },
        el("h2", { id: "dialog-heading" }, "The operator's token"),
        refused && el("p", { class: "message bad" }, "The server does not take that token."),
        el(
          "p",
          { id: "operator-hint" },
          "This server listens beyond loopback. It printed the token at its start, or was given it by MOCK_DEFENDER_OPERATOR_TOKEN. It is kept until this tab is closed.",
        ),
        el("div", { class: "field" }, el("label", { for: "operator-token" }, "Token"), field),
        el("div", { class: "end" }, el("button", {}, "Continue")),
      ),
    );
    made.addEventListener("cancel", event => event.preventDefault());
    made.addEventListener("close", () => {
      sessionStorage.setItem(TOKEN, field.value.trim());
      made.remove();
      asking = null;
      resolve();
    });
    document.body.append(made);
    made.showModal();
  });
  return asking;
}
