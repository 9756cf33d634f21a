// Plays one camera live in a <video>: fragments over a WebSocket into Media Source Extensions. Draws nothing else.
//
// What the server sends: mapserver/video/socket.py. The element says how it is in data-state and data-behind.

import { Emitter } from "../web/js/events.js";
import { language, t } from "../web/js/messages.js";
import { LiveEdge, pace } from "./pace.js";

/** @typedef {"connecting" | "playing" | "late" | "lost" | "off" | "unplayable" | "refused"} PlayerState */

const SILENCE_MS = 8_000; // the server says "alive" every 2 s
const BACKOFF_MS = [500, 1_000, 2_000, 4_000, 8_000];
const OFF_MS = 10_000;
const HIDDEN_MS = 10_000;
const WATCH_MS = 200;
const LATE_S = 2; // further behind than this the picture is not of now, and says so
const KEPT_S = 10;
const SIGNED_OUT = 4401;
const RIGHTS_CHANGED = 4403;
const SHOWING = new Set(["connecting", "playing", "late"]);
/** @type {Record<string, string>} */
const NAMES = { h264: "H.264", hevc: "H.265", mpeg4: "MPEG-4", mjpeg: "MJPEG", av1: "AV1", vp9: "VP9" };

/** Why a browser shows no picture. @param {string} codec FFmpeg's name */
const unplayable = (codec) => t("player.unplayable", { codec: NAMES[codec] ?? codec });

/**
 * Events: `state`, at every change.
 * @extends {Emitter<{state: {state: PlayerState, words: string}}>}
 */
export class LivePlayer extends Emitter {
  /**
   * @param {HTMLVideoElement} video @param {string} camera its id @param {{small?: boolean, convert?: boolean}} [options]
   * `convert`: have the server encode it anew where this browser cannot play it.
   */
  constructor(video, camera, { small = false, convert = false } = {}) {
    super();
    this.video = video;
    this.camera = camera;
    this.small = small;
    this.convert = convert;
    /** What the camera sends, where that is converted; else empty. */
    this.convertedFrom = "";
    /** @type {PlayerState} */
    this.state = "connecting";
    /** The state for people. */
    this.words = "";
    this.edge = new LiveEdge();
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {MediaSource | null} */
    this.source = null;
    /** @type {SourceBuffer | null} */
    this.buffer = null;
    /** What came and is not in the buffer yet. @type {ArrayBuffer[]} */
    this.waiting = [];
    this.heardAt = 0;
    this.openedAt = 0;
    this.attempt = 0;
    this.reportedAt = -Infinity;
    this.stopped = true;
    video.muted = true;
    video.playsInline = true;
    video.disableRemotePlayback = true;
    video.addEventListener("loadeddata", () => this.watch());
    this.onVisibility = () => this.attend();
  }

  /** Begin to show it. */
  start() {
    this.stopped = false;
    document.addEventListener("visibilitychange", this.onVisibility);
    this.watching = setInterval(() => this.watch(), WATCH_MS);
    this.connect();
  }

  /** End it and give everything back. */
  stop() {
    this.stopped = true;
    document.removeEventListener("visibilitychange", this.onVisibility);
    clearInterval(this.watching);
    clearTimeout(this.hiding);
    this.hangUp();
    this.clear();
    delete this.video.dataset.state;
  }

