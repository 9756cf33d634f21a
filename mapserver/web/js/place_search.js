// Finding a place by its name: a combobox (WAI-ARIA 1.2) over the server's gazetteer. Knows no map.

import { ask } from "./api.js";
import { el } from "./dom.js";

const REST_MS = 150;

/** @typedef {{name: string, alias: string | null, kind: string, town: string, lat: number, lon: number, misspelt: boolean, without_number: boolean}} Place */

/** What is said of a place beside its name. @param {Place} place */
function aside(place) {
  const said = [place.alias && `also ${place.alias}`, place.kind, place.town];
  if (place.without_number) said.push("house number not known");
  if (place.misspelt) said.push("perhaps meant");
  return said.filter(Boolean).join(" · ");
}

export class PlaceSearch {
  /** @param {(place: Place) => void} chosen called with the place that somebody picked */
  constructor(chosen) {
    this.chosen = chosen;
    this.box = document.getElementById("place-search");
    this.field = document.getElementById("place-query");
    this.list = document.getElementById("place-options");
    this.said = document.getElementById("place-said");
    /** @type {Place[]} */
    this.places = [];
    this.at = -1;
    this.field.addEventListener("input", () => this.later());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick([...this.list.children].indexOf(option));
    });
    this.box.addEventListener("focusout", (event) => {
      if (!this.box.contains(event.relatedTarget)) this.close();
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
      if (error.name === "AbortError") return;
      this.close();
      this.say(error.message);
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
    if (!total) this.say("No place of that name is known.");
    else if (total > places.length) this.say(`The likeliest ${places.length} of ${total}: type more to narrow them down.`);
    else this.say(total === 1 ? "1 place" : `${total} places`);
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
