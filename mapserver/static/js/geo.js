// Geometry on the ground: cones, circles, cut lines, bounds. Degrees in, degrees out; metres in between.

const M_PER_DEG_LAT = 111_320;
const RAD = Math.PI / 180;
const FLATTEST_DEG = 10;

/** @typedef {[number, number]} LonLat */

/** The point `metres` away at `bearing` degrees from north; flat-earth, good for a few kilometres. @returns {LonLat} */
export function offset([lon, lat], bearing, metres) {
  return [
    lon + (metres * Math.sin(bearing * RAD)) / (M_PER_DEG_LAT * Math.cos(lat * RAD)),
    lat + (metres * Math.cos(bearing * RAD)) / M_PER_DEG_LAT,
  ];
}

/** A field of view as a GeoJSON Polygon. @param {LonLat} at @param {number} azimuth @param {number} hfov degrees @param {number} range metres */
export function cone(at, azimuth, hfov, range) {
  if (hfov >= 360) return circle(at, range);
  const ring = [at];
  const steps = Math.max(6, Math.ceil(hfov / 6));
  for (let i = 0; i <= steps; i += 1) ring.push(offset(at, azimuth - hfov / 2 + (hfov * i) / steps, range));
  ring.push(at);
  return { type: "Polygon", coordinates: [ring] };
}

/**
 * The ground that a drone's camera sees, as a GeoJSON Polygon: level ground, a level picture of 16 to 9, and nothing
 * flatter than ten degrees below the horizon. Null when it sees none. Pinhole camera (Kraus, Photogrammetry, 3.1).
 * @param {LonLat} at @param {number} height metres above the ground @param {number} yaw @param {number} pitch -90 is down
 * @param {number} hfov degrees
 */
export function footprint(at, height, yaw, pitch, hfov) {
  const across = Math.tan((hfov / 2) * RAD);
  const lowest = -across / (16 / 9);
  const [sin, cos, flattest] = [Math.sin(-pitch * RAD), Math.cos(pitch * RAD), Math.tan(FLATTEST_DEG * RAD)];
  const horizon = cos + flattest * sin > 1e-9 ? (sin - flattest * cos) / (cos + flattest * sin) : Infinity;
  const highest = Math.min(-lowest, horizon);
  if (highest <= lowest) return null;
  const corner = (right, up) => {
    const scale = height / (sin - up * cos);
    const [ahead, aside] = [scale * (cos + up * sin), scale * right];
    return offset(at, yaw + Math.atan2(aside, ahead) / RAD, Math.hypot(ahead, aside));
  };
  const first = corner(-across, lowest);
  return {
    type: "Polygon",
    coordinates: [[first, corner(across, lowest), corner(across, highest), corner(-across, highest), first]],
  };
}

/** A circle as a GeoJSON Polygon. @param {LonLat} at @param {number} radius metres */
export function circle(at, radius) {
  const ring = [];
  for (let i = 0; i <= 64; i += 1) ring.push(offset(at, (i * 360) / 64, radius));
  return { type: "Polygon", coordinates: [ring] };
}

/** The first part of a line, `fraction` of its corners long. @param {LonLat[]} line @param {number} fraction */
export function flownPart(line, fraction) {
  const corners = Math.floor(Math.min(1, Math.max(0, fraction)) * (line.length - 1));
  return line.slice(0, corners + 1);
}

/** The box around points: [west, south, east, north], or null for none. @param {LonLat[]} points */
export function bounds(points) {
  if (points.length === 0) return null;
  const lons = points.map((p) => p[0]);
  const lats = points.map((p) => p[1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** A point inside, for a label: the mean of the corners. @param {{coordinates: LonLat[][]}} polygon @returns {LonLat} */
export function middle(polygon) {
  const corners = polygon.coordinates[0].slice(0, -1);
  const sum = corners.reduce(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0]);
  return [sum[0] / corners.length, sum[1] / corners.length];
}

/** Where a label stands clear of what is inside: above the middle, level with the northernmost corner. @returns {LonLat} */
export function topOf(polygon) {
  return [middle(polygon)[0], Math.max(...polygon.coordinates[0].map((corner) => corner[1]))];
}

/** @param {GeoJSON.Geometry} geometry @param {object} properties */
export const feature = (geometry, properties = {}) => ({ type: "Feature", properties, geometry });

/** @param {object[]} features */
export const collection = (features) => ({ type: "FeatureCollection", features });

/** Metres between two points; flat-earth, good for a few kilometres. @param {LonLat} a @param {LonLat} b */
export function metresBetween(a, b) {
  const east = (b[0] - a[0]) * M_PER_DEG_LAT * Math.cos(((a[1] + b[1]) / 2) * RAD);
  return Math.hypot(east, (b[1] - a[1]) * M_PER_DEG_LAT);
}
