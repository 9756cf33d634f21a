// What stands on the tabs of the planner's steps: each step in a word or a number. Decides nothing.

import { maybeFind, setText } from "../web/js/dom.js";
import { t } from "../web/js/messages.js";
import { inTheWay } from "./verdicts.js";

const HECTARE_M2 = 10_000;
const UNKNOWN = "–";
const WRONG = "!";

/** @param {"zone" | "flight" | "checks" | "plan"} step @param {string} text */
function fact(step, text) {
  const place = maybeFind(`[data-fact="${step}"]`);
  if (place) setText(place, text);
}

/** How large the outline is, or that something is wrong with it. @param {Api.OutlineJudged} judged */
export function showZoneFact({ problem, area_m2 }) {
  fact("zone", problem ? WRONG : area(area_m2));
}

/** @param {number | null} squareMetres */
function area(squareMetres) {
  if (squareMetres === null) return UNKNOWN;
  if (squareMetres < HECTARE_M2 / 10) return t("planner.square_metres", { value: squareMetres });
  return t("planner.hectares", { value: squareMetres / HECTARE_M2 });
}

/** How long the flight takes, and what its checks say. @param {Api.Tried | null} tried @param {boolean} isAsking */
export function showFlightFacts(tried, isAsking) {
  const summary = tried?.route?.properties.summary;
  const none = tried?.problem ? WRONG : UNKNOWN;
  fact("flight", summary ? t("planner.minutes", { minutes: Math.ceil(summary.duration_s / 60) }) : none);
  fact("checks", checksFact(tried, isAsking));
}

/** @param {Api.Tried | null} tried @param {boolean} isAsking */
function checksFact(tried, isAsking) {
  if (isAsking) return "…";
  if (tried?.unfit) return WRONG;
  if (!tried?.verdicts?.length) return UNKNOWN;
  const open = inTheWay(tried.verdicts).length;
  return open ? t("planner.checks_open", { open }) : t("planner.checks_clear");
}

/** Which version the plan is. @param {import("./desk.js").Desk} desk */
export function showPlanFact(desk) {
  const fresh = desk.tried?.route ? t("planner.plan_new") : UNKNOWN;
  fact("plan", desk.plan ? `v${desk.plan.version}${desk.isPlanChanged ? " *" : ""}` : fresh);
}

/** No plan is in hand. */
export const clearPlanFact = () => fact("plan", UNKNOWN);
