// One row of each list beside the map: how it is built once and updated in place, so that focus and scroll stay.

import { el, icon, setChildren, setIcon, setText, severityMark } from "../web/js/dom.js";
import {
  capital, duration, flightState, incidentState, metres, percent, recentTime, sourceWord, STATE_ICONS, unitKind, unitStatus, zoneKind,
} from "../web/js/format.js";
import { language, t } from "../web/js/messages.js";
import { isOpen, isOver, isUnderWay } from "../web/js/store.js";

/** @typedef {import("../web/js/store.js").World} World */
/** @typedef {import("./popups.js").Listed} Listed */
/** @typedef {(kind: Listed, id: string) => void} Choose */

const LOW_BATTERY = 0.25;

const inOrder = new Intl.Collator(language(), { numeric: true }); // made once: it costs more than it compares
/** @param {{name: string}} a @param {{name: string}} b */
const byName = (a, b) => inOrder.compare(a.name, b.name);
/** @template T @param {(thing: T) => string} timeOf @returns {(a: T, b: T) => number} */
const newest = (timeOf) => (a, b) => timeOf(b).localeCompare(timeOf(a));
/** @template T @param {(thing: T) => boolean} test @returns {(a: T, b: T) => number} */
const first = (test) => (a, b) => Number(test(b)) - Number(test(a));
/** @param {Api.Incident} a @param {Api.Incident} b */
const severest = (a, b) => (isOpen(a) && isOpen(b) ? b.severity - a.severity : 0);
const KINDS = ["drone", "tower", "body_camera"];

const lastOpened = newest((/** @type {Api.Incident} */ incident) => incident.opened_at);
const lastScheduled = newest((/** @type {Api.Flight} */ flight) => flight.scheduled_at ?? "");

