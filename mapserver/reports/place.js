// Where a report is: the phone's position or a tap on a small map.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { byId, control, el, find } from "../web/js/dom.js";
import { circle, collection, feature } from "../web/js/geo.js";
import { onStyle, show } from "../web/js/gl_map.js";
import { t } from "../web/js/messages.js";
import { PlaceSearch } from "../web/js/place_search.js";
import { smallMap } from "../web/js/small_map.js";
import { colour } from "../web/js/style.js";

const TAP_ACCURACY_M = 20; // a thumb on the map at street scale
const NAMED_ACCURACY_M = 50; // an address is its door or its middle, and what was seen is somewhere about
const CLOSE_ZOOM = 16;

/** @typedef {(accuracy_m: number) => string} PlaceWords the sentence of how a place was found */

/** @type {PlaceWords} */
const asKept = (accuracy_m) => t("report_page.as_kept", { accuracy_m });

export class ReportPlace {
  /** @param {() => void} changed called when somebody or the phone has put the mark */
  constructor(changed) {
    this.changed = changed;
    this.box = byId("place");
    this.text = byId("place-text");
    const form = find("form.report", HTMLFormElement);
    this.fields = { lat: control(form, "lat"), lon: control(form, "lon"), accuracy_m: control(form, "accuracy_m") };
    /** The question to the phone whose answer is awaited. @type {object | null} */
    this.asked = null;
    this.map = smallMap(byId("place-map"), [Number(this.box.dataset.lon), Number(this.box.dataset.lat)], 14);
    this.mark = this.map && new Marker({ element: el("span", { class: "here" }), draggable: false });
    const { map } = this;
    if (map) onStyle(map, () => this.addAccuracy(map));
    this.map?.on("click", (event) => this.put(event.lngLat.toArray(), TAP_ACCURACY_M, (accuracy_m) => t("report_page.as_tapped", { accuracy_m })));
    new PlaceSearch(({ name, lat, lon }) => {
      this.put([lon, lat], NAMED_ACCURACY_M, (accuracy_m) => t("report_page.place_named", { name, accuracy_m }));
      this.map?.easeTo({ center: [lon, lat], zoom: CLOSE_ZOOM });
    });
    byId("locate").addEventListener("click", () => this.locate());
  }

  /** @param {import("maplibre-gl").Map} map */
  addAccuracy(map) {
    map.addSource("accuracy", { type: "geojson", data: collection([]) });
    map.addLayer({
      id: "accuracy",
      type: "fill",
      source: "accuracy",
      paint: { "fill-color": colour("hawk"), "fill-opacity": 0.16 },
    });
    if (this.fields.lat.value) this.draw(asKept);
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
    this.draw(asKept);
    this.map?.jumpTo({ center: [Number(lon), Number(lat)], zoom: CLOSE_ZOOM });
  }

  /** @param {Api.LonLat} at @param {number} accuracy metres @param {PlaceWords} how */
  put(at, accuracy, how) {
    this.asked = null; // what the phone finds out now comes too late
    this.fields.lon.value = at[0].toFixed(6);
    this.fields.lat.value = at[1].toFixed(6);
    this.fields.accuracy_m.value = String(Math.max(1, Math.round(accuracy)));
    this.draw(how);
    this.changed();
  }

  /** @param {PlaceWords} how */
  draw(how) {
    /** @type {Api.LonLat} */
    const at = [Number(this.fields.lon.value), Number(this.fields.lat.value)];
    const accuracy = Number(this.fields.accuracy_m.value);
    this.text.textContent = how(accuracy);
    if (this.map) this.mark?.setLngLat(at).addTo(this.map);
    if (this.map) show(this.map, "accuracy", [feature(circle(at, accuracy))]);
  }

  /** Ask the phone where it is. */
  locate() {
    if (!navigator.geolocation) {
      this.text.textContent = t("report_page.browser_no_position");
      return;
    }
    this.text.textContent = t("report_page.looking");
    const asked = {};
    this.asked = asked;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (this.asked !== asked) return;
        /** @type {Api.LonLat} */
        const at = [coords.longitude, coords.latitude];
        this.put(at, coords.accuracy, (accuracy_m) => t("report_page.your_position", { accuracy_m }));
        this.map?.easeTo({ center: at, zoom: CLOSE_ZOOM });
      },
      () => {
        if (this.asked === asked) this.text.textContent = t("report_page.phone_no_position");
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 },
    );
  }

  /** Say that a report needs a place. */
  demand() {
    this.text.textContent = t("report_page.needs_place");
    this.box.scrollIntoView({ behavior: "smooth" });
  }
}
