// Drawing on the map with mouse, thumb or keys: corners are put, dragged, put between, removed; holes; undo and redo.
// Knows nothing of zones or plans: it gives shapes.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { el, maybeFind, targetOf } from "../web/js/dom.js";
import { Emitter } from "../web/js/events.js";
import { offset } from "../web/js/geo.js";
import { t } from "../web/js/messages.js";
import { FEWEST, History, middles, moved, nothing, withCorner, withoutCorner, withoutRing } from "./shape.js";

/** @typedef {import("./shape.js").Shape} Shape */
/** @typedef {import("./shape.js").LonLat} LonLat */
/** @typedef {"off" | "edit" | "draw"} Mode */
/** @typedef {{ring: number, corner: number}} CornerPlace */
/** @typedef {{shape: Shape, settled: boolean}} Change `settled` is false while a corner is on its way */
/** @typedef {{corners: LonLat[], line: LonLat[]}} PointerLine the corners so far, and the line to the pointer */

const STEP_M = 1; // an arrow key's; ten times that with Shift
/** @type {Record<string, number>} */
const BEARINGS = { ArrowUp: 0, ArrowRight: 90, ArrowDown: 180, ArrowLeft: 270 };
const SAME_PX = 14; // two taps this close are one place
/** Of more corners than this those that are nearest to the middle of the map have a handle, and none between them. */
export const MOST_HANDLES = 60; // each is an element that the map moves
const WRITTEN_IN = "input:not([type=range], [type=checkbox]), select, textarea"; // they have an undo of their own

/**
 * Events: `change`, `pointer`, `mode` (the toolbar should look again), `say` (detail: a sentence for whoever draws).
 * @extends {Emitter<{change: Change, pointer: PointerLine, mode: null, say: string}>}
 */
