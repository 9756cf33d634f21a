// How fast to play so as to rest close to what is happening now. Pure: numbers in, a decision out.

/** So far behind the newest picture that is there a player rests: enough for a network's unrest. Seconds. */
export const REST_S = 0.3;
/** Further behind than this it does not hurry but jumps. Seconds. */
export const JUMP_S = 1.0;
const SLOWEST = 0.95;
const FASTEST = 1.1;
const GAIN = 0.5; // one tenth faster for a fifth of a second too far behind

/**
 * What to do at `at` when pictures from `start` to `end` are there, all in seconds of the video's own time.
 * @param {number} at @param {number} start @param {number} end
 * @returns {{jump: number | null, rate: number}}
 */
export function pace(at, start, end) {
  const behind = end - at;
  if (at < start || behind > JUMP_S) return { jump: Math.max(start, end - REST_S), rate: 1 };
  const rate = Math.min(FASTEST, Math.max(SLOWEST, 1 + GAIN * (behind - REST_S)));
  return { jump: null, rate: Math.round(rate * 100) / 100 };
}

const WINDOW_S = 10;

/**
 * Knows where "now" is in a video's own time: pictures come late, never early, so the earliest of the last ten to twenty
 * seconds tell. What is behind it is behind the camera, even while nothing comes at all.
 */
export class LiveEdge {
  constructor() {
    this.best = Infinity;
    this.before = Infinity;
    this.turns = -Infinity;
  }

  /** A new run begins: its times are others. */
  forget() {
    this.best = Infinity;
    this.before = Infinity;
    this.turns = -Infinity;
  }

  /** Pictures up to `end` (video time) are there at `clock`. Both in seconds. @param {number} end @param {number} clock */
  saw(end, clock) {
    if (clock > this.turns) {
      this.before = this.best;
      this.best = Infinity;
      this.turns = clock + WINDOW_S;
    }
    this.best = Math.min(this.best, clock - end);
  }

  /** Seconds that `at` (video time) is behind now. @param {number} at @param {number} clock */
  behind(at, clock) {
    return Math.max(0, clock - Math.min(this.best, this.before) - at);
  }
}
