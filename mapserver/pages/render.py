"""Rendering a page: the one environment, and what every page is given."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from mapserver.basemap import basemap_of
from mapserver.templating import environment

_templates = environment()


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
