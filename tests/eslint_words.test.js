import { RuleTester } from "eslint";
import { describe, it } from "node:test";
import { wordsOutsideCatalogue } from "../eslint_words.js";

RuleTester.describe = describe;
RuleTester.it = it;

const errors = [{ messageId: "outside" }];

new RuleTester().run("words outside the catalogue", wordsOutsideCatalogue, {
  valid: [
    'el("button", { class: "button primary wide", title: t("map.follow") }, t("map.follow"));',
    'find(".calendar-block details[open]");',
    'throw new Error("the page has no such element");',
    'console.warn("live feed: a gap came; taking a new snapshot");',
    "el('span', {}, `v${version}`, '–', '%');",
    'map.addLayer({ id: "zone-line", type: "line", title: "zones" });',
    'import { t } from "./messages.js";',
  ],
  invalid: [
    { code: 'el("button", {}, "Follow");', errors },
    { code: 'el("button", { title: "Follow it" });', errors },
    { code: "el('p', {}, isOld ? `${name} is old` : t('map.new'));", errors: 1 },
    { code: 'note.textContent = "Gone";', errors },
    { code: 'setText(state, lost && "Lost");', errors },
    { code: 'const STORY = "Nothing stands in the way of this flight.";', errors },
    { code: "const story = `${open} of the checks stand in the way`;", errors },
  ],
});
