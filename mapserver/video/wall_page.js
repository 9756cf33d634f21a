// The wall: every stream as a tile. News of streams come over the live feed; rates and stills are asked for.

import { byId, el, find, setText, syncList } from "../web/js/dom.js";
import { duration } from "../web/js/format.js";
import { showLinkState } from "../web/js/linkstate.js";
import { LiveFeed } from "../web/js/live.js";
import { t } from "../web/js/messages.js";
import { Asking } from "./asking.js";
import { columns, toPlay } from "./choice.js";
import { Tile } from "./tile.js";

const GAP = 8; // as in wall.css
const FOOT = 44; // what stands below the tiles
const NEWS_KEPT = 4;

const list = byId("tiles");
const news = byId("news");
const counts = byId("counts");
const empty = byId("empty");
const whereItMoves = byId("where-it-moves", HTMLInputElement);
const { liveAtOnce, stillEveryS } = document.body.dataset;
const limit = Number(liveAtOnce);

/** @type {Map<string, import("./stream.js").Stream>} */
const streams = new Map();
/** @type {Map<string, Tile>} */
const tiles = new Map();
const asking = new Asking();
/** What somebody wants to see live, newest last. @type {string[]} */
let chosen = [];

/** @param {string} id */
function press(id) {
  const playing = tiles.get(id)?.player;
  chosen = chosen.filter((other) => other !== id);
  if (!playing) chosen.push(id);
  show();
}

/** Say once that a camera was lost, and once that it is back. @param {import("./stream.js").Stream} before @param {import("./stream.js").Stream} now */
function tell(before, now) {
  const lost = now.status === "lost";
  if ((before.status === "lost") === lost) return;
  const when = new Date();
  const words = lost
    ? t("wall.lost_at", { when, name: now.name, why: now.error ?? "" })
    : t("wall.back_at", { when, name: now.name, time: duration((when.getTime() - Date.parse(before.since ?? "")) / 1_000) });
  news.prepend(el("li", { class: lost ? "is-lost" : "is-back" }, words));
  while (news.children.length > NEWS_KEPT) news.lastChild?.remove();
}

/** Take what the server says of one stream. @param {import("./stream.js").Stream} stream */
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
  for (const [id, tile] of tiles) {
    if (!streams.has(id)) {
      tile.play(false, false);
      tiles.delete(id);
    }
  }
  const playable = shown.filter((stream) => !tiles.get(stream.id)?.unplayable || chosen.includes(stream.id));
  const already = new Set(playable.map(({ id }) => id).filter((id) => tiles.get(id)?.player));
  const playing = toPlay(playable, chosen, already, { limit, moving: whereItMoves.checked });
  for (const [id, tile] of tiles) tile.play(playing.has(id), chosen.includes(id));
  count(shown, playing.size);
  empty.hidden = shown.length > 0;
  lay();
}

/** @param {import("./stream.js").Stream[]} shown @param {number} playing */
function count(shown, playing) {
  /** @param {string} status */
  const of = (status) => shown.filter((stream) => stream.status === status).length;
  const looked = shown.reduce((sum, stream) => sum + stream.looked_per_s, 0);
  const stale = shown.filter((stream) => stream.stale).length;
  const running = of("running") - stale;
  const lost = of("lost");
  const off = of("off_duty");
  const words = {
    all: t("wall.cameras", { total: shown.length }),
    running: stale ? t("wall.running_stale", { running, stale }) : t("wall.running", { running }),
    lost: lost ? t("wall.lost", { lost }) : t("wall.none_lost"),
    off: off ? t("wall.off_duty", { off }) : "",
    looked: t("wall.analysed", { pictures: looked }),
    live: t("wall.live_here", { playing }),
  };
  counts.dataset.lost = String(lost);
  for (const [name, text] of Object.entries(words)) setText(find(`[data-count=${name}]`, HTMLElement, counts), text);
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
feed.on("snapshot", refresh);
feed.on("delta", (changes) => {
  const changed = changes.filter(({ kind, data }) => kind === "stream" && data);
  for (const { id, data } of changed) {
    asking.told(id);
    take(/** @type {import("./stream.js").Stream} */ (data));
  }
  if (changed.length) show();
});
showLinkState(feed);
feed.connect();
setInterval(() => document.visibilityState === "visible" && refresh(), Number(stillEveryS) * 1_000);
setInterval(() => streams.forEach((stream, id) => (stream.status === "lost" || stream.stale) && tiles.get(id)?.update(stream, Date.now())), 1_000);
whereItMoves.addEventListener("change", show);
addEventListener("resize", lay);
