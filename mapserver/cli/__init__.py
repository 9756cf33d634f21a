"""The command line `vanagas`: one module a noun. Errors are one sentence on standard error and an exit status.

Status: 0 done; 1 something outside does not answer or does not allow it; 2 what was given cannot be used.
"""

import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from sqlalchemy.exc import DatabaseError
from typer.core import TyperGroup

from mapserver.logs import never_fail_to_print, set_up_log
from mapserver.version import VERSION
from telemetry.errors import BadInput, Misconfigured, VanagasError

COMMANDS = {
    "demo": "demo",
    "serve": "serve",
    "plan": "plan",
    "check": "check",
    "fly": "fly",
    "briefing": "briefing",
    "schedule": "schedule",
    "convert": "convert",
    "airspace": "airspace",
    "analyse": "analyse",
    "plates": "plates",
    "merge": "merge",
    "log": "log",
    "devices": "devices",
    "intake": "intake",
    "token": "access",
    "user": "access",
    "people": "people",
    "tokens": "tokens",
    "db": "database",
    "backup": "backup",
    "restore": "backup",
    "retention": "retention",
    "models": "models",
    "doctor": "doctor",
    "sbom": "bill",
    "notice": "bill",
}
"""The module of each command, which has an `app` of its own, or a function of the command's name."""


class OnDemand(TyperGroup):
    """Reads the module of the command that was typed and no other: most of them stand on libraries that load slowly."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mapserver.cli.{COMMANDS[cmd_name]}")
        own = getattr(module, "app", None)
        if own is None:
            own = typer.Typer(add_completion=False)
            own.command(cmd_name)(getattr(module, cmd_name))
        command = typer.main.get_command(own)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="vanagas", cls=OnDemand, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vanagas {VERSION}")
        raise typer.Exit


@app.callback()
def vanagas(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and end.")
    ] = False,
) -> None:
    """Mission control for a town's drones, camera towers and body cameras."""


def main() -> None:
    """Run the command line."""
    never_fail_to_print(sys.stdout, sys.stderr)
    set_up_log()
    try:
        app()
    except VanagasError as error:
        print(f"vanagas: {error.message}", file=sys.stderr)
        sys.exit(2 if isinstance(error, BadInput | Misconfigured) else 1)
    except DatabaseError as error:
        print(
            f"vanagas: the database cannot be used: {error.orig}; check the file, or restore a backup", file=sys.stderr
        )
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename} " if error.filename else ""
        print(
            f"vanagas: {where}cannot be used: {error.strerror or error}; name another folder or mend it",
            file=sys.stderr,
        )
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
