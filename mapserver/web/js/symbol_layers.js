// The layers of what can be many: incidents, units and sightings as symbols, near ones as one symbol with their count.

import { collection } from "./geo.js";
import { onStyle } from "./gl_map.js";
import { addImages, COUNT_AT_PX, drawImages, INCIDENT_IMAGES, sightingImages, UNIT_IMAGES } from "./images.js";
import { withParts } from "./messages.js";
import { colour, textLayout } from "./style.js";

const CLUSTER_PX = 52; // nearer symbols than this are one
const SIGHTINGS_PX = 28; // of one incident, on a map of its own
const LAST_CLUSTER_ZOOM = 17;
const NAMES_ZOOM = 12; // farther away no name fits
const COUNT_SIZE = 11;
/** @typedef {import("maplibre-gl").SymbolLayerSpecification} SymbolLayer */
/** @typedef {import("./style.js").Expression} Expression */
/** @typedef {import("./style.js").SymbolLayout} SymbolLayout */

/** @type {Expression} */
const isMany = ["has", "point_count"];
/** @type {Expression} */
const isOne = ["!", isMany];
/** @type {Expression} */
const count = ["get", "point_count_abbreviated"];

/** `worst` of an incident is its severity and its title in one text, since clusters keep the greatest of a property. @type {Expression} */
const severity = ["slice", ["get", "worst"], 0, 1];
/** @type {Expression} */
const title = ["slice", ["get", "worst"], 1];

/** The layers of names, for the tick of the layer list. */
export const NAME_LAYERS = ["incident-name", "drone-name", "unit-name"];

/** @param {Record<string, unknown>} properties @param {number} radius CSS pixels @returns {import("maplibre-gl").GeoJSONSourceSpecification} */
const clustered = (properties, radius = CLUSTER_PX) => ({
  type: "geojson",
  data: collection([]),
  promoteId: "id",
  cluster: true,
  clusterRadius: radius,
  clusterMaxZoom: LAST_CLUSTER_ZOOM,
  clusterProperties: properties,
});

const inked = () => ({ paint: { "text-color": colour("ink") } });

/** A layer of pictures: all are drawn, whatever lies below them. @param {string} id @param {string} source @param {SymbolLayout} layout @param {object} more @returns {SymbolLayer} */
const marks = (id, source, layout, more = {}) => ({ id, type: "symbol", source, layout: { "icon-allow-overlap": true, "icon-padding": 0, ...layout }, ...more });

/**
 * A layer of names: one that would lie on another, or on a picture, waits until one is nearer.
 * @param {string} id @param {string} source @param {SymbolLayout} layout @param {string | Expression} ink @param {object} more
 * @returns {SymbolLayer}
 */
function names(id, source, layout, ink, more = {}) {
  return {
    id,
    type: "symbol",
    source,
    minzoom: NAMES_ZOOM,
    layout: textLayout({ "text-size": 12.5, "text-max-width": 14, ...layout }),
    paint: { "text-color": ink, "text-halo-color": colour("map-sea"), "text-halo-width": 1.8 },
    ...more,
  };
}

/** The count in the picture of several units or sightings. @returns {SymbolLayout} */
const countInside = () => ({ "text-field": ["case", isMany, count, ""], "text-size": 13, "text-offset": [-0.15, 0.15], "text-allow-overlap": true });

/** Where there is room beside the mark: the upper layers are given theirs first, incidents before drones before other units. @type {SymbolLayout} */
const unitName = {
  "text-field": ["get", "name"],
  "text-variable-anchor": ["top", "bottom", "left", "right"],
  "text-radial-offset": 2.05,
  "text-justify": "auto",
};
/** @param {number} away */
const besideMark = (away) => ["left", [away, -2.2], "right", [-away, -2.2], "top", [0, 0.4]];
/** @returns {Expression} */
const unitInk = () => ["case", ["get", "lost"], colour("bad"), colour("ink")];

