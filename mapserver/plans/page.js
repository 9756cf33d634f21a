// The planner's page: puts desk, map, drawing, steps and questions to the server together.

import { ask } from "../web/js/api.js";
import { findAll, maybeById } from "../web/js/dom.js";
import { showLinkState } from "../web/js/linkstate.js";
import { LiveFeed } from "../web/js/live.js";
import { t } from "../web/js/messages.js";
import { World } from "../web/js/store.js";
import { Tabs } from "../web/js/tabs.js";
import { ChecksStep } from "./checks_step.js";
import { complain } from "./complain.js";
import { Desk } from "./desk.js";
import { Drawing } from "./drawing.js";
import { showFigures } from "./figures.js";
import { FlightStep } from "./flight_step.js";
import { PlanStep } from "./plan_step.js";
import { orSay, PlannerMap } from "./planner_map.js";
import { fromGeoJson, toGeoJson } from "./shape.js";
import { clearPlanFact, showFlightFacts, showPlanFact, showZoneFact } from "./step_facts.js";
import { Toolbar } from "./toolbar.js";
import { Question } from "./trial.js";
import { ZoneStep } from "./zone_step.js";

const START_AGAIN_MS = 60_000; // checks that stand on the clock and the weather are asked again this often

const world = new World();
const feed = new LiveFeed();
const desk = new Desk();
const view = new PlannerMap(desk, world);
const drawing = view.map && new Drawing(view.map);
const toolbar = drawing && new Toolbar(drawing);
const tabs = new Tabs((name) => takeInHand(name === "zone" || desk.over === "Polygon" ? "outline" : "way"));
const zoneStep = new ZoneStep(desk, world, () => drawing?.begin("Polygon"));
/** The steps of those who fly; others draw zones only. */
const pilot = "pilot" in document.body.dataset ? pilotSteps() : null;

/** Which of the shapes the handles on the map are of. @type {"outline" | "way"} */
let inHand = "outline";

const figures = maybeById("figures");
/** @type {Question<Api.OutlineJudged>} */
const outlineQuestion = new Question("/zones/check", { answered: judgeOutline });
/** @type {Question<Api.Tried>} */
const planQuestion = new Question("/plans/preview", {
  answered: take,
  failed: (error) => take({ problem: { message: error.message, field: null }, route: null }, true),
  waiting: (yes) => {
    desk.isAsking = yes;
    figures?.classList.toggle("is-asking", yes);
    showFlightFacts(desk.tried, yes);
    desk.tell("asking");
  },
});

function pilotSteps() {
  const flight = new FlightStep(desk, world, view.map);
  const plan = new PlanStep(desk, world, {
    keepZone,
    open: openPlan,
    showOlder: (route) => view.showOlder(route),
    lookAt: (route) => view.lookAt(route),
  });
  return { flight, plan, checks: new ChecksStep(desk, () => plan.keep()) };
}

/** Put the handles on the outline, or on the line or point of the pattern. @param {"outline" | "way"} which */
function takeInHand(which) {
  inHand = which;
  if (!drawing || drawing.mode === "draw" || !desk.isOpen) return;
  const shape = which === "outline" ? desk.outline : desk.way;
  if (shape?.rings.length) {
    if (drawing.mode !== "edit" || drawing.shape !== shape) drawing.edit(shape);
  } else if (which === "way") drawing.begin(desk.over);
  else drawing.stop();
}

/** Ask the server about the outline and the plan as they are now; the best route and its checks wait until the hand rests. */
function askAgain() {
  const polygon = toGeoJson(desk.outline);
  outlineQuestion.ask(desk.isOpen && polygon ? { city: desk.city, polygon, zone_id: desk.zone?.id ?? null } : null);
  if (!polygon) judgeOutline({ problem: null, overlaps: [], area_m2: null });
  if (!pilot) return;
  const question = planAsked();
  if (!question) {
    planQuestion.ask(null);
    take(null, true);
  } else if (desk.isPlanChanged) planQuestion.ask({ ...question, quick: true, at: null, images: false }, question);
  else planQuestion.ask(question);
}

/** What is asked of the server about the plan as it is now; null while there is nothing to plan. */
function planAsked() {
  if (!desk.isOpen || !desk.drone || !(desk.geometry || desk.pattern === "file")) return null;
  const kept = desk.isPlanChanged ? null : desk.plan;
  return { ...desk.wish, zone_id: desk.zone?.id ?? null, at: desk.at?.toISOString() ?? null, plan_id: kept?.id ?? null, images: true };
}

/** Checks stand on the clock and the weather, so they are made again although nothing has changed. */
function checkAgain() {
  const question = drawing?.mode === "draw" ? null : planAsked();
  if (question) planQuestion.askQuietly(question);
}

/** @param {Api.OutlineJudged} judged */
function judgeOutline(judged) {
  const { problem, overlaps } = judged;
  desk.outlineProblem = problem;
  const isBeginning = drawing?.mode === "draw" && !toGeoJson(desk.outline);
  toolbar?.judge(isBeginning ? null : problem, overlaps.map(({ message }) => message));
  showZoneFact(judged);
}

