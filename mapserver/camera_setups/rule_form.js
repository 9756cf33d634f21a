// The form of one rule, made out of its kind's JSON Schema: what a kind takes is said by the server alone.

import { el, icon } from "../web/js/dom.js";
import { label, words } from "../web/js/format.js";
import { compareTexts, t } from "../web/js/messages.js";
import { DAYS, readWindow, windowRow } from "../plans/zone_form.js";

/** @typedef {Api.Rule} Rule */
/** @typedef {"zone" | "line" | "way"} ShapeField */
/** @typedef {import("../web/js/dom.js").Child} Child */
/**
 * @typedef {object} RulePage what a form has the page do
 * @property {string[]} classes what the camera's model tells apart
 * @property {() => void} changed
 * @property {(name: ShapeField) => void} draw
 * @property {(name: ShapeField) => void} whole the shape becomes the whole picture
 * @property {(kind: string) => void} another the rule becomes one of another kind
 */

/** The whole picture as an area. @type {Api.PicturePoint[]} */
export const WHOLE = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** @param {Api.PicturePoint[] | undefined} points */
export const isWhole = (points) => JSON.stringify(points?.map((at) => at.map(Number))) === JSON.stringify(WHOLE);

/** What a rule draws on the picture, by field: whether it is an area. @type {Record<ShapeField, boolean>} */
export const DRAWN = { zone: true, line: false, way: false };
export const SHAPES = /** @type {ShapeField[]} */ (Object.keys(DRAWN));
const USUAL_CLASSES = ["person", "bicycle", "car", "motorcycle", "bus", "truck", "dog", "backpack", "handbag", "suitcase"];
const FIRST = ["kind", "name", "category", "classes", "hours", ...Object.keys(DRAWN)]; // each has a place of its own
const UNITS = { _km_h: ", km/h", _s: ", s" };
/** @param {string} kind */
export function kindName(kind) {
  return wordOf(label(kind), `setup.rule_kinds.${kind}`);
}

/** What a plain field is called. @param {string} name */
function fieldTitle(name) {
  const [unit, said] = Object.entries(UNITS).find(([end]) => name.endsWith(end)) ?? ["", ""];
  return wordOf(label(name.slice(0, name.length - unit.length)) + said, `setup.fields.${name}`);
}

/** A rule of a kind as its schema begins it, with what an older one said where both have the field. @param {Api.ObjectSchema} schema @param {string} kind @param {Partial<Rule>} from @returns {Rule} */
export function newRule(schema, kind, from = {}) {
  /** @type {Rule} */
  const rule = { kind };
  for (const [name, field] of Object.entries(schema.properties)) {
    if (name === "kind") continue;
    if (name in from) rule[name] = from[name];
    else if ("default" in field) rule[name] = structuredClone(field.default);
  }
  return rule;
}

/**
 * The fields of `rule`; `changed` is told of every change, after it is in `rule`.
 * @param {Rule} rule @param {Api.ObjectSchema} schema @param {string[]} kinds @param {RulePage} page @returns {HTMLElement[]}
 */
export function ruleFields(rule, schema, kinds, page) {
  const { properties, required = [] } = schema;
  /** @param {string} name @param {unknown} value */
  const put = (name, value) => {
    rule[name] = value;
    page.changed();
  };
  const kind = el("select", { id: "rule-kind" }, ...kinds.map((one) => el("option", { value: one, selected: one === rule.kind }, kindName(one))));
  kind.addEventListener("change", () => page.another(kind.value));
  const rest = Object.entries(properties).filter(([name]) => !FIRST.includes(name));
  return [
    field("kind", t("setup.finding_when"), kind, el("p", { class: "quiet" }, story(rule.kind, schema))),
    field("name", t("setup.name_of_place"), text(rule.name, 60, (value) => put("name", value))),
    field("category", t("setup.category"), category(rule.category, (value) => put("category", value))),
    ...SHAPES.filter((name) => name in properties).map((name) => shapeField(name, rule, DRAWN[name], required.includes(name), page)),
    ...("classes" in properties ? [fieldset("classes", t("setup.what_it_is_about"), classes(rule, page.classes, (value) => put("classes", value)))] : []),
    el("div", { class: "pair" }, ...rest.map(([name, schemaOf]) => plainField(name, rule[name], schemaOf, (value) => put(name, value)))),
    fieldset("hours", t("setup.when_it_holds"), hours(rule, (value) => put("hours", value))),
  ];
}

