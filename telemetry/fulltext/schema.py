"""The indexes of words: FTS5 beside the table on SQLite, GIN over it on PostgreSQL. The database keeps them itself.

So no way of writing or deleting a document can forget its words, and they come and go in the same transaction.
FTS5 with the content in another table: https://www.sqlite.org/fts5.html, section 4.4.3.
"""

from sqlalchemy import Connection, text

WORDS = "search_words"
"""The name of the FTS5 table, which begins those of the tables that it keeps its index in."""
GIN = "search_documents_by_words"
VECTOR = "search_vector(terms)"
"""The terms as PostgreSQL searches them: as they are, by no grammar."""
_MAKE_FUNCTION = """
CREATE FUNCTION search_vector(terms text) RETURNS tsvector IMMUTABLE PARALLEL SAFE COST 100 LANGUAGE plpgsql AS
$$ BEGIN RETURN array_to_tsvector(string_to_array(terms, ' ')); END $$
"""
"""In PL/pgSQL, since the planner takes a function in SQL apart and believes that its parts cost nothing."""
_PENDING_KB = 256
"""Terms that wait for their place in the index, which every query reads."""
_REMOVE = f"INSERT INTO {WORDS} ({WORDS}, rowid, terms) VALUES ('delete', OLD.id, OLD.terms);"  # noqa: S608 - our own
_ADD = f"INSERT INTO {WORDS} (rowid, terms) VALUES (NEW.id, NEW.terms);"  # noqa: S608 - our own table
_TRIGGERS = {"INSERT": _ADD, "DELETE": _REMOVE, "UPDATE": _REMOVE + _ADD}


def create(connection: Connection) -> None:
    """Make the index; the table of documents is there, and empty."""
    if connection.dialect.name != "sqlite":
        connection.execute(text(_MAKE_FUNCTION))
        options = f"WITH (gin_pending_list_limit = {_PENDING_KB})"
        connection.execute(text(f"CREATE INDEX {GIN} ON search_documents USING gin ({VECTOR}) {options}"))
        return
    # `ascii` parts terms at blanks alone: all that are stored are of letters and digits.
    options = "terms, content='search_documents', content_rowid='id', tokenize='ascii', detail='none', columnsize=0"
    connection.execute(text(f"CREATE VIRTUAL TABLE {WORDS} USING fts5({options})"))
    for verb, does in _TRIGGERS.items():
        name = f"search_documents_words_{verb.lower()}"
        connection.exec_driver_sql(f"CREATE TRIGGER {name} AFTER {verb} ON search_documents BEGIN {does} END")


def drop(connection: Connection) -> None:
    """Take the index away."""
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"DROP INDEX {GIN}"))
        connection.execute(text("DROP FUNCTION search_vector"))
        return
    for verb in _TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER search_documents_words_{verb.lower()}")
    connection.execute(text(f"DROP TABLE {WORDS}"))


def rebuild(connection: Connection) -> None:
    """Make the index anew, after documents were copied past its triggers."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"INSERT INTO {WORDS} ({WORDS}) VALUES ('rebuild')"))  # noqa: S608 - our own table


def is_of_index(name: str | None) -> bool:
    """Whether a table or an index of this name is the database's own of words."""
    return name is not None and (name in (GIN, WORDS) or name.startswith(f"{WORDS}_"))
