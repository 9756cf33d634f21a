// Times, lengths and the words of values as people of the page's language read them. Knows no DOM.

import { format, moment, t } from "./messages.js";

/** @typedef {string | number | Date} Moment ISO 8601, or ms since 1970 */

/** 14:02:11 in the page's zone. @param {Moment} when */
export const clockTime = (when) => moment(new Date(when), "clock");

/** 14:02 in the page's zone. @param {Moment} when */
export const shortTime = (when) => moment(new Date(when), "time");

/** 14:02 today, 21 Nov 14:02 before. @param {Moment} when */
export function recentTime(when) {
  const isToday = moment(new Date(when), "date") === moment(new Date(), "date");
  return isToday ? shortTime(when) : moment(new Date(when), "datetime");
}

/** Sat 22 Nov in the page's zone. @param {Moment} when */
export const day = (when) => `${moment(new Date(when), "short_weekday")} ${moment(new Date(when), "day")}`;

/** `false_alarm` -> `false alarm`. @param {string} name */
export const words = (name) => String(name).replaceAll("_", " ");

/** With a capital letter. @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** `false_alarm` -> `False alarm`. @param {string} name */
export const label = (name) => capital(words(name));

/** The word of a value, else the value itself as words where the catalogue has none. @param {string} value @param {string} code of the word */
function wordOf(value, code) {
  const word = t(code);
  return word === code ? words(value) : word;
}

/** @param {number} level 1 to 5 */
export const severityWord = (level) => t(`severities.${level}`);

/** @param {string} kind */
export const sourceWord = (kind) => wordOf(kind, `sources.${kind}`);

/** @param {string} state */
export const incidentState = (state) => wordOf(state, `incident_states.${state}`);

/** @param {string} state */
export const flightState = (state) => wordOf(state, `flights.states.${state}`);

/** What a zone is there for. @param {string} kind */
export const zoneKind = (kind) => wordOf(kind, `zone_kinds.${kind}`);

/** A unit's own status, or the state of its flight. @param {string} status may have blanks in it */
export function unitStatus(status) {
  const code = `unit_statuses.${status.replaceAll(" ", "_")}`;
  const word = t(code);
  return word === code ? flightState(status) : word;
}

/** @param {string} kind */
export const unitKind = (kind) => wordOf(kind, `unit_kinds.${kind}`);

/** @param {string} mode */
export const vehicleMode = (mode) => wordOf(mode, `vehicle_modes.${mode}`);

/** @param {string} category */
export const categoryWord = (category) => wordOf(category, `categories.${category}`);

/** The kinds of source that see things, as words. */
export const SOURCES = ["drone", "tower", "body_camera", "fixed_camera", "plate_reader", "report", "inspector", "telemetry"];

/** @type {Record<string, string>} */
export const STATE_ICONS = {
  new: "incidents",
  acknowledged: "flag",
  dispatched: "send",
  resolved: "check",
  false_alarm: "refuse",
};

/** A duration in the unit that matters. @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t("browser.seconds", { seconds: whole });
  if (whole < 3_600) return t("browser.minutes", { minutes: Math.floor(whole / 60) });
  if (whole < 86_400) return t("browser.hours_minutes", { hours: Math.floor(whole / 3_600), minutes: Math.floor((whole % 3_600) / 60) });
  return t("browser.days", { days: Math.floor(whole / 86_400) });
}

/** 06:12 or 1:06:12. @param {number} seconds */
export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  /** @param {number} n */
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3_600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor((whole % 3_600) / 60))}:${two(whole % 60)}`;
}

/** A length in metres. @param {number} value */
export const metres = (value) => format(value, "m");

/** A fraction 0..1 as a percentage; what is not quite all is never rounded up to all. @param {number} fraction */
export const percent = (fraction) => format(fraction, "percent");
