// The points of one GeoJSON source: only what changed is sent to the map's worker, and not more often than it can keep up.

import { collection } from "./geo.js";
import { sourceOf, takesChanges } from "./gl_map.js";

const MANY = 500; // points from which a whole second lies between two drawings
const SOON_MS = 150;
const LATER_MS = 1_000;

export class PointSource {
  /** @param {import("maplibre-gl").Map} map @param {string} id of the source @param {number} soon ms between two drawings of few points */
  constructor(map, id, soon = SOON_MS) {
    this.map = map;
    this.soon = soon;
    this.id = id;
    /** What is to be shown. @type {Map<string, GeoJSON.Feature>} */
    this.features = new Map();
    /** What the map was given; null when it has to be given all. @type {Map<string, GeoJSON.Feature> | null} */
    this.given = null;
    this.givenAt = 0;
    /** @type {number | undefined} */
    this.waiting = undefined;
    map.on("webglcontextlost", () => (this.given = null));
    map.on("style.load", () => this.give());
  }

  /**
   * Show these points and no others. A feature that is the same object as the last time has not changed.
   * @param {Map<string, GeoJSON.Feature>} features by their id, which is their property `id` too
   */
  show(features) {
    this.features = features;
    this.giveSoon();
  }

  giveSoon() {
    if (this.waiting) return;
    const pause = this.features.size > MANY ? LATER_MS : this.soon;
    const wait = Math.max(0, this.givenAt + pause - performance.now());
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      this.give();
    }, wait);
  }

  /** Give the map what differs from what it has. */
  give() {
    const source = takesChanges(this.map) && sourceOf(this.map, this.id);
    if (!source) return; // its style is on the way: it is given all then
    const { given, features } = this;
    if (given === null) source.setData(collection([...features.values()]));
    else {
      const remove = [...given.keys()].filter((id) => !features.has(id));
      const add = [...features].filter(([id, feature]) => given.get(id) !== feature).map(([, feature]) => feature);
      if (remove.length + add.length === 0) return;
      source.updateData({ remove, add });
    }
    this.given = features;
    this.givenAt = performance.now();
  }
}
