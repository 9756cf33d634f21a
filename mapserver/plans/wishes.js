// The controls of a pattern's wishes, made from its JSON Schema: a slider with its number and unit, a choice, a tick.

import { el } from "../web/js/dom.js";
import { label } from "../web/js/format.js";
import { t } from "../web/js/messages.js";
import { wishTitle, wishUnit } from "./wish_words.js";

/**
 * How a wish is asked for, beyond what its schema says. `scale` turns its value into what is shown; `auto` names what
 * leaving it out means (`planner.auto.*`); `instead` names the wish that it takes the place of.
 * @type {Record<string, {unit?: string, scale?: number, min?: number, max?: number, step?: number, start?: number, auto?: string, instead?: string}>}
 */
const KNOWN = {
  altitude_m: { unit: "m", min: 10, max: 120, step: 1, start: 60 },
  gsd_cm: { unit: "cm", min: 0.5, max: 6, step: 0.1, start: 2, auto: "from_height", instead: "altitude_m" },
  front_overlap: { unit: "%", scale: 100, min: 0, max: 95, step: 1 },
  side_overlap: { unit: "%", scale: 100, min: 0, max: 95, step: 1 },
  spacing_m: { unit: "m", min: 2, max: 200, step: 1, start: 25, auto: "from_side_overlap", instead: "side_overlap" },
  speed_m_s: { unit: "m/s", min: 1, max: 15, step: 0.5 },
  images_per_point: { min: 1, max: 15, step: 1, start: 5, auto: "as_they_come" },
  margin_m: { unit: "m", min: 0, max: 60, step: 1 },
  gimbal_pitch_deg: { unit: "°", min: -90, max: -30, step: 1 },
  fewest_lines: { min: 1, max: 20, step: 1 },
  structure_height_m: { unit: "m", min: 2, max: 120, step: 1 },
  radius_m: { unit: "m", min: 1, max: 60, step: 1 },
  distance_m: { unit: "m", min: 5, max: 150, step: 1 },
  lowest_m: { unit: "m", min: 2, max: 60, step: 1 },
  width_m: { unit: "m", min: 5, max: 200, step: 1, start: 20, auto: "that_of_shape" },
  turns: { min: 1, max: 10, step: 1 },
  laps: { min: 1, max: 10, step: 1 },
  photos_per_turn: { min: 0, max: 72, step: 1 },
  look_height_m: { unit: "m", min: 0, max: 120, step: 1 },
  photo_every_m: { unit: "m", min: 1, max: 100, step: 1, start: 10, auto: "no_photos" },
  minutes_min: { unit: "min", min: 1, max: 40, step: 1 },
  pitch_deg: { unit: "°", min: -90, max: -10, step: 1 },
  from_deg: { unit: "°", min: 0, max: 359, step: 1, start: 180, auto: "where_home_is" },
  angle_deg: { unit: "°", min: 0, max: 179, step: 1, start: 0, auto: "the_quickest" },
};

/**
 * @typedef {object} Wish everything a control needs to know of its wish
 * @property {string} label
 * @property {string} unit
 * @property {string | undefined} type
 * @property {[string, string][] | null} choices
 * @property {number} scale
 * @property {number} step
 * @property {number} min
 * @property {number} max
 * @property {unknown} fallback its value when nothing is said
 * @property {number | null} start
 * @property {string | null} auto what leaving it out means
 */
/**
 * @typedef {object} Control
 * @property {HTMLElement} row
 * @property {HTMLElement} note where it is said what is wrong with it
 * @property {() => unknown} read
 * @property {(value: unknown) => void} write
 * @property {(on: boolean) => void} enable
 */

