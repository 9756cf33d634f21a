"""Writes an evidence bundle: one zip file, its manifest last. Large films pass through in parts.

The format is described in docs/evidence.md. Reads no database, and moves nothing into place.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO

from incidents.evidence import verifier
from incidents.evidence.page import to_html
from incidents.evidence.record import IncidentRecord, LeftOut, MediaFile, manifest_head
from mission.briefing.map import DrawGround
from telemetry.errors import NotFound
from telemetry.messages import LANGUAGES, speaking

VERIFIER = "verify.py"
OpenMedia = Callable[[str], BinaryIO]
"""Opens the file with a SHA-256; raises NotFound where it is not kept any more, or damaged."""


@dataclass(frozen=True)
class MadeBundle:
    """A bundle that was written."""

    manifest_sha256: str
    media: tuple[MediaFile, ...]
    """What is in it."""
    left_out: tuple[LeftOut, ...]


def write_bundle(
    file: IO[bytes], record: IncidentRecord, open_media: OpenMedia, draw_ground: DrawGround | None
) -> MadeBundle:
    """Write the bundle of `record` to `file`. Raises OSError where that fails; `file` is of no use then."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        return _Writer(archive, record, open_media, draw_ground).write()


class _Writer:
    """One bundle under way."""

    def __init__(
        self,
        archive: zipfile.ZipFile,
        record: IncidentRecord,
        open_media: OpenMedia,
        draw_ground: DrawGround | None,
    ) -> None:
        self._archive = archive
        self._record = record
        self._open_media = open_media
        self._draw_ground = draw_ground
        self._files: list[dict[str, Any]] = []

    def write(self) -> MadeBundle:
        """Write everything."""
        media, left_out = self._write_media()
        self._write_texts(media, left_out)
        manifest = {
            "format": verifier.FORMAT,
            "version": verifier.VERSION,
            **manifest_head(self._record, left_out),
            "files": self._files,
        }
        content = _json(manifest)
        self._store(verifier.MANIFEST, BytesIO(content), zipfile.ZIP_DEFLATED)
        return MadeBundle(hashlib.sha256(content).hexdigest(), tuple(media), tuple(left_out))

    def _write_media(self) -> tuple[list[MediaFile], list[LeftOut]]:
        left_out = list(self._not_permitted())
        there = []
        for medium in self._record.media if self._record.wanted.media else ():
            try:
                source = self._open_media(medium.sha256)
            except NotFound:
                left_out.append(LeftOut("media", "gone", medium.sha256))
                continue
            with closing(source):
                self._add(medium.path, source, "media", medium.content_type, of=list(medium.subjects))
            there.append(medium)
        return there, left_out

    def _not_permitted(self) -> Iterator[LeftOut]:
        wanted = self._record.wanted
        if not wanted.media:
            for medium in self._record.media:
                yield LeftOut("media", "not_permitted", medium.sha256)
        if not wanted.audit:
            yield LeftOut("audit", "not_permitted")

    def _write_texts(self, media: list[MediaFile], left_out: list[LeftOut]) -> None:
        record = self._record
        said = {
            "incident": record.incidents["en"],
            "simulated": record.simulated,
            "links": record.links["en"],
            "timeline": record.timelines["en"],
        }
        self._add("timeline.json", BytesIO(_json(said)), "timeline", "application/json")
        if record.trail is not None:
            trail = {"incident_id": record.id, "simulated": record.simulated, "entries": record.trail}
            self._add("audit.json", BytesIO(_json(trail)), "audit", "application/json")
        for language in LANGUAGES:
            with speaking(language, record.city.facts.zone):
                html = to_html(record, media, left_out, self._draw_ground)
            self._add(f"page.{language}.html", BytesIO(html.encode()), "page", "text/html", language=language)
        source = Path(verifier.__file__).read_bytes()
        self._add(VERIFIER, BytesIO(source), "verifier", "text/x-python")

    def _add(self, path: str, source: IO[bytes], role: str, content_type: str, **more: Any) -> None:
        """Store a file, and list it in the manifest."""
        packing = zipfile.ZIP_STORED if role == "media" else zipfile.ZIP_DEFLATED
        size, sha256 = self._store(path, source, packing)
        listed = {"path": path, "size": size, "sha256": sha256, "role": role, "content_type": content_type}
        self._files.append(listed | more)

    def _store(self, path: str, source: IO[bytes], packing: int) -> tuple[int, str]:
        """Copy `source` into the zip, in parts; its size in bytes and SHA-256."""
        entry = zipfile.ZipInfo(path, _zip_time(self._record.wanted.at))
        entry.compress_type = packing
        entry.external_attr = 0o644 << 16
        digest = hashlib.sha256()
        size = 0
        with self._archive.open(entry, "w", force_zip64=True) as target:
            while part := source.read(verifier.CHUNK):
                target.write(part)
                digest.update(part)
                size += len(part)
        return size, digest.hexdigest()


def _zip_time(moment: datetime) -> tuple[int, int, int, int, int, int]:
    """The moment as zip files have it, which begins in 1980; UTC."""
    return (max(moment.year, 1980), moment.month, moment.day, moment.hour, moment.minute, moment.second)


def _json(said: Any) -> bytes:
    """Readable JSON; what UTF-8 cannot hold is escaped."""
    return (json.dumps(said, indent=1, sort_keys=False) + "\n").encode()
