// Pages that are documents: keeps the live feed open and tells htmx what changed, as events on <body>.
//
// `incident-changed`, `flight-changed`, … for any of a kind, `incident-changed-ID` for one of them. After a break every kind
// counts as changed, because nobody knows what was missed.

import { showInstruments } from "./instruments.js";
import { showLinkState } from "./linkstate.js";
import { LiveFeed } from "./live.js";
import { showRequests } from "./requests.js";
import { World } from "./store.js";

const KINDS = ["unit", "camera", "zone", "flight", "assignment", "visit", "incident", "drone_request", "clip", "unmasking"];
const PAUSE_MS = 1_000; // a flight changes every second, the page need not ask more often

/** Names told in this pause, and whether they must be told again at its end. @type {Map<string, boolean>} */
const told = new Map();

/** Tell htmx at once, and at most once a pause; the last change is never lost. @param {string} name */
function tell(name) {
  if (told.has(name)) {
    told.set(name, true);
    return;
  }
  told.set(name, false);
  document.body.dispatchEvent(new CustomEvent(name));
  setTimeout(() => {
    const again = told.get(name);
    told.delete(name);
    if (again) tell(name);
  }, PAUSE_MS);
}

const feed = new LiveFeed();
const world = new World();
world.follow(feed);
let pictures = 0;
feed.addEventListener("snapshot", (event) => {
  pictures += 1;
  if (pictures === 1) return; // the page is as new as the first picture
  for (const kind of KINDS) tell(`${kind}-changed`);
  for (const incident of event.detail.incidents) tell(`incident-changed-${incident.id}`);
});
feed.addEventListener("delta", (event) => {
  for (const { kind, id } of event.detail) {
    tell(`${kind}-changed`);
    tell(`${kind}-changed-${id}`);
  }
});
showLinkState(feed);
showInstruments(world, feed);
showRequests(world);
feed.connect();

// A refreshed part keeps open what the reader had opened.
let open = [];
document.body.addEventListener("htmx:beforeSwap", () => {
  open = [...document.querySelectorAll("details[open][id]")].map((details) => details.id);
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
});

// The address says what is filtered, so that it can be sent to a colleague.
const filters = document.getElementById("filters");
filters?.addEventListener("htmx:afterRequest", () => {
  const chosen = [...new FormData(filters)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(chosen).toString();
  history.replaceState(null, "", query ? `/incidents?${query}` : "/incidents");
});
