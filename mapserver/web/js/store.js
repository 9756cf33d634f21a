// What the page knows of the world: the snapshot with every delta since applied. Draws nothing.

const LISTS = {
  unit: "units",
  camera: "cameras",
  zone: "zones",
  flight: "flights",
  assignment: "assignments",
  incident: "incidents",
  drone_request: "drone_requests",
};
const TRAIL_POINTS = 600;
const STALE_FLYING_MS = 30_000;
const STALE_MS = 15 * 60_000;
const FLOWN = new Set(["landed", "debriefed", "aborted"]);
const CLOSED = new Set(["resolved", "false_alarm"]);

/** Events: `change` (detail: Set of the kinds that changed). */
export class World extends EventTarget {
  constructor() {
    super();
    /** @type {{id: string, name: string, lat: number, lon: number, zone: string}[]} */
    this.cities = [];
    /** @type {Record<string, Map<string, any>>} */
    this.things = Object.fromEntries(Object.keys(LISTS).map((kind) => [kind, new Map()]));
    /** Where each flying unit has been since this page opened. @type {Map<string, [number, number][]>} */
    this.trails = new Map();
    /** The town shown; null for all. @type {string | null} */
    this.city = null;
    this.clockSkewMs = 0;
    /** Of what is history, how much the whole picture held and how much there was. @type {Record<string, {shown: number, total: number}>} */
    this.parts = {};
    this.loaded = false;
  }

  /** Know what `feed` tells. @param {import("./live.js").LiveFeed} feed */
  follow(feed) {
    feed.addEventListener("snapshot", (event) => this.load(event.detail));
    feed.addEventListener("delta", (event) => this.apply(event.detail));
    feed.addEventListener("alive", (event) => this.setClock(event.detail));
  }

  /** Take a whole picture. */
  load(snapshot) {
    this.setClock(snapshot.at);
    this.cities = snapshot.cities;
    this.parts = snapshot.parts;
    for (const [kind, list] of Object.entries(LISTS)) {
      this.things[kind] = new Map(snapshot[list].map((thing) => [thing.id, thing]));
    }
    for (const unit of snapshot.units) this.extendTrail(unit);
    this.loaded = true;
    this.changed(new Set(Object.keys(LISTS)));
  }

  /** Take the changes of one delta. @param {import("./live.js").Change[]} changes */
  apply(changes) {
    for (const { kind, id, data } of changes) {
      if (data === null) this.things[kind]?.delete(id); // some kinds are only news: their pages ask for the rest
      else this.things[kind]?.set(id, data);
      if (kind === "unit" && data) this.extendTrail(data);
    }
    this.changed(new Set(changes.map((change) => change.kind)));
  }

  /** Show one town, or all. @param {string | null} city */
  showCity(city) {
    this.city = city;
    this.changed(new Set(Object.keys(LISTS)));
  }

  /** The server's time now, so that a wall screen with a wrong clock does not call everything stale. */
  now() {
    return Date.now() + this.clockSkewMs;
  }

  /** @param {string} at the server's time, ISO 8601 */
  setClock(at) {
    this.clockSkewMs = Date.parse(at) - Date.now();
  }

  /** The things of a kind in the town shown. @param {string} kind @returns {any[]} */
  shown(kind) {
    return this.of(kind, this.city);
  }

  /** The things of a kind in a town, or in all. @param {string} kind @param {string | null} city @returns {any[]} */
  of(kind, city) {
    const all = [...this.things[kind].values()];
    return city === null ? all : all.filter((thing) => thing.city === city || thing.lent_to === city);
  }

  get(kind, id) {
    return this.things[kind].get(id);
  }

  /** Who has this unit now. */
  assignmentOf(unitId) {
    return [...this.things.assignment.values()].find((a) => a.unit_id === unitId && !a.ended_at);
  }

  /** The flight this unit is on now. */
  flightOf(unitId) {
    return [...this.things.flight.values()].find((f) => f.unit_id === unitId && isUnderWay(f));
  }

  /** Where the drone of a flight takes off, or took off the last time: [lon, lat], or null. @returns {[number, number] | null} */
  takeOffOf(unitId) {
    const ready = [...this.things.flight.values()].find((one) => one.unit_id === unitId && one.state === "ready");
    const flight = this.flightOf(unitId) ?? ready ?? this.lastFlightOf(unitId);
    return flight?.route?.coordinates[0].slice(0, 2) ?? null;
  }

  /** The flight on which this unit took off last, in the air still or not. */
  lastFlightOf(unitId) {
    const flown = [...this.things.flight.values()].filter((flight) => flight.unit_id === unitId && flight.started_at);
    return flown.reduce((last, flight) => (!last || flight.started_at > last.started_at ? flight : last), undefined);
  }

  /** Where a drone stands, or took off while it is in the air: [lon, lat], or null. @returns {[number, number] | null} */
  homeOf(unitId) {
    const start = this.flightOf(unitId)?.route?.coordinates[0];
    if (start) return start.slice(0, 2);
    const at = this.get("unit", unitId)?.position;
    return at ? [at.lon, at.lat] : null;
  }

  cityName(id) {
    return this.cities.find((city) => city.id === id)?.name ?? id;
  }

  /** Whether a unit's last report is too old to trust. */
  isStale(unit) {
    if (!unit.updated_at) return true;
    const limit = unit.kind === "drone" && this.flightOf(unit.id) ? STALE_FLYING_MS : STALE_MS;
    return this.now() - Date.parse(unit.updated_at) > limit;
  }

  extendTrail(unit) {
    if (unit.kind !== "drone" || !unit.position) return;
    const trail = this.trails.get(unit.id) ?? [];
    const { lon, lat } = unit.position;
    const last = trail.at(-1);
    if (!last || last[0] !== lon || last[1] !== lat) trail.push([lon, lat]);
    this.trails.set(unit.id, trail.slice(-TRAIL_POINTS));
  }

  changed(kinds) {
    this.dispatchEvent(new CustomEvent("change", { detail: kinds }));
  }
}

export const isOpen = (incident) => !CLOSED.has(incident.state);
export const isOver = (flight) => Boolean(flight.landed_at || flight.outcome) || FLOWN.has(flight.state);
export const isUnderWay = (flight) => Boolean(flight.started_at) && !isOver(flight);
