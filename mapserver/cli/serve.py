"""`vanagas serve`: the system in earnest."""

import asyncio
from contextlib import closing
from typing import Annotated

import typer

from mapserver.cli.options import DataDir
from mapserver.core.only_server import check_port, only_server
from mapserver.core.settings import load
from mapserver.program.opening import open_parts
from mapserver.program.server import require_private, require_tls, run_server
from telemetry.store.private import repair_modes


def serve(
    data: DataDir = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    behind_proxy: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The reverse proxy that does TLS; only it is believed.")
    ] = None,
) -> None:
    """Serve until interrupted. Settings: VANAGAS_* in the environment, or DATA/vanagas.toml."""
    wanted = {"host": host, "port": port, "behind_proxy": behind_proxy}
    settings = load(data, **{name: value for name, value in wanted.items() if value is not None})
    require_private(settings)
    require_tls(settings)
    check_port(settings.host, settings.port)
    with only_server(settings.data_dir):
        repair_modes(settings.data_dir)
        parts = open_parts(settings)
        with closing(parts.store):
            asyncio.run(run_server(parts, on_ready=lambda url: typer.echo(f"ready {url}")))