/** Shows the wishes of one pattern and says what they are. */
export class Wishes {
  /**
   * @param {HTMLElement} place
   * @param {() => void} changed
   */
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    /** @type {Map<string, Control>} */
    this.controls = new Map();
  }

  /** Show the controls of a schema with these values. @param {Api.ObjectSchema} schema @param {Record<string, unknown>} values @param {Api.Titled[]} cameras */
  show(schema, values, cameras) {
    this.controls.clear();
    const rows = Object.entries(schema.properties).map(([name, property]) => {
      const control = makeControl(name, facts(name, property, schema, cameras), () => this.touched());
      this.controls.set(name, control);
      control.write(values[name] ?? null);
      return control.row;
    });
    this.place.replaceChildren(...rows);
    this.settleChoices();
  }

  /** What is wished; what is left to the planner is left out. */
  read() {
    /** @type {Record<string, unknown>} */
    const wishes = {};
    for (const [name, { read }] of this.controls) {
      const value = read();
      if (value !== null && !this.isReplaced(name)) wishes[name] = value;
    }
    return wishes;
  }

  /** Whether another wish takes the place of this one. @param {string} name */
  isReplaced(name) {
    return [...this.controls].some(([other, { read }]) => KNOWN[other]?.instead === name && read() !== null);
  }

  settleChoices() {
    for (const [name, { enable }] of this.controls) enable(!this.isReplaced(name));
  }

  touched() {
    this.settleChoices();
    this.changed();
  }

  /** Say what is wrong beside the control it is about; null clears all. Gives whether there is such a control. @param {Api.Problem | null} problem */
  complain(problem) {
    for (const [name, { note }] of this.controls) {
      note.textContent = problem?.field === name ? problem.message : "";
      note.hidden = problem?.field !== name;
    }
    return Boolean(problem?.field && this.controls.has(problem.field));
  }
}

/**
 * Everything a control needs to know of its wish.
 * @param {string} name @param {Api.WishSchema} property @param {Api.ObjectSchema} schema @param {Api.Titled[]} cameras @returns {Wish}
 */
function facts(name, property, schema, cameras) {
  const known = KNOWN[name] ?? {};
  /** @param {Api.WishSchema} part */
  const resolve = (part) => schema.$defs?.[part.$ref?.split("/").pop() ?? ""] ?? part;
  const options = (property.anyOf ?? [property]).map(resolve);
  const kind = options.find((option) => option.type !== "null") ?? property;
  const isOptional = options.some((option) => option.type === "null");
  const scale = known.scale ?? (name.endsWith("_fraction") || name.endsWith("_overlap") ? 100 : 1);
  return {
    label: wishTitle(name),
    unit: known.unit ?? (scale === 100 ? "%" : wishUnit(name)),
    type: kind.type,
    choices: choicesOf(name, kind, cameras),
    scale,
    step: known.step ?? (kind.type === "integer" ? 1 : 0.5),
    ...limitsOf(kind, scale),
    ...(known.min === undefined ? {} : { min: known.min }),
    ...(known.max === undefined ? {} : { max: known.max }),
    fallback: name === "camera" ? cameras[0].name : (property.default ?? null),
    start: known.start === undefined ? null : known.start / scale,
    // Where a pixel's size can be asked for instead, the height is always asked for.
    auto: isOptional && !(name === "altitude_m" && "gsd_cm" in schema.properties) ? t(`planner.auto.${known.auto ?? "chosen"}`) : null,
  };
}

/** The least and the greatest value as they are shown. @param {Api.WishSchema} kind @param {number} scale */
const limitsOf = (kind, scale) => ({
  min: scale * (kind.minimum ?? kind.exclusiveMinimum ?? 0),
  max: scale * (kind.maximum ?? kind.exclusiveMaximum ?? 100),
});

/** @param {string} name @param {Api.WishSchema} kind @param {Api.Titled[]} cameras @returns {[string, string][] | null} */
function choicesOf(name, kind, cameras) {
  if (name === "camera") return cameras.map((camera) => [camera.name, camera.title]);
  return kind.enum?.map((value) => [value, label(value)]) ?? null;
}

