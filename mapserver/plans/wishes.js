// The controls of a pattern's wishes, made from its JSON Schema: a slider with its number and unit, a choice, a tick.

import { el } from "../web/js/dom.js";
import { label } from "../web/js/format.js";

/**
 * How a wish is asked for, beyond what its schema says. `scale` turns its value into what is shown; `auto` names what
 * leaving it out means; `instead` names the wish that it takes the place of.
 * @type {Record<string, {label?: string, unit?: string, scale?: number, min?: number, max?: number, step?: number, start?: number, auto?: string, instead?: string}>}
 */
const KNOWN = {
  altitude_m: { label: "Height above ground", unit: "m", min: 10, max: 120, step: 1, start: 60 },
  gsd_cm: { label: "Ground size of a pixel", unit: "cm", min: 0.5, max: 6, step: 0.1, start: 2, auto: "from the height", instead: "altitude_m" },
  front_overlap: { label: "Front overlap", unit: "%", scale: 100, min: 0, max: 95, step: 1 },
  side_overlap: { label: "Side overlap", unit: "%", scale: 100, min: 0, max: 95, step: 1 },
  spacing_m: { label: "Between lines", unit: "m", min: 2, max: 200, step: 1, start: 25, auto: "from the side overlap", instead: "side_overlap" },
  speed_m_s: { label: "Speed at most", unit: "m/s", min: 1, max: 15, step: 0.5 },
  images_per_point: { label: "Images of each point", min: 1, max: 15, step: 1, start: 5, auto: "as they come" },
  margin_m: { label: "Margin round the area", unit: "m", min: 0, max: 60, step: 1 },
  gimbal_pitch_deg: { label: "Camera looks down by", unit: "°", min: -90, max: -30, step: 1 },
  fewest_lines: { label: "Lines at least", min: 1, max: 20, step: 1 },
  structure_height_m: { label: "Height of the structure", unit: "m", min: 2, max: 120, step: 1 },
  radius_m: { label: "Radius of the structure", unit: "m", min: 1, max: 60, step: 1 },
  distance_m: { label: "Distance kept", unit: "m", min: 5, max: 150, step: 1 },
  lowest_m: { label: "Lowest turn", unit: "m", min: 2, max: 60, step: 1 },
  width_m: { label: "Width", unit: "m", min: 5, max: 200, step: 1, start: 20, auto: "that of the shape" },
  turns: { label: "Turns", min: 1, max: 10, step: 1 },
  laps: { label: "Laps", min: 1, max: 10, step: 1 },
  photos_per_turn: { label: "Photos a turn", min: 0, max: 72, step: 1 },
  look_height_m: { label: "Looks at a height of", unit: "m", min: 0, max: 120, step: 1 },
  photo_every_m: { label: "A photo every", unit: "m", min: 1, max: 100, step: 1, start: 10, auto: "no photos" },
  minutes_min: { label: "Stays", unit: "min", min: 1, max: 40, step: 1 },
  pitch_deg: { label: "Camera looks down by", unit: "°", min: -90, max: -10, step: 1 },
  from_deg: { label: "Looks from the side", unit: "°", min: 0, max: 359, step: 1, start: 180, auto: "where home is" },
  angle_deg: { label: "Direction of the lines", unit: "°", min: 0, max: 179, step: 1, start: 0, auto: "the quickest" },
};

const UNITS = [
  ["_m_s", "m/s"],
  ["_m", "m"],
  ["_s", "s"],
  ["_cm", "cm"],
  ["_deg", "°"],
  ["_min", "min"],
];

/** Shows the wishes of one pattern and says what they are. */
export class Wishes {
  /**
   * @param {HTMLElement} place
   * @param {() => void} changed
   */
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    /** @type {Map<string, {read: () => any, write: (value: any) => void, note: HTMLElement, enable: (on: boolean) => void}>} */
    this.controls = new Map();
  }

  /** Show the controls of a schema with these values. @param {any} schema @param {Record<string, any>} values @param {{name: string, title: string}[]} cameras */
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
    const wishes = {};
    for (const [name, { read }] of this.controls) {
      const value = read();
      if (value !== null && !this.isReplaced(name)) wishes[name] = value;
    }
    return wishes;
  }

  /** Whether another wish takes the place of this one. */
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

  /** Say what is wrong beside the control it is about; null clears all. Gives whether there is such a control. @param {{field: string | null, message: string} | null} problem */
  complain(problem) {
    for (const [name, { note }] of this.controls) {
      note.textContent = problem?.field === name ? problem.message : "";
      note.hidden = problem?.field !== name;
    }
    return Boolean(problem?.field && this.controls.has(problem.field));
  }
}

