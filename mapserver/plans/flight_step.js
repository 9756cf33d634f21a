// The second step: which drone, which pattern and its wishes, from where.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { ask } from "../web/js/api.js";
import { el, setChildren } from "../web/js/dom.js";
import { percent } from "../web/js/format.js";
import { complain } from "./complain.js";
import { Wishes } from "./wishes.js";

const $ = (id) => document.getElementById(id);
/** What a pattern can be flown over, and what there is to draw for it. */
const OVER = {
  Polygon: ["The zone", ""],
  LineString: ["A line", "Draw the line on the map, drag its corners to change it."],
  Point: ["A place", "Tap the place on the map, drag it to move it."],
};

export class FlightStep {
  /** @param {import("./desk.js").Desk} desk @param {import("../web/js/store.js").World} world @param {import("maplibre-gl").Map | null} map */
  constructor(desk, world, map) {
    Object.assign(this, { desk, world, map });
    this.wishes = new Wishes($("wishes"), () => this.wished());
    $("drone").addEventListener("change", () => {
      desk.drone = $("drone").value;
      this.know();
    });
    $("pattern").addEventListener("change", () => this.choose($("pattern").value, {}));
    $("home-reset").addEventListener("click", () => {
      desk.home = null;
      desk.tell("wish");
    });
    desk.addEventListener("wish", () => this.refresh());
    desk.addEventListener("tried", () => {
      this.refuse();
      this.proposeTakeoff();
    });
  }

  /** Learn what the server can plan for the drone, and which cameras it carries. */
  async know() {
    const { desk } = this;
    if (!desk.drone) return;
    const { patterns, cameras } = await ask("GET", `/plans/patterns?unit_id=${encodeURIComponent(desk.drone)}`);
    this.cameras = cameras;
    desk.patterns = patterns;
    $("pattern").replaceChildren(...patterns.map(({ name, title }) => el("option", { value: name }, title)));
    const { camera, ...wishes } = desk.wishes;
    this.choose(desk.pattern, cameras.some(({ name }) => name === camera) ? desk.wishes : wishes);
  }

  /** Show a pattern with these wishes. @param {string} name @param {Record<string, any>} values */
  choose(name, values) {
    const pattern = this.desk.patterns.find((known) => known.name === name);
    this.desk.pattern = name;
    if (pattern && !pattern.shapes.includes(this.desk.over)) this.flyOver(pattern.shapes.includes("Polygon") ? "Polygon" : pattern.shapes[0]);
    this.offerShapes(pattern?.shapes ?? []);
    $("pattern").value = name;
    if (pattern) this.wishes.show(pattern.schema, values, this.cameras);
    else $("wishes").replaceChildren(el("p", { class: "quiet" }, "This plan came from a file and is flown as it is."));
    this.wished();
  }

  /** What the pattern can be flown over, where there is a choice. @param {string[]} shapes */
  offerShapes(shapes) {
    $("over").hidden = shapes.length < 2;
    $("over").replaceChildren(
      ...[...shapes]
        .sort((a, b) => (b === "Polygon") - (a === "Polygon"))
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
    setChildren($("drone"), JSON.stringify(drones.map(({ id, name, battery }) => [id, name, battery])), () =>
      drones.map((drone) =>
        el("option", { value: drone.id }, drone.battery === null ? drone.name : `${drone.name} · ${percent(drone.battery)}`),
      ),
    );
    if (!drones.some((drone) => drone.id === this.desk.drone)) this.desk.drone = drones[0]?.id ?? "";
    $("drone").value = this.desk.drone;
    complain("flight", drones.length ? null : "There is no drone in a town you may see; borrow one or have one registered.");
    this.refresh();
  }

  refresh() {
    const { desk, map } = this;
    const drone = this.world.get("unit", desk.drone);
    $("pattern-story").textContent = OVER[desk.over][1];
    $("pattern-story").hidden = OVER[desk.over][1] === "";
    $("home-story").textContent = desk.home
      ? "Takes off and lands where you put the H on the map."
      : `Takes off and lands where ${drone?.name ?? "the drone"} stands; drag the H on the map to start elsewhere.`;
    $("home-reset").hidden = !desk.home;
    const at = desk.home ?? this.world.homeOf(desk.drone);
    if (!map || !at) return;
    this.mark ??= this.homeMark();
    this.mark.setLngLat(at).addTo(map);
  }

  /** Offer the places from which fewer batteries are enough. */
  proposeTakeoff() {
    const { takeoff_places: places = [], sorties = [] } = this.desk.tried?.route?.properties.summary ?? {};
    const box = $("takeoff-places");
    box.hidden = places.length === 0;
    setChildren(box, JSON.stringify([places, sorties.length]), () => [
      el("p", { class: "quiet" }, `This flight needs ${sorties.length} batteries. Fewer are enough from:`),
      ...places.map(({ where, lat, lon, flights }) =>
        el(
          "button",
          { class: "button", type: "button", data: { where }, on: { click: () => this.takeOffFrom([lon, lat]) } },
          `${where === "middle" ? "the middle of the area" : "its edge"}: ${flights} ${flights === 1 ? "battery" : "batteries"}`,
        ),
      ),
    ]);
  }

  /** @param {[number, number]} place longitude, latitude in degrees */
  takeOffFrom(place) {
    this.desk.home = place;
    this.desk.tell("wish");
  }

  homeMark() {
    const element = el("span", { class: "key-mark is-home", title: "Take-off and landing: drag it" }, "H");
    const mark = new Marker({ element, draggable: true });
    mark.on("dragend", () => {
      this.takeOffFrom(mark.getLngLat().toArray().map((degrees) => Math.round(degrees * 1e7) / 1e7));
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
