// Where the camera's picture lies on the ground: points clicked on still and map, or a measured pose; tried while it is changed.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { Refused, sentence } from "../web/js/api.js";
import { el, icon } from "../web/js/dom.js";
import { collection, feature } from "../web/js/geo.js";
import { onStyle, show } from "../web/js/gl_map.js";
import { complain } from "../plans/complain.js";
import { Question } from "../plans/trial.js";
import { smallMap } from "../web/js/small_map.js";
import { colour } from "../web/js/style.js";
import { ellipse } from "./ellipse.js";
import { Versions } from "./versions.js";

const FEWEST = 4;
const POSE = ["height_m", "tilt_deg", "azimuth_deg", "hfov_deg", "roll_deg"];
const round = (value, decimals) => Number(value.toFixed(decimals));

export class GroundStep {
  /**
   * @param {string} camera @param {import("./picture.js").Picture} picture @param {import("./hand.js").Hand} hand
   * @param {{lat: number, lon: number, azimuth_deg: number | null, hfov_deg: number | null, footprint: GeoJSON.Polygon | null} | null} stand
   */
  constructor(camera, picture, hand, stand) {
    Object.assign(this, { picture, hand, stand, points: [], marks: [], saved: "null", tried: null, isFront: false });
    this.versions = new Versions(camera, "ground", tellGround, (content) => this.start(content));
    this.form = document.getElementById("pose-form");
    this.list = document.getElementById("points-list");
    this.say = document.getElementById("ground-say");
    this.saveButton = document.getElementById("ground-save");
    this.dropButton = document.getElementById("ground-drop");
    const show = (answer) => this.judge(answer, null);
    this.question = new Question(`/cameras/${encodeURIComponent(camera)}/ground/trial`, {
      answered: show,
      failed: (error) => this.judge(null, error.message),
    });
    this.form.addEventListener("input", () => this.tell());
    for (const choice of document.querySelectorAll("[name=ground-kind]")) choice.addEventListener("change", () => this.tell());
    this.saveButton.addEventListener("click", () => this.send(() => this.versions.save(this.content)));
    this.dropButton.addEventListener("click", () => this.send(() => this.versions.drop()));
    picture.map.on("click", ({ lngLat }) => this.isFront && this.isByPoints && this.click({ picture: picture.fromMap(lngLat.toArray()) }));
  }

  get isByPoints() {
    return document.querySelector("[name=ground-kind]:checked").value === "points";
  }

  /** Put up the map of the ground; only once it is to be seen. */
  openMap() {
    if (this.map !== undefined) return;
    const { lon, lat } = this.stand ?? { lon: 23.3, lat: 56.27 };
    this.map = smallMap(document.getElementById("ground-map"), [lon, lat], this.stand ? 17 : 8);
    if (!this.map) return;
    this.map.setMaxZoom(21);
    this.map.on("click", ({ lngLat }) => this.isByPoints && this.click({ ground: lngLat.toArray() }));
    if (this.stand) new Marker({ element: el("span", { class: "ground-camera" }, icon("camera", "The camera")) }).setLngLat([lon, lat]).addTo(this.map);
    onStyle(this.map, () => {
      for (const id of ["view", "ellipses"]) this.map.addSource(id, { type: "geojson", data: collection([]) });
      if (this.stand?.footprint) show(this.map, "view", [feature(this.stand.footprint)]);
      this.map.addLayer({ id: "view", type: "fill", source: "view", paint: { "fill-color": colour("eye"), "fill-opacity": 0.12 } });
      this.map.addLayer({ id: "ellipses", type: "fill", source: "ellipses", paint: { "fill-color": colour("air"), "fill-opacity": 0.1 } });
      this.map.addLayer({ id: "ellipses-edge", type: "line", source: "ellipses", paint: { "line-color": colour("air"), "line-width": 1.5 } });
      this.tell();
    });
  }

  async load() {
    this.take(await this.versions.load());
  }

  take({ ground }) {
    this.dropButton.hidden = ground === null;
    this.start(ground);
    this.saved = JSON.stringify(this.content);
    this.tell();
  }

  start(ground) {
    const kind = ground?.kind ?? document.querySelector("[name=ground-kind]").value;
    for (const choice of document.querySelectorAll("[name=ground-kind]")) choice.checked = choice.value === kind;
    this.points = kind === "points" ? (ground?.points ?? []).map(({ x, y, lat, lon }) => ({ picture: [x, y], ground: [lon, lat] })) : [];
    if (ground?.kind === "pose") for (const name of POSE) this.form.elements[name].value = ground[name] ?? "";
    this.tell();
  }

  /** What would be saved; null while something is missing. */
  get content() {
    if (this.isByPoints) {
      const whole = this.points.filter(({ picture, ground }) => picture && ground);
      if (whole.length < FEWEST) return null;
      return { kind: "points", points: whole.map(({ picture: [x, y], ground: [lon, lat] }) => ({ x, y, lat: round(lat, 7), lon: round(lon, 7) })) };
    }
    const said = Object.fromEntries(POSE.map((name) => [name, this.form.elements[name].value === "" ? null : Number(this.form.elements[name].value)]));
    if (said.tilt_deg === null || said.hfov_deg === null) return null;
    return { kind: "pose", ...said, roll_deg: said.roll_deg ?? 0, aspect: round(this.picture.aspect, 4) };
  }

