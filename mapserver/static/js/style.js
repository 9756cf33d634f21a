// The map's style in the page's colours. No glyph server: MapLibre draws text with local fonts.
import { groundLayers, groundSource } from "./ground.js";

const FONT = ["Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"];

/** A colour of the design system. @param {string} name without the dashes */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Layout of a text layer. @param {object} [more] */
export const textLayout = (more = {}) => ({ "text-font": FONT, "text-size": 12, "text-max-width": 9, ...more });

/** @returns {import("maplibre-gl").StyleSpecification} */
export function baseStyle() {
  const ground = JSON.parse(document.documentElement.dataset.basemap);
  return {
    version: 8,
    sources: {
      outline: { type: "geojson", data: "/static/vendor/outline.geojson" },
      ground: groundSource(ground),
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour("map-sea") } },
      { id: "land", type: "fill", source: "outline", paint: { "fill-color": colour("map-land") } },
      ...groundLayers(ground.kind, colour, textLayout),
      {
        id: "border",
        type: "line",
        source: "outline",
        paint: {
          "line-color": colour("map-border"),
          "line-width": 1,
          "line-opacity": ["interpolate", ["linear"], ["zoom"], 8, 0.9, 12, 0.15],
        },
      },
    ],
  };
}