/**
 * Take the server's answer about the plan; null when there is nothing to plan. Until the last word the verdicts stay as they were.
 * @param {Api.Tried | null} tried @param {boolean} isLast
 */
function take(tried, isLast) {
  const verdicts = (isLast ? tried?.verdicts : desk.tried?.verdicts) ?? [];
  desk.tried = tried && { ...tried, verdicts };
  if (figures) showFigures(figures, tried?.route?.properties.summary ?? null, tried?.energy);
  showFlightFacts(desk.tried, desk.isAsking);
  desk.tell("tried");
  view.showTried(tried);
}

/** Whoever serves both towns works in the one that the map is over. */
function workWhereTheMapIs() {
  desk.city = view.townBelow()?.id ?? desk.city;
  showAirspace();
}

const showAirspace = () => orSay(view.showAirspace(), (sentence) => toolbar?.speak(sentence));

async function keepZone() {
  if (!desk.isZoneChanged) return true;
  const kept = await zoneStep.keep();
  if (!kept) tabs.show("zone");
  return kept;
}

/** Open a kept plan with all its wishes. @param {string} id */
async function openPlan(id) {
  /** @type {Api.Plan} */
  const plan = await ask("GET", `/plans/${encodeURIComponent(id)}`);
  const zone = world.get("zone", plan.zone_id);
  if (!zone) {
    complain("zone-file", t("planner.zone_archived", { name: plan.name }));
    return;
  }
  if (desk.zone?.id !== zone.id || desk.isZoneChanged) desk.open(zone);
  desk.drone = world.get("unit", plan.unit_id)?.id ?? desk.drone;
  desk.home = homeOf(plan);
  desk.pattern = plan.pattern;
  desk.over = plan.geometry.type ?? "Polygon";
  desk.way = desk.over === "Polygon" ? null : fromGeoJson(plan.geometry);
  pilot?.flight.choose(plan.pattern, plan.request);
  desk.takePlan(plan);
  view.fit();
}

/** Where a plan takes off; null for where its drone stands. @param {Api.Plan} plan @returns {Api.LonLat | null} */
function homeOf({ home }) {
  const start = world.homeOf(desk.drone);
  const isMoved = home && start && Math.hypot(home.lon - start[0], home.lat - start[1]) > 1e-6;
  return isMoved ? [home.lon, home.lat] : null;
}

drawing?.on("change", ({ shape, settled }) => {
  desk[inHand] = shape;
  if (inHand === "way" && shape.rings.length === 0) desk.way = null;
  view.paint();
  askAgain();
  if (settled) desk.tell("shape");
});
drawing?.on("pointer", (pointer) => view.showPointer(pointer));
desk.on("zone", () => {
  inHand = "outline";
  if (drawing && desk.outline.rings.length) {
    drawing.edit(desk.outline);
    view.fit();
  } else drawing?.stop();
  view.paint();
  askAgain();
  clearPlanFact();
  const address = desk.zone ? `?zone=${encodeURIComponent(desk.zone.id)}` : location.pathname;
  history.replaceState(null, "", address);
});
desk.on("zone-kept", () => view.paint());
desk.on("wish", () => askAgain());
desk.on("wish", showAirspace);
desk.on("over", () => {
  if (drawing?.mode === "draw") drawing.cancel();
  takeInHand(desk.over === "Polygon" ? "outline" : "way");
  view.paint();
  askAgain();
});
desk.on("plan", () => {
  askAgain();
  if (desk.plan) history.replaceState(null, "", `?plan=${encodeURIComponent(desk.plan.id)}`);
});
desk.on("plan", () => showPlanFact(desk));
desk.on("tried", () => showPlanFact(desk));

/** Open what the address names. */
async function openFromAddress() {
  const asked = new URLSearchParams(location.search);
  const zone = world.get("zone", asked.get("zone"));
  const plan = asked.get("plan");
  if (plan && pilot) await openPlan(plan);
  else if (zone) desk.open(zone);
}

feed.on("snapshot", async (snapshot) => {
  const first = !world.loaded;
  world.load(snapshot);
  if (!first) return;
  const own = document.body.dataset.city;
  desk.city = own || world.cities[0].id;
  world.showCity(own || null);
  view.goHome();
  if (!own) view.map?.on("moveend", workWhereTheMapIs);
  showAirspace();
  await pilot?.flight.know();
  await openFromAddress();
});
feed.on("delta", (changes) => world.apply(changes));
world.on("change", (kinds) => {
  if (kinds.has("zone")) {
    zoneStep.list();
    view.paint();
  }
  if (kinds.has("unit")) pilot?.flight.list();
});

for (const tick of findAll("[data-layer]", HTMLInputElement))
  tick.addEventListener("change", () => view.toggle(tick.dataset.layer ?? "", tick.checked));

view.whenReady((map) => {
  map.on("click", "others-fill", ({ features }) => {
    const zone = world.get("zone", features?.[0].properties.id);
    if (zone && drawing?.mode !== "draw" && !desk.isZoneChanged) desk.open(zone);
  });
});
if (pilot) setInterval(checkAgain, START_AGAIN_MS);
addEventListener("beforeunload", (event) => {
  if (desk.isZoneChanged) event.preventDefault();
});
showLinkState(feed);
feed.connect();
