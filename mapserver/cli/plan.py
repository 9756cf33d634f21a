"""`vanagas plan`: a route over an area, without a server."""

import typer

app = typer.Typer(help="Plan a route over an area.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `survey` a subcommand."""
