// The first step: pick a zone, draw one, change what is said of it, import some, archive it.

import { ask, Refused, sentence } from "../web/js/api.js";
import { byId, el, find } from "../web/js/dom.js";
import { zoneKind } from "../web/js/format.js";
import { compareTexts, t } from "../web/js/messages.js";
import { complain } from "./complain.js";
import { ZoneForm } from "./zone_form.js";


/**
 * @typedef {object} ZonesSeen what is in a file of zones
 * @property {{name: string, overlaps: {message: string}[]}[]} found
 * @property {{feature: string, reason: string}[]} refused
 */

/** @param {number} count @param {number} refused */
function importWords(count, refused) {
  return refused ? t("planner.zones_importable_refused", { count, refused }) : t("planner.zones_importable", { count });
}

export class ZoneStep {
  /** @param {import("./desk.js").Desk} desk @param {import("../web/js/store.js").World} world @param {() => void} draw begins an outline on the map */
  constructor(desk, world, draw) {
    this.desk = desk;
    this.world = world;
    this.pick = byId("zone-pick", HTMLSelectElement);
    this.saveButton = byId("zone-save", HTMLButtonElement);
    const fileField = byId("zone-file", HTMLInputElement);
    this.form = new ZoneForm(() => {
      desk.facts = { ...desk.facts, ...this.form.read() };
      this.refresh();
    });
    this.pick.addEventListener("change", () => {
      const zone = world.get("zone", this.pick.value);
      if (zone) desk.open(zone);
      else desk.close();
    });
    byId("zone-new").addEventListener("click", () => {
      desk.open(null);
      draw();
    });
    byId("zone-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.keep();
    });
    byId("zone-archive").addEventListener("click", () => this.archive());
    fileField.addEventListener("change", () => {
      this.look(fileField.files?.[0]);
      fileField.value = "";
    });
    desk.on("zone", () => {
      complain("zone", null);
      if (desk.isOpen) this.form.show(desk.facts);
      this.list();
      this.refresh();
    });
    desk.on("zone-kept", () => this.refresh());
    desk.on("shape", () => this.refresh());
  }

  /** The zones to pick from, as they are now. */
  list() {
    const zones = this.world.shown("zone").sort((a, b) => b.priority - a.priority || compareTexts(a.name, b.name));
    const [none] = this.pick.options;
    this.pick.replaceChildren(
      none,
      ...zones.map((zone) => el("option", { value: zone.id }, t("planner.zone_option", { name: zone.name, priority: zone.priority }))),
    );
    this.pick.value = this.desk.zone?.id ?? "";
    byId("zone-kinds").replaceChildren(...[...new Set(zones.map((zone) => zoneKind(zone.kind)))].map((value) => el("option", { value })));
  }

  refresh() {
    const { desk } = this;
    byId("zone-form").hidden = !desk.isOpen;
    byId("zone-hint").hidden = desk.isOpen;
    byId("zone-archive").hidden = !desk.zone;
    this.saveButton.disabled = !desk.isZoneChanged;
    find("span", HTMLElement, this.saveButton).textContent = desk.isZoneChanged || !desk.zone ? t("planner.save_zone") : t("planner.saved");
    byId("zone-story").textContent = this.story();
    if (this.pick.value !== (desk.zone?.id ?? "")) this.pick.value = desk.zone?.id ?? "";
  }

  story() {
    const { zone, isOutlineChanged } = this.desk;
    if (!zone) return t("planner.zone_new");
    if (isOutlineChanged) return t("planner.outline_changed");
    return t("planner.zone_version", { version: zone.version, who: zone.updated_by });
  }

  /** Keep the zone; gives whether it was. */
  async keep() {
    try {
      if (this.desk.facts.name.trim() === "") throw new Refused(t("planner.name_zone"));
      await this.desk.keepZone();
      complain("zone", null);
      return true;
    } catch (error) {
      this.refuse(error);
      return false;
    }
  }

  /** @param {unknown} error */
  refuse(error) {
    if (!(error instanceof Refused)) throw error;
    complain("zone", error.message);
    this.form.fields.name.focus();
  }

  async archive() {
    const { zone } = this.desk;
    if (!zone || !confirm(t("planner.archive_zone", { name: zone.name }))) return;
    try {
      await ask("DELETE", `/zones/${zone.id}`);
      this.desk.close();
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Show what is in a file before anything of it is kept. @param {File | undefined} file */
  async look(file) {
    if (!file) return;
    complain("zone-file", null);
    try {
      this.show(file, await this.take(file, { keep: false }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      complain("zone-file", error.message);
    }
  }

  /** @param {File} file @param {Record<string, boolean>} how @returns {Promise<any>} */
  take(file, how) {
    const query = new URLSearchParams({ city: this.desk.city, filename: file.name });
    for (const [name, value] of Object.entries(how)) query.set(name, String(value));
    return ask("POST", `/zones/import?${query}`, file);
  }

  /** @param {File} file @param {ZonesSeen} seen */
  show(file, { found, refused }) {
    const keep = el("button", { type: "button", class: "button primary" }, t("planner.import_zones", { count: found.length }));
    const leave = el("button", { type: "button", class: "button" }, t("planner.leave_it"));
    const box = byId("import-seen");
    box.replaceChildren(
      el("h2", {}, file.name),
      el("p", {}, importWords(found.length, refused.length)),
      el("ul", {}, ...refused.map(({ feature, reason }) => el("li", { class: "is-refused" }, el("b", {}, sentence(feature)), ` ${sentence(reason)}`))),
      el("ul", {}, ...found.map(({ name, overlaps }) => el("li", {}, el("b", {}, name), ...overlaps.map(({ message }) => ` ${sentence(message)}`)))),
      el("div", { class: "actions" }, found.length > 0 && keep, leave),
    );
    box.hidden = false;
    leave.addEventListener("click", () => {
      box.hidden = true;
    });
    keep.addEventListener("click", async () => {
      try {
        const { zones } = await this.take(file, { skip_refused: refused.length > 0 });
        box.hidden = true;
        this.desk.open(zones[0]);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        complain("zone-file", error.message);
      }
    });
  }
}
