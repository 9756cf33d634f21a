"""`vanagas incident`: an incident of the database as an evidence bundle, without a server."""

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from incidents.evidence.record import left_out_words
from incidents.search.service import of_number
from mapserver.cli.access import COMMAND_LINE
from mapserver.cli.options import DataDir
from mapserver.core.services import Services
from mapserver.core.settings import load
from mapserver.incidents.exporting import export as export_to
from mapserver.program.opening import open_parts
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.visibility import EVERYTHING

SHORTEST_NUMBER = 8
"""Signs of a number that reporters are told."""
app = typer.Typer(help="One incident of the database.", no_args_is_help=True, add_completion=False)


@app.callback()
def incident() -> None:
    """One incident of the database."""


@app.command()
def export(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="The incident's number, or as much of it as reporters are told.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="BUNDLE", help="The bundle: a .zip that is not there.")],
    data: DataDir = None,
) -> None:
    """Write everything there is of an incident into one zip file that anybody can verify.

    Says the SHA-256 of its manifest, which the audit trail has, too.
    """
    _require_free(out)
    parts = open_parts(load(data))
    with closing(parts.store), _new_file(out) as file:
        made = export_to(parts, file, _whole_number(parts, id), EVERYTHING, COMMAND_LINE, media=True, trail=True)
    left_out = [left_out_words(left).text() for left in made.left_out]
    said = {"out": str(out), "manifest_sha256": made.manifest_sha256, "media": len(made.media), "left_out": left_out}
    typer.echo(json.dumps(said, ensure_ascii=False))


def _whole_number(parts: Services, told: str) -> str:
    """The number of the one incident whose begins so; `told` where there is none. Raises BadInput for several."""
    if len(told) < SHORTEST_NUMBER:
        return told
    with parts.store.read() as session:
        found = [row.id for row in of_number(session, told.casefold(), EVERYTHING)]
    if len(found) > 1:
        raise BadInput(Message("evidence.several_incidents", number=told, incidents=found))
    return found[0] if found else told


@contextmanager
def _new_file(out: Path) -> Iterator[IO[bytes]]:
    """A file that stands at `out` once the block is through, and nowhere if it is not. Raises BadInput."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        file = part.open("xb")
    except OSError as error:
        raise BadInput(Message("files.unwritable", path=out, reason=error.strerror)) from error
    try:
        with file:
            yield file
        _require_free(out)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _require_free(out: Path) -> None:
    """Raises BadInput unless a new file can be made there."""
    if not out.name or os.path.lexists(out):
        raise BadInput(Message("evidence.there_already", out=out))
    if not out.parent.is_dir():
        raise BadInput(Message("evidence.no_folder", folder=out.parent))
