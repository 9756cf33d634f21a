// The third step: when, and what the checks say of it.

import { ask, Refused } from "../web/js/api.js";
import { byId } from "../web/js/dom.js";
import { moment, t, timeZone } from "../web/js/messages.js";
import { complain } from "./complain.js";
import { fromTown, toTown } from "./town_time.js";
import { inTheWay, showVerdicts } from "./verdicts.js";

const AHEAD_MS = 20 * 60_000; // time to drive there and unpack
const ROUND_MS = 5 * 60_000;

export class ChecksStep {
  /** @param {import("./desk.js").Desk} desk @param {() => Promise<Api.Plan | null>} keep keeps the plan first, since a word is kept with it */
  constructor(desk, keep) {
    this.desk = desk;
    this.keep = keep;
    this.day = byId("start-day", HTMLInputElement);
    this.clock = byId("start-time", HTMLInputElement);
    const soon = toTown(Math.ceil((Date.now() + AHEAD_MS) / ROUND_MS) * ROUND_MS, timeZone());
    this.day.value = soon.day;
    this.clock.value = soon.time;
    for (const input of [this.day, this.clock]) input.addEventListener("input", () => this.time());
    for (const name of /** @type {const} */ (["tried", "asking"])) desk.on(name, () => this.refresh());
    this.time();
  }

  time() {
    const at = fromTown(this.day.value, this.clock.value, timeZone());
    this.desk.at = at;
    byId("start-utc").textContent = at
      ? t("planner.start_utc", { zone: timeZone(), utc: moment(at, "full", "UTC") })
      : t("planner.give_time");
    this.desk.tell("wish");
  }

  refresh() {
    const { tried, isAsking } = this.desk;
    complain("start", tried?.unfit || null);
    const verdicts = tried?.verdicts ?? [];
    byId("checks-story").textContent = story(verdicts, isAsking);
    byId("verdicts").classList.toggle("is-old", isAsking);
    byId("verdicts").inert = isAsking;
    showVerdicts(byId("verdicts"), verdicts, (subject) => this.acknowledge(subject));
  }

  /** @param {string} subject */
  async acknowledge(subject) {
    try {
      const plan = await this.keep();
      if (!plan || !this.desk.at) return;
      await ask("POST", `/plans/${plan.id}/acknowledgements`, {
        unit_id: this.desk.drone,
        at: this.desk.at.toISOString(),
        subjects: [subject],
      });
      this.desk.tell("wish");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      complain("start", error.message);
    }
  }
}

/** @param {Api.Verdict[]} verdicts @param {boolean} isAsking */
function story(verdicts, isAsking) {
  if (isAsking) return verdicts.length ? t("planner.checking_anew") : t("planner.checking");
  if (verdicts.length === 0) return t("planner.checks_wait");
  const open = inTheWay(verdicts).length;
  if (open === 0) return t("planner.nothing_in_the_way");
  return t("planner.checks_in_the_way", { count: open, total: verdicts.length });
}
