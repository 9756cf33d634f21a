// One tile of the wall: a still, or live video in its place, and how the stream is in words.

import { el, icon, setText } from "../web/js/dom.js";
import { t } from "../web/js/messages.js";
import { LivePlayer } from "./player.js";
import { analysisWords, stateWords, unrealWords } from "./stream.js";

/** The list element of one stream; plays when told to. */
export class Tile {
  /** @param {import("./stream.js").Stream} stream @param {(id: string) => void} onPress */
  constructor(stream, onPress) {
    this.id = stream.id;
    this.stream = stream;
    /** @type {LivePlayer | null} */
    this.player = null;
    /** Why this browser cannot show it live; found out by trying. */
    this.unplayable = "";
    /** When the still that is shown was taken. @type {string | null} */
    this.shownAt = null;
    this.still = el("img", { alt: "", hidden: true });
    this.blank = el("span", { class: "tile-blank" }, icon(stream.kind));
    this.video = el("video", { muted: true, playsinline: true, hidden: true, "aria-hidden": "true" });
    this.says = el("p", { class: "tile-says", hidden: true });
    this.state = el("span", { class: "tile-state" });
    this.often = el("span", { class: "tile-often" });
    this.live = el("span", { class: "tile-live", hidden: true }, t("player.live"));
    this.unreal = el("span", { class: "tile-unreal", hidden: true });
    this.button = el(
      "button",
      { class: "tile-picture", on: { click: () => onPress(this.id) } },
      this.blank,
      this.still,
      this.video,
      this.says,
    );
    this.el = el(
      "li",
      { class: "tile", data: { streamId: stream.id } },
      this.button,
      el("p", { class: "tile-top" }, this.live, this.unreal),
      el(
        "p",
        { class: "tile-foot" },
        el("a", { href: `/cameras/${encodeURIComponent(stream.id)}` }, icon(stream.kind), stream.name),
        el("span", { class: "tile-words" }, this.state, this.often),
      ),
    );
    this.still.addEventListener("load", () => {
      this.still.hidden = false;
    });
  }

  /** Show what is known now. @param {import("./stream.js").Stream} stream @param {number} now */
  update(stream, now) {
    this.stream = stream;
    Object.assign(this.el.dataset, { status: stream.status, moving: String(stream.moving), stale: String(Boolean(stream.stale)) });
    setText(this.state, stateWords(stream, now));
    setText(this.often, stream.status === "running" && !stream.stale ? analysisWords(stream) : "");
    const unreal = unrealWords(stream);
    this.unreal.hidden = !unreal;
    setText(this.unreal, unreal);
    this.button.title = [stream.name, stateWords(stream, now), analysisWords(stream), stream.error, ...stream.notes].filter(Boolean).join("\n");
    const { name } = stream;
    this.button.setAttribute("aria-label", this.player ? t("wall.show_still", { name }) : t("wall.play_live", { name }));
    this.showStill();
    this.showWords();
  }

  /** Ask for the newest still if there is a newer one and nobody sees it live. */
  showStill() {
    const { still_at: at, id } = this.stream;
    if (this.player || !at || at === this.shownAt || document.visibilityState === "hidden") return;
    this.shownAt = at;
    this.still.src = `/api/v1/streams/${encodeURIComponent(id)}/still?at=${encodeURIComponent(at)}`;
  }

  /** Play live, or go back to stills. @param {boolean} wanted @param {boolean} convert where it cannot be played */
  play(wanted, convert) {
    if (wanted === Boolean(this.player) && (!wanted || this.player?.convert === convert)) return;
    this.player?.stop();
    this.player = null;
    this.shownAt = null;
    if (wanted) {
      const player = new LivePlayer(this.video, this.id, { small: true, convert });
      this.player = player;
      player.on("state", (detail) => {
        if (this.player !== player) return;
        if (detail.state === "unplayable") {
          this.unplayable = convert ? detail.words : t("wall.press_to_convert", { words: detail.words });
          this.play(false, false);
        }
        this.showWords();
      });
      player.start();
    } else {
      this.showStill();
    }
    this.showWords();
  }

  /** The words over the picture, and which of the two pictures is seen. */
  showWords() {
    const state = this.player?.state ?? null;
    const showing = state === "playing" || state === "late";
    this.video.hidden = !showing && state !== "lost";
    this.live.hidden = !showing;
    setText(this.live, (showing && this.player?.words) || t("player.live"));
    this.el.dataset.player = state ?? "";
    const words = this.overlay(state);
    this.says.hidden = !words;
    setText(this.says, words);
  }

  /** @param {string | null} state of the player */
  overlay(state) {
    if (this.stream.status === "lost") return t("wall.no_video");
    if (this.stream.stale && state !== "playing") return stateWords(this.stream, Date.now());
    if (this.unplayable && !this.player) return this.unplayable;
    return this.player && ["refused", "off", "lost"].includes(this.player.state) ? this.player.words : "";
  }
}
