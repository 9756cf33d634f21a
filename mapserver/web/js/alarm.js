// An incident of severity 4 or 5 that nobody has acknowledged is seen and heard on every page of who works on incidents:
// a line under the bar, the page's title, a sound again and again, and a notification where the page is not looked at.

import { el, icon, maybeById } from "./dom.js";
import { capital, recentTime, severityWord } from "./format.js";
import { t } from "./messages.js";
import { Sound } from "./sound.js";

const SEVERE = 4;
const AGAIN_MS = 8_000;
const SILENCED = "vanagas.silenced"; // incidents whose sound is off in this window, whatever page of it is open

const BUTTON = { class: "button", type: "button" };

/** @param {Api.Incident} a @param {Api.Incident} b */
const severestFirst = (a, b) => b.severity - a.severity || a.opened_at.localeCompare(b.opened_at);
/** @returns {Set<string>} */
const silenced = () => new Set(JSON.parse(sessionStorage.getItem(SILENCED) ?? "[]"));

/** Keep the alarm as `world` says, for as long as the page is open. @param {import("./store.js").World} world */
export function raiseAlarm(world) {
  const place = maybeById("alarm");
  if (!place) return;
  const title = document.title;
  const sound = new Sound();
  /** @type {Api.Incident[]} */
  let waiting = [];
  /** @type {Set<string> | null} */
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

  world.on("change", (kinds) => {
    if (!kinds.has("incident")) return;
    waiting = [...world.things.incident.values()]
      .filter((incident) => incident.state === "new" && incident.severity >= SEVERE)
      .sort(severestFirst);
    for (const incident of waiting) if (told && !told.has(incident.id)) notify(world, incident);
    told = new Set(waiting.map((incident) => incident.id));
    draw();
  });
}

/** @param {Api.Incident} incident */
const heading = (incident) => `${capital(severityWord(incident.severity))}: ${incident.title}`;

/** Where and since when. @param {import("./store.js").World} world @param {Api.Incident} incident */
function whereOf(world, incident) {
  const text = `${world.cityName(incident.city)}, ${recentTime(incident.opened_at)}`;
  return incident.simulated ? t("browser.in_brackets_simulated", { text }) : text;
}

/** @param {import("./store.js").World} world @param {Api.Incident[]} waiting @param {boolean} rings @param {() => void} silence @returns {HTMLElement[]} */
function line(world, waiting, rings, silence) {
  const [first] = waiting;
  const where = whereOf(world, first);
  const more = waiting.length > 1 ? t("browser.and_more", { rest: waiting.length - 1 }) : "";
  const said = [
    icon("warn"),
    el("b", {}, heading(first)),
    el("span", {}, [where, more].filter(Boolean).join(" · ")),
    el("b", {}, t("browser.open")),
  ];
  /** @type {HTMLElement[]} */
  const parts = [el("a", { href: `/incidents/${encodeURIComponent(first.id)}` }, ...said)];
  if (rings) parts.push(el("button", { ...BUTTON, title: t("browser.silence_hint"), on: { click: silence } }, t("browser.silence")));
  if (window.Notification?.permission === "default") {
    const ask = { click: () => Notification.requestPermission() };
    parts.push(el("button", { ...BUTTON, title: t("browser.notify_hint"), on: ask }, t("browser.notify_me")));
  }
  return parts;
}

/** @param {import("./store.js").World} world @param {Api.Incident} incident */
function notify(world, incident) {
  if (!document.hidden || window.Notification?.permission !== "granted") return;
  new Notification(heading(incident), { body: whereOf(world, incident), tag: incident.id });
}
