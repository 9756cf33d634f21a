import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf, thingsOf } from "../../../../mapserver/web/js/stacked_things.js";
import { speak } from "./catalogues.js";

const unit = (id) => ({ source: "units", kind: "unit", properties: { id } });
const cluster = (id, count) => ({ source: "incidents", kind: "incident", properties: { cluster: true, cluster_id: id, point_count: count } });
const none = async () => [];

test("a thing that is drawn twice is there once", async () => {
  assert.deepEqual(await thingsOf([unit("a"), unit("b"), unit("a")], none), { things: [{ kind: "unit", id: "a" }, { kind: "unit", id: "b" }], total: 2 });
});

test("what a cluster does not tell is counted all the same", async () => {
  const found = await thingsOf([cluster(7, 250), cluster(7, 250), unit("a")], async () => ["x", "y"]);
  assert.deepEqual(found.things.map(({ id }) => id), ["x", "y", "a"]);
  assert.equal(found.total, 251);
});

test("high ranks are listed first, then by title; what is gone meanwhile is not", () => {
  speak("lv");
  const known = { a: ["Šķūnis", 1], b: ["Sala", 1], c: ["Ugunsgrēks", 15] };
  const describe = (_, id) => (known[id] ? { mark: null, title: known[id][0], line: "", rank: known[id][1] } : null);
  const rows = rowsOf(["a", "b", "c", "d"].map((id) => ({ kind: "incident", id })), describe);
  assert.deepEqual(rows.map(({ row }) => row.title), ["Ugunsgrēks", "Sala", "Šķūnis"]);
});
