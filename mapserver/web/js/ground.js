// What every map lies on: the town's own vector tiles, a grid of coordinates, or the demo's invented streets;
// and over that, when it is switched on, the towns' orthophotos.

const PHOTO_TILE_PX = 256;

/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {import("./style.js").Expression} Expression */
/** @typedef {import("./style.js").SymbolLayout} SymbolLayout */
/** @typedef {(name: string) => string} ColourOf a colour of the design system by its name */
/** @typedef {(more?: SymbolLayout) => SymbolLayout} TextLayout */
/** @typedef {{city: string, attribution: string, version: string, min_zoom: number, max_zoom: number, bounds: [number, number, number, number]}} Photo */
/**
 * @typedef {{kind: "tiles" | "grid" | "synthetic", attribution: string, version?: string, min_zoom?: number, max_zoom?: number,
 *   photos: Photo[], missing: string}} Ground what the server says of it
 */
/** @typedef {{"source-layer"?: string}} From */
/** @typedef {{minzoom?: number}} More */

/** @param {...number} stops zoom and width in turn @returns {Expression} */
const widths = (...stops) => ["interpolate", ["exponential", 1.6], ["zoom"], ...stops];
/** @param {...string} kinds @returns {Expression} */
const among = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
/** @type {Expression} */
const areas = ["==", ["geometry-type"], "Polygon"];
/** @type {Expression} */
const lines = ["==", ["geometry-type"], "LineString"];
const ROUND = /** @type {const} */ ({ "line-cap": "round", "line-join": "round" });
const BUILT_UP = ["residential", "commercial", "industrial", "school", "hospital", "college", "university"];
const GREEN = ["park", "forest", "wood", "grass", "garden", "cemetery", "nature_reserve", "pitch", "scrub", "grassland"];

/** The source of the ground. @param {Ground} ground @returns {import("maplibre-gl").SourceSpecification} */
export function groundSource(ground) {
  if (ground.kind !== "tiles")
    return { type: "geojson", data: "/api/v1/map/basemap.geojson", tolerance: 0.2, attribution: ground.attribution };
  return {
    type: "vector",
    tiles: [`${location.origin}/api/v1/map/tiles/{z}/{x}/{y}?version=${ground.version}`],
    minzoom: ground.min_zoom,
    maxzoom: ground.max_zoom,
    attribution: ground.attribution,
  };
}

/**
 * The layers of the ground, lowest first.
 * @param {Ground["kind"]} kind @param {ColourOf} colour @param {TextLayout} textLayout @returns {Layer[]}
 */
export function groundLayers(kind, colour, textLayout) {
  const made = { tiles: tileLayers, grid: gridLayers, synthetic: syntheticLayers };
  return made[kind](colour, textLayout);
}

/** Whether a layer is drawn over an orthophoto: names and the grid are, what covers the ground is not. @param {Layer} layer */
export const isAbovePhoto = (layer) => layer.type === "symbol" || layer.id.endsWith("grid");

/** The name of the source, and of the layer, of one town's orthophoto. @param {Photo} photo */
export const photoId = (photo) => `photo-${photo.city}`;

/** The sources of the towns' orthophotos. @param {Photo[]} photos @returns {Record<string, import("maplibre-gl").SourceSpecification>} */
export function photoSources(photos) {
  return Object.fromEntries(
    photos.map((photo) => [
      photoId(photo),
      {
        type: "raster",
        tiles: [`${location.origin}/api/v1/map/orthophotos/${photo.city}/{z}/{x}/{y}?version=${photo.version}`],
        tileSize: PHOTO_TILE_PX,
        minzoom: photo.min_zoom,
        maxzoom: photo.max_zoom,
        bounds: photo.bounds,
        attribution: photo.attribution,
      },
    ]),
  );
}

/**
 * Their layers, darker by night so that nobody is dazzled.
 * @param {Photo[]} photos @param {boolean} shown @param {ColourOf} colour @returns {Layer[]}
 */
export function photoLayers(photos, shown, colour) {
  return photos.map((photo) => ({
    id: photoId(photo),
    type: "raster",
    source: photoId(photo),
    layout: { visibility: shown ? "visible" : "none" },
    paint: {
      "raster-brightness-max": Number(colour("photo-brightness")),
      "raster-saturation": Number(colour("photo-saturation")),
      "raster-fade-duration": 0,
    },
  }));
}

