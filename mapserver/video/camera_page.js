// One camera's page: its picture live, how its stream is, and stills of the nearest others.

import { setText } from "../web/js/dom.js";
import { showLinkState } from "../web/js/linkstate.js";
import { LiveFeed } from "../web/js/live.js";
import { Asking } from "./asking.js";
import { LivePlayer } from "./player.js";
import { analysisWords, recordingWords, stateWords } from "./stream.js";

const { camera, stillEveryS } = document.body.dataset;
const stage = document.getElementById("stage");
const overlay = document.getElementById("overlay");
const badge = document.getElementById("badge");
const state = document.getElementById("state");
const often = document.getElementById("often");
const recorded = document.getElementById("recorded");
const notes = document.getElementById("notes");

const HELP = ". It is analysed and recorded as it is; for a live picture set the camera, or its second stream, to H.264.";

const video = document.getElementById("video");
const asking = new Asking();

/** @type {import("./stream.js").Stream | null} */
let stream = null;
/** What the player says while it shows nothing. */
let waiting = "Connecting…";

function show() {
  if (!stream || !stage) return;
  stage.dataset.status = stream.status;
  setText(state, stateWords(stream, Date.now()));
  setText(often, analysisWords(stream));
  setText(recorded, recordingWords(stream));
  const told = [stream.error, ...stream.notes].filter(Boolean).join(". ");
  notes.hidden = !told;
  setText(notes, told);
  const idle = stream.status !== "running" && stream.status !== "starting";
  if (!overlay.hidden) setText(overlay, idle ? stateWords(stream, Date.now()) : waiting);
}

/** The newest still stands in while nothing plays. */
function showStill() {
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
  for (const still of document.querySelectorAll("img[data-still]")) {
    const other = said.find((one) => one.id === still.dataset.still);
    if (!other?.still_at || still.dataset.at === other.still_at) continue;
    still.dataset.at = other.still_at;
    still.src = `/api/v1/streams/${encodeURIComponent(other.id)}/still?at=${encodeURIComponent(other.still_at)}`;
  }
}

if (stage) {
  const player = new LivePlayer(video, camera, { convert: true });
  player.addEventListener("state", (event) => {
    const { state: how, words } = event.detail;
    const showing = how === "playing" || how === "late";
    badge.hidden = !showing;
    badge.dataset.how = how;
    setText(badge, words);
    overlay.hidden = showing;
    waiting = words + (how === "unplayable" ? HELP : "");
    setText(overlay, showing ? "" : waiting);
    show();
  });
  player.start();
}

const feed = new LiveFeed();
feed.addEventListener("snapshot", refresh);
feed.addEventListener("delta", (event) => {
  for (const { kind, id, data } of event.detail) {
    if (kind !== "stream" || id !== camera || !data) continue;
    asking.told(id);
    stream = data;
  }
  show();
});
showLinkState(feed);
feed.connect();
setInterval(show, 1_000);
setInterval(() => document.visibilityState === "visible" && refresh(), Number(stillEveryS) * 1_000);
