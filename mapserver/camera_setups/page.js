// The page on which a camera is set up: puts the still, the drawing and the three steps together.

import { clockTime } from "../web/js/format.js";
import { Tabs } from "../web/js/tabs.js";
import { GroundStep } from "./ground_step.js";
import { Hand } from "./hand.js";
import { MasksStep } from "./masks_step.js";
import { Picture } from "./picture.js";
import { RulesStep } from "./rules_step.js";

const { camera, stand } = JSON.parse(document.getElementById("main").dataset.setup);
const note = document.getElementById("map-note");
const age = document.getElementById("still-age");

function sayAge(came) {
  age.textContent = came ? `Picture of ${clockTime(new Date())}` : picture.at ? "No newer picture" : "No picture yet";
}

const picture = new Picture(camera, document.getElementById("map"));
try {
  await picture.open();
  sayAge(picture.at !== null);
} catch (error) {
  note.textContent = "This browser cannot draw the picture (no WebGL), so nothing can be drawn on it.";
  note.hidden = false;
  throw error;
}
const hand = new Hand(picture);
const steps = {
  rules: new RulesStep(camera, picture, hand),
  masks: new MasksStep(camera, picture, hand, refresh),
  ground: new GroundStep(camera, picture, hand, stand),
};
let front = "rules";

async function refresh() {
  sayAge(await picture.refresh());
}

const tabs = new Tabs((name) => {
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
document.getElementById("still-refresh").addEventListener("click", refresh);
picture.map.on("click", ({ point }) => {
  if (hand.isDrawing || front === "ground") return;
  const id = picture.shapeAt(point);
  if (id !== null && id !== steps[front].chosen) steps[front].choose(id);
});
window.addEventListener("beforeunload", (event) => {
  if (Object.values(steps).some((step) => step.isChanged)) event.preventDefault();
});

for (const name of ["masks", "ground", "rules"]) await steps[name].load();
tabs.show(location.hash.slice(1) in steps ? location.hash.slice(1) : "rules");
document.body.dataset.ready = "";
