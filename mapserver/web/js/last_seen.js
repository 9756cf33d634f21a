// Where a drone that is no longer heard, or that came down elsewhere than at its start, was last seen. Draws nothing.

import { clockTime, metres } from "./format.js";
import { metresBetween } from "./geo.js";
import { isOver, isUnderWay } from "./store.js";

const AT_HOME_M = 25;

/** Whether a drone was lost in the air: its link is gone, or its flight was given up in the air. */
function isLost(flight, drone) {
  if (drone.status === "lost") return true;
  if (isUnderWay(flight)) return drone.instruments?.link === "lost";
  return flight.state === "aborted" && Boolean(flight.started_at);
}

/**
 * One sentence for who looks for it; null when there is nothing to look for.
 * @param {any} flight @param {any} drone @param {import("./store.js").World} world @returns {string | null}
 */
export function lastSeen(flight, drone, world) {
  if (!drone.position || !isLost(flight, drone)) return null;
  const { lat, lon } = drone.position;
  const start = world.takeOffOf(drone.id);
  const away = start ? metresBetween(start, [lon, lat]) : null;
  if (isOver(flight) && away !== null && away < AT_HOME_M) return null;
  const height = drone.height_m === null || isOver(flight) ? "" : `, ${Math.round(drone.height_m)} m up`;
  const from = away === null ? "" : `, ${metres(away)} from its start`;
  const when = drone.instruments?.heard_at ?? drone.updated_at;
  return `${drone.name} was last seen at ${lat.toFixed(6)}, ${lon.toFixed(6)}${from}${height}, at ${clockTime(when)}.`;
}
