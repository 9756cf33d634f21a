import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpen, isOver, isUnderWay, World } from "../../../../mapserver/web/js/store.js";

const LISTS = ["units", "cameras", "zones", "flights", "assignments", "incidents", "drone_requests"];
const empty = () => ({ at: new Date().toISOString(), cities: [], parts: {}, ...Object.fromEntries(LISTS.map((list) => [list, []])) });
const drone = (more) => ({ id: "d1", city: "dobele", lent_to: null, kind: "drone", name: "Hawk", position: null, updated_at: null, ...more });
const flight = (more) => ({ id: "f1", city: "dobele", unit_id: "d1", state: "flying", started_at: null, landed_at: null, outcome: null, ...more });

function loaded(more) {
  const world = new World();
  world.load({ ...empty(), ...more });
  return world;
}

test("a whole picture, then changes: what is new, changed and gone", () => {
  const world = loaded({ units: [drone()] });
  const told = [];
  world.on("change", (kinds) => told.push([...kinds]));
  world.apply([
    { kind: "unit", id: "d1", data: drone({ name: "Hawk 2" }) },
    { kind: "unit", id: "d2", data: drone({ id: "d2" }) },
  ]);
  assert.deepEqual(world.shown("unit").map(({ name }) => name), ["Hawk 2", "Hawk"]);
  world.apply([{ kind: "unit", id: "d1", data: null }]);
  assert.equal(world.get("unit", "d1"), undefined);
  assert.deepEqual(told, [["unit"], ["unit"]]);
});

test("what is only news changes nothing that is known, and is told", () => {
  const world = loaded({});
  const told = [];
  world.on("change", (kinds) => told.push(...kinds));
  world.apply([{ kind: "clip", id: "c1", data: {} }]);
  assert.deepEqual(told, ["clip"]);
});

test("a later whole picture replaces the one before", () => {
  const world = loaded({ units: [drone()] });
  world.load(empty());
  assert.deepEqual(world.shown("unit"), []);
});

test("a unit on loan is in the list of both towns", () => {
  const world = loaded({ units: [drone({ lent_to: "siauliai" }), drone({ id: "d2" })] });
  assert.deepEqual(world.of("unit", "siauliai").map(({ id }) => id), ["d1"]);
  assert.deepEqual(world.of("unit", "dobele").map(({ id }) => id), ["d1", "d2"]);
  world.showCity("siauliai");
  assert.equal(world.shown("unit").length, 1);
});

test("a drone's trail grows only where it moves", () => {
  const world = loaded({});
  for (const lon of [23.1, 23.1, 23.2]) world.apply([{ kind: "unit", id: "d1", data: drone({ position: { lon, lat: 56 } }) }]);
  assert.deepEqual(world.trails.get("d1"), [[23.1, 56], [23.2, 56]]);
});

test("where a drone took off is told by its present flight before its last one", () => {
  const route = (lon) => ({ type: "LineString", coordinates: [[lon, 56, 0], [24, 56, 50]] });
  const last = flight({ id: "f0", state: "landed", started_at: "2026-11-20T10:00:00Z", route: route(23.1) });
  const world = loaded({ flights: [last] });
  assert.deepEqual(world.takeOffOf("d1"), [23.1, 56]);
  world.apply([{ kind: "flight", id: "f1", data: flight({ started_at: "2026-11-22T10:00:00Z", route: route(23.2) }) }]);
  assert.deepEqual(world.takeOffOf("d1"), [23.2, 56]);
  assert.equal(world.lastFlightOf("d1").id, "f1");
  assert.equal(world.takeOffOf("d2"), null);
});

test("a flying drone is stale after half a minute, a standing one after a quarter of an hour", () => {
  const minuteOld = new Date(Date.now() - 60_000).toISOString();
  const world = loaded({ units: [drone({ updated_at: minuteOld })] });
  assert.equal(world.isStale(world.get("unit", "d1")), false);
  world.apply([{ kind: "flight", id: "f1", data: flight({ started_at: minuteOld }) }]);
  assert.equal(world.isStale(world.get("unit", "d1")), true);
});

test("the server's clock decides, not the screen's", () => {
  const ahead = new Date(Date.now() + 3_600_000).toISOString();
  const world = loaded({ at: ahead });
  assert.ok(Math.abs(world.now() - Date.parse(ahead)) < 5_000);
});

test("a flight is under way from its start until it is over", () => {
  assert.deepEqual([flight(), flight({ started_at: "2026-11-22T10:00:00Z" })].map(isUnderWay), [false, true]);
  assert.ok(isOver(flight({ state: "aborted" })));
  assert.deepEqual([{ state: "new" }, { state: "false_alarm" }].map(isOpen), [true, false]);
});
