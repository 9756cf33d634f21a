// The card that opens on the map for a chosen thing, kept up to date while it is open.

import { Popup } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { el, icon, maybeFind, severityMark } from "../web/js/dom.js";
import {
  capital, duration, flightState, incidentState, metres, percent, recentTime, severityWord, sourceWord, STATE_ICONS, unitStatus, zoneKind,
} from "../web/js/format.js";
import { middle } from "../web/js/geo.js";
import { t } from "../web/js/messages.js";

/** @typedef {import("../web/js/store.js").World} World */
/** @typedef {import("../web/js/dom.js").Child} Child */
/** @typedef {"unit" | "camera" | "zone" | "flight" | "incident"} Listed the kinds that are in a list and on the map */

/** @param {string} kind @returns {kind is Listed} */
export const isListed = (kind) => kind in CONTENT;

/** Where a thing is: [lon, lat], or null. @param {Listed} kind @param {string} id @param {World} world @returns {Api.LonLat | null} */
export function placeOf(kind, id, world) {
  if (kind === "zone") {
    const zone = world.get(kind, id);
    return zone ? middle(zone.polygon) : null;
  }
  if (kind === "flight") {
    const flight = world.get(kind, id);
    const drone = world.get("unit", flight?.unit_id)?.position;
    const at = drone ? [drone.lon, drone.lat] : flight?.route?.coordinates[0];
    return at ? [at[0], at[1]] : null;
  }
  const at = world.get(kind, id)?.position;
  return at ? [at.lon, at.lat] : null;
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
    /** @type {{kind: Listed, id: string} | null} */
    this.chosen = null;
    this.key = "";
  }

  /** Open the card of a thing. @param {Listed} kind @param {string} id */
  open(kind, id) {
    this.popup.remove();
    this.chosen = { kind, id };
    this.refresh();
  }

  /** Show the open card as things are now; close it when the thing is gone. */
  refresh() {
    if (!this.chosen) return;
    const { kind, id } = this.chosen;
    const at = placeOf(kind, id, this.world);
    const content = at && contentOf(kind, id, this.world);
    if (!at || !content) {
      this.popup.remove();
      return;
    }
    const key = content.textContent;
    this.popup.setLngLat(at);
    if (key !== this.key || !this.popup.isOpen()) {
      const focused = this.popup.getElement()?.querySelector("a:focus") != null;
      this.popup.setDOMContent(content);
      if (focused) maybeFind("a", HTMLElement, content)?.focus();
    }
    this.key = key;
    if (!this.popup.isOpen()) this.popup.addTo(this.map);
  }
}

/** The card of a thing; null when it is gone. @template {Listed} K @param {K} kind @param {string} id @param {World} world */
function contentOf(kind, id, world) {
  const thing = world.get(kind, id);
  return thing ? CONTENT[kind](thing, world) : null;
}

/** @param {Node} head @param {string} title @param {...Child} rest */
const card = (head, title, ...rest) =>
  el("article", { class: "map-card" }, el("header", {}, head, el("h2", {}, title)), ...rest);

