"""Rendering a page: the one environment, and what every page is given."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from mapserver.basemap import basemap_of
from mapserver.web.templating import environment

_templates = environment()
_ON_THE_LOOP = ("web/_icons.svg", "web/_ui.html", "web/base.html", "web/error.html", "account/sign_in.html")
"""Templates of the answers that the event loop makes itself; reading one takes as long as ten orders."""


def load_templates() -> None:
    """Read what the event loop would otherwise read with the first such answer."""
    for name in _ON_THE_LOOP:
        _templates.get_template(name)


def page(request: Request, template: str, context: dict[str, Any], *, status: int = 200) -> HTMLResponse:
    """The page `template` with `context`; `principal` in it decides what the top bar offers."""
    settings = request.app.state.services.settings
    given = {
        "demo": settings.demo,
        "basemap": basemap_of(settings),
        "has_gazetteer": settings.gazetteer is not None,
        "principal": None,
        **context,
    }
    return HTMLResponse(_templates.get_template(template).render(given), status)
