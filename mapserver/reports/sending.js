// Sending a report to the server and what its answer means for the copy on this phone. Keeps and draws nothing.

import { t } from "../web/js/messages.js";

const ANSWER_WITHIN_MS = 60_000; // a photo over a bad line

/**
 * @typedef {{kind: "received", incident: string | null} | {kind: "waiting", why: string} | {kind: "signed-out"} |
 *   {kind: "refused", why: string, photo: boolean}} SendingResult `waiting`: nobody knows whether it arrived, so it is sent
 *   again under the same `ref`; `refused`: the server said why, and sending it again as it is would change nothing.
 */

/** @param {import("./drafts.js").StoredReport} report @returns {Promise<SendingResult>} */
export async function sendReport(report) {
  const body = new FormData();
  for (const name of /** @type {const} */ (["ref", "category", "note", "lat", "lon", "accuracy_m"])) body.set(name, report[name]);
  body.set("age_s", String(Math.max(0, Math.round((Date.now() - report.seen_ms) / 1_000))));
  if (report.photo) body.set("photo", report.photo, report.photo.name || "photo");
  let answer;
  let said;
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    answer = await fetch("/report", { method: "POST", body, signal, headers: { Accept: "application/json" } });
    said = await answer.json();
  } catch {
    return { kind: "waiting", why: navigator.onLine ? t("report_page.server_silent") : t("report_page.no_network") };
  }
  if (answer.ok && said.observation_id) return { kind: "received", incident: said.incident_id };
  if (answer.status === 401) return { kind: "signed-out" };
  if (answer.status >= 500 || answer.status === 408 || answer.status === 429) {
    return { kind: "waiting", why: said.message ?? t("browser.server_answered", { status: answer.status }) };
  }
  return { kind: "refused", why: said.message ?? t("browser.server_answered", { status: answer.status }), photo: said.error === "BadMedia" };
}
