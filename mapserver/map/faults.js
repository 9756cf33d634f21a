// The faults of the server that the viewer may know of: a line under the bar, opened to a list. Asked for again and again.

import { ask } from "../web/js/api.js";
import { el, icon } from "../web/js/dom.js";
import { recentTime } from "../web/js/format.js";

const EVERY_MS = 15_000;

/** Keep the line up to date for as long as the page is open. */
export function showFaults() {
  const place = document.getElementById("faults");
  if (!place) return;
  const look = async () => {
    const said = await ask("GET", "/faults").catch(() => null); // the state of the link is told elsewhere
    if (said) draw(place, said.faults);
  };
  look();
  setInterval(look, EVERY_MS);
}

function draw(place, faults) {
  const shown = JSON.stringify(faults);
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  const open = place.querySelector("details")?.open ?? false;
  place.hidden = faults.length === 0;
  if (place.hidden) return place.replaceChildren();
  const title = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  const list = el("ul", {}, ...faults.map(row));
  place.replaceChildren(
    el("details", { open }, el("summary", {}, icon("warn"), el("b", {}, title), el("span", {}, faults[0].what)), list),
  );
}

function row(fault) {
  const since = el("time", { datetime: fault.since }, `since ${recentTime(fault.since)}`);
  const remedy = fault.remedy && el("small", {}, `What to do: ${fault.remedy}`);
  return el("li", { data: { part: fault.part } }, el("span", {}, `${fault.what} `), since, remedy);
}
