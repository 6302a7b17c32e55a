"use strict";
const form = document.querySelector("form[data-toggle]");
form?.addEventListener("submit", async event => {
  if (form.elements.enabled.value !== "true") return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  // Only a window that a click opens gets past the browser's own blocker, so it is opened before anything is asked.
  const asks = "asks" in form.dataset && !("blocked" in form.dataset);
  const dialog = asks ? window.open("about:blank", "copilot-consent", "popup,width=560,height=760") : null;
  const body = new URLSearchParams({ enabled: "true" });
  if (asks && !dialog) body.set("popups", "blocked");
  // Without an answer the page, loaded anew, tells what is so.
  const answer = await fetch(form.action, { method: "POST", headers: { accept: "application/json" }, body }).catch(() => null);
  const told = answer?.ok ? await answer.json().catch(() => ({})) : {};
  if (dialog && told.consentUrl) dialog.location.href = told.consentUrl;
  else dialog?.close();
  location.reload();
});
// The dialog ends at the Defender portal, whichever portal opened it.
const { origin } = new URL(document.getElementById("copilot").dataset.answers);
addEventListener("message", event => {
  if (event.origin === origin && event.data === "copilot-consent") location.reload();
});