  connect() {
    this.hangUp();
    if (this.state !== "lost" && this.state !== "off") this.become("connecting", t("player.connecting"));
    const url = new URL(`/media/live/${encodeURIComponent(this.camera)}`, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("lang", language());
    if (this.small) url.searchParams.set("small", "1");
    if (this.convertedFrom) url.searchParams.set("converted", "1");
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.heardAt = performance.now();
    this.openedAt = this.heardAt;
    socket.onmessage = (event) => this.socket === socket && this.hear(event.data);
    socket.onclose = (event) => this.socket === socket && this.closed(event);
  }

  hangUp() {
    clearTimeout(this.retry);
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  /** A hidden page asks for no video; it begins again when it is seen. */
  attend() {
    clearTimeout(this.hiding);
    if (document.visibilityState === "hidden") this.hiding = setTimeout(() => this.hangUp(), HIDDEN_MS);
    else if (!this.socket && this.state !== "refused" && this.state !== "unplayable") this.connect();
  }

  /** @param {string | ArrayBuffer} data */
  hear(data) {
    this.heardAt = performance.now();
    if (typeof data !== "string") {
      this.waiting.push(data);
      this.append();
      return;
    }
    const said = JSON.parse(data);
    if (said.type === "mse") this.begin(said);
    else if (said.type === "lost") this.become("lost", t("player.no_video"));
    else if (said.type === "withdrawn") this.clear(); // not even the last picture may stay
    else if (said.type === "off")
      this.become("off", this.convertedFrom ? `${unplayable(this.convertedFrom)}; ${said.value}` : said.value);
  }

  /** A run begins, in the form that `said` tells. @param {{value: string | null, codec: string}} said */
  begin(said) {
    this.attempt = 0;
    this.clear();
    const mime = said.value;
    if (!mime || !window.MediaSource?.isTypeSupported(mime)) {
      this.refuse(said.codec);
      return;
    }
    this.become("connecting", t("player.connecting"));
    const source = new MediaSource();
    this.source = source;
    const url = URL.createObjectURL(source);
    source.addEventListener(
      "sourceopen",
      () => {
        URL.revokeObjectURL(url);
        if (this.source !== source) return;
        const buffer = source.addSourceBuffer(mime);
        this.buffer = buffer;
        buffer.addEventListener("updateend", () => this.source === source && this.appended(buffer));
        buffer.addEventListener("error", () => this.source === source && this.again());
        this.append();
      },
      { once: true },
    );
    this.video.src = url;
  }

  /** The camera's smaller stream may be one that can be played; else the server may convert it. @param {string} codec */
  refuse(codec) {
    if (!this.small) {
      this.small = true;
      this.connect();
    } else if (this.convert && !this.convertedFrom) {
      this.convertedFrom = codec;
      this.connect();
    } else {
      this.hangUp();
      this.become("unplayable", unplayable(this.convertedFrom || codec));
    }
  }

  append() {
    if (!this.waiting.length || !this.buffer || this.buffer.updating) return;
    const parts = this.waiting.splice(0);
    try {
      this.buffer.appendBuffer(parts.length === 1 ? parts[0] : joined(parts));
    } catch {
      this.again(); // the buffer is full or broken: only a new one helps
    }
  }

  /** @param {SourceBuffer} buffer */
  appended(buffer) {
    const { buffered } = this.video;
    if (buffered.length) {
      this.edge.saw(buffered.end(buffered.length - 1), performance.now() / 1_000);
      this.report();
      this.keepUp();
      const keepFrom = this.video.currentTime - KEPT_S;
      if (buffered.start(0) < keepFrom - KEPT_S && !buffer.updating) {
        buffer.remove(0, keepFrom);
        return;
      }
    }
    this.append();
  }

  /** Tell the server what is here, so that it knows how far behind this viewer is; it may wait for that word. */
  report() {
    const { buffered } = this.video;
    const now = performance.now();
    if (!buffered.length || this.socket?.readyState !== WebSocket.OPEN || now - this.reportedAt < WATCH_MS) return;
    this.reportedAt = now;
    this.socket.send(JSON.stringify({ at: buffered.end(buffered.length - 1) }));
  }

  /** Play at the pace that leads to resting close to now. */
  keepUp() {
    const { buffered } = this.video;
    if (!buffered.length) return;
    const last = buffered.length - 1;
    const { jump, rate } = pace(this.video.currentTime, buffered.start(last), buffered.end(last));
    if (jump !== null) this.video.currentTime = jump;
    if (this.video.playbackRate !== rate) this.video.playbackRate = rate;
    if (this.video.paused) this.video.play().catch(() => {}); // it comes again with the next picture
  }

  /** Looks after it a few times a second, whether pictures come or not. */
  watch() {
    if (this.stopped) return;
    if (this.socket && performance.now() - this.heardAt > SILENCE_MS) {
      this.again();
      return;
    }
    this.report();
    if (this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !SHOWING.has(this.state)) return;
    this.keepUp();
    const behind = this.edge.behind(this.video.currentTime, performance.now() / 1_000);
    this.video.dataset.behind = behind.toFixed(2);
    if (behind > LATE_S) this.become("late", t("player.behind", { seconds: behind }));
    else this.become("playing", this.playingWords);
  }

  /** What is said while it plays and is not late. */
  get playingWords() {
    const codec = NAMES[this.convertedFrom] ?? this.convertedFrom;
    return codec ? t("player.live_converted", { codec }) : t("player.live");
  }

  /** The line is closed. @param {CloseEvent} event */
  closed(event) {
    this.socket = null;
    if (event.code === SIGNED_OUT || event.code === RIGHTS_CHANGED) {
      this.clear();
      this.become("refused", event.reason || t("player.may_not_see"));
      return;
    }
    this.again();
  }

  /** Connect anew, later each time. */
  again() {
    this.hangUp();
    if (this.stopped) return;
    if (this.state !== "lost" && this.state !== "off") this.become("lost", t("player.no_connection"));
    const pause = this.state === "off" ? OFF_MS : BACKOFF_MS[Math.min(this.attempt, BACKOFF_MS.length - 1)];
    this.attempt += 1;
    this.retry = setTimeout(() => this.connect(), pause);
  }

  clear() {
    this.waiting = [];
    this.source = null;
    this.buffer = null;
    this.edge.forget();
    delete this.video.dataset.behind;
    if (this.video.src) {
      this.video.removeAttribute("src");
      this.video.load();
    }
  }

  /** @param {PlayerState} state @param {string} words */
  become(state, words) {
    if (state === "playing" && this.state !== "playing")
      this.video.dataset.pictureAfterMs ??= String(Math.round(performance.now() - this.openedAt));
    if (state === this.state && words === this.words) return;
    this.state = state;
    this.words = words;
    this.video.dataset.state = state;
    this.emit("state", { state, words });
  }
}

/** @param {ArrayBuffer[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return whole;
}
