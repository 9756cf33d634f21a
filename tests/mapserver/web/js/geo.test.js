import assert from "node:assert/strict";
import { test } from "node:test";
import { bounds, circle, flownPart, metresBetween, middle, offset, shrunk, topOf } from "../../../../mapserver/web/js/geo.js";

const DOBELE = [23.28, 56.62];
const SQUARE = { type: "Polygon", coordinates: [[[23.0, 56.0], [23.2, 56.0], [23.2, 56.1], [23.0, 56.1], [23.0, 56.0]]] };

test("a point that is so many metres away is so many metres away, in every direction", () => {
  for (let bearing = 0; bearing < 360; bearing += 15) {
    for (const metres of [1, 250, 4_000]) {
      const away = metresBetween(DOBELE, offset(DOBELE, bearing, metres));
      assert.ok(Math.abs(away - metres) < metres * 0.002, `${away} m at ${bearing}°`);
    }
  }
});

test("north is up and east is right", () => {
  const [[lonNorth, latNorth], [lonEast, latEast]] = [offset(DOBELE, 0, 100), offset(DOBELE, 90, 100)];
  assert.ok(latNorth > DOBELE[1] && Math.abs(lonNorth - DOBELE[0]) < 1e-9);
  assert.ok(lonEast > DOBELE[0] && Math.abs(latEast - DOBELE[1]) < 1e-9);
});

test("a circle is closed and everywhere as far from its middle", () => {
  const [ring] = circle(DOBELE, 300).coordinates;
  assert.ok(metresBetween(ring[0], ring.at(-1)) < 1e-6);
  for (const corner of ring) assert.ok(Math.abs(metresBetween(DOBELE, corner) - 300) < 1);
});

test("a shrunk polygon keeps its point and comes nearer to it", () => {
  const half = shrunk(SQUARE, [23.0, 56.0], 0.5);
  assert.deepEqual(half.coordinates[0][0], [23.0, 56.0]);
  assert.ok(Math.abs(half.coordinates[0][2][0] - 23.1) < 1e-9);
});

test("bounds hold every point, and there are none of no points", () => {
  assert.deepEqual(bounds(SQUARE.coordinates[0]), [23.0, 56.0, 23.2, 56.1]);
  assert.equal(bounds([]), null);
});

test("a zone's name stands over its middle, level with its northernmost corner", () => {
  const [lon, lat] = middle(SQUARE);
  assert.ok(Math.abs(lon - 23.1) < 1e-9 && Math.abs(lat - 56.05) < 1e-9);
  assert.equal(topOf(SQUARE)[1], 56.1);
});

test("what was flown of a line never goes beyond it", () => {
  const line = [[0, 0], [1, 0], [2, 0], [3, 0]];
  assert.deepEqual(flownPart(line, -1), [[0, 0]]);
  assert.deepEqual(flownPart(line, 0.5), [[0, 0], [1, 0]]);
  assert.deepEqual(flownPart(line, 2), line);
});
