// The numbers of a plan, named and with their units: the strip on the map, and what differs between two versions.

import { el, find, maybeFind, setText } from "../web/js/dom.js";
import { metres, percent } from "../web/js/format.js";
import { t } from "../web/js/messages.js";
import { wishTitle } from "./wish_words.js";

/** @param {number} seconds */
const minutes = (seconds) =>
  t("planner.minutes_seconds", { minutes: Math.floor(seconds / 60), seconds: String(Math.round(seconds % 60)).padStart(2, "0") });

/** @param {number} value metres */
const length = (value) => (value >= 1_000 ? t("planner.kilometres", { value: value / 1_000 }) : metres(value));

/** Name of the number, how it is written; what it is called stands in the catalogue. @type {[keyof Api.Summary, (value: any) => string][]} */
const FIGURES = [
  ["duration_s", minutes],
  ["length_m", length],
  ["photos", String],
  ["energy_fraction", percent],
  ["sorties", (sorties) => String(Math.max(1, sorties.length))],
  ["covered_fraction", percent],
  ["images_least", (value) => t("planner.at_least", { value })],
  ["outside_m", metres],
  ["max_height_agl_m", (value) => t("planner.metres", { value })],
  ["gsd_cm", (value) => t("planner.centimetres", { value })],
  ["spacing_m", (value) => t("planner.metres_1", { value })],
  ["transects", String],
  ["angle_deg", (value) => t("planner.degrees", { value })],
  ["speed_m_s", (value) => t("planner.metres_per_second", { value })],
  ["transit_m", metres],
];

/** @param {string} name */
const titleOf = (name) => t(`planner.figures.${name}`);

const ON_THE_MAP = 10;

/** What the drone's own flights add to the catalogue's energy; empty before there are enough. @param {Api.Energy} energy */
function learnedFrom({ factor, flights }) {
  if (!flights) return "";
  return t("planner.from_flights", { flights, sign: factor < 1 ? "−" : "+", percent: Math.abs(factor - 1) * 100 });
}

/**
 * The first ones as a strip that is always in sight.
 * @param {HTMLElement} strip @param {Api.Summary | null} summary null while there is no route
 * @param {Api.Energy | null | undefined} energy what the drone's flights say of the model
 */
export function showFigures(strip, summary, energy) {
  strip.hidden = summary === null;
  if (summary === null) return;
  if (strip.childElementCount === 0)
    for (const [name] of FIGURES.slice(0, ON_THE_MAP))
      strip.append(el("div", { data: { figure: name } }, el("dt", {}, titleOf(name)), el("dd", {})));
  for (const [name, write] of FIGURES.slice(0, ON_THE_MAP)) {
    const box = find(`[data-figure="${name}"]`, HTMLElement, strip);
    const value = summary[name];
    box.hidden = isEmpty(name, value);
    if (!box.hidden) setText(find("dd", HTMLElement, box), write(value));
    if (name === "energy_fraction" && energy) {
      const note = maybeFind("small", HTMLElement, box) ?? box.appendChild(el("small"));
      setText(note, learnedFrom(energy));
    }
    box.classList.toggle("is-short", typeof value === "number" && isShort(name, value, summary));
  }
}

/** Whether a number says nothing that is worth its place. @param {string} name @param {unknown} value */
function isEmpty(name, value) {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length < 2;
  return name === "outside_m" && Number(value) < 0.5;
}

/** Whether a number is one that a pilot should look at. @param {string} name @param {number} value @param {Api.Summary} summary */
function isShort(name, value, summary) {
  if (name === "energy_fraction") return value > 0.75;
  if (name === "covered_fraction") return value < 0.995;
  return name === "images_least" && value < (summary.images_wanted ?? 0);
}

/** @typedef {[title: string, one: string, other: string]} Difference */

/** What differs between two summaries. @param {Api.Summary} one @param {Api.Summary} other @returns {Difference[]} */
export function differences(one, other) {
  /** @type {Difference[]} */
  const rows = FIGURES.map(([name, write]) => [titleOf(name), written(one[name], write), written(other[name], write)]);
  return rows.filter(([, a, b]) => a !== b);
}

/** @param {unknown} value @param {(value: any) => string} write */
const written = (value, write) => (value === null || value === undefined ? "–" : write(value));

/**
 * What was wished otherwise, of what is on the screen and of a kept plan.
 * @param {import("./desk.js").Desk["wish"]} wish @param {Api.Plan} kept @returns {Difference[]}
 */
export function wishDifferences(wish, kept) {
  const names = [...new Set([...Object.keys(wish.wishes), ...Object.keys(kept.request)])];
  /** @type {Difference[]} */
  const rows = names.map((name) => [wishTitle(name), written(wish.wishes[name], String), written(kept.request[name], String)]);
  if (wish.pattern !== kept.pattern) rows.push([t("planner.pattern"), wish.pattern, kept.pattern]);
  if (wish.unit_id !== kept.unit_id) rows.push([t("planner.drone"), wish.unit_id, written(kept.unit_id, String)]);
  return rows.filter(([, a, b]) => a !== b);
}