/**
 * Fills and lines are named alike whatever they are drawn from.
 * @param {string} id @param {From} from @param {Expression} filter @param {string} fillColour @param {More} more @returns {Layer}
 */
function fill(id, from, filter, fillColour, more = {}) {
  return { id, type: "fill", source: "ground", ...from, filter, paint: { "fill-color": fillColour }, ...more };
}

/**
 * @param {string} id @param {From} from @param {Expression} filter @param {string} lineColour @param {number | Expression} width
 * @param {More} more @returns {Layer}
 */
function line(id, from, filter, lineColour, width, more = {}) {
  const paint = { "line-color": lineColour, "line-width": width };
  return { id, type: "line", source: "ground", ...from, filter, layout: ROUND, paint, ...more };
}

/**
 * @param {string} id @param {From} from @param {Expression} filter @param {ColourOf} colour @param {SymbolLayout} layout
 * @param {More} more @returns {Layer}
 */
function label(id, from, filter, colour, layout, more = {}) {
  const paint = {
    "text-color": colour("ink-2"),
    "text-halo-color": colour("map-land"),
    "text-halo-width": 1.4,
  };
  return { id, type: "symbol", source: "ground", ...from, filter, layout, paint, ...more };
}

/** Layers of Protomaps' basemaps, version 4. @param {ColourOf} colour @param {TextLayout} textLayout @returns {Layer[]} */
function tileLayers(colour, textLayout) {
  /** @param {string} layer @returns {From} */
  const of = (layer) => ({ "source-layer": layer });
  /** @type {SymbolLayout} */
  const named = { "text-field": ["get", "name"] };
  /** @type {SymbolLayout} */
  const along = { ...named, "symbol-placement": "line", "text-size": 11 };
  return [
    fill("earth", of("earth"), areas, colour("map-land")),
    fill("green", of("landcover"), ["all", areas, among(...GREEN)], colour("map-park")),
    fill("town", of("landuse"), ["all", areas, among(...BUILT_UP)], colour("map-town")),
    fill("park", of("landuse"), ["all", areas, among(...GREEN)], colour("map-park")),
    fill("water", of("water"), areas, colour("map-water")),
    line("stream", of("water"), lines, colour("map-water"), widths(10, 0.5, 14, 2, 18, 12)),
    fill("building", of("buildings"), areas, colour("map-street"), { minzoom: 14 }),
    line("path", of("roads"), among("path", "other"), colour("map-street"), widths(13, 0.4, 18, 3), { minzoom: 13 }),
    line("rail", of("roads"), among("rail"), colour("map-border"), widths(9, 0.4, 16, 2)),
    line("street", of("roads"), among("minor_road"), colour("map-street"), widths(11, 0.4, 14, 2, 18, 14), {
      minzoom: 11,
    }),
    line("main", of("roads"), among("major_road", "highway"), colour("map-main"), widths(7, 0.6, 13, 2.6, 18, 26)),
    label("street-name", of("roads"), ["has", "name"], colour, textLayout(along), { minzoom: 14 }),
    label("place-name", of("places"), ["has", "name"], colour, textLayout(named)),
  ];
}

/** @param {ColourOf} colour @param {TextLayout} textLayout @returns {Layer[]} */
function gridLayers(colour, textLayout) {
  /** @type {SymbolLayout} */
  const along = { "text-field": ["get", "name"], "symbol-placement": "line", "text-size": 11 };
  return [
    line("fine-grid", {}, among("fine_grid"), colour("map-street"), 0.7, { minzoom: 13 }),
    line("grid", {}, among("grid"), colour("map-main"), 1, { minzoom: 9 }),
    label("fine-grid-name", {}, among("fine_grid"), colour, textLayout(along), { minzoom: 15 }),
    label("grid-name", {}, among("grid"), colour, textLayout(along), { minzoom: 11 }),
  ];
}

/** @param {ColourOf} colour @returns {Layer[]} */
function syntheticLayers(colour) {
  return [
    fill("town", {}, among("town"), colour("map-town")),
    fill("park", {}, among("park"), colour("map-park")),
    fill("water", {}, among("water"), colour("map-water")),
    line("street", {}, among("street"), colour("map-street"), widths(11, 0.4, 14, 1.6, 18, 14), { minzoom: 11 }),
    line("main", {}, among("main"), colour("map-main"), widths(9, 0.8, 13, 2.6, 18, 26)),
  ];
}
