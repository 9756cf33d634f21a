// Which tiles play live, and how many stand side by side. Pure.

/**
 * The ids of the streams to play: those somebody chose, then those where something moves, at most `limit`. Of these the
 * ones that play already stay, so that the wall is calm.
 * @param {import("./stream.js").Stream[]} streams those that can be played @param {string[]} chosen newest last
 * @param {Set<string>} playing @param {{limit: number, moving: boolean}} wish
 */
export function toPlay(streams, chosen, playing, { limit, moving }) {
  const running = new Set(streams.filter((stream) => stream.status === "running").map((stream) => stream.id));
  const mine = chosen.filter((id) => running.has(id)).slice(-Math.max(1, limit));
  const others = streams
    .filter((stream) => moving && stream.moving && running.has(stream.id) && !mine.includes(stream.id))
    .map((stream) => stream.id)
    .sort((a, b) => Number(playing.has(b)) - Number(playing.has(a)));
  return new Set([...mine, ...others.slice(0, Math.max(0, limit - mine.length))]);
}

const NARROWEST = 184; // CSS pixels: the words below a picture can still be read
const ASPECT = 16 / 9;

/**
 * How many columns show all `count` tiles in a space at once; if that made them too narrow, as many as are readable.
 * @param {number} count @param {number} width @param {number} height @param {number} gap all in CSS pixels
 */
export function columns(count, width, height, gap) {
  const readable = Math.max(1, Math.floor((width + gap) / (NARROWEST + gap)));
  for (let across = 1; across <= readable; across += 1) {
    const tile = (width + gap) / across - gap;
    const rows = Math.ceil(count / across);
    if (rows * (tile / ASPECT + gap) - gap <= height) return across;
  }
  return readable;
}
