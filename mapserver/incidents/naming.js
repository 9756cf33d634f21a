// Offers the names of people while a note is typed: after an @, those that begin so, to click or to take with Tab.

import { el, findAll } from "../web/js/dom.js";

const MOST = 6;
const BEGUN = /(^|[^\w@.-])@([\w.-]*)$/;

for (const note of findAll("textarea[data-people]", HTMLTextAreaElement)) offerNames(note);

/** @param {HTMLTextAreaElement} note */
function offerNames(note) {
  const people = /** @type {string[]} */ (JSON.parse(note.dataset.people ?? "[]"));
  const offers = el("div", { class: "actions names" });
  offers.hidden = true;
  note.parentElement?.append(offers);

  /** What is typed after the @ before the caret; null outside a name. */
  const begun = () => BEGUN.exec(note.value.slice(0, note.selectionStart))?.[2] ?? null;
  const fitting = () => {
    const typed = begun();
    return typed === null ? [] : people.filter((name) => name.startsWith(typed.toLowerCase())).slice(0, MOST);
  };
  /** @param {string} name */
  const take = (name) => {
    const end = note.selectionStart;
    const begin = end - (begun() ?? "").length;
    note.setRangeText(`${name} `, begin, end, "end");
    note.focus();
    show();
  };
  const show = () => {
    const names = fitting();
    offers.hidden = names.length === 0;
    offers.replaceChildren(
      ...names.map((name) => el("button", { class: "button", type: "button", on: { click: () => take(name) } }, name)),
    );
  };
  note.addEventListener("input", show);
  note.addEventListener("keydown", (event) => {
    const [first] = fitting();
    if (event.key !== "Tab" || event.shiftKey || first === undefined || begun() === first) return;
    event.preventDefault();
    take(first);
  });
}
