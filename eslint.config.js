// What is asked of the pages' scripts beyond their types.

import js from "@eslint/js";
import globals from "globals";
import { wordsOutsideCatalogue } from "./eslint_words.js";

const STYLE = {
  complexity: ["error", 20], // optional chaining counts too, so a little more than Python's 15
  eqeqeq: ["error", "smart"],
  "max-lines": ["error", { max: 300, skipComments: true }],
  "no-console": ["error", { allow: ["warn", "error"] }],
  "no-else-return": "error",
  "no-multi-assign": "error",
  "no-nested-ternary": "error",
  "no-shadow": "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
  "no-var": "error",
  "object-shorthand": "error",
  "one-var": ["error", "never"],
  "prefer-const": "error",
  "prefer-template": "error",
};

export default [
  { ignores: ["**/vendor/**", "node_modules/**", ".venv/**", "types/**"] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: "error" }, rules: STYLE },
  {
    files: ["mapserver/**/*.js"],
    languageOptions: { globals: { ...globals.browser, htmx: "readonly" } },
    plugins: { vanagas: { rules: { "words-outside-catalogue": wordsOutsideCatalogue } } },
    rules: { "vanagas/words-outside-catalogue": "error" },
  },
  { files: ["mapserver/**/*worker.js"], languageOptions: { globals: globals.serviceworker } },
  { files: ["tests/**/*.js", "eslint*.js"], languageOptions: { globals: globals.node } },
  { files: ["benchmarks/**/*.js"], languageOptions: { globals: globals.browser } },
];
