// The page of one flight: its instruments, its map, and the orders of the pilot in control.

import { NavigationControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { showAboard } from "./aboard.js";
import { ask, messageOf, Refused } from "../web/js/api.js";
import { byId as part, control, el, findAll, maybeById, setChildren, setText } from "../web/js/dom.js";
import { showEscalations } from "../web/js/escalations.js";
import { showMentions } from "../web/js/mentions.js";
import { capital, clockTime, flightState } from "../web/js/format.js";
import { glMap, onStyle } from "../web/js/gl_map.js";
import { GroundSwitch } from "../web/js/ground_switch.js";
import { onHold } from "./hold.js";
import { isBlind, showInstruments } from "../web/js/instruments.js";
import { lastSeen } from "../web/js/last_seen.js";
import { t, textOf } from "../web/js/messages.js";
import { showLinkState } from "../web/js/linkstate.js";
import { LiveFeed } from "../web/js/live.js";
import { addOverlays, drawOverlays } from "../web/js/overlays.js";
import { showRequests } from "../web/js/requests.js";
import { offerSteering } from "../web/js/steering.js";
import { isOver, isUnderWay, World } from "../web/js/store.js";
import { Symbols } from "../web/js/symbols.js";

const { user = "", flight: flightId = "", unit: unitId = "" } = document.body.dataset;
const FLIGHT = `/flights/${encodeURIComponent(flightId)}`;
const CONTROL = `/units/${encodeURIComponent(unitId)}/control`;
const ZOOM = 16;
const TOLD = 8;
const GLIDE_MS = 900;
const TICK_MS = 500;
const PRAISE_MS = 6_000;
/** In which states of the flight an order makes no sense: its button stays where the thumb knows it, but is off. @type {Record<string, string[]>} */
const POINTLESS = { pause: ["paused"], resume: ["flying", "returning"], return: ["returning"] };

const world = new World();
const feed = new LiveFeed();
const map = makeMap();
const symbols = map && new Symbols(map, world);
const ready = map && onStyle(map, () => addOverlays(map)).then(() => symbols?.add());
let followed = true;
let placed = false;

function makeMap() {
  const options = { zoom: ZOOM, maxZoom: 19, dragRotate: false, attributionControl: { compact: true } };
  const made = glMap(part("map"), options, () => {
    part("map-note").textContent = t("flight_page.cannot_draw");
    part("map-note").hidden = false;
  });
  made?.addControl(new NavigationControl({ showCompass: false }), "top-right");
  made?.addControl(new GroundSwitch(), "top-right");
  made?.on("dragstart", () => follow(false));
  return made;
}

/** Keep the map on the drone, or let it be moved. @param {boolean} yes */
function follow(yes) {
  followed = yes;
  part("follow").setAttribute("aria-pressed", String(yes));
  keepInView();
}

function keepInView() {
  const at = world.get("unit", unitId)?.position;
  if (!map || !at || !followed) return;
  /** @type {Api.LonLat} */
  const center = [at.lon, at.lat];
  if (!placed) map.jumpTo({ center });
  else if (!map.isMoving()) map.easeTo({ center, duration: GLIDE_MS, easing: (share) => share });
  placed = true;
}

/** Say when no order goes out. Without any network the orders are off; a server that is silent may still hear one. */
function drawReach() {
  const blind = isBlind(feed);
  const cutOff = blind && !navigator.onLine;
  part("no-orders").hidden = !blind;
  setText(part("no-orders-text"), cutOff ? t("flight_page.no_network") : t("flight_page.server_silent"));
  part("order-fields", HTMLFieldSetElement).disabled = cutOff;
  const flight = world.get("flight", flightId);
  const drone = world.get("unit", unitId);
  const seen = flight && drone && lastSeen(flight, drone, world);
  part("last-seen").hidden = !seen;
  setText(part("last-seen-text"), seen ?? "");
}

/** Have the server do one thing, and say beside what was pressed how it went. @param {HTMLElement} pressed @param {string} path @param {object} [body] */
async function act(pressed, path, body) {
  const said = part("said");
  if (pressed.ariaBusy === "true") return;
  pressed.ariaBusy = "true";
  (pressed.closest(".order-grid, details") ?? pressed).after(said);
  said.className = "fly-said";
  said.textContent = t("flight_page.asking");
  try {
    await ask("POST", path, body);
    const done = t("flight_page.done", { order: (pressed.textContent ?? "").trim() });
    said.textContent = done;
    setTimeout(() => said.textContent === done && (said.textContent = ""), PRAISE_MS);
  } catch (error) {
    said.classList.add("is-refused");
    said.textContent = error instanceof Refused && error.unreached ? t("flight_page.order_not_out") : messageOf(error);
  } finally {
    pressed.ariaBusy = null;
  }
}

/** @param {boolean} flying @param {boolean} over */
function chipOf(flying, over) {
  if (flying) return "chip is-flying";
  return over ? "chip is-done" : "chip";
}

function draw() {
  const flight = world.get("flight", flightId);
  if (!flight) return;
  const { holder, offered_to: offered } = flight.control;
  const over = isOver(flight);
  const flying = isUnderWay(flight);
  const mine = holder === user;
  setText(part("state"), capital(flightState(flight.state)));
  part("state").className = chipOf(flying, over);
  part("over").hidden = !over;
  setText(part("outcome"), flight.outcome ?? "");
  part("waiting").hidden = over || flying;
  setText(part("waits-for"), waitsFor(flight));
  part("orders").hidden = !(flying && mine);
  part("not-yours").hidden = over || mine;
  const words = holder ? t("flight_page.has_control", { who: holder }) : t("flight_page.nobody_has_control");
  setText(part("holder"), offered === user ? t("flight_page.offers_it_to_you", { holder: words }) : words);
  for (const button of findAll("[data-step]")) {
    const free = holder === null && button.dataset.step === "take";
    button.hidden = !(free || (offered === user && button.dataset.step !== "take"));
  }
  for (const button of findAll("[data-order]", HTMLButtonElement))
    button.disabled = (POINTLESS[button.dataset.order ?? ""] ?? []).includes(flight.state);
  drawReach();
}

/** What a flight that is not in the air waits for. @param {Api.Flight} flight */
function waitsFor(flight) {
  const when = new Date(flight.scheduled_at);
  if (flight.verdicts?.in_the_way) return t("flight_page.not_to_be_flown", { reasons: flight.verdicts.reasons.map(textOf).join("; ") });
  if (!flight.confirmed_by) return t("flight_page.not_confirmed", { when });
  return t("flight_page.confirmed", { who: flight.confirmed_by, when });
}

/** @type {Api.Flight | null} */
let asked = null;
let told = 0;
async function drawEvents() {
  const flight = world.get("flight", flightId);
  if (!flight || asked === flight) return;
  asked = flight;
  try {
    /** @type {{at: string, why: string, who: string}[]} */
    const events = await ask("GET", `${FLIGHT}/events`);
    if (events.length < told) return; // they only grow: an older answer that came late
    told = events.length;
    /** @param {{at: string, why: string, who: string}} event */
    const line = (event) => el("li", {}, el("time", {}, clockTime(event.at)), ` ${event.why} `, el("small", {}, event.who === "system" ? t("common.system") : event.who));
    setChildren(part("told"), String(told), () => events.slice(-TOLD).reverse().map(line));
  } catch (error) {
    if (asked === flight) asked = null; // to be asked again once the server is heard
    console.error(error);
  }
}

/** @param {Set<string>} kinds */
async function drawMap(kinds) {
  if (!map || !symbols) return;
  symbols.draw();
  keepInView();
  await ready;
  drawOverlays(map, world, kinds);
}

world.on("change", (kinds) => {
  draw();
  if (kinds.has("flight")) drawEvents();
  drawMap(kinds);
});
for (const button of findAll("[data-order]"))
  button.addEventListener("click", () => act(button, `${FLIGHT}/${button.dataset.order}`));
for (const button of findAll("[data-step]"))
  button.addEventListener("click", () => act(button, CONTROL, { step: button.dataset.step }));
const handOver = maybeById("hand-over", HTMLFormElement);
handOver?.addEventListener("submit", (event) => {
  event.preventDefault();
  act(event.submitter ?? handOver, CONTROL, { step: "offer", to: control(handOver, "to", HTMLSelectElement).value });
});
const holdStop = part("hold-stop", HTMLButtonElement);
onHold(holdStop, () => act(holdStop, `${FLIGHT}/stop`, { drone: world.get("unit", unitId)?.name }));
const typedStop = part("typed-stop", HTMLFormElement);
typedStop.addEventListener("submit", (event) => {
  event.preventDefault();
  act(event.submitter ?? typedStop, `${FLIGHT}/stop`, { drone: control(typedStop, "drone").value });
});
part("follow").addEventListener("click", () => follow(!followed));
function thisFlight() {
  const flight = world.get("flight", flightId);
  return flight ? [flight] : [];
}
if (map) offerSteering(map, world, user, thisFlight, part("steering", HTMLElement));
setInterval(drawReach, TICK_MS);
feed.on("state", drawEvents);
world.follow(feed);
showLinkState(feed);
showInstruments(world, feed);
showAboard(world, flightId, FLIGHT, user);
showRequests(world);
showEscalations(feed, world);
showMentions(feed);
feed.connect();
