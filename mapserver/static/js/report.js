// The inspector's report: position from the phone or a tap on the map, the photo's name, and one sending only.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { el } from "./dom.js";
import { metres } from "./format.js";
import { circle, collection, feature } from "./geo.js";
import { smallMap } from "./small_map.js";
import { colour } from "./style.js";

const TAP_ACCURACY_M = 20; // a thumb on the map at street scale

const form = document.querySelector("form.report");
const place = document.getElementById("place");
const text = document.getElementById("place-text");
const centre = [Number(place.dataset.lon), Number(place.dataset.lat)];
const map = smallMap(document.getElementById("place-map"), centre, 14);
const mark = map && new Marker({ element: el("span", { class: "here" }), draggable: false });

/** Put the mark, and its values into the form. @param {[number, number]} at @param {number} accuracy metres @param {string} how */
function put(at, accuracy, how) {
  form.elements.lon.value = at[0].toFixed(6);
  form.elements.lat.value = at[1].toFixed(6);
  form.elements.accuracy_m.value = String(Math.max(1, Math.round(accuracy)));
  text.textContent = `${how}, known to ${metres(accuracy)}.`;
  mark?.setLngLat(at).addTo(map);
  map?.getSource("accuracy")?.setData(collection([feature(circle(at, accuracy))]));
}

function locate() {
  if (!navigator.geolocation) {
    text.textContent = "This browser gives no position. Tap the map where it is.";
    return;
  }
  text.textContent = "Looking for your position…";
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const at = [coords.longitude, coords.latitude];
      put(at, coords.accuracy, "Your position");
      map?.easeTo({ center: at, zoom: 16 });
    },
    () => {
      text.textContent = "The phone gave no position. Tap the map where it is.";
    },
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 },
  );
}

map?.once("load", () => {
  map.addSource("accuracy", { type: "geojson", data: collection([]) });
  map.addLayer({
    id: "accuracy",
    type: "fill",
    source: "accuracy",
    paint: { "fill-color": colour("hawk"), "fill-opacity": 0.16 },
  });
});
map?.on("click", (event) => put(event.lngLat.toArray(), TAP_ACCURACY_M, "As tapped"));
document.getElementById("locate").addEventListener("click", locate);
document.getElementById("photo").addEventListener("change", (event) => {
  const [file] = event.target.files;
  document.getElementById("photo-text").textContent = file ? `Photo: ${file.name}` : "Add a photo";
});
form.addEventListener("submit", (event) => {
  if (!form.elements.lat.value) {
    event.preventDefault();
    text.textContent = "A report needs a place. Tap the map where it is.";
    place.scrollIntoView({ behavior: "smooth" });
    return;
  }
  const send = document.getElementById("send");
  send.disabled = true;
  send.querySelector("span").textContent = "Sending…";
});
// The report's own name: sent twice over a bad line, it is still one report. (randomUUID needs HTTPS, this does not.)
form.elements.ref.value = [...crypto.getRandomValues(new Uint8Array(16))]
  .map((byte) => byte.toString(16).padStart(2, "0"))
  .join("");
locate();
