// For the pilot in control: a click on the map offers to send a flying drone there, or have it look there.

import { Marker } from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { ask, messageOf, Refused } from "./api.js";
import { el, findAll, icon } from "./dom.js";
import { t } from "./messages.js";
import { isUnderWay } from "./store.js";

const LOWEST_M = 5;
const HIGHEST_M = 500;

/**
 * Offer it on every click while `user` has a flight of `flights` in the air; such a click chooses nothing else there.
 *
 * The choices lie at the edge of the screen, or in `box`, and not at the point: there a small map would cut them off, and
 * one that follows the drone would move them away from under the finger. They close when the flight takes no more orders.
 * @param {import("maplibre-gl").Map} map @param {import("./store.js").World} world @param {string} user
 * @param {() => Api.Flight[]} flights @param {HTMLElement} box where nothing that is urgent lies under them
 */
export function offerSteering(map, world, user, flights = () => world.shown("flight"), box = document.body) {
  const sheet = el("div", { class: "steering", role: "dialog", "aria-label": t("steering.title"), hidden: true });
  const cross = new Marker({ element: el("div", { class: "steering-cross" }) });
  const close = () => {
    sheet.hidden = true;
    cross.remove();
  };
  box.append(sheet);
  const steerable = () => flights().filter((flight) => isUnderWay(flight) && flight.control.holder === user);
  world.on("change", () => {
    const ids = new Set(steerable().map((flight) => flight.id));
    for (const rows of findAll("[data-flight-id]", HTMLElement, sheet)) if (!ids.has(rows.dataset.flightId ?? "")) rows.remove();
    if (!sheet.hidden && !sheet.querySelector("[data-flight-id]")) close();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  let point = 0; // counts them: an answer about an earlier one leaves the choices at a later one alone
  map.on("click", (event) => {
    const mine = steerable();
    map.doubleClickZoom[mine.length ? "disable" : "enable"](); // a second tap means a second point, and soon
    if (!mine.length) return;
    event.preventDefault();
    point += 1;
    const chosen = point;
    const done = () => chosen === point && close();
    const said = el("p", { class: "steering-said", role: "status" });
    const away = el("button", { class: "button bare", type: "button", on: { click: close } }, icon("close", t("steering.close")));
    const rows = mine.map((flight) => choices(flight, world.get("unit", flight.unit_id), event.lngLat, done, said));
    sheet.replaceChildren(away, ...rows, said);
    sheet.hidden = false;
    cross.setLngLat(event.lngLat).addTo(map);
    sheet.scrollIntoView({ block: "nearest" });
  });
}

/**
 * @param {Api.Flight} flight @param {Api.Unit | undefined} drone @param {import("maplibre-gl").LngLat} place
 * @param {() => void} done @param {HTMLElement} said where it is said how it went
 */
function choices(flight, drone, { lat, lng }, done, said) {
  const name = drone?.name ?? flight.name;
  const height = el("input", {
    type: "number",
    min: LOWEST_M,
    max: HIGHEST_M,
    step: 1,
    inputmode: "numeric",
    value: Math.max(LOWEST_M, Math.round(drone?.height_m ?? LOWEST_M)),
  });
  /** @type {Set<string>} */
  const asking = new Set();
  /** @param {string} kind @param {{height_m?: number, acknowledged?: string[]}} more */
  const order = async (kind, more = {}) => {
    if (asking.has(kind)) return; // pressed twice, it is one order
    asking.add(kind);
    said.replaceChildren(t("steering.asking", { name }));
    try {
      await ask("POST", `/flights/${encodeURIComponent(flight.id)}/${kind}`, { lat, lon: lng, ...more });
      done();
    } catch (error) {
      const questions = error instanceof Refused ? error.details.asks : undefined;
      said.replaceChildren(...(questions ? question(questions, (acknowledged) => order(kind, { ...more, acknowledged })) : [messageOf(error)]));
    } finally {
      asking.delete(kind);
    }
  };
  /** @param {string} words @param {string} image @param {() => void} act */
  const button = (words, image, act) =>
    el("button", { class: "button primary", type: "button", on: { click: act } }, icon(image), words);
  return el(
    "section",
    { "aria-label": name, data: { flightId: flight.id } },
    el("h2", {}, name),
    button(t("steering.go"), "send", () => order("goto", { height_m: Number(height.value) })),
    el("label", { class: "field" }, el("span", {}, t("steering.above_home")), height),
    button(t("steering.look"), "target", () => order("look")),
  );
}

/**
 * What is to be confirmed before the drone is sent there, and the button that does it.
 * @param {Api.Question[]} asks @param {(subjects: string[]) => void} confirm
 */
const question = (asks, confirm) => [
  el("ul", { class: "steering-asks" }, ...asks.map(({ message }) => el("li", {}, message))),
  el(
    "button",
    { class: "button danger", type: "button", on: { click: () => confirm(asks.map(({ subject }) => subject)) } },
    icon("warn"),
    t("steering.go_all_the_same"),
  ),
];
