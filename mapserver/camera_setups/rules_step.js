// The rules of a camera: listed, drawn on its still, changed in a form, saved as a version.

import { Refused, sentence } from "../web/js/api.js";
import { byId, el, find, findAll, icon, maybeById } from "../web/js/dom.js";
import { categoryWord } from "../web/js/format.js";
import { t } from "../web/js/messages.js";
import { complain } from "../plans/complain.js";
import { DRAWN, isWhole, kindName, newRule, ruleFields, SHAPES, WHOLE } from "./rule_form.js";
import { Versions } from "./versions.js";

const ORDER = /** @type {const} */ (["line", "way", "zone"]); // which of them is put in hand first
/** @typedef {Api.Rule} Rule */
/** @typedef {import("./picture.js").Point} Point */
/** @typedef {import("./rule_form.js").ShapeField} ShapeField */

/** @param {Rule[]} rules */
const count = (rules) => t("setup.rules", { count: rules.length });

export class RulesStep {
  /** @param {string} camera @param {import("./picture.js").Picture} picture @param {import("./hand.js").Hand} hand */
  constructor(camera, picture, hand) {
    this.picture = picture;
    this.hand = hand;
    /** @type {Rule[]} */
    this.rules = [];
    /** The number of the one in hand. @type {number | null} */
    this.chosen = null;
    /** The rules as they were saved. */
    this.saved = "[]";
    /** The fields of each kind. @type {Record<string, Api.ObjectSchema>} */
    this.kinds = {};
    /** What the camera's model tells apart. @type {string[]} */
    this.classes = [];
    /** @type {Versions<{rule: Rule[]}, Api.RulesSetup>} */
    this.versions = new Versions(camera, "rules", ({ rule }) => count(rule), ({ rule }) => this.start(rule));
    this.list = byId("rules-list");
    this.form = byId("rule-form");
    this.saveButton = byId("rules-save", HTMLButtonElement);
    this.dropButton = byId("rules-drop");
    byId("rule-add").addEventListener("click", () => this.add());
    this.saveButton.addEventListener("click", () => this.send(() => this.versions.save({ rule: this.rules })));
    this.dropButton.addEventListener("click", () => this.send(() => this.versions.drop()));
  }

  async load() {
    this.take(await this.versions.load());
  }

  /** @param {Api.RulesSetup} found */
  take(found) {
    this.kinds = found.kinds;
    this.classes = found.classes;
    byId("rules-source").textContent = t(`setup.rules_from.${found.from}`);
    this.dropButton.hidden = found.from !== "drawn";
    this.start(found.rule);
    this.saved = JSON.stringify(this.rules);
    this.tell();
  }

  /** Put rules in hand. @param {Rule[]} rules */
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
    const rule = this.rule;
    const drawn = rule && ORDER.find((name) => name in rule && !isWhole(rule[name]));
    if (rule && drawn) this.hold(rule, drawn);
    else this.hand.drop();
    this.showForm();
    this.tell();
  }

  /** The one in hand. */
  get rule() {
    return this.chosen === null ? undefined : this.rules[this.chosen];
  }

  /** @param {Rule} rule @param {ShapeField} name */
  hold(rule, name) {
    this.hand.hold(rule[name] ?? [], DRAWN[name], (points) => this.reshape(name, points));
  }

  /** Draw the chosen rule's shape anew. @param {ShapeField} name */
  draw(name) {
    this.hand.begin(DRAWN[name], (points) => this.reshape(name, points));
  }

  /** @param {ShapeField} name @param {Point[]} points */
  reshape(name, points) {
    const { rule } = this;
    if (!rule || points.length < (DRAWN[name] ? 3 : 2)) return;
    const wasThere = rule[name]?.length;
    rule[name] = points;
    if (wasThere !== points.length) this.showForm();
    this.tell();
  }

  showForm() {
    const { chosen, rule } = this;
    this.form.hidden = !rule;
    if (!rule || chosen === null) return;
    /** @type {import("./rule_form.js").RulePage} */
    const page = {
      classes: this.classes,
      changed: () => this.tell(),
      draw: (name) => this.draw(name),
      whole: (name) => {
        rule[name] = structuredClone(WHOLE);
        this.choose(chosen);
      },
      another: (kind) => {
        this.rules[chosen] = newRule(this.kinds[kind], kind, rule);
        this.choose(chosen);
      },
    };
    const remove = el(
      "button",
      {
        type: "button",
        class: "button",
        on: {
          click: () => {
            this.rules.splice(chosen, 1);
            this.choose(null);
          },
        },
      },
      icon("bin"),
      t("setup.remove_rule"),
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
          el("span", { class: "row-text" }, el("span", { class: "row-title" }, rule.name || t("setup.without_name")), el("span", { class: "row-line" }, `${kindName(rule.kind)} · ${categoryWord(rule.category ?? "")}`)),
        ),
      ),
    );
    this.list.replaceChildren(...rows);
    find('[data-fact="rules"]').textContent = `${this.rules.length}${this.isChanged ? "*" : ""}`;
    this.saveButton.disabled = !this.isChanged || this.rules.length === 0;
    this.paint();
  }

  paint() {
    const shapes = this.rules.flatMap((rule, id) =>
      SHAPES.flatMap((name) => {
        const points = rule[name] ?? [];
        const state = id === this.chosen ? "hand" : "other";
        return points.length && !isWhole(points) ? [{ points, isArea: DRAWN[name], id, state, name: rule.name }] : [];
      }),
    );
    this.picture.draw(shapes, this.rules.flatMap(sides));
  }

  /** @param {() => Promise<Api.RulesSetup>} act */
  async send(act) {
    for (const place of findAll("#step-rules .field-problem")) place.hidden = true;
    try {
      this.take(await act());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { number, field } = error.details;
      if (number) this.choose(number - 1);
      const place = field && maybeById(`rule-${field}-problem`) ? `rule-${field}` : "rules";
      complain(place, sentence(error.message.replace(/^The rules, rule \d+: /, "")));
    }
  }
}

/** What each side of a line is called, beside its middle. @param {Rule} rule @returns {import("./picture.js").Word[]} */
function sides({ kind, line, right_name = "", left_name = "" }) {
  if (kind !== "line" || !line) return [];
  const [[x1, y1], [x2, y2]] = line;
  const long = Math.hypot(x2 - x1, y2 - y1) || 1;
  /** @param {number} by @returns {Point} */
  const beside = (by) => [(x1 + x2) / 2 - (by * (y2 - y1)) / long, (y1 + y2) / 2 + (by * (x2 - x1)) / long];
  return [
    { at: beside(0.04), name: right_name, anchor: y2 < y1 ? "left" : "right" },
    { at: beside(-0.04), name: left_name, anchor: y2 < y1 ? "right" : "left" },
  ];
}
