// Words of the page's language: `t("incidents.count", { count: 3 })`. The catalogue is the server's, which makes a module
// of it for each language; formats are those of telemetry/messages/formatting.py. Decides no language: <html lang> does.

/**
 * @typedef {{ code: string, params: Record<string, unknown>, text?: string }} Message
 * @typedef {object} Language
 * @property {string} code
 * @property {string[]} plural_categories
 * @property {string} decimal
 * @property {string} group
 * @property {string} minus
 * @property {string} yes
 * @property {string} no
 * @property {string} hour
 * @property {string} minute
 * @property {string} conjunction
 * @property {string} disjunction
 * @property {Record<string, string>} patterns
 * @property {string[]} months
 * @property {string[]} short_months
 * @property {string[]} weekdays
 * @property {string[]} short_weekdays
 * @typedef {{ language: Language, texts: Record<string, string[]> }} Catalogue
 */

const NOTHING = "–";
const PLACEHOLDER = /\{\{|\}\}|\{([a-z][a-z0-9_]*)(?::([^{}]*))?\}/g;
const CONJUNCTIONS = ["and", "or"];
const WITH_CLOCK = ["weekday_time", "weekday_datetime", "time", "clock", "datetime", "moment", "full"];
const ISO_TIME = /^\d{4}-\d\d-\d\dT/;
const FIRST_MARK = 0xe000; // characters for private use stand where parts go
const MARKS = /([\ue000-\ue00f])/;
const ISO_DAY = /^\d{4}-\d\d-\d\d$/;

/** @type {Catalogue} */
let catalogue;
let zone = "UTC";
/** Made once for each zone: making one costs more than all that it writes on a page. @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map();
/** @type {Map<string, Intl.PluralRules>} */
const plurals = new Map();

/**
 * Speak the language of `loaded`, with times in the IANA zone `inZone`.
 * @param {Catalogue} loaded
 * @param {string} [inZone]
 */
export function useCatalogue(loaded, inZone = "UTC") {
  catalogue = loaded;
  zone = inZone;
}

if (globalThis.document) {
  const { lang, dataset } = document.documentElement;
  useCatalogue((await import(`../../messages/${lang}.js`)).default, dataset.zone);
}

/** The IANA name of the zone in which times are shown. */
export const timeZone = () => zone;

/** The code of the page's language. */
export function language() {
  return catalogue.language.code;
}

/**
 * The words of a code; a code that the catalogue does not have is shown as itself.
 * @param {string} code
 * @param {Record<string, unknown>} [params]
 * @returns {string}
 */
export function t(code, params = {}) {
  const forms = catalogue.texts[code];
  if (!forms) return code;
  const form = forms.length > 1 ? pluralForm(Number(params.count) || 0) : 0;
  const inZone = typeof params.time_zone === "string" ? params.time_zone : zone;
  return forms[Math.min(form, forms.length - 1)].replace(PLACEHOLDER, (whole, name, formats) => {
    if (!name) return whole[0];
    return name in params ? shown(params[name], formats ? formats.split(",") : [], inZone) : `{${name}}`;
  });
}

/**
 * The words of a code round values that are no texts, such as elements: texts and `parts` in the order of the language.
 * @template Part
 * @param {string} code
 * @param {Record<string, Part>} parts by the names of their placeholders
 * @param {Record<string, unknown>} [params]
 * @returns {(string | Part)[]}
 */
export function withParts(code, parts, params = {}) {
  const names = Object.keys(parts);
  const marks = Object.fromEntries(names.map((name, index) => [name, String.fromCharCode(FIRST_MARK + index)]));
  const pieces = t(code, { ...params, ...marks }).split(MARKS);
  return pieces.map((piece) => parts[names[piece.charCodeAt(0) - FIRST_MARK]] ?? piece).filter((piece) => piece !== "");
}

/**
 * The words of a message that the server sent: its text, which is in the page's language already, or made here.
 * @param {Message | string} message
 */
export function textOf(message) {
  if (typeof message === "string") return message;
  return message.text ?? t(message.code, message.params);
}

/**
 * One value as a placeholder `{value:form}` shows it: format(0.5, "percent"), format(1234.5, "1"), format(when, "time").
 * @param {unknown} value
 * @param {string} [form]
 */
export function format(value, form = "") {
  return shown(value, form ? form.split(",") : []);
}

/**
 * Compares two texts as the language's dictionaries sort them.
 * @param {string} one
 * @param {string} other
 */
export function compareTexts(one, other) {
  return one.localeCompare(other, catalogue.language.code);
}

/** @param {number} count */
function pluralForm(count) {
  const { code, plural_categories: categories } = catalogue.language;
  const rules = plurals.get(code) ?? new Intl.PluralRules(code);
  plurals.set(code, rules);
  const form = categories.indexOf(rules.select(Math.abs(count)));
  return form < 0 ? categories.length - 1 : form;
}

/**
 * @param {unknown} value
 * @param {string[]} formats
 * @param {string} [inZone]
 */
function shown(value, formats, inZone = zone) {
  let words;
  if (Array.isArray(value)) {
    const kind = formats.find((form) => CONJUNCTIONS.includes(form)) ?? "";
    words = join(value.map((item) => shownOne(item, formats, inZone)), kind);
  } else {
    words = shownOne(value, formats, inZone);
  }
  return formats.includes("^") ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}

/**
 * @param {any} value
 * @param {string[]} formats
 * @param {string} inZone
 * @returns {string}
 */
