// Which open incidents get a marker of their own and which a dot: all are on the map, however many there are.

import { isOpen } from "./store.js";

const MOST_MARKERS = 300; // each marker is an element that the map moves; thousands of them would stop it

const severestFirst = (a, b) => b.severity - a.severity || b.updated_at.localeCompare(a.updated_at);

/**
 * The open incidents with a place in the town shown: the severest as markers, the others as dots.
 * @param {import("./store.js").World} world
 * @returns {{markers: any[], dots: any[]}}
 */
export function openIncidents(world) {
  const placed = world.shown("incident").filter((incident) => incident.position && isOpen(incident));
  if (placed.length > MOST_MARKERS) placed.sort(severestFirst);
  return { markers: placed.slice(0, MOST_MARKERS), dots: placed.slice(MOST_MARKERS) };
}
