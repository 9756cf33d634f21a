import assert from "node:assert/strict";
import { test } from "node:test";
import { JUMP_S, LiveEdge, pace, REST_S } from "../../../mapserver/video/pace.js";
import { columns, toPlay } from "../../../mapserver/video/choice.js";

test("a player that rests where it should plays as it came", () => {
  assert.deepEqual(pace(10 - REST_S, 0, 10), { jump: null, rate: 1 });
});

test("a player a little behind hurries, one far behind jumps, one before the first picture too", () => {
  assert.ok(pace(10 - 0.6, 0, 10).rate > 1);
  assert.deepEqual(pace(10 - JUMP_S - 0.1, 0, 10), { jump: 10 - REST_S, rate: 1 });
  assert.equal(pace(2, 5, 10).jump, 10 - REST_S);
});

test("a picture that comes late does not move the live edge", () => {
  const edge = new LiveEdge();
  edge.saw(1, 100);
  edge.saw(2, 103);
  assert.ok(Math.abs(edge.behind(2, 103) - 2) < 1e-9);
});

test("columns are as many as show all tiles at once, or as are readable", () => {
  assert.equal(columns(37, 1416, 700, 8), 7);
  assert.equal(columns(37, 360, 700, 8), 1);
});

test("what somebody chose plays before what moves, and what plays already stays", () => {
  const stream = (id, more = {}) => ({ id, status: "running", moving: true, ...more });
  const streams = [stream("a"), stream("b"), stream("c"), stream("d", { status: "lost" })];
  assert.deepEqual([...toPlay(streams, ["c", "d"], new Set(["b"]), { limit: 2, moving: true })], ["c", "b"]);
  assert.deepEqual([...toPlay(streams, [], new Set(), { limit: 2, moving: false })], []);
});
