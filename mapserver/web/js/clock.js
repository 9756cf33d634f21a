// The town's clock in the bar, on every page.

import { find, maybeFind } from "./dom.js";
import { clockTime, day } from "./format.js";
import { timeZone } from "./messages.js";

const clock = maybeFind("[data-clock]");
if (clock) {
  const time = find("time", HTMLTimeElement, clock);
  const zone = find("small", HTMLElement, clock);
  const tick = () => {
    const now = new Date();
    time.textContent = clockTime(now);
    time.dateTime = now.toISOString();
    zone.textContent = `${day(now)} · ${timeZone()}`;
    setTimeout(tick, 1_000 - (Date.now() % 1_000));
  };
  tick();
}
