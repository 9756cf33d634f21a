// The lists beside the map: tabs, town filter, counts. Everything that is on the map is in one of them.

import { el, setChildren, setText, syncList } from "../web/js/dom.js";
import { EMPTY, HISTORY, ORDER, ROWS } from "./rows.js";
import { isOpen, isUnderWay } from "../web/js/store.js";
import { Tabs } from "../web/js/tabs.js";

const ROWS_AT_ONCE = 300; // thousands of rows would hold the page up; the button below the list shows more

/** What the number on a tab counts, where it is not everything. */
const COUNTED = { incident: isOpen, flight: isUnderWay };

export class Panel {
  /**
   * @param {import("../web/js/store.js").World} world
   * @param {(kind: string, id: string) => void} choose
   * @param {(city: string | null) => void} town called when another town is picked
   */
  constructor(world, choose, town) {
    this.world = world;
    this.choose = choose;
    this.town = town;
    this.tabs = new Tabs();
    this.lists = new Map([...document.querySelectorAll("[data-list]")].map((list) => [list.dataset.list, list]));
    this.towns = document.getElementById("towns");
    /** How many rows of each list are drawn. @type {Map<string, number>} */
    this.most = new Map([...this.lists.keys()].map((kind) => [kind, ROWS_AT_ONCE]));
    for (const [kind, list] of this.lists) {
      list.parentElement.querySelector("[data-more]").addEventListener("click", () => this.showMore(kind));
    }
  }

  /** Make the lists match the world. */
  draw() {
    this.drawTowns();
    for (const [kind, list] of this.lists) {
      const things = this.world.shown(kind).sort(ORDER[kind]);
      const drawn = things.slice(0, this.most.get(kind));
      syncList(list, drawn, (thing) => ROWS[kind](thing, this.world, this.choose));
      this.drawRest(kind, list.parentElement, things.length - drawn.length);
      const empty = list.parentElement.querySelector("[data-empty]");
      empty.hidden = things.length > 0;
      setText(empty, EMPTY[kind]);
      const count = things.filter(COUNTED[kind] ?? (() => true)).length;
      setText(document.querySelector(`[data-tab="${kind}"] [data-count]`), count.toLocaleString("en"));
    }
  }

  /** Below a list: the button to its other rows, and what of its history is not here. */
  drawRest(kind, box, hidden) {
    const more = box.querySelector("[data-more]");
    more.hidden = hidden === 0;
    setText(more, `Show more (${hidden.toLocaleString("en")} are not drawn yet)`);
    const note = box.querySelector("[data-note]");
    const history = HISTORY[kind];
    const part = history && this.world.parts[history.part];
    note.hidden = !part || part.shown >= part.total;
    if (note.hidden) return;
    const [shown, total] = [part.shown, part.total].map((number) => number.toLocaleString("en"));
    setChildren(note, `${shown} ${total}`, () => [
      `The newest ${shown} of ${total} ${history.things} are here. `,
      el("a", { href: history.rest }, "All of them"),
    ]);
  }

  showMore(kind) {
    this.most.set(kind, this.most.get(kind) + ROWS_AT_ONCE);
    this.draw();
  }

  /** The row of the chosen thing, marked and in sight. */
  mark(kind, id) {
    const place = this.world.shown(kind).sort(ORDER[kind]).findIndex((thing) => thing.id === id);
    if (this.most.get(kind) <= place) {
      this.most.set(kind, place + 1);
      this.draw();
    }
    for (const row of document.querySelectorAll(".row[aria-current]")) row.removeAttribute("aria-current");
    const row = this.lists.get(kind)?.known?.get(id)?.el;
    row?.setAttribute("aria-current", "true");
    row?.scrollIntoView({ block: "nearest" });
  }

  drawTowns() {
    const { cities } = this.world;
    this.towns.hidden = cities.length < 2;
    if (this.towns.hidden || this.towns.childElementCount === cities.length + 1) return;
    const choice = (id, name) =>
      el(
        "label",
        {},
        el("input", {
          type: "radio",
          name: "town",
          value: id ?? "",
          checked: this.world.city === id,
          on: { change: () => this.town(id) },
        }),
        el("span", {}, name),
      );
    this.towns.replaceChildren(choice(null, "Both towns"), ...cities.map((city) => choice(city.id, city.name)));
  }
}
