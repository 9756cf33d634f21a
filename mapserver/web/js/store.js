// What the page knows of the world: the snapshot with every delta since applied. Draws nothing.

import { Emitter } from "./events.js";

/** @typedef {Api.Kind} Kind */
/** @typedef {{[K in Kind]: Map<string, Api.Things[K]>}} Things */

/** The list of a whole picture by the kind of its things. */
const LISTS = /** @type {const} */ ({
  unit: "units",
  camera: "cameras",
  zone: "zones",
  flight: "flights",
  assignment: "assignments",
  incident: "incidents",
  drone_request: "drone_requests",
});
export const KINDS = /** @type {Kind[]} */ (Object.keys(LISTS));
const TRAIL_POINTS = 600;
const STALE_FLYING_MS = 30_000;
const STALE_MS = 15 * 60_000;
const FLOWN = new Set(["landed", "debriefed", "aborted"]);
const CLOSED = new Set(["resolved", "false_alarm"]);

/** @param {string} kind @returns {kind is Kind} */
export const isKind = (kind) => kind in LISTS;

/**
 * Events: `change` (detail: the kinds that changed).
 * @extends {Emitter<{change: Set<string>}>}
 */
export class World extends Emitter {
  constructor() {
    super();
    /** @type {Api.City[]} */
    this.cities = [];
    /** @type {Things} */
    this.things = {
      unit: new Map(),
      camera: new Map(),
      zone: new Map(),
      flight: new Map(),
      assignment: new Map(),
      incident: new Map(),
      drone_request: new Map(),
    };
    /** Where each flying unit has been since this page opened. @type {Map<string, Api.LonLat[]>} */
    this.trails = new Map();
    /** The town shown; null for all. @type {string | null} */
    this.city = null;
    this.clockSkewMs = 0;
    /** Of what is history, how much the whole picture held and how much there was. @type {Record<string, Api.Part>} */
    this.parts = {};
    this.loaded = false;
  }

  /** Know what `feed` tells. @param {import("./live.js").LiveFeed} feed */
  follow(feed) {
    feed.on("snapshot", (snapshot) => this.load(snapshot));
    feed.on("delta", (changes) => this.apply(changes));
    feed.on("alive", (at) => this.setClock(at));
  }

  /** Take a whole picture. @param {Api.Snapshot} snapshot */
  load(snapshot) {
    this.setClock(snapshot.at);
    this.cities = snapshot.cities;
    this.parts = snapshot.parts;
    for (const kind of KINDS) this.fill(kind, snapshot);
    for (const unit of snapshot.units) this.extendTrail(unit);
    this.loaded = true;
    this.changed(new Set(KINDS));
  }

  /** @template {Kind} K @param {K} kind @param {Api.Snapshot} snapshot */
  fill(kind, snapshot) {
    const list = /** @type {Api.Things[K][]} */ (/** @type {unknown} */ (snapshot[LISTS[kind]]));
    this.things[kind] = /** @type {Things[K]} */ (new Map(list.map((thing) => [thing.id, thing])));
  }

  /** Take the changes of one delta. @param {Api.Change[]} changes */
  apply(changes) {
    for (const { kind, id, data } of changes) {
      if (!isKind(kind)) continue; // some kinds are only news: their pages ask for the rest
      if (data === null) this.things[kind].delete(id);
      else this.put(kind, id, data);
      if (kind === "unit" && data) this.extendTrail(/** @type {Api.Unit} */ (data));
    }
    this.changed(new Set(changes.map((change) => change.kind)));
  }

  /** @template {Kind} K @param {K} kind @param {string} id @param {Api.Change["data"]} data */
  put(kind, id, data) {
    const known = /** @type {Map<string, Api.Things[K]>} */ (/** @type {unknown} */ (this.things[kind]));
    known.set(id, /** @type {Api.Things[K]} */ (data));
  }

  /** Show one town, or all. @param {string | null} city */
  showCity(city) {
    this.city = city;
    this.changed(new Set(KINDS));
  }

  /** The server's time now, so that a wall screen with a wrong clock does not call everything stale. */
  now() {
    return Date.now() + this.clockSkewMs;
  }

