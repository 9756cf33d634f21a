"""`vanagas tokens`: which sessions and tokens there are, and their end. `vanagas token` makes one."""

from typing import Annotated

import typer

from mapserver.access import tokens
from mapserver.cli.access import COMMAND_LINE, opened
from mapserver.cli.options import DataDir
from mapserver.cli.people import TOKEN_FIELDS, AsJson, print_rows

app = typer.Typer(help="Sessions and tokens.", no_args_is_help=True, add_completion=False)


@app.command("list")
def list_tokens(
    user: Annotated[str | None, typer.Option(help="Of this user alone.")] = None,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """All of them with their last use, to the minute; the secret itself is never shown again."""
    parts = opened(data)
    with parts.store.read() as session:
        found = tokens.listed(session, COMMAND_LINE, user=user)
    print_rows(found, TOKEN_FIELDS, as_json=as_json)


@app.command()
def revoke(
    token_id: Annotated[str, typer.Argument(help="The id, as `vanagas tokens list` shows it.")], data: DataDir = None
) -> None:
    """End one; whoever uses it is out within a second."""
    parts = opened(data)
    with parts.store.write() as work:
        ended = tokens.revoke(work, token_id, by=COMMAND_LINE, at=parts.clock.now())
    typer.echo(f"{ended['id']} of {ended['user']}: revoked")
