// Small helpers to build and update elements. Text goes in as text, never as markup.

/**
 * An element. Properties: `class`, `data` (object), `on` (object of listeners), else attributes; null and false are left out.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "data") Object.assign(node.dataset, value);
    else if (name === "on")
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
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
  if (use.getAttribute("href") !== href) use.setAttribute("href", href);
}

/** Set text only where it differs, so that nothing is repainted or read aloud again. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Replace the children of `node` when `key` differs from the last time. @param {HTMLElement} node @param {string} key @param {() => Node[]} build */
export function setChildren(node, key, build) {
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.replaceChildren(...build());
}

/**
 * Make the children of `list` match `items`, keeping the elements of those that stay.
 * @template T
 * @param {HTMLElement} list
 * @param {T[]} items
 * @param {(item: T) => {el: HTMLElement, update: (item: T) => void}} create
 */
export function syncList(list, items, create) {
  /** @type {Map<string, {el: HTMLElement, update: (item: T) => void}>} */
  const known = (list.known ??= new Map());
  const wanted = new Set(items.map((item) => item.id));
  for (const [id, row] of known) {
    if (!wanted.has(id)) {
      row.el.remove();
      known.delete(id);
    }
  }
  let before = null;
  for (const item of items) {
    if (!known.has(item.id)) known.set(item.id, create(item));
    const row = known.get(item.id);
    row.update(item);
    const place = before ? before.nextSibling : list.firstChild;
    if (row.el !== place) list.insertBefore(row.el, place);
    before = row.el;
  }
}

/** The mark of a severity: shape, colour and number. @param {number} level @param {string} word */
export function severityMark(level, word) {
  const svg = icon(`severity-${level}`);
  svg.removeAttribute("class");
  return el(
    "span",
    { class: `severity severity-${level}`, role: "img", "aria-label": `severity ${level}, ${word}` },
    svg,
    el("b", { "aria-hidden": "true" }, String(level)),
  );
}
