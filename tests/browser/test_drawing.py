"""Drawing on a map: a shape of many corners stays quick, and each of them can be taken in hand."""

from playwright.sync_api import Browser, expect

from tests.browser.town import signed_in

CORNERS, HANDLES = 300, 60
DRAWN = """async (corners) => {
  const { glMap, onStyle } = await import("/static/web/js/gl_map.js");
  const { Drawing } = await import("/static/plans/drawing.js");
  const place = document.createElement("div");
  place.style = "position: fixed; inset: 0; z-index: 1";
  document.body.append(place);
  const empty = { version: 8, sources: {}, layers: [] };
  const map = glMap(place, { style: empty, center: [23.3, 56.6], zoom: 14 }, (error) => { throw error; });
  await onStyle(map, () => {});
  const at = (turn) => [23.3 + 0.02 * Math.cos(turn), 56.6 + 0.01 * Math.sin(turn)];
  const ring = Array.from({ length: corners }, (_, corner) => at((corner * 2 * Math.PI) / corners));
  new Drawing(map).edit({ kind: "Polygon", rings: [ring] });
  window.drawnOn = map;
}"""
LOOK = "(at) => { window.drawnOn.jumpTo({ center: at, zoom: 17 }); }"


def test_of_many_corners_those_nearest_to_the_middle_of_the_map_have_a_handle(browser: Browser, town: str) -> None:
    page = signed_in(browser, town, "petras")
    page.evaluate(DRAWN, CORNERS)
    corners = page.locator(".corner")
    expect(corners).to_have_count(HANDLES)
    page.evaluate(LOOK, [23.32, 56.6])
    east = page.get_by_role("button", name=f"corner 1 of {CORNERS};")
    expect(east).to_be_visible()
    page.evaluate(LOOK, [23.28, 56.6])
    expect(east).to_have_count(0)
    expect(page.get_by_role("button", name=f"corner {CORNERS // 2 + 1} of {CORNERS};")).to_be_visible()
    expect(corners).to_have_count(HANDLES)
    page.context.close()
