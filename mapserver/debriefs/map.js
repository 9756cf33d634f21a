// The map of a debrief: the planned route, the track flown, what was covered and what was not.

import { byId } from "../web/js/dom.js";
import { bounds, collection, feature } from "../web/js/geo.js";
import { onStyle } from "../web/js/gl_map.js";
import { smallMap } from "../web/js/small_map.js";
import { colour } from "../web/js/style.js";

/**
 * @typedef {{route: GeoJSON.LineString, area: GeoJSON.Geometry, debrief: {
 *   track: GeoJSON.Position[],
 *   coverage: {covered: GeoJSON.Geometry | null, gaps: {geometry: GeoJSON.Geometry}[]} | null,
 * } | null}} DebriefData
 */

const container = byId("debrief-map");
/** @type {DebriefData} */
const { route, area, debrief } = JSON.parse(container.dataset.debrief ?? "");
const covered = debrief?.coverage;
/** @type {Api.LonLat[]} */
const track = debrief?.track.map(([lon, lat]) => [lon, lat]) ?? [];

/** Every corner on the map. @returns {GeoJSON.Position[]} */
const everywhere = () => [
  ...(area.type === "Polygon" ? area.coordinates[0] : []),
  ...route.coordinates.map(([lon, lat]) => [lon, lat]),
  ...track,
];

/** @param {GeoJSON.Geometry | null | undefined} geometry */
const only = (geometry) => collection(geometry ? [feature(geometry)] : []);

/** @param {import("maplibre-gl").Map} map */
function draw(map) {
  /** @type {Record<string, [GeoJSON.FeatureCollection, string, number]>} */
  const fills = {
    covered: [only(covered?.covered), "good", 0.25],
    gaps: [collection(covered?.gaps.map(({ geometry }) => feature(geometry)) ?? []), "bad", 0.55],
  };
  for (const [id, [data, name, opacity]] of Object.entries(fills)) {
    map.addSource(id, { type: "geojson", data });
    map.addLayer({ id, type: "fill", source: id, paint: { "fill-color": colour(name), "fill-opacity": opacity } });
  }
  /** @type {Record<string, [GeoJSON.FeatureCollection, string, number, number[]]>} */
  const lines = {
    area: [only(area), "zone", 2, [1]],
    planned: [only(route), "ink-3", 1.5, [2, 2]],
    flown: [only(track.length > 1 ? { type: "LineString", coordinates: track } : null), "air", 2.5, [1]],
  };
  for (const [id, [data, name, width, dashes]] of Object.entries(lines)) {
    map.addSource(id, { type: "geojson", data });
    const paint = { "line-color": colour(name), "line-width": width, "line-dasharray": dashes };
    map.addLayer({ id, type: "line", source: id, paint });
  }
}

const box = bounds(everywhere());
const map = box && smallMap(container, [box[0], box[1]], 15);
if (map) {
  map.fitBounds(box, { padding: 36, duration: 0, maxZoom: 18 });
  onStyle(map, () => draw(map));
}
