// Tells a pilot, on whatever page, that a drone is asked for: a line under the bar that leads to where it is answered.

import { el, icon, maybeById } from "./dom.js";
import { t } from "./messages.js";

const BUZZ_MS = [300, 150, 300];

/** Keep the line as `world` says; it stays away for those who do not fly. @param {import("./store.js").World} world */
export function showRequests(world) {
  const place = maybeById("asked");
  if (!place) return;
  /** @type {Set<string>} */
  let told = new Set();
  world.on("change", (kinds) => {
    if (!kinds.has("drone_request")) return;
    const waiting = world.shown("drone_request");
    if (waiting.some((request) => !told.has(request.id))) navigator.vibrate?.(BUZZ_MS);
    told = new Set(waiting.map((request) => request.id));
    place.hidden = waiting.length === 0;
    place.replaceChildren(...waiting.map(line));
  });
}

/** @param {Api.DroneRequest} request */
function line(request) {
  const path = `/incidents/${encodeURIComponent(request.incident_id)}/drone`;
  const asks = t("browser.asks_for_drone", { who: request.asked_by, title: request.title });
  const words = request.simulated ? t("browser.in_brackets_simulated", { text: asks }) : asks;
  return el("a", { href: path, data: { request: request.id } }, icon("drone"), el("span", {}, words), el("b", {}, t("browser.answer")));
}
