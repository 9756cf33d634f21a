// The live map page: puts the feed, the world, the maps, the lists and the flight strips together.

import { raiseAlarm } from "../web/js/alarm.js";
import { showFaults } from "./faults.js";
import { showEscalations } from "../web/js/escalations.js";
import { showMentions } from "../web/js/mentions.js";
import { showLinkState } from "../web/js/linkstate.js";
import { byId, find, findAll } from "../web/js/dom.js";
import { LiveFeed } from "../web/js/live.js";
import { t } from "../web/js/messages.js";
import { Panel } from "./panel.js";
import { searchPlacesOn } from "../web/js/place_on_map.js";
import { isListed, placeOf } from "./popups.js";
import { showRequests } from "../web/js/requests.js";
import { World } from "../web/js/store.js";
import { Strips } from "./strips.js";
import { TownView } from "./town_view.js";

const STALE_CHECK_MS = 5_000;

const world = new World();
const feed = new LiveFeed();
const boxes = findAll(".view");
/** The first shows the town picked; with both towns each has its own. @type {TownView[]} */
const views = [new TownView(boxes[0], world, choose)];
const panel = new Panel(world, choose, showTown);
const strips = new Strips(world, followDrone);

/** The kinds that changed since the last drawing. @type {Set<string>} */
const dirty = new Set();
/** The ticks of the layer list that are off. @type {Set<string>} */
const off = new Set();
let drawn = false;
let framed = false;

/** Show one town, or each in a view of its own: in one view both would be two specks in empty land. @param {string | null} city */
function showTown(city) {
  const cities = world.cities.filter((one) => city === null || one.id === city).slice(0, boxes.length);
  boxes.forEach((box, place) => (box.hidden = place > 0 && place >= cities.length));
  boxes[0].parentElement?.classList.toggle("is-split", cities.length > 1);
  while (views.length < cities.length) views.push(anotherView(boxes[views.length]));
  world.showCity(city);
  cities.forEach((one, place) => {
    views[place].call(cities.length > 1 ? one.name : null);
    views[place].fit(one.id);
  });
}

/** @param {HTMLElement} box */
function anotherView(box) {
  const view = new TownView(box, world, choose);
  view.dragged = views[0].dragged;
  for (const tick of off) view.toggle(tick, false);
  return view;
}

/** Of the views that are open the one that is nearest to a place. @param {Api.LonLat} at */
function viewOf(at) {
  const open = views.filter((view) => !view.box.hidden);
  return open.reduce((best, view) => (view.metresTo(at) < best.metresTo(at) ? view : best));
}

/** Take the map to a thing and open its card. @param {string} kind @param {string} id */
function choose(kind, id) {
  if (!isListed(kind) || !world.get(kind, id)) return;
  panel.tabs.show(kind);
  panel.mark(kind, id);
  const at = placeOf(kind, id, world);
  if (at) viewOf(at).choose(kind, id);
}

function followDrone() {
  const at = strips.followed && placeOf("flight", strips.followed, world);
  if (at) viewOf(at).follow(at);
}

/** The link from an incident's page: /map#incident/ID. */
function openFromAddress() {
  const [kind, id] = location.hash.slice(1).split("/").map(decodeURIComponent);
  if (kind && id) choose(kind, id);
}

function draw() {
  if (drawn) return;
  drawn = true;
  requestAnimationFrame(() => {
    drawn = false;
    panel.draw();
    strips.draw();
    const kinds = new Set(dirty);
    dirty.clear();
    for (const view of views) if (!view.box.hidden) view.draw(kinds);
    if (kinds.has("unit")) followDrone();
  });
}

views[0].dragged = () => strips.followed && strips.follow(null);
world.on("change", (kinds) => {
  for (const kind of kinds) dirty.add(kind);
  draw();
});
world.follow(feed);
feed.on("snapshot", () => {
  if (framed) return;
  framed = true;
  const own = document.body.dataset.city;
  showTown(own && world.cities.length > 1 ? own : null);
  openFromAddress();
});
addEventListener("hashchange", openFromAddress);
setInterval(draw, STALE_CHECK_MS);

for (const tick of findAll("[data-layer]", HTMLInputElement)) {
  const layer = tick.dataset.layer ?? "";
  tick.addEventListener("change", () => {
    off[tick.checked ? "delete" : "add"](layer);
    for (const view of views) view.toggle(layer, tick.checked);
  });
}

const wall = byId("toggle-panel");
wall.addEventListener("click", () => {
  const open = document.body.classList.toggle("is-wall");
  wall.setAttribute("aria-expanded", String(!open));
  find("span", HTMLElement, wall).textContent = open ? t("map.show_lists") : t("map_page.wall_view");
  for (const view of views) view.map?.resize();
});

searchPlacesOn((at) => viewOf(at).map);
showLinkState(feed);
showRequests(world);
showEscalations(feed, world);
showMentions(feed);
raiseAlarm(world);
showFaults();
feed.connect();
