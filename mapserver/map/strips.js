// A strip over the map for each flight under way: progress, battery, height, time in the air, and a button to follow it.

import { byId, el, icon, setText, syncList } from "../web/js/dom.js";
import { capital, flightState, percent, stopwatch } from "../web/js/format.js";
import { t } from "../web/js/messages.js";
import { isUnderWay } from "../web/js/store.js";

const LOW_BATTERY = 0.25;

/** How full a battery is. @param {number | null | undefined} battery 0..1 @param {boolean} isLow */
function batteryWords(battery, isLow) {
  if (battery == null) return "–";
  return isLow ? t("instruments.battery_low", { battery }) : percent(battery);
}

export class Strips {
  /** @param {import("../web/js/store.js").World} world @param {(flightId: string | null) => void} follow */
  constructor(world, follow) {
    this.world = world;
    this.onFollow = follow;
    /** @type {string | null} */
    this.followed = null;
    this.box = byId("strips");
    setInterval(() => this.draw(), 1_000);
  }

  /** Make the strips match the flights under way. */
  draw() {
    const flights = this.world.shown("flight").filter(isUnderWay);
    syncList(this.box, flights, (flight) => this.strip(flight));
  }

  /** Keep the map on a flight's drone, or stop with null. @param {string | null} flightId */
  follow(flightId) {
    this.followed = flightId;
    this.onFollow(flightId);
    this.draw();
  }

  /** @param {Api.Flight} flight @returns {import("../web/js/dom.js").ListRow<Api.Flight>} */
  strip(flight) {
    /** @param {string} name */
    const part = (name) => el("span", { class: `strip-${name}` });
    const title = part("title");
    const state = part("state");
    const waypoint = part("waypoint");
    const battery = part("value");
    const height = part("value");
    const clock = part("value");
    const bar = el("progress", { max: "1", value: "0", "aria-label": t("map.progress_of", { name: flight.name }) });
    const button = el(
      "button",
      {
        class: "button",
        "aria-pressed": "false",
        on: { click: () => this.follow(this.followed === flight.id ? null : flight.id) },
      },
      icon("target"),
      t("map.follow"),
    );
    /** @param {string} name @param {Node} node */
    const value = (name, node) => el("div", { class: "strip-cell" }, el("small", {}, name), node);
    const element = el(
      "section",
      { class: "strip", data: { flightId: flight.id }, "aria-label": t("map.strip", { name: flight.name }) },
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
        value(t("map.strip_battery"), battery),
        value(t("map.strip_height"), height),
        value(t("map.strip_in_the_air"), clock),
      ),
      button,
    );
    /** @param {Api.Flight} now */
    const update = (now) => {
      const drone = this.world.get("unit", now.unit_id);
      const { current = 0, total = 0 } = now.progress ?? {};
      setText(title, now.name);
      setText(
        state,
        [drone?.name, capital(flightState(now.state)), now.pilot, now.simulated && t("browser.simulated")].filter(Boolean).join(" · "),
      );
      setText(waypoint, t("map.strip_waypoint", { current, total }));
      bar.value = total ? current / total : 0;
      const low = drone?.battery != null && drone.battery < LOW_BATTERY;
      setText(battery, batteryWords(drone?.battery, low));
      battery.classList.toggle("is-low", low);
      setText(height, drone?.height_m == null ? "–" : t("instruments.metres", { value: drone.height_m }));
      setText(clock, stopwatch((this.world.now() - Date.parse(now.started_at ?? "")) / 1_000));
      button.setAttribute("aria-pressed", String(this.followed === now.id));
    };
    return { el: element, update };
  }
}
