// What lies on the planner's desk: the zone, its outline, the flight wished over it, the kept plan. Draws nothing.

import { ask } from "../web/js/api.js";
import { Emitter } from "../web/js/events.js";
import { facts, NEW } from "./zone_form.js";
import { fromGeoJson, isSame, nothing, toGeoJson } from "./shape.js";

/** @typedef {"zone" | "shape" | "wish" | "plan" | "tried" | "asking" | "over" | "zone-kept"} DeskEvent */

/**
 * Events: `zone` (another zone is in hand), `shape` (an outline, a line or a point has changed), `wish` (what is wished
 * has changed), `plan` (another plan is in hand, or it was kept), `tried` (a new answer of the server),
 * `asking` (an answer is awaited, or is there), `over` (it is flown over another kind of shape), `zone-kept`.
 * @extends {Emitter<Record<DeskEvent, null>>}
 */
export class Desk extends Emitter {
  constructor() {
    super();
    /** The town that is worked in. */
    this.city = "";
    /** The zone as the server has it; null while a new one is drawn. @type {Api.Zone | null} */
    this.zone = null;
    /** What is wrong with the outline; null for nothing. @type {string | null} */
    this.outlineProblem = null;
    /** What is said of the zone, as the form has it. @type {Api.ZoneFacts} */
    this.facts = NEW;
    /** @type {import("./shape.js").Shape} */
    this.outline = nothing("Polygon");
    /** The line or point of a pattern that is not flown over the whole zone. @type {import("./shape.js").Shape | null} */
    this.way = null;
    /** A zone is being drawn or changed. */
    this.isOpen = false;
    /** Where it takes off, [lon, lat]; null for where the drone stands. @type {Api.LonLat | null} */
    this.home = null;
    /** The kept plan that is on the screen, maybe changed since. @type {Api.Plan | null} */
    this.plan = null;
    /** What was asked when the plan was kept. */
    this.keptWish = "";
    /** @type {Api.Pattern[]} */
    this.patterns = [];
    this.pattern = "survey";
    /** What it is flown over: the zone, or a line or point drawn for it. @type {import("./shape.js").Kind} */
    this.over = "Polygon";
    this.drone = "";
    /** @type {Record<string, unknown>} */
    this.wishes = {};
    /** Take-off. @type {Date | null} */
    this.at = null;
    /** The server's last answer. @type {Api.Tried | null} */
    this.tried = null;
    /** Whether something has changed since the server's last word: its verdicts are of the flight before then. */
    this.isAsking = false;
    /** What is being kept just now, by what is asked: pressed twice it is kept once. @type {Map<string, Promise<any>>} */
    this.keeping = new Map();
    /** How often a zone was taken in hand: what was asked of the one before is not put on the desk any more. */
    this.turn = 0;
  }

  /** @param {DeskEvent} name */
  tell(name) {
    this.emit(name, null);
  }

  /** Take a zone in hand, or a new one (null). @param {Api.Zone | null} zone */
  open(zone) {
    this.turn += 1;
    this.zone = zone;
    this.facts = zone ?? NEW;
    this.outline = zone ? fromGeoJson(zone.polygon) : nothing("Polygon");
    this.way = null;
    this.over = "Polygon";
    this.plan = null;
    this.isOpen = true;
    this.tell("zone");
  }

  close() {
    this.open(null);
    this.isOpen = false;
    this.tell("zone");
  }

  /** Whether the zone differs from what the server has. */
  get isZoneChanged() {
    if (!this.isOpen) return false;
    if (!this.zone) return this.outline.rings.length > 0;
    return this.isOutlineChanged || facts(this.facts) !== facts(this.zone);
  }

  get isOutlineChanged() {
    return this.zone !== null && !isSame(this.outline, fromGeoJson(this.zone.polygon));
  }

  get geometry() {
    if (this.pattern === "file") return null;
    return this.over === "Polygon" ? toGeoJson(this.outline) : this.way && toGeoJson(this.way);
  }

  /** What is asked of the server, the same for trying and for keeping. */
  get wish() {
    return {
      unit_id: this.drone,
      pattern: this.pattern,
      wishes: this.wishes,
      geometry: this.geometry,
      home: this.home && { lat: this.home[1], lon: this.home[0] },
    };
  }

  /** Whether the plan on the screen differs from the one that was kept. */
  get isPlanChanged() {
    return !this.plan || JSON.stringify(this.wish) !== this.keptWish;
  }

  /** Keep the zone if it has changed. Throws Refused. @returns {Promise<Api.Zone | null>} */
  async keepZone() {
    if (!this.isZoneChanged) return this.zone;
    const { turn, zone, facts: said } = this;
    const body = factsOf({ ...said, polygon: toGeoJson(this.outline) });
    const kept = await (zone
      ? this.once("PUT", `/zones/${zone.id}`, { ...body, version: zone.version })
      : this.once("POST", "/zones", { ...body, city: this.city }));
    if (turn !== this.turn) return kept;
    this.zone = kept;
    if (this.facts === said) this.facts = kept; // else it was written on meanwhile
    this.tell("zone-kept");
    return kept;
  }

  /**
   * Keep the plan, and before it the zone, where they have changed; null when another zone is in hand by then. Throws Refused.
   * @param {string} name @param {{copy?: boolean}} [how] @returns {Promise<Api.Plan | null>}
   */
  async keepPlan(name, { copy = false } = {}) {
    const { turn } = this;
    const zone = await this.keepZone();
    if (turn !== this.turn || !zone) return null;
    if (!copy && !this.isPlanChanged && name === this.plan?.name) return this.plan;
    const { wish } = this;
    const kept = await this.once("POST", "/plans", {
      ...wish,
      geometry: this.over === "Polygon" ? null : this.geometry,
      zone_id: zone.id,
      name,
      previous_id: this.plan?.id ?? null,
      copy,
    });
    if (turn !== this.turn) return null;
    this.takePlan(kept, wish);
    return kept;
  }

  /** A plan as it was kept is on the screen; `wish` is what was asked then. @param {Api.Plan} plan @param {object} wish */
  takePlan(plan, wish = this.wish) {
    this.plan = plan;
    this.keptWish = JSON.stringify(wish);
    this.tell("plan");
  }

  /** Ask the server, unless the same is asked already: then its answer is this one's too. @param {string} method @param {string} path @param {object} body @returns {Promise<any>} */
  once(method, path, body) {
    const key = JSON.stringify([method, path, body]);
    const asked = this.keeping.get(key) ?? ask(method, path, body).finally(() => this.keeping.delete(key));
    this.keeping.set(key, asked);
    return asked;
  }
}

/** @param {Api.ZoneFacts & {polygon: import("./shape.js").Geometry | null}} zone */
const factsOf = ({ name, kind, priority, notes, attention, polygon }) => ({ name, kind, priority, notes, attention, polygon });
