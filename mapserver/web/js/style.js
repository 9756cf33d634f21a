// The map's style in the page's colours. No glyph server: MapLibre draws text with local fonts.
import { groundLayers, groundSource, isAbovePhoto, photoLayers, photoSources } from "./ground.js";
import { groundOfPage, isPhotoChosen } from "./ground_choice.js";

const FONT = ["Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"];

/** A colour of the design system. @param {string} name without the dashes */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** @typedef {NonNullable<import("maplibre-gl").SymbolLayerSpecification["layout"]>} SymbolLayout */
/** @typedef {import("maplibre-gl").ExpressionSpecification} Expression */

/** Layout of a text layer. @param {SymbolLayout} [more] @returns {SymbolLayout} */
export const textLayout = (more = {}) => ({ "text-font": FONT, "text-size": 12, "text-max-width": 9, ...more });

/**
 * A colour by the value of a feature's property.
 * @param {string} property @param {Record<string, string>} inks the names of colours by value @param {string} otherwise
 */
export function inkBy(property, inks, otherwise) {
  const pairs = Object.entries(inks).flatMap(([value, name]) => [value, colour(name)]);
  const match = ["match", ["get", property], ...pairs, colour(otherwise)];
  return /** @type {Expression} */ (/** @type {unknown} */ (match));
}

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
