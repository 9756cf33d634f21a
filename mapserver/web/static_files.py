"""The pages' own files: compressed, and cached for ever under an address that has a hash of all of them in it.

`/static/HASH/PATH` never changes; `/static/PATH` is the same file and is asked for again each time. Modules import each
other by relative paths, so all of a page come from under one hash. A noun's scripts and styles lie beside its routes:
PATH is theirs within `mapserver/`, or within `mapserver/static/`, where the vendors' are.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mapserver.core.request_rates import RequestRates
from mapserver.web.dependencies import client_address
from telemetry.messages import LANGUAGES
from telemetry.messages.scripts import catalogue_module
from telemetry.messages.usage import source_files

ROOT = Path(__file__).parent.parent
VENDORS = ROOT / "static"
NOUN_FILES = frozenset({".css", ".js"})
"""What of a noun's folder is sent to browsers."""
HASH_DIGITS = 12
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"
COMPRESSED = frozenset({".css", ".geojson", ".html", ".js", ".json", ".mjs", ".svg", ".txt"})
WORKER_SCOPES = {"reports/service_worker.js": "/report"}
"""Service workers, and the pages that they may serve (Service Workers, section 3.2.1)."""
_TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".geojson": "application/geo+json"}


@dataclass
class StaticFile:
    """One file."""

    content: bytes
    media_type: str
    compresses: bool

    @cached_property
    def compressed(self) -> bytes:
        """In gzip; takes a tenth of a second for a large one, once."""
        return gzip.compress(self.content, mtime=0)

    @cached_property
    def etag(self) -> str:
        """Of the uncompressed content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


class StaticFiles:
    """An ASGI application for all scripts and styles of the nouns and all files of the vendors, which are read once."""

    def __init__(self, root: Path = ROOT, vendors: Path = VENDORS, made: Mapping[str, bytes] | None = None) -> None:
        """`made` are files that stand in no folder, by their path: the catalogues' modules."""
        own = (path for path in root.rglob("*") if path.suffix in NOUN_FILES and not path.is_relative_to(vendors))
        paths = {path.relative_to(root).as_posix(): path for path in own}
        paths |= {path.relative_to(vendors).as_posix(): path for path in vendors.rglob("*") if path.is_file()}
        self._files = {name: _read(path) for name, path in sorted(paths.items())}
        for name, content in (made or {}).items():
            self._files[name] = _file(name, content)
        whole = hashlib.sha256()
        for name, file in self._files.items():
            whole.update(f"{name}\0{len(file.content)}\0".encode())
            whole.update(file.content)
        self.hash = whole.hexdigest()[:HASH_DIGITS]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise HTTPException(404)
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        name = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        first, _, rest = name.partition("/")
        path = name
        lasts = ASK_AGAIN
        if first == self.hash:
            path = rest
            lasts = FOR_EVER
        file = self._files.get(path)
        if file is None:
            raise HTTPException(404)
        response = await _answer(file, Headers(scope=scope), lasts)
        if path in WORKER_SCOPES:
            response.headers["Service-Worker-Allowed"] = WORKER_SCOPES[path]
        await response(scope, receive, send)


async def _answer(file: StaticFile, asked: Headers, caching: str) -> Response:
    headers = {"Cache-Control": caching, "ETag": file.etag}
    if file.compresses:
        headers["Vary"] = "Accept-Encoding"
    if asked.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    if file.compresses and "gzip" in asked.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        content = await run_in_threadpool(lambda: file.compressed)
    else:
        content = file.content
    return Response(content, media_type=file.media_type, headers=headers)


def _read(path: Path) -> StaticFile:
    return _file(path.name, path.read_bytes())


def _file(name: str, content: bytes) -> StaticFile:
    suffix = PurePosixPath(name).suffix
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return StaticFile(content, media_type, suffix in COMPRESSED)


class CountedFiles:
    """`files` as an ASGI application that counts who asks. Raises TooManyRequests."""

    def __init__(self, files: StaticFiles, rates: RequestRates) -> None:
        self._files = files
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._rates.count_file(client_address(HTTPConnection(scope)))
        await self._files(scope, receive, send)


@cache
def static_files() -> StaticFiles:
    """Those of the program, with the catalogue's modules: `messages/LANGUAGE.js`."""
    scripts = [path for path in source_files(ROOT, ["."]) if path.suffix == ".js"]
    return StaticFiles(
        made={f"messages/{language}.js": catalogue_module(language, scripts, ROOT) for language in LANGUAGES}
    )
