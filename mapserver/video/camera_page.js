// One camera's page: its picture live, how its stream is, and stills of the nearest others.

import { byId, findAll, maybeById, setText } from "../web/js/dom.js";
import { showLinkState } from "../web/js/linkstate.js";
import { LiveFeed } from "../web/js/live.js";
import { t } from "../web/js/messages.js";
import { Asking } from "./asking.js";
import { LivePlayer } from "./player.js";
import { analysisWords, recordingWords, stateWords } from "./stream.js";

const { camera = "", stillEveryS } = document.body.dataset;
/** The parts that show the picture; null for a camera that has no stream. */
const stage = maybeById("stage") && {
  box: byId("stage"),
  overlay: byId("overlay"),
  badge: byId("badge"),
  state: byId("state"),
  often: byId("often"),
  recorded: byId("recorded"),
  notes: byId("notes"),
  video: byId("video", HTMLVideoElement),
};

const asking = new Asking();

/** @type {import("./stream.js").Stream | null} */
let stream = null;
/** What the player says while it shows nothing. */
let waiting = t("player.connecting");

function show() {
  if (!stream || !stage) return;
  const { box, overlay, notes } = stage;
  box.dataset.status = stream.status;
  setText(stage.state, stateWords(stream, Date.now()));
  setText(stage.often, analysisWords(stream));
  setText(stage.recorded, recordingWords(stream));
  const told = [stream.error, ...stream.notes].filter(Boolean).join(". ");
  notes.hidden = !told;
  setText(notes, told);
  const idle = stream.status !== "running" && stream.status !== "starting";
  if (!overlay.hidden) setText(overlay, idle ? stateWords(stream, Date.now()) : waiting);
}

/** The newest still stands in while nothing plays. */
function showStill() {
  const video = stage?.video;
  if (!video || !stream?.still_at || video.dataset.at === stream.still_at) return;
  video.dataset.at = stream.still_at;
  video.poster = `/api/v1/streams/${encodeURIComponent(camera)}/still?at=${encodeURIComponent(stream.still_at)}`;
}

async function refresh() {
  const said = await asking.streams();
  if (!said) return;
  if (!asking.isOld(camera)) stream = said.find((one) => one.id === camera) ?? null;
  show();
  showStill();
  for (const still of findAll("img[data-still]", HTMLImageElement)) {
    const other = said.find((one) => one.id === still.dataset.still);
    if (!other?.still_at || still.dataset.at === other.still_at) continue;
    still.dataset.at = other.still_at;
    still.src = `/api/v1/streams/${encodeURIComponent(other.id)}/still?at=${encodeURIComponent(other.still_at)}`;
  }
}

if (stage) {
  const { overlay, badge, video } = stage;
  const player = new LivePlayer(video, camera, { convert: true });
  player.on("state", ({ state: how, words }) => {
    const showing = how === "playing" || how === "late";
    badge.hidden = !showing;
    badge.dataset.how = how;
    setText(badge, words);
    overlay.hidden = showing;
    waiting = how === "unplayable" ? t("player.help", { words }) : words;
    setText(overlay, showing ? "" : waiting);
    show();
  });
  player.start();
}

const feed = new LiveFeed();
feed.on("snapshot", refresh);
feed.on("delta", (changes) => {
  for (const { kind, id, data } of changes) {
    if (kind !== "stream" || id !== camera || !data) continue;
    asking.told(id);
    stream = /** @type {import("./stream.js").Stream} */ (data);
  }
  show();
});
showLinkState(feed);
feed.connect();
setInterval(show, 1_000);
setInterval(() => document.visibilityState === "visible" && refresh(), Number(stillEveryS) * 1_000);
