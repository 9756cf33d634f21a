// The folded pages of the bar close by Escape, and by a press or a focus elsewhere. Opening needs no script.

import { find, maybeFind } from "./dom.js";

const folded = maybeFind("[data-more-pages]", HTMLDetailsElement);

/** Close when `target` is not inside. @param {EventTarget | null} target */
function closeUnlessIn(target) {
  if (folded?.open && !(target instanceof Node && folded.contains(target))) folded.open = false;
}

document.addEventListener("pointerdown", (event) => closeUnlessIn(event.target));
document.addEventListener("focusin", (event) => closeUnlessIn(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !folded?.open) return;
  folded.open = false;
  find("summary", HTMLElement, folded).focus();
});
