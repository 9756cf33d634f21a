// The form of one rule, made out of its kind's JSON Schema: what a kind takes is said by the server alone.

import { el, icon } from "../web/js/dom.js";
import { label, words } from "../web/js/format.js";
import { DAYS, readWindow, windowRow } from "../plans/zone_form.js";

/** What a rule draws on the picture, by field: whether it is an area. */
export const DRAWN = { zone: true, line: false, way: false };
const USUAL_CLASSES = ["person", "bicycle", "car", "motorcycle", "bus", "truck", "dog", "backpack", "handbag", "suitcase"];
const FIRST = ["kind", "name", "category", "classes", "hours", ...Object.keys(DRAWN)]; // each has a place of its own
const UNITS = { _km_h: ", km/h", _s: ", s" };
const TITLES = {
  quiet_s: "Silent after a finding, s",
  min_score: "Least score, 0 to 1",
  dwell_s: "For at least, s",
  for_s: "For at least, s",
  over_s: "Measured over, s",
  within_s: "Within, s",
  patience_s: "One too few for at most, s",
  limit_km_h: "Allowed, km/h",
  count: "How many",
  count_every_s: "Tell numbers every, s",
  right_name: "To the right is called",
  left_name: "To the left is called",
  least_way: "Least way, of the width",
  near: "Nobody within, heights",
};
const KIND_NAMES = {
  zone: "Comes into a zone",
  leave: "Leaves a zone",
  loiter: "Loiters",
  crowd: "Crowd",
  line: "Crosses a line",
  wrong_way: "Goes the wrong way",
  speed: "Too fast (an estimate)",
  stopped: "Vehicle stands still",
  left_object: "Object left behind",
  fall: "Somebody fell",
  tamper: "Camera covered, blurred or turned",
};
export const kindName = (kind) => KIND_NAMES[kind] ?? label(kind);

/** A rule of a kind as its schema begins it, with what an older one said where both have the field. */
export function newRule(schema, kind, from = {}) {
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
 * @param {any} rule @param {any} schema @param {{classes: string[], changed: () => void, another: (kind: string) => void, draw: (field: string) => void, whole: () => void}} page
 */
export function ruleFields(rule, schema, kinds, page) {
  const { properties, required } = schema;
  const put = (name, value) => {
    rule[name] = value;
    page.changed();
  };
  const kind = el("select", { id: "rule-kind" }, ...kinds.map((one) => el("option", { value: one, selected: one === rule.kind }, kindName(one))));
  kind.addEventListener("change", () => page.another(kind.value));
  const rest = Object.entries(properties).filter(([name]) => !FIRST.includes(name));
  return [
    field("kind", "Finding when", kind, el("p", { class: "quiet" }, story(schema))),
    field("name", "Name of the place", text(rule.name, 60, (value) => put("name", value))),
    field("category", "Category", category(rule.category, (value) => put("category", value))),
    ...Object.entries(DRAWN)
      .filter(([name]) => name in properties)
      .map(([name, isArea]) => shapeField(name, rule, isArea, required.includes(name), page)),
    "classes" in properties && fieldset("classes", "What it is about", classes(rule, page.classes, (value) => put("classes", value))),
    el("div", { class: "pair" }, ...rest.map(([name, schemaOf]) => plainField(name, rule[name], schemaOf, (value) => put(name, value)))),
    fieldset("hours", "When it holds (the towns' own time)", hours(rule, (value) => put("hours", value))),
  ].filter(Boolean);
}

/** The first sentences of what the server says of a kind. */
const story = ({ description }) =>
  description.replaceAll("\n", " ").split("  ")[0].replaceAll(/`\w+_s`( seconds)?/g, "so long").replaceAll("`limit_km_h`", "allowed").replaceAll("`", "");

const fault = (name) => el("p", { class: "field-problem", id: `rule-${name}-problem`, role: "alert", hidden: true });

const field = (name, title, input, ...more) =>
  el("div", { class: "field-whole" }, el("label", { class: "field" }, el("span", {}, title), input), ...more, fault(name));

const fieldset = (name, title, ...inside) => el("fieldset", { class: "field" }, el("legend", {}, title), ...inside, fault(name));

function text(value, longest, changed) {
  const input = el("input", { type: "text", value: value ?? "", maxlength: longest, autocomplete: "off" });
  input.addEventListener("input", () => changed(input.value));
  return input;
}

function category(value, changed) {
  const input = el("input", { type: "text", value: words(value ?? ""), maxlength: 60, list: "categories", autocomplete: "off" });
  const tidy = (said) => said.trim().toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[_0-9]+|_+$/g, "");
  input.addEventListener("input", () => changed(tidy(input.value)));
  return input;
}

