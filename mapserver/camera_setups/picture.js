// A camera's still as a map that can be drawn on: the picture lies on the plane round 0° N 0° E, so that corners, keys,
// zoom and touch are those of every other map here. Points go in and out as fractions of the picture.

import { NavigationControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { collection, feature } from "../web/js/geo.js";
import { glMap, onStyle, show } from "../web/js/gl_map.js";
import { addArrow } from "../plans/layers.js";
import { colour, inkBy, textLayout } from "../web/js/style.js";

/** @typedef {Api.PicturePoint} Point across and down, fractions of the picture */
/** @typedef {import("../web/js/style.js").Expression} Expression */
/** @typedef {{at: Point, name: string, anchor?: string}} Word */
/** @typedef {{points: Point[], isArea: boolean, state: string, name?: string, id?: number}} Drawn */

const ACROSS_DEG = 0.02; // wide enough to zoom into, small enough for the globe to be flat
const WITHOUT = { width: 1280, height: 720 }; // pixels of the ground that stands for a picture that is not there
const DECIMALS = 1e5;
const STILL = "still"; // the map's source of the picture
const INKS = { hand: "zone", other: "zone", privacy: "bad", ignore: "hawk", horizon: "air" };

export class Picture {
  /** @param {string} camera @param {HTMLElement} container */
  constructor(camera, container) {
    this.address = `/api/v1/cameras/${encodeURIComponent(camera)}/still`;
    this.container = container;
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas, WITHOUT);
    const pen = this.canvas.getContext("2d");
    if (!pen) throw new Error("this browser draws on no canvas");
    this.pen = pen;
    /** @type {import("maplibre-gl").Map | null} */
    this.shown = null;
    /** When the picture was fetched; null without one. @type {Date | null} */
    this.at = null;
  }

  get aspect() {
    return this.canvas.width / this.canvas.height;
  }

  /** Fetch the picture and put up the map; throws where the browser cannot draw one. */
  async open() {
    await this.fetch();
    /** @type {Omit<import("maplibre-gl").MapOptions, "container">} */
    const options = {
      style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": colour("map-sea") } }] },
      center: [0, 0],
      zoom: 14,
      minZoom: 11,
      maxZoom: 20,
      renderWorldCopies: false,
      attributionControl: false,
      dragRotate: false,
      fadeDuration: 0,
    };
    const map = glMap(this.container, options, (error) => {
      throw error;
    });
    if (!map) return;
    this.shown = map;
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.fit();
    this.map.on("resize", () => this.fit());
    await onStyle(this.map, () => this.addLayers());
  }

  /** The map that it is drawn on. Throws before `open`. */
  get map() {
    if (!this.shown) throw new Error("the picture is not open");
    return this.shown;
  }

  /** Take the newest picture; without one the ground stays grey. @returns {Promise<boolean>} whether there is one */
  async fetch() {
    const answer = await fetch(this.address).catch(() => null);
    if (answer?.status !== 200) {
      this.pen.fillStyle = colour("raised-2");
      if (!this.at) this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
      return false;
    }
    const image = await createImageBitmap(await answer.blob());
    Object.assign(this.canvas, { width: image.width, height: image.height });
    this.pen.drawImage(image, 0, 0);
    this.at = new Date();
    return true;
  }

  /** Take the newest picture and show it. */
  async refresh() {
    const came = await this.fetch();
    const source = /** @type {import("maplibre-gl").CanvasSource} */ (this.map.getSource(STILL));
    source.setCoordinates(this.corners);
    source.play();
    this.map.once("render", () => source.pause());
    return came;
  }

  /** @returns {[Api.LonLat, Api.LonLat, Api.LonLat, Api.LonLat]} */
  get corners() {
    return [this.toMap([0, 0]), this.toMap([1, 0]), this.toMap([1, 1]), this.toMap([0, 1])];
  }

  fit() {
    this.map.fitBounds([this.toMap([0, 1]), this.toMap([1, 0])], { padding: { top: 64, bottom: 14, left: 14, right: 14 }, duration: 0 });
  }

  /** @param {Point} at @returns {import("../web/js/geo.js").LonLat} */
  toMap([x, y]) {
    return [(x - 0.5) * ACROSS_DEG, ((0.5 - y) * ACROSS_DEG) / this.aspect];
  }

  /** The nearest point within the picture. @param {import("../web/js/geo.js").LonLat} at @returns {Point} */
  fromMap([lon, lat]) {
    /** @param {number} value */
    const within = (value) => Math.round(Math.min(1, Math.max(0, value)) * DECIMALS) / DECIMALS;
    return [within(lon / ACROSS_DEG + 0.5), within(0.5 - (lat * this.aspect) / ACROSS_DEG)];
  }

  /** @param {Point[]} points @param {boolean} isArea @returns {import("../plans/shape.js").Shape} */
  toShape(points, isArea) {
    return { kind: isArea ? "Polygon" : "LineString", rings: [points.map((at) => this.toMap(at))] };
  }

  /** @param {import("../plans/shape.js").Shape} shape @returns {Point[]} */
  fromShape(shape) {
    return (shape.rings[0] ?? []).map((at) => this.fromMap(at));
  }

  addLayers() {
    const { map } = this;
    addArrow(map);
    map.addSource(STILL, { type: "canvas", canvas: this.canvas, coordinates: this.corners, animate: false });
    map.addLayer({ id: STILL, type: "raster", source: STILL, paint: { "raster-fade-duration": 0 } });
    for (const id of ["drawn", "names", "pointer", "dots"]) map.addSource(id, { type: "geojson", data: collection([]) });
    const ink = inkBy("state", INKS, "ink");
    /** @type {Expression} */
    const area = ["==", ["geometry-type"], "Polygon"];
    /** @type {Expression} */
    const fillOpacity = ["match", ["get", "state"], "privacy", 0.45, "hand", 0.22, 0.12];
    map.addLayer({ id: "drawn-fill", type: "fill", source: "drawn", filter: area, paint: { "fill-color": ink, "fill-opacity": fillOpacity } });
    /** @param {string} id @param {string} source @param {import("../web/js/overlays.js").LinePaint} paint @param {{filter?: Expression}} more */
    const line = (id, source, paint, more = {}) =>
      map.addLayer({ id, type: "line", source, layout: { "line-cap": "round", "line-join": "round" }, paint, ...more });
    line("drawn-edge", "drawn", { "line-color": colour("map-sea"), "line-width": 5, "line-opacity": 0.55 });
    line("drawn-line", "drawn", { "line-color": ink, "line-width": ["match", ["get", "state"], "hand", 3.2, 2] }, { filter: ["!=", ["get", "state"], "horizon"] });
    line("drawn-horizon", "drawn", { "line-color": ink, "line-width": 2, "line-dasharray": [3, 2] }, { filter: ["==", ["get", "state"], "horizon"] });
    map.addLayer({
      id: "drawn-arrow",
      type: "symbol",
      source: "drawn",
      filter: ["all", ["==", ["geometry-type"], "LineString"], ["!=", ["get", "state"], "horizon"]],
      layout: { "symbol-placement": "line-center", "icon-image": "arrow", "icon-size": 1.5, "icon-allow-overlap": true },
    });
    line("pointer", "pointer", { "line-color": colour("zone"), "line-width": 2, "line-dasharray": [1.5, 1.5] });
    map.addLayer({
      id: "dots",
      type: "circle",
      source: "dots",
      paint: { "circle-radius": 4, "circle-color": colour("air"), "circle-stroke-color": colour("map-sea"), "circle-stroke-width": 1.5 },
    });
    map.addLayer({
      id: "names",
      type: "symbol",
      source: "names",
      layout: textLayout({ "text-field": ["get", "name"], "text-size": 13, "text-anchor": ["get", "anchor"], "text-offset": [0, -0.2], "text-allow-overlap": true, "text-max-width": 20 }),
      paint: { "text-color": "#ffffff", "text-halo-color": "#0a0f15", "text-halo-width": 2 },
    });
  }

  /** Draw shapes, and words at points. @param {Drawn[]} shapes @param {Word[]} [words] */
  draw(shapes, words = []) {
    const whole = shapes.filter(({ points, isArea }) => points.length >= (isArea ? 3 : 2));
    /** @param {Drawn} shape @returns {GeoJSON.Geometry} */
    const geometry = ({ points, isArea }) => {
      const line = points.map((at) => this.toMap(at));
      return isArea ? { type: "Polygon", coordinates: [[...line, line[0]]] } : { type: "LineString", coordinates: line };
    };
    show(this.map, "drawn", whole.map((shape) => feature(geometry(shape), { state: shape.state, id: shape.id ?? -1 })));
    /** @type {Word[]} */
    const named = whole.flatMap(({ points, name }) => (name ? [{ at: topmost(points), name, anchor: "bottom" }] : []));
    /** @param {Word} word */
    const label = ({ at, name, anchor = "center" }) => feature({ type: "Point", coordinates: this.toMap(at) }, { name, anchor });
    show(this.map, "names", [...named, ...words].map(label));
  }

  /** @param {Point[]} points */
  dots(points) {
    show(this.map, "dots", points.map((at) => feature({ type: "Point", coordinates: this.toMap(at) })));
  }

  /** What is being drawn: the corners so far, and the line to the pointer. @param {import("../plans/drawing.js").PointerLine} pointer */
  pointer({ corners, line }) {
    show(this.map, "pointer", [corners, line].filter((points) => points.length > 1).map((coordinates) => feature({ type: "LineString", coordinates })));
  }

  /** The number of the shape at a pixel of the map, or null. @param {import("maplibre-gl").PointLike} pixel @returns {number | null} */
  shapeAt(pixel) {
    const found = this.map.queryRenderedFeatures(pixel, { layers: ["drawn-fill", "drawn-edge"] });
    const ids = found.map(({ properties }) => properties.id).filter((id) => id >= 0);
    return ids.length ? ids[0] : null;
  }
}

/** @param {Point[]} points */
const topmost = (points) => points.reduce((a, b) => (b[1] < a[1] ? b : a));
