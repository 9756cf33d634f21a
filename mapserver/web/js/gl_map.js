// Every map of the pages is made here: what happens without WebGL, and when the browser takes the graphics context away.

import { Map as GlMap } from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { el } from "./dom.js";
import { collection } from "./geo.js";
import { t } from "./messages.js";
import { baseStyle } from "./style.js";

const PATIENCE_MS = 3_000; // a browser that gives the context back does so within a second or two

/** The maps whose style takes changes now. @type {WeakSet<GlMap>} */
const styled = new WeakSet();
/** What each source of a map shows. @type {WeakMap<GlMap, Map<string, GeoJSON.GeoJSON>>} */
const shown = new WeakMap();

/**
 * A map in `container`, or null where the browser cannot draw one. A lost graphics context is said on the map; when it
 * comes back, every source shows what `show` was told last.
 * @param {HTMLElement} container its `glMap` is the map, for whoever looks at the page from outside
 * @param {Omit<import("maplibre-gl").MapOptions, "container">} options of MapLibre's Map
 * @param {(error: Error) => void} refused called where the browser cannot draw it
 */
export function glMap(container, options, refused) {
  try {
    const map = new GlMap({ container, style: baseStyle(), pitchWithRotate: false, locale: words(), ...options });
    container.glMap = map;
    shown.set(map, new Map());
    map.on("style.load", () => {
      styled.add(map);
      for (const [id, data] of shown.get(map) ?? []) setData(map, id, data);
    });
    watchContext(map, container);
    return map;
  } catch (error) {
    console.error(error);
    refused(error instanceof Error ? error : new Error(String(error)));
    return null;
  }
}

/** What MapLibre says on its own controls, in the page's language. */
const words = () => ({
  "AttributionControl.ToggleAttribution": t("browser.map_source"),
  "Map.Title": t("browser.map_title"),
  "Marker.Title": t("browser.map_marker"),
  "NavigationControl.ResetBearing": t("browser.map_north"),
  "NavigationControl.ZoomIn": t("browser.map_nearer"),
  "NavigationControl.ZoomOut": t("browser.map_farther"),
  "Popup.Close": t("browser.map_close"),
});

/**
 * Do something to the map's style: at once, or when it takes changes (again). @returns {Promise<void>} done
 * @param {GlMap} map @param {() => void} change
 */
export async function onStyle(map, change) {
  while (!styled.has(map)) await map.once("style.load");
  change();
}

/** Whether sources and layers can be changed now. @param {GlMap} map */
export const takesChanges = (map) => styled.has(map);

/** Show features in a source of the map. @param {GlMap} map @param {string} id @param {GeoJSON.Feature[]} features */
export const show = (map, id, features) => showData(map, id, collection(features));

/** Show GeoJSON in a source of the map. @param {GlMap} map @param {string} id @param {GeoJSON.GeoJSON} data */
export function showData(map, id, data) {
  shown.get(map)?.set(id, data);
  if (styled.has(map)) setData(map, id, data);
}

/** The source of GeoJSON with that name, if the map has it by now. @param {GlMap} map @param {string} id */
export const sourceOf = (map, id) => /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (map.getSource(id));

/** @param {GlMap} map @param {string} id @param {GeoJSON.GeoJSON} data */
const setData = (map, id, data) => sourceOf(map, id)?.setData(data);

/** @param {GlMap} map @param {HTMLElement} container */
function watchContext(map, container) {
  const again = el("button", { class: "button", hidden: true, on: { click: () => location.reload() } }, t("browser.load_again"));
  const story = el("p");
  const note = el("div", { class: "map-lost", role: "alert", hidden: true }, story, again);
  container.append(note);
  let waiting = 0;
  map.on("webglcontextlost", () => {
    styled.delete(map);
    clearTimeout(waiting);
    story.textContent = t("browser.map_lost");
    note.hidden = false;
    again.hidden = true;
    waiting = setTimeout(() => {
      story.textContent = t("browser.map_not_back");
      again.hidden = false;
    }, PATIENCE_MS);
  });
  map.on("webglcontextrestored", () => {
    clearTimeout(waiting);
    note.hidden = true;
  });
}
