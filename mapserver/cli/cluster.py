"""`vanagas cluster`: what servers have left running on the Ray cluster of `[analysis]`."""

import typer

from mapserver.cli.options import DataDir
from mapserver.core.only_server import only_server
from mapserver.core.settings import load
from mapserver.video.analysis import cluster_of
from telemetry.errors import Misconfigured
from telemetry.messages import Message
from vision.cluster.ending import end_streams

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()  # a lone command would be `vanagas cluster` itself
def cluster() -> None:
    """The Ray cluster that analyses video."""


@app.command()
def end(data: DataDir = None) -> None:
    """End what a stopped server has left running: its cameras are read no longer on the cluster's machines."""
    settings = load(data)
    if settings.analysis.workers != "ray" or settings.analysis.ray_address is None:
        raise Misconfigured(Message("cluster.nothing_outlives"))
    with only_server(settings.data_dir):
        names = end_streams(cluster_of(settings.analysis))
    typer.echo(Message("cluster.streams_ended", count=len(names)).text())
    for name in names:
        typer.echo(name)
