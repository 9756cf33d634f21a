// The authorities' restricted airspace on the map: colour, stripes and words, so that none of them stands alone.

import { collection } from "../web/js/geo.js";
import { showData } from "../web/js/gl_map.js";
import { contextOf } from "../web/js/images.js";
import { t } from "../web/js/messages.js";
import { colour, inkBy, textLayout } from "../web/js/style.js";

/** @typedef {{identifier: string, restriction: string, heights: string, active: boolean, label?: string}} ZoneProperties */
/** @typedef {GeoJSON.FeatureCollection<GeoJSON.Geometry, ZoneProperties>} AirspaceZones */

/** The ink and the word of each restriction, gravest first. @type {Record<string, [ink: string, word: string]>} */
const RESTRICTIONS = {
  PROHIBITED: ["bad", t("planner.prohibited")],
  REQ_AUTHORISATION: ["hawk", t("planner.permit_needed")],
  CONDITIONAL: ["air", t("planner.on_conditions")],
};

export const AIRSPACE_LAYERS = ["airspace-line", "airspace-rest", "airspace-name", ...Object.keys(RESTRICTIONS).map((name) => `airspace-${name}`)];

/** Add source and layers, empty, below the layer `before`. @param {import("maplibre-gl").Map} map @param {string} before */
export function addAirspace(map, before) {
  map.addSource("airspace", { type: "geojson", data: collection([]) });
  const inks = Object.fromEntries(Object.entries(RESTRICTIONS).map(([name, [value]]) => [name, value]));
  const ink = inkBy("restriction", inks, "ink-3");
  for (const [name, [value]] of Object.entries(RESTRICTIONS)) {
    map.addImage(`hatch-${value}`, hatch(value), { pixelRatio: 2 });
    map.addLayer(
      {
        id: `airspace-${name}`,
        type: "fill",
        source: "airspace",
        filter: ["all", ["==", ["get", "restriction"], name], ["get", "active"]],
        paint: { "fill-pattern": `hatch-${value}`, "fill-opacity": 0.55 },
      },
      before,
    );
  }
  /** @param {string} id @param {boolean} active @param {import("../web/js/overlays.js").LinePaint} paint */
  const line = (id, active, paint) =>
    map.addLayer(
      { id, type: "line", source: "airspace", filter: ["==", ["get", "active"], active], paint: { "line-color": ink, ...paint } },
      before,
    );
  line("airspace-line", true, { "line-width": 1.8 });
  line("airspace-rest", false, { "line-width": 1, "line-dasharray": [2, 3], "line-opacity": 0.7 });
  map.addLayer({
    id: "airspace-name",
    type: "symbol",
    source: "airspace",
    minzoom: 11,
    layout: textLayout({
      "text-field": ["get", "label"],
      "text-size": 11.5,
      "text-max-width": 13,
    }),
    paint: { "text-color": ink, "text-halo-color": colour("map-sea"), "text-halo-width": 1.8 },
  });
}

/** Show the server's zones. @param {import("maplibre-gl").Map} map @param {AirspaceZones} zones of /api/v1/airspace/zones */
export function drawAirspace(map, zones) {
  for (const { properties } of zones.features) {
    const word = RESTRICTIONS[properties.restriction]?.[1] ?? t("planner.information");
    properties.label = `${properties.identifier} · ${word}\n${properties.heights}${properties.active ? "" : `\n${t("planner.not_now")}`}`;
  }
  showData(map, "airspace", zones);
}

/** @param {string} ink */
function hatch(ink) {
  const size = 20;
  const pen = contextOf(size, size);
  pen.strokeStyle = colour(ink);
  pen.globalAlpha = 0.5;
  pen.lineWidth = 2;
  for (const shift of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
    pen.stroke();
  }
  return pen.getImageData(0, 0, size, size);
}
