// The wall: every stream as a tile. News of streams come over the live feed; rates and stills are asked for.

import { el, setText, syncList } from "../web/js/dom.js";
import { clockTime, duration } from "../web/js/format.js";
import { showLinkState } from "../web/js/linkstate.js";
import { LiveFeed } from "../web/js/live.js";
import { Asking } from "./asking.js";
import { columns, toPlay } from "./choice.js";
import { Tile } from "./tile.js";

const GAP = 8; // as in wall.css
const FOOT = 44; // what stands below the tiles
const NEWS_KEPT = 4;

const list = document.getElementById("tiles");
const news = document.getElementById("news");
const counts = document.getElementById("counts");
const empty = document.getElementById("empty");
const whereItMoves = /** @type {HTMLInputElement} */ (document.getElementById("where-it-moves"));
const { liveAtOnce, stillEveryS } = document.body.dataset;
const limit = Number(liveAtOnce);

/** @type {Map<string, import("./stream.js").Stream>} */
const streams = new Map();
/** @type {Map<string, Tile>} */
const tiles = new Map();
const asking = new Asking();
/** What somebody wants to see live, newest last. @type {string[]} */
let chosen = [];

function press(id) {
  const playing = tiles.get(id)?.player;
  chosen = chosen.filter((other) => other !== id);
  if (!playing) chosen.push(id);
  show();
}

/** Say once that a camera was lost, and once that it is back. */
function tell(before, now) {
  const lost = now.status === "lost";
  if ((before?.status === "lost") === lost) return;
  const at = clockTime(Date.now());
  const words = lost
    ? `${at} ${now.name}: lost. ${now.error ?? ""}`
    : `${at} ${now.name}: back after ${duration((Date.now() - Date.parse(before.since)) / 1_000)}`;
  news.prepend(el("li", { class: lost ? "is-lost" : "is-back" }, words));
  while (news.children.length > NEWS_KEPT) news.lastChild.remove();
}

/** Take what the server says of one stream. */
function take(stream) {
  const before = streams.get(stream.id);
  if (before) tell(before, stream);
  streams.set(stream.id, stream);
}

function show() {
  const shown = [...streams.values()];
  syncList(list, shown, (stream) => {
    const tile = new Tile(stream, press);
    tiles.set(stream.id, tile);
    return { el: tile.el, update: (next) => tile.update(next, Date.now()) };
  });
  for (const id of tiles.keys()) {
    if (!streams.has(id)) {
      tiles.get(id).play(false, false);
      tiles.delete(id);
    }
  }
  const playable = shown.filter((stream) => !tiles.get(stream.id).unplayable || chosen.includes(stream.id));
  const already = new Set(playable.map(({ id }) => id).filter((id) => tiles.get(id).player));
  const playing = toPlay(playable, chosen, already, { limit, moving: whereItMoves.checked });
  for (const [id, tile] of tiles) tile.play(playing.has(id), chosen.includes(id));
  count(shown, playing.size);
  empty.hidden = shown.length > 0;
  lay();
}

function count(shown, playing) {
  const of = (status) => shown.filter((stream) => stream.status === status).length;
  const looked = shown.reduce((sum, stream) => sum + stream.looked_per_s, 0);
  const stale = shown.filter((stream) => stream.stale).length;
  const words = {
    all: `${shown.length} cameras`,
    running: `${of("running") - stale} running${stale ? `, ${stale} stale` : ""}`,
    lost: of("lost") ? `${of("lost")} lost` : "none lost",
    off: of("off_duty") ? `${of("off_duty")} off duty` : "",
    looked: `${looked.toFixed(0)} pictures a second analysed`,
    live: `${playing} live here`,
  };
  counts.dataset.lost = String(of("lost"));
  for (const [name, text] of Object.entries(words)) setText(counts.querySelector(`[data-count=${name}]`), text);
}

/** As many columns as let every tile be seen at once, where they can be. */
function lay() {
  const space = innerHeight - list.getBoundingClientRect().top - scrollY - FOOT;
  list.style.setProperty("--columns", String(columns(streams.size, list.clientWidth, space, GAP)));
}

/** All streams anew; one that is gone from the list is off somebody else's duty. */
async function refresh() {
  const said = await asking.streams();
  if (!said) return;
  const there = new Set(said.map((stream) => stream.id));
  for (const id of streams.keys()) if (!there.has(id)) streams.delete(id);
  for (const stream of said) if (!asking.isOld(stream.id)) take(stream);
  show();
}

const feed = new LiveFeed();
feed.addEventListener("snapshot", refresh);
feed.addEventListener("delta", (event) => {
  const changed = event.detail.filter(({ kind, data }) => kind === "stream" && data);
  for (const { id, data } of changed) {
    asking.told(id);
    take(data);
  }
  if (changed.length) show();
});
showLinkState(feed);
feed.connect();
setInterval(() => document.visibilityState === "visible" && refresh(), Number(stillEveryS) * 1_000);
setInterval(() => streams.forEach((stream, id) => (stream.status === "lost" || stream.stale) && tiles.get(id)?.update(stream, Date.now())), 1_000);
whereItMoves.addEventListener("change", show);
addEventListener("resize", lay);
