// Pages that are documents: keeps the live feed open and tells htmx what changed, as events on <body>.
//
// `incident-changed`, `flight-changed`, … for any of a kind, `incident-changed-ID` for one of them. With a whole picture every
// kind counts as changed, because nobody knows what was missed: before the first one too, as the page is older than that.

import { raiseAlarm } from "./alarm.js";
import { findAll, maybeById, onceContentIsLoaded } from "./dom.js";
import { showEscalations } from "./escalations.js";
import { showInstruments } from "./instruments.js";
import { showLinkState } from "./linkstate.js";
import { LiveFeed } from "./live.js";
import { showMentions } from "./mentions.js";
import { showRequests } from "./requests.js";
import { World } from "./store.js";

const KINDS = ["unit", "camera", "zone", "flight", "assignment", "custody", "visit", "shift", "incident", "referral", "drone_request", "clip", "unmasking"];
const PAUSE_MS = 1_000; // a flight changes every second, the page need not ask more often
const CLICK_MS = 300; // a click comes that late after the finger was lifted, on a phone that is busy

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
feed.on("snapshot", ({ incidents, flights }) => {
  for (const kind of KINDS) tell(`${kind}-changed`);
  for (const incident of incidents) tell(`incident-changed-${incident.id}`);
  for (const flight of flights) tell(`flight-changed-${flight.id}`);
});
feed.on("delta", (changes) => {
  for (const { kind, id } of changes) {
    tell(`${kind}-changed`);
    tell(`${kind}-changed-${id}`);
  }
});
showLinkState(feed);
showInstruments(world, feed);
showRequests(world);
showEscalations(feed, world);
showMentions(feed);
raiseAlarm(world);
// htmx listens from then on: what is told before, while the scripts of a map are still loading, nobody would hear.
onceContentIsLoaded(() => feed.connect());

// A refreshed part is put in its place only where it says something new, and never under a finger, a mouse button or a key
// that is down: what is pressed would be gone before it is let go, and the press would do nothing. Nor where a video plays.
/** What each part was last filled with. @type {WeakMap<Element, string>} */
const filled = new WeakMap();
/** What was asked for by whom while something was pressed, to be asked for again. @type {Map<Element, string>} */
const overtaken = new Map();
let pressed = false;
/** @param {Event} event */
const press = (event) => (pressed ||= !(event instanceof KeyboardEvent) || [" ", "Enter"].includes(event.key));
const letGo = () => setTimeout(askAgain, CLICK_MS);
for (const name of ["pointerdown", "keydown"]) addEventListener(name, press, true);
for (const name of ["pointerup", "pointercancel", "keyup", "blur", "pause"]) addEventListener(name, letGo, true);
/** @param {Element} part */
const plays = (part) => findAll("video", HTMLVideoElement, part).some((video) => !video.paused);

function askAgain() {
  pressed = false;
  for (const [source, path] of overtaken) htmx.ajax("GET", path, { source });
  overtaken.clear();
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse, requestConfig } = event.detail;
  if (!event.detail.shouldSwap) return;
  const busy = pressed || plays(target);
  if (busy) overtaken.set(requestConfig.elt, requestConfig.path);
  if (busy || filled.get(target) === serverResponse) event.detail.shouldSwap = false;
  else filled.set(target, serverResponse);
});

// A refreshed part keeps open what the reader had opened.
/** @type {string[]} */
let open = [];
document.body.addEventListener("htmx:beforeSwap", () => {
  open = findAll("details[open][id]").map((details) => details.id);
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
});

// The address says what is filtered, so that it can be sent to a colleague.
const filters = maybeById("filters", HTMLFormElement);
filters?.addEventListener("htmx:afterRequest", () => {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(filters)) if (value !== "") query.append(name, String(value));
  history.replaceState(null, "", query.size ? `/incidents?${query}` : "/incidents");
});