/** What a kind finds: the catalogue's words, else the first sentences of the server's. @param {string} kind @param {Api.ObjectSchema} schema */
function story(kind, { description }) {
  return wordOf(plain(description), `setup.rule_stories.${kind}`);
}

/** @param {string} description of the API, for engineers */
const plain = (description) =>
  description.replaceAll("\n", " ").split("  ")[0].replaceAll(/`\w+_s`( seconds)?/g, "so long").replaceAll("`limit_km_h`", "allowed").replaceAll("`", "");

/** @param {string} name */
const fault = (name) => el("p", { class: "field-problem", id: `rule-${name}-problem`, role: "alert", hidden: true });

/** @param {string} name @param {string} title @param {HTMLElement} input @param {...Child} more */
const field = (name, title, input, ...more) =>
  el("div", { class: "field-whole" }, el("label", { class: "field" }, el("span", {}, title), input), ...more, fault(name));

/** @param {string} name @param {string} title @param {...Child} inside */
const fieldset = (name, title, ...inside) => el("fieldset", { class: "field" }, el("legend", {}, title), ...inside, fault(name));

/** @param {unknown} value @param {number} longest characters @param {(value: string) => void} changed */
function text(value, longest, changed) {
  const input = el("input", { type: "text", value: value ?? "", maxlength: longest, autocomplete: "off" });
  input.addEventListener("input", () => changed(input.value));
  return input;
}

/** @param {string | undefined} value @param {(value: string) => void} changed */
function category(value, changed) {
  const input = el("input", { type: "text", value: words(value ?? ""), maxlength: 60, list: "categories", autocomplete: "off" });
  /** @param {string} said */
  const tidy = (said) => said.trim().toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[_0-9]+|_+$/g, "");
  input.addEventListener("input", () => changed(tidy(input.value)));
  return input;
}

/** Draw it, and where it may be left out: the whole picture. @param {ShapeField} name @param {Rule} rule @param {boolean} isArea @param {boolean} isNeeded @param {RulePage} page */
function shapeField(name, rule, isArea, isNeeded, page) {
  const points = rule[name] ?? [];
  const isThere = points.length > 0;
  const isAll = isArea && isWhole(points);
  const title = t(`setup.shapes.${name}`);
  const said = shapeWords(points, isArea);
  return el(
    "div",
    { class: "field-whole" },
    el("p", { class: "shape-head" }, el("span", {}, title), el("span", { class: "quiet" }, said)),
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", class: "button", data: { draw: name }, on: { click: () => page.draw(name) } }, icon(isArea ? "zone" : "pen"), isThere && !isAll ? t("setup.draw_anew") : t("setup.draw_it")),
      isArea && !isNeeded && !isAll && el("button", { type: "button", class: "button", on: { click: () => page.whole(name) } }, t("setup.whole_picture")),
    ),
    fault(name),
  );
}

/** What is drawn of a rule's shape. @param {Api.PicturePoint[]} points @param {boolean} isArea */
function shapeWords(points, isArea) {
  if (points.length === 0) return t("setup.not_drawn_yet");
  if (!isArea) return t("setup.drawn");
  return isWhole(points) ? t("setup.the_whole_picture") : t("setup.corners", { corners: points.length });
}

/** A class of the camera's model in the page's language, else as the model calls it. @param {string} name */
const className = (name) => wordOf(name, `setup.classes.${name.replaceAll(" ", "_")}`);

