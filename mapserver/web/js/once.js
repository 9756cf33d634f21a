// A form is sent once, however often its button is pressed while the answer is on its way.

const ANSWERED_WITHIN_MS = 10_000; // what has no answer then may be sent again

/** When what was sent where. @type {Map<string, number>} */
const sent = new Map();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.getAttribute("method") !== "post") return; // a script sends it, or nothing is changed
  const now = performance.now();
  if (now - (sent.get(form.action) ?? -Infinity) < ANSWERED_WITHIN_MS) event.preventDefault();
  else sent.set(form.action, now);
});
addEventListener("pageshow", () => sent.clear()); // come back to by the back button
