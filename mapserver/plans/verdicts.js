// What the checks say, worst first: what is wrong, what clears it, and the button where the pilot's word does.

import { el, icon, setChildren } from "../web/js/dom.js";
import { label } from "../web/js/format.js";
import { sentence } from "../web/js/api.js";

/** Worst first. @type {Record<string, {icon: string, name: string}>} */
export const LEVELS = {
  block: { icon: "block", name: "Blocks" },
  permit: { icon: "permit", name: "Permit needed" },
  acknowledge: { icon: "flag", name: "Your word needed" },
  warn: { icon: "warn", name: "Worth knowing" },
  pass: { icon: "check", name: "Clear" },
};
const ORDER = Object.keys(LEVELS);

/** Those that keep a flight from being scheduled. */
export const inTheWay = (verdicts) => verdicts.filter(({ level }) => ["block", "permit", "acknowledge"].includes(level));

/** @param {HTMLElement} list @param {any[]} verdicts @param {(subject: string) => void} acknowledge */
export function showVerdicts(list, verdicts, acknowledge) {
  setChildren(list, JSON.stringify(verdicts), () => {
    const sorted = [...verdicts].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
    const passes = sorted.filter(({ level }) => level === "pass");
    return [
      ...sorted.filter(({ level }) => level !== "pass").map((verdict) => row(verdict, acknowledge)),
      ...(passes.length ? [passed(passes)] : []),
    ];
  });
}

/** What it asks about, also of one that was kept before verdicts had titles. */
const titleOf = (verdict) => verdict.title || label(verdict.check);

function row(verdict, acknowledge) {
  const level = LEVELS[verdict.level];
  return el(
    "li",
    { class: `verdict is-${verdict.level}`, data: { check: verdict.check, level: verdict.level } },
    icon(level.icon),
    el(
      "div",
      {},
      el("h3", {}, titleOf(verdict), el("span", { class: "verdict-level" }, level.name)),
      el("p", {}, sentence(verdict.message)),
      verdict.clears && el("p", { class: "verdict-clears" }, `To clear it: ${verdict.clears}`),
      verdict.level === "acknowledge" &&
        el("button", { type: "button", class: "button", on: { click: () => acknowledge(verdict.subject) } }, icon("check"), "Acknowledge"),
      el("p", { class: "verdict-rule" }, [verdict.rule, verdict.data_version].filter(Boolean).join(" · ")),
    ),
  );
}

const passed = (verdicts) =>
  el(
    "li",
    { class: "verdict-passes" },
    el(
      "details",
      {},
      el("summary", {}, icon("check"), ` ${verdicts.length} ${verdicts.length === 1 ? "check is" : "checks are"} clear`),
      el(
        "ul",
        {},
        ...verdicts.map((verdict) => el("li", {}, el("b", {}, titleOf(verdict)), ` ${sentence(verdict.message)}`)),
      ),
    ),
  );
