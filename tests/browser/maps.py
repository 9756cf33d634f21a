"""What a page's map has drawn, asked of the map itself: symbols are pixels and no elements."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import LONGEST_MS

DRAWN = """([layer, id, box]) => {
    const map = document.getElementById(box).glMap;
    if (!map?.getLayer(layer)) return null;
    const found = map.queryRenderedFeatures({ layers: [layer] });
    const symbol = found.map((one) => one.properties).find((symbol) => id === null || symbol.id === id);
    return symbol && (WANTED) ? symbol : null;
}"""
STILL = """(box) => {
    const map = document.getElementById(box).glMap;
    return map.loaded() && !map.isMoving();
}"""
WORST = """(box) => {
    const map = document.getElementById(box).glMap;
    const found = map.queryRenderedFeatures({ layers: ["incident-mark"] });
    const worst = found.sort((a, b) => (a.properties.worst < b.properties.worst ? 1 : -1))[0];
    return { ...map.project(worst.geometry.coordinates), ...worst.properties };
}"""


def wait_for_symbol(
    page: Page, layer: str, id_: str | None, wanted: str = "true", *, box: str = "map"
) -> dict[str, Any]:
    """The properties of a symbol that the map in the element `box` has drawn, once the JavaScript `wanted` is true of
    `symbol`; of any symbol of the layer where `id_` is None."""
    handle = page.wait_for_function(DRAWN.replace("WANTED", wanted), arg=[layer, id_, box], timeout=LONGEST_MS)
    properties: dict[str, Any] = handle.json_value()
    return properties


def worst_incident(page: Page, *, box: str = "map") -> dict[str, Any]:
    """The gravest symbol of incidents drawn: its properties and where its tip is on the map, `x` and `y` in pixels."""
    wait_for_symbol(page, "incident-mark", None, box=box)
    page.wait_for_function(STILL, arg=box, timeout=LONGEST_MS)  # what is drawn anew lies elsewhere a moment later
    found: dict[str, Any] = page.evaluate(WORST, box)
    return found
