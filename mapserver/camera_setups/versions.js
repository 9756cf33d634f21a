// One part of a camera's setup at the server: what is in force, saving a new version, and the versions that were.

import { ask } from "../web/js/api.js";
import { byId, el, icon } from "../web/js/dom.js";
import { recentTime } from "../web/js/format.js";
import { t } from "../web/js/messages.js";

/**
 * @template Content what one version holds
 * @template {Api.Versioned<Content>} Setup what the server says of the part
 */
export class Versions {
  /**
   * @param {string} camera @param {"rules" | "masks" | "ground"} part
   * @param {(content: Content) => string} tell a version's content in a few words
   * @param {(content: Content) => void} take put an older version's content in hand
   */
  constructor(camera, part, tell, take) {
    this.path = `/cameras/${encodeURIComponent(camera)}/${part}`;
    this.list = byId(`${part}-versions`);
    this.tell = tell;
    this.take = take;
    this.version = 0;
  }

  /** What is in force. */
  async load() {
    /** @type {Setup} */
    const found = await ask("GET", this.path);
    this.version = found.version;
    this.show(found.history, found.history_total);
    return found;
  }

  /** Keep a new version; throws Refused with the server's sentence. @param {Content | null} content */
  async save(content) {
    await ask("PUT", `${this.path}?after=${this.version}`, content);
    return this.load();
  }

  /** Go back to what holds without any. */
  async drop() {
    await ask("DELETE", `${this.path}?after=${this.version}`);
    return this.load();
  }

  /** @param {Api.SetupVersion<Content>[]} history @param {number} total */
  show(history, total) {
    const rows = history.map(({ version, by, at, content }, index) =>
      el(
        "li",
        { class: "version" },
        el("p", {}, el("b", {}, `v${version}`), ` ${content === null ? t("setup.taken_back") : this.tell(content)}`, el("br"), el("span", { class: "quiet" }, `${by} · ${recentTime(at)}`)),
        index > 0 && content !== null && el("button", { type: "button", class: "button", on: { click: () => this.take(content) } }, icon("undo"), t("setup.take_up")),
      ),
    );
    if (total > history.length) rows.push(el("li", { class: "quiet" }, t("setup.newest_versions", { shown: history.length, total })));
    this.list.replaceChildren(...(rows.length ? rows : [el("li", { class: "quiet" }, t("setup.nothing_saved"))]));
  }
}
