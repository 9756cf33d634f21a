// Words and numbers as people read them. The twin of mapserver/web/templating.py; knows no DOM beyond the town's zone.

/** The IANA name of the town's zone. */
export const townZone = () => document.querySelector("[data-clock]")?.dataset.zone ?? "UTC";

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

function inTown(moment, options) {
  const key = JSON.stringify(options);
  if (!formats.has(key))
    formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: townZone(), hourCycle: "h23", ...options }));
  return formats.get(key).format(new Date(moment));
}

/** 14:02:11 in the town's zone. @param {string | number | Date} moment */
export const clockTime = (moment) => inTown(moment, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** 14:02 in the town's zone. @param {string | number | Date} moment */
export const shortTime = (moment) => inTown(moment, { hour: "2-digit", minute: "2-digit" });

/** 14:02 today, 21 Nov 14:02 before. @param {string | number | Date} moment */
export function recentTime(moment) {
  const sameDay = day(moment) === day(Date.now());
  return sameDay
    ? shortTime(moment)
    : inTown(moment, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** Sat 22 Nov in the town's zone. @param {string | number | Date} moment */
export const day = (moment) => inTown(moment, { weekday: "short", day: "numeric", month: "short" });

/** `false_alarm` -> `false alarm`. @param {string} name */
export const words = (name) => String(name).replaceAll("_", " ");

/** `false_alarm` -> `False alarm`. @param {string} name */
export const label = (name) => words(name).charAt(0).toUpperCase() + words(name).slice(1);

export const SEVERITIES = { 1: "minor", 2: "low", 3: "medium", 4: "high", 5: "critical" };

export const SOURCES = {
  drone: "drone",
  tower: "camera tower",
  body_camera: "body camera",
  fixed_camera: "fixed camera",
  plate_reader: "plate reader",
  report: "resident's report",
  inspector: "inspector",
  telemetry: "own equipment",
};

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
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d`;
}

/** 06:12 or 1:06:12. @param {number} seconds */
export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3_600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor((whole % 3_600) / 60))}:${two(whole % 60)}`;
}

/** A length in metres. @param {number} value */
export const metres = (value) => (value >= 1_000 ? `${(value / 1_000).toFixed(1)} km` : `${Math.round(value)} m`);

/** A fraction 0..1 as a percentage; what is not quite all is never rounded up to all. @param {number} fraction */
export function percent(fraction) {
  if (fraction > 0.99 && fraction < 1) return `${(Math.floor(fraction * 1_000) / 10).toFixed(1)} %`;
  return `${Math.round(fraction * 100)} %`;
}
