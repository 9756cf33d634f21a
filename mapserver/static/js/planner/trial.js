// Asks the server what a plan would be while it is drawn: soon after the last change, one question at a time.

import { ask, Refused } from "../api.js";

const SHORTEST_PAUSE_MS = 40; // a finger on a slider changes more often than anybody can look
const LONGEST_PAUSE_MS = 500; // a server that is slow is asked more seldom, so that questions do not pile up

/** A question that is asked anew whenever what it is about changes; an answer overtaken by a newer question is dropped. */
export class Question {
  /**
   * @param {string} path below /api/v1
   * @param {{answered: (answer: any) => void, failed?: (error: Refused) => void, waiting?: (yes: boolean) => void}} listeners
   */
  constructor(path, { answered, failed = () => {}, waiting = () => {} }) {
    Object.assign(this, { path, answered, failed, waiting });
    this.pause = SHORTEST_PAUSE_MS;
  }

  /** @param {any} body null: there is nothing to ask */
  ask(body) {
    clearTimeout(this.timer);
    this.waiting(body !== null);
    if (body === null) this.drop();
    else this.timer = setTimeout(() => this.send(body), this.pause);
  }

  drop() {
    this.underWay?.abort();
    this.underWay = null;
  }

  async send(body) {
    this.drop();
    const mine = (this.underWay = new AbortController());
    const begun = performance.now();
    try {
      const answer = await ask("POST", this.path, body, mine.signal);
      if (this.underWay !== mine) return;
      this.pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, (performance.now() - begun) / 2));
      this.waiting(false);
      this.answered(answer);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof Refused)) throw error;
      this.waiting(false);
      this.failed(error);
    }
  }
}
