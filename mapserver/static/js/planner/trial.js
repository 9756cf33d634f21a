// Asks the server what a plan would be while it is drawn: soon after the last change, one question at a time.

import { ask, Refused } from "../api.js";

const PAUSE_MS = 60; // a finger on a slider changes more often than anybody can look

/** A question that is asked anew whenever what it is about changes; an answer overtaken by a newer question is dropped. */
export class Question {
  /**
   * @param {string} path below /api/v1
   * @param {(answer: any) => void} answered
   * @param {(error: Refused) => void} failed
   */
  constructor(path, answered, failed) {
    Object.assign(this, { path, answered, failed });
  }

  /** @param {any} body null: there is nothing to ask */
  ask(body) {
    clearTimeout(this.timer);
    if (body === null) this.drop();
    else this.timer = setTimeout(() => this.send(body), PAUSE_MS);
  }

  drop() {
    this.underWay?.abort();
  }

  async send(body) {
    this.drop();
    const mine = (this.underWay = new AbortController());
    try {
      const answer = await ask("POST", this.path, body, mine.signal);
      if (this.underWay === mine) this.answered(answer);
    } catch (error) {
      if (error instanceof Refused) this.failed(error);
      else if (error.name !== "AbortError") throw error;
    }
  }
}