/** Everything a control needs to know of its wish. */
function facts(name, property, schema, cameras) {
  const known = KNOWN[name] ?? {};
  const resolve = (part) => (part.$ref ? schema.$defs[part.$ref.split("/").pop()] : part);
  const options = (property.anyOf ?? [property]).map(resolve);
  const kind = options.find((option) => option.type !== "null");
  const isOptional = options.some((option) => option.type === "null");
  const scale = known.scale ?? (name.endsWith("_fraction") || name.endsWith("_overlap") ? 100 : 1);
  return {
    label: known.label ?? label(UNITS.reduce((text, [ending]) => (text.endsWith(ending) ? text.slice(0, -ending.length) : text), name)),
    unit: known.unit ?? (scale === 100 ? "%" : (UNITS.find(([ending]) => name.endsWith(ending))?.[1] ?? "")),
    hint: property.description ?? "",
    type: kind.type,
    choices: name === "camera" ? cameras.map((camera) => [camera.name, camera.title]) : (kind.enum ?? null)?.map((value) => [value, label(value)]),
    scale,
    step: known.step ?? (kind.type === "integer" ? 1 : 0.5),
    min: known.min ?? scale * (kind.minimum ?? kind.exclusiveMinimum ?? 0),
    max: known.max ?? scale * (kind.maximum ?? kind.exclusiveMaximum ?? 100),
    fallback: name === "camera" ? cameras[0].name : (property.default ?? null),
    start: known.start === undefined ? null : known.start / scale,
    // Where a pixel's size can be asked for instead, the height is always asked for.
    auto: isOptional && !(name === "altitude_m" && "gsd_cm" in schema.properties) ? (known.auto ?? "chosen for you") : null,
  };
}

function makeControl(name, wish, changed) {
  if (wish.choices) return choice(name, wish, changed);
  if (wish.type === "boolean") return tick(name, wish, changed);
  return slider(name, wish, changed);
}

const noteOf = (name) => el("p", { class: "field-problem", id: `wish-${name}-problem`, role: "alert", hidden: true });

function choice(name, wish, changed) {
  const note = noteOf(name);
  const select = el(
    "select",
    { name, "aria-describedby": note.id, on: { change: changed } },
    ...wish.choices.map(([value, text]) => el("option", { value }, text)),
  );
  return {
    row: el("div", { class: "wish" }, el("label", { class: "field" }, el("span", {}, wish.label), select), note),
    note,
    read: () => select.value || null,
    write: (value) => {
      select.value = value ?? wish.fallback ?? wish.choices[0]?.[0];
    },
    enable: (on) => {
      select.disabled = !on;
    },
  };
}

function tick(name, wish, changed) {
  const note = noteOf(name);
  const input = el("input", { type: "checkbox", name, on: { change: changed } });
  return {
    row: el("div", { class: "wish" }, el("label", { class: "tick" }, input, wish.label), note),
    note,
    read: () => input.checked,
    write: (value) => {
      input.checked = value ?? wish.fallback ?? false;
    },
    enable: (on) => {
      input.disabled = !on;
    },
  };
}

/** A slider and a number that say the same; with a tick in front where the planner may choose. */
function slider(name, wish, changed) {
  const note = noteOf(name);
  const limits = { min: wish.min, max: wish.max, step: wish.step };
  const range = el("input", { type: "range", ...limits, "aria-label": `${wish.label}, ${wish.unit || "slider"}` });
  const number = el("input", {
    type: "number", inputmode: "decimal", name, id: `wish-${name}`, ...limits, step: "any", "aria-describedby": note.id,
  });
  const auto = wish.auto && el("input", { type: "checkbox", "aria-label": `${wish.label}: ${wish.auto}` });
  const isAuto = () => Boolean(auto?.checked);
  const settle = () => {
    range.disabled = number.disabled = isAuto() || !enabled;
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
      const shown = value ?? wish.fallback ?? wish.start ?? wish.min / wish.scale;
      number.value = range.value = String(round(shown * wish.scale));
      settle();
    },
    enable: (on) => {
      enabled = on;
      settle();
    },
  };
}

const round = (value) => Math.round(value * 1e6) / 1e6;
