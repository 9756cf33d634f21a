// Where the camera's picture lies on the ground: points clicked on still and map, or a measured pose; tried while it is changed.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { Refused, sentence } from "../web/js/api.js";
import { byId, control, el, find, findAll, icon } from "../web/js/dom.js";
import { collection, feature } from "../web/js/geo.js";
import { onStyle, show } from "../web/js/gl_map.js";
import { t } from "../web/js/messages.js";
import { complain } from "../plans/complain.js";
import { Question } from "../plans/trial.js";
import { smallMap } from "../web/js/small_map.js";
import { colour } from "../web/js/style.js";
import { ellipse } from "./ellipse.js";
import { Versions } from "./versions.js";

const FEWEST = 4;
const POSE = /** @type {const} */ (["height_m", "tilt_deg", "azimuth_deg", "hfov_deg", "roll_deg"]);

/** @typedef {import("maplibre-gl").Map} GlMap */
/** @typedef {{picture?: import("./picture.js").Point, ground?: Api.LonLat}} Clicked one half or both of a clicked point */
/** @typedef {{lat: number, lon: number, azimuth_deg: number | null, hfov_deg: number | null, footprint: GeoJSON.Polygon | null}} Stand where the camera is */

/** @param {Clicked} point @returns {point is Required<Clicked>} */
const isWhole = (point) => Boolean(point.picture && point.ground);
/** @param {number} value @param {number} decimals */
const round = (value, decimals) => Number(value.toFixed(decimals));

export class GroundStep {
  /**
   * @param {string} camera @param {import("./picture.js").Picture} picture @param {import("./hand.js").Hand} hand
   * @param {Stand | null} stand
   */
  constructor(camera, picture, hand, stand) {
    this.picture = picture;
    this.hand = hand;
    this.stand = stand;
    /** @type {Clicked[]} */
    this.points = [];
    /** @type {Marker[]} */
    this.marks = [];
    /** What was saved. */
    this.saved = "null";
    this.isChanged = false;
    /** The server's last answer. @type {Api.GroundTried | null} */
    this.tried = null;
    /** Whether this step is the one that is seen. */
    this.isFront = false;
    /** Undefined until it is to be seen; null where the browser cannot draw one. @type {GlMap | null | undefined} */
    this.map = undefined;
    /** @type {Versions<Api.Ground, Api.GroundSetup>} */
    this.versions = new Versions(camera, "ground", tellGround, (content) => this.start(content));
    this.form = byId("pose-form", HTMLFormElement);
    this.kinds = findAll("[name=ground-kind]", HTMLInputElement);
    this.list = byId("points-list");
    this.say = byId("ground-say");
    this.saveButton = byId("ground-save", HTMLButtonElement);
    this.dropButton = byId("ground-drop");
    /** @type {Question<Api.GroundTried>} */
    this.question = new Question(`/cameras/${encodeURIComponent(camera)}/ground/trial`, {
      answered: (answer) => this.judge(answer, null),
      failed: (error) => this.judge(null, error.message),
    });
    this.form.addEventListener("input", () => this.tell());
    for (const choice of this.kinds) choice.addEventListener("change", () => this.tell());
    this.saveButton.addEventListener("click", () => this.send(() => this.versions.save(this.content)));
    this.dropButton.addEventListener("click", () => this.send(() => this.versions.drop()));
    picture.map.on("click", ({ lngLat }) => this.isFront && this.isByPoints && this.click({ picture: picture.fromMap(lngLat.toArray()) }));
  }

  get isByPoints() {
    return this.kinds.find(({ checked }) => checked)?.value === "points";
  }

  /** Put up the map of the ground; only once it is to be seen. */
  openMap() {
    if (this.map !== undefined) return;
    const { lon, lat } = this.stand ?? { lon: 23.3, lat: 56.27 };
    const map = smallMap(byId("ground-map"), [lon, lat], this.stand ? 17 : 8);
    this.map = map;
    if (!map) return;
    map.setMaxZoom(21);
    map.on("click", ({ lngLat }) => this.isByPoints && this.click({ ground: lngLat.toArray() }));
    if (this.stand) new Marker({ element: el("span", { class: "ground-camera" }, icon("camera", t("setup.the_camera"))) }).setLngLat([lon, lat]).addTo(map);
    onStyle(map, () => {
      for (const id of ["view", "ellipses"]) map.addSource(id, { type: "geojson", data: collection([]) });
      if (this.stand?.footprint) show(map, "view", [feature(this.stand.footprint)]);
      map.addLayer({ id: "view", type: "fill", source: "view", paint: { "fill-color": colour("eye"), "fill-opacity": 0.12 } });
      map.addLayer({ id: "ellipses", type: "fill", source: "ellipses", paint: { "fill-color": colour("air"), "fill-opacity": 0.1 } });
      map.addLayer({ id: "ellipses-edge", type: "line", source: "ellipses", paint: { "line-color": colour("air"), "line-width": 1.5 } });
      this.tell();
    });
  }

  async load() {
    this.take(await this.versions.load());
  }

  /** @param {Api.GroundSetup} found */
  take({ ground }) {
    this.dropButton.hidden = ground === null;
    this.start(ground);
    this.saved = JSON.stringify(this.content);
    this.tell();
  }

  /** @param {Api.Ground | null} ground */
  start(ground) {
    const kind = ground?.kind ?? this.kinds[0].value;
    for (const choice of this.kinds) choice.checked = choice.value === kind;
    this.points = ground?.kind === "points" ? ground.points.map(({ x, y, lat, lon }) => ({ picture: [x, y], ground: [lon, lat] })) : [];
    if (ground?.kind === "pose") for (const name of POSE) control(this.form, name).value = String(ground[name] ?? "");
    this.tell();
  }

