// What is on board before and during a flight, what the vehicle does by itself, and what keeps it from arming.

import { ask } from "../web/js/api.js";
import { el, icon, setChildren } from "../web/js/dom.js";
import { isOver } from "../web/js/store.js";

const EVERY_MS = 4_000;

/**
 * Keep the card filled while the flight is not over.
 * @param {import("../web/js/store.js").World} world @param {string} flightId @param {string} path of the flight in the API
 * @param {string} user
 */
export function showAboard(world, flightId, path, user) {
  const box = document.getElementById("aboard");
  const draw = (found) => {
    const flight = world.get("flight", flightId);
    const mine = flight?.control.holder === user;
    const yes = (subjects) => ask("POST", `${path}/failsafes`, { subjects }).then(draw, (refused) => say(refused.message));
    const say = (words) => (box.querySelector("[data-said]").textContent = words);
    setChildren(box, JSON.stringify([found, mine]), () => card(found, mine, yes));
  };
  const look = async () => {
    const flight = world.get("flight", flightId);
    box.hidden = !flight || isOver(flight);
    if (box.hidden) return;
    try {
      draw(await ask("GET", `${path}/aboard`));
    } catch (error) {
      console.error(error); // the page says elsewhere that the server is not heard
    }
  };
  world.addEventListener("change", (event) => event.detail.has("flight") && look());
  setInterval(look, EVERY_MS);
}

function card(found, mine, yes) {
  if (!found.is_connected) return [el("p", { class: "quiet" }, "The drone is not connected yet: what is on board is not known.")];
  const fact = (name, words) => el("div", {}, el("dt", {}, name), el("dd", {}, words));
  const fence = found.fence_points ? `${found.fence_points} corners, ${fenceAction(found)}` : "none";
  const height = found.failsafes?.return_height_m;
  return [
    ...found.arming.map((reason) => problem(`It does not arm: ${reason}`)),
    ...(found.fence_warning ? [problem(found.fence_warning)] : []),
    ...found.asks.map(({ subject, message }) => question(subject, message, mine, yes)),
    el("p", { class: "fly-said is-refused", role: "status", data: { said: "" } }),
    el("dl", { class: "work-facts" },
      fact(found.is_on_board ? "On board" : "Goes on board", `${found.plan}: ${found.mission_items} items`),
      fact("Fence", fence),
      fact("Rally points", String(found.rally_points || "none")),
      fact("Flies home at", height == null ? "not known" : height === 0 ? "the height it has" : `${height} m or higher`),
      fact("Link", `${found.link}, ${found.driver}`),
    ),
    el("h3", {}, "What it does by itself"),
    found.by_itself.length
      ? el("ul", { class: "by-itself" }, ...found.by_itself.map((words) => el("li", {}, words)))
      : el("p", { class: "quiet" }, "Its failsafes could not be read yet."),
  ];
}

function fenceAction({ failsafes }) {
  if (!failsafes || failsafes.fence_enforced === null) return "whether it is kept is not known";
  if (!failsafes.fence_enforced) return "NOT kept by the vehicle";
  const breach = failsafes.reactions.find((one) => one.cause === "fence breach");
  return breach ? `at a breach it ${breach.reaction}` : "kept by the vehicle";
}

const problem = (words) => el("div", { class: "problem" }, icon("warn"), el("p", {}, words));

const question = (subject, message, mine, yes) =>
  el("div", { class: "problem" }, icon("warn"), el("div", {},
    el("p", {}, message),
    mine
      ? el("button", { type: "button", class: "button wide", on: { click: () => yes([subject]) } }, "Yes, fly all the same")
      : el("p", { class: "quiet" }, "Whoever has the control says yes to this before the start."),
  ));
