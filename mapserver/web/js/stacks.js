// What lies on top of each other on the map opens as a list: a click on one symbol chooses it, on several lists them.

import { Popup } from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { el } from "./dom.js";
import { sourceOf } from "./gl_map.js";
import { t } from "./messages.js";
import { rowsOf, thingsOf } from "./stacked_things.js";

const SLOP_PX = 5; // a symbol this near to the pointer is meant too
const KEY_SLOP_PX = 40; // what the keys ask for lies around the middle of the map
const MOST_LISTED = 100;

/**
 * @typedef {{x: number, y: number}} Pixel of the map
 * @typedef {import("./stacked_things.js").Found} Found
 * @typedef {import("./stacked_things.js").Thing} Thing
 * @typedef {import("./stacked_things.js").Row} Row
 */

export class Stacks {
  /**
   * @param {import("maplibre-gl").Map} map
   * @param {{symbols: Record<string, string>, areas: Record<string, string>}} layers the kinds of thing by the layers that
   * are asked; areas only where there is no symbol
   * @param {(kind: string, id: string) => Row | null} describe
   * @param {(kind: string, id: string) => void} choose
   */
  constructor(map, layers, describe, choose) {
    this.map = map;
    this.layers = layers;
    this.describe = describe;
    this.choose = choose;
    this.popup = new Popup({ maxWidth: "360px", offset: 14, closeOnClick: true });
    map.on("click", (event) => event.defaultPrevented || this.open(event.point, SLOP_PX));
    map.on("mousemove", (event) => {
      map.getCanvas().style.cursor = this.featuresAt(event.point, 0).length ? "pointer" : "";
    });
    map.getCanvas().addEventListener("keydown", (event) => event.key === "Enter" && this.open(map.project(map.getCenter()), KEY_SLOP_PX));
  }

  /** @param {Pixel} point @param {number} slop pixels */
  featuresAt({ x, y }, slop) {
    /** @type {[[number, number], [number, number]]} */
    const around = [
      [x - slop, y - slop],
      [x + slop, y + slop],
    ];
    const symbols = this.featuresOf(this.layers.symbols, around);
    return symbols.length ? symbols : this.featuresOf(this.layers.areas, [x, y]);
  }

  /** @param {Record<string, string>} kinds @param {[number, number] | [[number, number], [number, number]]} place @returns {Found[]} */
  featuresOf(kinds, place) {
    const layers = Object.keys(kinds).filter((id) => this.map.getLayer(id));
    const found = layers.length ? this.map.queryRenderedFeatures(place, { layers }) : [];
    return found.map(({ source, layer, properties }) => ({ source, properties, kind: kinds[layer.id] }));
  }

  /** Choose what is there, or list it. @param {Pixel} point @param {number} slop pixels */
  async open(point, slop) {
    const { things, total } = await this.thingsAt(point, slop);
    if (total === 0) return;
    if (total === 1) {
      this.popup.remove();
      this.choose(things[0].kind, things[0].id);
    } else this.list(this.map.unproject([point.x, point.y]), things, total);
  }

  /** What is there, and how many it is with what is not told. @param {Pixel} point @param {number} slop pixels */
  thingsAt(point, slop) {
    return thingsOf(this.featuresAt(point, slop), async (source, cluster) => {
      const leaves = (await sourceOf(this.map, source)?.getClusterLeaves(cluster, MOST_LISTED, 0)) ?? [];
      return leaves.map((leaf) => leaf.properties?.id);
    });
  }

  /** @param {import("maplibre-gl").LngLat} at @param {Thing[]} things @param {number} total */
  list(at, things, total) {
    const rows = rowsOf(things, this.describe);
    /** @param {{thing: Thing, row: Row}} listed */
    const line = ({ thing, row }) =>
      el(
        "li",
        {},
        el(
          "button",
          { type: "button", data: { kind: thing.kind, id: thing.id }, on: { click: () => this.pick(thing) } },
          row.mark,
          el("span", {}, el("strong", {}, row.title), el("small", {}, row.line)),
        ),
      );
    const rest = total - rows.length;
    const nearer = el("button", { type: "button", class: "button wide", on: { click: () => this.nearer(at) } }, t("browser.zoom_in"));
    const card = el(
      "section",
      { class: "stack-card", "aria-label": t("browser.many_things_here", { count: total }) },
      el("h2", {}, t("browser.many_here", { total })),
      el("ol", {}, ...rows.map(line)),
      rest > 0 && el("p", { class: "quiet" }, t("browser.more_not_listed", { rest })),
      nearer,
    );
    this.popup.setLngLat(at).setDOMContent(card).addTo(this.map);
  }

  /** @param {Thing} thing */
  pick({ kind, id }) {
    this.popup.remove();
    this.choose(kind, id);
  }

  /** @param {import("maplibre-gl").LngLat} at */
  nearer(at) {
    this.popup.remove();
    this.map.easeTo({ center: at, zoom: Math.min(this.map.getZoom() + 2, this.map.getMaxZoom()) });
  }
}
