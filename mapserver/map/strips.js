// A strip over the map for each flight under way: progress, battery, height, time in the air, and a button to follow it.

import { el, icon, setText, syncList } from "../web/js/dom.js";
import { label, percent, stopwatch } from "../web/js/format.js";
import { isUnderWay } from "../web/js/store.js";

const LOW_BATTERY = 0.25;

export class Strips {
  /** @param {import("../web/js/store.js").World} world @param {(flightId: string | null) => void} follow */
  constructor(world, follow) {
    this.world = world;
    this.onFollow = follow;
    /** @type {string | null} */
    this.followed = null;
    this.box = document.getElementById("strips");
    setInterval(() => this.draw(), 1_000);
  }

  /** Make the strips match the flights under way. */
  draw() {
    const flights = this.world.shown("flight").filter(isUnderWay);
    syncList(this.box, flights, (flight) => this.strip(flight));
  }

  /** Keep the map on a flight's drone, or stop with null. */
  follow(flightId) {
    this.followed = flightId;
    this.onFollow(flightId);
    this.draw();
  }

  strip(flight) {
    const part = (name) => el("span", { class: `strip-${name}` });
    const [title, state, waypoint, battery, height, clock] = [
      "title",
      "state",
      "waypoint",
      "value",
      "value",
      "value",
    ].map(part);
    const bar = el("progress", { max: "1", value: "0", "aria-label": `progress of ${flight.name}` });
    const button = el(
      "button",
      {
        class: "button",
        "aria-pressed": "false",
        on: { click: () => this.follow(this.followed === flight.id ? null : flight.id) },
      },
      icon("target"),
      "Follow",
    );
    const value = (name, node) => el("div", { class: "strip-cell" }, el("small", {}, name), node);
    const element = el(
      "section",
      { class: "strip", data: { flightId: flight.id }, "aria-label": `flight ${flight.name}` },
      el(
        "div",
        { class: "strip-head" },
        el("span", { class: "key-mark is-drone" }, icon("drone")),
        el("div", {}, title, state),
      ),
      el("div", { class: "strip-bar" }, el("div", { class: "strip-row" }, waypoint), bar),
      el(
        "div",
        { class: "strip-cells" },
        value("battery", battery),
        value("height", height),
        value("in the air", clock),
      ),
      button,
    );
    const update = (now) => {
      const drone = this.world.get("unit", now.unit_id);
      const { current = 0, total = 0 } = now.progress ?? {};
      setText(title, now.name);
      setText(
        state,
        [drone?.name, label(now.state), now.pilot].filter(Boolean).join(" · ") + (now.simulated ? " · simulated" : ""),
      );
      setText(waypoint, `waypoint ${current} of ${total}`);
      bar.value = total ? current / total : 0;
      const low = drone?.battery != null && drone.battery < LOW_BATTERY;
      setText(battery, drone?.battery == null ? "–" : `${percent(drone.battery)}${low ? " low" : ""}`);
      battery.classList.toggle("is-low", low);
      setText(height, drone?.height_m == null ? "–" : `${Math.round(drone.height_m)} m`);
      setText(clock, stopwatch((this.world.now() - Date.parse(now.started_at)) / 1_000));
      button.setAttribute("aria-pressed", String(this.followed === now.id));
    };
    return { el: element, update };
  }
}