export class Drawing extends Emitter {
  /** @param {import("maplibre-gl").Map} map */
  constructor(map) {
    super();
    this.map = map;
    /** @type {Mode} */
    this.mode = "off";
    this.history = new History(nothing("Polygon"));
    /** The ring that is being drawn. */
    this.ring = 0;
    /** The corner that the keys and the toolbar act on. @type {CornerPlace | null} */
    this.chosen = null;
    /** The most corners a ring may have; with the last one it is finished. */
    this.most = Infinity;
    /** Where a corner that is put somewhere comes to lie. @type {(at: LonLat) => LonLat} */
    this.settled = (at) => at;
    /** @type {Marker[]} */
    this.markers = [];
    /** The step of the history at which the ring in hand was begun. */
    this.before = 0;
    map.on("click", (event) => this.mode === "draw" && this.put(event.lngLat.toArray()));
    map.on("dblclick", (event) => this.mode === "draw" && event.preventDefault());
    map.on("moveend", () => this.corners.length > MOST_HANDLES && this.placeHandles());
    map.on("mousemove", (event) => this.mode === "draw" && this.show(event.lngLat.toArray()));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  get shape() {
    return this.history.shape;
  }

  /** All corners of the shape. @returns {(CornerPlace & {at: LonLat})[]} */
  get corners() {
    return this.shape.rings.flatMap((corners, ring) => corners.map((at, corner) => ({ ring, corner, at })));
  }

  /** Put this shape's corners in hand. @param {Shape} shape */
  edit(shape) {
    this.history = new History(shape);
    this.chosen = null;
    this.become("edit");
  }

  /** Begin an outline, a line or a point anew. @param {import("./shape.js").Kind} kind */
  begin(kind) {
    this.history = new History(nothing(kind));
    this.startRing(0);
  }

  /** Begin a hole in the area. */
  beginHole() {
    this.startRing(this.shape.rings.length);
  }

  /** Leave the shape and its corners alone. */
  stop() {
    this.history = new History(nothing("Polygon"));
    this.become("off");
  }

  /** @param {number} ring */
  startRing(ring) {
    this.ring = ring;
    this.chosen = null;
    this.before = this.history.at;
    this.become("draw");
    this.map.getCanvas().focus({ preventScroll: true });
  }

  /** A tap: another corner, or the end when it is on the first or the last one. @param {LonLat} at */
  put(at) {
    const corners = this.shape.rings[this.ring] ?? [];
    const ends = corners.length ? [corners[0], corners[corners.length - 1]] : [];
    const onto = ends.some((corner) => this.isSamePlace(corner, at));
    if (onto && corners.length >= FEWEST[this.shape.kind]) this.finish();
    else if (!onto) {
      this.settle(withCorner(this.shape, this.ring, corners.length, this.settled(at)));
      if (this.shape.kind === "Point" || corners.length + 1 >= this.most) this.finish();
    }
  }

  /** @param {LonLat} a @param {LonLat} b */
  isSamePlace(a, b) {
    const p = this.map.project(a);
    const q = this.map.project(b);
    return Math.hypot(p.x - q.x, p.y - q.y) < SAME_PX;
  }

  /** Close what is being drawn. */
  finish() {
    const few = FEWEST[this.shape.kind];
    if ((this.shape.rings[this.ring]?.length ?? 0) < few) {
      this.say(few === 3 ? t("planner.three_corners") : t("planner.two_corners"));
      return;
    }
    this.become("edit");
    this.emit("change", { shape: this.shape, settled: true });
  }

  /** Forget the ring that is being drawn. */
  cancel() {
    this.history.at = this.before;
    this.become(this.shape.rings.length ? "edit" : "off");
    this.emit("change", { shape: this.shape, settled: true });
  }

  undo() {
    this.step(this.history.undo());
  }

  redo() {
    this.step(this.history.redo());
  }

  /** @param {Shape} shape */
  step(shape) {
    this.chosen = null;
    if (this.mode === "draw" && this.history.at < this.before) this.become("edit");
    this.emit("change", { shape, settled: true });
    this.become(this.mode);
  }

  /** Take the chosen corner out. */
  removeCorner() {
    if (!this.chosen) return;
    const { ring, corner } = this.chosen;
    const smaller = withoutCorner(this.shape, ring, corner);
    if (smaller === this.shape) {
      this.say(this.shape.kind === "Polygon" ? t("planner.area_needs_three") : t("planner.line_needs_two"));
      return;
    }
    const last = (smaller.rings[ring]?.length ?? 0) - 1;
    this.chosen = last < 0 ? null : { ring, corner: Math.min(corner, last) };
    this.settle(smaller);
  }

  /** Fill the hole that the chosen corner is of. */
  removeHole() {
    if (!this.chosen) return;
    const { ring } = this.chosen;
    this.chosen = null;
    this.settle(withoutRing(this.shape, ring));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase();
    const target = targetOf(event);
    if (this.mode === "off" || target?.matches(WRITTEN_IN)) return;
    const isOnMap = target === document.body || this.map.getContainer().contains(target);
    if (command === "z" && !event.shiftKey) this.undo();
    else if (command === "y" || (command === "z" && event.shiftKey)) this.redo();
    else if (this.mode === "draw" && event.key === "Escape") this.cancel();
    else if (this.mode === "draw" && isOnMap && event.key === "Backspace") this.undo();
    else if (this.mode === "draw" && event.key === "Enter" && target === this.map.getCanvas())
      this.put(this.map.getCenter().toArray());
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Keys on a corner: the arrows move it, Delete removes it. @param {KeyboardEvent} event @param {number} ring @param {number} corner */
  cornerKey(event, ring, corner) {
    const bearing = BEARINGS[event.key];
    this.chosen = { ring, corner };
    if (bearing !== undefined) {
      const at = offset(this.shape.rings[ring][corner], bearing, event.shiftKey ? 10 * STEP_M : STEP_M);
      this.settle(moved(this.shape, ring, corner, this.settled(at)));
    } else if (event.key === "Delete" || (event.key === "Backspace" && this.mode === "edit")) this.removeCorner();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Keep a shape as a step that can be undone. @param {Shape} shape */
  settle(shape) {
    this.history.push(shape);
    this.emit("change", { shape, settled: true });
    this.become(this.mode);
  }

  /** @param {Mode} mode */
  become(mode) {
    this.mode = mode;
    this.map.getContainer().classList.toggle("is-drawing", mode === "draw");
    if (mode === "draw") this.map.doubleClickZoom.disable();
    else this.map.doubleClickZoom.enable();
    this.show(null);
    this.placeHandles();
    this.emit("mode", null);
  }

  /** The line from the last corner to the pointer, and back to the first. @param {LonLat | null} pointer */
  show(pointer) {
    const corners = this.mode === "draw" ? (this.shape.rings[this.ring] ?? []) : [];
    const closing = this.shape.kind === "Polygon" && corners.length > 1 ? [corners[0]] : [];
    const line = pointer && corners.length ? [corners[corners.length - 1], pointer, ...closing] : [];
    this.emit("pointer", { corners, line });
  }

  placeHandles() {
    const held = this.chosen && document.activeElement?.classList.contains("corner");
    for (const marker of this.markers) marker.remove();
    this.markers = [];
    if (this.mode === "off") return;
    const { corners } = this;
    if (this.mode === "edit" && corners.length <= MOST_HANDLES && corners.length < this.most)
      this.markers.push(...middles(this.shape).map((m) => this.middle(m)));
    for (const { ring, corner, at } of this.nearest(corners)) this.markers.push(this.corner(ring, corner, at));
    if (held) this.focusChosen();
  }

  focusChosen() {
    maybeFind(".corner.is-chosen", HTMLElement, this.map.getContainer())?.focus({ preventScroll: true });
  }

  /** The corners that have a handle, the chosen one among them. @param {(CornerPlace & {at: LonLat})[]} corners */
  nearest(corners) {
    if (corners.length <= MOST_HANDLES) return corners;
    const middle = this.map.project(this.map.getCenter());
    /** @param {CornerPlace & {at: LonLat}} one */
    const away = (one) => (this.isChosen(one) ? -1 : this.map.project(one.at).dist(middle));
    const near = corners.map((one) => ({ one, px: away(one) })).sort((a, b) => a.px - b.px);
    return near.slice(0, MOST_HANDLES).map(({ one }) => one);
  }

  /** @param {CornerPlace} place */
  isChosen({ ring, corner }) {
    return this.chosen?.ring === ring && this.chosen.corner === corner;
  }

  /** @param {number} ring @param {number} corner @param {LonLat} at */
  corner(ring, corner, at) {
    const isChosen = this.isChosen({ ring, corner });
    const place = { number: corner + 1, total: this.shape.rings[ring].length, hole: ring };
    const element = el("button", {
      type: "button",
      class: `corner${isChosen ? " is-chosen" : ""}${ring ? " of-hole" : ""}`,
      "aria-label": ring ? t("planner.corner_of_hole", place) : t("planner.corner", place),
      data: { ring, corner },
      on: {
        click: (event) => {
          event.stopPropagation();
          this.tapCorner(ring, corner);
        },
        keydown: (event) => this.cornerKey(event, ring, corner),
      },
    });
    return this.handle(element, at, (to) => moved(this.shape, ring, corner, to), { ring, corner });
  }

  /** @param {import("./shape.js").Middle} middle */
  middle({ ring, index, at }) {
    const element = el("button", { type: "button", class: "corner is-middle", tabindex: "-1", "aria-hidden": "true" });
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      this.chosen = { ring, corner: index };
      this.settle(withCorner(this.shape, ring, index, at));
    });
    /** @param {LonLat} to */
    const widened = (to) => withCorner(this.shape, ring, index, to);
    return this.handle(element, at, widened, { ring, corner: index });
  }

  /**
   * A handle on the map: what it is dragged to gives the new shape.
   * @param {HTMLElement} element @param {LonLat} at @param {(to: LonLat) => Shape} change @param {CornerPlace} chosen
   */
  handle(element, at, change, chosen) {
    const marker = new Marker({ element, draggable: true }).setLngLat(at).addTo(this.map);
    const now = () => change(this.settled(marker.getLngLat().toArray()));
    marker.on("dragstart", () => this.map.getContainer().classList.add("is-dragging"));
    marker.on("drag", () => this.emit("change", { shape: now(), settled: false }));
    marker.on("dragend", () => {
      this.map.getContainer().classList.remove("is-dragging");
      this.chosen = chosen;
      this.settle(now());
    });
    return marker;
  }

  /** @param {number} ring @param {number} corner */
  tapCorner(ring, corner) {
    const corners = this.shape.rings[ring];
    if (this.mode === "draw" && ring === this.ring && (corner === 0 || corner === corners.length - 1)) this.finish();
    else {
      this.chosen = { ring, corner };
      this.become(this.mode);
      this.focusChosen();
    }
  }

  /** @param {string} sentence */
  say(sentence) {
    this.emit("say", sentence);
  }
}
