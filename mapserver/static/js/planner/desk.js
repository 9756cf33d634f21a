// What lies on the planner's desk: the zone, its outline, the flight wished over it, the kept plan. Draws nothing.

import { ask } from "../api.js";
import { facts, NEW } from "./zone_form.js";
import { fromGeoJson, isSame, nothing, toGeoJson } from "./shape.js";

/**
 * Events: `zone` (another zone is in hand), `shape` (an outline, a line or a point has changed), `wish` (what is wished
 * has changed), `plan` (another plan is in hand, or it was kept), `tried` (a new answer of the server).
 */
export class Desk extends EventTarget {
  constructor() {
    super();
    /** The zone as the server has it; null while a new one is drawn. @type {any | null} */
    this.zone = null;
    /** What is said of the zone, as the form has it. */
    this.facts = NEW;
    /** @type {import("./shape.js").Shape} */
    this.outline = nothing("Polygon");
    /** The line or point of a pattern that is not flown over the whole zone. @type {import("./shape.js").Shape | null} */
    this.way = null;
    /** A zone is being drawn or changed. */
    this.isOpen = false;
    /** Where it takes off, [lon, lat]; null for where the drone stands. @type {[number, number] | null} */
    this.home = null;
    /** The kept plan that is on the screen, maybe changed since. @type {any | null} */
    this.plan = null;
    /** What was asked when the plan was kept. */
    this.keptWish = "";
    /** @type {{name: string, title: string, shapes: import("./shape.js").Kind[], schema: any}[]} */
    this.patterns = [];
    this.pattern = "survey";
    /** What it is flown over: the zone, or a line or point drawn for it. @type {import("./shape.js").Kind} */
    this.over = "Polygon";
    this.drone = "";
    this.wishes = {};
    /** Take-off. @type {Date | null} */
    this.at = null;
    /** The server's last answer. @type {any | null} */
    this.tried = null;
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }

  /** Take a zone in hand, or a new one (null). @param {any | null} zone */
  open(zone) {
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
    return Boolean(this.zone) && !isSame(this.outline, fromGeoJson(this.zone.polygon));
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

  /** Keep the zone if it has changed. Throws Refused. */
  async keepZone() {
    if (!this.isZoneChanged) return this.zone;
    const body = { ...this.facts, polygon: toGeoJson(this.outline) };
    this.zone = this.zone
      ? await ask("PUT", `/zones/${this.zone.id}`, { ...factsOf(body), version: this.zone.version })
      : await ask("POST", "/zones", { ...factsOf(body), city: this.city });
    this.facts = this.zone;
    this.tell("zone-kept");
    return this.zone;
  }

  /** Keep the plan, and before it the zone, where they have changed. Throws Refused. @param {string} name */
  async keepPlan(name, { copy = false } = {}) {
    const zone = await this.keepZone();
    if (!copy && !this.isPlanChanged && name === this.plan.name) return this.plan;
    const kept = await ask("POST", "/plans", {
      ...this.wish,
      geometry: this.over === "Polygon" ? null : this.geometry,
      zone_id: zone.id,
      name,
      previous_id: this.plan?.id ?? null,
      copy,
    });
    this.takePlan(kept);
    return kept;
  }

  /** A plan as it was kept is on the screen. */
  takePlan(plan) {
    this.plan = plan;
    this.keptWish = JSON.stringify(this.wish);
    this.tell("plan");
  }
}

const factsOf = ({ name, kind, priority, notes, attention, polygon }) => ({ name, kind, priority, notes, attention, polygon });
