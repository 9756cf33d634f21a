// What the planner draws on the map as shapes: zones, the outline in hand, the route by its legs, what the camera sees.

import { contextOf } from "../web/js/images.js";
import { collection, feature, topOf } from "../web/js/geo.js";
import { onStyle, show as set } from "../web/js/gl_map.js";
import { t } from "../web/js/messages.js";
import { colour, textLayout } from "../web/js/style.js";
import { addAirspace, AIRSPACE_LAYERS } from "./airspace.js";
import { MOST_HANDLES } from "./drawing.js";
import { fromGeoJson } from "./shape.js";

/** @typedef {import("./shape.js").Geometry} Geometry */

const SOURCES = ["others", "other-tops", "images", "seen", "route", "ends", "older", "shape", "pointer"];
const PIXELS_AROUND = 512; // of the whole globe at zoom 0 (Mapbox vector tile convention)
const GLOBE_M = 40_075_016.7; // round the equator, WGS 84

/** @typedef {import("maplibre-gl").Map} GlMap */
/** @typedef {import("../web/js/style.js").Expression} Expression */
/** @typedef {GeoJSON.Feature<GeoJSON.LineString, {kind: string, camera: boolean, sortie: number}>} LegFeature */

/** Which layers belong to a tick of the layer list. @type {Record<string, string[]>} */
export const LAYERS = {
  airspace: AIRSPACE_LAYERS,
  others: ["others-fill", "others-line", "others-name"],
  images: ["images-fill", "images-line"],
  seen: ["seen"],
  arrows: ["route-arrow"],
};

/** How each kind of leg is drawn: width, dashes and whether it is faint; never by colour alone. @type {Record<string, {width: number, dash?: number[]}>} */
const LEGS = {
  transect: { width: 3 },
  turn: { width: 1.6 },
  transit: { width: 2, dash: [3, 2] },
  climb: { width: 2, dash: [0.6, 1.4] },
  orbit: { width: 3 },
  patrol: { width: 3 },
  hold: { width: 5 },
};

/** @typedef {NonNullable<import("maplibre-gl").FillLayerSpecification["paint"]>} FillPaint */

/** Add sources and layers, empty. @param {import("maplibre-gl").Map} map */
export function addLayers(map) {
  addArrow(map);
  for (const id of SOURCES) map.addSource(id, { type: "geojson", data: collection([]) });
  /** @param {string} id @param {string} source @param {import("../web/js/overlays.js").LinePaint} paint @param {{filter?: Expression}} more */
  const line = (id, source, paint, more = {}) =>
    map.addLayer({ id, type: "line", source, layout: { "line-cap": "round", "line-join": "round" }, paint, ...more });
  /** @param {string} id @param {string} source @param {FillPaint} paint @param {{filter?: Expression}} more */
  const fill = (id, source, paint, more = {}) => map.addLayer({ id, type: "fill", source, paint, ...more });
  /** @param {string} id @param {string} source @param {string} ink @param {import("../web/js/style.js").SymbolLayout} layout @param {{minzoom?: number}} more */
  const name = (id, source, ink, layout, more = {}) =>
    map.addLayer({
      id,
      type: "symbol",
      source,
      layout: textLayout({ "text-field": ["get", "name"], ...layout }),
      paint: { "text-color": colour(ink), "text-halo-color": colour("map-sea"), "text-halo-width": 1.8 },
      ...more,
    });

  fill("others-fill", "others", { "fill-color": colour("zone"), "fill-opacity": 0.05 });
  line("others-line", "others", { "line-color": colour("zone"), "line-width": 1.2, "line-dasharray": [3, 2] });
  name("others-name", "other-tops", "zone", { "text-anchor": "bottom", "text-offset": [0, -0.3] }, { minzoom: 12 });
  fill(
    "shape-fill",
    "shape",
    { "fill-color": colour("zone"), "fill-opacity": 0.12 },
    { filter: ["==", ["geometry-type"], "Polygon"] },
  );
  fill("images-fill", "images", { "fill-color": colour("bad"), "fill-opacity": ["case", ["<=", ["get", "images_to"], 2], 0.45, 0.25] });
  line("images-line", "images", { "line-color": colour("bad"), "line-width": 1, "line-dasharray": [2, 2] });
  map.addLayer({ id: "seen", type: "line", source: "seen", paint: { "line-color": colour("air"), "line-opacity": 0.1 } });
  line("shape-edge", "shape", { "line-color": colour("map-sea"), "line-width": 5, "line-opacity": 0.5 });
  line("shape-line", "shape", { "line-color": colour("zone"), "line-width": 2.4 });
  map.addLayer({
    id: "shape-corner",
    type: "circle",
    source: "shape",
    filter: ["get", "is_dotted"],
    paint: { "circle-radius": 3.5, "circle-color": colour("zone"), "circle-stroke-color": colour("map-sea"), "circle-stroke-width": 1.5 },
  });
  line("older", "older", { "line-color": colour("hawk"), "line-width": 2.4, "line-dasharray": [1.6, 1.6] });
  line("route-edge", "route", { "line-color": colour("map-sea"), "line-width": 5, "line-opacity": 0.45 });
  for (const [kind, { width, dash }] of Object.entries(LEGS))
    line(
      `route-${kind}`,
      "route",
      { "line-color": colour("air"), "line-width": width, ...(dash ? { "line-dasharray": dash } : {}) },
      { filter: ["==", ["get", "kind"], kind] },
    );
  map.addLayer({
    id: "route-arrow",
    type: "symbol",
    source: "route",
    layout: {
      "symbol-placement": "line",
      "symbol-spacing": 90,
      "icon-image": "arrow",
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
    },
  });
  line("pointer", "pointer", { "line-color": colour("zone"), "line-width": 2, "line-dasharray": [1.5, 1.5] });
  map.addLayer({
    id: "ends-dot",
    type: "circle",
    source: "ends",
    paint: {
      "circle-radius": 5.5,
      "circle-color": colour("air"),
      "circle-stroke-color": colour("map-sea"),
      "circle-stroke-width": 2,
    },
  });
  addAirspace(map, "others-fill");
  name("ends-name", "ends", "ink", {
    "text-size": 12,
    "text-anchor": ["get", "anchor"],
    "text-offset": ["get", "offset"],
  });
}

