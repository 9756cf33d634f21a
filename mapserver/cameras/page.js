// Shows a picture that a camera sends at this moment, and opens the camera that the address names. Changes nothing.

import { t } from "../web/js/messages.js";

for (const button of document.querySelectorAll("button[data-trial]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener("click", () => void show(button));
}
openNamed();
window.addEventListener("hashchange", openNamed);

/** Ask for the picture and show it, or why there is none. @param {HTMLButtonElement} button */
async function show(button) {
  const id = button.dataset.trial ?? "";
  const figure = document.querySelector(`figure[data-trial-of="${CSS.escape(id)}"]`);
  const image = figure?.querySelector("img");
  const caption = figure?.querySelector("figcaption");
  if (!(figure instanceof HTMLElement) || !image || !caption) return;
  figure.hidden = false;
  image.hidden = true;
  caption.textContent = t("cameras_page.picture_comes");
  button.disabled = true;
  try {
    const answer = await fetch(...request(id, button.form));
    if (!answer.ok) {
      const { message } = await answer.json();
      caption.textContent = message;
      return;
    }
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(await answer.blob());
    image.hidden = false;
    caption.textContent = answer.headers.get("Vanagas-Picture");
  } catch {
    caption.textContent = t("cameras_page.no_answer");
  } finally {
    button.disabled = false;
  }
}

/** Of a kept camera by its id, of a new one by the address in its form. @param {string} id @param {HTMLFormElement | null} form @returns {[string, RequestInit]} */
function request(id, form) {
  if (id) return [`/api/v1/cameras/${encodeURIComponent(id)}/trial`, { method: "POST" }];
  const said = new FormData(form ?? undefined);
  const body = JSON.stringify({ main: said.get("main"), transport: said.get("transport") });
  return ["/api/v1/cameras/trial", { method: "POST", body, headers: { "Content-Type": "application/json" } }];
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) {
    named.open = true;
    named.scrollIntoView();
  }
}
