// Units and incidents on the map: real elements, so that they can be tabbed to, read aloud and tested.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { el, icon, setText, severityMark } from "./dom.js";
import { SEVERITIES, shortTime, words } from "./format.js";
import { lastSeen } from "./last_seen.js";
import { openIncidents } from "./open_incidents.js";

const GLIDE_MS = 900;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Keeps one marker for each unit and for the severest open incidents; the others are dots (overlays.js). */
export class Markers {
  /**
   * @param {import("maplibre-gl").Map} map
   * @param {import("./store.js").World} world
   * @param {(kind: string, id: string) => void} choose called when one is clicked
   */
  constructor(map, world, choose) {
    this.map = map;
    this.world = world;
    this.choose = choose;
    /** @type {Map<string, {marker: Marker, update: (thing: any) => void, glide?: number}>} */
    this.known = new Map();
  }

  /** Make the markers match the world. */
  draw() {
    const wanted = new Map();
    for (const unit of this.world.shown("unit")) if (unit.position) wanted.set(`unit/${unit.id}`, unit);
    for (const incident of openIncidents(this.world).markers) wanted.set(`incident/${incident.id}`, incident);
    for (const [key, entry] of this.known) {
      if (!wanted.has(key)) {
        entry.marker.remove();
        this.known.delete(key);
      }
    }
    for (const [key, thing] of wanted) this.place(key, thing);
  }

  place(key, thing) {
    const at = [thing.position.lon, thing.position.lat];
    let entry = this.known.get(key);
    if (!entry) {
      entry = key.startsWith("unit/") ? this.unitMarker(thing) : this.incidentMarker(thing);
      entry.marker.setLngLat(at).addTo(this.map);
      this.known.set(key, entry);
    } else {
      this.glide(entry, at);
    }
    entry.update(thing);
  }

  /** Move a marker smoothly to where it was last reported. */
  glide(entry, to) {
    cancelAnimationFrame(entry.glide);
    const from = entry.marker.getLngLat().toArray();
    if (from[0] === to[0] && from[1] === to[1]) return;
    if (still.matches || document.hidden) {
      entry.marker.setLngLat(to);
      return;
    }
    const start = performance.now();
    const step = (now) => {
      const part = Math.min(1, Math.max(0, (now - start) / GLIDE_MS));
      entry.marker.setLngLat([from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]);
      if (part < 1) entry.glide = requestAnimationFrame(step);
    };
    entry.glide = requestAnimationFrame(step);
  }

  unitMarker(unit) {
    const nose = el("span", { class: "unit-nose", "aria-hidden": "true" });
    const name = el("span", { class: "marker-name" });
    const element = el(
      "button",
      {
        class: `marker unit-marker is-${unit.kind}`,
        data: { unitId: unit.id },
        on: { click: () => this.choose("unit", unit.id) },
      },
      nose,
      el("span", { class: "unit-body" }, icon(unit.kind)),
      name,
    );
    const update = (now) => {
      const stale = this.world.isStale(now);
      nose.hidden = now.heading_deg === null;
      nose.style.transform = `rotate(${now.heading_deg ?? 0}deg)`;
      element.classList.toggle("is-stale", stale);
      element.dataset.status = now.status;
      element.setAttribute(
        "aria-label",
        `${words(now.kind)} ${now.name}, ${words(now.status)}${stale ? ", position is old" : ""}`,
      );
      const flight = this.world.lastFlightOf(now.id);
      const lost = Boolean(flight && lastSeen(flight, now, this.world));
      element.classList.toggle("is-lost", lost);
      const heard = now.instruments?.heard_at ?? now.updated_at;
      setText(name, lost ? `${now.name} · last seen ${shortTime(heard)}` : stale ? `${now.name} · old` : now.name);
    };
    return { marker: new Marker({ element }), update };
  }

  incidentMarker(incident) {
    const mark = el("span", { class: "incident-mark" });
    const name = el("span", { class: "marker-name" });
    const element = el(
      "button",
      {
        class: "marker incident-marker",
        data: { incidentId: incident.id },
        on: { click: () => this.choose("incident", incident.id) },
      },
      mark,
      el("span", { class: "incident-stem", "aria-hidden": "true" }),
      name,
    );
    let shown = 0;
    const update = (now) => {
      if (shown !== now.severity) mark.replaceChildren(severityMark(now.severity, SEVERITIES[now.severity]));
      shown = now.severity;
      element.classList.toggle("is-new", now.state === "new");
      element.setAttribute(
        "aria-label",
        `incident, severity ${now.severity} ${SEVERITIES[now.severity]}, ${words(now.state)}: ${now.title}`,
      );
      setText(name, now.title);
    };
    return { marker: new Marker({ element, anchor: "bottom" }), update };
  }
}
