// A small map in a document: streets in the page's colours, nothing live.

import { NavigationControl } from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { glMap } from "./gl_map.js";
import { GroundSwitch } from "./ground_switch.js";

/** A map in `container`, or null where the browser cannot draw one. @param {HTMLElement} container @param {Api.LonLat} center @param {number} zoom */
export function smallMap(container, center, zoom) {
  const options = { center, zoom, maxZoom: 18, attributionControl: { compact: true }, cooperativeGestures: false, dragRotate: false };
  const map = glMap(container, options, () => (container.hidden = true));
  map?.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map?.addControl(new GroundSwitch(), "top-right");
  return map;
}
