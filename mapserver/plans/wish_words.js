// What patterns and their wishes are called, and what leaving one out means. Knows no controls.

import { label } from "../web/js/format.js";
import { t } from "../web/js/messages.js";

/** The unit that a name ends with. @type {[string, string][]} */
const UNITS = [
  ["_m_s", "m/s"],
  ["_m", "m"],
  ["_s", "s"],
  ["_cm", "cm"],
  ["_deg", "°"],
  ["_min", "min"],
];

/** What a wish is called; one that the catalogue does not know by its name. @param {string} name */
export function wishTitle(name) {
  const code = `planner.wishes.${name}`;
  const title = t(code);
  if (title !== code) return title;
  const ending = UNITS.find(([one]) => name.endsWith(one))?.[0] ?? "";
  return label(name.slice(0, name.length - ending.length));
}

/** What a pattern is called; one that the catalogue does not know as the server says. @param {{name: string, title: string}} pattern */
export function patternTitle({ name, title }) {
  const code = `planner.patterns.${name}`;
  const words = t(code);
  return words === code ? title : words;
}

/** The unit in which a wish is written. @param {string} name */
export const wishUnit = (name) => UNITS.find(([ending]) => name.endsWith(ending))?.[1] ?? "";
