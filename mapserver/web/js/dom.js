// Small helpers to build and update elements. Text goes in as text, never as markup.

import { t } from "./messages.js";

/** @typedef {Node | string | null | undefined | false | 0} Child null, false, 0 and the empty text are left out */
/** @typedef {{[Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => unknown}} Listeners */
/** @typedef {{data?: Record<string, unknown>, on?: Listeners, [attribute: string]: unknown}} Properties */

/**
 * An element. Properties: `class`, `data` (object), `on` (object of listeners), else attributes; null and false are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Properties} [properties] @param {...Child} children
 */
export function el(tag, { data = {}, on = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  Object.assign(node.dataset, data);
  for (const [name, listener] of Object.entries(on)) {
    node.addEventListener(name, /** @type {EventListener} */ (listener));
  }
  node.append(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
  return node;
}

/** @template {Element} T @typedef {new () => T} ElementClass */

/**
 * The element of the page with this id. Throws where there is none, or another kind of element.
 * @template {Element} [T=HTMLElement]
 * @param {string} id @param {ElementClass<T>} [kind] @returns {T}
 */
export function byId(id, kind) {
  const found = maybeById(id, kind);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

/**
 * The element of the page with this id, or null. Throws where it is another kind of element.
 * @template {Element} [T=HTMLElement]
 * @param {string} id @param {ElementClass<T>} [kind] @returns {T | null}
 */
export function maybeById(id, kind) {
  return checked(document.getElementById(id), kind, `#${id}`);
}

/**
 * The first element that fits the selector, or null. Throws where it is another kind of element.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector @param {ElementClass<T>} [kind] @param {ParentNode} [within] @returns {T | null}
 */
export function maybeFind(selector, kind, within = document) {
  return checked(within.querySelector(selector), kind, selector);
}

/**
 * The first element that fits the selector. Throws where there is none, or another kind of element.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector @param {ElementClass<T>} [kind] @param {ParentNode} [within] @returns {T}
 */
export function find(selector, kind, within = document) {
  const found = maybeFind(selector, kind, within);
  if (!found) throw new Error(`the page has no element ${selector}`);
  return found;
}

/**
 * All elements that fit the selector. Throws where one is another kind of element.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector @param {ElementClass<T>} [kind] @param {ParentNode} [within] @returns {T[]}
 */
export function findAll(selector, kind, within = document) {
  const found = [...within.querySelectorAll(selector)];
  return found.map((element) => /** @type {T} */ (checked(element, kind, selector)));
}

/**
 * The control of a form by its name. Throws where there is none, or another kind of element.
 * @template {Element} [T=HTMLInputElement]
 * @param {HTMLFormElement} form @param {string} name @param {ElementClass<T>} [kind] @returns {T}
 */
export function control(form, name, kind) {
  const wanted = kind ?? HTMLInputElement;
  const found = form.elements.namedItem(name);
  if (!(found instanceof wanted)) throw new Error(`the form has no ${wanted.name} ${name}`);
  return /** @type {T} */ (found);
}

/** The element that an event happened to, or null. @param {Event} event @returns {Element | null} */
export const targetOf = (event) => (event.target instanceof Element ? event.target : null);

/**
 * @template {Element} T
 * @param {Element | null} found @param {ElementClass<T> | undefined} kind @param {string} name @returns {T | null}
 */
function checked(found, kind, name) {
  const wanted = kind ?? HTMLElement;
  if (found && !(found instanceof wanted)) throw new Error(`${name} of the page is no ${wanted.name}`);
  return /** @type {T | null} */ (found);
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite; named for screen readers when `title` is given. @param {string} name @param {string} [title] */
export function icon(name, title) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  if (title) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", title);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  svg.append(document.createElementNS(SVG, "use"));
  setIcon(svg, name);
  return svg;
}

/** Show another icon of the sprite. @param {Element} svg @param {string} name */
export function setIcon(svg, name) {
  const href = `#icon-${name}`;
  const use = svg.querySelector("use");
  if (use && use.getAttribute("href") !== href) use.setAttribute("href", href);
}

/** Set text only where it differs, so that nothing is repainted or read aloud again. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Replace the children of `node` when `key` differs from the last time. @param {HTMLElement} node @param {string} key @param {() => (Node | string)[]} build */
export function setChildren(node, key, build) {
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.replaceChildren(...build());
}

/** @template T @typedef {{el: HTMLElement, update: (item: T) => void}} ListRow an element of a list and how it is kept up to date */

/** The rows of each list by their ids. @type {WeakMap<HTMLElement, Map<string, ListRow<any>>>} */
const rowsOf = new WeakMap();

/** The element of an item in a list that `syncList` fills. @param {HTMLElement} list @param {string} id */
export const rowIn = (list, id) => rowsOf.get(list)?.get(id)?.el;

/**
 * Make the children of `list` match `items`, keeping the elements of those that stay.
 * @template {{id: string}} T
 * @param {HTMLElement} list @param {T[]} items @param {(item: T) => ListRow<T>} create
 */
export function syncList(list, items, create) {
  /** @type {Map<string, ListRow<T>>} */
  const known = rowsOf.get(list) ?? new Map();
  rowsOf.set(list, known);
  const wanted = new Set(items.map((item) => item.id));
  for (const [id, row] of known) {
    if (!wanted.has(id)) {
      row.el.remove();
      known.delete(id);
    }
  }
  /** @type {HTMLElement | null} */
  let before = null;
  for (const item of items) {
    const row = known.get(item.id) ?? create(item);
    known.set(item.id, row);
    row.update(item);
    /** @type {Node | null} */
    const place = before ? before.nextSibling : list.firstChild;
    if (row.el !== place) list.insertBefore(row.el, place);
    before = row.el;
  }
}

/** The mark of a severity: shape, colour and number. @param {number} level */
export function severityMark(level) {
  const svg = icon(`severity-${level}`);
  svg.removeAttribute("class");
  return el(
    "span",
    { class: `severity severity-${level}`, role: "img", "aria-label": t("browser.severity", { level, word: t(`severities.${level}`) }) },
    svg,
    el("b", { "aria-hidden": "true" }, String(level)),
  );
}

/**
 * Call `begin` once the page's content is loaded, which may have been before: a module that waits for the catalogue runs
 * when that has come, and the page does not wait for it. @param {() => void} begin
 */
export function onceContentIsLoaded(begin) {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  if (document.readyState === "complete" || (navigation?.domContentLoadedEventStart ?? 0) > 0) begin();
  else document.addEventListener("DOMContentLoaded", begin, { once: true });
}
