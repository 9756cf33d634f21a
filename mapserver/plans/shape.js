// Shapes as they are drawn: corners in rings, changed by giving a new shape, and a history to go back in. Knows no map.

/** @typedef {import("../web/js/geo.js").LonLat} LonLat */
/** @typedef {"Polygon" | "LineString" | "Point"} Kind */
/**
 * @typedef {{kind: Kind, rings: LonLat[][]}} Shape
 * A polygon's first ring is its outline, the others are holes; rings are open: the first corner is not repeated.
 */

/** The fewest corners a ring can have. */
export const FEWEST = { Polygon: 3, LineString: 2, Point: 1 };
const DECIMALS = 1e7; // as the vehicle's own formats carry degrees: a centimetre

/** @param {Kind} kind @returns {Shape} */
export const nothing = (kind) => ({ kind, rings: [] });

/** @typedef {GeoJSON.Polygon | GeoJSON.LineString | GeoJSON.Point} Geometry */

/** @param {GeoJSON.Position} position @returns {LonLat} */
const flat = ([lon, lat]) => [lon, lat];

/** @param {Geometry} geometry @returns {Shape} */
export function fromGeoJson(geometry) {
  switch (geometry.type) {
    case "Point":
      return { kind: "Point", rings: [[flat(geometry.coordinates)]] };
    case "LineString":
      return { kind: "LineString", rings: [geometry.coordinates.map(flat)] };
    default:
      return { kind: "Polygon", rings: geometry.coordinates.map((ring) => ring.slice(0, -1).map(flat)) };
  }
}

/** The GeoJSON geometry, or null while there are too few corners. @param {Shape} shape @returns {Geometry | null} */
export function toGeoJson({ kind, rings }) {
  const whole = rings.filter((ring) => ring.length >= FEWEST[kind]).map((ring) => ring.map(rounded));
  if (rings.length === 0 || rings[0].length < FEWEST[kind]) return null;
  if (kind === "Point") return { type: kind, coordinates: whole[0][0] };
  if (kind === "LineString") return { type: kind, coordinates: whole[0] };
  return { type: kind, coordinates: whole.map((ring) => [...ring, ring[0]]) };
}

/** @param {LonLat} at @returns {LonLat} */
const rounded = ([lon, lat]) => [Math.round(lon * DECIMALS) / DECIMALS, Math.round(lat * DECIMALS) / DECIMALS];

/** @param {Shape | null} a @param {Shape | null} b */
export const isSame = (a, b) => JSON.stringify(a && toGeoJson(a)) === JSON.stringify(b && toGeoJson(b));

/** @param {Shape} shape @param {(rings: LonLat[][]) => LonLat[][]} change @returns {Shape} */
const withRings = (shape, change) => ({ ...shape, rings: change(shape.rings.map((ring) => [...ring])) });

/** @param {Shape} shape @param {number} ring @param {number} corner @param {LonLat} at */
export const moved = (shape, ring, corner, at) =>
  withRings(shape, (rings) => {
    rings[ring][corner] = at;
    return rings;
  });

/** With a corner put in before `index`. @param {Shape} shape @param {number} ring @param {number} index @param {LonLat} at */
export const withCorner = (shape, ring, index, at) =>
  withRings(shape, (rings) => {
    (rings[ring] ??= []).splice(index, 0, at);
    return rings;
  });

/** Without a corner; a hole that would be left with two goes whole; an outline keeps its fewest. @param {Shape} shape @param {number} ring @param {number} corner */
export function withoutCorner(shape, ring, corner) {
  if (shape.rings[ring].length <= FEWEST[shape.kind]) return ring === 0 ? shape : withoutRing(shape, ring);
  return withRings(shape, (rings) => {
    rings[ring].splice(corner, 1);
    return rings;
  });
}

/** @param {Shape} shape @param {number} ring */
export const withoutRing = (shape, ring) => withRings(shape, (rings) => rings.filter((_, index) => index !== ring));

/** @typedef {{ring: number, index: number, at: LonLat}} Middle */

/** The middles of the edges: where each would put a corner in. @param {Shape} shape @returns {Middle[]} */
export function middles({ kind, rings }) {
  if (kind === "Point") return [];
  return rings.flatMap((corners, ring) =>
    corners.slice(0, kind === "Polygon" ? undefined : -1).map((from, index) => {
      const to = corners[(index + 1) % corners.length];
      return { ring, index: index + 1, at: [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2] };
    }),
  );
}

/** Steps back and forth through the shapes that were. */
export class History {
  /** @param {Shape} shape */
  constructor(shape) {
    this.steps = [shape];
    this.at = 0;
  }

  get shape() {
    return this.steps[this.at];
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.steps.length - 1;
  }

  /** @param {Shape} shape */
  push(shape) {
    this.steps = [...this.steps.slice(0, this.at + 1), shape].slice(-200);
    this.at = this.steps.length - 1;
  }

  undo() {
    this.at = Math.max(0, this.at - 1);
    return this.shape;
  }

  redo() {
    this.at = Math.min(this.steps.length - 1, this.at + 1);
    return this.shape;
  }
}
