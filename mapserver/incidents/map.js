// The map on an incident's page: where each source saw it, and how well each place is known.

import { byId, el, findAll, icon, maybeById } from "../web/js/dom.js";
import { SOURCES, sourceWord } from "../web/js/format.js";
import { bounds, circle, collection, feature, offset } from "../web/js/geo.js";
import { onStyle, show } from "../web/js/gl_map.js";
import { t } from "../web/js/messages.js";
import { PointSource } from "../web/js/point_source.js";
import { smallMap } from "../web/js/small_map.js";
import { Stacks } from "../web/js/stacks.js";
import { colour } from "../web/js/style.js";
import { addSightings } from "../web/js/symbol_layers.js";

/** The sightings in the timeline that have a place. @returns {{id: string, kind: string, at: Api.LonLat, accuracy: number}[]} */
function sightings() {
  return findAll("[data-source][data-lat]").map((entry) => ({
    id: entry.id,
    kind: entry.dataset.source ?? "",
    at: [Number(entry.dataset.lon), Number(entry.dataset.lat)],
    accuracy: Number(entry.dataset.accuracy),
  }));
}

/** @param {import("maplibre-gl").Map} map @param {PointSource} points */
function draw(map, points) {
  const seen = sightings();
  show(map, "accuracy", seen.map(({ at, accuracy }) => feature(circle(at, accuracy))));
  points.show(new Map(seen.map(({ id, kind, at }) => [id, feature({ type: "Point", coordinates: at }, { id, kind })])));
}

/** What the list of several sightings in one place says of one. @param {string} id */
function rowOf(id) {
  const entry = maybeById(id);
  if (!entry) return null;
  const kind = entry.dataset.source ?? "";
  const when = entry.querySelector("time")?.textContent ?? "";
  return { mark: icon(kind), title: sourceWord(kind), line: when, rank: 0 };
}

/** @param {import("maplibre-gl").Map} map */
function addAccuracy(map) {
  map.addSource("accuracy", { type: "geojson", data: collection([]) });
  map.addLayer({ id: "accuracy", type: "fill", source: "accuracy", paint: { "fill-color": colour("hawk"), "fill-opacity": 0.1 } });
  map.addLayer({ id: "accuracy-edge", type: "line", source: "accuracy", paint: { "line-color": colour("hawk"), "line-opacity": 0.7 } });
}

/** @param {string} _kind @param {string} id */
const goTo = (_kind, id) => {
  location.hash = id;
};

const container = byId("incident-map");
const first = sightings();
if (first.length === 0) {
  container.replaceWith(el("p", { class: "quiet" }, t("map.no_place")));
} else {
  const corners = first.flatMap(({ at, accuracy }) =>
    [0, 90, 180, 270].map((bearing) => offset(at, bearing, Math.max(accuracy, 40))),
  );
  const map = smallMap(container, first[0].at, 15);
  const box = bounds(corners);
  if (map && box) {
    map.fitBounds(box, { padding: 36, duration: 0, maxZoom: 16.5 });
    const points = new PointSource(map, "sightings");
    await onStyle(map, () => addAccuracy(map));
    await addSightings(map, SOURCES);
    draw(map, points);
    new Stacks(map, { symbols: { "sighting-mark": "sighting" }, areas: {} }, (kind, id) => rowOf(id), goTo);
    document.body.addEventListener("htmx:afterSwap", () => draw(map, points));
  }
}
