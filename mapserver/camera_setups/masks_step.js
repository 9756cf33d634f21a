// Where a camera is blind: privacy masks and ignored areas, drawn on its still and saved as a version.

import { Refused, sentence } from "../web/js/api.js";
import { el, icon } from "../web/js/dom.js";
import { complain } from "../plans/complain.js";
import { Versions } from "./versions.js";

const KINDS = { privacy: "Nobody sees it", ignore: "Not watched" };
const count = (masks) => `${masks.length} ${masks.length === 1 ? "mask" : "masks"}`;

export class MasksStep {
  /** @param {string} camera @param {import("./picture.js").Picture} picture @param {import("./hand.js").Hand} hand @param {() => void} saved */
  constructor(camera, picture, hand, saved) {
    Object.assign(this, { picture, hand, onSaved: saved, masks: [], chosen: null, saved: "[]" });
    this.versions = new Versions(camera, "masks", ({ mask }) => count(mask), ({ mask }) => this.start(mask));
    this.list = document.getElementById("masks-list");
    this.saveButton = document.getElementById("masks-save");
    document.getElementById("mask-add").addEventListener("click", () => this.add());
    this.saveButton.addEventListener("click", () => this.send());
  }

  async load() {
    this.take(await this.versions.load());
  }

  take({ mask }) {
    this.start(mask);
    this.saved = JSON.stringify(this.masks);
    this.tell();
  }

  start(masks) {
    this.masks = structuredClone(masks);
    this.choose(null);
  }

  get isChanged() {
    return JSON.stringify(this.masks) !== this.saved;
  }

  add() {
    this.masks.push({ kind: "privacy", name: "", outline: [] });
    this.choose(this.masks.length - 1);
    this.hand.begin(true, (points) => this.reshape(points));
  }

  choose(index) {
    this.chosen = index;
    const mask = this.masks[index];
    if (mask?.outline.length) this.hand.hold(mask.outline, true, (points) => this.reshape(points));
    else this.hand.drop();
    this.showRows();
    this.tell();
  }

  reshape(points) {
    if (points.length < 3) return;
    this.masks[this.chosen].outline = points;
    this.tell();
  }

  showRows() {
    this.list.replaceChildren(...this.masks.map((mask, index) => this.row(mask, index)));
  }

  row(mask, index) {
    const name = el("input", { type: "text", value: mask.name, maxlength: 60, placeholder: "What is there", "aria-label": "What is there", autocomplete: "off" });
    name.addEventListener("input", () => {
      mask.name = name.value;
      this.tell();
    });
    name.addEventListener("focus", () => this.chosen !== index && this.mark(index));
    const kind = el("select", { "aria-label": "Kind of mask" }, ...Object.entries(KINDS).map(([value, title]) => el("option", { value, selected: value === mask.kind }, title)));
    kind.addEventListener("change", () => {
      mask.kind = kind.value;
      this.tell();
    });
    const remove = el(
      "button",
      {
        type: "button",
        class: "button bare",
        on: {
          click: () => {
            this.masks.splice(index, 1);
            this.choose(null);
          },
        },
      },
      icon("bin", "Remove this mask"),
    );
    return el("li", { class: "mask" }, name, kind, remove);
  }

  /** Put a mask's outline in hand and leave the rows as they are, so that the one who types goes on typing. */
  mark(index) {
    this.chosen = index;
    const { outline } = this.masks[index];
    if (outline.length) this.hand.hold(outline, true, (points) => this.reshape(points));
    this.tell();
  }

  tell() {
    document.querySelector('[data-fact="masks"]').textContent = `${this.masks.length}${this.isChanged ? "*" : ""}`;
    this.saveButton.disabled = !this.isChanged;
    this.paint();
  }

  paint() {
    const drawn = (mask, id) => ({ points: mask.outline, isArea: true, id, state: mask.kind, name: mask.name || KINDS[mask.kind] });
    this.picture.draw(this.masks.map(drawn));
  }

  async send() {
    complain("masks", null);
    try {
      this.take(await this.versions.save({ mask: this.masks }));
      this.onSaved();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.details.number) this.choose(error.details.number - 1);
      complain("masks", sentence(error.message.replace(/^Mask \d+: /, "")));
    }
  }
}
