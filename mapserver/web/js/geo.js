// Geometry on the ground: circles, cut lines, bounds. Degrees in, degrees out; metres in between.

const M_PER_DEG_LAT = 111_320;
const RAD = Math.PI / 180;

/** @typedef {Api.LonLat} LonLat */

/** The point `metres` away at `bearing` degrees from north; flat-earth, good for a few kilometres. @param {LonLat} at @param {number} bearing @param {number} metres @returns {LonLat} */
export function offset([lon, lat], bearing, metres) {
  return [
    lon + (metres * Math.sin(bearing * RAD)) / (M_PER_DEG_LAT * Math.cos(lat * RAD)),
    lat + (metres * Math.cos(bearing * RAD)) / M_PER_DEG_LAT,
  ];
}

/**
 * A polygon drawn nearer to a point, `part` of the way out. @param {GeoJSON.Polygon} polygon @param {LonLat} at
 * @param {number} part 0..1 @returns {GeoJSON.Polygon}
 */
export function shrunk(polygon, [lon, lat], part) {
  /** @param {GeoJSON.Position} corner */
  const nearer = ([x, y]) => [lon + (x - lon) * part, lat + (y - lat) * part];
  return { type: "Polygon", coordinates: polygon.coordinates.map((ring) => ring.map(nearer)) };
}

/** A circle as a GeoJSON Polygon. @param {LonLat} at @param {number} radius metres @returns {GeoJSON.Polygon} */
export function circle(at, radius) {
  /** @type {LonLat[]} */
  const ring = [];
  for (let i = 0; i <= 64; i += 1) ring.push(offset(at, (i * 360) / 64, radius));
  return { type: "Polygon", coordinates: [ring] };
}

/** The first part of a line, `fraction` of its corners long. @param {GeoJSON.Position[]} line @param {number} fraction */
export function flownPart(line, fraction) {
  const corners = Math.floor(Math.min(1, Math.max(0, fraction)) * (line.length - 1));
  return line.slice(0, corners + 1);
}

/** The box around points: [west, south, east, north], or null for none. @param {GeoJSON.Position[]} points @returns {[number, number, number, number] | null} */
export function bounds(points) {
  if (points.length === 0) return null;
  const lons = points.map((p) => p[0]);
  const lats = points.map((p) => p[1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** A point inside, for a label: the mean of the corners. @param {GeoJSON.Polygon} polygon @returns {LonLat} */
export function middle(polygon) {
  const corners = polygon.coordinates[0].slice(0, -1);
  const sum = corners.reduce(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0]);
  return [sum[0] / corners.length, sum[1] / corners.length];
}

/** Where a label stands clear of what is inside: above the middle, level with the northernmost corner. @param {GeoJSON.Polygon} polygon @returns {LonLat} */
export function topOf(polygon) {
  return [middle(polygon)[0], Math.max(...polygon.coordinates[0].map((corner) => corner[1]))];
}

/**
 * @template {GeoJSON.Geometry} Shape @template {Record<string, unknown>} Facts
 * @param {Shape} geometry @param {Facts} [properties] @returns {GeoJSON.Feature<Shape, Facts>}
 */
export const feature = (geometry, properties) => ({ type: "Feature", properties: properties ?? /** @type {Facts} */ ({}), geometry });

/** @param {GeoJSON.Feature[]} features @returns {GeoJSON.FeatureCollection} */
export const collection = (features) => ({ type: "FeatureCollection", features });

/** Metres between two points; flat-earth, good for a few kilometres. @param {LonLat} a @param {LonLat} b */
export function metresBetween(a, b) {
  const east = (b[0] - a[0]) * M_PER_DEG_LAT * Math.cos(((a[1] + b[1]) / 2) * RAD);
  return Math.hypot(east, (b[1] - a[1]) * M_PER_DEG_LAT);
}
