// The switch of a map between drawn map and orthophoto (a control of MapLibre). Says what is missing.

import { sentence } from "./api.js";
import { el } from "./dom.js";
import { onStyle } from "./gl_map.js";
import { photoId } from "./ground.js";
import { choosePhoto, groundOfPage, isPhotoChosen } from "./ground_choice.js";
import { t } from "./messages.js";

const CHOSEN = "ground-chosen";
const NOTE_MS = 8_000;

/** @typedef {import("maplibre-gl").IControl} IControl */

/** @implements {IControl} */
export class GroundSwitch {
  constructor() {
    /** @type {import("maplibre-gl").Map | null} */
    this.map = null;
    this.ground = groundOfPage();
    this.button = el("button", { type: "button", class: "ground-switch" }, t("browser.photo"));
    this.note = el("p", { class: "ground-note", role: "status", hidden: true });
    this.box = el("div", { class: "maplibregl-ctrl maplibregl-ctrl-group" }, this.button, this.note);
    /** @type {number | undefined} */
    this.timer = undefined;
    this.button.addEventListener("click", () => this.press());
    this.take = () => this.follow();
  }

  /** @param {import("maplibre-gl").Map} map */
  onAdd(map) {
    this.map = map;
    addEventListener(CHOSEN, this.take);
    this.draw();
    return this.box;
  }

  onRemove() {
    removeEventListener(CHOSEN, this.take);
    clearTimeout(this.timer);
    this.box.remove();
  }

  press() {
    const { photos, missing } = this.ground;
    if (photos.length) this.show(!isPhotoChosen());
    if (missing && (!photos.length || isPhotoChosen())) this.say(sentence(missing));
    else this.note.hidden = true;
  }

  /** @param {boolean} photo */
  show(photo) {
    choosePhoto(photo);
    dispatchEvent(new Event(CHOSEN));
  }

  /** Show what was chosen here or on another map of the page. */
  follow() {
    const { map } = this;
    if (!map) return;
    const visibility = isPhotoChosen() ? "visible" : "none";
    onStyle(map, () => {
      for (const one of this.ground.photos) map.setLayoutProperty(photoId(one), "visibility", visibility);
    });
    this.draw();
  }

  draw() {
    const { photos, missing } = this.ground;
    this.button.setAttribute("aria-pressed", String(photos.length > 0 && isPhotoChosen()));
    this.button.setAttribute("aria-disabled", String(!photos.length));
    this.button.title = photos.length ? t("browser.ground_from_air") : missing;
  }

  /** @param {string} words */
  say(words) {
    this.note.textContent = words;
    this.note.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.note.hidden = true), NOTE_MS);
  }
}
