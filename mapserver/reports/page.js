// The inspector's report: kept on this phone at every key and tap, sent until the server has it, counted once.

import { byId, control, el, find, findAll, icon, setChildren } from "../web/js/dom.js";
import { capital, categoryWord, recentTime } from "../web/js/format.js";
import { t, withParts } from "../web/js/messages.js";
import { sentence } from "../web/js/api.js";
import { Drafts, isBlank, newReport } from "./drafts.js";
import { keepPage } from "./offline.js";
import { ReportPlace } from "./place.js";
import { sendReport } from "./sending.js";

const AGAIN_MS = 15_000;
const FIELDS = /** @type {const} */ (["note", "lat", "lon", "accuracy_m", "ref"]);

/** @typedef {import("./drafts.js").StoredReport} StoredReport */

const form = find("form.report", HTMLFormElement);
const user = form.dataset.user ?? "";
const photo = byId("photo", HTMLInputElement);
const drafts = new Drafts();
const place = new ReportPlace(() => keep());
/** The report in the form. @type {StoredReport} */
let current = newReport(user);
let sending = false;
let signedOut = false;
/** What became of the last report, until the next one is begun. @type {Received | null} */
let received = null;

/** @typedef {{category: string, incident: string | null}} Received */

const fields = {
  note: control(form, "note", HTMLTextAreaElement),
  lat: control(form, "lat"),
  lon: control(form, "lon"),
  accuracy_m: control(form, "accuracy_m"),
  ref: control(form, "ref"),
};

/** Put a report into the form. @param {StoredReport} report */
function show(report) {
  current = report;
  form.reset();
  for (const name of FIELDS) fields[name].value = report[name];
  for (const tile of findAll("[name=category]", HTMLInputElement, form)) tile.checked = tile.value === report.category;
  place.show(report);
  showPhoto();
  showProblem(report.problem, report.photo_refused);
}

function showPhoto() {
  const name = current.photo && (current.photo.name || t("report_page.photo_taken"));
  byId("photo-text").textContent = name ? t("report_page.photo_named", { name }) : t("report_page.add_photo");
  byId("no-photo").hidden = !name;
}

/** @param {string} problem @param {boolean} aboutPhoto */
function showProblem(problem, aboutPhoto) {
  const box = byId("problem");
  box.hidden = !problem;
  if (!problem) return;
  const said = sentence(problem);
  find("p", HTMLElement, box).textContent = aboutPhoto ? t("report_page.photo_remedy", { problem: said }) : said;
  box.scrollIntoView({ block: "center" });
}

/** Keep what is in the form. */
async function keep() {
  received = null;
  for (const name of FIELDS) current[name] = fields[name].value;
  const chosen = findAll("[name=category]", HTMLInputElement, form).find(({ checked }) => checked);
  current.category = chosen?.value ?? "";
  if (isBlank(current)) await drafts.forget(current.ref);
  else await drafts.keep(current);
  showRows();
}

/** Take a new photo, unless it is none. */
async function takePhoto() {
  const file = photo.files?.[0];
  photo.value = "";
  if (!file) return;
  const readable = await createImageBitmap(file).then(
    (image) => (image.close(), true),
    () => false,
  );
  if (!readable) {
    showProblem(t("report_page.not_a_photo", { name: file.name }), true);
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

/** @param {Event} event */
async function submit(event) {
  event.preventDefault();
  if (!fields.lat.value) {
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

/** Do what the server's answer asks for; gives whether the next may be sent. @param {StoredReport} report @param {import("./sending.js").SendingResult} result */
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
  report.problem = result.kind === "waiting" ? result.why : "";
  await drafts.keep(report);
  return false;
}

/** The reports that are on this phone and not in the form, with what is to be done about each. @param {string} [sendingRef] */
function showRows(sendingRef) {
  const others = drafts.of(user).filter((report) => report.ref !== current.ref);
  const key = JSON.stringify([others.map((report) => [report.ref, report.state, report.problem]), sendingRef, signedOut, received]);
  setChildren(byId("kept"), key, () => [
    ...(received ? [thanks(received)] : []),
    ...(signedOut && others.length ? [signInCard()] : []),
    ...others.map((report) => row(report, report.ref === sendingRef)),
  ]);
}

/** @param {Received} received */
function thanks({ category, incident }) {
  const where = incident
    ? el("a", { href: `/incidents/${incident}` }, t("report_page.in_incident", { id: incident.slice(0, 8) }))
    : t("report_page.in_record");
  const words = withParts("report_page.thanks", { where }, { category: capital(categoryWord(category)) });
  return el("div", { class: "done" }, icon("check"), el("p", {}, ...words));
}

const signInCard = () =>
  el("div", { class: "problem" }, icon("person"), el("div", {},
    el("p", {}, t("report_page.signed_out")),
    el("a", { class: "button primary wide", href: "/sign-in?next=/report" }, t("report_page.sign_in")),
  ));

/** Why a report is still on this phone. @param {StoredReport} report */
function stateOf(report) {
  const waits = report.state === "waiting";
  const next = waits ? t("report_page.sent_next") : t("report_page.not_sent_yet");
  const why = signedOut ? "" : sentence(report.problem || next);
  return waits ? t("report_page.waits", { why }) : why;
}

/** @param {StoredReport} report @param {boolean} isSending */
function row(report, isSending) {
  const title = report.category ? capital(categoryWord(report.category)) : t("report_page.report");
  const aside = ["", recentTime(report.seen_ms), report.photo && t("report_page.with_photo")].filter((part) => part !== null).join(" · ");
  const waits = report.state === "waiting";
  const text = isSending ? t("report_page.sending") : stateOf(report);
  const open = () => (drafts.held.has(report.ref) ? (show(report), showRows()) : showRows());
  const button = waits
    ? el("button", { type: "button", class: "button", disabled: isSending, on: { click: sendAll } }, t("report_page.send_now"))
    : el("button", { type: "button", class: "button", on: { click: open } }, report.state === "refused" ? t("report_page.correct_it") : t("report_page.go_on"));
  return el("div", { class: "card kept-report", data: { ref: report.ref, state: report.state } },
    icon(waits ? "clock" : "pen"),
    el("p", {}, el("b", {}, title), aside, el("br"), text),
    button,
  );
}

form.addEventListener("input", (event) => event.target !== photo && keep());
photo.addEventListener("change", takePhoto);
byId("no-photo").addEventListener("click", () => setPhoto(null));
form.addEventListener("submit", submit);
addEventListener("online", sendAll);
addEventListener("pageshow", (event) => event.persisted && sendAll());
setInterval(() => document.visibilityState === "visible" && sendAll(), AGAIN_MS);

await drafts.open();
byId("not-kept").hidden = drafts.lasting;
show(drafts.of(user).findLast(({ state }) => state !== "waiting") ?? current);
document.body.dataset.report = "ready";
showRows();
await sendAll();
keepPage().catch((error) => console.warn("the page is not kept for times without network:", error.message));
