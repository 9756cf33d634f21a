// What the checks say, worst first: what is wrong, what clears it, and the button where the pilot's word does.

import { el, icon, setChildren } from "../web/js/dom.js";
import { label } from "../web/js/format.js";
import { sentence } from "../web/js/api.js";
import { t } from "../web/js/messages.js";

/** @typedef {Api.Verdict} Verdict */

/** Worst first. @type {Record<Verdict["level"], {icon: string, name: string}>} */
export const LEVELS = {
  block: { icon: "block", name: t("planner.blocks") },
  permit: { icon: "permit", name: t("planner.level_permit") },
  acknowledge: { icon: "flag", name: t("planner.level_acknowledge") },
  warn: { icon: "warn", name: t("planner.level_warn") },
  pass: { icon: "check", name: t("planner.level_pass") },
};
const ORDER = Object.keys(LEVELS);

/** Those that keep a flight from being scheduled. @param {Verdict[]} verdicts */
export const inTheWay = (verdicts) => verdicts.filter(({ level }) => ["block", "permit", "acknowledge"].includes(level));

/** @param {HTMLElement} list @param {Verdict[]} verdicts @param {(subject: string) => void} acknowledge */
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

/** What it asks about, also of one that was kept before verdicts had titles. @param {Verdict} verdict */
const titleOf = (verdict) => verdict.title || label(verdict.check);

/** @param {Verdict} verdict @param {(subject: string) => void} acknowledge */
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
      verdict.clears && el("p", { class: "verdict-clears" }, t("planner.to_clear", { clears: verdict.clears })),
      verdict.level === "acknowledge" &&
        el("button", { type: "button", class: "button", on: { click: () => acknowledge(verdict.subject) } }, icon("check"), t("planner.acknowledge")),
      el("p", { class: "verdict-rule" }, [verdict.rule, verdict.data_words ?? verdict.data_version].filter(Boolean).join(" · ")),
    ),
  );
}

/** @param {Verdict[]} verdicts */
const passed = (verdicts) =>
  el(
    "li",
    { class: "verdict-passes" },
    el(
      "details",
      {},
      el("summary", {}, icon("check"), ` ${t("planner.checks_are_clear", { count: verdicts.length })}`),
      el(
        "ul",
        {},
        ...verdicts.map((verdict) => el("li", {}, el("b", {}, titleOf(verdict)), ` ${sentence(verdict.message)}`)),
      ),
    ),
  );
