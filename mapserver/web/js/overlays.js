// What is drawn on the map as shapes: zones, fields of view, cameras, routes, trails. Units and incidents: symbols.js.

import { collection, feature, flownPart, shrunk, topOf } from "./geo.js";
import { show } from "./gl_map.js";
import { addImages, cameraImages } from "./images.js";
import { t } from "./messages.js";
import { isOver, isUnderWay } from "./store.js";
import { colour, textLayout } from "./style.js";
import { NAME_LAYERS } from "./symbol_layers.js";

/** @typedef {import("./store.js").World} World */
/** @typedef {import("./style.js").SymbolLayout} SymbolLayout */
/** @typedef {import("./style.js").Expression} Expression */

/** Which style layers belong to a tick of the layer list. @type {Record<string, string[]>} */
export const LAYERS = {
  zones: ["zone-fill", "zone-line"],
  fields: ["field-fill"],
  cameras: ["camera"],
  routes: ["route-planned", "route-flown-glow", "route-flown", "trail"],
  names: ["zone-name", "camera-name", "city-name", ...NAME_LAYERS],
};

/** The fill of a field of view is the sum of these parts of it, so that it fades with distance. */
const FADE = [1, 0.75, 0.5];

/** Which kinds of thing feed which source. @type {Record<string, string[]>} */
const FEEDS = {
  zones: ["zone"],
  fields: ["unit", "camera"],
  cameras: ["camera"],
  routes: ["flight", "unit"],
  trails: ["unit", "flight"],
  cities: [],
};

/** @typedef {NonNullable<import("maplibre-gl").LineLayerSpecification["paint"]>} LinePaint */

/** Add sources and layers, empty. @param {import("maplibre-gl").Map} map */
export function addOverlays(map) {
  addImages(map, cameraImages());
  for (const id of [...Object.keys(FEEDS), "zone-tops"]) map.addSource(id, { type: "geojson", data: collection([]) });
  /** @param {string} id @param {string} source @param {LinePaint} paint @param {{filter?: Expression}} more */
  const line = (id, source, paint, more = {}) =>
    map.addLayer({ id, type: "line", source, layout: { "line-cap": "round", "line-join": "round" }, paint, ...more });
  /** @param {string} id @param {string} source @param {string} ink @param {SymbolLayout} layout @param {{minzoom?: number, maxzoom?: number}} more */
  const names = (id, source, ink, layout, more = {}) =>
    map.addLayer({
      id,
      type: "symbol",
      source,
      layout: textLayout({ "text-field": ["get", "name"], ...layout }),
      paint: { "text-color": colour(ink), "text-halo-color": colour("map-sea"), "text-halo-width": 1.6 },
      ...more,
    });
  /** @param {string} value @returns {Expression} */
  const state = (value) => ["==", ["get", "part"], value];

  map.addLayer({
    id: "field-fill",
    type: "fill",
    source: "fields",
    minzoom: 12,
    paint: {
      "fill-color": ["match", ["get", "kind"], "drone", colour("air"), "camera", colour("eye"), colour("unit")],
      "fill-opacity": ["match", ["get", "kind"], "camera", 0.1, 0.16],
    },
  });
  map.addLayer({
    id: "zone-fill",
    type: "fill",
    source: "zones",
    paint: {
      "fill-color": colour("zone"),
      "fill-opacity": ["interpolate", ["linear"], ["get", "priority"], 1, 0.05, 5, 0.17],
    },
  });
  line("zone-line", "zones", { "line-color": colour("zone"), "line-width": 1.6, "line-dasharray": [3, 2] });
  line(
    "route-planned",
    "routes",
    { "line-color": colour("air"), "line-width": 1.4, "line-opacity": 0.6, "line-dasharray": [2, 2.5] },
    { filter: state("planned") },
  );
  line("trail", "trails", { "line-color": colour("air"), "line-width": 2, "line-opacity": 0.3 });
  line(
    "route-flown-glow",
    "routes",
    { "line-color": colour("air"), "line-width": 9, "line-opacity": 0.16, "line-blur": 4 },
    { filter: state("flown") },
  );
  line("route-flown", "routes", { "line-color": colour("air"), "line-width": 2.6 }, { filter: state("flown") });
  map.addLayer({
    id: "camera",
    type: "symbol",
    source: "cameras",
    minzoom: 11,
    layout: {
      "icon-image": ["case", ["get", "reads_plates"], "plate-camera", "camera"],
      "icon-rotate": ["get", "azimuth_deg"],
      "icon-rotation-alignment": "map",
      "icon-allow-overlap": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.45, 15, 1],
    },
  });
  names(
    "zone-name",
    "zone-tops",
    "zone",
    { "text-size": 12.5, "text-anchor": "bottom", "text-offset": [0, -0.4], "text-max-width": 20 },
    { minzoom: 12 },
  );
  names(
    "camera-name",
    "cameras",
    "eye",
    { "text-size": 11, "text-offset": [0, 1.3], "text-anchor": "top" },
    { minzoom: 15.2 },
  );
  names(
    "city-name",
    "cities",
    "ink",
    { "text-size": 15, "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 2.4 },
    { maxzoom: 11.5 },
  );
}

