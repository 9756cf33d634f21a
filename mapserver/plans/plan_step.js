// The last step: keep the plan, fly it, take it along; and the other plans over this zone, to open and to compare.

import { ask, askAll, Refused } from "../web/js/api.js";
import { byId, el, find, findAll, icon, maybeFind } from "../web/js/dom.js";
import { recentTime } from "../web/js/format.js";
import { t, timeZone, withParts } from "../web/js/messages.js";
import { complain } from "./complain.js";
import { differences, wishDifferences } from "./figures.js";
import { patternTitle } from "./wish_words.js";

/** Names of file formats, as their programs call them. */
const FORMATS = [
  ["plan", "QGroundControl .plan"],
  ["waypoints", "Mission Planner .waypoints"],
  ["kmz", "DJI .kmz"],
  ["kml", ".kml"],
  ["gpx", ".gpx"],
  ["geojson", ".geojson"],
];

/**
 * @typedef {object} PlanPage what the step has the page do
 * @property {() => Promise<boolean>} keepZone
 * @property {(id: string) => Promise<void>} open
 * @property {(route: Api.Route | null) => void} showOlder
 * @property {(route: Api.Route) => void} lookAt
 */

export class PlanStep {
  /**
   * @param {import("./desk.js").Desk} desk
   * @param {import("../web/js/store.js").World} world
   * @param {PlanPage} page
   */
  constructor(desk, world, page) {
    this.desk = desk;
    this.world = world;
    this.page = page;
    /** The version that is compared with. @type {Api.Plan | null} */
    this.other = null;
    /** A plan in a file that flies outside the zone, while it is asked about. @type {Api.PlanInFile | null} */
    this.seen = null;
    /** The plans over the zone in hand, newest first. @type {Api.ListedPlan[]} */
    this.known = [];
    /** The plan that was scheduled here last. @type {string | null} */
    this.scheduled = null;
    /** The plan whose files are offered; empty for none. @type {string | null} */
    this.offered = null;
    this.name = byId("plan-name", HTMLInputElement);
    this.save = byId("plan-save", HTMLButtonElement);
    this.copy = byId("plan-copy", HTMLButtonElement);
    this.order = byId("schedule", HTMLButtonElement);
    const fileField = byId("plan-file", HTMLInputElement);
    this.save.addEventListener("click", () => this.keep());
    this.copy.addEventListener("click", () => this.keep({ copy: true }));
    this.order.addEventListener("click", () => this.schedule());
    byId("to-checks").addEventListener("click", () => byId("tab-checks").click());
    this.name.addEventListener("input", () => this.refresh());
    fileField.addEventListener("change", () => {
      this.take(fileField.files?.[0]);
      fileField.value = "";
    });
    for (const name of /** @type {const} */ (["zone", "plan"]))
      desk.on(name, () => {
        this.name.value = desk.plan?.name ?? "";
        this.list();
      });
    for (const name of /** @type {const} */ (["wish", "shape", "tried", "asking", "plan", "zone"])) desk.on(name, () => this.refresh());
  }

  /** Keep plan and zone as they are on the screen; gives the plan, or null when that was refused. @param {{copy?: boolean}} [how] */
  async keep({ copy = false } = {}) {
    complain("plan", null);
    try {
      if (this.desk.isAsking) throw new Refused(t("planner.still_checking"));
      if (this.desk.tried?.problem) throw new Refused(this.desk.tried.problem.message);
      if (!(await this.page.keepZone())) return null;
      return await this.desk.keepPlan(this.name.value.trim(), { copy });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      complain("plan", error.message);
      return null;
    }
  }

  async schedule() {
    complain("schedule", null);
    byId("to-checks").hidden = true;
    const { drone, at } = this.desk;
    const plan = await this.keep();
    if (!plan || !at) return;
    try {
      /** @type {Api.Flight} */
      const flight = await this.desk.once("POST", "/flights", { plan_id: plan.id, unit_id: drone, scheduled_at: at.toISOString() });
      const link = el("a", { href: "/flights" }, t("planner.under_flights", { name: flight.name }));
      byId("fly-story").replaceChildren(icon("check"), " ", ...withParts("planner.scheduled_for", { link }, { when: this.when() }));
      this.scheduled = plan.id;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      complain("schedule", error.message);
      byId("to-checks").hidden = false;
    }
  }

  when() {
    const { at } = this.desk;
    return at ? `${recentTime(at)} (${at.toISOString().slice(11, 16)} UTC)` : t("planner.no_time_yet");
  }

