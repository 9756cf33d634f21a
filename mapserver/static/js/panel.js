// The lists beside the map: tabs, town filter, counts. Everything that is on the map is in one of them.

import { el, setText, syncList } from "./dom.js";
import { EMPTY, ORDER, ROWS } from "./rows.js";
import { isOpen, isUnderWay } from "./store.js";
import { Tabs } from "./tabs.js";

/** What the number on a tab counts, where it is not everything. */
const COUNTED = { incident: isOpen, flight: isUnderWay };

export class Panel {
  /**
   * @param {import("./store.js").World} world
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
  }

  /** Make the lists match the world. */
  draw() {
    this.drawTowns();
    for (const [kind, list] of this.lists) {
      const things = this.world.shown(kind).sort(ORDER[kind]);
      syncList(list, things, (thing) => ROWS[kind](thing, this.world, this.choose));
      const empty = list.parentElement.querySelector("[data-empty]");
      empty.hidden = things.length > 0;
      setText(empty, EMPTY[kind]);
      const count = things.filter(COUNTED[kind] ?? (() => true)).length;
      setText(document.querySelector(`[data-tab="${kind}"] [data-count]`), String(count));
    }
  }

  /** The row of the chosen thing, marked and in sight. */
  mark(kind, id) {
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
