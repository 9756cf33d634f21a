// The page on which a camera is set up: puts the still, the drawing and the three steps together.

import { byId } from "../web/js/dom.js";
import { t } from "../web/js/messages.js";
import { Tabs } from "../web/js/tabs.js";
import { GroundStep } from "./ground_step.js";
import { Hand } from "./hand.js";
import { MasksStep } from "./masks_step.js";
import { Picture } from "./picture.js";
import { RulesStep } from "./rules_step.js";

/** @type {{camera: string, stand: import("./ground_step.js").Stand | null}} */
const { camera, stand } = JSON.parse(byId("main").dataset.setup ?? "");
const note = byId("map-note");
const age = byId("still-age");

/** @param {boolean} came whether a newer picture did */
function sayAge(came) {
  const none = picture.at ? t("setup.no_newer_picture") : t("setup.no_picture_yet");
  age.textContent = came ? t("setup.picture_of", { when: new Date() }) : none;
}

const picture = new Picture(camera, byId("map"));
try {
  await picture.open();
  sayAge(picture.at !== null);
} catch (error) {
  note.textContent = t("setup.cannot_draw");
  note.hidden = false;
  throw error;
}
const hand = new Hand(picture);
const steps = {
  rules: new RulesStep(camera, picture, hand),
  masks: new MasksStep(camera, picture, hand, refresh),
  ground: new GroundStep(camera, picture, hand, stand),
};
/** @typedef {keyof typeof steps} Step */
/** @param {string} name @returns {name is Step} */
const isStep = (name) => name in steps;
/** @type {Step} */
let front = "rules";

async function refresh() {
  sayAge(await picture.refresh());
}

const tabs = new Tabs((name) => {
  if (!isStep(name)) return;
  front = name;
  document.body.classList.toggle("is-ground", name === "ground");
  hand.drop();
  picture.dots([]);
  steps.ground.isFront = name === "ground";
  if (name === "ground") {
    steps.ground.openMap();
    steps.ground.tell();
    steps.ground.paint();
  } else {
    steps.ground.showPoints();
    steps[name].choose(null);
  }
});
byId("still-refresh").addEventListener("click", refresh);
picture.map.on("click", ({ point }) => {
  if (hand.isDrawing || front === "ground") return;
  const id = picture.shapeAt(point);
  if (id !== null && id !== steps[front].chosen) steps[front].choose(id);
});
window.addEventListener("beforeunload", (event) => {
  if (Object.values(steps).some((step) => step.isChanged)) event.preventDefault();
});

for (const name of /** @type {const} */ (["masks", "ground", "rules"])) await steps[name].load();
tabs.show(isStep(location.hash.slice(1)) ? location.hash.slice(1) : "rules");
document.body.dataset.ready = "";
