// What is said of a zone: name, kind, priority, notes, and the attention it wants.

import { byId, control, el, findAll, icon } from "../web/js/dom.js";
import { duration, unitKind, zoneKind } from "../web/js/format.js";
import { t } from "../web/js/messages.js";

export const DAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
const KINDS = ["drone", "tower", "body_camera"];
/** @type {Api.ZoneFacts} */
export const NEW = {
  name: "",
  kind: "other",
  priority: 3,
  notes: "",
  attention: { windows: [], revisit_min: null, dwell_min: 15, served_by: KINDS },
};

/** The kinds that have a word in each language; others are as somebody wrote them. */
const NAMED_KINDS = ["other", "closed_area", "dumping", "illegal_dumping", "racing", "gathering", "event", "residential", "built_up", "road"];

/** The kind that a text names: its word, or a kind of its own without marks on its letters. @param {string} text */
function kindOf(text) {
  const typed = text.trim().toLowerCase();
  const named = NAMED_KINDS.find((kind) => zoneKind(kind).toLowerCase() === typed);
  const plain = typed.normalize("NFD").replaceAll(/\p{Mn}/gu, "");
  return named || plain.replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[_0-9]+|_+$/g, "") || "other";
}

export class ZoneForm {
  /** @param {() => void} changed */
  constructor(changed) {
    this.form = byId("zone-form", HTMLFormElement);
    this.fields = {
      name: control(this.form, "name"),
      kind: control(this.form, "kind"),
      priority: control(this.form, "priority", HTMLSelectElement),
      notes: control(this.form, "notes", HTMLTextAreaElement),
      revisit_min: control(this.form, "revisit_min"),
      dwell_min: control(this.form, "dwell_min"),
    };
    this.servedBy = findAll("[name=served_by]", HTMLInputElement, this.form);
    this.windows = byId("windows");
    this.story = byId("wants-story");
    this.form.addEventListener("input", () => {
      this.tell();
      changed();
    });
    byId("window-add").addEventListener("click", () => {
      this.windows.append(windowRow({ days: DAYS, begins: "08:00:00", ends: "20:00:00" }, () => this.touch()));
      this.touch();
    });
  }

  /** Show a zone's facts. @param {Api.ZoneFacts} zone */
  show({ name, kind, priority, notes, attention }) {
    const { fields } = this;
    fields.name.value = name;
    fields.kind.value = zoneKind(kind);
    fields.priority.value = String(priority);
    fields.notes.value = notes;
    fields.revisit_min.value = String(attention.revisit_min ?? "");
    fields.dwell_min.value = String(attention.dwell_min);
    for (const tick of this.servedBy) tick.checked = attention.served_by.includes(tick.value);
    this.windows.replaceChildren(...attention.windows.map((one) => windowRow(one, () => this.touch())));
    this.tell();
  }

  /** The facts as they stand. @returns {Api.ZoneFacts} */
  read() {
    const { fields } = this;
    /** @param {string} text */
    const number = (text) => (text === "" ? null : Number(text));
    return {
      name: fields.name.value.trim(),
      kind: kindOf(fields.kind.value),
      priority: Number(fields.priority.value),
      notes: fields.notes.value,
      attention: {
        windows: [...this.windows.children].map(readWindow),
        revisit_min: number(fields.revisit_min.value),
        dwell_min: number(fields.dwell_min.value) ?? NEW.attention.dwell_min,
        served_by: this.servedBy.filter((tick) => tick.checked).map((tick) => tick.value),
      },
    };
  }

  touch() {
    this.form.dispatchEvent(new Event("input"));
  }

  /** Say in one line what is wanted. */
  tell() {
    const { windows, revisit_min, dwell_min, served_by } = this.read().attention;
    const when = windows.length === 0 ? t("planner.any_time") : t("planner.windows", { count: windows.length });
    const again = revisit_min ? t("planner.every", { time: duration(revisit_min * 60) }) : "";
    const named = served_by.map(unitKind).join(", ") || t("planner.nobody");
    const who = served_by.length === KINDS.length ? t("planner.any_unit") : named;
    this.story.textContent = t("planner.wanted", { when, again, time: duration(dwell_min * 60), who });
  }
}

/** A zone's facts in one form, whatever order the server keeps them in; for telling whether something changed. @param {Api.ZoneFacts} zone */
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

/** A row of days and hours that can be changed and removed. @param {Api.TimeWindow} window @param {() => void} touched */
export function windowRow({ days, begins, ends }, touched) {
  const row = el(
    "div",
    { class: "window" },
    el(
      "div",
      { class: "days" },
      ...DAYS.map((day) =>
        el("label", {}, el("input", { type: "checkbox", value: day, checked: days.includes(day) }), el("span", {}, t(`planner.weekdays.${day.toLowerCase()}`))),
      ),
    ),
    el("input", { type: "time", value: begins.slice(0, 5), "aria-label": t("planner.from"), required: true }),
    el("span", {}, t("planner.to")),
    el("input", { type: "time", value: ends.slice(0, 5), "aria-label": t("planner.to"), required: true }),
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
      icon("close", t("planner.remove_hours")),
    ),
  );
  return row;
}

/** What such a row says. @param {Element} row @returns {Api.TimeWindow} */
export function readWindow(row) {
  const [begins, ends] = findAll("input[type=time]", HTMLInputElement, row).map((input) => `${input.value || "00:00"}:00`);
  return { days: findAll("input:checked", HTMLInputElement, row).map((tick) => tick.value), begins, ends };
}
