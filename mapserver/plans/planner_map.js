// The planner's map: what lies on the desk and the world's zones, drawn on it, and where it looks. Changes neither of them.

import { NavigationControl, ScaleControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { ask, Refused } from "../web/js/api.js";
import { byId } from "../web/js/dom.js";
import { bounds } from "../web/js/geo.js";
import { glMap, onStyle } from "../web/js/gl_map.js";
import { GroundSwitch } from "../web/js/ground_switch.js";
import { t } from "../web/js/messages.js";
import { searchPlacesOn } from "../web/js/place_on_map.js";
import { drawAirspace } from "./airspace.js";
import { addLayers, drawImages, drawOlder, drawOthers, drawPointer, drawRoute, drawShapes, LAYERS } from "./layers.js";
import { toGeoJson } from "./shape.js";

/** @typedef {import("maplibre-gl").Map} GlMap */

const PHONE_PX = 760;

export class PlannerMap {
  /** @param {import("./desk.js").Desk} desk @param {import("../web/js/store.js").World} world */
  constructor(desk, world) {
    this.desk = desk;
    this.world = world;
    /** Null where the browser cannot draw one. */
    this.map = makeMap();
    this.ready = this.map && begun(this.map);
    /** The airspace that was asked for last. */
    this.airspace = "";
  }

  /** Do something to the map once its layers are there. @param {(map: GlMap) => void} change */
  async whenReady(change) {
    if (!this.map) return;
    await this.ready;
    change(this.map);
  }

  /** Draw the shapes in hand and the other zones. */
  paint() {
    const { desk, world } = this;
    return this.whenReady((map) => {
      drawShapes(map, desk.isOpen ? [toGeoJson(desk.outline), desk.way && toGeoJson(desk.way)] : []);
      drawOthers(
        map,
        world.shown("zone").filter((zone) => zone.id !== desk.zone?.id),
      );
    });
  }

  /** Draw the server's answer about the plan; null for none. @param {Api.Tried | null} tried */
  showTried(tried) {
    return this.whenReady((map) => {
      drawRoute(map, tried?.route ?? null, tried?.seen_m ?? null);
      drawImages(map, tried?.images ?? null);
    });
  }

  /** Draw another version's route; null for none. @param {Api.Route | null} route */
  showOlder(route) {
    return this.whenReady((map) => drawOlder(map, route));
  }

  /** @param {import("./drawing.js").PointerLine} pointer */
  showPointer(pointer) {
    return this.whenReady((map) => drawPointer(map, pointer));
  }

  /** Show the airspace as it is at take-off; once a time, since it changes with the hour. Throws Refused. */
  async showAirspace() {
    const { at, city } = this.desk;
    const asked = `/airspace/zones?city=${city}${at ? `&at=${encodeURIComponent(at.toISOString())}` : ""}`;
    if (!this.map || !city || this.airspace === asked) return;
    this.airspace = asked;
    const zones = await ask("GET", asked);
    await this.whenReady((map) => {
      if (this.airspace === asked) drawAirspace(map, zones);
    });
  }

  /** Show or hide the layers of a tick of the layer list. @param {string} tick @param {boolean} isShown */
  async toggle(tick, isShown) {
    const { map } = this;
    if (!map) return;
    await this.ready;
    await onStyle(map, () => {
      for (const layer of LAYERS[tick] ?? []) map.setLayoutProperty(layer, "visibility", isShown ? "visible" : "none");
    });
  }

  /** Look at what is in hand. */
  fit() {
    const { desk } = this;
    const points = [...desk.outline.rings.flat(), ...(desk.way?.rings.flat() ?? [])];
    if (desk.home) points.push(desk.home);
    const phone = innerWidth < PHONE_PX;
    const padding = phone ? { top: 66, right: 24, bottom: 70, left: 24 } : { top: 90, right: 90, bottom: 110, left: 90 };
    this.fitTo(points, { padding, maxZoom: 17, duration: 500 });
  }

  /** Look at a route. @param {Api.Route} route */
  lookAt(route) {
    this.fitTo(route.geometry.coordinates, { padding: 90, maxZoom: 16, duration: 500 });
  }

  /** Look at the whole town, before a zone is picked. */
  goHome() {
    const points = this.world.shown("zone").flatMap((zone) => zone.polygon.coordinates[0]);
    for (const city of this.world.cities) points.push([city.lon, city.lat]);
    this.fitTo(points, { padding: 70, maxZoom: 15, duration: 0 });
  }

  /** @param {GeoJSON.Position[]} points @param {import("maplibre-gl").FitBoundsOptions} options */
  fitTo(points, options) {
    const box = bounds(points);
    if (this.map && box) this.map.fitBounds(box, options);
  }

  /** The town that the middle of the map is nearest to; null without a map. @returns {Api.City | null} */
  townBelow() {
    if (!this.map) return null;
    const { lat, lng } = this.map.getCenter();
    /** @param {Api.City} city */
    const away = (city) => Math.hypot(city.lat - lat, (city.lon - lng) * Math.cos((lat * Math.PI) / 180));
    return this.world.cities.reduce((a, b) => (away(b) < away(a) ? b : a));
  }
}

/** Say so where the airspace could not be had. @param {Promise<void>} shown @param {(sentence: string) => void} speak */
export async function orSay(shown, speak) {
  try {
    await shown;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    speak(t("planner.airspace_not_shown", { reason: error.message }));
  }
}

/** Add the layers, then the search for places. @param {GlMap} map */
async function begun(map) {
  await onStyle(map, () => addLayers(map));
  searchPlacesOn(() => map);
}

function makeMap() {
  /** @type {Omit<import("maplibre-gl").MapOptions, "container">} */
  const options = { center: [23.3, 56.27], zoom: 8, minZoom: 6, maxZoom: 20, attributionControl: { compact: true }, dragRotate: false, fadeDuration: 0 };
  const made = glMap(byId("map"), options, () => {
    const note = byId("map-note");
    note.textContent = t("planner.cannot_draw");
    note.hidden = false;
  });
  made?.touchZoomRotate.disableRotation();
  made?.addControl(new NavigationControl({ showCompass: false }), "top-right");
  made?.addControl(new GroundSwitch(), "top-right");
  made?.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
  return made;
}
