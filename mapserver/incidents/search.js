// The map on the search page: an area is drawn by its corners, or is what the map shows. The form sends it as text.

import { byId } from "../web/js/dom.js";
import { bounds, feature } from "../web/js/geo.js";
import { onStyle, show } from "../web/js/gl_map.js";
import { t } from "../web/js/messages.js";
import { smallMap } from "../web/js/small_map.js";
import { colour } from "../web/js/style.js";

const LEAST_CORNERS = 3;
const PLACES = 6; // decimals of a degree: a tenth of a metre

const container = byId("search-map");
const field = /** @type {HTMLInputElement} */ (byId("area"));
const said = byId("area-said");
/** The corners so far. @type {Api.LonLat[]} */
let corners = read(field.value);
let drawing = false;

/** @param {string} text @returns {Api.LonLat[]} */
function read(text) {
  const pairs = text.split(" ").filter((pair) => pair !== "");
  return pairs.map((pair) => /** @type {Api.LonLat} */ (pair.split(",").map(Number)));
}

const written = () => corners.map((corner) => corner.map((value) => value.toFixed(PLACES)).join(",")).join(" ");

/** @param {import("maplibre-gl").Map} map */
function tell(map) {
  const whole = corners.length >= LEAST_CORNERS;
  field.value = whole ? written() : "";
  const ring = [...corners, corners[0]];
  /** @type {GeoJSON.Geometry} */
  let shape = { type: "MultiPoint", coordinates: corners };
  if (whole) shape = { type: "Polygon", coordinates: [ring] };
  show(map, "area", corners.length > 0 ? [feature(shape)] : []);
  container.classList.toggle("is-drawing", drawing);
  said.textContent = drawing ? t("search_page.click_corners", { count: corners.length }) : "";
}

/** @param {import("maplibre-gl").Map} map */
function addLayers(map) {
  map.addSource("area", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({ id: "area", type: "fill", source: "area", paint: { "fill-color": colour("hawk"), "fill-opacity": 0.15 } });
  map.addLayer({ id: "area-edge", type: "line", source: "area", paint: { "line-color": colour("hawk"), "line-width": 2 } });
  map.addLayer({ id: "area-corners", type: "circle", source: "area", paint: { "circle-color": colour("hawk"), "circle-radius": 4 } });
}

const centre = /** @type {Api.LonLat} */ ([Number(container.dataset.lon), Number(container.dataset.lat)]);
const map = smallMap(container, centre, 11);
if (map) {
  const box = bounds(corners);
  if (box) map.fitBounds(box, { padding: 36, duration: 0 });
  map.on("click", (event) => {
    if (!drawing) return;
    corners.push([event.lngLat.lng, event.lngLat.lat]);
    tell(map);
  });
  byId("draw-area").addEventListener("click", () => {
    drawing = true;
    corners = [];
    tell(map);
  });
  byId("area-of-map").addEventListener("click", () => {
    const [[west, south], [east, north]] = map.getBounds().toArray();
    drawing = false;
    corners = [[west, south], [east, south], [east, north], [west, north]];
    tell(map);
  });
  byId("clear-area").addEventListener("click", () => {
    drawing = false;
    corners = [];
    tell(map);
  });
  tell(map);
  await onStyle(map, () => addLayers(map));
  tell(map);
}
