"""The routers of the HTTP API: what all of its routes have in common. Knows none of them."""

from mapserver.web.routes import GuardedRouter

PREFIX = "/api/v1"


class ApiRouter(GuardedRouter):
    """The routes of one noun of the API."""

    def __init__(self, noun: str, prefix: str = "") -> None:
        """`prefix` comes after that of the whole API; `noun` heads the routes in its description."""
        super().__init__(prefix=f"{PREFIX}{prefix}", tags=[noun])
