"""Which event an observation tells of, among those that its sender has told of under the same name.

Pure; stores nothing. The server asks it for each observation that arrives, and `vanagas merge` for those of a file.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from telemetry.cities import City
from telemetry.errors import BadObservation
from telemetry.messages import Message
from telemetry.observations.contradictions import NAMES_RESTART, silence_between
from telemetry.observations.growing import WARNING, WARNING_MESSAGE, Contradiction, Grown, Same, grow
from telemetry.observations.values import Observation, observation_id, occurrence_id
from telemetry.scopes import Scope

Key = tuple[str, str, str]
"""source.kind, source.id and source_ref."""
Family = list["Stored"]
"""The events under one name, the newest first."""
Place = tuple[City, Scope]
"""Where a name counts."""
Owner = tuple[str, str, str]
"""Town, scope and sender."""


@dataclass(frozen=True)
class Stored:
    """An observation as it is stored."""

    observation: Observation
    occurrence: int
    """1, 2, …: which of the events to which its source gave the same name."""


@dataclass(frozen=True)
class NewEvent:
    """It tells of an event that was not known."""

    stored: Stored
    warning: Message | None
    """What is wrong with its source; it is among the observation's attributes, too."""


@dataclass(frozen=True)
class Addition:
    """It adds to a known event."""

    known: Observation
    """The event as it was known."""
    stored: Stored
    """As it is known now."""
    added: tuple[Message, ...]
    """What was added."""


@dataclass(frozen=True)
class Repetition:
    """It says nothing new of a known event."""

    known: Observation
    word_for_word: bool


class Occurrences:
    """The events that one sender has told of."""

    def __init__(
        self,
        sender: str,
        families: Mapping[tuple[Place, Key], Family] | None = None,
        owners: dict[str, Owner] | None = None,
        forgotten: Collection[str] = (),
    ) -> None:
        """What is stored already: `families` by place and key, `owners` of ids that are taken, and
        the ids of `forgotten` observations, which do not grow any more.

        `owners` is kept up to date here, so that the events of several senders may share it.
        """
        self._sender = sender
        if owners is None:
            owners = {}
        self._owners = owners
        self._families: defaultdict[tuple[Place, Key], Family] = defaultdict(list, families or {})
        self._forgotten = forgotten

    def say(self, said: Observation) -> NewEvent | Addition | Repetition:
        """Decide what `said` is, and know it from now on.

        Raises BadObservation for an id that another observation of the same sender has.
        """
        family = self._families[(said.city, said.scope), said.key]
        additions: list[tuple[Stored, Grown]] = []
        contradicted: Contradiction | None = None
        for stored in family:
            result = grow(stored.observation, said)
            if isinstance(result, Same):
                return Repetition(stored.observation, result.word_for_word)
            if isinstance(result, Grown):
                additions.append((stored, result))
            elif contradicted is None:
                contradicted = result
        if additions:
            return self._add(family, *min(additions, key=lambda one: silence_between(one[0].observation, said)))
        return self._begin(family, said, contradicted)

    def replace(self, grown: Stored) -> None:
        """Know a stored event as it is now, where another sender whose event it is too has added to it."""
        of = grown.observation
        family = self._families.get(((of.city, of.scope), of.key), [])
        family[:] = [grown if one.observation.id == of.id else one for one in family]

    def _add(self, family: Family, stored: Stored, result: Grown) -> Addition | Repetition:
        if stored.observation.id in self._forgotten:
            return Repetition(stored.observation, word_for_word=False)
        grown = Stored(result.observation, stored.occurrence)
        family[family.index(stored)] = grown
        return Addition(stored.observation, grown, result.added)

    def _begin(self, family: Family, said: Observation, contradicted: Contradiction | None) -> NewEvent:
        occurrence = 1 + max((stored.occurrence for stored in family), default=0)
        changes: dict[str, object] = {}
        if (chosen := self._id_for(said, occurrence)) != said.id:
            changes["id"] = chosen
        warning: Message | None = None
        if contradicted is not None and said.attributes.get(NAMES_RESTART) is not True:
            warning = Message("observations.name_used_before", name=said.source_ref, why=contradicted.why)
            changes["attributes"] = {
                **said.attributes,
                WARNING: str(warning),
                WARNING_MESSAGE: warning.to_json(),
            }
        stored = Stored(said.model_copy(update=changes) if changes else said, occurrence)
        family.insert(0, stored)
        self._owners[stored.observation.id] = (said.city, said.scope, self._sender)
        return NewEvent(stored, warning)

    def _id_for(self, said: Observation, occurrence: int) -> str:
        """The id that it asks for or that follows from its key, unless that is another observation's already."""
        if occurrence == 1 and said.id not in self._owners:
            return said.id
        chosen = said.id != observation_id(said.source, said.source_ref)
        ours = self._owners.get(said.id) == (said.city, said.scope, self._sender)
        if occurrence == 1 and chosen and ours:
            key = "/".join(said.key)
            raise BadObservation(Message("observations.id_taken", id=said.id, key=key))
        return occurrence_id(said, self._sender, occurrence)
