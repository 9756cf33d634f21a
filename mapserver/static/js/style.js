// The map's style: country outline and synthetic streets in the page's colours. No glyph server: MapLibre draws text with local fonts.

const FONT = ["Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"];

/** A colour of the design system. @param {string} name without the dashes */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Layout of a text layer. @param {object} [more] */
export const textLayout = (more = {}) => ({ "text-font": FONT, "text-size": 12, "text-max-width": 9, ...more });

/** @returns {import("maplibre-gl").StyleSpecification} */
export function baseStyle() {
  const only = (kind) => ["==", ["get", "kind"], kind];
  const widths = (...stops) => ["interpolate", ["exponential", 1.6], ["zoom"], ...stops];
  return {
    version: 8,
    sources: {
      outline: {
        type: "geojson",
        data: "/static/vendor/outline.geojson",
        attribution: "Natural Earth outline · synthetic streets, not a real map",
      },
      streets: { type: "geojson", data: "/api/v1/map/basemap.geojson", tolerance: 0.2 },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour("map-sea") } },
      { id: "land", type: "fill", source: "outline", paint: { "fill-color": colour("map-land") } },
      {
        id: "border",
        type: "line",
        source: "outline",
        paint: { "line-color": colour("map-border"), "line-width": 1, "line-opacity": widths(8, 0.9, 12, 0.15) },
      },
      {
        id: "town",
        type: "fill",
        source: "streets",
        filter: only("town"),
        paint: { "fill-color": colour("map-town") },
      },
      {
        id: "park",
        type: "fill",
        source: "streets",
        filter: only("park"),
        paint: { "fill-color": colour("map-park") },
      },
      {
        id: "water",
        type: "fill",
        source: "streets",
        filter: only("water"),
        paint: { "fill-color": colour("map-water") },
      },
      {
        id: "street",
        type: "line",
        source: "streets",
        filter: only("street"),
        minzoom: 11,
        layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-color": colour("map-street"),
          "line-width": widths(11, 0.4, 14, 1.6, 18, 14),
          "line-opacity": ["interpolate", ["linear"], ["zoom"], 11, 0, 12.5, 1],
        },
      },
      {
        id: "main",
        type: "line",
        source: "streets",
        filter: only("main"),
        layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": colour("map-main"), "line-width": widths(9, 0.8, 13, 2.6, 18, 26) },
      },
    ],
  };
}
