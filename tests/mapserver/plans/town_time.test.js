import assert from "node:assert/strict";
import { test } from "node:test";
import { fromTown, toTown } from "../../../mapserver/plans/town_time.js";

const RIGA = "Europe/Riga";

test("a moment is the town's date and time, in winter and in summer", () => {
  assert.deepEqual(toTown(Date.parse("2026-11-25T12:05:00Z"), RIGA), { day: "2026-11-25", time: "14:05" });
  assert.deepEqual(toTown(Date.parse("2026-07-25T21:30:00Z"), RIGA), { day: "2026-07-26", time: "00:30" });
});

test("every hour of a year comes back, but for the hour that summer time repeats", () => {
  const repeated = Date.parse("2026-10-25T01:00:00Z");
  for (let at = Date.parse("2026-01-01T00:00:00Z"); at < Date.parse("2027-01-01T00:00:00Z"); at += 3_600_000) {
    const { day, time } = toTown(at, RIGA);
    const back = fromTown(day, time, RIGA).getTime();
    assert.ok(back === at || Math.abs(at - repeated) <= 3_600_000, new Date(at).toISOString());
  }
});

test("without a date or a time there is no moment", () => {
  assert.equal(fromTown("", "14:05", RIGA), null);
  assert.equal(fromTown("2026-11-25", "", RIGA), null);
});
