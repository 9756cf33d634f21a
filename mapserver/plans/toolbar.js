// The buttons over the map that draw, and the sentences about what is drawn.

import { byId, el, findAll, icon, setChildren } from "../web/js/dom.js";
import { sentence } from "../web/js/api.js";
import { t } from "../web/js/messages.js";

const SAID_MS = 6_000;

export class Toolbar {
  /** @param {import("./drawing.js").Drawing} drawing @param {"map" | "picture"} where is drawn */
  constructor(drawing, where = "map") {
    this.drawing = drawing;
    this.where = where;
    this.say = byId("draw-say");
    this.warn = byId("draw-warn");
    /** @type {number | undefined} */
    this.later = undefined;
    /** @type {Map<string, HTMLButtonElement>} */
    this.tools = new Map(findAll("[data-tool]", HTMLButtonElement).map((tool) => [tool.dataset.tool ?? "", tool]));
    const acts = {
      undo: () => drawing.undo(),
      redo: () => drawing.redo(),
      hole: () => drawing.beginHole(),
      remove: () => drawing.removeCorner(),
      fill: () => drawing.removeHole(),
      finish: () => drawing.finish(),
      cancel: () => drawing.cancel(),
    };
    for (const [name, act] of Object.entries(acts)) this.tools.get(name)?.addEventListener("click", act);
    drawing.on("mode", () => this.refresh());
    drawing.on("say", (words) => this.speak(words));
  }

  refresh() {
    const { mode, history, shape, chosen } = this.drawing;
    /** @param {string} name @param {boolean} on */
    const show = (name, on) => {
      const tool = this.tools.get(name); // a page need not offer every one
      if (tool) tool.hidden = !on;
    };
    /** @param {string} name @param {boolean} on */
    const enable = (name, on) => {
      const tool = this.tools.get(name);
      if (tool) tool.disabled = !on;
    };
    enable("undo", mode !== "off" && history.canUndo);
    enable("redo", mode !== "off" && history.canRedo);
    show("hole", mode === "edit" && shape.kind === "Polygon" && shape.rings.length > 0);
    show("remove", mode === "edit" && chosen !== null && shape.kind !== "Point");
    show("fill", mode === "edit" && chosen !== null && chosen.ring > 0);
    show("finish", mode === "draw" && shape.kind !== "Point");
    show("cancel", mode === "draw");
    if (mode === "draw") this.hint(shape, this.drawing.ring);
    else if (this.say.dataset.hint) this.silence();
  }

  /** @param {import("./shape.js").Shape} shape @param {number} ring */
  hint(shape, ring) {
    const put = shape.rings[ring]?.length ?? 0;
    this.show(this.hintWords(shape, ring, put));
    this.say.dataset.hint = put < 3 ? "begin" : "close";
  }

  /** What to do next. @param {import("./shape.js").Shape} shape @param {number} ring @param {number} put how many corners there are */
  hintWords(shape, ring, put) {
    if (shape.kind === "Point") return t(`planner.tap_place.${this.where}`);
    if (this.drawing.most === 2) return t("planner.tap_ends_line");
    const what = partOf(shape, ring);
    return put < 3 ? t(`planner.tap_corners.${what}_${this.where}`) : t(`planner.tap_first.${what}`);
  }

  /** Say something for a while. @param {string} text */
  speak(text) {
    this.show(text);
    this.later = setTimeout(() => {
      this.refresh();
      this.silence();
    }, SAID_MS);
  }

  /** @param {string} text */
  show(text) {
    clearTimeout(this.later);
    delete this.say.dataset.hint;
    this.say.textContent = text;
    this.say.hidden = false;
  }

  silence() {
    if (this.drawing.mode === "draw") return;
    delete this.say.dataset.hint;
    this.say.hidden = true;
  }

  /** What is wrong with what is drawn, and what is only worth knowing. @param {string | null} problem @param {string[]} warnings */
  judge(problem, warnings) {
    this.warn.hidden = !problem && warnings.length === 0;
    this.warn.classList.toggle("is-problem", Boolean(problem));
    setChildren(this.warn, JSON.stringify([problem, warnings]), () =>
      (problem ? [problem] : warnings).map((text) => el("li", {}, icon(problem ? "block" : "warn"), el("span", {}, sentence(text)))),
    );
  }
}

/** What is drawn. @param {import("./shape.js").Shape} shape @param {number} ring @returns {"hole" | "zone" | "line"} */
function partOf(shape, ring) {
  if (ring > 0) return "hole";
  return shape.kind === "Polygon" ? "zone" : "line";
}
