// The search for places over a map: goes to the place that is picked and marks it.

import { Marker } from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { el } from "./dom.js";
import { PlaceSearch } from "./place_search.js";

const CLOSE_ZOOM = 16.5;

/** @param {(at: Api.LonLat) => import("maplibre-gl").Map | null} mapOf the map that shows a place best */
export function searchPlacesOn(mapOf) {
  const mark = new Marker({ element: el("span", { class: "place-mark", "aria-hidden": "true" }), anchor: "bottom" });
  new PlaceSearch(({ lon, lat }) => {
    const map = mapOf([lon, lat]);
    if (!map) return;
    mark.setLngLat([lon, lat]).addTo(map);
    map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), CLOSE_ZOOM) });
  });
}
