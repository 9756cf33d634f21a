import assert from "node:assert/strict";
import { test } from "node:test";
import { fromGeoJson, History, isSame, middles, moved, nothing, toGeoJson, withCorner, withoutCorner, withoutRing } from "../../../mapserver/plans/shape.js";

const OUTLINE = [[23, 56], [23.1, 56], [23.1, 56.1], [23, 56.1]];
const HOLE = [[23.02, 56.02], [23.04, 56.02], [23.04, 56.04]];
const area = (...rings) => ({ kind: "Polygon", rings });

test("shapes come back from GeoJSON as they went", () => {
  for (const shape of [area(OUTLINE), area(OUTLINE, HOLE), { kind: "LineString", rings: [OUTLINE] }, { kind: "Point", rings: [[OUTLINE[0]]] }])
    assert.deepEqual(fromGeoJson(toGeoJson(shape)), shape);
});

test("heights of a line are left out", () => {
  assert.deepEqual(fromGeoJson({ type: "LineString", coordinates: [[23, 56, 60], [24, 56, 60]] }).rings, [[[23, 56], [24, 56]]]);
});

test("a ring with too few corners is no shape yet", () => {
  assert.equal(toGeoJson(nothing("Polygon")), null);
  assert.equal(toGeoJson(area(OUTLINE.slice(0, 2))), null);
  assert.equal(toGeoJson({ kind: "LineString", rings: [[OUTLINE[0]]] }), null);
});

test("a hole that is being drawn is not sent", () => {
  assert.equal(toGeoJson(area(OUTLINE, HOLE.slice(0, 2))).coordinates.length, 1);
});

test("corners are rounded to a centimetre, so that what differs less is the same", () => {
  assert.ok(isSame(area(OUTLINE), area(OUTLINE.map(([lon, lat]) => [lon + 1e-9, lat]))));
  assert.ok(!isSame(area(OUTLINE), area(OUTLINE.map(([lon, lat]) => [lon + 1e-6, lat]))));
  assert.ok(isSame(null, null));
});

test("a change gives a new shape and leaves the old one alone", () => {
  const before = area(OUTLINE);
  assert.deepEqual(moved(before, 0, 1, [23.2, 56]).rings[0][1], [23.2, 56]);
  assert.equal(withCorner(before, 0, 2, [23.1, 56.05]).rings[0].length, 5);
  assert.deepEqual(before.rings[0], OUTLINE);
});

test("an outline keeps its fewest corners; a hole that would be left with two goes whole", () => {
  const triangle = area(OUTLINE.slice(0, 3), HOLE);
  assert.equal(withoutCorner(triangle, 0, 0), triangle);
  assert.deepEqual(withoutCorner(triangle, 1, 0).rings, [OUTLINE.slice(0, 3)]);
  assert.deepEqual(withoutRing(triangle, 1).rings, [OUTLINE.slice(0, 3)]);
});

test("an area has a middle on every edge, a line on all but the closing one, a point none", () => {
  assert.deepEqual(middles(area(OUTLINE)).map(({ index }) => index), [1, 2, 3, 4]);
  assert.equal(middles({ kind: "LineString", rings: [OUTLINE] }).length, 3);
  assert.deepEqual(middles({ kind: "Point", rings: [[OUTLINE[0]]] }), []);
});

test("undo and redo walk through the shapes; a new one ends what could be redone", () => {
  const history = new History(nothing("Polygon"));
  assert.equal(history.canUndo, false);
  history.push(area(OUTLINE.slice(0, 3)));
  history.push(area(OUTLINE));
  assert.deepEqual(history.undo(), area(OUTLINE.slice(0, 3)));
  assert.deepEqual(history.redo(), area(OUTLINE));
  history.undo();
  history.push(area(HOLE));
  assert.equal(history.canRedo, false);
  assert.deepEqual(history.shape, area(HOLE));
});

test("no more than two hundred shapes are kept", () => {
  const history = new History(nothing("Polygon"));
  for (let step = 0; step < 300; step += 1) history.push(area([[step, 0], [step, 1], [step, 2]]));
  let undone = 0;
  for (; history.canUndo; undone += 1) history.undo();
  assert.equal(undone, 199);
});
