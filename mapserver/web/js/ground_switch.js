// The switch of a map between drawn map and orthophoto (a control of MapLibre). Says what is missing.

import { el } from "./dom.js";
import { onStyle } from "./gl_map.js";
import { photoId } from "./ground.js";
import { choosePhoto, groundOfPage, isPhotoChosen } from "./ground_choice.js";

const CHOSEN = "ground-chosen";
const NOTE_MS = 8_000;

export class GroundSwitch {
  /** @param {import("maplibre-gl").Map} map */
  onAdd(map) {
    this.map = map;
    this.ground = groundOfPage();
    this.button = el("button", { type: "button", class: "ground-switch" }, "Photo");
    this.note = el("p", { class: "ground-note", role: "status", hidden: true });
    this.box = el("div", { class: "maplibregl-ctrl maplibregl-ctrl-group" }, this.button, this.note);
    this.button.addEventListener("click", () => this.press());
    this.take = () => this.follow();
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
    if (missing && (!photos.length || isPhotoChosen())) this.say(`${missing}.`);
    else this.note.hidden = true;
  }

  /** @param {boolean} photo */
  show(photo) {
    choosePhoto(photo);
    dispatchEvent(new Event(CHOSEN));
  }

  /** Show what was chosen here or on another map of the page. */
  follow() {
    const visibility = isPhotoChosen() ? "visible" : "none";
    onStyle(this.map, () => {
      for (const one of this.ground.photos) this.map.setLayoutProperty(photoId(one), "visibility", visibility);
    });
    this.draw();
  }

  draw() {
    const { photos, missing } = this.ground;
    this.button.setAttribute("aria-pressed", String(photos.length > 0 && isPhotoChosen()));
    this.button.setAttribute("aria-disabled", String(!photos.length));
    this.button.title = photos.length ? "Show the ground from the air" : missing;
  }

  /** @param {string} words */
  say(words) {
    this.note.textContent = words;
    this.note.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.note.hidden = true), NOTE_MS);
  }
}
