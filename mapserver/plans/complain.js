// A sentence beside the control it is about, or none.

import { byId } from "../web/js/dom.js";

/** @param {string} id of the control; the page has a place called `ID-problem` @param {string | null} text */
export function complain(id, text) {
  const place = byId(`${id}-problem`);
  place.textContent = text ?? "";
  place.hidden = text === null;
  if (text !== null) place.scrollIntoView({ block: "nearest" });
}
