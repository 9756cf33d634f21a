// Asks the server what a plan would be while it is drawn: a good answer soon after each change, the best one at rest.

import { ask, isAbort, Refused } from "../web/js/api.js";

const SHORTEST_PAUSE_MS = 40; // a finger on a slider changes more often than anybody can look
const LONGEST_PAUSE_MS = 500; // a server that is slow is asked more seldom, so that questions do not pile up
const REST_MS = 350; // a hand that has not moved for so long rests

/**
 * @template Answer
 * @typedef {object} Listeners
 * @property {(answer: Answer, isLast: boolean) => void} answered
 * @property {(error: Refused) => void} [failed]
 * @property {(yes: boolean) => void} [waiting]
 */

/** A question that is asked anew whenever what it is about changes; an answer overtaken by a newer question is dropped. @template Answer */
export class Question {
  /**
   * `answered` and `failed` hear each answer, and whether it is the last word on what was asked; `waiting` hears yes
   * with each change, and no after the last word.
   * @param {string} path below /api/v1
   * @param {Listeners<Answer>} listeners
   */
  constructor(path, { answered, failed = () => {}, waiting = () => {} }) {
    this.path = path;
    this.answered = answered;
    this.failed = failed;
    this.waiting = waiting;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {AbortController | null} */
    this.underWay = null;
    this.pause = SHORTEST_PAUSE_MS;
    /** How often something was asked: an answer to a question before the last one is not the last word. */
    this.turn = 0;
    this.isWaiting = false;
  }

  /**
   * @param {object | null} body null: there is nothing to ask
   * @param {object | null} atRest what is asked once nothing has changed for a while; null: the answer to `body` is the last word
   */
  ask(body, atRest = null) {
    clearTimeout(this.timer);
    this.turn += 1;
    this.wait(body !== null);
    if (body === null) this.drop();
    else this.timer = setTimeout(() => this.send(body, atRest), this.pause);
  }

  /** Ask anew about what has not changed, unless an answer is awaited anyway. @param {object} body */
  askQuietly(body) {
    if (!this.isWaiting) this.send(body, null);
  }

  /** @param {boolean} yes */
  wait(yes) {
    this.isWaiting = yes;
    this.waiting(yes);
  }

  drop() {
    this.underWay?.abort();
    this.underWay = null;
  }

  /** @param {object} body @param {object | null} atRest */
  async send(body, atRest) {
    this.drop();
    const mine = new AbortController();
    this.underWay = mine;
    const { turn } = this;
    const begun = performance.now();
    try {
      const answer = await ask("POST", this.path, body, mine.signal);
      if (this.underWay !== mine) return;
      this.pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, (performance.now() - begun) / 2));
      const isLatest = turn === this.turn;
      this.answered(answer, isLatest && atRest === null);
      if (!isLatest) return;
      if (atRest === null) this.wait(false);
      else this.timer = setTimeout(() => this.send(atRest, null), REST_MS);
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof Refused)) throw error;
      if (turn !== this.turn) return;
      this.failed(error);
      this.wait(false);
    }
  }
}
