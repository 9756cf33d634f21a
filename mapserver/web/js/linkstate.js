// Shows the state of the live feed in the bar and on <body data-live data-seq>.

import { setIcon } from "./dom.js";
import { t } from "./messages.js";

/** @param {import("./live.js").LiveFeed} feed */
function linkWords({ state, since }) {
  if (state === "live") return t("browser.live");
  return state === "lost" ? t("browser.no_data", { since }) : t("browser.reconnecting", { since });
}

/** @param {import("./live.js").LiveFeed} feed */
export function showLinkState(feed) {
  const text = document.querySelector("[data-link-text]");
  const icon = document.querySelector("[data-link] svg");

  const show = () => {
    document.body.dataset.live = feed.state;
    if (text) text.textContent = linkWords(feed);
    if (icon) setIcon(icon, feed.state === "live" ? "link" : "link-off");
  };

  feed.on("state", show);
  feed.on("signed-out", () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`));
  feed.on("rights-changed", () => location.reload()); // names, towns and buttons of the page are another's
  feed.on("refused", (reason) => text && (text.textContent = reason));
  feed.on("seq", (seq) => {
    document.body.dataset.seq = String(seq);
  });
}
