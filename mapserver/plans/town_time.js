// Dates and times as the town's clock shows them, to moments and back.

/** Milliseconds by which the wall clock of `zone` is ahead of UTC at a moment. @param {number} moment @param {string} zone */
function ahead(moment, zone) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" })
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - Math.floor(moment / 1_000) * 1_000;
}

/** The moment of a date and time on the wall clock of `zone`; null when one is missing. @param {string} day @param {string} time @param {string} zone */
export function fromTown(day, time, zone) {
  const wall = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(wall)) return null;
  return new Date(wall - ahead(wall - ahead(wall, zone), zone));
}

/** `{day: "2026-11-25", time: "14:05"}` as the wall clock of `zone` shows a moment. @param {number} moment @param {string} zone */
export function toTown(moment, zone) {
  const wall = new Date(moment + ahead(moment, zone)).toISOString();
  return { day: wall.slice(0, 10), time: wall.slice(11, 16) };
}