  /** What would be saved; null while something is missing. @returns {Api.Ground | null} */
  get content() {
    if (this.isByPoints) {
      const whole = this.points.filter(isWhole);
      if (whole.length < FEWEST) return null;
      return { kind: "points", points: whole.map(({ picture: [x, y], ground: [lon, lat] }) => ({ x, y, lat: round(lat, 7), lon: round(lon, 7) })) };
    }
    const tilt_deg = this.numberIn("tilt_deg");
    const hfov_deg = this.numberIn("hfov_deg");
    if (tilt_deg === null || hfov_deg === null) return null;
    return {
      kind: "pose",
      height_m: this.numberIn("height_m"),
      tilt_deg,
      azimuth_deg: this.numberIn("azimuth_deg"),
      hfov_deg,
      roll_deg: this.numberIn("roll_deg") ?? 0,
      aspect: round(this.picture.aspect, 4),
    };
  }

  /** What is written in a field of the pose; null for nothing. @param {(typeof POSE)[number]} name */
  numberIn(name) {
    const { value } = control(this.form, name);
    return value === "" ? null : Number(value);
  }

  /** A tap on one of the two: a new point, or the other half of one that has only this. @param {Clicked} half */
  click(half) {
    const last = this.points.at(-1);
    const open = this.points.find((point) => (half.picture ? !point.picture : !point.ground));
    if (open) Object.assign(open, half);
    else if (last && !isWhole(last)) Object.assign(last, half);
    else this.points.push(half);
    this.tell();
  }

  /** Say, draw and try what there is. */
  tell() {
    const isByPoints = this.isByPoints;
    byId("ground-points").hidden = !isByPoints;
    this.form.hidden = isByPoints;
    this.showPoints();
    const { content } = this;
    this.isChanged = JSON.stringify(content) !== this.saved;
    this.saveButton.disabled = content === null || !this.isChanged;
    find('[data-fact="ground"]').textContent = `${factOf(content)}${this.isChanged && content ? "*" : ""}`;
    this.question.ask(content);
    if (content === null) this.judge(null, null);
    if (isByPoints && content === null) {
      const missing = FEWEST - this.points.filter(isWhole).length;
      this.say.textContent = t("setup.tap_ground", { count: missing });
    } else if (content === null) this.say.textContent = t("setup.give_tilt");
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

  /** @param {GlMap} map @param {Api.LonLat} at @param {number} index @param {(at: Api.LonLat) => void} moved */
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

  /** What is said of a point: what it lacks, or how far it is off. @param {Clicked} point */
  wordsOf(point) {
    if (!point.ground) return t("setup.tap_on_map");
    if (!point.picture) return t("setup.tap_in_picture");
    const off = this.tried?.residuals_m[this.points.filter(isWhole).findIndex((one) => one === point)];
    return off == null ? "" : t("setup.metres_off", { off_m: off });
  }

  /** @param {Clicked} point @param {number} index */
  row(point, index) {
    const said = this.wordsOf(point);
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
      icon("bin", t("setup.remove_point", { number: index + 1 })),
    );
    return el("li", { class: "point-row" }, el("b", { class: "point-mark" }, String(index + 1)), el("span", {}, said), remove);
  }

  /** Show how it lies, or why it does not. @param {Api.GroundTried | null} answer @param {string | null} problem */
  judge(answer, problem) {
    const before = JSON.stringify(this.tried?.residuals_m);
    this.tried = answer;
    complain("ground", problem);
    if (answer) {
      this.say.textContent = [misfitWords(answer.misfit_m, this.points.length), accuracyWords(answer.samples)].filter(Boolean).join(" ");
    } else if (problem) this.say.textContent = "";
    if (JSON.stringify(answer?.residuals_m) !== before && this.isByPoints) this.list.replaceChildren(...this.points.map((point, index) => this.row(point, index)));
    this.paint();
  }

  paint() {
    if (!this.isFront) return;
    const { horizon, samples } = this.tried ?? {};
    const line = horizon ? [{ points: horizon, isArea: false, state: "horizon" }] : [];
    this.picture.draw(line, horizon ? [{ at: [0.02, horizon[0][1]], name: t("setup.horizon"), anchor: "bottom-left" }] : []);
    this.picture.dots((samples ?? []).map(({ x, y }) => [x, y]));
    const ellipses = (samples ?? []).flatMap(({ lat, lon, major_m, minor_m, azimuth_deg }) =>
      major_m === null ? [] : [feature(ellipse([lon, lat], major_m, minor_m ?? major_m, azimuth_deg ?? 0))],
    );
    if (this.map) show(this.map, "ellipses", ellipses);
  }

  /** @param {() => Promise<Api.GroundSetup>} act */
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

/** How well the points fit together; empty where there are none. @param {number | null} misfit_m @param {number} points */
function misfitWords(misfit_m, points) {
  if (misfit_m === null) return "";
  return points === FEWEST ? t("setup.four_points_fit", { misfit_m }) : t("setup.points_fit", { misfit_m });
}

/** How well places in the picture are known. @param {Api.GroundSample[]} samples */
function accuracyWords(samples) {
  const errors = samples.map(({ accuracy_m }) => accuracy_m);
  if (errors.length === 0) return t("setup.nothing_on_ground");
  return t("setup.places_known", { least_m: Math.min(...errors), most_m: Math.max(...errors) });
}

/** What stands on the step's tab. @param {Api.Ground | null} ground */
function factOf(ground) {
  if (ground === null) return "–";
  return ground.kind === "points" ? String(ground.points.length) : t("setup.pose");
}

/** @param {Api.Ground} ground */
const tellGround = (ground) => (ground.kind === "points" ? t("setup.points", { count: ground.points.length }) : t("setup.pose_words", { ...ground }));
