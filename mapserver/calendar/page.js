// The calendar's places: moves what the page holds to where its time is, and takes a click on a free time into the form.
//
// Without this script the page is the list that it is on a phone. Knows no state of any flight.

const PHONE = matchMedia("(max-width: 900px)");
const STEP_MS = 5 * 60_000;

/** Copy the numbers that the page came with into the style, where the style sheet can reckon with them. */
function place() {
  const calendar = document.querySelector(".calendar");
  if (!calendar) return;
  for (const node of calendar.querySelectorAll("[data-at]")) {
    node.style.setProperty("--at", `${node.dataset.at}%`);
    if (node.dataset.until) node.style.setProperty("--long", `${node.dataset.until - node.dataset.at}%`);
    if (node.dataset.lane) node.style.setProperty("--lane", node.dataset.lane);
  }
  for (const track of calendar.querySelectorAll("[data-lanes]"))
    track.style.setProperty("--lanes", track.dataset.lanes);
  calendar.classList.add("is-placed");
  moveNow();
}

/** The line of the present moment, gone when it is not on these days. */
function moveNow() {
  const now = document.querySelector(".calendar .now");
  if (!now) return;
  const share = shareOf(Date.now());
  now.hidden = share < 0 || share > 1;
  now.style.setProperty("--at", `${100 * share}%`);
}

/** How far along the calendar a moment is, 0..1. @param {number} moment */
function shareOf(moment) {
  const { begins, ends } = document.querySelector(".calendar").dataset;
  return (moment - Date.parse(begins)) / (Date.parse(ends) - Date.parse(begins));
}

/** The moment under the pointer, in whole five minutes. @param {HTMLElement} track @param {number} x */
function momentAt(track, x) {
  const { begins, ends } = document.querySelector(".calendar").dataset;
  const box = track.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (x - box.left) / box.width));
  const moment = Date.parse(begins) + share * (Date.parse(ends) - Date.parse(begins));
  return Math.round(moment / STEP_MS) * STEP_MS;
}

/** As a field for local time wants it, on the town's clock. @param {number} moment */
function wall(moment) {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const timeZone = document.querySelector(".calendar").dataset.zone;
  const format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone, hourCycle: "h23" });
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** The drone's free line under the pointer, if a flight may be put there. @param {Event} event */
function freeTrack(event) {
  if (PHONE.matches || !document.querySelector("#schedule [name=at]")) return null;
  if (event.target.closest(".calendar-block")) return null;
  return event.target.closest('.calendar-line[data-kind="drone"] .calendar-track');
}

/** The take-off that a click would choose, drawn as long as the chosen plan takes. @type {HTMLElement} */
const ghost = document.createElement("li");
ghost.className = "calendar-ghost";
ghost.setAttribute("aria-hidden", "true");

/** @param {HTMLElement} track @param {number} moment */
function showGhost(track, moment) {
  const seconds = Number(document.querySelector("#schedule [name=plan_id]").selectedOptions[0]?.dataset.seconds ?? 0);
  const at = shareOf(moment);
  ghost.style.setProperty("--at", `${100 * at}%`);
  ghost.style.setProperty("--long", `${100 * (shareOf(moment + 1_000 * seconds) - at)}%`);
  ghost.textContent = wall(moment).slice(11);
  if (ghost.parentNode !== track) track.append(ghost);
}

document.addEventListener("pointermove", (event) => {
  const track = event.target instanceof Element && freeTrack(event);
  if (track) showGhost(track, momentAt(track, event.clientX));
  else ghost.remove();
});

document.addEventListener("click", (event) => {
  const inside = event.target.closest(".calendar-block");
  for (const open of document.querySelectorAll(".calendar-block details[open]"))
    if (!inside?.contains(open)) open.open = false;
  const track = freeTrack(event);
  if (!track) return;
  const form = document.getElementById("schedule").elements;
  form.at.value = wall(momentAt(track, event.clientX));
  form.unit_id.value = track.closest(".calendar-line").dataset.unitId;
  form.plan_id.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector(".calendar-block details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.body.addEventListener("htmx:afterSwap", place);
setInterval(moveNow, 15_000);
place();