/** @param {string} name @param {Wish} wish @param {() => void} changed @returns {Control} */
function makeControl(name, wish, changed) {
  if (wish.choices) return choice(name, wish, wish.choices, changed);
  if (wish.type === "boolean") return tick(name, wish, changed);
  return slider(name, wish, changed);
}

/** @param {string} name */
const noteOf = (name) => el("p", { class: "field-problem", id: `wish-${name}-problem`, role: "alert", hidden: true });

/** @param {string} name @param {Wish} wish @param {[string, string][]} choices @param {() => void} changed @returns {Control} */
function choice(name, wish, choices, changed) {
  const note = noteOf(name);
  const select = el(
    "select",
    { name, "aria-describedby": note.id, on: { change: changed } },
    ...choices.map(([value, text]) => el("option", { value }, text)),
  );
  return {
    row: el("div", { class: "wish" }, el("label", { class: "field" }, el("span", {}, wish.label), select), note),
    note,
    read: () => select.value || null,
    write: (value) => {
      select.value = String(value ?? wish.fallback ?? choices[0]?.[0]);
    },
    enable: (on) => {
      select.disabled = !on;
    },
  };
}

/** @param {string} name @param {Wish} wish @param {() => void} changed @returns {Control} */
function tick(name, wish, changed) {
  const note = noteOf(name);
  const input = el("input", { type: "checkbox", name, on: { change: changed } });
  return {
    row: el("div", { class: "wish" }, el("label", { class: "tick" }, input, wish.label), note),
    note,
    read: () => input.checked,
    write: (value) => {
      input.checked = Boolean(value ?? wish.fallback);
    },
    enable: (on) => {
      input.disabled = !on;
    },
  };
}

/** A slider and a number that say the same; with a tick in front where the planner may choose. @param {string} name @param {Wish} wish @param {() => void} changed @returns {Control} */
function slider(name, wish, changed) {
  const note = noteOf(name);
  const limits = { min: wish.min, max: wish.max, step: wish.step };
  const range = el("input", { type: "range", ...limits, "aria-label": `${wish.label}, ${wish.unit || t("planner.slider")}` });
  const number = el("input", {
    type: "number", inputmode: "decimal", name, id: `wish-${name}`, ...limits, step: "any", "aria-describedby": note.id,
  });
  const auto = wish.auto ? el("input", { type: "checkbox", "aria-label": `${wish.label}: ${wish.auto}` }) : null;
  const isAuto = () => Boolean(auto?.checked);
  const settle = () => {
    range.disabled = isAuto() || !enabled;
    number.disabled = range.disabled;
    row.classList.toggle("is-auto", isAuto() || !enabled);
    if (auto) auto.disabled = !enabled;
  };
  let enabled = true;
  range.addEventListener("input", () => {
    number.value = range.value;
    changed();
  });
  number.addEventListener("input", () => {
    range.value = number.value;
    changed();
  });
  auto?.addEventListener("change", () => {
    settle();
    changed();
  });
  const row = el(
    "div",
    { class: "wish" },
    el(
      "div",
      { class: "wish-head" },
      el("label", { for: `wish-${name}` }, wish.label),
      auto && el("label", { class: "wish-auto" }, auto, wish.auto),
      el("span", { class: "wish-number" }, number, el("span", { class: "unit" }, wish.unit)),
    ),
    range,
    note,
  );
  return {
    row,
    note,
    read: () => (isAuto() || number.value === "" ? null : round(Number(number.value) / wish.scale)),
    write: (value) => {
      if (auto) auto.checked = value === null;
      const shown = Number(value ?? wish.fallback ?? wish.start ?? wish.min / wish.scale);
      range.value = String(round(shown * wish.scale));
      number.value = String(round(shown * wish.scale));
      settle();
    },
    enable: (on) => {
      enabled = on;
      settle();
    },
  };
}

/** @param {number} value */
const round = (value) => Math.round(value * 1e6) / 1e6;
