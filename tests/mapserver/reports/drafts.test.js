import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts, isBlank, newReport } from "../../../mapserver/reports/drafts.js";

test("every report has a name of its own for good", () => {
  const refs = new Set(Array.from({ length: 200 }, () => newReport("ilze").ref));
  assert.equal(refs.size, 200);
  for (const ref of refs) assert.match(ref, /^[0-9a-f]{32}$/);
});

test("a report is blank until something is said in it", () => {
  const report = newReport("ilze");
  assert.ok(isBlank(report));
  assert.ok(isBlank({ ...report, lat: "56.6", lon: "23.3" }));
  assert.ok(!isBlank({ ...report, note: "two men" }));
});

test("where a browser keeps nothing, reports live as long as the page, and the page knows", async (context) => {
  context.mock.method(console, "warn", () => {});
  const drafts = new Drafts();
  await drafts.open();
  assert.equal(drafts.lasting, false);
  const report = { ...newReport("ilze"), note: "two men" };
  await drafts.keep(report);
  assert.deepEqual(drafts.of("ilze"), [report]);
  await drafts.forget(report.ref);
  assert.deepEqual(drafts.of("ilze"), []);
});

test("each sees their own reports only, the oldest first", async (context) => {
  context.mock.method(console, "warn", () => {});
  const drafts = new Drafts();
  await drafts.open();
  for (const [user, seen_ms] of [["ilze", 2], ["jonas", 3], ["ilze", 1]]) await drafts.keep({ ...newReport(user), seen_ms });
  assert.deepEqual(drafts.of("ilze").map((report) => report.seen_ms), [1, 2]);
});
