// Asks for all streams again and again, beside the news of them: an answer may be older than news that came while it was on its way.

import { ask } from "../web/js/api.js";

export class Asking {
  constructor() {
    this.asked = 0;
    /** The question whose answer was taken last. */
    this.taken = 0;
    /** By stream, the last question that was asked before news of it came. @type {Map<string, number>} */
    this.news = new Map();
  }

  /** News of a stream came. @param {string} id */
  told(id) {
    this.news.set(id, this.asked);
  }

  /** All streams; null when there is no answer, or a later question was answered before. @returns {Promise<import("./stream.js").Stream[] | null>} */
  async streams() {
    this.asked += 1;
    const mine = this.asked;
    const said = await ask("GET", "/streams").catch(() => null);
    if (!said || mine < this.taken) return null;
    this.taken = mine;
    return said;
  }

  /** Whether the answer that was taken last may be older than what is known of a stream. @param {string} id */
  isOld(id) {
    return (this.news.get(id) ?? 0) >= this.taken;
  }
}
