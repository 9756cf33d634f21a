// The authorities' restricted airspace on the map: colour, stripes and words, so that none of them stands alone.

import { collection } from "../web/js/geo.js";
import { showData } from "../web/js/gl_map.js";
import { colour, textLayout } from "../web/js/style.js";

/** The ink and the word of each restriction, gravest first. */
const RESTRICTIONS = {
  PROHIBITED: ["bad", "prohibited"],
  REQ_AUTHORISATION: ["hawk", "permit needed"],
  CONDITIONAL: ["air", "on conditions"],
};

export const AIRSPACE_LAYERS = ["airspace-line", "airspace-rest", "airspace-name", ...Object.keys(RESTRICTIONS).map((name) => `airspace-${name}`)];

/** Add source and layers, empty, below the layer `before`. @param {import("maplibre-gl").Map} map @param {string} before */
export function addAirspace(map, before) {
  map.addSource("airspace", { type: "geojson", data: collection([]) });
  const ink = ["match", ["get", "restriction"], ...Object.entries(RESTRICTIONS).flatMap(([name, [value]]) => [name, colour(value)]), colour("ink-3")];
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

/** Show the server's zones. @param {any} zones GeoJSON of /api/v1/airspace/zones */
export function drawAirspace(map, zones) {
  for (const { properties } of zones.features) {
    const word = RESTRICTIONS[properties.restriction]?.[1] ?? "information";
    properties.label = `${properties.identifier} · ${word}\n${properties.heights}${properties.active ? "" : "\nnot now"}`;
  }
  showData(map, "airspace", zones);
}

function hatch(ink) {
  const size = 20;
  const pen = new OffscreenCanvas(size, size).getContext("2d");
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
