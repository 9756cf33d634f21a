// Where a camera is blind: privacy masks and ignored areas, drawn on its still and saved as a version.

import { Refused, sentence } from "../web/js/api.js";
import { byId, el, find, icon } from "../web/js/dom.js";
import { t } from "../web/js/messages.js";
import { complain } from "../plans/complain.js";
import { Versions } from "./versions.js";

/** @typedef {import("./picture.js").Point} Point */
/** @typedef {Api.Mask} Mask */

/** @type {Record<Mask["kind"], string>} */
const KINDS = { privacy: t("setup.mask_kinds.privacy"), ignore: t("setup.mask_kinds.ignore") };
/** @param {Mask[]} masks */
const count = (masks) => t("setup.masks", { count: masks.length });

export class MasksStep {
  /** @param {string} camera @param {import("./picture.js").Picture} picture @param {import("./hand.js").Hand} hand @param {() => void} saved */
  constructor(camera, picture, hand, saved) {
    this.picture = picture;
    this.hand = hand;
    this.onSaved = saved;
    /** @type {Mask[]} */
    this.masks = [];
    /** The number of the one in hand. @type {number | null} */
    this.chosen = null;
    /** The masks as they were saved. */
    this.saved = "[]";
    /** @type {Versions<{mask: Mask[]}, Api.MasksSetup>} */
    this.versions = new Versions(camera, "masks", ({ mask }) => count(mask), ({ mask }) => this.start(mask));
    this.list = byId("masks-list");
    this.saveButton = byId("masks-save", HTMLButtonElement);
    byId("mask-add").addEventListener("click", () => this.add());
    this.saveButton.addEventListener("click", () => this.send());
  }

  async load() {
    this.take(await this.versions.load());
  }

  /** @param {Api.MasksSetup} found */
  take({ mask }) {
    this.start(mask);
    this.saved = JSON.stringify(this.masks);
    this.tell();
  }

  /** @param {Mask[]} masks */
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

  /** Put a mask in hand; null for none. @param {number | null} index */
  choose(index) {
    this.chosen = index;
    const mask = index === null ? undefined : this.masks[index];
    if (mask?.outline.length) this.hand.hold(mask.outline, true, (points) => this.reshape(points));
    else this.hand.drop();
    this.showRows();
    this.tell();
  }

  /** @param {Point[]} points */
  reshape(points) {
    if (points.length < 3 || this.chosen === null) return;
    this.masks[this.chosen].outline = points;
    this.tell();
  }

  showRows() {
    this.list.replaceChildren(...this.masks.map((mask, index) => this.row(mask, index)));
  }

  /** @param {Mask} mask @param {number} index */
  row(mask, index) {
    const name = el("input", { type: "text", value: mask.name, maxlength: 60, placeholder: t("setup.what_is_there"), "aria-label": t("setup.what_is_there"), autocomplete: "off" });
    name.addEventListener("input", () => {
      mask.name = name.value;
      this.tell();
    });
    name.addEventListener("focus", () => this.chosen !== index && this.mark(index));
    const kind = el("select", { "aria-label": t("setup.kind_of_mask") }, ...Object.entries(KINDS).map(([value, title]) => el("option", { value, selected: value === mask.kind }, title)));
    kind.addEventListener("change", () => {
      mask.kind = kind.value === "ignore" ? "ignore" : "privacy";
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
      icon("bin", t("setup.remove_mask")),
    );
    return el("li", { class: "mask" }, name, kind, remove);
  }

  /** Put a mask's outline in hand and leave the rows as they are, so that the one who types goes on typing. @param {number} index */
  mark(index) {
    this.chosen = index;
    const { outline } = this.masks[index];
    if (outline.length) this.hand.hold(outline, true, (points) => this.reshape(points));
    this.tell();
  }

  tell() {
    find('[data-fact="masks"]').textContent = `${this.masks.length}${this.isChanged ? "*" : ""}`;
    this.saveButton.disabled = !this.isChanged;
    this.paint();
  }

  paint() {
    /** @param {Mask} mask @param {number} id @returns {import("./picture.js").Drawn} */
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
