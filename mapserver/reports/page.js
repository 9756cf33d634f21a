// The inspector's report: kept on this phone at every key and tap, sent until the server has it, counted once.

import { el, icon, setChildren } from "../web/js/dom.js";
import { label, recentTime } from "../web/js/format.js";
import { sentence } from "../web/js/api.js";
import { Drafts, isBlank, newReport } from "./drafts.js";
import { keepPage } from "./offline.js";
import { ReportPlace } from "./place.js";
import { sendReport } from "./sending.js";

const AGAIN_MS = 15_000;
const FIELDS = ["note", "lat", "lon", "accuracy_m", "ref"];

const form = document.querySelector("form.report");
const user = form.dataset.user;
const photo = document.getElementById("photo");
const drafts = new Drafts();
const place = new ReportPlace(() => keep());
/** The report in the form. @type {import("./drafts.js").StoredReport} */
let current = newReport(user);
let sending = false;
let signedOut = false;
/** What became of the last report, until the next one is begun. */
let received = null;

/** Put a report into the form. @param {import("./drafts.js").StoredReport} report */
function show(report) {
  current = report;
  form.reset();
  for (const name of FIELDS) form.elements[name].value = report[name];
  for (const tile of form.querySelectorAll("[name=category]")) tile.checked = tile.value === report.category;
  place.show(report);
  showPhoto();
  showProblem(report.problem, report.photo_refused);
}

function showPhoto() {
  const name = current.photo && (current.photo.name || "taken");
  document.getElementById("photo-text").textContent = name ? `Photo: ${name}` : "Add a photo";
  document.getElementById("no-photo").hidden = !name;
}

/** @param {string} problem @param {boolean} aboutPhoto */
function showProblem(problem, aboutPhoto) {
  const box = document.getElementById("problem");
  box.hidden = !problem;
  if (!problem) return;
  const remedy = aboutPhoto ? " Take another photo, or send the report without one." : "";
  box.querySelector("p").textContent = sentence(problem) + remedy;
  box.scrollIntoView({ block: "center" });
}

/** Keep what is in the form. */
async function keep() {
  received = null;
  for (const name of FIELDS) current[name] = form.elements[name].value;
  current.category = form.querySelector("[name=category]:checked")?.value ?? "";
  if (isBlank(current)) await drafts.forget(current.ref);
  else await drafts.keep(current);
  showRows();
}

/** Take a new photo, unless it is none. */
async function takePhoto() {
  const [file] = photo.files;
  photo.value = "";
  if (!file) return;
  const readable = await createImageBitmap(file).then(
    (image) => (image.close(), true),
    () => false,
  );
  if (!readable) {
    showProblem(`The file ${file.name} cannot be read as a photo`, true);
    return;
  }
  setPhoto(file);
}

/** @param {File | null} file */
function setPhoto(file) {
  Object.assign(current, { photo: file, problem: "", photo_refused: false });
  showPhoto();
  showProblem("", false);
  keep();
}

async function submit(event) {
  event.preventDefault();
  if (!form.elements.lat.value) {
    place.demand();
    return;
  }
  Object.assign(current, { state: "waiting", problem: "", photo_refused: false });
  await keep();
  show(newReport(user));
  scrollTo({ top: 0 });
  await sendAll();
}

/** Send what waits, one after the other, until the server does not answer. */
async function sendAll() {
  if (sending) return;
  sending = true;
  for (const report of drafts.of(user).filter(({ state }) => state === "waiting")) {
    showRows(report.ref);
    const result = await sendReport(report);
    if (!(await settle(report, result))) break;
  }
  sending = false;
  showRows();
}

/** @returns {Promise<boolean>} whether the next may be sent */
async function settle(report, result) {
  signedOut = result.kind === "signed-out";
  if (result.kind === "received") {
    await drafts.forget(report.ref);
    received = { category: report.category, incident: result.incident };
    return true;
  }
  if (result.kind === "refused") {
    Object.assign(report, { state: "refused", problem: result.why, photo_refused: result.photo });
    await drafts.keep(report);
    if (isBlank(current)) show(report);
    return true;
  }
  report.problem = result.why ?? "";
  await drafts.keep(report);
  return false;
}

/** The reports that are on this phone and not in the form, with what is to be done about each. @param {string} [sendingRef] */
function showRows(sendingRef) {
  const others = drafts.of(user).filter((report) => report.ref !== current.ref);
  const key = JSON.stringify([others.map((report) => [report.ref, report.state, report.problem]), sendingRef, signedOut, received]);
  setChildren(document.getElementById("kept"), key, () => [
    ...(received ? [thanks(received)] : []),
    ...(signedOut && others.length ? [signInCard()] : []),
    ...others.map((report) => row(report, report.ref === sendingRef)),
  ]);
}

function thanks({ category, incident }) {
  const where = incident ? el("a", { href: `/incidents/${incident}` }, `incident ${incident.slice(0, 8)}`) : "the record";
  return el("div", { class: "done" }, icon("check"), el("p", {}, `Thank you. ${label(category)} is in `, where, "."));
}

const signInCard = () =>
  el("div", { class: "problem" }, icon("person"), el("div", {},
    el("p", {}, "You are signed out. Your report stays on this phone and is sent when you have signed in again."),
    el("a", { class: "button primary wide", href: "/sign-in?next=/report" }, "Sign in"),
  ));

function row(report, isSending) {
  const waits = report.state === "waiting";
  const why = signedOut ? "" : sentence(report.problem || (waits ? "It is sent next" : "Not sent yet"));
  const text = isSending ? "Sending…" : waits ? `Waits on this phone. ${why}` : why;
  const open = () => (drafts.held.has(report.ref) ? (show(report), showRows()) : showRows());
  const button = waits
    ? el("button", { type: "button", class: "button", disabled: isSending, on: { click: sendAll } }, "Send now")
    : el("button", { type: "button", class: "button", on: { click: open } }, report.state === "refused" ? "Correct it" : "Go on");
  return el("div", { class: "card kept-report", data: { ref: report.ref, state: report.state } },
    icon(waits ? "clock" : "pen"),
    el("p", {}, el("b", {}, label(report.category || "report")), ` · ${recentTime(report.seen_ms)}`, report.photo ? " · with a photo" : "", el("br"), text),
    button,
  );
}

form.addEventListener("input", (event) => event.target !== photo && keep());
photo.addEventListener("change", takePhoto);
document.getElementById("no-photo").addEventListener("click", () => setPhoto(null));
form.addEventListener("submit", submit);
addEventListener("online", sendAll);
addEventListener("pageshow", (event) => event.persisted && sendAll());
setInterval(() => document.visibilityState === "visible" && sendAll(), AGAIN_MS);

await drafts.open();
document.getElementById("not-kept").hidden = drafts.lasting;
show(drafts.of(user).findLast(({ state }) => state !== "waiting") ?? current);
document.body.dataset.report = "ready";
showRows();
await sendAll();
keepPage().catch((error) => console.warn("the page is not kept for times without network:", error.message));
