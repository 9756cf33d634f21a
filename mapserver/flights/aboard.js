// What is on board before and during a flight, what the vehicle does by itself, and what keeps it from arming.

import { ask, messageOf } from "../web/js/api.js";
import { byId, el, find, icon, setChildren } from "../web/js/dom.js";
import { t } from "../web/js/messages.js";
import { isOver } from "../web/js/store.js";

const EVERY_MS = 4_000;

/**
 * Keep the card filled while the flight is not over.
 * @param {import("../web/js/store.js").World} world @param {string} flightId @param {string} path of the flight in the API
 * @param {string} user
 */
export function showAboard(world, flightId, path, user) {
  const box = byId("aboard");
  /** @param {Api.Aboard} found */
  const draw = (found) => {
    const flight = world.get("flight", flightId);
    const mine = flight?.control.holder === user;
    /** @param {string[]} subjects */
    const yes = async (subjects) => {
      try {
        draw(await ask("POST", `${path}/failsafes`, { subjects }));
      } catch (error) {
        find("[data-said]", HTMLElement, box).textContent = messageOf(error);
      }
    };
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
  world.on("change", (kinds) => kinds.has("flight") && look());
  setInterval(look, EVERY_MS);
}

/** @param {Api.Aboard} found @param {boolean} mine @param {(subjects: string[]) => void} yes @returns {HTMLElement[]} */
function card(found, mine, yes) {
  if (!found.is_connected) return [el("p", { class: "quiet" }, t("aboard.not_connected"))];
  /** @param {string} name @param {string} words */
  const fact = (name, words) => el("div", {}, el("dt", {}, name), el("dd", {}, words));
  const fence = found.fence_points ? t("aboard.fence_corners", { corners: found.fence_points, action: fenceAction(found) }) : t("aboard.none");
  return [
    ...(found.arming ?? []).map((reason) => problem(t("aboard.does_not_arm", { reason }))),
    ...(found.fence_warning ? [problem(found.fence_warning)] : []),
    ...(found.asks ?? []).map(({ subject, message }) => question(subject, message, mine, yes)),
    el("p", { class: "fly-said is-refused", role: "status", data: { said: "" } }),
    el("dl", { class: "work-facts" },
      fact(found.is_on_board ? t("aboard.on_board") : t("aboard.goes_on_board"), t("aboard.plan_items", { plan: found.plan, items: found.mission_items })),
      fact(t("aboard.fence"), fence),
      fact(t("aboard.rally_points"), String(found.rally_points || t("aboard.none"))),
      fact(t("aboard.flies_home_at"), returnHeight(found)),
      fact(t("aboard.link"), `${found.link}, ${found.driver}`),
    ),
    el("h3", {}, t("aboard.by_itself")),
    found.by_itself?.length
      ? el("ul", { class: "by-itself" }, ...found.by_itself.map((words) => el("li", {}, words)))
      : el("p", { class: "quiet" }, t("aboard.failsafes_not_read")),
  ];
}

/** At which height it flies home by itself. @param {Api.Aboard} found */
function returnHeight({ failsafes }) {
  const height_m = failsafes?.return_height_m;
  if (height_m == null) return t("aboard.not_known");
  return height_m === 0 ? t("aboard.height_it_has") : t("aboard.or_higher", { height_m });
}

/** @param {Api.Aboard} found */
function fenceAction({ failsafes }) {
  if (!failsafes || failsafes.fence_enforced === null) return t("aboard.fence_not_known");
  if (!failsafes.fence_enforced) return t("aboard.fence_not_kept");
  const breach = failsafes.reactions.find((one) => one.cause === "fence breach");
  return breach ? t("aboard.at_breach", { reaction: breach.reaction_words }) : t("aboard.fence_kept");
}

/** @param {string} words */
const problem = (words) => el("div", { class: "problem" }, icon("warn"), el("p", {}, words));

/** @param {string} subject @param {string} message @param {boolean} mine @param {(subjects: string[]) => void} yes */
const question = (subject, message, mine, yes) =>
  el("div", { class: "problem" }, icon("warn"), el("div", {},
    el("p", {}, message),
    mine
      ? el("button", { type: "button", class: "button wide", on: { click: () => yes([subject]) } }, t("aboard.yes_all_the_same"))
      : el("p", { class: "quiet" }, t("aboard.who_says_yes")),
  ));
