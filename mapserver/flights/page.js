// The page of one flight: its instruments, its map, and the orders of the pilot in control.

import { NavigationControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { showAboard } from "./aboard.js";
import { ask } from "../web/js/api.js";
import { el, setChildren, setText } from "../web/js/dom.js";
import { clockTime, label } from "../web/js/format.js";
import { glMap, onStyle } from "../web/js/gl_map.js";
import { GroundSwitch } from "../web/js/ground_switch.js";
import { onHold } from "./hold.js";
import { isBlind, showInstruments } from "../web/js/instruments.js";
import { lastSeen } from "../web/js/last_seen.js";
import { showLinkState } from "../web/js/linkstate.js";
import { LiveFeed } from "../web/js/live.js";
import { addOverlays, drawOverlays } from "../web/js/overlays.js";
import { showRequests } from "../web/js/requests.js";
import { offerSteering } from "../web/js/steering.js";
import { isOver, isUnderWay, World } from "../web/js/store.js";
import { Symbols } from "../web/js/symbols.js";

const { user, flight: flightId, unit: unitId } = document.body.dataset;
const FLIGHT = `/flights/${encodeURIComponent(flightId)}`;
const CONTROL = `/units/${encodeURIComponent(unitId)}/control`;
const ZOOM = 16;
const TOLD = 8;
const GLIDE_MS = 900;
const TICK_MS = 500;
const PRAISE_MS = 6_000;
/** In which states of the flight an order makes no sense: its button stays where the thumb knows it, but is off. */
const POINTLESS = { pause: ["paused"], resume: ["flying", "returning"], return: ["returning"] };

const part = (id) => document.getElementById(id);
const world = new World();
const feed = new LiveFeed();
const map = makeMap();
const symbols = map && new Symbols(map, world);
const ready = map && onStyle(map, () => addOverlays(map)).then(() => symbols.add());
let followed = true;
let placed = false;

function makeMap() {
  const options = { zoom: ZOOM, maxZoom: 19, dragRotate: false, attributionControl: { compact: true } };
  const made = glMap(part("map"), options, () => {
    part("map-note").textContent = "This browser cannot draw the map (no WebGL). Every order but going and looking is here.";
    part("map-note").hidden = false;
  });
  made?.addControl(new NavigationControl({ showCompass: false }), "top-right");
  made?.addControl(new GroundSwitch(), "top-right");
  made?.on("dragstart", () => follow(false));
  return made;
}

/** Keep the map on the drone, or let it be moved. */
function follow(yes) {
  followed = yes;
  part("follow").setAttribute("aria-pressed", String(yes));
  keepInView();
}

function keepInView() {
  const at = world.get("unit", unitId)?.position;
  if (!map || !at || !followed) return;
  const center = [at.lon, at.lat];
  if (!placed) map.jumpTo({ center });
  else if (!map.isMoving()) map.easeTo({ center, duration: GLIDE_MS, easing: (t) => t });
  placed = true;
}

/** Say when no order goes out. Without any network the orders are off; a server that is silent may still hear one. */
function drawReach() {
  const blind = isBlind(feed);
  const cutOff = blind && !navigator.onLine;
  part("no-orders").hidden = !blind;
  const words = cutOff ? "There is no network, so no order goes out" : "No word from the server: an order may not go out";
  setText(part("no-orders-text"), `${words}. Use the remote control.`);
  part("order-fields").disabled = cutOff;
  const flight = world.get("flight", flightId);
  const drone = world.get("unit", unitId);
  const seen = flight && drone && lastSeen(flight, drone, world);
  part("last-seen").hidden = !seen;
  setText(part("last-seen-text"), seen ?? "");
}

/** Have the server do one thing, and say beside what was pressed how it went. */
async function act(pressed, path, body) {
  const said = part("said");
  if (pressed.ariaBusy === "true") return;
  pressed.ariaBusy = "true";
  (pressed.closest(".order-grid, details") ?? pressed).after(said);
  said.className = "fly-said";
  said.textContent = "Asking…";
  try {
    await ask("POST", path, body);
    const done = `Done: ${pressed.textContent.trim()}`;
    said.textContent = done;
    setTimeout(() => said.textContent === done && (said.textContent = ""), PRAISE_MS);
  } catch (refused) {
    said.classList.add("is-refused");
    said.textContent = refused.unreached ? "The order did not go out: the server cannot be reached. Use the remote control." : refused.message;
  } finally {
    pressed.ariaBusy = null;
  }
}

function draw() {
  const flight = world.get("flight", flightId);
  if (!flight) return;
  const { holder, offered_to: offered } = flight.control;
  const over = isOver(flight);
  const flying = isUnderWay(flight);
  const mine = holder === user;
  setText(part("state"), label(flight.state));
  part("state").className = `chip ${flying ? "is-flying" : over ? "is-done" : ""}`;
  part("over").hidden = !over;
  setText(part("outcome"), flight.outcome ?? "");
  part("waiting").hidden = over || flying;
  setText(part("waits-for"), waitsFor(flight));
  part("orders").hidden = !(flying && mine);
  part("not-yours").hidden = over || mine;
  const words = holder ? `${holder} has the control` : "Nobody has the control";
  setText(part("holder"), offered === user ? `${words} and offers it to you` : words);
  for (const button of document.querySelectorAll("[data-step]")) {
    const free = holder === null && button.dataset.step === "take";
    button.hidden = !(free || (offered === user && button.dataset.step !== "take"));
  }
  for (const button of document.querySelectorAll("[data-order]"))
    button.disabled = (POINTLESS[button.dataset.order] ?? []).includes(flight.state);
  drawReach();
}

/** What a flight that is not in the air waits for. */
function waitsFor(flight) {
  if (flight.verdicts?.in_the_way) return `Not to be flown yet: ${flight.verdicts.reasons.join("; ")}.`;
  if (!flight.confirmed_by) return `Its start at ${clockTime(flight.scheduled_at)} is not confirmed yet.`;
  return `${flight.confirmed_by} has confirmed the start at ${clockTime(flight.scheduled_at)}; the plan goes on board first.`;
}

let asked = null;
let told = 0;
async function drawEvents() {
  const flight = world.get("flight", flightId);
  if (!flight || asked === flight) return;
  asked = flight;
  try {
    const events = await ask("GET", `${FLIGHT}/events`);
    if (events.length < told) return; // they only grow: an older answer that came late
    told = events.length;
    const line = (event) => el("li", {}, el("time", {}, clockTime(event.at)), ` ${event.why} `, el("small", {}, event.who));
    setChildren(part("told"), String(told), () => events.slice(-TOLD).reverse().map(line));
  } catch (error) {
    if (asked === flight) asked = null; // to be asked again once the server is heard
    console.error(error);
  }
}

async function drawMap(kinds) {
  if (!map) return;
  symbols.draw();
  keepInView();
  await ready;
  drawOverlays(map, world, kinds);
}

world.addEventListener("change", (event) => {
  draw();
  if (event.detail.has("flight")) drawEvents();
  drawMap(event.detail);
});
for (const button of document.querySelectorAll("[data-order]"))
  button.addEventListener("click", () => act(button, `${FLIGHT}/${button.dataset.order}`));
for (const button of document.querySelectorAll("[data-step]"))
  button.addEventListener("click", () => act(button, CONTROL, { step: button.dataset.step }));
part("hand-over")?.addEventListener("submit", (event) => {
  event.preventDefault();
  act(event.submitter, CONTROL, { step: "offer", to: event.target.elements.to.value });
});
onHold(part("hold-stop"), () => act(part("hold-stop"), `${FLIGHT}/stop`, { drone: world.get("unit", unitId).name }));
part("typed-stop").addEventListener("submit", (event) => {
  event.preventDefault();
  act(event.submitter, `${FLIGHT}/stop`, { drone: event.target.elements.drone.value });
});
part("follow").addEventListener("click", () => follow(!followed));
const thisFlight = () => [world.get("flight", flightId)].filter(Boolean);
if (map) offerSteering(map, world, user, thisFlight, part("steering"));
setInterval(drawReach, TICK_MS);
feed.addEventListener("state", drawEvents);
world.follow(feed);
showLinkState(feed);
showInstruments(world, feed);
showAboard(world, flightId, FLIGHT, user);
showRequests(world);
feed.connect();
