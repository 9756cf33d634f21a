// Units and incidents as the points that the map's symbols are drawn from. Draws nothing.

import { feature } from "./geo.js";

/** @typedef {GeoJSON.Feature<GeoJSON.Point, Record<string, unknown>>} PointFeature */

/** @param {Api.Place} place @returns {GeoJSON.Point} */
const at = ({ lat, lon }) => ({ type: "Point", coordinates: [lon, lat] });

/**
 * @param {Api.Unit} unit @param {Api.Place} place @param {string} sign what stands beside its name; a unit with one is drawn as old
 * @returns {PointFeature}
 */
export function unitPoint(unit, place, sign) {
  return feature(at(place), {
    id: unit.id,
    name: sign ? `${unit.name} · ${sign}` : unit.name,
    image: `unit-${unit.kind}${sign ? "-stale" : ""}`,
    heading_deg: unit.heading_deg,
    lost: false,
  });
}

/** `worst` holds severity and title in one text, since clusters keep the greatest of a property. @param {Api.Incident} incident @param {Api.Place} place @returns {PointFeature} */
export function incidentPoint(incident, place) {
  return feature(at(place), {
    id: incident.id,
    worst: `${incident.severity}${incident.title}`,
    is_new: Number(incident.state === "new"),
  });
}
