// The catalogues that the server makes for its pages, for tests to speak one of their languages.

import { execFileSync } from "node:child_process";
import { useCatalogue } from "../../../../mapserver/web/js/messages.js";

const PYTHON = process.env.PYTHON ?? ".venv/bin/python";

/**
 * By language the source of its module, and how Python fills each of its texts.
 * @type {Record<string, {module: string, spoken: {code: string, params: Record<string, unknown>, said: string}[]}>}
 */
export const told = JSON.parse(
  execFileSync(PYTHON, ["-m", "tests.mapserver.web.js.spoken"], { encoding: "utf-8", maxBuffer: 64 * 1024 * 1024 }),
);

/** Speak a language, with times in a zone. @param {string} language @param {string} [zone] */
export function speak(language, zone = "Europe/Riga") {
  useCatalogue(JSON.parse(told[language].module.replace(/^export default /, "").replace(/;\n$/, "")), zone);
}
