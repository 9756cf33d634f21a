// What a drone says of itself, large, wherever a page has a place for it: <section data-instruments="UNIT">.
//
// The age of its last word is counted here, ten times a second; that its link is lost is the server's to say.

import { el, findAll, setText } from "./dom.js";
import { capital, metres, percent, vehicleMode } from "./format.js";
import { metresBetween } from "./geo.js";
import { t } from "./messages.js";

const TICK_MS = 100;
const LATE_S = 1.5;
const BLIND_MS = 7_000; // the server says "alive" every 5 s when it has nothing else to say
const LOW_BATTERY = 0.25;
const CELLS = /** @type {const} */ (["heard", "battery", "height", "to_home", "mode", "motors", "waypoint", "speed"]);

/** @typedef {(typeof CELLS)[number]} Cell */
/** @typedef {{cells: Record<Cell, {box: HTMLElement, value: HTMLElement}>, alarm: HTMLElement}} Parts */
/** @typedef {{state: "heard" | "late" | "lost" | "none" | "blind", words: string}} HeardState */

/** What each place was filled with. @type {WeakMap<HTMLElement, Parts>} */
const built = new WeakMap();

/** Keep every place for instruments filled. @param {import("./store.js").World} world @param {import("./live.js").LiveFeed} feed */
export function showInstruments(world, feed) {
  const draw = () => {
    for (const place of findAll("[data-instruments]")) {
      const drone = world.get("unit", place.dataset.instruments);
      if (drone) fill(place, drone, world, feed);
    }
  };
  world.on("change", (kinds) => kinds.has("unit") && draw());
  document.body.addEventListener("htmx:afterSwap", draw);
  setInterval(draw, TICK_MS);
}

/**
 * @param {HTMLElement} place @param {Api.Unit} drone
 * @param {import("./store.js").World} world @param {import("./live.js").LiveFeed} feed
 */
function fill(place, drone, world, feed) {
  const { cells, alarm: alarmLine } = built.get(place) ?? build(place);
  const told = drone.instruments;
  const silentS = told ? Math.max(0, (world.now() - Date.parse(told.heard_at)) / 1_000) : 0;
  const home = world.takeOffOf(drone.id);
  const here = lonLat(drone.position);
  const link = linkOf(told, silentS, feed);
  const away = home && here ? metresBetween(home, here) : null;
  /** @param {Cell} name @param {string | null} words */
  const show = (name, words, alarm = false) => {
    setText(cells[name].value, words ?? "–");
    cells[name].box.classList.toggle("is-alarm", alarm);
  };
  show("heard", link.words, link.state === "lost" || link.state === "blind");
  cells.heard.box.classList.toggle("is-late", link.state === "late");
  const low = drone.battery !== null && drone.battery < LOW_BATTERY;
  show("battery", batteryWords(drone.battery, low), low);
  show("height", drone.height_m === null ? null : t("instruments.metres", { value: drone.height_m }));
  show("to_home", away === null ? null : metres(away));
  showTold(told, show);
  const alarm = alarmOf(link.state, drone.name, silentS, told);
  setText(alarmLine, alarm);
  alarmLine.hidden = alarm === "";
  place.classList.toggle("is-old", link.state === "lost" || link.state === "blind");
  place.dataset.link = link.state;
  tellOutside(place, drone);
}

/** Say on the element what is shown, for whoever looks at the page from outside. @param {HTMLElement} place @param {Api.Unit} drone */
function tellOutside(place, { position, height_m, battery, instruments }) {
  Object.assign(place.dataset, {
    lat: position?.lat ?? "",
    lon: position?.lon ?? "",
    height: height_m ?? "",
    battery: battery ?? "",
    mode: instruments?.mode ?? "",
    armed: instruments?.armed ?? "",
    item: instruments?.item ?? "",
  });
}

/** How full the battery is; null where the drone does not tell. @param {number | null} battery 0..1 @param {boolean} isLow */
function batteryWords(battery, isLow) {
  if (battery === null) return null;
  return isLow ? t("instruments.battery_low", { battery }) : percent(battery);
}

/** Show what a drone told of itself; null for nothing yet. @param {Api.Instruments | null} told @param {(name: Cell, words: string | null) => void} show */
function showTold(told, show) {
  show("mode", told && capital(vehicleMode(told.mode)));
  show("motors", told && (told.armed ? t("instruments.motors_on") : t("instruments.motors_off")));
  show("waypoint", told && t("instruments.item_of", { item: told.item, items: told.items }));
  show("speed", told && t("instruments.metres_per_second", { value: told.speed_m_s }));
}

/** @param {Api.Place | null} place @returns {Api.LonLat | null} */
const lonLat = (place) => place && [place.lon, place.lat];

/** @param {HTMLElement} place @returns {Parts} */
function build(place) {
  const cells = /** @type {Parts["cells"]} */ ({});
  for (const name of CELLS) {
    const value = el("dd");
    const box = el("div", { data: { cell: name.replaceAll("_", " ") } }, el("dt", {}, t(`instruments.${name}`)), value);
    cells[name] = { box, value };
  }
  const alarm = el("p", { class: "instruments-alarm", role: "alert", hidden: true });
  place.replaceChildren(el("dl", {}, ...CELLS.map((name) => cells[name].box)), alarm);
  const parts = { cells, alarm };
  built.set(place, parts);
  return parts;
}

/** Whether the page has lost the server, so that no order goes out. @param {import("./live.js").LiveFeed} feed */
export const isBlind = (feed) => feed.state !== "live" || Date.now() - feed.heardAt > BLIND_MS;

/**
 * `heard`, `late`, `lost`, `none` when the drone has told nothing yet, `blind` when this page hears no server.
 * @param {Api.Instruments | null} told @param {number} silentS @param {import("./live.js").LiveFeed} feed @returns {HeardState}
 */
function linkOf(told, silentS, feed) {
  if (isBlind(feed)) return { state: "blind", words: t("instruments.offline") };
  if (!told) return { state: "none", words: t("instruments.not_yet") };
  const seconds = Math.floor(silentS);
  if (told.link === "lost") return { state: "lost", words: t("instruments.lost_for", { seconds }) };
  if (silentS > LATE_S) return { state: "late", words: t("instruments.seconds_ago", { seconds }) };
  return { state: "heard", words: t("instruments.now") };
}

/** @param {HeardState["state"]} state @param {string} name @param {number} silentS @param {Api.Instruments | null} told */
function alarmOf(state, name, silentS, told) {
  if (state === "blind") return t("instruments.server_lost");
  if (state !== "lost") return "";
  const silence = { name, seconds: Math.floor(silentS) };
  return told?.in_air ? t("instruments.link_lost_in_air", silence) : t("instruments.link_lost", silence);
}
