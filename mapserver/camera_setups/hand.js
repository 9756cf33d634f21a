// Which shape on the still is in hand: one at a time, given to the drawing and heard from. Knows no rules.

import { Drawing } from "../plans/drawing.js";
import { Toolbar } from "../plans/toolbar.js";

/** @typedef {import("./picture.js").Point} Point */

export class Hand {
  /** @param {import("./picture.js").Picture} picture */
  constructor(picture) {
    this.picture = picture;
    this.drawing = new Drawing(picture.map);
    this.drawing.settled = (at) => picture.toMap(picture.fromMap(at));
    this.toolbar = new Toolbar(this.drawing, "picture");
    /** @type {((points: Point[]) => void) | null} */
    this.changed = null;
    this.drawing.on("change", ({ shape }) => this.changed?.(picture.fromShape(shape)));
    this.drawing.on("pointer", (line) => picture.pointer(line));
  }

  get isDrawing() {
    return this.drawing.mode === "draw";
  }

  /** Draw a shape anew. @param {boolean} isArea @param {(points: Point[]) => void} changed */
  begin(isArea, changed) {
    this.changed = changed;
    this.drawing.most = isArea ? 200 : 2;
    this.drawing.begin(isArea ? "Polygon" : "LineString");
  }

  /** Change a shape that is there. @param {Point[]} points @param {boolean} isArea @param {(points: Point[]) => void} changed */
  hold(points, isArea, changed) {
    this.changed = changed;
    this.drawing.most = isArea ? 200 : 2;
    this.drawing.edit(this.picture.toShape(points, isArea));
  }

  /** Leave all shapes alone. */
  drop() {
    this.changed = null;
    this.drawing.stop();
  }
}