/**
 * Redraw the shapes of the kinds that changed.
 * @param {import("maplibre-gl").Map} map @param {import("./store.js").World} world @param {Set<string>} kinds
 */
export function drawOverlays(map, world, kinds) {
  /** @param {string} id @param {GeoJSON.Feature[]} features */
  const set = (id, features) => show(map, id, features);
  /** @param {string} source */
  const touched = (source) => FEEDS[source].some((kind) => kinds.has(kind));
  if (touched("zones")) {
    set(
      "zones",
      world.shown("zone").map((zone) => feature(zone.polygon, { id: zone.id, priority: zone.priority })),
    );
    set("zone-tops", world.shown("zone").map(zoneName));
    set(
      "cities",
      world.cities.map((city) => feature({ type: "Point", coordinates: [city.lon, city.lat] }, { name: city.name })),
    );
  }
  if (touched("cameras")) set("cameras", world.shown("camera").map(cameraPoint));
  if (touched("fields"))
    set("fields", [...world.shown("camera").flatMap(cameraField), ...world.shown("unit").flatMap(unitField)]);
  if (touched("routes"))
    set(
      "routes",
      world.shown("flight").flatMap((flight) => routeParts(flight, world)),
    );
  if (touched("trails"))
    set(
      "trails",
      world.shown("unit").flatMap((unit) => trail(unit, world)),
    );
}

/** @param {Api.Zone} zone */
const zoneName = (zone) =>
  feature(
    { type: "Point", coordinates: topOf(zone.polygon) },
    { name: `${zone.name}\n${t("map.priority", { priority: zone.priority })}` },
  );

/** @param {Api.Camera} camera */
const cameraPoint = (camera) =>
  feature(
    { type: "Point", coordinates: [camera.position.lon, camera.position.lat] },
    { id: camera.id, name: camera.name, azimuth_deg: camera.azimuth_deg, reads_plates: camera.reads_plates },
  );

/** @param {Api.Camera} camera */
const cameraField = (camera) => fading(camera.footprint, camera.position, "camera");

/** What a unit sees: whole where its camera tells where it looks, fading with distance where only its heading is known. @param {Api.Unit} unit @returns {GeoJSON.Feature[]} */
export function unitField(unit) {
  if (!unit.footprint || !unit.position) return [];
  const told = unit.instruments?.in_air && unit.instruments.camera_pitch_deg != null;
  return told ? [feature(unit.footprint, { kind: unit.kind })] : fading(unit.footprint, unit.position, unit.kind);
}

/** @param {GeoJSON.Polygon} footprint @param {Api.Place} place @param {string} kind */
const fading = (footprint, { lon, lat }, kind) => FADE.map((part) => feature(shrunk(footprint, [lon, lat], part), { kind }));

/** @param {Api.Flight} flight @param {World} world @returns {GeoJSON.Feature[]} */
function routeParts(flight, world) {
  if (!flight.route || isOver(flight)) return [];
  const planned = feature(flight.route, { part: "planned" });
  if (!isUnderWay(flight) || !flight.progress?.total) return [planned];
  const flown = flownPart(flight.route.coordinates, flight.progress.current / flight.progress.total);
  const drone = world.get("unit", flight.unit_id)?.position;
  if (drone) flown.push([drone.lon, drone.lat]);
  return flown.length < 2
    ? [planned]
    : [planned, feature({ type: "LineString", coordinates: flown }, { part: "flown" })];
}

/** @param {Api.Unit} unit @param {World} world @returns {GeoJSON.Feature[]} */
function trail(unit, world) {
  const points = world.trails.get(unit.id) ?? [];
  return points.length < 2 ? [] : [feature({ type: "LineString", coordinates: points })];
}
