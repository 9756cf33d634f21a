// The live feed: one WebSocket, a snapshot, then deltas without a gap; it reconnects by itself. Draws nothing.

import { Emitter } from "./events.js";
import { language } from "./messages.js";

/** @typedef {"connecting" | "live" | "lost"} LinkState */
/**
 * @typedef {{snapshot: Api.Snapshot, delta: Api.Change[], seq: number, alive: string,
 *   state: {state: LinkState, since: Date}, "signed-out": string, "rights-changed": string, refused: string}} FeedEvents
 */

const SILENCE_MS = 25_000; // the server says "alive" every 10 s: two missed and some slack
const LOST_AFTER_MS = 15_000;
const SIGNED_OUT = 4401;
const RIGHTS_CHANGED = 4403;
const BACKOFF_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * Events: `snapshot` (detail: the whole picture), `delta` (detail: the changes), `seq` (detail: number),
 * `alive` (detail: the server's time, ISO 8601), `state` (detail: {state: LinkState, since: Date}),
 * `signed-out`, `rights-changed` (role or town are others now), `refused` (the role may not see this); the detail of
 * these three is the server's reason, and the feed stays closed.
 * @extends {Emitter<FeedEvents>}
 */
export class LiveFeed extends Emitter {
  /** @param {string} path of the WebSocket on this server */
  constructor(path = "/api/v1/live") {
    super();
    this.path = path;
    /** @type {LinkState} */
    this.state = "connecting";
    /** When the present state began; for `lost` and `connecting`, when data was last heard. */
    this.since = new Date();
    this.attempt = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** Whether this connection has brought anything. */
    this.heard = false;
    /** @type {string | null} */
    this.epoch = null;
    /** @type {number | null} */
    this.seq = null;
    /** The number that the server is at and this page is not yet. @type {number | null} */
    this.owed = null;
    /** Set for good when the server refuses to speak to us. */
    this.stopped = false;
    this.heardAt = Date.now();
    addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.retryNow());
    setInterval(() => this.watch(), 1_000);
  }

  /** Open the connection, asking for what was missed where that is known. */
  connect() {
    clearTimeout(this.retry);
    const url = new URL(this.path, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("lang", language()); // a socket does not say what page it belongs to
    if (this.seq !== null && this.epoch !== null) {
      url.searchParams.set("epoch", this.epoch);
      url.searchParams.set("since", String(this.seq));
    }
    const socket = new WebSocket(url);
    this.socket = socket;
    this.heardAt = Date.now();
    this.heard = false;
    socket.onmessage = (event) => this.socket === socket && this.hear(JSON.parse(event.data));
    socket.onclose = (event) => this.socket === socket && this.hangUp(event);
  }

  /** One message of the server. @param {Api.FeedMessage} message */
  hear(message) {
    this.heardAt = Date.now();
    this.heard = true;
    if (message.type === "snapshot") {
      this.epoch = message.epoch;
      this.move(message.seq);
      this.emit("snapshot", message);
      this.becomeLive();
    } else if (message.type === "resumed") {
      this.becomeLive();
    } else if (message.type === "delta") {
      this.hearDelta(message);
    } else if (message.type === "passing") {
      this.emit("delta", message.changes);
    } else if (message.type === "alive") {
      this.hearAlive(message);
    }
  }

  /** @param {Extract<Api.FeedMessage, {type: "delta"}>} message */
  hearDelta(message) {
    const seq = this.seq ?? 0;
    if (message.epoch === this.epoch && message.seq <= seq) return;
    if (message.epoch !== this.epoch || message.seq !== seq + 1) {
      this.startOver(`a gap: ${message.seq} came after ${this.seq}`);
      return;
    }
    this.move(message.seq);
    this.emit("delta", message.changes);
    this.becomeLive();
  }

  /** @param {Extract<Api.FeedMessage, {type: "alive"}>} message */
  hearAlive(message) {
    const seq = this.seq ?? 0;
    // A delta may be on its way while "alive" is written, so one message ahead of us is not yet a gap; still behind it
    // at the next one is.
    if (this.owed !== null && seq < this.owed) {
      this.startOver(`a gap: the server is at ${message.seq}, this page at ${this.seq}`);
      return;
    }
    this.owed = message.seq > seq ? message.seq : null;
    this.emit("alive", message.at);
    this.becomeLive();
  }

  /** The server closed the line. RIGHTS_CHANGED as its first word means that the role may not see this at all. @param {CloseEvent} event */
  hangUp(event) {
    const refused = event.code === RIGHTS_CHANGED && !this.heard;
    if (event.code === SIGNED_OUT || refused) {
      this.stopped = true;
      this.socket = null;
      this.become("lost", new Date(this.heardAt));
      this.emit(refused ? "refused" : "signed-out", event.reason);
    } else if (event.code === RIGHTS_CHANGED) {
      this.stopped = true;
      this.socket = null;
      this.emit("rights-changed", event.reason);
    } else {
      this.reconnect();
    }
  }

  /** Throw away what is known and take a whole new picture. @param {string} reason */
  startOver(reason) {
    console.warn(`live feed: ${reason}; taking a new snapshot`);
    this.forget();
    this.reconnect();
  }

  forget() {
    this.epoch = null;
    this.seq = null;
    this.owed = null;
  }

  reconnect() {
    const old = this.socket;
    this.socket = null;
    old?.close();
    const wait = BACKOFF_MS[Math.min(this.attempt, BACKOFF_MS.length - 1)];
    this.attempt += 1;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
    if (this.state === "live") this.become("connecting", new Date(this.heardAt));
  }

  retryNow() {
    if (this.socket === null && !this.stopped) this.connect();
  }

  /** Once a second: has the line gone quiet? */
  watch() {
    const silent = Date.now() - this.heardAt;
    if (this.socket && silent > SILENCE_MS) this.reconnect();
    if (this.state === "connecting" && Date.now() - this.since.getTime() > LOST_AFTER_MS)
      this.become("lost", this.since);
  }

  becomeLive() {
    this.attempt = 0;
    if (this.state !== "live") this.become("live", new Date());
  }

  /** @param {LinkState} state @param {Date} since */
  become(state, since) {
    this.state = state;
    this.since = since;
    this.emit("state", { state, since });
  }

  /** @param {number} seq */
  move(seq) {
    this.seq = seq;
    this.emit("seq", seq);
  }
}
