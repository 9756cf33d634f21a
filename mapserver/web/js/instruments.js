// What a drone says of itself, large, wherever a page has a place for it: <section data-instruments="UNIT">.
//
// The age of its last word is counted here, ten times a second; that its link is lost is the server's to say.

import { el, setText } from "./dom.js";
import { label, metres, percent } from "./format.js";
import { metresBetween } from "./geo.js";

const TICK_MS = 100;
const LATE_S = 1.5;
const BLIND_MS = 7_000; // the server says "alive" every 5 s when it has nothing else to say
const LOW_BATTERY = 0.25;
const CELLS = ["Heard", "Battery", "Height", "To home", "Mode", "Motors", "Waypoint", "Speed"];

/** Keep every place for instruments filled. @param {import("./store.js").World} world @param {import("./live.js").LiveFeed} feed */
export function showInstruments(world, feed) {
  const draw = () => {
    for (const place of document.querySelectorAll("[data-instruments]")) {
      const drone = world.get("unit", place.dataset.instruments);
      if (drone) fill(place, drone, world, feed);
    }
  };
  world.addEventListener("change", (event) => event.detail.has("unit") && draw());
  document.body.addEventListener("htmx:afterSwap", draw);
  setInterval(draw, TICK_MS);
}

/** @param {HTMLElement} place */
function fill(place, drone, world, feed) {
  const parts = (place.parts ??= build(place));
  const told = drone.instruments;
  const silentS = told ? Math.max(0, (world.now() - Date.parse(told.heard_at)) / 1_000) : null;
  const home = world.takeOffOf(drone.id);
  const here = drone.position && [drone.position.lon, drone.position.lat];
  const link = linkOf(told, silentS, feed);
  const away = home && here ? metresBetween(home, here) : null;
  const show = (name, words, alarm = false) => {
    setText(parts[name], words ?? "–");
    parts[name].parentElement.classList.toggle("is-alarm", alarm);
  };
  show("Heard", link.words, link.state === "lost" || link.state === "blind");
  parts.Heard.parentElement.classList.toggle("is-late", link.state === "late");
  const low = drone.battery !== null && drone.battery < LOW_BATTERY;
  show("Battery", drone.battery === null ? null : percent(drone.battery) + (low ? " low" : ""), low);
  show("Height", drone.height_m === null ? null : `${Math.round(drone.height_m)} m`);
  show("To home", away === null ? null : metres(away));
  show("Mode", told && label(told.mode));
  show("Motors", told && (told.armed ? "on" : "off"));
  show("Waypoint", told && `${told.item} of ${told.items}`);
  show("Speed", told && `${Math.round(told.speed_m_s)} m/s`);
  const alarm = alarmOf(link.state, drone.name, silentS, told);
  setText(parts.alarm, alarm);
  parts.alarm.hidden = alarm === "";
  place.classList.toggle("is-old", link.state === "lost" || link.state === "blind");
  Object.assign(place.dataset, {
    link: link.state,
    lat: here?.[1] ?? "",
    lon: here?.[0] ?? "",
    height: drone.height_m ?? "",
    battery: drone.battery ?? "",
    mode: told?.mode ?? "",
    armed: told?.armed ?? "",
    item: told?.item ?? "",
  });
}

function build(place) {
  const parts = Object.fromEntries(CELLS.map((name) => [name, el("dd")]));
  parts.alarm = el("p", { class: "instruments-alarm", role: "alert", hidden: true });
  const cell = (name) => el("div", { data: { cell: name.toLowerCase() } }, el("dt", {}, name), parts[name]);
  place.replaceChildren(el("dl", {}, ...CELLS.map(cell)), parts.alarm);
  return parts;
}

/** Whether the page has lost the server, so that no order goes out. @param {import("./live.js").LiveFeed} feed */
export const isBlind = (feed) => feed.state !== "live" || Date.now() - feed.heardAt > BLIND_MS;

/** `heard`, `late`, `lost`, `none` when the drone has told nothing yet, `blind` when this page hears no server. */
function linkOf(told, silentS, feed) {
  if (isBlind(feed)) return { state: "blind", words: "offline" };
  if (!told) return { state: "none", words: "not yet" };
  const since = `${Math.floor(silentS)} s`;
  if (told.link === "lost") return { state: "lost", words: `LOST ${since}` };
  return silentS > LATE_S ? { state: "late", words: `${since} ago` } : { state: "heard", words: "now" };
}

function alarmOf(state, name, silentS, told) {
  if (state === "blind")
    return "This page has lost the server: nothing here is up to date, and no order goes out. Use the remote control.";
  if (state !== "lost") return "";
  const itself = told.in_air ? "It goes on by its own failsafe. " : "";
  return `Link lost: no word from ${name} for ${Math.floor(silentS)} s. ${itself}What is shown is its last word.`;
}
