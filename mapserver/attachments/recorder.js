// Records a voice note into the form's file field, where the browser can; the form is sent as any other.

import { t } from "../web/js/messages.js";

const LONGEST_MS = 600_000;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

const button = document.querySelector("button[data-record]");
const field = document.querySelector("input[data-attachment]");
if (button instanceof HTMLButtonElement && field instanceof HTMLInputElement && navigator.mediaDevices && "MediaRecorder" in window) {
  button.hidden = false;
  button.addEventListener("click", () => void toggle(button, field));
}

/** @type {MediaRecorder | null} */
let recorder = null;

/** Begin, or end what is being recorded. @param {HTMLButtonElement} control @param {HTMLInputElement} into */
async function toggle(control, into) {
  if (recorder) {
    recorder.stop();
    return;
  }
  const sound = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
  if (!sound) {
    control.textContent = t("attachments.no_microphone");
    return;
  }
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const parts = /** @type {Blob[]} */ ([]);
  const begun = new MediaRecorder(sound, mimeType ? { mimeType } : {});
  recorder = begun;
  begun.addEventListener("dataavailable", (event) => parts.push(event.data));
  begun.addEventListener("stop", () => {
    for (const track of sound.getTracks()) track.stop();
    recorder = null;
    const files = new DataTransfer();
    files.items.add(new File(parts, "voice", { type: begun.mimeType }));
    into.files = files.files;
    into.dispatchEvent(new Event("change", { bubbles: true }));
    control.textContent = t("attachments.record_again");
  });
  begun.start();
  setTimeout(() => begun.state === "recording" && begun.stop(), LONGEST_MS);
  control.textContent = t("attachments.stop");
}
