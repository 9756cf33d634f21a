"""Reads procedures from TOML: those that ship, or a town's own file of the same form."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from incidents.procedures.values import CallContact, IncidentProcedure, Procedures, Step
from telemetry.errors import Misconfigured
from telemetry.messages import LANGUAGES, Message
from telemetry.messages.town_texts import town_text

_PROCEDURE = frozenset({"title", "categories", "steps"})
_STEP_NEEDS = frozenset({"id", "text"})
_STEP_MAY = _STEP_NEEDS | {"mandatory", "answers", "when", "call"}
_CALL = frozenset({"who", "phone"})


@lru_cache(maxsize=1)
def default_procedures() -> Procedures:
    """Those that ship with the program."""
    text = resources.files("incidents.procedures").joinpath("procedures.toml").read_text("utf-8")
    return read_procedures(text, "procedures.toml")


def load_procedures(path: Path) -> Procedures:
    """A town's own procedures. Raises Misconfigured naming the file, the procedure and the fault."""
    try:
        return read_procedures(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(Message("town_files.unreadable", file=path, reason=str(error))) from error


def read_procedures(text: str, name: str) -> Procedures:
    """Procedures from TOML text. Raises Misconfigured."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(Message("town_files.not_toml", file=name, reason=str(error))) from error
    found = {procedure: _Reader(name, procedure).procedure(table) for procedure, table in tables.items()}
    taken: dict[str, str] = {}
    for one in found.values():
        for category in one.categories:
            if category in taken:
                raise Misconfigured(Message("town_files.two_procedures", file=name, category=category))
            taken[category] = one.name
    return found


class _Reader:
    """Reads one procedure of one file."""

    def __init__(self, file: str, name: str) -> None:
        self._file = file
        self._name = name

    def procedure(self, table: Any) -> IncidentProcedure:
        """Raises Misconfigured."""
        self._require_keys(table, self._name, _PROCEDURE, _PROCEDURE)
        categories = table["categories"]
        if not _are_words(categories) or not isinstance(table["steps"], list):
            raise self._fault("town_files.no_list", self._name, keys=["categories", "steps"])
        steps = tuple(self._steps(table["steps"]))
        return IncidentProcedure(self._name, self._text(table["title"], self._name, "title"), tuple(categories), steps)

    def _steps(self, tables: Sequence[Any]) -> Iterator[Step]:
        before: dict[str, Step] = {}
        for number, table in enumerate(tables, 1):
            where = f"{self._name}.steps {number}"
            self._require_keys(table, where, _STEP_NEEDS, _STEP_MAY)
            step = self._step(table, where)
            if step.id in before:
                raise self._fault("town_files.same_step", where, step=step.id)
            for of, said in step.when.items():
                if of not in before or said not in before[of].answers:
                    raise self._fault("town_files.no_such_answer", where, step=of, answer=said)
            before[step.id] = step
            yield step

    def _step(self, table: Mapping[str, Any], where: str) -> Step:
        answers = table.get("answers", {})
        when = table.get("when", {})
        mandatory = table.get("mandatory", False)
        if not isinstance(answers, dict) or not isinstance(when, dict) or not _are_words(list(when.values())):
            raise self._fault("town_files.no_tables", where, keys=["answers", "when"])
        if not isinstance(mandatory, bool):
            raise self._fault("town_files.no_yes_or_no", where, key="mandatory")
        return Step(
            id=str(table["id"]),
            text=self._text(table["text"], where, "text"),
            mandatory=mandatory,
            answers={name: self._text(text, where, f"answers.{name}") for name, text in answers.items()},
            when=when,
            call=self._contact(table.get("call"), where),
        )

    def _contact(self, table: Any, where: str) -> CallContact | None:
        if table is None:
            return None
        self._require_keys(table, f"{where}.call", _CALL, _CALL)
        return CallContact(self._text(table["who"], where, "call.who"), str(table["phone"]))

    def _text(self, value: object, where: str, key: str) -> Message:
        try:
            return town_text(value)
        except ValueError as error:
            raise self._fault("town_files.no_text", where, key=key, languages=list(LANGUAGES)) from error

    def _require_keys(self, table: Any, where: str, needed: frozenset[str], known: frozenset[str]) -> None:
        if not isinstance(table, dict) or not needed <= set(table) <= known:
            raise self._fault("town_files.unknown_keys", where, needed=sorted(needed), known=sorted(known))

    def _fault(self, code: str, where: str, **params: Any) -> Misconfigured:
        return Misconfigured(Message(code, file=self._file, table=where, **params))


def _are_words(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) and value for value in values)
