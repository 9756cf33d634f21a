// The town's clock in the bar, on every page.

import { clockTime, day } from "./format.js";

const clock = document.querySelector("[data-clock]");
if (clock) {
  const time = clock.querySelector("time");
  const zone = clock.querySelector("small");
  const tick = () => {
    const now = new Date();
    time.textContent = clockTime(now);
    time.dateTime = now.toISOString();
    zone.textContent = `${day(now)} · ${clock.dataset.zone}`;
    setTimeout(tick, 1_000 - (Date.now() % 1_000));
  };
  tick();
}
