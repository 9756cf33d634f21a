// The last step: keep the plan, fly it, take it along; and the other plans over this zone, to open and to compare.

import { ask, askAll, Refused } from "../web/js/api.js";
import { el, icon } from "../web/js/dom.js";
import { metres, percent, recentTime, townZone } from "../web/js/format.js";
import { complain } from "./complain.js";
import { differences, wishDifferences } from "./figures.js";

const $ = (id) => document.getElementById(id);
const FORMATS = [
  ["plan", "QGroundControl .plan"],
  ["waypoints", "Mission Planner .waypoints"],
  ["kmz", "DJI .kmz"],
  ["kml", ".kml"],
  ["gpx", ".gpx"],
  ["geojson", ".geojson"],
];

export class PlanStep {
  /**
   * @param {import("./desk.js").Desk} desk
   * @param {import("../web/js/store.js").World} world
   * @param {{keepZone: () => Promise<boolean>, open: (id: string) => Promise<void>, showOlder: (route: any | null) => void, lookAt: (route: any) => void}} page
   */
  constructor(desk, world, page) {
    Object.assign(this, { desk, world, page });
    /** The version that is compared with. @type {any | null} */
    this.other = null;
    /** A plan in a file that flies outside the zone, while it is asked about. @type {any | null} */
    this.seen = null;
    $("plan-save").addEventListener("click", () => this.keep());
    $("plan-copy").addEventListener("click", () => this.keep({ copy: true }));
    $("schedule").addEventListener("click", () => this.schedule());
    $("to-checks").addEventListener("click", () => $("tab-checks").click());
    $("plan-name").addEventListener("input", () => this.refresh());
    $("plan-file").addEventListener("change", (event) => {
      this.take(event.target.files[0]);
      event.target.value = "";
    });
    for (const name of ["zone", "plan"])
      desk.addEventListener(name, () => {
        $("plan-name").value = desk.plan?.name ?? "";
        this.list();
      });
    for (const name of ["wish", "shape", "tried", "asking", "plan", "zone"]) desk.addEventListener(name, () => this.refresh());
  }

  /** Keep plan and zone as they are on the screen; gives the plan, or null when that was refused. */
  async keep({ copy = false } = {}) {
    complain("plan", null);
    try {
      if (this.desk.isAsking) throw new Refused("The flight is still being checked; save it when that is done.");
      if (this.desk.tried?.problem) throw new Refused(this.desk.tried.problem.message);
      if (!(await this.page.keepZone())) return null;
      return await this.desk.keepPlan($("plan-name").value.trim(), { copy });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      complain("plan", error.message);
      return null;
    }
  }

  async schedule() {
    complain("schedule", null);
    $("to-checks").hidden = true;
    const { drone, at } = this.desk;
    const plan = await this.keep();
    if (!plan) return;
    try {
      const flight = await this.desk.once("POST", "/flights", { plan_id: plan.id, unit_id: drone, scheduled_at: at.toISOString() });
      $("fly-story").replaceChildren(
        icon("check"),
        ` Scheduled for ${this.when()}. It takes off only once you have confirmed it: `,
        el("a", { href: "/flights" }, `${flight.name} under Flights`),
      );
      this.scheduled = plan.id;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      complain("schedule", error.message);
      $("to-checks").hidden = false;
    }
  }

  when() {
    const { at } = this.desk;
    return at ? `${recentTime(at)} (${at.toISOString().slice(11, 16)} UTC)` : "no time yet";
  }

  refresh() {
    const { desk } = this;
    const changed = desk.isPlanChanged || $("plan-name").value.trim() !== desk.plan.name;
    $("plan-name").placeholder = desk.facts.name ? `${desk.patterns.find(({ name }) => name === desk.pattern)?.title ?? "Plan"} of ${desk.facts.name}` : "named after the zone";
    $("plan-save").disabled = desk.isAsking || !changed || !desk.tried?.route;
    $("plan-copy").disabled = desk.isAsking;
    $("schedule").disabled = desk.isAsking;
    $("plan-save").querySelector("span").textContent = !desk.plan
      ? "Save the plan"
      : changed
        ? `Save as version ${this.newest() + 1}`
        : `Version ${desk.plan.version} is saved`;
    $("plan-copy").hidden = !desk.plan;
    const sorties = desk.tried?.route?.properties.summary.sorties?.length ?? 0;
    $("plan-story").textContent = [
      desk.isZoneChanged && (desk.zone ? "The zone has changed too; saving keeps it as well." : "The new zone is saved with the plan."),
      sorties > 1 && `It needs ${sorties} batteries, so it is saved as ${sorties} plans, a sortie each.`,
    ]
      .filter(Boolean)
      .join(" ");
    $("plan-next").hidden = !desk.plan && !desk.tried?.route;
    $("schedule").querySelector("span").textContent = `${changed ? "Save and schedule" : "Schedule"} for ${this.when()}`;
    if (this.scheduled !== desk.plan?.id || changed)
      $("fly-story").textContent = `${this.world.get("unit", desk.drone)?.name ?? "No drone"}, take-off ${this.when()}, ${townZone()} time. Change the time under Checks.`;
    this.offer(desk.plan && !changed ? desk.plan : null);
    this.compare();
  }

