// Reads the code on a body camera with the phone's own camera, where the browser can. Sends nothing by itself.

import { maybeById } from "../web/js/dom.js";

const LOOK_EVERY_MS = 250;

/** @typedef {{detect: (source: HTMLVideoElement) => Promise<{rawValue: string}[]>}} CodeReader */
/** @typedef {new (options: {formats: string[]}) => CodeReader} CodeReaderClass */

/** @returns {CodeReaderClass | undefined} */
const readerClass = () => /** @type {{BarcodeDetector?: CodeReaderClass}} */ (/** @type {unknown} */ (globalThis)).BarcodeDetector;

/** The number that stands in what was read: the code may be an address of this page. @param {string} text */
const numberIn = (text) => text.slice(text.lastIndexOf("camera=") + 1).replace(/^amera=/, "");

/** @param {MediaStream} stream */
function letGo(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** @param {CodeReader} reader @param {HTMLVideoElement} viewfinder @param {MediaStream} stream @param {HTMLInputElement} field */
async function look(reader, viewfinder, stream, field) {
  const [found] = await reader.detect(viewfinder);
  if (found === undefined) {
    setTimeout(() => void look(reader, viewfinder, stream, field), LOOK_EVERY_MS);
    return;
  }
  field.value = numberIn(found.rawValue);
  letGo(stream);
  viewfinder.hidden = true;
}

/** @param {CodeReaderClass} Reader */
async function scan(Reader) {
  const viewfinder = maybeById("viewfinder", HTMLVideoElement);
  const field = maybeById("number", HTMLInputElement);
  if (viewfinder === null || field === null) return;
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  viewfinder.srcObject = stream;
  viewfinder.hidden = false;
  await viewfinder.play();
  await look(new Reader({ formats: ["qr_code", "code_128"] }), viewfinder, stream, field);
}

function offer() {
  const Reader = readerClass();
  const button = maybeById("scan", HTMLButtonElement);
  if (Reader === undefined || button === null) return;
  button.hidden = false;
  button.onclick = () => void scan(Reader);
}

offer();
document.body.addEventListener("htmx:afterSwap", offer);
