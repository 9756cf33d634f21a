// One map of the live page: shapes, symbols, what lies on top of each other, the card of what is chosen.

import { NavigationControl, ScaleControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { el, icon, severityMark } from "../web/js/dom.js";
import { label, SEVERITIES, words } from "../web/js/format.js";
import { bounds, metresBetween } from "../web/js/geo.js";
import { glMap, onStyle } from "../web/js/gl_map.js";
import { GroundSwitch } from "../web/js/ground_switch.js";
import { addOverlays, drawOverlays, LAYERS } from "../web/js/overlays.js";
import { Cards, placeOf } from "./popups.js";
import { Stacks } from "../web/js/stacks.js";
import { offerSteering } from "../web/js/steering.js";
import { Symbols } from "../web/js/symbols.js";

const BALTIC = [23.3, 56.27];
const CLOSE_ZOOM = 15;
const NEAREST_FIT = 15;
const LOW_PX = 420;
const NARROW_PX = 760;
const GLIDE_MS = 900;
const KINDS = ["unit", "camera", "incident"];
const ASKED = {
  symbols: { "incident-mark": "incident", "drone-mark": "unit", "unit-mark": "unit", camera: "camera" },
  areas: { "zone-fill": "zone" },
};
const WITHOUT = "This browser cannot draw the map (no WebGL). Everything on it is in the lists.";

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
    this.map = glMap(box.querySelector("[data-map]"), options, () => this.refuse());
    this.framed = false;
    this.dragged = () => {};
    if (!this.map) return;
    this.map.addControl(new NavigationControl({ visualizePitch: false }), "top-right");
    this.map.addControl(new GroundSwitch(), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 140 }), "bottom-left");
    this.map.on("dragstart", () => this.dragged());
    this.symbols = new Symbols(this.map, world);
    this.cards = new Cards(this.map, world);
    this.ready = this.addLayers(choose);
  }

  async addLayers(choose) {
    await onStyle(this.map, () => addOverlays(this.map));
    await this.symbols.add();
    offerSteering(this.map, this.world, document.body.dataset.user);
    this.stacks = new Stacks(this.map, ASKED, (kind, id) => rowOf(kind, this.world.get(kind, id)), choose);
  }

  refuse() {
    const note = document.getElementById("map-note");
    note.textContent = WITHOUT;
    note.hidden = false;
  }

  /** Redraw what depends on the kinds that changed. @param {Set<string>} kinds */
  async draw(kinds) {
    await this.ready;
    if (!this.map) return;
    if (kinds.size) drawOverlays(this.map, this.world, kinds);
    this.symbols.draw();
    this.cards.refresh();
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

  /** Take the map to a thing and open its card. */
  choose(kind, id) {
    const thing = this.world.get(kind, id);
    const at = thing && placeOf(kind, thing, this.world);
    if (!this.map || !at) return;
    if (kind === "zone") this.map.fitBounds(bounds(thing.polygon.coordinates[0]), { padding: 120, maxZoom: 16.5 });
    else this.map.flyTo({ center: at, zoom: Math.max(this.map.getZoom(), CLOSE_ZOOM), speed: 1.6 });
    this.cards.open(kind, id);
  }

  /** Keep a place in the middle. @param {[number, number]} center */
  follow(center) {
    this.map?.easeTo({ center, duration: GLIDE_MS, easing: (t) => t });
  }

  /** Metres from the middle of the map. @param {[number, number]} at */
  metresTo(at) {
    return this.map ? metresBetween(this.map.getCenter().toArray(), at) : 0;
  }

  /** Show or hide the layers of a tick of the layer list. @param {string} tick @param {boolean} isShown */
  async toggle(tick, isShown) {
    await this.ready;
    if (!this.map) return;
    await onStyle(this.map, () => {
      for (const layer of LAYERS[tick]) this.map.setLayoutProperty(layer, "visibility", isShown ? "visible" : "none");
    });
  }

  /** What the map is called when it is one of several; null for no name. @param {string | null} name */
  call(name) {
    const place = this.box.querySelector("[data-town-name]");
    place.textContent = name ?? "";
    place.hidden = name === null;
  }
}

/** Whether a thing belongs to the picture one wants first: not a unit away on loan, not a reader far out at an entrance. */
function isCentral(thing, world) {
  const away = thing.lent_to && !world.cities.some((city) => city.id === thing.lent_to);
  return thing.position && !away && !thing.reads_plates;
}

function centralPoints(world, city) {
  const points = KINDS.flatMap((kind) => world.of(kind, city))
    .filter((thing) => isCentral(thing, world))
    .filter((thing) => city === null || (thing.lent_to ?? thing.city) === city)
    .map((thing) => [thing.position.lon, thing.position.lat]);
  for (const zone of world.of("zone", city)) points.push(...zone.polygon.coordinates[0]);
  for (const one of world.cities) if (city === null || one.id === city) points.push([one.lon, one.lat]);
  return points;
}

/** What the list of a stack says of a thing; null when it is gone meanwhile. @returns {import("../web/js/stacks.js").Row | null} */
function rowOf(kind, thing) {
  if (!thing) return null;
  if (kind === "incident") {
    const severity = SEVERITIES[thing.severity];
    return { mark: severityMark(thing.severity, severity), title: thing.title, line: label(thing.state), rank: 10 + thing.severity };
  }
  if (kind === "unit") {
    const mark = el("span", { class: `key-mark is-${thing.kind}` }, icon(thing.kind, words(thing.kind)));
    return { mark, title: thing.name, line: label(thing.status), rank: thing.kind === "drone" ? 2 : 1 };
  }
  const mark = kind === "zone" ? icon("zone", "problem zone") : icon(thing.reads_plates ? "plate_reader" : "fixed_camera", "fixed camera");
  return { mark, title: thing.name, line: kind === "zone" ? words(thing.kind) : "", rank: 0 };
}
