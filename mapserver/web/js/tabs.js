// Tabs over panels (WAI-ARIA tabs pattern): the arrow keys move between them. The page names each by `data-tab`.

import { byId, findAll } from "./dom.js";

export class Tabs {
  /** @param {(name: string) => void} [shown] called when another comes to the front */
  constructor(shown) {
    this.shown = shown;
    this.tabs = findAll("[data-tab]");
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.show(nameOf(tab)));
      tab.addEventListener("keydown", (event) => this.walk(event, tab));
    }
  }

  /** Bring one to the front. @param {string} name */
  show(name) {
    for (const tab of this.tabs) {
      const on = nameOf(tab) === name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      byId(tab.getAttribute("aria-controls") ?? "").hidden = !on;
    }
    this.shown?.(name);
  }

  /** @param {KeyboardEvent} event @param {HTMLElement} tab */
  walk(event, tab) {
    if (!["ArrowRight", "ArrowLeft"].includes(event.key)) return;
    const step = event.key === "ArrowRight" ? 1 : -1;
    const next = this.tabs[(this.tabs.indexOf(tab) + step + this.tabs.length) % this.tabs.length];
    this.show(nameOf(next));
    next.focus();
  }
}

/** @param {HTMLElement} tab */
const nameOf = (tab) => tab.dataset.tab ?? "";
