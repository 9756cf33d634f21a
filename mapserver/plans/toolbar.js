// The buttons over the map that draw, and the sentences about what is drawn.

import { el, icon, setChildren } from "../web/js/dom.js";
import { sentence } from "../web/js/api.js";

const SAID_MS = 6_000;

export class Toolbar {
  /** @param {import("./drawing.js").Drawing} drawing @param {string} [where] is drawn */
  constructor(drawing, where = "on the map") {
    this.drawing = drawing;
    this.where = where;
    this.say = document.getElementById("draw-say");
    this.warn = document.getElementById("draw-warn");
    this.tools = new Map([...document.querySelectorAll("[data-tool]")].map((tool) => [tool.dataset.tool, tool]));
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
    drawing.addEventListener("mode", () => this.refresh());
    drawing.addEventListener("say", (event) => this.speak(event.detail));
  }

  refresh() {
    const { mode, history, shape, chosen } = this.drawing;
    const show = (name, on) => {
      const tool = this.tools.get(name); // a page need not offer every one
      if (tool) tool.hidden = !on;
    };
    this.tools.get("undo").disabled = mode === "off" || !history.canUndo;
    this.tools.get("redo").disabled = mode === "off" || !history.canRedo;
    show("hole", mode === "edit" && shape.kind === "Polygon" && shape.rings.length > 0);
    show("remove", mode === "edit" && chosen !== null && shape.kind !== "Point");
    show("fill", mode === "edit" && chosen !== null && chosen.ring > 0);
    show("finish", mode === "draw" && shape.kind !== "Point");
    show("cancel", mode === "draw");
    if (mode === "draw") this.hint(shape, this.drawing.ring);
    else if (this.say.dataset.hint) this.silence();
  }

  hint(shape, ring) {
    const put = shape.rings[ring]?.length ?? 0;
    const what = ring > 0 ? "the hole" : shape.kind === "Polygon" ? "the zone" : "the line";
    const text =
      shape.kind === "Point"
        ? `Tap the place ${this.where}.`
        : this.drawing.most === 2
          ? `Tap where ${what} begins, then where it ends.`
        : put < 3
          ? `Tap the corners of ${what} ${this.where}.`
          : `Tap the first corner again, or Finish, to close ${what}.`;
    this.show(text);
    this.say.dataset.hint = put < 3 ? "begin" : "close";
  }

  /** Say something for a while. @param {string} text */
  speak(text) {
    this.show(text);
    this.later = setTimeout(() => this.refresh() ?? this.silence(), SAID_MS);
  }

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
