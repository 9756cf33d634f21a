"""Writing documents into the search, and finding them. Knows nothing of who asks, nor of what a document is about."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Select
from sqlmodel import Session, SQLModel, col

from telemetry.clock import as_utc
from telemetry.errors import BadInput
from telemetry.fulltext.schema import VECTOR, WORDS
from telemetry.fulltext.tables import SearchDocumentRow
from telemetry.fulltext.words import (
    SHORTEST_PREFIX,
    STEM,
    cell_of,
    cells_of,
    common_facet,
    facet,
    joined,
    stems,
    words_of,
)
from telemetry.messages import Message
from telemetry.store import ALWAYS, Between, insert_rows
from telemetry.visibility import Visibility

BITS = 23
"""Of an id, below the hundredths of a second: enough until the year 2200, the last that an observation may be of."""
COUNTED = 1_000
"""More documents than that are not counted."""
_DOCUMENTS = SQLModel.metadata.tables["search_documents"]
_IDS: sqlalchemy.BindParameter[Sequence[int]] = sqlalchemy.bindparam("ids", expanding=True)
_TAKEN = sqlalchemy.select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.id.in_(_IDS))
_OF_OBSERVATIONS = _DOCUMENTS.delete().where(
    _DOCUMENTS.c.observation_id.in_(sqlalchemy.bindparam("observations", expanding=True))
)
_WORDS = sqlalchemy.table(WORDS, sqlalchemy.column("rowid"), sqlalchemy.column(WORDS))


@dataclass(frozen=True)
class Document:
    """What was said in one observation, or by one entry of a timeline."""

    city: str
    scope: str
    at: datetime
    """When it happened, UTC."""
    texts: Iterable[str]
    category: str
    source_kind: str | None = None
    place: tuple[float, float] | None = None
    """Latitude and longitude, degrees."""
    names: Iterable[str] = ()
    """Identities, such as hashes of plates, by which it is found by who asks for those, and by nobody else."""
    observation_id: str | None = None
    entry_id: int | None = None

    @cached_property
    def said(self) -> list[str]:
        """Its words."""
        return [word for text in self.texts for word in words_of(text)]

    @property
    def terms(self) -> str:
        """What is indexed."""
        facets = [common_facet("t", self.city), common_facet("s", self.scope), common_facet("c", self.category)]
        facets += [facet("n", name) for name in self.names]
        if self.source_kind is not None:
            facets.append(common_facet("k", self.source_kind))
        if self.place is not None:
            facets.append(cell_of(*self.place))
        return joined([*stems(self.said), *facets])

    @property
    def first_id(self) -> int:
        """Its id, unless that is taken."""
        about = f"{self.observation_id} {self.entry_id}".encode()
        number = int.from_bytes(hashlib.blake2b(about, digest_size=4).digest(), "big")
        return lowest_id(self.at) + (number >> (32 - BITS))


@dataclass(frozen=True)
class DocumentQuery:
    """Which documents are wanted; what is left out does not narrow it."""

    visible: Visibility
    words: str = ""
    """All of them, in any order; the beginning of a word will do from three letters on."""
    categories: Sequence[str] = ()
    source_kinds: Sequence[str] = ()
    bounds: tuple[float, float, float, float] | None = None
    """West, south, east, north, degrees."""
    between: Between = ALWAYS
    names: Sequence[str] = field(default=())
    """One of these identities."""


@dataclass(frozen=True)
class DocumentPage:
    """Some of the documents that were found, the latest first."""

    rows: Sequence[SearchDocumentRow]
    next_cursor: str | None
    """Where the next page begins; None at the end."""


def lowest_id(moment: datetime) -> int:
    """No document of `moment` (UTC), or later, has a lower id."""
    return int(as_utc(moment).timestamp() * 100) << BITS


def put(session: Session, documents: Sequence[Document]) -> None:
    """Let new documents be found."""
    if not documents:
        return
    ids = _free_ids(session, [document.first_id for document in documents])
    rows = [
        {
            "id": one,
            "city": document.city,
            "scope": document.scope,
            "at": document.at,
            "category": document.category,
            "source_kind": document.source_kind,
            "lat": None if document.place is None else document.place[0],
            "lon": None if document.place is None else document.place[1],
            "observation_id": document.observation_id,
            "entry_id": document.entry_id,
            "words": joined(document.said),
            "terms": document.terms,
        }
        for one, document in zip(ids, documents, strict=True)
    ]
    rows.sort(key=itemgetter("id"))  # FTS5 writes a segment of its own for each row that is below the one before it
    insert_rows(session, _DOCUMENTS, rows)


def replace(session: Session, documents: Sequence[Document]) -> None:
    """Let observations be found by what they say now, and by nothing that they said before."""
    if documents:
        said = [document.observation_id for document in documents]
        session.connection().execute(_OF_OBSERVATIONS, {"observations": said})
        put(session, documents)


def find(session: Session, wanted: DocumentQuery, *, limit: int, cursor: str | None = None) -> DocumentPage:
    """The documents that are `wanted`, the latest first: one page. Raises BadInput on another list's cursor."""
    query = _query(session, wanted)
    if query is None:
        return DocumentPage((), None)
    found, key = query
    if cursor is not None:
        found = found.where(key < _read_cursor(cursor))
    rows = session.execute(found.order_by(key.desc()).limit(limit + 1)).scalars().all()
    following = None
    if len(rows) > limit:
        following = str(rows[limit - 1].id)
    return DocumentPage(rows[:limit], following)


