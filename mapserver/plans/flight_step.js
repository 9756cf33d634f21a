// The second step: which drone, which pattern and its wishes, from where.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { ask } from "../web/js/api.js";
import { byId, el, setChildren } from "../web/js/dom.js";
import { percent } from "../web/js/format.js";
import { t } from "../web/js/messages.js";
import { complain } from "./complain.js";
import { patternTitle } from "./wish_words.js";
import { Wishes } from "./wishes.js";

/** What a pattern can be flown over, and what there is to draw for it. @type {Record<import("./shape.js").Kind, [title: string, hint: string]>} */
const OVER = {
  Polygon: [t("planner.over_zone"), ""],
  LineString: [t("planner.over_line"), t("planner.over_line_hint")],
  Point: [t("planner.over_place"), t("planner.over_place_hint")],
};

export class FlightStep {
  /** @param {import("./desk.js").Desk} desk @param {import("../web/js/store.js").World} world @param {import("maplibre-gl").Map | null} map */
  constructor(desk, world, map) {
    this.desk = desk;
    this.world = world;
    this.map = map;
    /** Those that the drone carries. @type {Api.Titled[]} */
    this.cameras = [];
    /** Where it takes off. @type {Marker | null} */
    this.mark = null;
    this.wishes = new Wishes(byId("wishes"), () => this.wished());
    this.drone = byId("drone", HTMLSelectElement);
    this.pattern = byId("pattern", HTMLSelectElement);
    this.drone.addEventListener("change", () => {
      desk.drone = this.drone.value;
      this.know();
    });
    this.pattern.addEventListener("change", () => this.choose(this.pattern.value, {}));
    byId("home-reset").addEventListener("click", () => {
      desk.home = null;
      desk.tell("wish");
    });
    desk.on("wish", () => this.refresh());
    desk.on("tried", () => {
      this.refuse();
      this.proposeTakeoff();
    });
  }

  /** Learn what the server can plan for the drone, and which cameras it carries. */
  async know() {
    const { desk } = this;
    if (!desk.drone) return;
    /** @type {{patterns: Api.Pattern[], cameras: Api.Titled[]}} */
    const { patterns, cameras } = await ask("GET", `/plans/patterns?unit_id=${encodeURIComponent(desk.drone)}`);
    this.cameras = cameras;
    desk.patterns = patterns;
    this.pattern.replaceChildren(...patterns.map((pattern) => el("option", { value: pattern.name }, patternTitle(pattern))));
    const { camera, ...wishes } = desk.wishes;
    this.choose(desk.pattern, cameras.some(({ name }) => name === camera) ? desk.wishes : wishes);
  }

  /** Show a pattern with these wishes. @param {string} name @param {Record<string, unknown>} values */
  choose(name, values) {
    const pattern = this.desk.patterns.find((known) => known.name === name);
    this.desk.pattern = name;
    if (pattern && !pattern.shapes.includes(this.desk.over)) this.flyOver(pattern.shapes.includes("Polygon") ? "Polygon" : pattern.shapes[0]);
    this.offerShapes(pattern?.shapes ?? []);
    this.pattern.value = name;
    if (pattern) this.wishes.show(pattern.schema, values, this.cameras);
    else byId("wishes").replaceChildren(el("p", { class: "quiet" }, t("planner.from_file")));
    this.wished();
  }

  /** What the pattern can be flown over, where there is a choice. @param {import("./shape.js").Kind[]} shapes */
  offerShapes(shapes) {
    byId("over").hidden = shapes.length < 2;
    byId("over").replaceChildren(
      ...[...shapes]
        .sort((a, b) => Number(b === "Polygon") - Number(a === "Polygon"))
        .map((kind) =>
          el(
            "label",
            {},
            el("input", { type: "radio", name: "over", value: kind, checked: kind === this.desk.over, on: { change: () => this.flyOver(kind) } }),
            el("span", {}, OVER[kind][0]),
          ),
        ),
    );
  }

  /** @param {import("./shape.js").Kind} kind */
  flyOver(kind) {
    this.desk.over = kind;
    this.desk.way = null;
    this.desk.tell("over");
    this.refresh();
  }

  wished() {
    this.desk.wishes = this.desk.pattern === "file" ? {} : this.wishes.read();
    this.desk.tell("wish");
  }

  /** The drones as they are now. */
  list() {
    const drones = this.world.shown("unit").filter((unit) => unit.kind === "drone");
    setChildren(this.drone, JSON.stringify(drones.map(({ id, name, battery }) => [id, name, battery])), () =>
      drones.map((drone) =>
        el("option", { value: drone.id }, drone.battery === null ? drone.name : `${drone.name} · ${percent(drone.battery)}`),
      ),
    );
    if (!drones.some((drone) => drone.id === this.desk.drone)) this.desk.drone = drones[0]?.id ?? "";
    this.drone.value = this.desk.drone;
    complain("flight", drones.length ? null : t("planner.no_drone"));
    this.refresh();
  }

  refresh() {
    const { desk, map } = this;
    const drone = this.world.get("unit", desk.drone);
    byId("pattern-story").textContent = OVER[desk.over][1];
    byId("pattern-story").hidden = OVER[desk.over][1] === "";
    byId("home-story").textContent = desk.home
      ? t("planner.takes_off_at_h")
      : t("planner.takes_off_where_it_stands", { drone: drone?.name ?? t("planner.the_drone") });
    byId("home-reset").hidden = !desk.home;
    const at = desk.home ?? this.world.homeOf(desk.drone);
    if (!map || !at) return;
    this.mark ??= this.homeMark();
    this.mark.setLngLat(at).addTo(map);
  }

  /** Offer the places from which fewer batteries are enough. */
  proposeTakeoff() {
    const { takeoff_places: places = [], sorties = [] } = this.desk.tried?.route?.properties.summary ?? {};
    const box = byId("takeoff-places");
    box.hidden = places.length === 0;
    setChildren(box, JSON.stringify([places, sorties.length]), () => [
      el("p", { class: "quiet" }, t("planner.fewer_from", { count: sorties.length })),
      ...places.map(({ where, lat, lon, flights }) =>
        el(
          "button",
          { class: "button", type: "button", data: { where }, on: { click: () => this.takeOffFrom([lon, lat]) } },
          where === "middle" ? t("planner.takeoff_middle", { count: flights }) : t("planner.takeoff_edge", { count: flights }),
        ),
      ),
    ]);
  }

  /** @param {Api.LonLat} place longitude, latitude in degrees */
  takeOffFrom(place) {
    this.desk.home = place;
    this.desk.tell("wish");
  }

  homeMark() {
    const element = el("span", { class: "key-mark is-home", title: t("planner.home_mark") }, "H");
    const mark = new Marker({ element, draggable: true });
    mark.on("dragend", () => {
      const { lng, lat } = mark.getLngLat();
      this.takeOffFrom([rounded(lng), rounded(lat)]);
    });
    return mark;
  }

  /** Say beside a control what the server refused. */
  refuse() {
    const problem = this.desk.tried?.problem ?? null;
    const told = this.wishes.complain(problem);
    complain("flight", problem && !told && !this.desk.outlineProblem ? problem.message : null);
  }
}

/** As the vehicle's own formats carry degrees. @param {number} degrees */
const rounded = (degrees) => Math.round(degrees * 1e7) / 1e7;
