// The third step: when, and what the checks say of it.

import { ask, Refused } from "../web/js/api.js";
import { townZone } from "../web/js/format.js";
import { complain } from "./complain.js";
import { fromTown, toTown } from "./town_time.js";
import { inTheWay, showVerdicts } from "./verdicts.js";

const $ = (id) => document.getElementById(id);
const AHEAD_MS = 20 * 60_000; // time to drive there and unpack
const ROUND_MS = 5 * 60_000;

export class ChecksStep {
  /** @param {import("./desk.js").Desk} desk @param {() => Promise<any>} keep keeps the plan first, since a word is kept with it */
  constructor(desk, keep) {
    Object.assign(this, { desk, keep });
    const soon = toTown(Math.ceil((Date.now() + AHEAD_MS) / ROUND_MS) * ROUND_MS, townZone());
    $("start-day").value = soon.day;
    $("start-time").value = soon.time;
    for (const input of [$("start-day"), $("start-time")]) input.addEventListener("input", () => this.time());
    for (const name of ["tried", "asking"]) desk.addEventListener(name, () => this.refresh());
    this.time();
  }

  time() {
    const at = fromTown($("start-day").value, $("start-time").value, townZone());
    this.desk.at = at;
    $("start-utc").textContent = at
      ? `${townZone()} time; ${at.toISOString().slice(0, 16).replace("T", " ")} UTC`
      : "Give a date and a time.";
    this.desk.tell("wish");
  }

  refresh() {
    const { tried, isAsking } = this.desk;
    complain("start", tried?.unfit ? tried.unfit : null);
    const verdicts = tried?.verdicts ?? [];
    $("checks-story").textContent = story(verdicts, isAsking);
    $("verdicts").classList.toggle("is-old", isAsking);
    $("verdicts").inert = isAsking;
    showVerdicts($("verdicts"), verdicts, (subject) => this.acknowledge(subject));
  }

  async acknowledge(subject) {
    try {
      const plan = await this.keep();
      if (!plan) return;
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

function story(verdicts, isAsking) {
  if (isAsking) return verdicts.length ? "The flight is being checked. Below is what was said before the last change." : "The flight is being checked.";
  if (verdicts.length === 0) return "The checks are made as soon as there is a route.";
  const open = inTheWay(verdicts).length;
  if (open === 0) return "Nothing stands in the way of this flight.";
  return `${open} of ${verdicts.length} checks ${open === 1 ? "stands" : "stand"} in the way of this flight.`;
}