  /** Links to the plan as files; a plan that is not kept yet has none. */
  offer(plan) {
    if (this.offered === (plan?.id ?? "")) return;
    this.offered = plan?.id ?? "";
    $("exports").replaceChildren(
      ...(plan
        ? [
            ...FORMATS.map(([format, name]) =>
              el("a", { class: "button", href: `/api/v1/plans/${plan.id}/export?format=${format}`, download: "" }, icon("export"), name),
            ),
            el("a", { class: "button", href: `/plans/${plan.id}/briefing`, target: "_blank" }, icon("note"), "Briefing to print"),
          ]
        : [el("p", { class: "quiet" }, "Save the plan, then it can be taken to the ground station you own.")]),
    );
  }

  newest() {
    const mine = (this.known ?? []).filter((plan) => plan.lineage_id === this.desk.plan?.lineage_id);
    return Math.max(this.desk.plan?.version ?? 0, ...mine.map((plan) => plan.version));
  }

  /** The plans over this zone, newest first. */
  async list() {
    const { zone } = this.desk;
    $("versions-title").hidden = !zone;
    this.known = zone ? await askAll(`/plans?zone_id=${encodeURIComponent(zone.id)}`) : [];
    if (this.other && this.other.zone_id !== zone?.id) this.other = null;
    $("versions").replaceChildren(
      ...this.known.map((plan) => this.row(plan)),
      ...(zone && this.known.length === 0 ? [el("li", { class: "quiet" }, "None yet.")] : []),
    );
    this.refresh();
  }

  row(plan) {
    const isOpen = plan.id === this.desk.plan?.id;
    const { duration_s, photos, covered_fraction } = plan.summary;
    const story = [`${Math.round(duration_s / 60)} min`, photos && `${photos} photos`, covered_fraction && `covers ${percent(covered_fraction)}`];
    return el(
      "li",
      { class: "version", data: { planId: plan.id, version: plan.version }, "aria-current": isOpen ? "true" : null },
      el("div", { class: "version-text" },
        el("b", {}, plan.name, " ", el("span", { class: "chip" }, `version ${plan.version}`)),
        el("span", {}, story.filter(Boolean).join(" · ")),
        plan.changes.length > 0 && el("span", {}, plan.changes.join(" · ")),
        el("span", { class: "quiet" }, `${plan.made_by}, ${recentTime(plan.made_at)}`),
        plan.older_shape && el("span", { class: "older-tag" }, icon("warn"), " made for an older outline of the zone"),
      ),
      el("div", { class: "actions" },
        !isOpen && el("button", { class: "button", type: "button", on: { click: () => this.page.open(plan.id) } }, "Open"),
        !isOpen && el("button", { class: "button", type: "button", "aria-pressed": String(this.other?.id === plan.id), on: { click: () => this.choose(plan.id) } }, "Compare"),
      ),
    );
  }

  /** Put a version beside the one on the screen, or take it away again. @param {string} id */
  async choose(id) {
    this.other = this.other?.id === id ? null : await ask("GET", `/plans/${id}`);
    for (const row of $("versions").querySelectorAll(".version"))
      row.querySelector("[aria-pressed]")?.setAttribute("aria-pressed", String(row.dataset.planId === this.other?.id));
    this.compare();
  }

  compare() {
    const { other } = this;
    const summary = this.desk.tried?.route?.properties.summary;
    $("compared").hidden = !other || !summary;
    this.page.showOlder(this.seen?.route ?? other?.route ?? null);
    if (!other || !summary) return;
    const rows = [...differences(summary, other.summary), ...wishDifferences(this.desk.wish, other)];
    $("compared").replaceChildren(
      el("h2", {}, "Compared"),
      rows.length === 0
        ? el("p", {}, "Every number and every wish is the same.")
        : el(
            "table",
            {},
            el("thead", {}, el("tr", {}, el("th", {}, ""), el("th", { scope: "col" }, el("span", { class: "key-line is-work" }), " on screen"), el("th", { scope: "col" }, el("span", { class: "key-line is-other" }), ` version ${other.version}`))),
            el("tbody", {}, ...rows.map(([title, a, b]) => el("tr", {}, el("th", { scope: "row" }, title), el("td", {}, a), el("td", {}, b)))),
          ),
    );
  }

  /** A plan file becomes a plan over the zone in hand. @param {File} file */
  async take(file) {
    if (!file) return;
    complain("plan-file", null);
    try {
      if (!this.desk.zone) throw new Refused("Pick the zone that the plan is for first.");
      const seen = await this.import(file, { keep: false });
      if (seen.outside_m > 0.5 * seen.work_m) this.askOutside(file, seen);
      else await this.page.open((await this.import(file)).id);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      complain("plan-file", error.message);
    }
  }

  import(file, how = {}) {
    const query = new URLSearchParams({ zone_id: this.desk.zone.id, unit_id: this.desk.drone, filename: file.name, ...how });
    return ask("POST", `/plans/import?${query}`, file);
  }

  /** Show a plan that flies outside the zone, and ask whether it is meant for it. */
  askOutside(file, seen) {
    const box = $("plan-file-seen");
    const close = () => {
      this.seen = null;
      box.hidden = true;
      this.compare();
    };
    const open = async () => {
      close();
      try {
        await this.page.open((await this.import(file)).id);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        complain("plan-file", error.message);
      }
    };
    this.seen = seen;
    box.replaceChildren(
      el("p", {}, `${file.name} flies ${metres(seen.outside_m)} of ${metres(seen.work_m)} outside ${seen.zone}. It is shown on the map. Is it meant for this zone?`),
      el("div", { class: "actions" },
        el("button", { class: "button primary", type: "button", on: { click: open } }, "Open it all the same"),
        el("button", { class: "button", type: "button", on: { click: close } }, "Leave it"),
      ),
    );
    box.hidden = false;
    this.compare();
    this.page.lookAt(seen.route);
  }
}
