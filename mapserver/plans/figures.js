// The numbers of a plan, named and with their units: the strip on the map, and what differs between two versions.

import { el, setText } from "../web/js/dom.js";
import { label, metres, percent } from "../web/js/format.js";

const minutes = (seconds) => `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, "0")} s`;
const fixed = (digits, unit) => (value) => `${value.toFixed(digits)} ${unit}`;

/** Name of the number, what it is called, how it is written. @type {[string, string, (value: number) => string][]} */
const FIGURES = [
  ["duration_s", "Time", minutes],
  ["length_m", "Length", (value) => (value >= 1_000 ? `${(value / 1_000).toFixed(2)} km` : metres(value))],
  ["photos", "Photos", String],
  ["energy_fraction", "Battery", percent],
  ["sorties", "Batteries", (sorties) => String(Math.max(1, sorties.length))],
  ["covered_fraction", "Covers", percent],
  ["images_least", "Images a point", (least) => `${least} at least`],
  ["outside_m", "Outside", metres],
  ["max_height_agl_m", "Highest", (value) => `${Math.round(value)} m`],
  ["gsd_cm", "Pixel", fixed(1, "cm")],
  ["spacing_m", "Lines apart", fixed(1, "m")],
  ["transects", "Lines", String],
  ["angle_deg", "Direction", fixed(0, "°")],
  ["speed_m_s", "Speed", fixed(1, "m/s")],
  ["transit_m", "There and back", metres],
];
const ON_THE_MAP = 10;

/** What the drone's own flights add to the catalogue's energy; empty before there are enough. */
const learnedFrom = ({ factor, flights }) =>
  flights ? `from ${flights} flights: ${factor < 1 ? "−" : "+"}${Math.round(Math.abs(factor - 1) * 100)} %` : "";

/**
 * The first ones as a strip that is always in sight.
 * @param {HTMLElement} strip @param {any | null} summary null while there is no route
 * @param {{factor: number, flights: number} | undefined} energy what the drone's flights say of the model
 */
export function showFigures(strip, summary, energy) {
  strip.hidden = summary === null;
  if (summary === null) return;
  if (strip.childElementCount === 0)
    for (const [name, title] of FIGURES.slice(0, ON_THE_MAP))
      strip.append(el("div", { data: { figure: name } }, el("dt", {}, title), el("dd", {})));
  for (const [name, , write] of FIGURES.slice(0, ON_THE_MAP)) {
    const box = strip.querySelector(`[data-figure="${name}"]`);
    const value = summary[name];
    box.hidden = value === null || value === undefined || (name === "outside_m" && value < 0.5) || (Array.isArray(value) && value.length < 2);
    if (!box.hidden) setText(box.querySelector("dd"), write(value));
    if (name === "energy_fraction" && energy) {
      const note = box.querySelector("small") ?? box.appendChild(el("small"));
      setText(note, learnedFrom(energy));
    }
    box.classList.toggle("is-short", (name === "energy_fraction" && value > 0.75) || (name === "covered_fraction" && value < 0.995) || (name === "images_least" && value < summary.images_wanted));
  }
}

/** Rows of what differs between two summaries: [title, one, other]. */
export function differences(one, other) {
  return FIGURES.map(([name, title, write]) => {
    const [a, b] = [one[name], other[name]].map((value) => (value === null || value === undefined ? "–" : write(value)));
    return [title, a, b];
  }).filter(([, a, b]) => a !== b);
}

/** Rows of what was wished otherwise, of what is on the screen and of a kept plan: [title, one, other]. */
export function wishDifferences(wish, kept) {
  const write = (value) => (value === null || value === undefined ? "–" : String(value));
  const names = [...new Set([...Object.keys(wish.wishes), ...Object.keys(kept.request)])];
  const rows = names.map((name) => [label(name), write(wish.wishes[name]), write(kept.request[name])]);
  if (wish.pattern !== kept.pattern) rows.push(["Pattern", wish.pattern, kept.pattern]);
  if (wish.unit_id !== kept.unit_id) rows.push(["Drone", write(wish.unit_id), write(kept.unit_id)]);
  return rows.filter(([, a, b]) => a !== b);
}
