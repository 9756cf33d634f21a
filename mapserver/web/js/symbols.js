// Units and incidents as symbols of the map. Who cannot see or point reaches the same things in the lists beside it.

import { shortTime } from "./format.js";
import { feature } from "./geo.js";
import { Glide } from "./glide.js";
import { lastSeen } from "./last_seen.js";
import { PointSource } from "./point_source.js";
import { isOpen } from "./store.js";
import { addSymbols } from "./symbol_layers.js";

const GLIDE_STEP_MS = 60;

/** Keeps one point for each unit and each open incident that have a place. */
export class Symbols {
  /** @param {import("maplibre-gl").Map} map @param {import("./store.js").World} world */
  constructor(map, world) {
    this.map = map;
    this.world = world;
    /** What was made of a thing, to be made again only when it changed. @type {Map<string, {thing: any, sign: string, feature: GeoJSON.Feature}>} */
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
    const points = (things, make, sign = () => "") =>
      new Map(things.filter((thing) => thing.position).map((thing) => [thing.id, this.point(before, thing, sign(thing), make)]));
    const units = world.shown("unit").filter((unit) => unit.kind !== "drone");
    this.units.show(points(units, unitPoint, (unit) => (world.isStale(unit) ? "old" : "")));
    this.incidents.show(points(world.shown("incident").filter(isOpen), incidentPoint));
    this.drawDrones();
  }

  point(before, thing, sign, make) {
    let kept = before.get(thing.id);
    if (kept?.thing !== thing || kept.sign !== sign) kept = { thing, sign, feature: make(thing, sign) };
    this.made.set(thing.id, kept);
    return kept.feature;
  }

  /** Drones are few, never taken together with others, and glide. */
  drawDrones() {
    const drones = this.world.shown("unit").filter((unit) => unit.kind === "drone" && unit.position);
    const points = drones.map((drone) => [drone.id, this.dronePoint(drone)]);
    this.drones.show(new Map(points));
    this.glide.forget(this.drones.features);
  }

  dronePoint(drone) {
    const { world } = this;
    const flight = world.lastFlightOf(drone.id);
    const isLost = Boolean(flight && lastSeen(flight, drone, world));
    const heard = drone.instruments?.heard_at ?? drone.updated_at;
    const point = unitPoint(drone, isLost ? `last seen ${shortTime(heard)}` : world.isStale(drone) ? "old" : "");
    point.properties.lost = isLost;
    point.geometry.coordinates = this.glide.at(drone.id, point.geometry.coordinates);
    const before = this.drones.features.get(drone.id);
    return before && JSON.stringify(before) === JSON.stringify(point) ? before : point;
  }
}

const at = ({ position }) => ({ type: "Point", coordinates: [position.lon, position.lat] });

/** @param {string} sign what stands beside its name; a unit with one is drawn as old */
function unitPoint(unit, sign) {
  return feature(at(unit), {
    id: unit.id,
    name: sign ? `${unit.name} · ${sign}` : unit.name,
    image: `unit-${unit.kind}${sign ? "-stale" : ""}`,
    heading_deg: unit.heading_deg,
    lost: false,
  });
}

function incidentPoint(incident) {
  return feature(at(incident), {
    id: incident.id,
    worst: `${incident.severity}${incident.title}`,
    is_new: Number(incident.state === "new"),
  });
}
