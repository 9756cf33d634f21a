"""The words by which an observation is found. Stores nothing."""

from collections.abc import Iterator
from functools import lru_cache

from telemetry.fulltext import Document
from telemetry.fulltext.words import fold, without
from telemetry.messages import LANGUAGES, Message
from telemetry.messages.catalogue import known
from telemetry.observations.values import SIMULATED, Observation, SourceKind

PLATE = "plate"
"""Attribute: a number plate in clear. It is found by who asks for plates and gives a reason, never by its letters."""
IDENTITY = "identity"
TOLD = frozenset({SourceKind.REPORT, SourceKind.INSPECTOR})
"""Sources that give what they say a number that people know."""


def document_of(observation: Observation) -> Document:
    """What the search is told of an observation, as it is now: of a forgotten one, what kind of thing it was."""
    plate = observation.attributes.get(PLATE)
    texts = list(_texts(observation))
    names = [value for value in (observation.attributes.get(IDENTITY), plate) if isinstance(value, str)]
    if isinstance(plate, str):
        texts = [without(text, plate) for text in texts]
    place = None
    if observation.position is not None:
        place = (observation.position.lat, observation.position.lon)
    return Document(
        city=observation.city,
        scope=observation.scope,
        at=observation.started_at,
        texts=texts,
        category=observation.category,
        source_kind=observation.source.kind,
        place=place,
        names=names,
        observation_id=observation.id,
    )


@lru_cache(maxsize=256)
def category_names(category: str) -> str:
    """What a category is called in every language, folded."""
    code = f"categories.{category}"
    if not known(code):
        return category
    return fold(" ".join(in_every_language(Message(code))))


def in_every_language(message: Message) -> tuple[str, ...]:
    """The text of `message` in all languages, so that it is found in each."""
    if message.is_written:
        return (message.text(),)
    return tuple(message.text(language) for language in LANGUAGES)


def _texts(observation: Observation) -> Iterator[str]:
    yield category_names(observation.category)
    yield observation.summary
    if observation.message is not None:
        yield from in_every_language(observation.message)
    if not _is_forgotten(observation):
        yield observation.source.id
        if observation.source.kind in TOLD:
            yield observation.source_ref


def _is_forgotten(observation: Observation) -> bool:
    """Whether nothing is left of what it said."""
    said = observation.summary or observation.message
    return not said and not observation.attributes.keys() - {SIMULATED}
