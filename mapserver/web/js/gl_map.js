// Every map of the pages is made here: what happens without WebGL, and when the browser takes the graphics context away.

import { Map as GlMap } from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { el } from "./dom.js";
import { collection } from "./geo.js";
import { baseStyle } from "./style.js";

const PATIENCE_MS = 3_000; // a browser that gives the context back does so within a second or two

/** The maps whose style takes changes now. @type {WeakSet<GlMap>} */
const styled = new WeakSet();
/** What each source of a map shows. @type {WeakMap<GlMap, Map<string, object>>} */
const shown = new WeakMap();

/**
 * A map in `container`, or null where the browser cannot draw one. A lost graphics context is said on the map; when it
 * comes back, every source shows what `show` was told last.
 * @param {HTMLElement} container its `glMap` is the map, for whoever looks at the page from outside
 * @param {object} options of MapLibre's Map
 * @param {(error: Error) => void} refused called where the browser cannot draw it
 */
export function glMap(container, options, refused) {
  try {
    const map = new GlMap({ container, style: baseStyle(), pitchWithRotate: false, ...options });
    container.glMap = map;
    shown.set(map, new Map());
    map.on("style.load", () => {
      styled.add(map);
      for (const [id, data] of shown.get(map)) map.getSource(id)?.setData(data);
    });
    watchContext(map, container);
    return map;
  } catch (error) {
    console.error(error);
    refused(error);
    return null;
  }
}

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

/** Show features in a source of the map. @param {GlMap} map @param {string} id @param {object[]} features */
export const show = (map, id, features) => showData(map, id, collection(features));

/** Show GeoJSON in a source of the map. @param {GlMap} map @param {string} id @param {object} data */
export function showData(map, id, data) {
  shown.get(map).set(id, data);
  if (styled.has(map)) map.getSource(id)?.setData(data);
}

function watchContext(map, container) {
  const again = el("button", { class: "button", hidden: true, on: { click: () => location.reload() } }, "Load the page again");
  const note = el("div", { class: "map-lost", role: "alert", hidden: true }, el("p", {}), again);
  container.append(note);
  let waiting = 0;
  map.on("webglcontextlost", () => {
    styled.delete(map);
    clearTimeout(waiting);
    note.firstChild.textContent = "The browser lost the map. It should come back by itself; the lists go on.";
    note.hidden = false;
    again.hidden = true;
    waiting = setTimeout(() => {
      note.firstChild.textContent = "The browser lost the map and has not given it back.";
      again.hidden = false;
    }, PATIENCE_MS);
  });
  map.on("webglcontextrestored", () => {
    clearTimeout(waiting);
    note.hidden = true;
  });
}
