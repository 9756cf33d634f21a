// What is said of a zone: name, kind, priority, notes, and the attention it wants.

import { el, icon } from "../web/js/dom.js";
import { duration, words } from "../web/js/format.js";

export const DAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
const KINDS = ["drone", "tower", "body_camera"];
export const NEW = {
  name: "",
  kind: "other",
  priority: 3,
  notes: "",
  attention: { windows: [], revisit_min: null, dwell_min: 15, served_by: KINDS },
};

export class ZoneForm {
  /** @param {() => void} changed */
  constructor(changed) {
    this.form = document.getElementById("zone-form");
    this.windows = document.getElementById("windows");
    this.story = document.getElementById("wants-story");
    this.form.addEventListener("input", () => {
      this.tell();
      changed();
    });
    document.getElementById("window-add").addEventListener("click", () => {
      this.windows.append(windowRow({ days: DAYS, begins: "08:00:00", ends: "20:00:00" }, () => this.touch()));
      this.touch();
    });
  }

  /** Show a zone's facts. @param {typeof NEW} zone */
  show({ name, kind, priority, notes, attention }) {
    const { elements } = this.form;
    elements.name.value = name;
    elements.kind.value = words(kind);
    elements.priority.value = String(priority);
    elements.notes.value = notes;
    elements.revisit_min.value = attention.revisit_min ?? "";
    elements.dwell_min.value = String(attention.dwell_min);
    for (const tick of elements.served_by) tick.checked = attention.served_by.includes(tick.value);
    this.windows.replaceChildren(...attention.windows.map((one) => windowRow(one, () => this.touch())));
    this.tell();
  }

  /** The facts as they stand. */
  read() {
    const { elements } = this.form;
    const number = (text) => (text === "" ? null : Number(text));
    return {
      name: elements.name.value.trim(),
      kind: elements.kind.value.trim().toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[_0-9]+|_+$/g, "") || "other",
      priority: Number(elements.priority.value),
      notes: elements.notes.value,
      attention: {
        windows: [...this.windows.children].map(readWindow),
        revisit_min: number(elements.revisit_min.value),
        dwell_min: number(elements.dwell_min.value) ?? NEW.attention.dwell_min,
        served_by: [...elements.served_by].filter((tick) => tick.checked).map((tick) => tick.value),
      },
    };
  }

  touch() {
    this.form.dispatchEvent(new Event("input"));
  }

  /** Say in one line what is wanted. */
  tell() {
    const { windows, revisit_min, dwell_min, served_by } = this.read().attention;
    const when = windows.length === 0 ? "at any time" : `${windows.length} ${windows.length === 1 ? "window" : "windows"}`;
    const again = revisit_min ? `, every ${duration(revisit_min * 60)}` : "";
    const who = served_by.length === KINDS.length ? "any unit" : served_by.map(words).join(", ") || "nobody";
    this.story.textContent = `${when}${again}, ${duration(dwell_min * 60)} at least, by ${who}`;
  }
}

/** A zone's facts in one form, whatever order the server keeps them in; for telling whether something changed. */
export const facts = ({ name, kind, priority, notes, attention }) =>
  JSON.stringify({
    name,
    kind,
    priority,
    notes,
    ...attention,
    served_by: [...attention.served_by].sort(),
    windows: attention.windows.map(({ days, begins, ends }) => [[...days].sort(), begins.slice(0, 5), ends.slice(0, 5)]),
  });

/** A row of days and hours that can be changed and removed. */
export function windowRow({ days, begins, ends }, touched) {
  const row = el(
    "div",
    { class: "window" },
    el(
      "div",
      { class: "days" },
      ...DAYS.map((day) =>
        el("label", {}, el("input", { type: "checkbox", value: day, checked: days.includes(day) }), el("span", {}, day.slice(0, 2).toLowerCase())),
      ),
    ),
    el("input", { type: "time", value: begins.slice(0, 5), "aria-label": "from", required: true }),
    el("span", {}, "to"),
    el("input", { type: "time", value: ends.slice(0, 5), "aria-label": "to", required: true }),
  );
  row.append(
    el(
      "button",
      {
        type: "button",
        class: "button bare",
        on: {
          click: () => {
            row.remove();
            touched();
          },
        },
      },
      icon("close", "Remove these hours"),
    ),
  );
  return row;
}

/** What such a row says. */
export function readWindow(row) {
  const [begins, ends] = [...row.querySelectorAll("input[type=time]")].map((input) => `${input.value || "00:00"}:00`);
  return { days: [...row.querySelectorAll("input:checked")].map((tick) => tick.value), begins, ends };
}
