// One map of the live page: shapes, symbols, what lies on top of each other, the card of what is chosen.

import { NavigationControl, ScaleControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { byId, el, find, icon, severityMark } from "../web/js/dom.js";
import { capital, incidentState, unitKind, unitStatus, words } from "../web/js/format.js";
import { bounds, metresBetween } from "../web/js/geo.js";
import { glMap, onStyle } from "../web/js/gl_map.js";
import { GroundSwitch } from "../web/js/ground_switch.js";
import { t } from "../web/js/messages.js";
import { addOverlays, drawOverlays, LAYERS } from "../web/js/overlays.js";
import { Cards, placeOf } from "./popups.js";
import { Stacks } from "../web/js/stacks.js";
import { offerSteering } from "../web/js/steering.js";
import { Symbols } from "../web/js/symbols.js";

/** @typedef {import("../web/js/store.js").World} World */

/** @type {Api.LonLat} */
const BALTIC = [23.3, 56.27];
const CLOSE_ZOOM = 15;
const NEAREST_FIT = 15;
const LOW_PX = 420;
const NARROW_PX = 760;
const GLIDE_MS = 900;
const KINDS = /** @type {const} */ (["unit", "camera", "incident"]);
/** @type {{symbols: Record<string, string>, areas: Record<string, string>}} */
const ASKED = {
  symbols: { "incident-mark": "incident", "drone-mark": "unit", "unit-mark": "unit", camera: "camera" },
  areas: { "zone-fill": "zone" },
};

export class TownView {
  /**
   * @param {HTMLElement} box with the parts `data-map` and `data-town-name`
   * @param {import("../web/js/store.js").World} world
   * @param {(kind: string, id: string) => void} choose called when something on the map is
   */
  constructor(box, world, choose) {
    this.box = box;
    this.world = world;
    const options = { center: BALTIC, zoom: 8, minZoom: 6, maxZoom: 19, attributionControl: { compact: false }, fadeDuration: 150 };
    this.map = glMap(find("[data-map]", HTMLElement, box), options, () => this.refuse());
    this.framed = false;
    this.dragged = () => {};
    this.drawn = this.map && this.begin(this.map, choose);
  }

  /**
   * Put on the map what is drawn on it.
   * @param {import("maplibre-gl").Map} map @param {(kind: string, id: string) => void} choose
   */
  begin(map, choose) {
    map.addControl(new NavigationControl({ visualizePitch: false }), "top-right");
    map.addControl(new GroundSwitch(), "top-right");
    map.addControl(new ScaleControl({ maxWidth: 140 }), "bottom-left");
    map.on("dragstart", () => this.dragged());
    const symbols = new Symbols(map, this.world);
    const ready = this.addLayers(map, symbols, choose);
    return { map, symbols, cards: new Cards(map, this.world), ready };
  }

  /**
   * @param {import("maplibre-gl").Map} map @param {Symbols} symbols @param {(kind: string, id: string) => void} choose
   */
  async addLayers(map, symbols, choose) {
    await onStyle(map, () => addOverlays(map));
    await symbols.add();
    offerSteering(map, this.world, document.body.dataset.user ?? "");
    new Stacks(map, ASKED, (kind, id) => rowOf(kind, id, this.world), choose);
  }

  refuse() {
    const note = byId("map-note");
    note.textContent = t("map.cannot_draw");
    note.hidden = false;
  }

  /** Redraw what depends on the kinds that changed. @param {Set<string>} kinds */
  async draw(kinds) {
    if (!this.drawn) return;
    const { map, symbols, cards, ready } = this.drawn;
    await ready;
    if (kinds.size) drawOverlays(map, this.world, kinds);
    symbols.draw();
    cards.refresh();
  }

  /** Show what is central in a town, or in all. @param {string | null} city */
  fit(city) {
    const box = bounds(centralPoints(this.world, city));
    if (!this.map || !box) return;
    this.map.resize();
    this.map.fitBounds(box, { padding: this.padding, maxZoom: NEAREST_FIT, duration: this.framed ? GLIDE_MS : 0 });
    this.framed = true;
  }

  /** Room for what lies over the map: tools, controls, flight strips. */
  get padding() {
    if (this.box.clientHeight < LOW_PX) return { top: 70, right: 24, bottom: 50, left: 24 };
    if (this.box.clientWidth < NARROW_PX) return { top: 60, right: 56, bottom: 90, left: 30 };
    return { top: 70, right: 80, bottom: 150, left: 60 };
  }

  /** Take the map to a thing and open its card. @param {import("./popups.js").Listed} kind @param {string} id */
  choose(kind, id) {
    const at = placeOf(kind, id, this.world);
    if (!this.drawn || !at) return;
    const { map, cards } = this.drawn;
    const box = kind === "zone" && bounds(this.world.get(kind, id)?.polygon.coordinates[0] ?? []);
    if (box) map.fitBounds(box, { padding: 120, maxZoom: 16.5 });
    else map.flyTo({ center: at, zoom: Math.max(map.getZoom(), CLOSE_ZOOM), speed: 1.6 });
    cards.open(kind, id);
  }

  /** Keep a place in the middle. @param {Api.LonLat} center */
  follow(center) {
    this.map?.easeTo({ center, duration: GLIDE_MS, easing: (share) => share });
  }

  /** Metres from the middle of the map. @param {Api.LonLat} at */
  metresTo(at) {
    return this.map ? metresBetween(this.map.getCenter().toArray(), at) : 0;
  }

  /** Show or hide the layers of a tick of the layer list. @param {string} tick @param {boolean} isShown */
  async toggle(tick, isShown) {
    if (!this.drawn) return;
    const { map, ready } = this.drawn;
    await ready;
    await onStyle(map, () => {
      for (const layer of LAYERS[tick]) map.setLayoutProperty(layer, "visibility", isShown ? "visible" : "none");
    });
  }

  /** What the map is called when it is one of several; null for no name. @param {string | null} name */
  call(name) {
    const place = find("[data-town-name]", HTMLElement, this.box);
    place.textContent = name ?? "";
    place.hidden = name === null;
  }
}

/** @typedef {Api.Unit | Api.Camera | Api.Incident} Placed */

/** Where a thing is worked with, its own town or the one it is lent to. @param {Placed} thing */
const townOf = (thing) => ("lent_to" in thing && thing.lent_to) || thing.city;

/** Whether a thing belongs to the picture one wants first: not a unit away on loan, not a reader far out at an entrance. @param {Placed} thing @param {World} world */
function isCentral(thing, world) {
  const isAway = "lent_to" in thing && thing.lent_to && !world.cities.some((city) => city.id === thing.lent_to);
  return !isAway && !("reads_plates" in thing && thing.reads_plates);
}

/** @param {World} world @param {string | null} city @returns {GeoJSON.Position[]} */
function centralPoints(world, city) {
  /** @type {Placed[]} */
  const things = KINDS.flatMap((kind) => world.of(kind, city));
  const points = things
    .filter((thing) => isCentral(thing, world))
    .filter((thing) => city === null || townOf(thing) === city)
    .flatMap(({ position }) => (position ? [[position.lon, position.lat]] : []));
  for (const zone of world.of("zone", city)) points.push(...zone.polygon.coordinates[0]);
  for (const one of world.cities) if (city === null || one.id === city) points.push([one.lon, one.lat]);
  return points;
}

/** What the list of a stack says of a thing; null when it is gone meanwhile. @param {string} kind @param {string} id @param {World} world @returns {import("../web/js/stacked_things.js").Row | null} */
function rowOf(kind, id, world) {
  switch (kind) {
    case "incident":
      return incidentRow(world.get(kind, id));
    case "unit":
      return unitRow(world.get(kind, id));
    case "zone":
      return zoneRow(world.get(kind, id));
    default:
      return cameraRow(world.get("camera", id));
  }
}

/** @param {Api.Incident | undefined} incident */
function incidentRow(incident) {
  if (!incident) return null;
  const mark = severityMark(incident.severity);
  return { mark, title: incident.title, line: capital(incidentState(incident.state)), rank: 10 + incident.severity };
}

/** @param {Api.Unit | undefined} unit */
function unitRow(unit) {
  if (!unit) return null;
  const mark = el("span", { class: `key-mark is-${unit.kind}` }, icon(unit.kind, unitKind(unit.kind)));
  return { mark, title: unit.name, line: capital(unitStatus(unit.status)), rank: unit.kind === "drone" ? 2 : 1 };
}

/** @param {Api.Zone | undefined} zone */
const zoneRow = (zone) => (zone ? { mark: icon("zone", t("map.problem_zone")), title: zone.name, line: words(zone.kind), rank: 0 } : null);

/** @param {Api.Camera | undefined} camera */
function cameraRow(camera) {
  if (!camera) return null;
  return { mark: icon(camera.reads_plates ? "plate_reader" : "fixed_camera", t("map.fixed_camera")), title: camera.name, line: "", rank: 0 };
}
