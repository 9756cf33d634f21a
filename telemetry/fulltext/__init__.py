"""Full-text search: what was said, as documents of words that SQLite's FTS5 and PostgreSQL's own search find."""

from telemetry.fulltext.documents import Document, DocumentQuery, find, put, replace
from telemetry.fulltext.tables import SearchDocumentRow
from telemetry.fulltext.words import words_of

__all__ = ["Document", "DocumentQuery", "SearchDocumentRow", "find", "put", "replace", "words_of"]