  refresh() {
    const { desk } = this;
    const changed = desk.isPlanChanged || this.name.value.trim() !== desk.plan?.name;
    this.name.placeholder = this.nameWords();
    this.save.disabled = desk.isAsking || !changed || !desk.tried?.route;
    this.copy.disabled = desk.isAsking;
    this.order.disabled = desk.isAsking;
    find("span", HTMLElement, this.save).textContent = this.saveWords(changed);
    this.copy.hidden = !desk.plan;
    byId("plan-story").textContent = this.story();
    byId("plan-next").hidden = !desk.plan && !desk.tried?.route;
    find("span", HTMLElement, this.order).textContent = changed ? t("planner.save_and_schedule", { when: this.when() }) : t("planner.schedule_for", { when: this.when() });
    if (this.scheduled !== desk.plan?.id || changed) byId("fly-story").textContent = this.flyStory();
    this.offer(desk.plan && !changed ? desk.plan : null);
    this.compare();
  }

  /** What a plan without a name is called. */
  nameWords() {
    const { facts, patterns, pattern } = this.desk;
    if (!facts.name) return t("planner.named_after_zone");
    const known = patterns.find(({ name }) => name === pattern);
    const title = known ? patternTitle(known) : t("planner.plan");
    return t("planner.pattern_of_zone", { pattern: title, zone: facts.name });
  }

  /** What is saved with the plan, and as how many. */
  story() {
    const { desk } = this;
    const batteries = desk.tried?.route?.properties.summary.sorties?.length ?? 0;
    const said = [];
    if (desk.isZoneChanged) said.push(desk.zone ? t("planner.zone_changed_too") : t("planner.zone_saved_with_plan"));
    if (batteries > 1) said.push(t("planner.batteries_plans", { batteries }));
    return said.join(" ");
  }

  /** Which drone takes off when. */
  flyStory() {
    const drone = this.world.get("unit", this.desk.drone)?.name ?? t("planner.no_drone_name");
    return t("planner.fly_story", { drone, when: this.when(), zone: timeZone() });
  }

  /** What the button that saves says. @param {boolean} changed */
  saveWords(changed) {
    const { plan } = this.desk;
    if (!plan) return t("planner.save_plan");
    return changed ? t("planner.save_as_version", { version: this.newest() + 1 }) : t("planner.version_saved", { version: plan.version });
  }

  /** Links to the plan as files; a plan that is not kept yet has none. @param {Api.Plan | null} plan */
  offer(plan) {
    if (this.offered === (plan?.id ?? "")) return;
    this.offered = plan?.id ?? "";
    byId("exports").replaceChildren(
      ...(plan
        ? [
            ...FORMATS.map(([format, name]) =>
              el("a", { class: "button", href: `/api/v1/plans/${plan.id}/export?format=${format}`, download: "" }, icon("export"), name),
            ),
            el("a", { class: "button", href: `/plans/${plan.id}/briefing`, target: "_blank" }, icon("note"), t("planner.briefing")),
          ]
        : [el("p", { class: "quiet" }, t("planner.save_before_export"))]),
    );
  }

  newest() {
    const mine = this.known.filter((plan) => plan.lineage_id === this.desk.plan?.lineage_id);
    return Math.max(this.desk.plan?.version ?? 0, ...mine.map((plan) => plan.version));
  }

  /** The plans over this zone, newest first. */
  async list() {
    const { zone } = this.desk;
    byId("versions-title").hidden = !zone;
    this.known = zone ? await askAll(`/plans?zone_id=${encodeURIComponent(zone.id)}`) : [];
    if (this.other && this.other.zone_id !== zone?.id) this.other = null;
    byId("versions").replaceChildren(
      ...this.known.map((plan) => this.row(plan)),
      ...(zone && this.known.length === 0 ? [el("li", { class: "quiet" }, t("planner.none_yet"))] : []),
    );
    this.refresh();
  }

