// An incident of severity 4 or 5 that nobody has acknowledged is seen and heard on every page of who works on incidents:
// a line under the bar, the page's title, a sound again and again, and a notification where the page is not looked at.

import { el, icon } from "./dom.js";
import { label, recentTime, SEVERITIES } from "./format.js";
import { Sound } from "./sound.js";

const SEVERE = 4;
const AGAIN_MS = 8_000;
const SILENCED = "vanagas.silenced"; // incidents whose sound is off in this window, whatever page of it is open

const BUTTON = { class: "button", type: "button" };

const severestFirst = (a, b) => b.severity - a.severity || a.opened_at.localeCompare(b.opened_at);
const silenced = () => new Set(JSON.parse(sessionStorage.getItem(SILENCED) ?? "[]"));

/** Keep the alarm as `world` says, for as long as the page is open. @param {import("./store.js").World} world */
export function raiseAlarm(world) {
  const place = document.getElementById("alarm");
  if (!place) return;
  const title = document.title;
  const sound = new Sound();
  let waiting = [];
  let told = null; // what waited when the page opened is no news

  const draw = () => {
    const rings = waiting.some((incident) => !silenced().has(incident.id));
    document.title = waiting.length ? `(${waiting.length}) ${waiting[0].title} · ${title}` : title;
    place.hidden = waiting.length === 0;
    place.replaceChildren(...(waiting.length ? line(world, waiting, rings, silence) : []));
    if (rings) sound.repeat(AGAIN_MS);
    else sound.stop();
  };
  const silence = () => {
    sessionStorage.setItem(SILENCED, JSON.stringify(waiting.map((incident) => incident.id)));
    draw();
  };

  world.addEventListener("change", (event) => {
    if (!event.detail.has("incident")) return;
    waiting = [...world.things.incident.values()]
      .filter((incident) => incident.state === "new" && incident.severity >= SEVERE)
      .sort(severestFirst);
    for (const incident of waiting) if (told && !told.has(incident.id)) notify(world, incident);
    told = new Set(waiting.map((incident) => incident.id));
    draw();
  });
}

const simulated = (incident) => (incident.simulated ? " (simulated)" : "");

function line(world, waiting, rings, silence) {
  const [first] = waiting;
  const where = `${world.cityName(first.city)}, ${recentTime(first.opened_at)}${simulated(first)}`;
  const more = waiting.length > 1 ? `and ${waiting.length - 1} more` : "";
  const said = [
    icon("warn"),
    el("b", {}, `${label(SEVERITIES[first.severity])}: ${first.title}`),
    el("span", {}, [where, more].filter(Boolean).join(" · ")),
    el("b", {}, "Open"),
  ];
  const parts = [el("a", { href: `/incidents/${encodeURIComponent(first.id)}` }, ...said)];
  if (rings) parts.push(el("button", { ...BUTTON, title: "Sound off in this window, until the next one", on: { click: silence } }, "Silence"));
  if (window.Notification?.permission === "default") {
    const ask = { click: () => Notification.requestPermission() };
    parts.push(el("button", { ...BUTTON, title: "Also when this window is not in front", on: ask }, "Notify me"));
  }
  return parts;
}

function notify(world, incident) {
  if (!document.hidden || window.Notification?.permission !== "granted") return;
  const body = `${world.cityName(incident.city)}, ${recentTime(incident.opened_at)}${simulated(incident)}`;
  new Notification(`${label(SEVERITIES[incident.severity])}: ${incident.title}`, { body, tag: incident.id });
}
