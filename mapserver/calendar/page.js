// The calendar's places: moves what the page holds to where its time is, and takes a click on a free time into the form.
//
// Without this script the page is the list that it is on a phone. Knows no state of any flight.

import { byId, control, find, findAll, maybeFind, targetOf } from "../web/js/dom.js";

const PHONE = matchMedia("(max-width: 900px)");
const STEP_MS = 5 * 60_000;

/** Copy the numbers that the page came with into the style, where the style sheet can reckon with them. */
function place() {
  const calendar = maybeFind(".calendar");
  if (!calendar) return;
  for (const node of findAll("[data-at]", HTMLElement, calendar)) {
    node.style.setProperty("--at", `${node.dataset.at}%`);
    if (node.dataset.until) node.style.setProperty("--long", `${Number(node.dataset.until) - Number(node.dataset.at)}%`);
    if (node.dataset.lane) node.style.setProperty("--lane", node.dataset.lane);
  }
  for (const track of findAll("[data-lanes]", HTMLElement, calendar))
    track.style.setProperty("--lanes", track.dataset.lanes ?? "");
  calendar.classList.add("is-placed");
  moveNow();
}

/** The line of the present moment, gone when it is not on these days. */
function moveNow() {
  const now = maybeFind(".calendar .now");
  if (!now) return;
  const share = shareOf(Date.now());
  now.hidden = share < 0 || share > 1;
  now.style.setProperty("--at", `${100 * share}%`);
  const word = now.getBoundingClientRect();
  for (const hour of findAll(".calendar-axis > span", HTMLElement)) {
    const { left, right } = hour.getBoundingClientRect();
    hour.classList.toggle("is-below-now", !now.hidden && left < word.right && right > word.left);
  }
}

/** The first and the last moment of the calendar, ms since 1970. */
function span() {
  const { begins, ends } = find(".calendar").dataset;
  return { begins: Date.parse(begins ?? ""), ends: Date.parse(ends ?? "") };
}

/** How far along the calendar a moment is, 0..1. @param {number} moment */
function shareOf(moment) {
  const { begins, ends } = span();
  return (moment - begins) / (ends - begins);
}

/** The moment under the pointer, in whole five minutes. @param {HTMLElement} track @param {number} x */
function momentAt(track, x) {
  const { begins, ends } = span();
  const box = track.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (x - box.left) / box.width));
  const moment = begins + share * (ends - begins);
  return Math.round(moment / STEP_MS) * STEP_MS;
}

/** As a field for local time wants it, on the town's clock. @param {number} moment */
function wall(moment) {
  const format = new Intl.DateTimeFormat("en-GB", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: find(".calendar").dataset.zone,
    hourCycle: "h23",
  });
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** The drone's free line under the pointer, if a flight may be put there. @param {Event} event @returns {HTMLElement | null} */
function freeTrack(event) {
  if (PHONE.matches || !document.querySelector("#schedule [name=at]")) return null;
  const target = targetOf(event);
  if (!target || target.closest(".calendar-block")) return null;
  return target.closest('.calendar-line[data-kind="drone"] .calendar-track');
}

/** The take-off that a click would choose, drawn as long as the chosen plan takes. */
const ghost = document.createElement("li");
ghost.className = "calendar-ghost";
ghost.setAttribute("aria-hidden", "true");

/** @param {HTMLElement} track @param {number} moment */
function showGhost(track, moment) {
  const plans = find("#schedule [name=plan_id]", HTMLSelectElement);
  const seconds = Number(plans.selectedOptions[0]?.dataset.seconds ?? 0);
  const at = shareOf(moment);
  ghost.style.setProperty("--at", `${100 * at}%`);
  ghost.style.setProperty("--long", `${100 * (shareOf(moment + 1_000 * seconds) - at)}%`);
  ghost.textContent = wall(moment).slice(11);
  if (ghost.parentNode !== track) track.append(ghost);
}

document.addEventListener("pointermove", (event) => {
  const track = freeTrack(event);
  if (track) showGhost(track, momentAt(track, event.clientX));
  else ghost.remove();
});

document.addEventListener("click", (event) => {
  const inside = targetOf(event)?.closest(".calendar-block");
  for (const open of findAll(".calendar-block details[open]", HTMLDetailsElement))
    if (!inside?.contains(open)) open.open = false;
  const track = freeTrack(event);
  if (!track) return;
  const form = byId("schedule", HTMLFormElement);
  const line = /** @type {HTMLElement | null} */ (track.closest(".calendar-line"));
  control(form, "at").value = wall(momentAt(track, event.clientX));
  control(form, "unit_id", HTMLSelectElement).value = line?.dataset.unitId ?? "";
  control(form, "plan_id", HTMLSelectElement).focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = maybeFind(".calendar-block details[open]", HTMLDetailsElement);
  if (!open) return;
  open.open = false;
  find("summary", HTMLElement, open).focus();
});

document.body.addEventListener("htmx:afterSwap", place);
setInterval(moveNow, 15_000);
place();