def count(session: Session, wanted: DocumentQuery) -> int:
    """How many documents are wanted; COUNTED + 1 for more than COUNTED."""
    query = _query(session, wanted)
    if query is None:
        return 0
    some = query[0].with_only_columns(col(SearchDocumentRow.id)).limit(COUNTED + 1).subquery()
    return int(session.connection().execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(some)).scalar_one())


def _query(session: Session, wanted: DocumentQuery) -> tuple[Select[Any], ColumnElement[int]] | None:
    """The query without order, and the column it is sorted by; None where nothing can be found."""
    words = words_of(wanted.words)
    if wanted.words.strip() and not words:
        return None
    is_server = session.get_bind().dialect.name != "sqlite"
    groups = _facets(wanted)
    if not is_server:  # PostgreSQL reads all of a term that nearly all documents have, and asks columns at less cost
        groups += _place_groups(wanted)
    query: Select[Any] = sqlalchemy.select(SearchDocumentRow).where(
        *_conditions(wanted), *_whole_words(words, is_server=is_server)
    )
    key: ColumnElement[int] = _DOCUMENTS.c.id
    if not words and not groups:
        return _in_time(query, key, wanted.between), key
    if not is_server:
        match = sqlalchemy.text(f"{WORDS} MATCH :match").bindparams(match=_fts5(words, groups))
        key = _WORDS.c.rowid
        query = query.join(_WORDS, _WORDS.c.rowid == col(SearchDocumentRow.id)).where(match)
    else:
        match = sqlalchemy.text(f"{VECTOR} @@ CAST(:match AS tsquery)").bindparams(match=_tsquery(words, groups))
        query = query.where(match)
    return _in_time(query, key, wanted.between), key


def _in_time(query: Select[Any], key: ColumnElement[int], between: Between) -> Select[Any]:
    if between.since is not None:
        query = query.where(key >= lowest_id(between.since))
    if between.until is not None:
        query = query.where(key < lowest_id(between.until) + (1 << BITS))
    return query


def _conditions(wanted: DocumentQuery) -> list[ColumnElement[bool]]:
    """What is asked of the columns: categories and kinds of source are told apart by their facets."""
    row = SearchDocumentRow
    conditions = [wanted.visible.rows(row)]
    if wanted.bounds is not None:
        west, south, east, north = wanted.bounds
        conditions += [col(row.lat).between(south, north), col(row.lon).between(west, east)]
    if wanted.between.since is not None:
        conditions.append(col(row.at) >= wanted.between.since)
    if wanted.between.until is not None:
        conditions.append(col(row.at) < wanted.between.until)
    return conditions


def _whole_words(words: Sequence[str], *, is_server: bool) -> list[ColumnElement[bool]]:
    """That of words of which only the stem is indexed all of it is there."""
    said = sqlalchemy.literal(" ") + _DOCUMENTS.c.words
    place_of = sqlalchemy.func.strpos if is_server else sqlalchemy.func.instr
    return [place_of(said, f" {word}") > 0 for word in words if len(word) > STEM]


def _facets(wanted: DocumentQuery) -> list[list[str]]:
    """Of each group one facet is wanted."""
    groups = [
        [facet("c", category) for category in wanted.categories],
        [facet("k", kind) for kind in wanted.source_kinds],
        [facet("n", name) for name in wanted.names],
    ]
    if wanted.bounds is not None:
        groups.append(cells_of(wanted.bounds) or [])
    return [group for group in groups if group]


def _place_groups(wanted: DocumentQuery) -> list[list[str]]:
    """Town and scope, which narrow what is found by a word that everybody says."""
    groups = []
    if wanted.visible.cities:
        groups.append([facet("t", city) for city in sorted(wanted.visible.cities)])
    if wanted.visible.scope is not None:
        groups.append([facet("s", wanted.visible.scope)])
    return groups


def _fts5(words: Sequence[str], groups: Sequence[Sequence[str]]) -> str:
    parts = [f'"{word[:STEM]}"*' if _may_be_longer(word) else f'"{word[:STEM]}"' for word in words]
    parts += ["(" + " OR ".join(f'"{one}"' for one in group) + ")" for group in groups]
    return " AND ".join(parts)


def _tsquery(words: Sequence[str], groups: Sequence[Sequence[str]]) -> str:
    parts = [f"'{word[:STEM]}':*" if _may_be_longer(word) else f"'{word[:STEM]}'" for word in words]
    parts += ["(" + " | ".join(f"'{one}'" for one in group) + ")" for group in groups]
    return " & ".join(parts)


def _may_be_longer(word: str) -> bool:
    """Whether terms that begin with the word are meant, too."""
    return SHORTEST_PREFIX <= len(word) < STEM


def _free_ids(session: Session, wanted: Sequence[int]) -> list[int]:
    """An id for each of `wanted`: that one, or the next that is not taken."""
    given: dict[int, int] = {}
    waiting = dict(enumerate(wanted))
    used: set[int] = set()
    while waiting:
        taken = set(session.connection().execute(_TAKEN, {"ids": list(waiting.values())}).scalars())
        again = {}
        for number, one in waiting.items():
            if one in taken or one in used:
                again[number] = one + 1
            else:
                given[number] = one
                used.add(one)
        waiting = again
    return [given[number] for number in range(len(wanted))]


def _read_cursor(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 19 or int(cursor) >= 1 << 63:
        raise BadInput(Message("store.cursor_unknown"))
    return int(cursor)