  /** @param {string} at the server's time, ISO 8601 */
  setClock(at) {
    this.clockSkewMs = Date.parse(at) - Date.now();
  }

  /** The things of a kind in the town shown. @template {Kind} K @param {K} kind @returns {Api.Things[K][]} */
  shown(kind) {
    return this.of(kind, this.city);
  }

  /** The things of a kind in a town, or in all. @template {Kind} K @param {K} kind @param {string | null} city @returns {Api.Things[K][]} */
  of(kind, city) {
    const all = /** @type {Api.Things[K][]} */ ([...this.things[kind].values()]);
    return city === null ? all : all.filter((thing) => thing.city === city || ("lent_to" in thing && thing.lent_to === city));
  }

  /** @template {Kind} K @param {K} kind @param {string | null | undefined} id @returns {Api.Things[K] | undefined} */
  get(kind, id) {
    return id ? /** @type {Api.Things[K] | undefined} */ (this.things[kind].get(id)) : undefined;
  }

  /** Who has this unit now. @param {string} unitId */
  assignmentOf(unitId) {
    return [...this.things.assignment.values()].find((a) => a.unit_id === unitId && !a.ended_at);
  }

  /** The flight this unit is on now. @param {string} unitId */
  flightOf(unitId) {
    return [...this.things.flight.values()].find((f) => f.unit_id === unitId && isUnderWay(f));
  }

  /** Where the drone of a flight takes off, or took off the last time: [lon, lat], or null. @param {string} unitId @returns {Api.LonLat | null} */
  takeOffOf(unitId) {
    const ready = [...this.things.flight.values()].find((one) => one.unit_id === unitId && one.state === "ready");
    const flight = this.flightOf(unitId) ?? ready ?? this.lastFlightOf(unitId);
    return flight?.route ? lonLat(flight.route.coordinates[0]) : null;
  }

  /** The flight on which this unit took off last, in the air still or not. @param {string} unitId */
  lastFlightOf(unitId) {
    /** @type {Api.Flight | undefined} */
    let last;
    for (const flight of this.things.flight.values()) {
      if (flight.unit_id !== unitId || !flight.started_at) continue;
      if (!last?.started_at || flight.started_at > last.started_at) last = flight;
    }
    return last;
  }

  /** Where a drone stands, or took off while it is in the air: [lon, lat], or null. @param {string} unitId @returns {Api.LonLat | null} */
  homeOf(unitId) {
    const start = this.flightOf(unitId)?.route?.coordinates[0];
    if (start) return lonLat(start);
    const at = this.get("unit", unitId)?.position;
    return at ? [at.lon, at.lat] : null;
  }

  /** @param {string} id */
  cityName(id) {
    return this.cities.find((city) => city.id === id)?.name ?? id;
  }

  /** Whether a unit's last report is too old to trust. @param {Api.Unit} unit */
  isStale(unit) {
    if (!unit.updated_at) return true;
    const limit = unit.kind === "drone" && this.flightOf(unit.id) ? STALE_FLYING_MS : STALE_MS;
    return this.now() - Date.parse(unit.updated_at) > limit;
  }

  /** @param {Api.Unit} unit */
  extendTrail(unit) {
    if (unit.kind !== "drone" || !unit.position) return;
    const trail = this.trails.get(unit.id) ?? [];
    const { lon, lat } = unit.position;
    const last = trail.at(-1);
    if (!last || last[0] !== lon || last[1] !== lat) trail.push([lon, lat]);
    this.trails.set(unit.id, trail.slice(-TRAIL_POINTS));
  }

  /** @param {Set<string>} kinds */
  changed(kinds) {
    this.emit("change", kinds);
  }
}

/** @param {GeoJSON.Position} position @returns {Api.LonLat} */
const lonLat = ([lon, lat]) => [lon, lat];

/** @param {Api.Incident} incident */
export const isOpen = (incident) => !CLOSED.has(incident.state);
/** @param {Api.Flight} flight */
export const isOver = (flight) => Boolean(flight.landed_at || flight.outcome) || FLOWN.has(flight.state);
/** @param {Api.Flight} flight */
export const isUnderWay = (flight) => Boolean(flight.started_at) && !isOver(flight);
