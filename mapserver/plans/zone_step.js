// The first step: pick a zone, draw one, change what is said of it, import some, archive it.

import { ask, Refused, sentence } from "../web/js/api.js";
import { el } from "../web/js/dom.js";
import { words } from "../web/js/format.js";
import { complain } from "./complain.js";
import { ZoneForm } from "./zone_form.js";

const $ = (id) => document.getElementById(id);

export class ZoneStep {
  /** @param {import("./desk.js").Desk} desk @param {import("../web/js/store.js").World} world @param {() => void} draw begins an outline on the map */
  constructor(desk, world, draw) {
    Object.assign(this, { desk, world });
    this.form = new ZoneForm(() => {
      desk.facts = { ...desk.facts, ...this.form.read() };
      this.refresh();
    });
    $("zone-pick").addEventListener("change", (event) => {
      const zone = world.get("zone", event.target.value);
      if (zone) desk.open(zone);
      else desk.close();
    });
    $("zone-new").addEventListener("click", () => {
      desk.open(null);
      draw();
    });
    $("zone-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.keep();
    });
    $("zone-archive").addEventListener("click", () => this.archive());
    $("zone-file").addEventListener("change", (event) => {
      this.look(event.target.files[0]);
      event.target.value = "";
    });
    desk.addEventListener("zone", () => {
      complain("zone", null);
      if (desk.isOpen) this.form.show(desk.facts);
      this.list();
      this.refresh();
    });
    desk.addEventListener("zone-kept", () => this.refresh());
    desk.addEventListener("shape", () => this.refresh());
  }

  /** The zones to pick from, as they are now. */
  list() {
    const zones = this.world.shown("zone").sort((a, b) => b.priority - a.priority || a.name.localeCompare(b.name));
    const [none] = $("zone-pick").options;
    $("zone-pick").replaceChildren(
      none,
      ...zones.map((zone) => el("option", { value: zone.id }, `${zone.name} · priority ${zone.priority}`)),
    );
    $("zone-pick").value = this.desk.zone?.id ?? "";
    $("zone-kinds").replaceChildren(...[...new Set(zones.map((zone) => words(zone.kind)))].map((value) => el("option", { value })));
  }

  refresh() {
    const { desk } = this;
    $("zone-form").hidden = !desk.isOpen;
    $("zone-hint").hidden = desk.isOpen;
    $("zone-archive").hidden = !desk.zone;
    $("zone-save").disabled = !desk.isZoneChanged;
    $("zone-save").querySelector("span").textContent = desk.isZoneChanged || !desk.zone ? "Save the zone" : "Saved";
    $("zone-story").textContent = this.story();
    if ($("zone-pick").value !== (desk.zone?.id ?? "")) $("zone-pick").value = desk.zone?.id ?? "";
  }

  story() {
    const { zone, isOutlineChanged } = this.desk;
    if (!zone) return "A new zone. Draw its outline on the map, then give it a name.";
    if (isOutlineChanged) return "The outline has changed. Plans made over the old one keep theirs and are marked.";
    return `Version ${zone.version}, by ${zone.updated_by}. Drag its corners on the map to change the outline.`;
  }

  /** Keep the zone; gives whether it was. */
  async keep() {
    try {
      if (this.desk.facts.name.trim() === "") throw new Refused("Give the zone a name.");
      await this.desk.keepZone();
      complain("zone", null);
      return true;
    } catch (error) {
      this.refuse(error);
      return false;
    }
  }

  refuse(error) {
    if (!(error instanceof Refused)) throw error;
    complain("zone", error.message);
    $("zone-form").elements.name.focus();
  }

  async archive() {
    const { zone } = this.desk;
    if (!confirm(`Archive ${zone.name}? It leaves the map; plans and flights over it stay.`)) return;
    try {
      await ask("DELETE", `/zones/${zone.id}`);
      this.desk.close();
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Show what is in a file before anything of it is kept. @param {File} file */
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

  take(file, how) {
    const query = new URLSearchParams({ city: this.desk.city, filename: file.name, ...how });
    return ask("POST", `/zones/import?${query}`, file);
  }

  show(file, { found, refused }) {
    const many = (count) => `${count} ${count === 1 ? "zone" : "zones"}`;
    const keep = el("button", { type: "button", class: "button primary" }, `Import ${many(found.length)}`);
    const leave = el("button", { type: "button", class: "button" }, "Leave it");
    const box = $("import-seen");
    box.replaceChildren(
      el("h2", {}, file.name),
      el("p", {}, refused.length ? `${many(found.length)} can be imported, ${refused.length} cannot:` : `${many(found.length)} can be imported.`),
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
