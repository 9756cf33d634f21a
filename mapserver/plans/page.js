// The planner's page: puts desk, map, drawing, steps and questions to the server together.

import { NavigationControl, ScaleControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { ask, Refused } from "../web/js/api.js";
import { setText } from "../web/js/dom.js";
import { bounds } from "../web/js/geo.js";
import { glMap, onStyle } from "../web/js/gl_map.js";
import { GroundSwitch } from "../web/js/ground_switch.js";
import { showLinkState } from "../web/js/linkstate.js";
import { LiveFeed } from "../web/js/live.js";
import { searchPlacesOn } from "../web/js/place_on_map.js";
import { World } from "../web/js/store.js";
import { Tabs } from "../web/js/tabs.js";
import { drawAirspace } from "./airspace.js";
import { ChecksStep } from "./checks_step.js";
import { complain } from "./complain.js";
import { Desk } from "./desk.js";
import { Drawing } from "./drawing.js";
import { showFigures } from "./figures.js";
import { FlightStep } from "./flight_step.js";
import { addLayers, drawImages, drawOlder, drawOthers, drawPointer, drawRoute, drawShapes, LAYERS } from "./layers.js";
import { PlanStep } from "./plan_step.js";
import { fromGeoJson, toGeoJson } from "./shape.js";
import { Toolbar } from "./toolbar.js";
import { Question } from "./trial.js";
import { inTheWay } from "./verdicts.js";
import { ZoneStep } from "./zone_step.js";

const isPilot = "pilot" in document.body.dataset;
const HECTARE_M2 = 10_000;
const START_AGAIN_MS = 60_000; // checks that stand on the clock and the weather are asked again this often

const world = new World();
const feed = new LiveFeed();
const desk = new Desk();
const map = makeMap();
const ready = map ? onStyle(map, () => addLayers(map)) : null;
const drawing = map && new Drawing(map);
const toolbar = drawing && new Toolbar(drawing);
const tabs = new Tabs((name) => takeInHand(name === "zone" || desk.over === "Polygon" ? "outline" : "way"));
const zoneStep = new ZoneStep(desk, world, () => drawing?.begin("Polygon"));
const flightStep = isPilot ? new FlightStep(desk, world, map) : null;
const planStep = isPilot ? new PlanStep(desk, world, { keepZone, open: openPlan, showOlder, lookAt }) : null;
const checksStep = isPilot ? new ChecksStep(desk, () => planStep.keep()) : null;

/** Which of the shapes the handles on the map are of. @type {"outline" | "way"} */
let inHand = "outline";

const figures = document.getElementById("figures");
const outlineQuestion = new Question("/zones/check", { answered: judgeOutline });
const planQuestion = new Question("/plans/preview", {
  answered: take,
  failed: (error) => take({ problem: { message: error.message, field: null }, route: null }, true),
  waiting: (yes) => {
    desk.isAsking = yes;
    figures?.classList.toggle("is-asking", yes);
    showFacts();
    desk.tell("asking");
  },
});

function makeMap() {
  const options = { center: [23.3, 56.27], zoom: 8, minZoom: 6, maxZoom: 20, attributionControl: { compact: true }, dragRotate: false, fadeDuration: 0 };
  const made = glMap(document.getElementById("map"), options, () => {
    const note = document.getElementById("map-note");
    note.textContent = "This browser cannot draw the map (no WebGL), so nothing can be drawn on it. Zones can still be imported.";
    note.hidden = false;
  });
  made?.touchZoomRotate.disableRotation();
  made?.addControl(new NavigationControl({ showCompass: false }), "top-right");
  made?.addControl(new GroundSwitch(), "top-right");
  made?.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
  return made;
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
  if (!isPilot) return;
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
  return { ...desk.wish, zone_id: desk.zone?.id ?? null, at: desk.at?.toISOString() ?? null, plan_id: desk.isPlanChanged ? null : desk.plan.id, images: true };
}

/** Checks stand on the clock and the weather, so they are made again although nothing has changed. */
function checkAgain() {
  const question = isPilot && drawing?.mode !== "draw" ? planAsked() : null;
  if (question) planQuestion.askQuietly(question);
}

function judgeOutline({ problem, overlaps, area_m2 }) {
  desk.outlineProblem = problem;
  const isBeginning = drawing?.mode === "draw" && !toGeoJson(desk.outline);
  toolbar?.judge(isBeginning ? null : problem, overlaps.map(({ message }) => message));
  fact("zone", problem ? "!" : area_m2 === null ? "–" : area_m2 >= HECTARE_M2 / 10 ? `${(area_m2 / HECTARE_M2).toFixed(1)} ha` : `${Math.round(area_m2)} m²`);
}

/** Take the server's answer about the plan; null when there is nothing to plan. Until the last word the verdicts stay as they were. */
async function take(tried, isLast) {
  const verdicts = (isLast ? tried?.verdicts : desk.tried?.verdicts) ?? [];
  desk.tried = tried && { ...tried, verdicts };
  if (figures) showFigures(figures, tried?.route?.properties.summary ?? null, tried?.energy);
  showFacts();
  desk.tell("tried");
  if (!map) return;
  await ready;
  drawRoute(map, tried?.route ?? null, tried?.seen_m ?? null);
  drawImages(map, tried?.images ?? null);
}

function showFacts() {
  const { tried, isAsking } = desk;
  const summary = tried?.route?.properties.summary;
  fact("flight", summary ? `${Math.ceil(summary.duration_s / 60)} min` : tried?.problem ? "!" : "–");
  fact("checks", checksFact(tried, isAsking));
}

function checksFact(tried, isAsking) {
  if (isAsking) return "…";
  if (tried?.unfit) return "!";
  if (!tried?.verdicts?.length) return "–";
  const open = inTheWay(tried.verdicts).length;
  return open ? `${open} open` : "clear";
}

const fact = (name, text) => {
  const place = document.querySelector(`[data-fact="${name}"]`);
  if (place) setText(place, text);
};

async function paint() {
  if (!map) return;
  await ready;
  drawShapes(map, desk.isOpen ? [toGeoJson(desk.outline), desk.way && toGeoJson(desk.way)] : []);
  drawOthers(
    map,
    world.shown("zone").filter((zone) => zone.id !== desk.zone?.id),
  );
}

/** Whoever serves both towns works in the one that the map is over. */
function workWhereTheMapIs() {
  const { lat, lng } = map.getCenter();
  const away = (city) => Math.hypot(city.lat - lat, (city.lon - lng) * Math.cos((lat * Math.PI) / 180));
  desk.city = world.cities.reduce((a, b) => (away(b) < away(a) ? b : a)).id;
  showAirspace();
}

/** Show the airspace as it is at take-off; once a time, since it changes with the hour. */
async function showAirspace() {
  const at = desk.at ? `&at=${encodeURIComponent(desk.at.toISOString())}` : "";
  const asked = `/airspace/zones?city=${desk.city}${at}`;
  if (!map || !desk.city || showAirspace.asked === asked) return;
  showAirspace.asked = asked;
  try {
    const zones = await ask("GET", asked);
    await ready;
    if (showAirspace.asked === asked) drawAirspace(map, zones);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toolbar.speak(`The airspace cannot be shown: ${error.message}`);
  }
}

async function showOlder(route) {
  if (!map) return;
  await ready;
  drawOlder(map, route);
}

/** Move the map to a route. @param {any} route */
function lookAt(route) {
  map?.fitBounds(bounds(route.geometry.coordinates.map(([lon, lat]) => [lon, lat])), { padding: 90, maxZoom: 16, duration: 500 });
}

async function keepZone() {
  if (!desk.isZoneChanged) return true;
  const kept = await zoneStep.keep();
  if (!kept) tabs.show("zone");
  return kept;
}

/** Open a kept plan with all its wishes. @param {string} id */
async function openPlan(id) {
  const plan = await ask("GET", `/plans/${encodeURIComponent(id)}`);
  const zone = world.get("zone", plan.zone_id);
  if (!zone) {
    complain("zone-file", `The zone of ${plan.name} is archived; its plan can no longer be changed.`);
    return;
  }
  if (desk.zone?.id !== zone.id || desk.isZoneChanged) desk.open(zone);
  desk.drone = world.get("unit", plan.unit_id) ? plan.unit_id : desk.drone;
  const start = world.homeOf(desk.drone);
  const isMoved = plan.home && start && Math.hypot(plan.home.lon - start[0], plan.home.lat - start[1]) > 1e-6;
  desk.home = isMoved ? [plan.home.lon, plan.home.lat] : null;
  desk.pattern = plan.pattern;
  desk.over = plan.geometry.type ?? "Polygon";
  desk.way = desk.over === "Polygon" ? null : fromGeoJson(plan.geometry);
  flightStep.choose(plan.pattern, plan.request);
  desk.takePlan(plan);
  fit();
}

function fit() {
  const points = [...desk.outline.rings.flat(), ...(desk.way?.rings.flat() ?? [])];
  if (desk.home) points.push(desk.home);
  const phone = innerWidth < 760;
  const padding = phone ? { top: 66, right: 24, bottom: 70, left: 24 } : { top: 90, right: 90, bottom: 110, left: 90 };
  if (map && points.length) map.fitBounds(bounds(points), { padding, maxZoom: 17, duration: 500 });
}

/** Show the whole town, before a zone is picked. */
function goHome() {
  const points = world.shown("zone").flatMap((zone) => zone.polygon.coordinates[0]);
  for (const city of world.cities) points.push([city.lon, city.lat]);
  if (map && points.length) map.fitBounds(bounds(points), { padding: 70, maxZoom: 15, duration: 0 });
}

drawing?.addEventListener("change", ({ detail: { shape, settled } }) => {
  desk[inHand] = shape;
  if (inHand === "way" && shape.rings.length === 0) desk.way = null;
  paint();
  askAgain();
  if (settled) desk.tell("shape");
});
drawing?.addEventListener("pointer", async ({ detail }) => {
  await ready;
  drawPointer(map, detail);
});
desk.addEventListener("zone", () => {
  inHand = "outline";
  if (drawing && desk.outline.rings.length) {
    drawing.edit(desk.outline);
    fit();
  } else drawing?.stop();
  paint();
  askAgain();
  fact("plan", "–");
  const address = desk.zone ? `?zone=${encodeURIComponent(desk.zone.id)}` : location.pathname;
  history.replaceState(null, "", address);
});
desk.addEventListener("zone-kept", paint);
desk.addEventListener("wish", () => askAgain());
desk.addEventListener("wish", showAirspace);
desk.addEventListener("over", () => {
  if (drawing?.mode === "draw") drawing.cancel();
  takeInHand(desk.over === "Polygon" ? "outline" : "way");
  paint();
  askAgain();
});
desk.addEventListener("plan", () => {
  askAgain();
  if (desk.plan) history.replaceState(null, "", `?plan=${encodeURIComponent(desk.plan.id)}`);
});
for (const name of ["plan", "tried"])
  desk.addEventListener(name, () => fact("plan", desk.plan ? `v${desk.plan.version}${desk.isPlanChanged ? " *" : ""}` : desk.tried?.route ? "new" : "–"));

/** Open what the address names. */
async function openFromAddress() {
  const asked = new URLSearchParams(location.search);
  const zone = world.get("zone", asked.get("zone"));
  if (asked.get("plan") && isPilot) await openPlan(asked.get("plan"));
  else if (zone) desk.open(zone);
}

feed.addEventListener("snapshot", async (event) => {
  const first = !world.loaded;
  world.load(event.detail);
  if (!first) return;
  const own = document.body.dataset.city;
  desk.city = own || world.cities[0].id;
  world.showCity(own || null);
  goHome();
  if (!own) map?.on("moveend", workWhereTheMapIs);
  showAirspace();
  await flightStep?.know();
  await openFromAddress();
});
feed.addEventListener("delta", (event) => world.apply(event.detail));
world.addEventListener("change", ({ detail: kinds }) => {
  if (kinds.has("zone")) {
    zoneStep.list();
    paint();
  }
  if (kinds.has("unit")) flightStep?.list();
});

for (const tick of document.querySelectorAll("[data-layer]"))
  tick.addEventListener("change", async () => {
    await ready;
    if (!map) return;
    await onStyle(map, () => {
      for (const layer of LAYERS[tick.dataset.layer] ?? [])
        map.setLayoutProperty(layer, "visibility", tick.checked ? "visible" : "none");
    });
  });

ready?.then(() => {
  searchPlacesOn(() => map);
  map.on("click", "others-fill", ({ features }) => {
    if (drawing.mode === "draw" || desk.isZoneChanged) return;
    desk.open(world.get("zone", features[0].properties.id));
  });
});
if (isPilot) setInterval(checkAgain, START_AGAIN_MS);
addEventListener("beforeunload", (event) => {
  if (desk.isZoneChanged) event.preventDefault();
});
showLinkState(feed);
feed.connect();
