"""`vanagas evidence`: evidence bundles verified by the very program that lies in each of them."""

from pathlib import Path
from typing import Annotated

import typer

from incidents.evidence.verifier import VERSION, EvidenceProblem
from incidents.evidence.verifier import verify as verify_bundle
from telemetry.errors import BadInput
from telemetry.messages import Message

app = typer.Typer(help="Evidence bundles.", no_args_is_help=True, add_completion=False)


@app.callback()
def evidence() -> None:
    """Evidence bundles."""


@app.command()
def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A bundle, or a folder it was unpacked into.")],
    manifest: Annotated[
        str, typer.Option(metavar="SHA256", help="What its manifest must be, as the audit trail has it.")
    ] = "",
) -> None:
    """Say what of a bundle is missing, changed or added; exit 1 when something is, 2 when it is no bundle."""
    if not bundle.exists():
        raise BadInput(Message("evidence.no_bundle", path=bundle))
    found = verify_bundle(bundle, manifest)
    for problem in found.problems:
        typer.echo(_words(problem).text())
    if found.problems:
        typer.echo(Message("evidence.not_whole", path=bundle, count=len(found.problems)).text(), err=True)
        raise typer.Exit(found.exit_status)
    incident = found.manifest.get("incident")
    told = incident if isinstance(incident, dict) else {}
    whole = Message("evidence.whole", count=found.files, incident=str(told.get("id")), sha256=found.manifest_sha256)
    typer.echo(whole.text())
    if told.get("simulated"):
        typer.echo(Message("evidence.page.simulated_note").text())


def _words(problem: EvidenceProblem) -> Message:
    return Message(f"evidence.problems.{problem.kind}", path=ascii(problem.path)[1:-1], version=VERSION)
