"""Whose turn it is to merge, of several processes on one database. Merges nothing."""

from sqlalchemy import text

from telemetry.store import Work


def take_turn(work: Work) -> None:
    """Let no other process merge until `work` is committed; the first thing that it does.

    On PostgreSQL by a lock on the index of places, which merging reads and writes: a lock of a table sees what the one
    before has committed, an advisory lock would not. On SQLite one writes at a time anyway. Without a turn nothing
    would be wrong, since a unit of work that met another is done again, but most would be; with one a town, too, since
    the database finds out what met by pages of its indexes, which hold rows of all towns.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(text("LOCK TABLE incident_places IN SHARE ROW EXCLUSIVE MODE"))