/** Which rows come first. @type {{[K in Listed]: (a: Api.Things[K], b: Api.Things[K]) => number}} */
export const ORDER = {
  incident: (a, b) => first(isOpen)(a, b) || severest(a, b) || lastOpened(a, b),
  unit: (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || byName(a, b),
  flight: (a, b) => first(isUnderWay)(a, b) || -first(isOver)(a, b) || lastScheduled(a, b),
  zone: (a, b) => b.priority - a.priority || byName(a, b),
  camera: (a, b) => a.city.localeCompare(b.city) || byName(a, b),
};

/**
 * Which part of the list is history that the whole picture may have cut, what is said then, and where the rest is.
 * @type {Partial<Record<Listed, {part: string, words: (part: Api.Part) => string, rest: string}>>}
 */
export const HISTORY = {
  incident: { part: "closed_incidents", words: (part) => t("map.newest_incidents", { ...part }), rest: "/incidents" },
  flight: { part: "flights_over", words: (part) => t("map.newest_flights", { ...part }), rest: "/flights/logbook" },
};

/** The frame all rows share: a button that takes the map there, and what stands in it. @param {Listed} kind @param {{id: string}} thing @param {Choose} choose */
function frame(kind, thing, choose) {
  const parts = {
    mark: el("span", { class: "row-mark" }),
    title: el("strong", { class: "row-title" }),
    side: el("span", { class: "row-side" }),
    line: el("span", { class: "row-line" }),
    more: el("span", { class: "row-more" }),
  };
  const head = el("span", { class: "row-head" }, parts.title, parts.side);
  const text = el("span", { class: "row-text" }, head, parts.line, parts.more);
  const button = el(
    "button",
    { class: "row-main", on: { click: () => choose(kind, thing.id) } },
    parts.mark,
    text,
  );
  return { li: el("li", { class: "row" }, button), text, ...parts };
}

/** @param {{simulated: boolean}} thing */
const simulatedTag = (thing) => (thing.simulated ? [el("span", { class: "simulated-tag" }, t("browser.simulated"))] : []);

/** Who has a unit, since when, and where. @param {Api.Unit} unit @param {World} world */
function holdingOf(unit, world) {
  const held = world.assignmentOf(unit.id);
  const flight = world.flightOf(unit.id);
  if (held) {
    const since = recentTime(held.since);
    const words = held.holder ? t("map.held_by_since", { who: held.holder, since }) : t("map.stands_since", { since });
    return dotted(words, world.get("zone", held.zone_id)?.name);
  }
  if (flight) {
    const words = t("map.flown_by_since", { who: flight.pilot, since: recentTime(flight.started_at ?? 0) });
    return dotted(words, world.get("zone", flight.zone_id)?.name);
  }
  return t("map.held_by_nobody");
}

/** Texts joined by dots, the empty ones left out. @param {...(string | null | undefined | false)} texts */
const dotted = (...texts) => texts.filter(Boolean).join(" · ");

/** @type {{[K in Listed]: (thing: Api.Things[K], world: World, choose: Choose) => import("../web/js/dom.js").ListRow<Api.Things[K]>}} */
export const ROWS = {
  incident(incident, world, choose) {
    const row = frame("incident", incident, choose);
    row.li.dataset.incidentId = incident.id;
    row.li.append(
      el(
        "a",
        {
          class: "row-open",
          href: `/incidents/${encodeURIComponent(incident.id)}`,
          "aria-label": t("map.open_incident", { title: incident.title }),
          title: t("map.open_timeline"),
        },
        icon("chevron"),
      ),
    );
    return {
      el: row.li,
      update(now) {
        row.li.dataset.sources = now.sources.join(",");
        row.li.dataset.state = now.state;
        row.li.classList.toggle("is-closed", !isOpen(now));
        setChildren(row.mark, String(now.severity), () => [severityMark(now.severity)]);
        setText(row.title, now.title);
        setText(row.side, recentTime(now.opened_at));
        setChildren(row.line, now.state, () => [
          el("span", { class: `chip state-${now.state}` }, icon(STATE_ICONS[now.state]), capital(incidentState(now.state))),
          ` ${world.cityName(now.city)}`,
        ]);
        setChildren(row.more, `${now.sources}${now.observation_count}`, () => [
          el(
            "span",
            { class: "sources" },
            ...now.sources.map((kind) => el("span", { title: sourceWord(kind) }, icon(kind, sourceWord(kind)))),
          ),
          el("span", {}, t("map.sightings", { count: now.observation_count })),
          ...simulatedTag(now),
        ]);
      },
    };
  },

  unit(unit, world, choose) {
    const row = frame("unit", unit, choose);
    row.li.dataset.unitId = unit.id;
    row.mark.append(el("span", { class: `key-mark is-${unit.kind}` }, icon(unit.kind, unitKind(unit.kind))));
    const level = el("span");
    const battery = el("span", { class: "battery", hidden: true }, icon("battery", t("map.battery")), level);
    row.side.append(battery);
    return {
      el: row.li,
      update(now) {
        const stale = world.isStale(now);
        Object.assign(row.li.dataset, {
          lat: now.position?.lat ?? "",
          lon: now.position?.lon ?? "",
          status: now.status,
        });
        row.li.classList.toggle("is-stale", stale);
        setText(row.title, now.name);
        battery.hidden = now.battery === null;
        if (now.battery !== null) setText(level, percent(now.battery));
        battery.classList.toggle("low", now.battery !== null && now.battery < LOW_BATTERY);
        const age = now.updated_at ? t("map.last_heard", { when: recentTime(now.updated_at) }) : t("map.never_heard");
        setText(
          row.line,
          dotted(
            capital(unitStatus(now.status)),
            stale && age,
            now.lent_to && t("map.lent_to", { town: world.cityName(now.lent_to) }),
          ),
        );
        const holding = holdingOf(now, world);
        setChildren(row.more, holding + now.simulated, () => [el("span", {}, holding), ...simulatedTag(now)]);
      },
    };
  },

  flight(flight, world, choose) {
    const row = frame("flight", flight, choose);
    row.li.dataset.flightId = flight.id;
    const mark = icon("flights");
    const bar = el("progress", { max: "1", value: "0", "aria-label": t("map.progress") });
    row.mark.append(mark);
    row.text.append(bar);
    return {
      el: row.li,
      update(now) {
        row.li.dataset.state = now.state;
        row.li.classList.toggle("is-closed", isOver(now));
        setIcon(mark, isOver(now) ? "check" : "flights");
        setText(row.title, now.name);
        setText(row.side, capital(flightState(now.state)));
        const { current = 0, total = 0 } = now.progress ?? {};
        bar.hidden = !isUnderWay(now);
        bar.value = total ? current / total : 0;
        const length = now.summary?.length_m ? metres(now.summary.length_m) : "";
        const takes = now.summary?.duration_s ? t("map.about", { time: duration(now.summary.duration_s) }) : "";
        setText(
          row.line,
          isUnderWay(now)
            ? t("map.waypoint_of", { current, total })
            : dotted(now.scheduled_at && recentTime(now.scheduled_at), length, takes),
        );
        const pilot = dotted(
          world.get("unit", now.unit_id)?.name,
          now.pilot && t("map.pilot", { who: now.pilot }),
          !now.confirmed_by && t("map.not_confirmed"),
        );
        setChildren(row.more, pilot + now.simulated, () => [el("span", {}, pilot), ...simulatedTag(now)]);
      },
    };
  },

  zone(zone, world, choose) {
    const row = frame("zone", zone, choose);
    row.li.dataset.zoneId = zone.id;
    row.mark.append(icon("zone"));
    row.mark.classList.add("of-zone");
    return {
      el: row.li,
      update(now) {
        const here = [...world.things.assignment.values()].filter((a) => a.zone_id === now.id && !a.ended_at);
        setText(row.title, now.name);
        setText(row.side, t("map.priority", { priority: now.priority }));
        setText(row.line, dotted(capital(zoneKind(now.kind)), world.cityName(now.city)));
        const who = here.map((a) => world.get("unit", a.unit_id)?.name ?? a.unit_id).join(", ");
        setChildren(row.more, who + now.simulated, () => [
          el("span", {}, who ? t("map.here_now", { who }) : t("map.nobody_here")),
          ...simulatedTag(now),
        ]);
      },
    };
  },

  camera(camera, world, choose) {
    const row = frame("camera", camera, choose);
    row.li.dataset.cameraId = camera.id;
    row.mark.classList.add("of-camera");
    row.mark.append(icon(camera.reads_plates ? "plate_reader" : "fixed_camera"));
    return {
      el: row.li,
      update(now) {
        setText(row.title, now.name);
        setText(row.side, now.reads_plates ? t("map.reads_plates") : "");
        setText(
          row.line,
          dotted(world.cityName(now.city), t("map.camera_looks", { azimuth_deg: now.azimuth_deg, range_m: now.range_m })),
        );
        setChildren(row.more, String(now.simulated), () => simulatedTag(now));
      },
    };
  },
};