  /** A tap on one of the two: a new point, or the other half of one that has only this. */
  click(half) {
    const [side] = Object.keys(half);
    const open = this.points.find((point) => !point[side]);
    if (open) Object.assign(open, half);
    else if (this.points.at(-1) && Object.keys(this.points.at(-1)).length === 1) Object.assign(this.points.at(-1), half);
    else this.points.push(half);
    this.tell();
  }

  /** Say, draw and try what there is. */
  tell() {
    const isByPoints = this.isByPoints;
    document.getElementById("ground-points").hidden = !isByPoints;
    this.form.hidden = isByPoints;
    this.showPoints();
    const { content } = this;
    this.isChanged = JSON.stringify(content) !== this.saved;
    this.saveButton.disabled = content === null || !this.isChanged;
    document.querySelector('[data-fact="ground"]').textContent = `${content === null ? "–" : isByPoints ? content.points.length : "pose"}${this.isChanged && content ? "*" : ""}`;
    this.question.ask(content);
    if (content === null) this.judge(null, null);
    if (isByPoints && content === null) {
      const missing = FEWEST - this.points.filter(({ picture, ground }) => picture && ground).length;
      this.say.textContent = `Tap a place on the ground in the picture, then the same place on the map. ${missing} more ${missing === 1 ? "is" : "are"} needed, spread widely.`;
    } else if (content === null) this.say.textContent = "Give at least tilt and field of view.";
  }

  showPoints() {
    for (const mark of this.marks) mark.remove();
    this.marks = [];
    if (!this.isByPoints) return this.list.replaceChildren();
    this.points.forEach((point, index) => {
      if (this.isFront && point.picture) this.mark(this.picture.map, this.picture.toMap(point.picture), index, (at) => (point.picture = this.picture.fromMap(at)));
      if (this.map && point.ground) this.mark(this.map, point.ground, index, (at) => (point.ground = at));
    });
    this.list.replaceChildren(...this.points.map((point, index) => this.row(point, index)));
  }

  mark(map, at, index, moved) {
    const element = el("span", { class: "point-mark" }, String(index + 1));
    element.addEventListener("click", (event) => event.stopPropagation());
    const marker = new Marker({ element, draggable: true }).setLngLat(at).addTo(map);
    marker.on("dragend", () => {
      moved(marker.getLngLat().toArray());
      this.tell();
    });
    this.marks.push(marker);
  }

  row(point, index) {
    const off = this.tried?.residuals_m?.[this.points.filter(({ picture, ground }) => picture && ground).indexOf(point)];
    const said = !point.ground ? "tap it on the map" : !point.picture ? "tap it in the picture" : off === undefined || off === null ? "" : `${off.toFixed(1)} m off`;
    const remove = el(
      "button",
      {
        type: "button",
        class: "button bare",
        on: {
          click: () => {
            this.points.splice(index, 1);
            this.tell();
          },
        },
      },
      icon("bin", `Remove point ${index + 1}`),
    );
    return el("li", { class: "point-row" }, el("b", { class: "point-mark" }, String(index + 1)), el("span", {}, said), remove);
  }

  /** Show how it lies, or why it does not. */
  judge(answer, problem) {
    const before = JSON.stringify(this.tried?.residuals_m);
    this.tried = answer;
    complain("ground", problem);
    if (answer) {
      const misfit = answer.misfit_m === null ? "" : `The points fit to ${answer.misfit_m.toFixed(2)} m${this.points.length === FEWEST ? " (four always do; a fifth tells more)" : ""}. `;
      const errors = answer.samples.map(({ accuracy_m }) => accuracy_m);
      this.say.textContent = misfit + (errors.length ? `Places are known to ${Math.min(...errors).toFixed(1)} to ${Math.max(...errors).toFixed(1)} m (one sigma) at the dots.` : "Nothing in the picture lies on the ground near by.");
    } else if (problem) this.say.textContent = "";
    if (JSON.stringify(answer?.residuals_m) !== before && this.isByPoints) this.list.replaceChildren(...this.points.map((point, index) => this.row(point, index)));
    this.paint();
  }

  paint() {
    if (!this.isFront) return;
    const { horizon, samples } = this.tried ?? {};
    const line = horizon ? [{ points: horizon, isArea: false, state: "horizon" }] : [];
    this.picture.draw(line, line.map(() => ({ at: [0.02, horizon[0][1]], name: "horizon", anchor: "bottom-left" })));
    this.picture.dots((samples ?? []).map(({ x, y }) => [x, y]));
    const shown = (samples ?? []).filter(({ major_m }) => major_m !== null);
    if (this.map) show(this.map, "ellipses", shown.map((one) => feature(ellipse([one.lon, one.lat], one.major_m, one.minor_m, one.azimuth_deg))));
  }

  async send(act) {
    complain("ground", null);
    try {
      this.take(await act());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      complain("ground", sentence(error.message));
    }
  }
}

const tellGround = (ground) => (ground.kind === "points" ? `${ground.points.length} points` : `pose, ${ground.tilt_deg}° down, ${ground.hfov_deg}° wide`);
