// A small map in a document: streets in the page's colours, nothing live.

import { Map as GlMap, NavigationControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { GroundSwitch } from "./ground_switch.js";
import { baseStyle } from "./style.js";

/** A map in `container`, or null where the browser cannot draw one. @param {HTMLElement} container @param {[number, number]} center @param {number} zoom */
export function smallMap(container, center, zoom) {
  try {
    const map = new GlMap({
      container,
      style: baseStyle(),
      center,
      zoom,
      maxZoom: 18,
      attributionControl: { compact: true },
      cooperativeGestures: false,
      pitchWithRotate: false,
      dragRotate: false,
    });
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new GroundSwitch(), "top-right");
    return map;
  } catch (error) {
    console.error(error);
    container.hidden = true;
    return null;
  }
}
