// The lists beside the map: tabs, town filter, counts. Everything that is on the map is in one of them.

import { byId, el, find, findAll, rowIn, setChildren, setText, syncList } from "../web/js/dom.js";
import { number, t } from "../web/js/messages.js";
import { isListed } from "./popups.js";
import { HISTORY, ORDER, ROWS } from "./rows.js";
import { isOpen, isUnderWay } from "../web/js/store.js";
import { Tabs } from "../web/js/tabs.js";

const ROWS_AT_ONCE = 300; // thousands of rows would hold the page up; the button below the list shows more

/** @typedef {import("./popups.js").Listed} Listed */

/** What the number on a tab counts, where it is not everything. @type {{[K in Listed]?: (thing: Api.Things[K]) => boolean}} */
const COUNTED = { incident: isOpen, flight: isUnderWay };

export class Panel {
  /**
   * @param {import("../web/js/store.js").World} world
   * @param {import("./rows.js").Choose} choose
   * @param {(city: string | null) => void} town called when another town is picked
   */
  constructor(world, choose, town) {
    this.world = world;
    this.choose = choose;
    this.town = town;
    this.tabs = new Tabs();
    /** @type {Map<Listed, {list: HTMLElement, box: HTMLElement}>} */
    this.lists = new Map();
    this.towns = byId("towns");
    /** How many rows of each list are drawn. @type {Map<Listed, number>} */
    this.most = new Map();
    for (const list of findAll("[data-list]")) {
      const kind = list.dataset.list ?? "";
      const box = list.parentElement;
      if (!isListed(kind) || !box) throw new Error(`the page lists ${kind}, which is on no map`);
      this.lists.set(kind, { list, box });
      find("[data-more]", HTMLElement, box).addEventListener("click", () => this.showMore(kind));
    }
  }

  /** Make the lists match the world. */
  draw() {
    this.drawTowns();
    for (const [kind, { list, box }] of this.lists) this.drawList(kind, list, box);
  }

  /** @template {Listed} K @param {K} kind @param {HTMLElement} list @param {HTMLElement} box around it */
  drawList(kind, list, box) {
    const things = this.world.shown(kind).sort(ORDER[kind]);
    const drawn = things.slice(0, this.mostOf(kind));
    syncList(list, drawn, (thing) => ROWS[kind](thing, this.world, this.choose));
    this.drawRest(kind, box, things.length - drawn.length);
    const empty = find("[data-empty]", HTMLElement, box);
    empty.hidden = things.length > 0;
    setText(empty, t(`map.none.${kind}`));
    const count = things.filter(COUNTED[kind] ?? (() => true)).length;
    setText(find(`[data-tab="${kind}"] [data-count]`), number(count));
  }

  /** @param {Listed} kind */
  mostOf(kind) {
    return this.most.get(kind) ?? ROWS_AT_ONCE;
  }

  /** Below a list: the button to its other rows, and what of its history is not here. @param {Listed} kind @param {HTMLElement} box @param {number} hidden */
  drawRest(kind, box, hidden) {
    const more = find("[data-more]", HTMLElement, box);
    more.hidden = hidden === 0;
    setText(more, t("map.show_more", { rest: hidden }));
    const note = find("[data-note]", HTMLElement, box);
    const history = HISTORY[kind];
    const part = history && this.world.parts[history.part];
    note.hidden = !part || part.shown >= part.total;
    if (!history || !part || note.hidden) return;
    setChildren(note, `${part.shown} ${part.total}`, () => [
      `${history.words(part)} `,
      el("a", { href: history.rest }, t("map.all_of_them")),
    ]);
  }

  /** @param {Listed} kind */
  showMore(kind) {
    this.most.set(kind, this.mostOf(kind) + ROWS_AT_ONCE);
    this.draw();
  }

  /** The row of the chosen thing, marked and in sight. @template {Listed} K @param {K} kind @param {string} id */
  mark(kind, id) {
    const place = this.world.shown(kind).sort(ORDER[kind]).findIndex((thing) => thing.id === id);
    if (this.mostOf(kind) <= place) {
      this.most.set(kind, place + 1);
      this.draw();
    }
    for (const row of document.querySelectorAll(".row[aria-current]")) row.removeAttribute("aria-current");
    const lists = this.lists.get(kind);
    const row = lists && rowIn(lists.list, id);
    row?.setAttribute("aria-current", "true");
    row?.scrollIntoView({ block: "nearest" });
  }

  drawTowns() {
    const { cities } = this.world;
    this.towns.hidden = cities.length < 2;
    if (this.towns.hidden || this.towns.childElementCount === cities.length + 1) return;
    /** @param {string | null} id @param {string} name */
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
    this.towns.replaceChildren(choice(null, t("map.both_towns")), ...cities.map((city) => choice(city.id, city.name)));
  }
}
