// Tells a person, on whatever page, that an incident went to them because nobody acknowledged it in time: a line under the
// bar that leads to it, until somebody acknowledges it. And who watches over procedures, that a mandatory step was skipped;
// who works on incidents, that a service sent one back or has done what it was asked for.

import { el, icon, maybeById } from "./dom.js";
import { t } from "./messages.js";

const BUZZ_MS = [500, 200, 500];

/** @typedef {{incident_id: string, person: string, title: string, simulated: boolean}} Escalation */

/** @typedef {{incident_id: string, text: string, simulated: boolean}} SkippedStep */

/** @typedef {{incident_id: string, state: string, text: string, simulated: boolean}} ReferralNews */

const ANSWERED = ["done", "not_ours"];

/** Keep the line as `feed` and `world` say. @param {import("./live.js").LiveFeed} feed @param {import("./store.js").World} world */
export function showEscalations(feed, world) {
  const place = maybeById("escalated");
  if (!place) return;
  /** @type {Map<string, Escalation>} */
  const mine = new Map();
  /** Told once, gone with the page. @type {SkippedStep[]} */
  const skipped = [];
  /** The last word of each service, until the incident is closed. @type {Map<string, ReferralNews>} */
  const answered = new Map();
  const draw = () => {
    const escalated = [...mine.values()].map((one) => line(one, t("browser.escalated_to_you", { title: one.title })));
    place.replaceChildren(...escalated, ...[...skipped, ...answered.values()].map((one) => line(one, one.text)));
    place.hidden = place.childElementCount === 0;
  };
  feed.on("delta", (changes) => {
    for (const { kind, id, data } of changes) {
      if (kind === "skipped_step" && data && "watches" in place.dataset)
        skipped.push(/** @type {SkippedStep} */ (/** @type {unknown} */ (data)));
      if (kind === "referral" && data && "works" in place.dataset) {
        const news = /** @type {ReferralNews} */ (/** @type {unknown} */ (data));
        if (ANSWERED.includes(news.state)) answered.set(id, news);
        else answered.delete(id);
      }
      if (kind !== "escalation" || !data) continue;
      const told = /** @type {Escalation} */ (/** @type {unknown} */ (data));
      if (told.person !== place.dataset.person) {
        mine.delete(id);
        continue;
      }
      mine.set(id, told);
      navigator.vibrate?.(BUZZ_MS);
    }
    draw();
  });
  world.on("change", (kinds) => {
    if (!kinds.has("incident")) return;
    for (const id of mine.keys()) {
      const incident = world.things.incident.get(id);
      if (incident && incident.state !== "new") mine.delete(id);
    }
    for (const [id, news] of answered) {
      if (world.things.incident.get(news.incident_id)?.closed_at) answered.delete(id);
    }
    draw();
  });
}

/** @param {{incident_id: string, simulated: boolean}} told @param {string} says */
function line(told, says) {
  const path = `/incidents/${encodeURIComponent(told.incident_id)}`;
  const words = told.simulated ? t("browser.in_brackets_simulated", { text: says }) : says;
  return el("a", { href: path }, icon("warn"), el("span", {}, words), el("b", {}, t("browser.open")));
}