/** Draw it, and where it may be left out: the whole picture. */
function shapeField(name, rule, isArea, isNeeded, page) {
  const isThere = rule[name]?.length > 0;
  const isWhole = isArea && isThere && JSON.stringify(rule[name].map((at) => at.map(Number))) === "[[0,0],[1,0],[1,1],[0,1]]";
  const title = { zone: "Zone", line: "Line", way: "The right way, as an arrow" }[name];
  const said = isWhole ? "the whole picture" : isThere ? (isArea ? `${rule[name].length} corners` : "drawn") : "not drawn yet";
  return el(
    "div",
    { class: "field-whole" },
    el("p", { class: "shape-head" }, el("span", {}, title), el("span", { class: "quiet" }, said)),
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", class: "button", data: { draw: name }, on: { click: () => page.draw(name) } }, icon(isArea ? "zone" : "pen"), isThere && !isWhole ? "Draw anew" : "Draw it"),
      isArea && !isNeeded && !isWhole && el("button", { type: "button", class: "button", on: { click: () => page.whole(name) } }, "Whole picture"),
    ),
    fault(name),
  );
}

function classes(rule, known, changed) {
  const on = new Set(rule.classes ?? []);
  const shown = [...new Set([...USUAL_CLASSES.filter((name) => known.includes(name)), ...on])];
  const tick = (name) => {
    const input = el("input", { type: "checkbox", value: name, checked: on.has(name) });
    input.addEventListener("change", () => {
      if (input.checked) on.add(name);
      else on.delete(name);
      changed([...on]);
    });
    return el("label", { class: "tick" }, input, name);
  };
  const ticks = el("div", { class: "ticks" }, ...shown.map(tick));
  const others = known.filter((name) => !shown.includes(name)).sort();
  const more = el("select", { "aria-label": "Another class" }, el("option", { value: "" }, "Another …"), ...others.map((name) => el("option", {}, name)));
  more.addEventListener("change", () => {
    on.add(more.value);
    ticks.append(tick(more.value));
    more.selectedOptions[0].remove();
    more.value = "";
    changed([...on]);
  });
  return el("div", { class: "stack" }, ticks, more);
}

function plainField(name, value, schema, changed) {
  const [unit, said] = Object.entries(UNITS).find(([end]) => name.endsWith(end)) ?? ["", ""];
  const title = TITLES[name] ?? label(name.slice(0, name.length - unit.length)) + said;
  const options = schema.items?.enum;
  if (options) {
    const on = new Set(value);
    const ticks = options.map((option) => {
      const input = el("input", { type: "checkbox", checked: on.has(option) });
      input.addEventListener("change", () => {
        if (input.checked) on.add(option);
        else on.delete(option);
        changed(options.filter((one) => on.has(one)));
      });
      return el("label", { class: "tick" }, input, option);
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
    placeholder: types.includes("null") ? "never" : null,
  });
  input.addEventListener("input", () => changed(input.value === "" ? null : Number(input.value)));
  return field(name, title, input);
}

function hours(rule, changed) {
  const rows = el("div", {});
  const touched = () => {
    const read = [...rows.children].map(readWindow);
    changed(read.map(({ days, begins, ends }) => ({ days: days.map((day) => day.toLowerCase()), begins, ends })));
  };
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
    "Only at some hours",
  );
  return el("div", { class: "stack" }, rows, button);
}