/** @param {...[string, Child]} pairs what each is called and what it is; the empty ones are left out */
function facts(...pairs) {
  const rows = pairs.filter(([, value]) => value);
  return el("dl", { class: "facts" }, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** For those who may set cameras up. @param {{id: string}} thing */
const setUp = (thing) =>
  document.querySelector('.nav a[href="/cameras"]') &&
  el("a", { class: "button wide", href: `/cameras/${encodeURIComponent(thing.id)}/setup` }, t("map.set_it_up"), icon("chevron"));

/** @param {{simulated: boolean}} thing */
const simulated = (thing) => thing.simulated && el("p", { class: "simulated-tag" }, t("browser.simulated"));

/** The way to a camera's live picture, for those who may see footage. @param {{id: string}} thing */
const watch = (thing) =>
  document.querySelector('.nav a[href="/wall"]') &&
  el("a", { class: "button wide", href: `/cameras/${encodeURIComponent(thing.id)}` }, icon("camera"), t("map.look_live"));

/** @type {{[K in Listed]: (thing: Api.Things[K], world: World) => HTMLElement}} */
const CONTENT = {
  incident(incident, world) {
    return card(
      severityMark(incident.severity),
      incident.title,
      facts(
        [t("map.severity"), `${incident.severity} · ${severityWord(incident.severity)}`],
        [
          t("map.state"),
          el(
            "span",
            { class: `chip state-${incident.state}` },
            icon(STATE_ICONS[incident.state]),
            capital(incidentState(incident.state)),
          ),
        ],
        [
          t("map.opened"),
          t("map.opened_ago", {
            when: recentTime(incident.opened_at),
            time: duration((world.now() - Date.parse(incident.opened_at)) / 1_000),
          }),
        ],
        [t("map.seen_by"), incident.sources.map(sourceWord).join(", ")],
        [t("map.place"), incident.position && t("map.known_to", { accuracy_m: incident.position.accuracy_m })],
      ),
      simulated(incident),
      el(
        "a",
        { class: "button wide", href: `/incidents/${encodeURIComponent(incident.id)}` },
        t("map.open_timeline"),
        icon("chevron"),
      ),
    );
  },

  unit(unit, world) {
    const held = world.assignmentOf(unit.id);
    const flight = world.flightOf(unit.id);
    const zone = world.get("zone", (held ?? flight)?.zone_id);
    const since = held?.since ?? flight?.started_at;
    const place = unit.position;
    return card(
      icon(unit.kind),
      unit.name,
      facts(
        [t("map.status"), unitStatus(unit.status)],
        [t("map.held_by"), held?.holder],
        [t("map.flown_by"), flight?.pilot],
        [t("map.since"), since && recentTime(since)],
        [t("map.until"), held?.until && recentTime(held.until)],
        [t("map.zone"), zone?.name],
        [t("map.for"), held?.purpose],
        [t("map.battery_title"), unit.battery === null ? null : percent(unit.battery)],
        [t("map.height"), place?.alt_m == null ? null : t("map.above_sea", { alt_m: place.alt_m })],
        [t("map.place"), place && t("map.known_to", { accuracy_m: place.accuracy_m })],
        [t("map.last_report"), unit.updated_at && recentTime(unit.updated_at)],
        [
          t("map.town"),
          unit.lent_to
            ? t("map.town_lent", { town: world.cityName(unit.city), other: world.cityName(unit.lent_to) })
            : world.cityName(unit.city),
        ],
      ),
      world.isStale(unit) && el("p", { class: "stale-tag" }, t("map.report_old")),
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
        [t("map.kind"), camera.reads_plates ? t("map.fixed_camera_reads_plates") : t("map.fixed_camera")],
        [t("map.looks_to"), t("map.degrees_wide", { azimuth_deg: camera.azimuth_deg, hfov_deg: camera.hfov_deg })],
        [t("map.useful_to"), metres(camera.range_m)],
        [t("map.town"), world.cityName(camera.city)],
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
        [t("map.kind"), zoneKind(zone.kind)],
        [t("map.priority_title"), `${zone.priority} · ${severityWord(zone.priority)}`],
        [t("map.here_now_title"), here.map((a) => world.get("unit", a.unit_id)?.name ?? a.unit_id).join(", ") || t("map.nobody")],
        [t("map.town"), world.cityName(zone.city)],
      ),
      zone.notes && el("p", {}, zone.notes),
      simulated(zone),
      document.querySelector('.nav a[href="/planner"]') &&
        el(
          "a",
          { class: "button wide", href: `/planner?zone=${encodeURIComponent(zone.id)}` },
          t("map.change_or_plan"),
          icon("chevron"),
        ),
    );
  },

  flight(flight, world) {
    return card(
      icon("flights"),
      flight.name,
      facts(
        [t("map.state"), flightState(flight.state)],
        [t("map.drone"), world.get("unit", flight.unit_id)?.name],
        [t("map.zone"), world.get("zone", flight.zone_id)?.name],
        [t("map.pilot_title"), flight.pilot],
        [t("map.confirmed_by"), flight.confirmed_by ?? t("map.nobody_yet")],
        [t("map.in_control"), flight.control.holder ?? t("map.nobody")],
        [t("map.starts"), flight.scheduled_at && recentTime(flight.scheduled_at)],
        [t("map.waypoint"), flight.progress ? t("map.number_of", flight.progress) : null],
        [t("map.covers"), flight.summary?.covered_fraction == null ? null : percent(flight.summary.covered_fraction)],
      ),
      simulated(flight),
    );
  },
};
