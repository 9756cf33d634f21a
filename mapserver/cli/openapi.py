"""`vanagas openapi`: the description of the API, printed, or written in place of an older one."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from mapserver.program.app import ROUTES
from mapserver.program.compatibility import breaking_changes
from mapserver.program.description import describe
from telemetry.errors import BadInput

SHOWN_CHANGES = 20


def openapi(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it there instead.")] = None,
    breaking: Annotated[bool, typer.Option(help="Replace a description whose clients it breaks.")] = False,
) -> None:
    """Print the API as OpenAPI 3.1. With -o it replaces an older one, but not when clients of that would break."""
    document = describe(ROUTES)
    if output is None:
        typer.echo(as_text(document), nl=False)
        return
    if output.exists() and not breaking:
        changes = breaking_changes(read(output), document)
        if changes:
            shown = "\n".join(changes[:SHOWN_CHANGES])
            raise BadInput(
                f"clients of {output} would break in {len(changes)} places:\n{shown}\n"
                "make it an addition, or decide to break them (a page in docs/decisions) and say --breaking"
            )
    output.write_text(as_text(document), encoding="utf-8")


def as_text(document: dict[str, Any]) -> str:
    """The document as it is kept: a line for each value, so that a change is a few lines."""
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def read(path: Path) -> dict[str, Any]:
    """A kept document. Raises BadInput when the file is none."""
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} is no OpenAPI document: {error}") from error
    return document
