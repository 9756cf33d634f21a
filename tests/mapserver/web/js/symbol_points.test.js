import assert from "node:assert/strict";
import { test } from "node:test";
import { incidentPoint, unitPoint } from "../../../../mapserver/web/js/symbol_points.js";

const PLACE = { lat: 56.6, lon: 23.3 };
const unit = { id: "t1", kind: "tower", name: "Tower 1", heading_deg: 90 };

test("a unit is a point with its name and the picture of its kind", () => {
  const { geometry, properties } = unitPoint(unit, PLACE, "");
  assert.deepEqual(geometry, { type: "Point", coordinates: [23.3, 56.6] });
  assert.deepEqual(properties, { id: "t1", name: "Tower 1", image: "unit-tower", heading_deg: 90, lost: false });
});

test("a unit whose last report is old says so and is drawn as old", () => {
  const { properties } = unitPoint(unit, PLACE, "old");
  assert.equal(properties.name, "Tower 1 · old");
  assert.equal(properties.image, "unit-tower-stale");
});

test("of incidents taken together the greatest text is that of the severest", () => {
  const worst = [{ severity: 5, title: "Fight" }, { severity: 2, title: "Zoo" }].map((one) => incidentPoint({ id: "1", state: "new", ...one }, PLACE).properties.worst);
  assert.ok(worst[0] > worst[1]);
});
