// Small pictures for map symbols, drawn on a canvas in the page's colours.

import { colour } from "./style.js";

const SIZE = 44; // pixels at twice the density

/** Add the pictures the overlay layers name. @param {import("maplibre-gl").Map} map */
export function addImages(map) {
  map.addImage("camera", drawn(false), { pixelRatio: 2 });
  map.addImage("plate-camera", drawn(true), { pixelRatio: 2 });
}

/** A camera from above: a ring, or a square for one that reads plates, with a nose that points north before it is turned. */
function drawn(readsPlates) {
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  const pen = canvas.getContext("2d");
  const mid = SIZE / 2;
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  pen.strokeStyle = colour("eye");
  pen.fillStyle = colour("panel");
  pen.beginPath();
  pen.moveTo(mid - 8, mid - 8);
  pen.lineTo(mid, 3);
  pen.lineTo(mid + 8, mid - 8);
  pen.fillStyle = colour("eye");
  pen.fill();
  pen.fillStyle = colour("panel");
  pen.beginPath();
  if (readsPlates) pen.roundRect(mid - 11, mid - 11, 22, 22, 4);
  else pen.arc(mid, mid, 10, 0, Math.PI * 2);
  pen.fill();
  pen.stroke();
  if (readsPlates) {
    pen.fillStyle = colour("eye");
    pen.fillRect(mid - 6, mid - 2.5, 12, 5);
  }
  return pen.getImageData(0, 0, SIZE, SIZE);
}
