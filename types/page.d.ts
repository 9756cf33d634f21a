// What the pages' scripts find in the browser beside its own: htmx, the map library, and what a page puts on its
// elements.

/** The map library is served beside the pages, and typed by its package. */
declare module "*/vendor/maplibre-gl/maplibre-gl.mjs" {
  export * from "maplibre-gl";
}

declare const htmx: { ajax(verb: string, path: string, context: { source: Element }): Promise<void> };

interface HtmxBeforeSwap {
  target: Element;
  serverResponse: string;
  requestConfig: { elt: Element; path: string };
  shouldSwap: boolean;
}

interface HTMLElementEventMap {
  "htmx:beforeSwap": CustomEvent<HtmxBeforeSwap>;
  "htmx:afterSwap": CustomEvent;
  "htmx:afterRequest": CustomEvent;
}

interface HTMLElement {
  /** The map in it, for whoever looks at the page from outside. */
  glMap?: import("maplibre-gl").Map;
}
