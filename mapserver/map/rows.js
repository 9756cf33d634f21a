// One row of each list beside the map: how it is built once and updated in place, so that focus and scroll stay.

import { el, icon, setChildren, setIcon, setText, severityMark } from "../web/js/dom.js";
import { duration, label, metres, percent, recentTime, SEVERITIES, SOURCES, STATE_ICONS, words } from "../web/js/format.js";
import { isOpen, isOver, isUnderWay } from "../web/js/store.js";

const LOW_BATTERY = 0.25;

const inOrder = new Intl.Collator(undefined, { numeric: true }); // made once: it costs more than it compares
const byName = (a, b) => inOrder.compare(a.name, b.name);
const newest = (field) => (a, b) => String(b[field] ?? "").localeCompare(String(a[field] ?? ""));
const first = (test) => (a, b) => Number(test(b)) - Number(test(a));
const severest = (a, b) => (isOpen(a) && isOpen(b) ? b.severity - a.severity : 0);
const KINDS = ["drone", "tower", "body_camera"];

/** Which rows come first. @type {Record<string, (a: any, b: any) => number>} */
export const ORDER = {
  incident: (a, b) => first(isOpen)(a, b) || severest(a, b) || newest("opened_at")(a, b),
  unit: (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || byName(a, b),
  flight: (a, b) => first(isUnderWay)(a, b) || -first(isOver)(a, b) || newest("scheduled_at")(a, b),
  zone: (a, b) => b.priority - a.priority || byName(a, b),
  camera: (a, b) => a.city.localeCompare(b.city) || byName(a, b),
};

export const EMPTY = {
  incident: "Nothing has been seen in the last day.",
  unit: "No units in this town.",
  flight: "No flights planned.",
  zone: "No problem zones drawn.",
  camera: "No fixed cameras in this town.",
};

/** Which part of the list is history that the whole picture may have cut, what it is called, and where the rest is. */
export const HISTORY = {
  incident: { part: "closed_incidents", things: "incidents closed in the last day", rest: "/incidents" },
  flight: { part: "flights_over", things: "flights that are over", rest: "/flights/logbook" },
};

/** The frame all rows share: a button that takes the map there, and what stands in it. */
function frame(kind, thing, choose) {
  const parts = {
    mark: el("span", { class: "row-mark" }),
    title: el("strong", { class: "row-title" }),
    side: el("span", { class: "row-side" }),
    line: el("span", { class: "row-line" }),
    more: el("span", { class: "row-more" }),
  };
  const button = el(
    "button",
    { class: "row-main", on: { click: () => choose(kind, thing.id) } },
    parts.mark,
    el(
      "span",
      { class: "row-text" },
      el("span", { class: "row-head" }, parts.title, parts.side),
      parts.line,
      parts.more,
    ),
  );
  return { li: el("li", { class: "row" }, button), ...parts };
}

const simulatedTag = (thing) => (thing.simulated ? [el("span", { class: "simulated-tag" }, "simulated")] : []);

/** Who has a unit, since when, and where. */
function holdingOf(unit, world) {
  const held = world.assignmentOf(unit.id);
  const flight = world.flightOf(unit.id);
  if (held) {
    const who = held.holder ? `Held by ${held.holder}` : "Stands there";
    return dotted(`${who} since ${recentTime(held.since)}`, world.get("zone", held.zone_id)?.name);
  }
  if (flight) {
    return dotted(
      `Flown by ${flight.pilot} since ${recentTime(flight.started_at)}`,
      world.get("zone", flight.zone_id)?.name,
    );
  }
  return "Held by nobody";
}

/** Texts joined by dots, the empty ones left out. */
const dotted = (...texts) => texts.filter(Boolean).join(" · ");

/** @type {Record<string, (thing: any, world: import("../web/js/store.js").World, choose: Function) => {el: HTMLElement, update: (thing: any) => void}>} */
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
          "aria-label": `open ${incident.title}`,
          title: "Open the timeline",
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
        setChildren(row.mark, String(now.severity), () => [severityMark(now.severity, SEVERITIES[now.severity])]);
        setText(row.title, now.title);
        setText(row.side, recentTime(now.opened_at));
        setChildren(row.line, now.state, () => [
          el("span", { class: `chip state-${now.state}` }, icon(STATE_ICONS[now.state]), label(now.state)),
          ` ${world.cityName(now.city)}`,
        ]);
        setChildren(row.more, `${now.sources}${now.observation_count}`, () => [
          el(
            "span",
            { class: "sources" },
            ...now.sources.map((kind) => el("span", { title: SOURCES[kind] }, icon(kind, SOURCES[kind]))),
          ),
          el(
            "span",
            {},
            `${now.observation_count} ${now.observation_count === 1 ? "sighting" : "sightings"}`,
          ),
          ...simulatedTag(now),
        ]);
      },
    };
  },

  unit(unit, world, choose) {
    const row = frame("unit", unit, choose);
    row.li.dataset.unitId = unit.id;
    row.mark.append(el("span", { class: `key-mark is-${unit.kind}` }, icon(unit.kind, words(unit.kind))));
    const battery = el("span", { class: "battery", hidden: true }, icon("battery", "battery"), el("span"));
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
        if (now.battery !== null) setText(battery.lastChild, percent(now.battery));
        battery.classList.toggle("low", now.battery !== null && now.battery < LOW_BATTERY);
        const age = now.updated_at ? `last heard ${recentTime(now.updated_at)}` : "never heard";
        setText(
          row.line,
          dotted(label(now.status), stale ? age : "", now.lent_to ? `lent to ${world.cityName(now.lent_to)}` : ""),
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
    const bar = el("progress", { max: "1", value: "0", "aria-label": "progress" });
    row.mark.append(mark);
    row.li.querySelector(".row-text").append(bar);
    return {
      el: row.li,
      update(now) {
        row.li.dataset.state = now.state;
        row.li.classList.toggle("is-closed", isOver(now));
        setIcon(mark, isOver(now) ? "check" : "flights");
        setText(row.title, now.name);
        setText(row.side, label(now.state));
        const { current = 0, total = 0 } = now.progress ?? {};
        bar.hidden = !isUnderWay(now);
        bar.value = total ? current / total : 0;
        const length = now.summary?.length_m ? metres(now.summary.length_m) : "";
        const takes = now.summary?.duration_s ? `about ${duration(now.summary.duration_s)}` : "";
        setText(
          row.line,
          isUnderWay(now)
            ? `Waypoint ${current} of ${total}`
            : dotted(now.scheduled_at && `${recentTime(now.scheduled_at)}`, length, takes),
        );
        const pilot = dotted(
          world.get("unit", now.unit_id)?.name,
          now.pilot && `pilot ${now.pilot}`,
          now.confirmed_by ? "" : "not confirmed",
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
        setText(row.side, `priority ${now.priority} ${SEVERITIES[now.priority]}`);
        setText(row.line, dotted(label(now.kind), world.cityName(now.city)));
        const who = here.map((a) => world.get("unit", a.unit_id)?.name ?? a.unit_id).join(", ");
        setChildren(row.more, who + now.simulated, () => [
          el("span", {}, who ? `Here now: ${who}` : "Nobody here now"),
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
        setText(row.side, now.reads_plates ? "reads plates" : "");
        setText(
          row.line,
          `${world.cityName(now.city)} · looks to ${Math.round(now.azimuth_deg)}°, useful to ${metres(now.range_m)}`,
        );
        setChildren(row.more, String(now.simulated), () => simulatedTag(now));
      },
    };
  },
};
