// The map on an incident's page: where each source saw it, and how well each place is known.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { el, icon } from "./dom.js";
import { SOURCES } from "./format.js";
import { bounds, circle, collection, feature, offset } from "./geo.js";
import { smallMap } from "./small_map.js";
import { colour } from "./style.js";

/** The sightings in the timeline that have a place. */
function sightings() {
  return [...document.querySelectorAll("[data-source][data-lat]")].map((entry) => ({
    entry,
    kind: entry.dataset.source,
    at: [Number(entry.dataset.lon), Number(entry.dataset.lat)],
    accuracy: Number(entry.dataset.accuracy),
  }));
}

/** @type {Marker[]} */
let marks = [];

function draw(map) {
  const seen = sightings();
  map.getSource("accuracy").setData(collection(seen.map(({ at, accuracy }) => feature(circle(at, accuracy)))));
  for (const mark of marks) mark.remove();
  marks = seen.map(({ entry, kind, at }) => {
    const element = el(
      "a",
      { class: "sighting", href: `#${entry.id}`, "aria-label": `${SOURCES[kind]}, go to its entry` },
      icon(kind),
    );
    return new Marker({ element }).setLngLat(at).addTo(map);
  });
}

const container = document.getElementById("incident-map");
const first = sightings();
if (first.length === 0) {
  container.replaceWith(el("p", { class: "quiet" }, "No source gave a place."));
} else {
  const corners = first.flatMap(({ at, accuracy }) =>
    [0, 90, 180, 270].map((bearing) => offset(at, bearing, Math.max(accuracy, 40))),
  );
  const map = smallMap(container, first[0].at, 15);
  map?.fitBounds(bounds(corners), { padding: 36, duration: 0, maxZoom: 16.5 });
  map?.once("load", () => {
    map.addSource("accuracy", { type: "geojson", data: collection([]) });
    map.addLayer({
      id: "accuracy",
      type: "fill",
      source: "accuracy",
      paint: { "fill-color": colour("hawk"), "fill-opacity": 0.1 },
    });
    map.addLayer({
      id: "accuracy-edge",
      type: "line",
      source: "accuracy",
      paint: { "line-color": colour("hawk"), "line-opacity": 0.7 },
    });
    draw(map);
    document.body.addEventListener("htmx:afterSwap", () => draw(map));
  });
}
