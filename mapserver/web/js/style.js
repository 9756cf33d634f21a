// The map's style in the page's colours. No glyph server: MapLibre draws text with local fonts.
import { groundLayers, groundSource, isAbovePhoto, photoLayers, photoSources } from "./ground.js";
import { groundOfPage, isPhotoChosen } from "./ground_choice.js";

const FONT = ["Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"];

/** A colour of the design system. @param {string} name without the dashes */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Layout of a text layer. @param {object} [more] */
export const textLayout = (more = {}) => ({ "text-font": FONT, "text-size": 12, "text-max-width": 9, ...more });

/** @returns {import("maplibre-gl").StyleSpecification} */
export function baseStyle() {
  const ground = groundOfPage();
  const layers = groundLayers(ground.kind, colour, textLayout);
  return {
    version: 8,
    sources: {
      outline: { type: "geojson", data: "/static/vendor/outline.geojson" },
      ground: groundSource(ground),
      ...photoSources(ground.photos),
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour("map-sea") } },
      { id: "land", type: "fill", source: "outline", paint: { "fill-color": colour("map-land") } },
      ...layers.filter((layer) => !isAbovePhoto(layer)),
      ...photoLayers(ground.photos, isPhotoChosen(), colour),
      ...layers.filter(isAbovePhoto),
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
