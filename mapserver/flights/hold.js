// A button that acts only when it is held: with a finger, the mouse, or a key.

const HOLD_MS = 2_000;

/** Call `act` when `button` was held for two seconds. @param {HTMLButtonElement} button @param {() => void} act */
export function onHold(button, act) {
  /** @type {number | undefined} */
  let waiting;
  /** @param {Event} event */
  const begin = (event) => {
    if (event instanceof KeyboardEvent && (event.repeat || ![" ", "Enter"].includes(event.key))) return;
    if (event instanceof PointerEvent && event.button !== 0) return;
    letGo();
    button.classList.add("is-held");
    waiting = setTimeout(() => {
      letGo();
      act();
    }, HOLD_MS);
  };
  const letGo = () => {
    clearTimeout(waiting);
    button.classList.remove("is-held");
  };
  for (const name of ["pointerdown", "keydown"]) button.addEventListener(name, begin);
  for (const name of ["pointerup", "pointerleave", "pointercancel", "keyup", "blur"])
    button.addEventListener(name, letGo);
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // what a long touch would open
}
