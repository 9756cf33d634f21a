// Where a report is: the phone's position or a tap on a small map.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { el } from "../web/js/dom.js";
import { metres } from "../web/js/format.js";
import { circle, collection, feature } from "../web/js/geo.js";
import { onStyle, show } from "../web/js/gl_map.js";
import { PlaceSearch } from "../web/js/place_search.js";
import { smallMap } from "../web/js/small_map.js";
import { colour } from "../web/js/style.js";

const TAP_ACCURACY_M = 20; // a thumb on the map at street scale
const NAMED_ACCURACY_M = 50; // an address is its door or its middle, and what was seen is somewhere about
const CLOSE_ZOOM = 16;

export class ReportPlace {
  /** @param {() => void} changed called when somebody or the phone has put the mark */
  constructor(changed) {
    this.changed = changed;
    this.box = document.getElementById("place");
    this.text = document.getElementById("place-text");
    this.fields = document.querySelector("form.report").elements;
    this.map = smallMap(document.getElementById("place-map"), [Number(this.box.dataset.lon), Number(this.box.dataset.lat)], 14);
    this.mark = this.map && new Marker({ element: el("span", { class: "here" }), draggable: false });
    if (this.map) onStyle(this.map, () => this.addAccuracy());
    this.map?.on("click", (event) => this.put(event.lngLat.toArray(), TAP_ACCURACY_M, "As tapped"));
    new PlaceSearch(({ name, lat, lon }) => {
      this.put([lon, lat], NAMED_ACCURACY_M, name);
      this.map?.easeTo({ center: [lon, lat], zoom: CLOSE_ZOOM });
    });
    document.getElementById("locate").addEventListener("click", () => this.locate());
  }

  addAccuracy() {
    this.map.addSource("accuracy", { type: "geojson", data: collection([]) });
    this.map.addLayer({
      id: "accuracy",
      type: "fill",
      source: "accuracy",
      paint: { "fill-color": colour("hawk"), "fill-opacity": 0.16 },
    });
    if (this.fields.lat.value) this.draw("As kept on this phone");
  }

  /** Show a report's place, or look for one where it has none. @param {import("./drafts.js").StoredReport} report */
  show({ lat, lon, accuracy_m }) {
    this.fields.lat.value = lat;
    this.fields.lon.value = lon;
    this.fields.accuracy_m.value = accuracy_m;
    if (!lat) {
      this.mark?.remove();
      this.locate();
      return;
    }
    this.draw("As kept on this phone");
    this.map?.jumpTo({ center: [Number(lon), Number(lat)], zoom: CLOSE_ZOOM });
  }

  /** @param {[number, number]} at @param {number} accuracy metres @param {string} how */
  put(at, accuracy, how) {
    this.asked = null; // what the phone finds out now comes too late
    this.fields.lon.value = at[0].toFixed(6);
    this.fields.lat.value = at[1].toFixed(6);
    this.fields.accuracy_m.value = String(Math.max(1, Math.round(accuracy)));
    this.draw(how);
    this.changed();
  }

  draw(how) {
    const at = [Number(this.fields.lon.value), Number(this.fields.lat.value)];
    const accuracy = Number(this.fields.accuracy_m.value);
    this.text.textContent = `${how}, known to ${metres(accuracy)}.`;
    this.mark?.setLngLat(at).addTo(this.map);
    if (this.map) show(this.map, "accuracy", [feature(circle(at, accuracy))]);
  }

  /** Ask the phone where it is. */
  locate() {
    if (!navigator.geolocation) {
      this.text.textContent = "This browser gives no position. Tap the map where it is.";
      return;
    }
    this.text.textContent = "Looking for your position…";
    const asked = {};
    this.asked = asked;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (this.asked !== asked) return;
        const at = [coords.longitude, coords.latitude];
        this.put(at, coords.accuracy, "Your position");
        this.map?.easeTo({ center: at, zoom: CLOSE_ZOOM });
      },
      () => {
        if (this.asked === asked) this.text.textContent = "The phone gave no position. Tap the map where it is.";
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 },
    );
  }

  /** Say that a report needs a place. */
  demand() {
    this.text.textContent = "A report needs a place. Tap the map where it is.";
    this.box.scrollIntoView({ behavior: "smooth" });
  }
}