/** One of the values that a field takes. @param {string} option */
const optionWord = (option) => wordOf(option, `setup.directions.${option}`);

/** @param {string} name @param {string} code */
function wordOf(name, code) {
  const word = t(code);
  return word === code ? name : word;
}

/** @param {Rule} rule @param {string[]} known @param {(value: string[]) => void} changed */
function classes(rule, known, changed) {
  const on = new Set(rule.classes ?? []);
  const shown = [...new Set([...USUAL_CLASSES.filter((name) => known.includes(name)), ...on])];
  /** @param {string} name */
  const tick = (name) => {
    const input = el("input", { type: "checkbox", value: name, checked: on.has(name) });
    input.addEventListener("change", () => {
      if (input.checked) on.add(name);
      else on.delete(name);
      changed([...on]);
    });
    return el("label", { class: "tick" }, input, className(name));
  };
  const ticks = el("div", { class: "ticks" }, ...shown.map(tick));
  const others = known.filter((name) => !shown.includes(name)).sort((a, b) => compareTexts(className(a), className(b)));
  const more = el("select", { "aria-label": t("setup.another_class") }, el("option", { value: "" }, t("setup.another")), ...others.map((name) => el("option", { value: name }, className(name))));
  more.addEventListener("change", () => {
    on.add(more.value);
    ticks.append(tick(more.value));
    more.selectedOptions[0].remove();
    more.value = "";
    changed([...on]);
  });
  return el("div", { class: "stack" }, ticks, more);
}

/** @param {string} name @param {unknown} value @param {Api.WishSchema} schema @param {(value: unknown) => void} changed */
function plainField(name, value, schema, changed) {
  const title = fieldTitle(name);
  const options = schema.items?.enum;
  if (options) {
    const on = new Set(Array.isArray(value) ? value : []);
    const ticks = options.map((option) => {
      const input = el("input", { type: "checkbox", checked: on.has(option) });
      input.addEventListener("change", () => {
        if (input.checked) on.add(option);
        else on.delete(option);
        changed(options.filter((one) => on.has(one)));
      });
      return el("label", { class: "tick" }, input, optionWord(option));
    });
    return fieldset(name, title, ...ticks);
  }
  const types = (schema.anyOf ?? [schema]).map(({ type }) => type);
  if (types.includes("string")) return field(name, title, text(value, schema.maxLength ?? 60, changed));
  const limits = schema.anyOf?.[0] ?? schema;
  const input = el("input", {
    type: "number",
    step: types.includes("integer") ? 1 : "any",
    min: limits.minimum,
    max: limits.maximum,
    inputmode: "decimal",
    value: value ?? "",
    placeholder: types.includes("null") ? t("setup.never") : null,
  });
  input.addEventListener("input", () => changed(input.value === "" ? null : Number(input.value)));
  return field(name, title, input);
}

/** @param {Rule} rule @param {(value: Api.TimeWindow[]) => void} changed */
function hours(rule, changed) {
  const rows = el("div", {});
  const touched = () => {
    const read = [...rows.children].map(readWindow);
    changed(read.map(({ days, begins, ends }) => ({ days: days.map((day) => day.toLowerCase()), begins, ends })));
  };
  /** @param {Api.TimeWindow} one */
  const add = (one) => rows.append(windowRow(one, touched));
  for (const { days, begins, ends } of rule.hours ?? []) add({ days: days.map((day) => day.toUpperCase()), begins, ends });
  rows.addEventListener("input", touched);
  const button = el(
    "button",
    {
      type: "button",
      class: "button",
      on: {
        click: () => {
          add({ days: DAYS, begins: "08:00:00", ends: "20:00:00" });
          touched();
        },
      },
    },
    icon("plus"),
    t("setup.only_at_some_hours"),
  );
  return el("div", { class: "stack" }, rows, button);
}