/** The image `arrow`, for along a line, drawn on a canvas. @param {import("maplibre-gl").Map} map */
export function addArrow(map) {
  const size = 28;
  const pen = contextOf(size, size);
  pen.lineWidth = 3;
  pen.lineJoin = "round";
  pen.fillStyle = colour("air");
  pen.strokeStyle = colour("map-sea");
  pen.beginPath();
  pen.moveTo(24, 14);
  pen.lineTo(6, 23);
  pen.lineTo(10, 14);
  pen.lineTo(6, 5);
  pen.closePath();
  pen.stroke();
  pen.fill();
  map.addImage("arrow", pen.getImageData(0, 0, size, size), { pixelRatio: 2 });
}

/** The zones that are not in hand. @param {GlMap} map @param {Api.Zone[]} zones */
export function drawOthers(map, zones) {
  set(
    map,
    "others",
    zones.map((zone) => feature(zone.polygon, { id: zone.id })),
  );
  set(
    map,
    "other-tops",
    zones.map((zone) => feature({ type: "Point", coordinates: topOf(zone.polygon) }, { name: zone.name })),
  );
}

/** The shapes in hand. @param {GlMap} map @param {(Geometry | null)[]} geometries */
export function drawShapes(map, geometries) {
  set(
    map,
    "shape",
    geometries.flatMap((one) => (one ? [feature(one, { is_dotted: cornersOf(one) > MOST_HANDLES })] : [])),
  );
}

/** How many corners a geometry has; corners without a handle are dots. @param {Geometry} geometry */
const cornersOf = (geometry) => fromGeoJson(geometry).rings.flat().length;

/** What is being drawn: the corners so far, and the line to the pointer. @param {GlMap} map @param {import("./drawing.js").PointerLine} pointer */
export function drawPointer(map, { corners, line }) {
  const lines = [corners, line].filter((points) => points.length > 1);
  set(
    map,
    "pointer",
    lines.map((coordinates) => feature({ type: "LineString", coordinates })),
  );
}

/** A route by its legs, with what the camera sees of the ground; null for none. @param {GlMap} map @param {Api.Route | null} route @param {number | null} seenAcrossM */
export function drawRoute(map, route, seenAcrossM) {
  const legs = route ? legsOf(route) : [];
  set(map, "route", legs);
  set(
    map,
    "seen",
    seenAcrossM ? legs.filter((leg) => leg.properties.camera) : [],
  );
  set(map, "ends", route ? endsOf(legs) : []);
  const width = route && seenAcrossM ? inMetres(seenAcrossM, route.geometry.coordinates[0][1]) : null;
  if (width) onStyle(map, () => map.setPaintProperty("seen", "line-width", width));
}

/** The parts of the area that too few pictures show; null for none. @param {GlMap} map @param {GeoJSON.FeatureCollection | null} images as the server drew them */
export function drawImages(map, images) {
  set(
    map,
    "images",
    (images?.features ?? []).filter((part) => !part.properties?.enough),
  );
}

/** Another version's route, beside the present one; null for none. @param {GlMap} map @param {GeoJSON.Feature | null} route */
export function drawOlder(map, route) {
  set(map, "older", route ? [feature(route.geometry)] : []);
}

/** @param {Api.Route} route @returns {LegFeature[]} */
function legsOf({ geometry, properties }) {
  return properties.legs.map(({ kind, start, end, camera, sortie }) =>
    feature({ type: "LineString", coordinates: geometry.coordinates.slice(start, end + 1) }, { kind, camera, sortie }),
  );
}

/** Where the work starts and ends; home has a mark of its own. @param {LegFeature[]} legs */
function endsOf(legs) {
  const work = legs.filter((leg) => !["transit", "climb"].includes(leg.properties.kind));
  if (work.length === 0) return [];
  const last = work[work.length - 1].geometry.coordinates;
  /** @param {GeoJSON.Position} coordinates @param {string} name @param {string} anchor @param {number} y */
  const end = (coordinates, name, anchor, y) => feature({ type: "Point", coordinates }, { name, anchor, offset: [0, y] });
  return [
    end(work[0].geometry.coordinates[0], t("planner.route_start"), "bottom", -1.1),
    end(last[last.length - 1], t("planner.route_end"), "top", 1.1),
  ];
}

/** A line width that stays so many metres on the ground at a latitude, whatever the zoom. @param {number} metres @param {number} lat @returns {Expression} */
function inMetres(metres, lat) {
  /** @param {number} zoom */
  const pixels = (zoom) => (metres * PIXELS_AROUND * 2 ** zoom) / (GLOBE_M * Math.cos((lat * Math.PI) / 180));
  return ["interpolate", ["exponential", 2], ["zoom"], 8, pixels(8), 20, pixels(20)];
}