/** @param {string} source @param {string} image @returns {SymbolLayer} */
const noses = (source, image) => ({
  id: `${source}-nose`,
  type: "symbol",
  source,
  filter: ["all", isOne, ["!=", ["get", "heading_deg"], null]],
  layout: {
    "icon-image": image,
    "icon-rotate": ["get", "heading_deg"],
    "icon-rotation-alignment": "map",
    "icon-allow-overlap": true,
    "icon-ignore-placement": true,
  },
});

/** Add sources and layers of units and incidents, empty. @param {import("maplibre-gl").Map} map */
export async function addSymbols(map) {
  const images = await drawImages({ ...UNIT_IMAGES, ...INCIDENT_IMAGES });
  await onStyle(map, () => {
    addImages(map, images);
    addSources(map);
    for (const layer of symbolLayers()) map.addLayer(layer);
  });
}

/** @param {import("maplibre-gl").Map} map */
function addSources(map) {
  map.addSource("units", clustered({}));
  map.addSource("drones", { type: "geojson", data: collection([]), promoteId: "id" });
  map.addSource(
    "incidents",
    clustered({
      worst: [["case", [">", ["accumulated"], ["get", "worst"]], ["accumulated"], ["get", "worst"]], ["get", "worst"]],
      is_new: ["max", ["get", "is_new"]],
    }),
  );
}

/** The words of `browser.incident_and_more` as the map puts them together. @returns {Expression} */
function andMore() {
  /** @type {Expression} */
  const rest = ["to-string", ["-", ["get", "point_count"], 1]];
  const words = withParts("browser.incident_and_more", { title, rest });
  return /** @type {Expression} */ (/** @type {unknown} */ (["concat", ...words]));
}

/** @returns {SymbolLayer[]} */
const symbolLayers = () => [
  names("unit-name", "units", unitName, unitInk(), { filter: isOne }),
  names("drone-name", "drones", unitName, unitInk()),
  names(
    "incident-name",
    "incidents",
    {
      "text-field": ["case", isMany, andMore(), title],
      "text-justify": "auto",
      "text-variable-anchor-offset": ["case", isMany, ["literal", besideMark(2.85)], ["literal", besideMark(2.2)]],
      "symbol-sort-key": ["-", 0, ["to-number", severity]],
    },
    colour("ink"),
  ),
  noses("units", "nose-unit"),
  marks("unit-mark", "units", textLayout({ "icon-image": ["case", isMany, "unit-many", ["get", "image"]], ...countInside() }), inked()),
  noses("drones", "nose-drone"),
  marks("drone-mark", "drones", { "icon-image": ["get", "image"] }),
  marks("incident-mark", "incidents", {
    "icon-image": ["concat", "severity-", severity, ["case", [">", ["get", "is_new"], 0], "-new", ""], ["case", isMany, "-many", ""]],
    "icon-anchor": "bottom",
    "symbol-sort-key": ["to-number", severity],
  }),
  {
    id: "incident-count",
    type: "symbol",
    source: "incidents",
    filter: isMany,
    layout: textLayout({
      "text-field": count,
      "text-size": COUNT_SIZE,
      "text-offset": [COUNT_AT_PX[0] / COUNT_SIZE, COUNT_AT_PX[1] / COUNT_SIZE],
      "text-ignore-placement": true,
      "text-allow-overlap": true,
    }),
    ...inked(),
  },
];

/** Add source and layer of sightings, empty. @param {import("maplibre-gl").Map} map @param {string[]} kinds of source */
export async function addSightings(map, kinds) {
  const images = await drawImages(sightingImages(kinds));
  /** @type {Expression} */
  const image = ["case", isMany, "sighting-many", ["concat", "sighting-", ["get", "kind"]]];
  await onStyle(map, () => {
    addImages(map, images);
    map.addSource("sightings", clustered({}, SIGHTINGS_PX));
    map.addLayer(marks("sighting-mark", "sightings", textLayout({ "icon-image": image, ...countInside() }), inked()));
  });
}
