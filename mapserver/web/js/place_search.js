// Finding a place by its name: a combobox (WAI-ARIA 1.2) over the server's gazetteer. Knows no map.

import { ask, isAbort, messageOf } from "./api.js";
import { byId, el, targetOf } from "./dom.js";
import { t } from "./messages.js";

const REST_MS = 150;

/** @typedef {{name: string, alias: string | null, kind: string, town: string, lat: number, lon: number, misspelt: boolean, without_number: boolean}} Place */

/** What is said of a place beside its name. @param {Place} place */
function aside(place) {
  const said = [place.alias && t("places.also", { name: place.alias }), place.kind, place.town];
  if (place.without_number) said.push(t("places.house_not_known"));
  if (place.misspelt) said.push(t("places.perhaps_meant"));
  return said.filter(Boolean).join(" · ");
}

export class PlaceSearch {
  /** @param {(place: Place) => void} chosen called with the place that somebody picked */
  constructor(chosen) {
    this.chosen = chosen;
    this.box = byId("place-search");
    this.field = byId("place-query", HTMLInputElement);
    this.list = byId("place-options");
    this.said = byId("place-said");
    /** @type {Place[]} */
    this.places = [];
    this.at = -1;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {AbortController | null} */
    this.asking = null;
    this.field.addEventListener("input", () => this.later());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => {
      const option = targetOf(event)?.closest("[role=option]");
      if (option) this.pick([...this.list.children].indexOf(option));
    });
    this.box.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && this.box.contains(event.relatedTarget))) this.close();
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), REST_MS);
  }

  async search() {
    clearTimeout(this.timer);
    this.asking?.abort();
    const query = this.field.value.trim();
    if (!query) {
      this.close();
      return;
    }
    this.asking = new AbortController();
    try {
      const found = await ask("GET", `/places?q=${encodeURIComponent(query)}`, undefined, this.asking.signal);
      this.show(found);
    } catch (error) {
      if (isAbort(error)) return;
      this.close();
      this.say(messageOf(error));
    }
  }

  /** @param {{places: Place[], total: number}} found */
  show({ places, total }) {
    this.places = places;
    const options = places.map((place, number) =>
      el(
        "li",
        { id: `place-option-${number}`, role: "option", "aria-selected": "false" },
        el("b", {}, place.name),
        el("span", {}, aside(place)),
      ),
    );
    this.list.replaceChildren(...options);
    this.list.hidden = !places.length;
    this.field.setAttribute("aria-expanded", String(places.length > 0));
    this.mark(-1);
    if (!total) this.say(t("places.none"));
    else if (total > places.length) this.say(t("places.likeliest", { shown: places.length, total }));
    else this.say(t("places.count", { count: total }));
  }

  close() {
    this.list.hidden = true;
    this.said.hidden = true;
    this.places = [];
    this.field.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  /** @param {string} words */
  say(words) {
    this.said.textContent = words;
    this.said.hidden = false;
  }

  /** Point at an option; at none with -1. @param {number} at */
  mark(at) {
    this.at = at;
    for (const [number, option] of [...this.list.children].entries())
      option.setAttribute("aria-selected", String(number === at));
    if (at < 0) this.field.removeAttribute("aria-activedescendant");
    else {
      this.field.setAttribute("aria-activedescendant", `place-option-${at}`);
      this.list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {KeyboardEvent} event */
  async press(event) {
    const last = this.places.length - 1;
    /** @type {Record<string, () => void>} */
    const moves = {
      ArrowDown: () => this.mark(this.at >= last ? 0 : this.at + 1),
      ArrowUp: () => this.mark(this.at <= 0 ? last : this.at - 1),
      Escape: () => this.close(),
    };
    if (event.key === "Enter") {
      event.preventDefault(); // in a form, Enter would send it
      if (!this.places.length) await this.search();
      if (this.places.length) this.pick(Math.max(0, this.at));
    } else if (event.key in moves && (last >= 0 || event.key === "Escape")) {
      event.preventDefault();
      moves[event.key]();
    }
  }

  /** @param {number} at */
  pick(at) {
    const place = this.places[at];
    clearTimeout(this.timer);
    this.field.value = place.name;
    this.close();
    this.chosen(place);
  }
}
