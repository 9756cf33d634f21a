"""`vanagas models`: which detection models there are, and whether their files are whole."""

import typer
from rich.console import Console
from rich.table import Table

from mapserver.cli.options import DataDir
from mapserver.core.settings import load
from telemetry.errors import Misconfigured
from vision.models.catalogue import read_catalogue


def models(data: DataDir = None) -> None:
    """List the detection models, each file checked against its SHA-256; exit 1 when one is missing or damaged."""
    table = Table("Model", "Licence", "Input", "Classes", "Decoder", "File", title="Detection models")
    faults = []
    for model in read_catalogue(load(data).models_file).values():
        try:
            model.weights()
            state = "whole"
        except Misconfigured as error:
            state = "not usable"
            faults.append(error.message)
        table.add_row(model.name, model.licence, f"{model.size} px", str(len(model.classes)), model.decoder, state)
    Console().print(table)
    for fault in faults:
        typer.echo(f"vanagas: {fault}", err=True)
    if faults:
        raise typer.Exit(1)
