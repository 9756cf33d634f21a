// Units and incidents as symbols of the map. Who cannot see or point reaches the same things in the lists beside it.

import { Glide } from "./glide.js";
import { lastSeen } from "./last_seen.js";
import { t } from "./messages.js";
import { PointSource } from "./point_source.js";
import { isOpen } from "./store.js";
import { addSymbols } from "./symbol_layers.js";
import { incidentPoint, unitPoint } from "./symbol_points.js";

const GLIDE_STEP_MS = 60;

/** @typedef {Api.Unit | Api.Incident} Thing */
/** @typedef {import("./symbol_points.js").PointFeature} PointFeature */

/** Keeps one point for each unit and each open incident that have a place. */
export class Symbols {
  /** @param {import("maplibre-gl").Map} map @param {import("./store.js").World} world */
  constructor(map, world) {
    this.map = map;
    this.world = world;
    /** What was made of a thing, to be made again only when it changed. @type {Map<string, {thing: Thing, sign: string, feature: PointFeature}>} */
    this.made = new Map();
    this.units = new PointSource(map, "units");
    this.drones = new PointSource(map, "drones", GLIDE_STEP_MS);
    this.incidents = new PointSource(map, "incidents");
    this.glide = new Glide(() => this.drawDrones());
  }

  /** Add the layers; resolved when they are there. */
  async add() {
    await addSymbols(this.map);
    for (const source of [this.units, this.drones, this.incidents]) source.give();
  }

  /** Make the symbols match the world. */
  draw() {
    const { world } = this;
    const before = this.made;
    this.made = new Map();
    /**
     * @template {Thing} T
     * @param {T[]} things @param {(thing: T, at: Api.Place, sign: string) => PointFeature} make @param {(thing: T) => string} sign
     */
    const points = (things, make, sign = () => "") => {
      /** @type {Map<string, PointFeature>} */
      const made = new Map();
      for (const thing of things) {
        if (thing.position) made.set(thing.id, this.point(before, thing, thing.position, sign(thing), make));
      }
      return made;
    };
    const units = world.shown("unit").filter((unit) => unit.kind !== "drone");
    this.units.show(points(units, unitPoint, (unit) => staleSign(world, unit)));
    this.incidents.show(points(world.shown("incident").filter(isOpen), incidentPoint));
    this.drawDrones();
  }

  /**
   * @template {Thing} T
   * @param {Symbols["made"]} before @param {T} thing @param {Api.Place} place @param {string} sign
   * @param {(thing: T, at: Api.Place, sign: string) => PointFeature} make
   */
  point(before, thing, place, sign, make) {
    let kept = before.get(thing.id);
    if (kept?.thing !== thing || kept.sign !== sign) kept = { thing, sign, feature: make(thing, place, sign) };
    this.made.set(thing.id, kept);
    return kept.feature;
  }

  /** Drones are few, never taken together with others, and glide. */
  drawDrones() {
    /** @type {Map<string, GeoJSON.Feature>} */
    const points = new Map();
    for (const unit of this.world.shown("unit")) {
      if (unit.kind === "drone" && unit.position) points.set(unit.id, this.dronePoint(unit, unit.position));
    }
    this.drones.show(points);
    this.glide.forget(this.drones.features);
  }

  /** @param {Api.Unit} drone @param {Api.Place} place */
  dronePoint(drone, place) {
    const { world } = this;
    const flight = world.lastFlightOf(drone.id);
    const isLost = Boolean(flight && lastSeen(flight, drone, world));
    const when = new Date(drone.instruments?.heard_at ?? drone.updated_at ?? 0);
    const sign = isLost ? t("browser.unit_last_seen", { when }) : staleSign(world, drone);
    const point = unitPoint(drone, place, sign);
    point.properties.lost = isLost;
    point.geometry.coordinates = this.glide.at(drone.id, [place.lon, place.lat]);
    const before = this.drones.features.get(drone.id);
    return before && JSON.stringify(before) === JSON.stringify(point) ? before : point;
  }
}

/** What stands beside a unit whose last report is too old. @param {import("./store.js").World} world @param {Api.Unit} unit */
const staleSign = (world, unit) => (world.isStale(unit) ? t("browser.unit_old") : "");
