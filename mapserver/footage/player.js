// Says below a recorded video why it does not play; a player shows no words of the server.

import { t } from "../web/js/messages.js";

for (const player of document.querySelectorAll("video[data-footage]")) {
  player.addEventListener("error", () => void tellWhy(/** @type {HTMLVideoElement} */ (player)));
}

/** @param {HTMLVideoElement} player */
async function tellWhy(player) {
  const place = player.closest(".footage-offer")?.querySelector(".footage-trouble");
  if (!(place instanceof HTMLElement)) return;
  const answer = await fetch(player.src, { headers: { accept: "application/json" } });
  const reason = answer.ok ? t("browser.footage_undecodable") : (await answer.json()).message;
  void answer.body?.cancel();
  place.textContent = t("footage.not_playing", { reason });
  place.hidden = false;
}
