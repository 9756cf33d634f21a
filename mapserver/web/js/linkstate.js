// Shows the state of the live feed in the bar and on <body data-live data-seq>.

import { clockTime } from "./format.js";
import { setIcon } from "./dom.js";

/** @param {import("./live.js").LiveFeed} feed */
export function showLinkState(feed) {
  const text = document.querySelector("[data-link-text]");
  const icon = document.querySelector("[data-link] svg");

  const show = () => {
    document.body.dataset.live = feed.state;
    const since = clockTime(feed.since);
    const words = { live: "live", connecting: `reconnecting since ${since}`, lost: `no data since ${since}` };
    if (text) text.textContent = words[feed.state];
    if (icon) setIcon(icon, feed.state === "live" ? "link" : "link-off");
  };

  feed.addEventListener("state", show);
  feed.addEventListener("signed-out", () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`));
  feed.addEventListener("rights-changed", () => location.reload()); // names, towns and buttons of the page are another's
  feed.addEventListener("refused", (event) => text && (text.textContent = event.detail));
  feed.addEventListener("seq", (event) => {
    document.body.dataset.seq = String(event.detail);
  });
}
