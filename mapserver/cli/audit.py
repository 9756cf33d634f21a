"""`vanagas audit`: whether audit, timelines and observations are as they were written, their export, and the key."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from mapserver import migrations
from mapserver.chain.chained_tables import CHAINED_TABLES
from mapserver.chain.exported import exported_entries, exported_rows, has_rows, write_export
from mapserver.chain.flow import VerifiedDatabase, verify_database
from mapserver.chain.keys import make_key
from mapserver.chain.known_heads import heads_file, outside_heads, public_keys, signing_key
from mapserver.chain.signing import try_signing
from mapserver.cli.options import DataDir
from mapserver.core.existing_database import require_database
from mapserver.core.settings import Settings, load
from telemetry.chain.verification import Verified, verify
from telemetry.clock import SystemClock
from telemetry.messages import Message
from telemetry.store import Store

app = typer.Typer(help="The audit trail and what else is chained.", no_args_is_help=True, add_completion=False)
HeadsFile = Annotated[
    Path | None,
    typer.Option("--heads", help="A file of signed heads from outside the database; else as `chain.heads_file` says."),
]
PublicKey = Annotated[
    Path | None,
    typer.Option("--key", help="The public key (PEM) that heads must be signed with; else of `chain.signing_key`."),
]


@app.command("verify")
def verify_(
    file: Annotated[
        Path | None, typer.Argument(metavar="AUDIT.jsonl", help="An export; without it the database of the settings.")
    ] = None,
    heads: HeadsFile = None,
    key: PublicKey = None,
    data: DataDir = None,
) -> None:
    """Verify that nothing chained was altered, deleted, put in or moved; exit 1 and the first wrong entry otherwise.

    Needs no running server. What is from before the chain is counted as unproved. Without heads from outside nobody
    would notice that everything after some entry was cut off or written anew.
    """
    if file is None:
        settings = load(data)
        heads = heads or heads_file(settings)
        key = key or signing_key(settings)
        found = _verified_database(settings, heads, key)
    else:
        rows = exported_rows(file) if has_rows(file) else None
        outside = outside_heads(heads)
        chains = verify(exported_entries(file), rows, CHAINED_TABLES, outside, public_keys=public_keys(key))
        found = VerifiedDatabase(chains, ())
    faults = found.faults
    for fault in faults:
        typer.echo(fault.text())
    for line in _summary(found.chains, with_heads=bool(heads)):
        typer.echo(line.text(), err=True)
    if faults:
        raise typer.Exit(1)


@app.command()
def export(
    output: Annotated[Path, typer.Option("-o", metavar="AUDIT.jsonl", help="The file to write.")],
    entries_only: Annotated[
        bool, typer.Option("--entries-only", help="Without the rows, which hold personal data.")
    ] = False,
    data: DataDir = None,
) -> None:
    """Write all chains and the rows that they prove to a file that `vanagas audit verify` reads."""
    settings = load(data)
    require_database(settings)
    part = output.with_name(f".{output.name}.part")
    try:
        with closing(Store(settings.database)) as store, part.open("w", encoding="ascii") as lines:
            migrations.require_current(store)
            try_signing(store, settings.chain, SystemClock().now())
            with store.read() as session:
                count = write_export(session, lines, with_rows=not entries_only)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    typer.echo(Message("chain.exported", count=count, file=str(output)).text(), err=True)


@app.command()
def new_key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Outside the data folder; its public half: FILE.pub.")],
) -> None:
    """Make the key that signs heads, and print its public half."""
    typer.echo(make_key(file))


def _verified_database(settings: Settings, heads: Path | None, key: Path | None) -> VerifiedDatabase:
    require_database(settings)
    with closing(Store(settings.database)) as store:
        migrations.require_current(store)
        return verify_database(store, outside_heads(heads), public_keys=public_keys(key))


def _summary(chains: Verified, *, with_heads: bool) -> Iterator[Message]:
    for chain, end in chains.ends.items():
        yield Message("chain.end", chain=chain, end=end)
    for table in sorted({*chains.proved, *chains.unproved}):
        proved = chains.proved[table]
        yield Message("chain.rows", table=table, proved=proved, unproved=chains.unproved[table])
    for rule, count in sorted(chains.erased.items()):
        yield Message("chain.erased", rule=rule, count=count)
    if with_heads:
        yield Message("chain.heads_agree", count=chains.heads)
    else:
        yield Message("chain.no_heads")
