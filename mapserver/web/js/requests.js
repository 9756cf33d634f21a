// Tells a pilot, on whatever page, that a drone is asked for: a line under the bar that leads to where it is answered.

import { el, icon } from "./dom.js";

const BUZZ_MS = [300, 150, 300];

/** Keep the line as `world` says; it stays away for those who do not fly. @param {import("./store.js").World} world */
export function showRequests(world) {
  const place = document.getElementById("asked");
  if (!place) return;
  let told = new Set();
  world.addEventListener("change", (event) => {
    if (!event.detail.has("drone_request")) return;
    const waiting = world.shown("drone_request");
    if (waiting.some((request) => !told.has(request.id))) navigator.vibrate?.(BUZZ_MS);
    told = new Set(waiting.map((request) => request.id));
    place.hidden = waiting.length === 0;
    place.replaceChildren(...waiting.map(line));
  });
}

function line(request) {
  const path = `/incidents/${encodeURIComponent(request.incident_id)}/drone`;
  const words = `${request.asked_by} asks for a drone: ${request.title}${request.simulated ? " (simulated)" : ""}`;
  return el("a", { href: path, data: { request: request.id } }, icon("drone"), el("span", {}, words), el("b", {}, "Answer"));
}
