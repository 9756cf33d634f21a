// For the pilot in control: a click on the map offers to send their flying drone there, or have it look there.

import { Popup } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { ask } from "./api.js";
import { el, icon } from "./dom.js";
import { isUnderWay } from "./store.js";

/**
 * Offer it on every click while a flight of `user` is in the air; such a click chooses nothing else on the map.
 * @param {import("maplibre-gl").Map} map @param {import("./store.js").World} world @param {string} user
 */
export function offerSteering(map, world, user) {
  const popup = new Popup({ maxWidth: "300px", closeOnClick: false });
  map.on("click", (event) => {
    const mine = world.shown("flight").filter((f) => isUnderWay(f) && f.control.holder === user);
    if (!mine.length) return;
    event.preventDefault();
    const said = el("p", { role: "status" });
    const rows = mine.map((flight) => choices(flight, world.get("unit", flight.unit_id), event.lngLat, popup, said));
    popup.setLngLat(event.lngLat).setDOMContent(el("article", { class: "map-card" }, ...rows, said)).addTo(map);
  });
}

function choices(flight, drone, { lat, lng }, popup, said) {
  const order = async (kind) => {
    said.textContent = "Asking the drone…";
    try {
      await ask("POST", `/flights/${encodeURIComponent(flight.id)}/${kind}`, { lat, lon: lng });
      popup.remove();
    } catch (refused) {
      said.textContent = refused.message;
    }
  };
  const button = (kind, name, words) =>
    el("button", { class: "button wide", type: "button", on: { click: () => order(kind) } }, icon(name), words);
  const height = drone?.height_m == null ? "its present height" : `${Math.round(drone.height_m)} m above home`;
  return el(
    "section",
    { "aria-label": drone?.name ?? flight.name },
    el("h2", {}, drone?.name ?? flight.name),
    button("goto", "send", `Go there, at ${height}`),
    button("look", "target", "Look there"),
  );
}
