// Small pictures for map symbols, drawn on a canvas in the page's colours.

import { byId } from "./dom.js";
import { colour } from "./style.js";

const DENSITY = 2;
const CAMERA_PX = 22;
const UNIT_PX = 40;
const BODY_PX = 34;
const INCIDENT_PX = { width: 48, widthOfMany: 64, height: 60, mark: 36 };

/** @typedef {"drone" | "tower" | "body_camera" | "sighting"} BodyShape */
/** @typedef {OffscreenCanvasRenderingContext2D} Pen */
/** @typedef {{edge: string, fill: string, dash?: number[]}} BodyLook */

/** Corners of a unit's body in CSS pixels, as in markers.css: kinds differ in shape, not only in colour. @type {Record<BodyShape, number | number[]>} */
const CORNERS = { drone: 17, tower: 7, body_camera: [17, 17, 17, 4], sighting: 17 };

/** How far the count of a cluster lies from the tip of its mark, in CSS pixels. */
export const COUNT_AT_PX = [20, -48];

/** What the page has drawn already: all its maps share it. @type {Map<string, Promise<ImageData>>} */
const drawn = new Map();

/** @typedef {Record<string, () => Promise<ImageData> | ImageData>} Pictures how each is drawn, by its name */

/** Draw pictures, each once a page. @param {Pictures} pictures @returns {Promise<[string, ImageData][]>} */
export function drawImages(pictures) {
  /** @param {[string, Pictures[string]]} picture @returns {Promise<[string, ImageData]>} */
  const draw = async ([name, how]) => {
    const picture = drawn.get(name) ?? Promise.resolve(how());
    drawn.set(name, picture);
    return [name, await picture];
  };
  return Promise.all(Object.entries(pictures).map(draw));
}

/** Give the map pictures that are drawn. @param {import("maplibre-gl").Map} map @param {[string, ImageData][]} images */
export function addImages(map, images) {
  for (const [name, image] of images) map.addImage(name, image, { pixelRatio: DENSITY });
}

/** The pictures of fixed cameras: `camera`, `plate-camera`. @returns {[string, ImageData][]} */
export const cameraImages = () => [
  ["camera", camera(false)],
  ["plate-camera", camera(true)],
];

/** The pictures of units: `unit-KIND`, `unit-KIND-stale`, their nose, and several towers or body cameras in one. @type {Pictures} */
export const UNIT_IMAGES = {
  ...Object.fromEntries(
    /** @type {const} */ (["drone", "tower", "body_camera"]).flatMap((kind) => [
      [`unit-${kind}`, () => unit(kind, false)],
      [`unit-${kind}-stale`, () => unit(kind, true)],
    ]),
  ),
  "nose-drone": () => nose("air"),
  "nose-unit": () => nose("unit"),
  "unit-many": () => many("tower", "unit"),
};

/** The pictures of incidents: `severity-N`, with `-new` where nobody acknowledged it, with `-many` for several. */
export const INCIDENT_IMAGES = Object.fromEntries(
  [1, 2, 3, 4, 5].flatMap((level) =>
    ["", "-new"].flatMap((fresh) =>
      ["", "-many"].map((several) => [`severity-${level}${fresh}${several}`, () => incident(level, fresh !== "", several !== "")]),
    ),
  ),
);

/** The pictures of sightings by these kinds of source, `sighting-KIND`, and of several. @param {string[]} kinds */
export const sightingImages = (kinds) => ({
  ...Object.fromEntries(kinds.map((kind) => [`sighting-${kind}`, () => disc("sighting", kind, { edge: colour("hawk"), ink: colour("ink") })])),
  "sighting-many": () => many("sighting", "hawk"),
});

/** A pen on a canvas of so many CSS pixels. @param {number} width @param {number} height */
function penFor(width, height) {
  const pen = contextOf(width * DENSITY, height * DENSITY);
  pen.scale(DENSITY, DENSITY);
  pen.lineJoin = "round";
  return pen;
}

/** The context of a canvas of so many pixels. @param {number} width @param {number} height @returns {Pen} */
export function contextOf(width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) throw new Error("this browser draws on no canvas");
  return context;
}

/** @param {Pen} pen */
const pixels = (pen) => pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);

/** An icon of the page's sprite as a picture. @param {string} name @param {string} ink @param {number} size CSS pixels */
async function spriteIcon(name, ink, size) {
  const symbol = byId(`icon-${name}`, SVGSymbolElement);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const { name: attribute, value } of symbol.attributes) if (attribute !== "id") svg.setAttribute(attribute, value);
  svg.setAttribute("width", String(size * DENSITY));
  svg.setAttribute("height", String(size * DENSITY));
  svg.setAttribute("color", ink);
  svg.innerHTML = symbol.innerHTML;
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await picture.decode();
  return picture;
}

/** @param {Api.Unit["kind"]} kind @param {boolean} isStale */
function unit(kind, isStale) {
  if (isStale) return disc(kind, kind, { edge: colour("ink-3"), ink: colour("ink-3"), dash: [4, 3] });
  if (kind === "drone") return disc(kind, kind, { edge: colour("air"), ink: colour("map-sea"), fill: colour("air") });
  return disc(kind, kind, { edge: colour("unit"), ink: colour("unit") });
}

/**
 * A body with an icon in it, on a rim in the map's colour.
 * @param {BodyShape} shape @param {string} name of the icon @param {{edge: string, ink: string, fill?: string, dash?: number[]}} look
 */
