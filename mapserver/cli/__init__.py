"""The command line `vanagas`: one module a noun. Errors are one sentence on standard error and an exit status.

Status: 0 done; 1 something outside does not answer or does not allow it; 2 what was given cannot be used.
"""

import logging
import sys

import typer
from sqlalchemy.exc import DatabaseError

from mapserver.cli import (
    access,
    airspace,
    analyse,
    briefing,
    check,
    convert,
    database,
    demo,
    doctor,
    fly,
    log,
    merge,
    models,
    plan,
    schedule,
    serve,
)
from telemetry.errors import BadInput, Misconfigured, VanagasError

app = typer.Typer(
    name="vanagas",
    help="Mission control for a town's drones, camera towers and body cameras.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.add_typer(plan.app, name="plan")
app.command("check")(check.check)
app.command("fly")(fly.fly)
app.command("briefing")(briefing.briefing)
app.command("schedule")(schedule.schedule)
app.command("convert")(convert.convert)
app.add_typer(airspace.app, name="airspace")
app.command("analyse")(analyse.analyse)
app.command("merge")(merge.merge)
app.command("log")(log.log)
app.command("token")(access.token)
app.command("user")(access.user)
app.add_typer(database.app, name="db")
app.command("models")(models.models)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatter in ("alembic", "httpx", "transitions", "amqtt", "uvicorn.error", "rasterio"):
        logging.getLogger(chatter).setLevel(logging.WARNING)
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
