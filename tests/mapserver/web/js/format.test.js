import assert from "node:assert/strict";
import { test } from "node:test";
import { clockTime, day, duration, flightState, metres, percent, recentTime, stopwatch, unitStatus } from "../../../../mapserver/web/js/format.js";
import { speak } from "./catalogues.js";

const WINTER = "2026-11-22T12:02:11Z";

test("times are those of the town's zone", () => {
  speak("en");
  assert.equal(clockTime(WINTER), "14:02:11");
  assert.equal(recentTime(WINTER), "22 Nov 14:02");
  assert.equal(day(WINTER), "Sun 22 Nov");
});

test("a time of today stands without its day", () => {
  speak("en");
  assert.match(recentTime(Date.now()), /^\d\d:\d\d$/);
});

test("a length of time is told in the unit that matters", () => {
  speak("en");
  assert.deepEqual([0, 59.4, 600, 5_400, 200_000].map(duration), ["0 s", "59 s", "10 min", "1 h 30 min", "2 d"]);
  speak("lt");
  assert.equal(duration(5_400), "1 val. 30 min.");
});

test("what is not quite all is never rounded up to all", () => {
  speak("en");
  assert.deepEqual([0.994, 0.9999, 1].map(percent), ["99.4 %", "99.9 %", "100 %"]);
});

test("numbers have the separators of the language", () => {
  speak("lv");
  assert.deepEqual([850, 1_250].map(metres), ["850 m", "1,3 km"]);
});

test("a value that the catalogue does not know is shown as its words", () => {
  speak("lv");
  assert.equal(flightState("returning"), "atgriežas");
  assert.equal(flightState("held_by_wind"), "held by wind");
  assert.equal(unitStatus("link lost"), "sakari zuduši");
});

test("a stopwatch shows hours only where there are some", () => {
  assert.deepEqual([372, 3_972].map(stopwatch), ["06:12", "1:06:12"]);
});