async function disc(shape, name, { edge, ink, fill = colour("panel"), dash = [] }) {
  const pen = penFor(UNIT_PX, UNIT_PX);
  const icon = await spriteIcon(name, ink, 21);
  const from = (UNIT_PX - BODY_PX) / 2;
  body(pen, from, from, CORNERS[shape], { edge, fill, dash });
  const iconFrom = (UNIT_PX - 21) / 2;
  pen.drawImage(icon, iconFrom, iconFrom, 21, 21);
  return pixels(pen);
}

/** @param {Pen} pen @param {number} x @param {number} y @param {number | number[]} corners @param {BodyLook} look */
function body(pen, x, y, corners, { edge, fill, dash = [] }) {
  pen.beginPath();
  pen.roundRect(x + 1, y + 1, BODY_PX - 2, BODY_PX - 2, corners);
  pen.strokeStyle = colour("map-sea");
  pen.lineWidth = 6;
  pen.setLineDash([]);
  pen.stroke();
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = edge;
  pen.lineWidth = 2;
  pen.setLineDash(dash);
  pen.stroke();
}

/** Several in one place: a second body behind the first, which is free for their count. @param {BodyShape} shape @param {string} ink */
function many(shape, ink) {
  const pen = penFor(UNIT_PX, UNIT_PX);
  const look = { edge: colour(ink), fill: colour("panel") };
  body(pen, 5, 1, CORNERS[shape], look);
  body(pen, 1, 5, CORNERS[shape], look);
  return pixels(pen);
}

/** Where a unit's front is: points north before it is turned. @param {string} ink */
function nose(ink) {
  const size = UNIT_PX + 18;
  const mid = size / 2;
  const pen = penFor(size, size);
  pen.beginPath();
  pen.moveTo(mid - 8, 12);
  pen.lineTo(mid, 1);
  pen.lineTo(mid + 8, 12);
  pen.closePath();
  pen.strokeStyle = colour("map-sea");
  pen.lineWidth = 2;
  pen.stroke();
  pen.fillStyle = colour(ink);
  pen.fill();
  return pixels(pen);
}

/** A severity's shape with its number on a stem; its tip is the middle of the lower edge. @param {number} level @param {boolean} isNew @param {boolean} isMany */
async function incident(level, isNew, isMany) {
  const { height, mark } = INCIDENT_PX;
  const width = isMany ? INCIDENT_PX.widthOfMany : INCIDENT_PX.width;
  const pen = penFor(width, height);
  const mid = width / 2;
  const top = height - 14 - mark + 2;
  pen.fillStyle = colour("ink");
  pen.fillRect(mid - 1, height - 16, 2, 16);
  if (isNew) ring(pen, mid, top + mark / 2, level);
  const rim = await spriteIcon(`severity-${level}`, colour("map-sea"), mark + 4);
  const shape = await spriteIcon(`severity-${level}`, colour(`severity-${level}`), mark);
  if (isMany) {
    pen.globalAlpha = 0.75;
    pen.drawImage(rim, mid - mark / 2 + 3, top - 7, mark + 4, mark + 4);
    pen.drawImage(shape, mid - mark / 2 + 5, top - 5, mark, mark);
    pen.globalAlpha = 1;
  }
  pen.drawImage(rim, mid - mark / 2 - 2, top - 2, mark + 4, mark + 4);
  pen.drawImage(shape, mid - mark / 2, top, mark, mark);
  pen.fillStyle = colour("on-severity");
  pen.font = `700 15px ${colour("font")}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(String(level), mid, top + mark / 2 + (level === 4 ? 5 : 1));
  if (isMany) pill(pen, mid + COUNT_AT_PX[0], height + COUNT_AT_PX[1]);
  return pixels(pen);
}

/** @param {Pen} pen @param {number} x @param {number} y @param {number} level */
function ring(pen, x, y, level) {
  pen.beginPath();
  pen.arc(x, y, 21, 0, Math.PI * 2);
  pen.strokeStyle = colour(`severity-${level}`);
  pen.lineWidth = 2;
  pen.stroke();
}

/** The ground of a count. @param {Pen} pen @param {number} x @param {number} y */
function pill(pen, x, y) {
  pen.beginPath();
  pen.roundRect(x - 12, y - 9, 24, 18, 9);
  pen.fillStyle = colour("panel");
  pen.fill();
  pen.strokeStyle = colour("line-strong");
  pen.lineWidth = 1.5;
  pen.stroke();
}

/** A camera from above: a ring, or a square for one that reads plates, with a nose that points north before it is turned. @param {boolean} readsPlates */
function camera(readsPlates) {
  const pen = penFor(CAMERA_PX, CAMERA_PX);
  const mid = CAMERA_PX / 2;
  pen.lineWidth = 2;
  pen.strokeStyle = colour("eye");
  pen.fillStyle = colour("eye");
  pen.beginPath();
  pen.moveTo(mid - 4, mid - 4);
  pen.lineTo(mid, 1.5);
  pen.lineTo(mid + 4, mid - 4);
  pen.fill();
  pen.fillStyle = colour("panel");
  pen.beginPath();
  if (readsPlates) pen.roundRect(mid - 5.5, mid - 5.5, 11, 11, 2);
  else pen.arc(mid, mid, 5, 0, Math.PI * 2);
  pen.fill();
  pen.stroke();
  if (readsPlates) {
    pen.fillStyle = colour("eye");
    pen.fillRect(mid - 3, mid - 1.25, 6, 2.5);
  }
  return pixels(pen);
}