function shownOne(value, formats, inZone) {
  const form = formats.find((one) => one !== "^" && !CONJUNCTIONS.includes(one)) ?? "";
  if (form === "hidden") return "";
  if (value === null || value === undefined) return NOTHING;
  if (form.startsWith("@")) {
    const code = `${form.slice(1)}.${value}`;
    const words = t(code);
    return words === code ? String(value) : words;
  }
  if (typeof value === "boolean") return value ? catalogue.language.yes : catalogue.language.no;
  if (typeof value === "number") return shownNumber(value, form);
  if (value instanceof Date) return moment(value, form || "datetime", inZone);
  if (typeof value === "object") {
    if ("code" in value) return textOf(value);
    if ("at" in value) return moment(new Date(value.at), form || "datetime", inZone);
    if ("on" in value) return moment(new Date(value.on), form || "date", "UTC");
  }
  return shownText(String(value), form, inZone);
}

/**
 * A text, which is shown as a time where it is one and a placeholder asks for it.
 * @param {string} value
 * @param {string} form
 * @param {string} inZone
 */
function shownText(value, form, inZone) {
  if (form in catalogue.language.patterns || form === "utc") {
    if (ISO_TIME.test(value)) return moment(new Date(value), form, inZone);
    if (ISO_DAY.test(value)) return moment(new Date(value), form, "UTC");
  }
  return value;
}

/**
 * @param {number} value
 * @param {string} form
 */
function shownNumber(value, form) {
  switch (form) {
    case "": return number(value);
    case "plain": return String(value);
    case "m": return metres(value);
    case "s": return seconds(value);
    case "percent": return percent(value);
    case "bytes": return size(value);
    default: return number(value, /^\d$/.test(form) ? Number(form) : undefined);
  }
}

/**
 * A number with the language's separators; without `digits` as many decimals as it has, at most three.
 * @param {number} value
 * @param {number} [digits]
 */
export function number(value, digits) {
  if (!Number.isFinite(value)) return NOTHING;
  const { decimal, group, minus } = catalogue.language;
  let plain = Math.abs(value).toFixed(digits ?? 3);
  if (digits === undefined) plain = plain.replace(/\.?0+$/, "");
  const [whole, decimals] = plain.split(".");
  const sign = value < 0 && Number(plain) !== 0 ? minus : "";
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return decimals ? `${sign}${grouped}${decimal}${decimals}` : `${sign}${grouped}`;
}

/** @param {number} value */
function metres(value) {
  return Math.abs(value) >= 1000 ? `${number(value / 1000, 1)} km` : `${number(value, 0)} m`;
}

/** @param {number} value */
function seconds(value) {
  if (!Number.isFinite(value)) return NOTHING;
  const whole = Math.round(Math.abs(value));
  const { hour, minute, minus } = catalogue.language;
  const sign = value < 0 && whole ? minus : "";
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  if (whole < 60) return `${sign}${whole} s`;
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)} ${minute} ${two(whole % 60)} s`;
  return `${sign}${number(Math.floor(whole / 3600), 0)} ${hour} ${two(Math.floor((whole % 3600) / 60))} ${minute}`;
}

/** @param {number} fraction */
function percent(fraction) {
  if (fraction > 0.99 && fraction < 1) return `${number(Math.floor(fraction * 1000) / 10, 1)} %`;
  return `${number(fraction * 100, 0)} %`;
}

/** @param {number} value */
function size(value) {
  /** @type {[string, number][]} */
  const units = [["TB", 1e12], ["GB", 1e9], ["MB", 1e6], ["kB", 1e3]];
  const [unit, factor] = units.find(([, least]) => Math.abs(value) >= least) ?? ["B", 1];
  return `${number(value / factor, factor === 1 ? 0 : 1)} ${unit}`;
}

/**
 * A list as text; `kind` is "and", "or", or empty for commas only.
 * @param {string[]} words
 * @param {string} [kind]
 */
export function join(words, kind = "") {
  if (!kind || words.length < 2) return words.join(", ");
  const { conjunction, disjunction } = catalogue.language;
  return `${words.slice(0, -1).join(", ")} ${kind === "and" ? conjunction : disjunction} ${words[words.length - 1]}`;
}

/** @param {string} inZone */
function clockOf(inZone) {
  const clock = clocks.get(inZone) ?? new Intl.DateTimeFormat("en-GB", {
    timeZone: inZone, year: "numeric", month: "numeric", day: "numeric", weekday: "short",
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  clocks.set(inZone, clock);
  return clock;
}

/**
 * A time in the language's way and the page's zone; a time in UTC says so.
 * @param {Date} when
 * @param {string} form
 * @param {string} [inZone]
 * @returns {string}
 */
export function moment(when, form, inZone = zone) {
  if (form === "utc") return moment(when, "time", "UTC").replace("\u00a0UTC", "");
  const { patterns, months, short_months, weekdays, short_weekdays } = catalogue.language;
  /** @type {Map<string, string>} */
  const part = new Map(clockOf(inZone).formatToParts(when).map(({ type, value }) => [type, value]));
  const get = (/** @type {string} */ name) => part.get(name) ?? "";
  const month = Number(get("month")) - 1;
  const weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(get("weekday"));
  const two = (/** @type {string} */ text) => text.padStart(2, "0");
  /** @type {Record<string, string>} */
  const known = {
    d: String(Number(get("day"))), dd: two(get("day")), mm: two(get("month")), yyyy: get("year").padStart(4, "0"),
    mon: short_months[month], month: months[month], weekday: weekdays[weekday], wd: short_weekdays[weekday],
    HH: two(get("hour")), MM: two(get("minute")), SS: two(get("second")),
  };
  const shownTime = (patterns[form] ?? patterns.datetime).replace(/\{(\w+)\}/g, (_, name) => known[name]);
  return inZone === "UTC" && WITH_CLOCK.includes(form) ? `${shownTime}\u00a0UTC` : shownTime;
}
