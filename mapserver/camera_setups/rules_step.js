// The rules of a camera: listed, drawn on its still, changed in a form, saved as a version.

import { Refused, sentence } from "../web/js/api.js";
import { el, icon } from "../web/js/dom.js";
import { words } from "../web/js/format.js";
import { complain } from "../plans/complain.js";
import { DRAWN, kindName, newRule, ruleFields } from "./rule_form.js";
import { Versions } from "./versions.js";

const WHOLE = "[[0,0],[1,0],[1,1],[0,1]]";
const SOURCES = {
  drawn: "They were drawn here.",
  settings: "They are those of the settings' file; saved here, yours go before them.",
  usual: "They are the usual ones, since nothing else is set up: everybody in the picture is a finding.",
};
const count = (rules) => `${rules.length} ${rules.length === 1 ? "rule" : "rules"}`;

export class RulesStep {
  /** @param {string} camera @param {import("./picture.js").Picture} picture @param {import("./hand.js").Hand} hand */
  constructor(camera, picture, hand) {
    Object.assign(this, { picture, hand, rules: [], chosen: null, saved: "[]" });
    this.versions = new Versions(camera, "rules", ({ rule }) => count(rule), ({ rule }) => this.start(rule));
    this.list = document.getElementById("rules-list");
    this.form = document.getElementById("rule-form");
    this.saveButton = document.getElementById("rules-save");
    this.dropButton = document.getElementById("rules-drop");
    document.getElementById("rule-add").addEventListener("click", () => this.add());
    this.saveButton.addEventListener("click", () => this.send(() => this.versions.save({ rule: this.rules })));
    this.dropButton.addEventListener("click", () => this.send(() => this.versions.drop()));
  }

  async load() {
    this.take(await this.versions.load());
  }

  take(found) {
    this.kinds = found.kinds;
    this.classes = found.classes;
    document.getElementById("rules-source").textContent = SOURCES[found.from];
    this.dropButton.hidden = found.from !== "drawn";
    this.start(found.rule);
    this.saved = JSON.stringify(this.rules);
    this.tell();
  }

  /** Put rules in hand. */
  start(rules) {
    this.rules = structuredClone(rules);
    this.choose(null);
  }

  get isChanged() {
    return JSON.stringify(this.rules) !== this.saved;
  }

  add() {
    this.rules.push(newRule(this.kinds.zone, "zone", { category: "person_seen", classes: ["person"] }));
    this.choose(this.rules.length - 1);
    this.draw("zone");
  }

  /** Open one rule's form and put its shape in hand; null for none. @param {number | null} index */
  choose(index) {
    this.chosen = index;
    const rule = this.rules[index];
    const drawn = rule && ["line", "way", "zone"].find((name) => name in rule && JSON.stringify(rule[name]) !== WHOLE);
    if (drawn) this.hold(drawn);
    else this.hand.drop();
    this.showForm();
    this.tell();
  }

  hold(name) {
    const rule = this.rules[this.chosen];
    this.hand.hold(rule[name], DRAWN[name], (points) => this.reshape(name, points));
  }

  /** Draw the chosen rule's shape anew. */
  draw(name) {
    this.hand.begin(DRAWN[name], (points) => this.reshape(name, points));
  }

  reshape(name, points) {
    if (points.length < (DRAWN[name] ? 3 : 2)) return;
    const wasThere = this.rules[this.chosen][name]?.length;
    this.rules[this.chosen][name] = points;
    if (wasThere !== points.length) this.showForm();
    this.tell();
  }

  showForm() {
    const rule = this.rules[this.chosen];
    this.form.hidden = !rule;
    if (!rule) return;
    const page = {
      classes: this.classes,
      changed: () => this.tell(),
      draw: (name) => this.draw(name),
      whole: (name) => {
        rule[name] = JSON.parse(WHOLE);
        this.choose(this.chosen);
      },
      another: (kind) => {
        this.rules[this.chosen] = newRule(this.kinds[kind], kind, rule);
        this.choose(this.chosen);
      },
    };
    const remove = el(
      "button",
      {
        type: "button",
        class: "button",
        on: {
          click: () => {
            this.rules.splice(this.chosen, 1);
            this.choose(null);
          },
        },
      },
      icon("bin"),
      "Remove this rule",
    );
    this.form.replaceChildren(...ruleFields(rule, this.kinds[rule.kind], Object.keys(this.kinds), page), remove);
  }

  /** Say and draw what there is. */
  tell() {
    const rows = this.rules.map((rule, index) =>
      el(
        "li",
        { class: "row", "aria-current": index === this.chosen ? "true" : null },
        el(
          "button",
          { type: "button", class: "row-main", on: { click: () => this.choose(index === this.chosen ? null : index) } },
          el("span", { class: "row-text" }, el("span", { class: "row-title" }, rule.name || "Without a name"), el("span", { class: "row-line" }, `${kindName(rule.kind)} · ${words(rule.category ?? "")}`)),
        ),
      ),
    );
    this.list.replaceChildren(...rows);
    document.querySelector('[data-fact="rules"]').textContent = `${this.rules.length}${this.isChanged ? "*" : ""}`;
    this.saveButton.disabled = !this.isChanged || this.rules.length === 0;
    this.paint();
  }

  paint() {
    const shapes = this.rules.flatMap((rule, id) =>
      Object.entries(DRAWN)
        .filter(([name]) => rule[name]?.length && JSON.stringify(rule[name]) !== WHOLE)
        .map(([name, isArea]) => ({ points: rule[name], isArea, id, state: id === this.chosen ? "hand" : "other", name: rule.name })),
    );
    this.picture.draw(shapes, this.rules.flatMap(sides));
  }

  async send(act) {
    for (const place of document.querySelectorAll("#step-rules .field-problem")) place.hidden = true;
    try {
      this.take(await act());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { number, field } = error.details;
      if (number) this.choose(number - 1);
      const place = field && document.getElementById(`rule-${field}-problem`) ? `rule-${field}` : "rules";
      complain(place, sentence(error.message.replace(/^The rules, rule \d+: /, "")));
    }
  }
}

/** What each side of a line is called, beside its middle. */
function sides({ kind, line, right_name, left_name }) {
  if (kind !== "line" || !line) return [];
  const [[x1, y1], [x2, y2]] = line;
  const long = Math.hypot(x2 - x1, y2 - y1) || 1;
  const beside = (by) => [(x1 + x2) / 2 - (by * (y2 - y1)) / long, (y1 + y2) / 2 + (by * (x2 - x1)) / long];
  return [
    { at: beside(0.04), name: right_name, anchor: y2 < y1 ? "left" : "right" },
    { at: beside(-0.04), name: left_name, anchor: y2 < y1 ? "right" : "left" },
  ];
}
