// The live map page: puts the feed, the world, the map, the lists and the flight strips together.

import { Map as GlMap, NavigationControl, ScaleControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { raiseAlarm } from "./alarm.js";
import { showFaults } from "./faults.js";
import { bounds } from "./geo.js";
import { GroundSwitch } from "./ground_switch.js";
import { showLinkState } from "./linkstate.js";
import { LiveFeed } from "./live.js";
import { Markers } from "./markers.js";
import { addOverlays, drawOverlays, LAYERS } from "./overlays.js";
import { Panel } from "./panel.js";
import { searchPlacesOn } from "./place_on_map.js";
import { Cards, placeOf } from "./popups.js";
import { showRequests } from "./requests.js";
import { offerSteering } from "./steering.js";
import { World } from "./store.js";
import { Strips } from "./strips.js";
import { baseStyle } from "./style.js";

const BALTIC = [23.3, 56.27];
const CLOSE_ZOOM = 15;
const FAR_ZOOM = 12; // below it no name fits
const TOWN_ZOOM = 14.2; // below it units that stand together would cover each other's names
const STALE_CHECK_MS = 5_000;

const world = new World();
const feed = new LiveFeed();
const map = makeMap();
const ready = map ? new Promise((done) => map.once("load", done)).then(() => addOverlays(map)) : null;
const markers = map && new Markers(map, world, choose);
const cards = map && new Cards(map, world);
const panel = new Panel(world, choose, (city) => {
  world.showCity(city);
  goHome();
});
const strips = new Strips(world, () => followDrone());

/** The kinds that changed since the last drawing. @type {Set<string>} */
const dirty = new Set();
let drawn = false;
let framed = false;

function makeMap() {
  try {
    const made = new GlMap({
      container: "map",
      style: baseStyle(),
      center: BALTIC,
      zoom: 8,
      minZoom: 6,
      maxZoom: 19,
      attributionControl: { compact: false },
      pitchWithRotate: false,
      fadeDuration: 150,
    });
    made.addControl(new NavigationControl({ visualizePitch: false }), "top-right");
    made.addControl(new GroundSwitch(), "top-right");
    made.addControl(new ScaleControl({ maxWidth: 140 }), "bottom-left");
    made.on("zoom", () => sayHowFar(made));
    made.on("dragstart", () => strips.followed && strips.follow(null));
    return made;
  } catch (error) {
    const note = document.getElementById("map-note");
    note.textContent = "This browser cannot draw the map (no WebGL). Everything on it is in the lists.";
    note.hidden = false;
    console.error(error);
    return null;
  }
}

/** Tell the style sheet how far away we look from: it hides names that would lie on top of each other. */
function sayHowFar(shown) {
  const { classList } = shown.getContainer();
  classList.toggle("is-far", shown.getZoom() < FAR_ZOOM);
  classList.toggle("is-town", shown.getZoom() < TOWN_ZOOM);
}

/** Take the map to a thing and open its card. */
function choose(kind, id) {
  const thing = world.get(kind, id);
  if (!thing) return;
  panel.tabs.show(kind);
  panel.mark(kind, id);
  const at = placeOf(kind, thing, world);
  if (!map || !at) return;
  if (kind === "zone") map.fitBounds(bounds(thing.polygon.coordinates[0]), { padding: 120, maxZoom: 16.5 });
  else map.flyTo({ center: at, zoom: Math.max(map.getZoom(), CLOSE_ZOOM), speed: 1.6 });
  cards.open(kind, id);
}

/** Whether a thing belongs to the picture one wants first: not a unit away on loan, not a reader far out at an entrance. */
function isCentral(thing) {
  const away = thing.lent_to && !world.cities.some((city) => city.id === thing.lent_to);
  return thing.position && !away && !thing.reads_plates;
}

/** Show what is central in the town, or in both. */
function goHome() {
  const points = ["unit", "camera", "incident"]
    .flatMap((kind) => world.shown(kind))
    .filter(isCentral)
    .map((thing) => [thing.position.lon, thing.position.lat]);
  for (const zone of world.shown("zone")) points.push(...zone.polygon.coordinates[0]);
  for (const city of world.cities) if (!world.city || city.id === world.city) points.push([city.lon, city.lat]);
  const box = bounds(points);
  if (map && box)
    map.fitBounds(box, {
      padding:
        innerWidth < 760 ? { top: 30, right: 20, bottom: 90, left: 20 } : { top: 70, right: 80, bottom: 150, left: 60 },
      maxZoom: 15,
      duration: framed ? 900 : 0,
    });
  framed = true;
}

function followDrone() {
  const flight = strips.followed && world.get("flight", strips.followed);
  const at = flight && placeOf("flight", flight, world);
  if (map && at) map.easeTo({ center: at, duration: 900, easing: (t) => t });
}

/** The link from an incident's page: /map#incident/ID. */
function openFromAddress() {
  const [kind, id] = location.hash.slice(1).split("/").map(decodeURIComponent);
  if (kind && id && world.things[kind]) choose(kind, id);
}

async function draw() {
  if (drawn) return;
  drawn = true;
  requestAnimationFrame(async () => {
    drawn = false;
    panel.draw();
    strips.draw();
    if (!map) return;
    await ready;
    const kinds = new Set(dirty);
    dirty.clear();
    if (kinds.size) drawOverlays(map, world, kinds);
    markers.draw();
    cards.refresh();
    if (kinds.has("unit")) followDrone();
  });
}

world.addEventListener("change", (event) => {
  for (const kind of event.detail) dirty.add(kind);
  draw();
});
world.follow(feed);
feed.addEventListener("snapshot", () => {
  if (framed) return;
  const own = document.body.dataset.city;
  if (own && world.cities.length > 1) world.showCity(own);
  goHome();
  openFromAddress();
});
addEventListener("hashchange", openFromAddress);
setInterval(draw, STALE_CHECK_MS);

for (const tick of document.querySelectorAll("[data-layer]")) {
  tick.addEventListener("change", async () => {
    await ready;
    const visibility = tick.checked ? "visible" : "none";
    for (const layer of LAYERS[tick.dataset.layer]) map?.setLayoutProperty(layer, "visibility", visibility);
    if (tick.dataset.layer === "names") document.getElementById("map").classList.toggle("no-names", !tick.checked);
  });
}

const wall = document.getElementById("toggle-panel");
wall.addEventListener("click", () => {
  const open = document.body.classList.toggle("is-wall");
  wall.setAttribute("aria-expanded", String(!open));
  wall.querySelector("span").textContent = open ? "Show lists" : "Wall view";
  map?.resize();
});

ready?.then(() => {
  searchPlacesOn(map);
  offerSteering(map, world, document.body.dataset.user);
  const layers = { "incident-dot": "incident", camera: "camera", "zone-fill": "zone" };
  for (const [layer, kind] of Object.entries(layers)) {
    map.on("click", layer, (event) => event.defaultPrevented || choose(kind, event.features[0].properties.id));
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
});

showLinkState(feed);
showRequests(world);
raiseAlarm(world);
showFaults();
feed.connect();
