// Which things lie on top of each other at one place of the map, and how they are listed. Knows no map.

import { compareTexts } from "./messages.js";

/**
 * @typedef {{source: string, kind: string, properties: Record<string, any>}} Found a feature; its properties are those of our sources
 * @typedef {{kind: string, id: string}} Thing
 * @typedef {{mark: Node | null, title: string, line: string, rank: number}} Row what a list says of a thing; high ranks come first
 */

/**
 * The things of features, without doubles, and how many they are with what is not told of clusters.
 * @param {Found[]} features @param {(source: string, cluster: number) => Promise<string[]>} idsIn some of the ids in a cluster
 * @returns {Promise<{things: Thing[], total: number}>}
 */
export async function thingsOf(features, idsIn) {
  /** @type {Map<string, Thing[]>} */
  const found = new Map();
  let untold = 0;
  for (const { source, kind, properties } of features) {
    const id = `${source}/${properties.cluster ? properties.cluster_id : properties.id}`;
    if (found.has(id)) continue;
    if (!properties.cluster) {
      found.set(id, [{ kind, id: properties.id }]);
      continue;
    }
    const ids = await idsIn(source, properties.cluster_id);
    found.set(id, ids.map((one) => ({ kind, id: one })));
    untold += properties.point_count - ids.length;
  }
  const things = [...found.values()].flat();
  return { things, total: things.length + untold };
}

/** The rows of things that are still there, high ranks first, then by title. @param {Thing[]} things @param {(kind: string, id: string) => Row | null} describe */
export function rowsOf(things, describe) {
  return things
    .flatMap((thing) => {
      const row = describe(thing.kind, thing.id);
      return row ? [{ thing, row }] : [];
    })
    .sort((a, b) => b.row.rank - a.row.rank || compareTexts(a.row.title, b.row.title));
}
