// Where things that move are between two reports, so that they glide and do not jump. Draws nothing.

const GLIDE_MS = 900;
const STEP_MS = 60;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @typedef {{from: Api.LonLat, to: Api.LonLat, since: number}} Way `since`: when it began, ms of the page's own clock */

export class Glide {
  /** @param {() => void} moved called while anything is on its way */
  constructor(moved) {
    this.moved = moved;
    /** @type {Map<string, Way>} */
    this.ways = new Map();
    /** @type {number | undefined} */
    this.waiting = undefined;
  }

  /** Where a thing is drawn that was reported at `to`. @param {string} id @param {Api.LonLat} to @returns {Api.LonLat} */
  at(id, to) {
    const now = performance.now();
    const way = this.ways.get(id);
    if (!way || still.matches || document.hidden) {
      this.ways.set(id, { from: to, to, since: 0 });
      return to;
    }
    if (way.to[0] !== to[0] || way.to[1] !== to[1]) {
      way.from = between(way, now);
      way.to = to;
      way.since = now;
    }
    if (now - way.since < GLIDE_MS) this.moveOn();
    return between(way, now);
  }

  moveOn() {
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined;
      this.moved();
    }, STEP_MS);
  }

  /** Forget the things that are gone. @param {Map<string, unknown>} kept those that are not */
  forget(kept) {
    for (const id of this.ways.keys()) if (!kept.has(id)) this.ways.delete(id);
  }
}

/** @param {Way} way @param {number} now @returns {Api.LonLat} */
function between({ from, to, since }, now) {
  const part = Math.min(1, (now - since) / GLIDE_MS);
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
}
