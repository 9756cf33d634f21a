// An error ellipse on the ground as an outline.

import { offset } from "../web/js/geo.js";

const STEPS = 48;

/** @param {import("../web/js/geo.js").LonLat} at @param {number} major metres @param {number} minor metres @param {number} azimuth of the major axis, degrees from north @returns {GeoJSON.Polygon} */
export function ellipse(at, major, minor, azimuth) {
  /** @type {Api.LonLat[]} */
  const ring = [];
  for (let i = 0; i <= STEPS; i += 1) {
    const turn = (2 * Math.PI * i) / STEPS;
    const along = major * Math.cos(turn);
    const across = minor * Math.sin(turn);
    ring.push(offset(at, azimuth + (Math.atan2(across, along) * 180) / Math.PI, Math.hypot(along, across)));
  }
  return { type: "Polygon", coordinates: [ring] };
}
