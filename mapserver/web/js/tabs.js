// Tabs over panels (WAI-ARIA tabs pattern): the arrow keys move between them. The page names each by `data-tab`.

export class Tabs {
  /** @param {(name: string) => void} [shown] called when another comes to the front */
  constructor(shown) {
    this.shown = shown;
    this.tabs = [...document.querySelectorAll("[data-tab]")];
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.show(tab.dataset.tab));
      tab.addEventListener("keydown", (event) => this.walk(event, tab));
    }
  }

  /** Bring one to the front. @param {string} name */
  show(name) {
    for (const tab of this.tabs) {
      const on = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
    this.shown?.(name);
  }

  walk(event, tab) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = this.tabs[(this.tabs.indexOf(tab) + step + this.tabs.length) % this.tabs.length];
    this.show(next.dataset.tab);
    next.focus();
  }
}
