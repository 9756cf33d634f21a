// A stream's state in words, for the wall and a camera's page. The twin of mapserver/video/wall.py: public.

import { duration } from "../web/js/format.js";
import { t } from "../web/js/messages.js";

/** @typedef {Api.Stream} Stream */

/** What it is doing. @param {Stream} stream @param {number} now milliseconds since 1970 */
export function stateWords(stream, now) {
  const since = new Date(stream.since ?? now);
  switch (stream.status) {
    case "running":
      if (stream.stale) return staleWords(stream.stale, now);
      return stream.moving ? t("streams.moving") : t("streams.running");
    case "lost":
      return t("streams.lost_since", { since, time: duration((now - since.getTime()) / 1_000) });
    case "off_duty":
      return t("streams.off_duty");
    case "starting":
      return t("streams.connecting");
    case "resting":
      return t("streams.clip_rests");
    case "ended":
      return t("streams.clip_over");
    default:
      return t("streams.not_read");
  }
}

/** That its picture is old, how old, and why. @param {NonNullable<Stream["stale"]>} stale @param {number} now */
function staleWords(stale, now) {
  return t("streams.stale", { time: duration((now - Date.parse(stale.since)) / 1_000), why: stale.why });
}

/** Whether it is recorded now, and up to when it was. @param {Stream} stream */
export function recordingWords({ recorded, recording }) {
  if (!recorded) return t("streams.recorded_no");
  if (recording.now) return t("streams.recorded_yes");
  const { why, until } = recording;
  return until ? t("streams.recorded_up_to", { why, until: new Date(until) }) : t("streams.recorded_not_now", { why });
}

/** How often the analysis looks at it. @param {Stream} stream */
export function analysisWords(stream) {
  if (stream.status !== "running" || stream.stale) return t("streams.not_analysed");
  const often = stream.looked_per_s;
  if (often < 0.05) return t("streams.not_analysed_yet");
  return often >= 0.95 ? t("streams.analysed_a_second", { often }) : t("streams.analysed_every", { seconds: 1 / often });
}

/** That its picture is not real, in one phrase; empty for a real one. @param {Stream} stream */
export function unrealWords(stream) {
  if (stream.stand_in) return stream.footage ? t("streams.stand_in_footage", { footage: stream.footage }) : t("streams.stand_in");
  return stream.simulated ? t("browser.simulated") : "";
}
