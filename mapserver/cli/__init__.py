"""The command line `vanagas`: one module a noun. Errors are one sentence on standard error and an exit status.

Status: 0 done; 1 something outside does not answer or does not allow it; 2 what was given cannot be used.
"""

import sys
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from mapserver.core.version import VERSION
from mapserver.program.logs import never_fail_to_print, set_up_log
from telemetry.errors import BadInput, Misconfigured, VanagasError
from telemetry.messages import LANGUAGES, Message, use_language
from telemetry.messages.choice import known_language, language_of_command


class Listed(NamedTuple):
    """A command as the list of commands shows it, without reading its module."""

    module: str
    """Below `mapserver.cli`; it has an `app` of its own, or a function of the command's name."""
    help: str


COMMANDS = {
    "demo": Listed(
        "demo", "Run both towns until Ctrl-C: a drone flies, cameras see, inspectors report, one timeline grows."
    ),
    "settings": Listed(
        "settings",
        "Print every setting with its default and meaning, commented out: what `DATA/vanagas.toml` may hold.",
    ),
    "openapi": Listed(
        "openapi",
        "Print the API as OpenAPI 3.1. With -o it replaces an older one, but not when clients of that would break.",
    ),
    "serve": Listed("serve", "Serve until interrupted. Settings: VANAGAS_* in the environment, or DATA/vanagas.toml."),
    "plan": Listed("plan", "Plan a route over a shape."),
    "check": Listed(
        "check",
        "Run the pre-flight checks. Exit status 1 when one blocks or wants a permit; what is not known warns.",
    ),
    "fly": Listed(
        "fly",
        "Check, upload, verify, ask, arm, fly, land. Ctrl-C brings it home, a second one lets go. Status 0: all done.",
    ),
    "briefing": Listed(
        "briefing",
        "Print a plan with map, heights, verdicts, contacts and what to do in need; says the fingerprint and verdict.",
    ),
    "schedule": Listed(
        "schedule",
        "Put drones, towers, body cameras and their people onto zones and time windows; prints the numbers as JSON.",
    ),
    "convert": Listed(
        "convert", "Write a plan in another format; what that cannot hold is told in sentences on standard error."
    ),
    "airspace": Listed("airspace", "UAS geographical zones: ED-269 and ED-318."),
    "analyse": Listed("analyse", "Find what the rules ask for; the file appears when the whole video is done."),
    "plates": Listed(
        "plates",
        "Read number plates: text, country, confidence (0..1) and milliseconds of processor time, one line an image.",
    ),
    "merge": Listed("merge", "Merge observations into incidents, in whatever order they stand in the file."),
    "incident": Listed("incident", "One incident of the database."),
    "evidence": Listed("evidence", "Evidence bundles."),
    "custody": Listed("custody", "Body cameras in safe hands."),
    "towns": Listed("towns", "Invented towns with known truth, to try merging on."),
    "log": Listed(
        "log", "Read a log, damaged or not, write its table, and print what was read and what was lost as JSON."
    ),
    "devices": Listed(
        "devices", "`vanagas devices`: which devices may hand in, and for which sources each of them may speak."
    ),
    "camera": Listed("camera", "The registry of fixed cameras."),
    "intake": Listed(
        "intake",
        "`vanagas intake`: devices' messages out of files, and those that wait in a server's quarantine.",
    ),
    "token": Listed(
        "access", "Print a new token for `Authorization: Bearer …`. It is shown once; only its digest is kept."
    ),
    "user": Listed(
        "access",
        "Add a user, or give one a new password, which is asked for. Devices get no password: see `vanagas token`.",
    ),
    "town": Listed("town", "The towns that are served."),
    "shift": Listed("shift", "Who is on duty for a town."),
    "referral": Listed("referral", "Incidents that are handed over to services."),
    "clocks": Listed("clocks", "Offsets of devices' clocks that were learned."),
    "people": Listed("people", "People and devices that may sign in."),
    "tokens": Listed("tokens", "Sessions and tokens."),
    "db": Listed("database", "The database."),
    "cluster": Listed("cluster", "The Ray cluster that analyses video."),
    "backup": Listed(
        "backup",
        "Back up database, pictures, logs and settings, also while the server runs. Ctrl-C leaves nothing behind.",
    ),
    "restore": Listed(
        "backup", "Make a new data folder from a backup, every file checked; exit 1 when the database breaks a promise."
    ),
    "retention": Listed("retention", "What is forgotten in time."),
    "audit": Listed("audit", "The audit trail and what else is chained."),
    "models": Listed(
        "models",
        "List the detection models, each file checked against its SHA-256; exit 1 when one is missing or damaged.",
    ),
    "doctor": Listed(
        "doctor",
        "Try every part that the program needs, name all that is amiss with what to do; exit 1 when something is.",
    ),
    "sbom": Listed("bill", "Write a CycloneDX 1.6 bill of materials (JSON) of all that is installed, with licences."),
    "notice": Listed(
        "bill", "Write in words what is installed under which licence, and what follows for who hands it on."
    ),
}


class OnDemand(TyperGroup):
    """Reads the module of the command that was typed and no other: most of them stand on libraries that load slowly."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with the name and the sentence of the command, enough for the list of them all."""
        listed = COMMANDS.get(cmd_name)
        if listed is None:
            return None
        return TyperCommand(cmd_name, help=listed.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself, which is about to run."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else loaded(name), rest


def loaded(name: str) -> Any:
    """The command called `name`, out of its module."""
    module = import_module(f"mapserver.cli.{COMMANDS[name].module}")
    own = getattr(module, "app", None)
    if own is None:
        own = typer.Typer(add_completion=False)
        own.command(name)(getattr(module, name))
    command = typer.main.get_command(own)
    command.name = name
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
    lang: Annotated[
        str | None, typer.Option("--lang", help="Language of what is printed: en, lt, lv. Default: as LANG says.")
    ] = None,
) -> None:
    """Mission control for a town's drones, camera towers and body cameras."""
    if lang is not None and known_language(lang) is None:
        raise BadInput(Message("command.unknown_language", language=lang, known=list(LANGUAGES)))
    use_language(language_of_command(lang))


def main() -> None:
    """Run the command line."""
    never_fail_to_print(sys.stdout, sys.stderr)
    set_up_log()
    use_language(language_of_command(None))
    try:
        app()
    except VanagasError as error:
        print(f"vanagas: {error.told.text()}", file=sys.stderr)
        if isinstance(error, BadInput | Misconfigured):
            sys.exit(2)
        sys.exit(1)
    except OSError as error:
        reason = error.strerror or str(error)
        told = Message("command.unusable", reason=reason)
        if error.filename:
            told = Message("command.file_unusable", file=error.filename, reason=reason)
        print(f"vanagas: {told.text()}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if not _is_of_the_database(error):
            raise
        told = Message("command.database_unusable", reason=str(getattr(error, "orig", error)))
        print(f"vanagas: {told.text()}", file=sys.stderr)
        sys.exit(1)


def _is_of_the_database(error: Exception) -> bool:
    """Whether it is SQLAlchemy's. That library is never loaded for this: what has not loaded it raises none of it."""
    library = sys.modules.get("sqlalchemy.exc")
    return library is not None and isinstance(error, library.DatabaseError)