  /** @param {Api.ListedPlan} plan */
  row(plan) {
    const isOpen = plan.id === this.desk.plan?.id;
    const { duration_s, photos, covered_fraction } = plan.summary;
    const story = [
      t("planner.minutes", { minutes: duration_s / 60 }),
      photos && t("planner.photos", { count: photos }),
      covered_fraction && t("planner.covers", { fraction: covered_fraction }),
    ];
    return el(
      "li",
      { class: "version", data: { planId: plan.id, version: plan.version }, "aria-current": isOpen ? "true" : null },
      el("div", { class: "version-text" },
        el("b", {}, plan.name, " ", el("span", { class: "chip" }, t("planner.version", { version: plan.version }))),
        el("span", {}, story.filter(Boolean).join(" · ")),
        plan.changes.length > 0 && el("span", {}, plan.changes.join(" · ")),
        el("span", { class: "quiet" }, `${plan.made_by}, ${recentTime(plan.made_at)}`),
        plan.older_shape && el("span", { class: "older-tag" }, icon("warn"), ` ${t("planner.older_outline")}`),
      ),
      el("div", { class: "actions" },
        !isOpen && el("button", { class: "button", type: "button", on: { click: () => this.page.open(plan.id) } }, t("planner.open")),
        !isOpen && el("button", { class: "button", type: "button", "aria-pressed": String(this.other?.id === plan.id), on: { click: () => this.choose(plan.id) } }, t("planner.compare")),
      ),
    );
  }

  /** Put a version beside the one on the screen, or take it away again. @param {string} id */
  async choose(id) {
    this.other = this.other?.id === id ? null : await ask("GET", `/plans/${id}`);
    for (const row of findAll(".version", HTMLElement, byId("versions")))
      maybeFind("[aria-pressed]", HTMLElement, row)?.setAttribute("aria-pressed", String(row.dataset.planId === this.other?.id));
    this.compare();
  }

  compare() {
    const { other } = this;
    const summary = this.desk.tried?.route?.properties.summary;
    byId("compared").hidden = !other || !summary;
    this.page.showOlder(this.seen?.route ?? other?.route ?? null);
    if (!other || !summary) return;
    const rows = [...differences(summary, other.summary), ...wishDifferences(this.desk.wish, other)];
    byId("compared").replaceChildren(
      el("h2", {}, t("planner.compared")),
      rows.length === 0
        ? el("p", {}, t("planner.all_the_same"))
        : el(
            "table",
            {},
            el("thead", {}, el("tr", {}, el("th", {}, ""), el("th", { scope: "col" }, el("span", { class: "key-line is-work" }), ` ${t("planner.on_screen")}`), el("th", { scope: "col" }, el("span", { class: "key-line is-other" }), ` ${t("planner.version", { version: other.version })}`))),
            el("tbody", {}, ...rows.map(([title, a, b]) => el("tr", {}, el("th", { scope: "row" }, title), el("td", {}, a), el("td", {}, b)))),
          ),
    );
  }

  /** A plan file becomes a plan over the zone in hand. @param {File | undefined} file */
  async take(file) {
    if (!file) return;
    complain("plan-file", null);
    try {
      if (!this.desk.zone) throw new Refused(t("planner.pick_zone_first"));
      /** @type {Api.PlanInFile} */
      const seen = await this.import(file, this.desk.zone.id, "false");
      if (seen.outside_m > 0.5 * seen.work_m) this.askOutside(file, seen, this.desk.zone.id);
      else await this.page.open((await this.import(file, this.desk.zone.id)).id);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      complain("plan-file", error.message);
    }
  }

  /** @param {File} file @param {string} zoneId @param {"true" | "false"} keep @returns {Promise<any>} */
  import(file, zoneId, keep = "true") {
    const query = new URLSearchParams({ zone_id: zoneId, unit_id: this.desk.drone, filename: file.name, keep });
    return ask("POST", `/plans/import?${query}`, file);
  }

  /** Show a plan that flies outside the zone, and ask whether it is meant for it. @param {File} file @param {Api.PlanInFile} seen @param {string} zoneId */
  askOutside(file, seen, zoneId) {
    const box = byId("plan-file-seen");
    const close = () => {
      this.seen = null;
      box.hidden = true;
      this.compare();
    };
    const open = async () => {
      close();
      try {
        await this.page.open((await this.import(file, zoneId)).id);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        complain("plan-file", error.message);
      }
    };
    this.seen = seen;
    box.replaceChildren(
      el("p", {}, t("planner.file_outside", { file: file.name, outside_m: seen.outside_m, work_m: seen.work_m, zone: seen.zone })),
      el("div", { class: "actions" },
        el("button", { class: "button primary", type: "button", on: { click: open } }, t("planner.open_all_the_same")),
        el("button", { class: "button", type: "button", on: { click: close } }, t("planner.leave_it")),
      ),
    );
    box.hidden = false;
    this.compare();
    this.page.lookAt(seen.route);
  }
}
