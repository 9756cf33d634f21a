// Tells a person, on whatever page, how many notes name them that they have not read: a badge in the bar that leads to them.

import { ask } from "./api.js";
import { maybeById } from "./dom.js";
import { t } from "./messages.js";

const BUZZ_MS = [200, 100, 200];

/** Keep the badge as the server says; asks when a note names the person. @param {import("./live.js").LiveFeed} feed */
export function showMentions(feed) {
  const badge = maybeById("mentions", HTMLAnchorElement);
  if (!badge) return;
  const count = async () => {
    const found = /** @type {{read_at: string | null}[]} */ (await ask("GET", "/mentions"));
    const unread = found.filter((one) => one.read_at === null).length;
    badge.hidden = unread === 0;
    badge.textContent = t("browser.mentions", { count: unread });
  };
  feed.on("snapshot", () => void count());
  feed.on("delta", (changes) => {
    for (const { kind, data } of changes) {
      if (kind !== "mention" || !data) continue;
      const news = /** @type {{person: string, read: boolean}} */ (/** @type {unknown} */ (data));
      if (news.person !== badge.dataset.person) continue;
      if (!news.read) navigator.vibrate?.(BUZZ_MS);
      void count();
    }
  });
}
