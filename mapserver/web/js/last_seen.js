// Where a drone that is no longer heard, or that came down elsewhere than at its start, was last seen. Draws nothing.

import { metresBetween } from "./geo.js";
import { t } from "./messages.js";
import { isOver, isUnderWay } from "./store.js";

const AT_HOME_M = 25;

/** Whether a drone was lost in the air: its link is gone, or its flight was given up in the air. @param {Api.Flight} flight @param {Api.Unit} drone */
function isLost(flight, drone) {
  if (drone.status === "lost") return true;
  if (isUnderWay(flight)) return drone.instruments?.link === "lost";
  return flight.state === "aborted" && Boolean(flight.started_at);
}

/**
 * One sentence for who looks for it; null when there is nothing to look for.
 * @param {Api.Flight} flight @param {Api.Unit} drone @param {import("./store.js").World} world @returns {string | null}
 */
export function lastSeen(flight, drone, world) {
  if (!drone.position || !isLost(flight, drone)) return null;
  const { lat, lon } = drone.position;
  const start = world.takeOffOf(drone.id);
  const away = start ? metresBetween(start, [lon, lat]) : null;
  if (isOver(flight) && away !== null && away < AT_HOME_M) return null;
  const high = drone.height_m === null || isOver(flight) ? "" : t("browser.metres_up", { height_m: drone.height_m });
  const far = away === null ? "" : t("browser.from_its_start", { away_m: away });
  const when = new Date(drone.instruments?.heard_at ?? drone.updated_at ?? 0);
  return t("browser.last_seen", { name: drone.name, lat: lat.toFixed(6), lon: lon.toFixed(6), far, high, when });
}
