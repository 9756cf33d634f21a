import assert from "node:assert/strict";
import { test } from "node:test";
import { compareTexts, t, textOf, withParts } from "../../../../mapserver/web/js/messages.js";
import { speak, told } from "./catalogues.js";

for (const language of Object.keys(told)) {
  test(`in ${language} every text is filled as Python fills it`, () => {
    speak(language);
    const spoken = told[language].spoken;
    assert.ok(spoken.length > 500);
    const differing = spoken.map(({ code, params, said }) => [code, t(code, params), said]).filter(([, here, there]) => here !== there);
    assert.deepEqual(differing, []);
  });
}

test("elements stand in a sentence where its language has them", () => {
  const link = { href: "/incidents/1" };
  speak("en");
  assert.deepEqual(withParts("report_page.thanks", { where: link }, { category: "Fight" }), ["Thank you. Fight is in ", link, "."]);
  speak("lt");
  assert.deepEqual(withParts("report_page.thanks", { where: link }, { category: "Muštynės" }), ["Ačiū. Muštynės: įrašyta į ", link, "."]);
});

test("a message of the server is shown as the server says it", () => {
  assert.equal(textOf({ code: "no.such_code", params: {}, text: "as written" }), "as written");
  assert.equal(textOf("as written"), "as written");
});

test("names are sorted as the language's dictionaries do", () => {
  speak("lt");
  assert.deepEqual(["Žalgirio", "Zenitas", "Ąžuolų"].sort(compareTexts), ["Ąžuolų", "Zenitas", "Žalgirio"]);
});
