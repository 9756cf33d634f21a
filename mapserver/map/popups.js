// The card that opens on the map for a chosen thing, kept up to date while it is open.

import { Popup } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { el, icon, severityMark } from "../web/js/dom.js";
import { duration, label, metres, percent, recentTime, SEVERITIES, SOURCES, STATE_ICONS, words } from "../web/js/format.js";
import { middle } from "../web/js/geo.js";

/** Where a thing is: [lon, lat], or null. @returns {[number, number] | null} */
export function placeOf(kind, thing, world) {
  if (kind === "zone") return middle(thing.polygon);
  if (kind === "flight") {
    const drone = world.get("unit", thing.unit_id)?.position;
    return drone ? [drone.lon, drone.lat] : (thing.route?.coordinates[0] ?? null);
  }
  return thing.position ? [thing.position.lon, thing.position.lat] : null;
}

/** One card at a time. */
export class Cards {
  /** @param {import("maplibre-gl").Map} map @param {import("../web/js/store.js").World} world */
  constructor(map, world) {
    this.map = map;
    this.world = world;
    this.popup = new Popup({ maxWidth: "340px", offset: 26, focusAfterOpen: false, closeOnClick: false });
    this.popup.on("close", () => {
      this.chosen = null;
    });
    /** @type {{kind: string, id: string} | null} */
    this.chosen = null;
  }

  /** Open the card of a thing. */
  open(kind, id) {
    this.popup.remove();
    this.chosen = { kind, id };
    this.refresh();
  }

  /** Show the open card as things are now; close it when the thing is gone. */
  refresh() {
    if (!this.chosen) return;
    const { kind, id } = this.chosen;
    const thing = this.world.get(kind, id);
    const at = thing && placeOf(kind, thing, this.world);
    if (!at) {
      this.popup.remove();
      return;
    }
    const content = CONTENT[kind](thing, this.world);
    const key = content.textContent;
    this.popup.setLngLat(at);
    if (key !== this.key || !this.popup.isOpen()) {
      const focused = this.popup.getElement()?.querySelector("a:focus") != null;
      this.popup.setDOMContent(content);
      if (focused) content.querySelector("a")?.focus();
    }
    this.key = key;
    if (!this.popup.isOpen()) this.popup.addTo(this.map);
  }
}

const card = (head, title, ...rest) =>
  el("article", { class: "map-card" }, el("header", {}, head, el("h2", {}, title)), ...rest);

function facts(...pairs) {
  const rows = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return el("dl", { class: "facts" }, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** For those who may set cameras up. */
const setUp = (thing) =>
  document.querySelector('.nav a[href="/cameras"]') &&
  el("a", { class: "button wide", href: `/cameras/${encodeURIComponent(thing.id)}/setup` }, "Set it up", icon("chevron"));

const simulated = (thing) => thing.simulated && el("p", { class: "simulated-tag" }, "simulated");

/** The way to a camera's live picture, for those who may see footage. */
const watch = (thing) =>
  document.querySelector('.nav a[href="/wall"]') &&
  el("a", { class: "button wide", href: `/cameras/${encodeURIComponent(thing.id)}` }, icon("camera"), "Look live");

const CONTENT = {
  incident(incident, world) {
    return card(
      severityMark(incident.severity, SEVERITIES[incident.severity]),
      incident.title,
      facts(
        ["Severity", `${incident.severity} · ${SEVERITIES[incident.severity]}`],
        [
          "State",
          el(
            "span",
            { class: `chip state-${incident.state}` },
            icon(STATE_ICONS[incident.state]),
            label(incident.state),
          ),
        ],
        [
          "Opened",
          `${recentTime(incident.opened_at)} · ${duration((world.now() - Date.parse(incident.opened_at)) / 1_000)} ago`,
        ],
        ["Seen by", incident.sources.map((kind) => SOURCES[kind]).join(", ")],
        ["Place", `known to ${metres(incident.position.accuracy_m)}`],
      ),
      simulated(incident),
      el(
        "a",
        { class: "button wide", href: `/incidents/${encodeURIComponent(incident.id)}` },
        "Open the timeline",
        icon("chevron"),
      ),
    );
  },

  unit(unit, world) {
    const held = world.assignmentOf(unit.id);
    const flight = world.flightOf(unit.id);
    const zone = world.get("zone", (held ?? flight)?.zone_id);
    return card(
      icon(unit.kind),
      unit.name,
      facts(
        ["Status", words(unit.status)],
        ["Held by", held?.holder],
        ["Flown by", flight?.pilot],
        ["Since", (held || flight) && recentTime(held?.since ?? flight.started_at)],
        ["Until", held?.until && recentTime(held.until)],
        ["Zone", zone?.name],
        ["For", held?.purpose],
        ["Battery", unit.battery === null ? null : percent(unit.battery)],
        ["Height", unit.position.alt_m === null ? null : `${Math.round(unit.position.alt_m)} m above sea level`],
        ["Place", `known to ${metres(unit.position.accuracy_m)}`],
        ["Last report", unit.updated_at && recentTime(unit.updated_at)],
        [
          "Town",
          unit.lent_to
            ? `${world.cityName(unit.city)}, lent to ${world.cityName(unit.lent_to)}`
            : world.cityName(unit.city),
        ],
      ),
      world.isStale(unit) && el("p", { class: "stale-tag" }, "The last report is old; it may be elsewhere by now."),
      simulated(unit),
      watch(unit),
      setUp(unit),
    );
  },

  camera(camera, world) {
    return card(
      icon(camera.reads_plates ? "plate_reader" : "fixed_camera"),
      camera.name,
      facts(
        ["Kind", camera.reads_plates ? "fixed camera, reads plates" : "fixed camera"],
        ["Looks to", `${Math.round(camera.azimuth_deg)}°, ${Math.round(camera.hfov_deg)}° wide`],
        ["Useful to", metres(camera.range_m)],
        ["Town", world.cityName(camera.city)],
      ),
      simulated(camera),
      watch(camera),
      setUp(camera),
    );
  },

  zone(zone, world) {
    const here = [...world.things.assignment.values()].filter((a) => a.zone_id === zone.id && !a.ended_at);
    return card(
      icon("zone"),
      zone.name,
      facts(
        ["Kind", words(zone.kind)],
        ["Priority", `${zone.priority} · ${SEVERITIES[zone.priority]}`],
        ["Here now", here.map((a) => world.get("unit", a.unit_id)?.name ?? a.unit_id).join(", ") || "nobody"],
        ["Town", world.cityName(zone.city)],
      ),
      zone.notes && el("p", {}, zone.notes),
      simulated(zone),
      document.querySelector('.nav a[href="/planner"]') &&
        el(
          "a",
          { class: "button wide", href: `/planner?zone=${encodeURIComponent(zone.id)}` },
          "Change it or plan a flight",
          icon("chevron"),
        ),
    );
  },

  flight(flight, world) {
    return card(
      icon("flights"),
      flight.name,
      facts(
        ["State", words(flight.state)],
        ["Drone", world.get("unit", flight.unit_id)?.name],
        ["Zone", world.get("zone", flight.zone_id)?.name],
        ["Pilot", flight.pilot],
        ["Confirmed by", flight.confirmed_by ?? "nobody yet"],
        ["In control", flight.control.holder ?? "nobody"],
        ["Starts", flight.scheduled_at && recentTime(flight.scheduled_at)],
        ["Waypoint", flight.progress ? `${flight.progress.current} of ${flight.progress.total}` : null],
        ["Covers", flight.summary?.covered_fraction == null ? null : percent(flight.summary.covered_fraction)],
      ),
      simulated(flight),
    );
  },
};
