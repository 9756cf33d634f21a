// A stream's state in words, for the wall and a camera's page. The twin of mapserver/video/wall.py: public.

import { clockTime, duration } from "../web/js/format.js";

/** @typedef {{id: string, name: string, kind: string, status: string, since: string | null, error: string | null,
 *   looked_per_s: number, detected_per_s: number, moving: boolean, still_at: string | null, simulated: boolean,
 *   stale: {since: string, why: string} | null, notes: string[],
 *   recording: {now: boolean, until: string | null, why: string | null},
 *   stand_in: boolean, footage: string | null, recorded: boolean, video: object | null}} Stream */

/** What it is doing. @param {Stream} stream @param {number} now milliseconds since 1970 */
export function stateWords(stream, now) {
  const since = stream.since ? Date.parse(stream.since) : now;
  switch (stream.status) {
    case "running":
      if (stream.stale) return staleWords(stream.stale, now);
      return stream.moving ? "Moving" : "Running";
    case "lost":
      return `Lost since ${clockTime(since)} · ${duration((now - since) / 1_000)}`;
    case "off_duty":
      return "Off duty";
    case "starting":
      return "Connecting";
    case "resting":
      return "Clip rests";
    case "ended":
      return "Clip is over";
    default:
      return "Not read";
  }
}

/** That its picture is old, how old, and why. */
function staleWords(stale, now) {
  return `Stale: no picture looked at for ${duration((now - Date.parse(stale.since)) / 1_000)}, ${stale.why}`;
}

/** Whether it is recorded now, and up to when it was. @param {Stream} stream */
export function recordingWords({ recorded, recording }) {
  if (!recorded) return "no";
  if (recording.now) return "yes";
  const until = recording.until ? `; up to ${clockTime(Date.parse(recording.until))}` : "";
  return `not now: ${recording.why}${until}`;
}

/** How often the analysis looks at it. @param {Stream} stream */
export function analysisWords(stream) {
  if (stream.status !== "running" || stream.stale) return "not analysed";
  const often = stream.looked_per_s;
  if (often < 0.05) return "not analysed yet";
  return often >= 0.95 ? `analysed ${often.toFixed(1)}× a second` : `analysed every ${(1 / often).toFixed(1)} s`;
}

/** That its picture is not real, in one phrase; empty for a real one. @param {Stream} stream */
export function unrealWords(stream) {
  if (stream.stand_in) return stream.footage ? `stand-in: ${stream.footage}` : "stand-in video";
  return stream.simulated ? "simulated" : "";
}
