// The faults of the server that the viewer may know of: a line under the bar, opened to a list. Asked for again and again.

import { ask } from "../web/js/api.js";
import { el, icon, maybeById } from "../web/js/dom.js";
import { recentTime } from "../web/js/format.js";
import { t } from "../web/js/messages.js";

const EVERY_MS = 15_000;

/** Keep the line up to date for as long as the page is open. */
export function showFaults() {
  const place = maybeById("faults");
  if (!place) return;
  const look = async () => {
    const said = await ask("GET", "/faults").catch(() => null); // the state of the link is told elsewhere
    if (said) draw(place, said.faults);
  };
  look();
  setInterval(look, EVERY_MS);
}

/** @param {HTMLElement} place @param {Api.Fault[]} faults */
function draw(place, faults) {
  const shown = JSON.stringify(faults);
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  const open = place.querySelector("details")?.open ?? false;
  place.hidden = faults.length === 0;
  if (place.hidden) return place.replaceChildren();
  const title = t("map.faults", { count: faults.length });
  const list = el("ul", {}, ...faults.map(row));
  place.replaceChildren(
    el("details", { open }, el("summary", {}, icon("warn"), el("b", {}, title), el("span", {}, faults[0].what)), list),
  );
}

/** @param {Api.Fault} fault */
function row(fault) {
  const since = el("time", { datetime: fault.since }, t("map.fault_since", { when: recentTime(fault.since) }));
  const remedy = fault.remedy && el("small", {}, t("map.what_to_do", { remedy: fault.remedy }));
  return el("li", { data: { part: fault.part } }, el("span", {}, `${fault.what} `), since, remedy);
}
