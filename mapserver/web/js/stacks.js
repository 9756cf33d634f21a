// What lies on top of each other on the map opens as a list: a click on one symbol chooses it, on several lists them.

import { Popup } from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { el } from "./dom.js";

const SLOP_PX = 5; // a symbol this near to the pointer is meant too
const KEY_SLOP_PX = 40; // what the keys ask for lies around the middle of the map
const MOST_LISTED = 100;

/**
 * @typedef {{kind: string, id: string}} Thing
 * @typedef {{mark: Node | null, title: string, line: string, rank: number}} Row what a list says of a thing; high ranks come first
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

  featuresAt({ x, y }, slop) {
    const around = [
      [x - slop, y - slop],
      [x + slop, y + slop],
    ];
    const symbols = this.featuresOf(this.layers.symbols, around);
    return symbols.length ? symbols : this.featuresOf(this.layers.areas, [x, y]);
  }

  featuresOf(kinds, place) {
    const layers = Object.keys(kinds).filter((id) => this.map.getLayer(id));
    const found = layers.length ? this.map.queryRenderedFeatures(place, { layers }) : [];
    return found.map(({ source, layer, properties }) => ({ source, properties, kind: kinds[layer.id] }));
  }

  /** Choose what is there, or list it. @param {{x: number, y: number}} point of the screen @param {number} slop pixels */
  async open(point, slop) {
    const { things, total } = await this.thingsAt(point, slop);
    if (total === 0) return;
    if (total === 1) {
      this.popup.remove();
      this.choose(things[0].kind, things[0].id);
    } else this.list(this.map.unproject(point), things, total);
  }

  /** @returns {Promise<{things: Thing[], total: number}>} what is there, without doubles, and how many it is with what is not told */
  async thingsAt(point, slop) {
    const found = new Map();
    let untold = 0;
    for (const { source, kind, properties } of this.featuresAt(point, slop)) {
      const id = `${source}/${properties.cluster ? properties.cluster_id : properties.id}`;
      if (found.has(id)) continue;
      if (!properties.cluster) {
        found.set(id, [{ kind, id: properties.id }]);
        continue;
      }
      const leaves = await this.map.getSource(source).getClusterLeaves(properties.cluster_id, MOST_LISTED, 0);
      found.set(id, leaves.map((leaf) => ({ kind, id: leaf.properties.id })));
      untold += properties.point_count - leaves.length;
    }
    const things = [...found.values()].flat();
    return { things, total: things.length + untold };
  }

  list(at, things, total) {
    const rows = things
      .map((thing) => ({ thing, row: this.describe(thing.kind, thing.id) }))
      .filter(({ row }) => row)
      .sort((a, b) => b.row.rank - a.row.rank || a.row.title.localeCompare(b.row.title));
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
    const nearer = el("button", { type: "button", class: "button wide", on: { click: () => this.nearer(at) } }, "Zoom in to part them");
    const card = el(
      "section",
      { class: "stack-card", "aria-label": `${total} things in one place` },
      el("h2", {}, `${total.toLocaleString("en")} in one place`),
      el("ol", {}, ...rows.map(line)),
      rest > 0 && el("p", { class: "quiet" }, `${rest.toLocaleString("en")} more are not listed here.`),
      nearer,
    );
    this.popup.setLngLat(at).setDOMContent(card).addTo(this.map);
  }

  pick({ kind, id }) {
    this.popup.remove();
    this.choose(kind, id);
  }

  nearer(at) {
    this.popup.remove();
    this.map.easeTo({ center: at, zoom: Math.min(this.map.getZoom() + 2, this.map.getMaxZoom()) });
  }
}
