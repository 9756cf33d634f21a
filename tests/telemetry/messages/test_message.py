"""Messages: what they keep, how they travel, and the words that are made of them."""

import asyncio
import pickle
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from pydantic import BaseModel

from telemetry.errors import BadPlan
from telemetry.messages import Message, as_message, speaking, text, written
from telemetry.messages.message import WRITTEN

AT = datetime(2026, 3, 5, 14, 7, 9, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"


def test_a_message_comes_back_from_json_with_its_types() -> None:
    inner = Message("command.unknown_language", language="xx", known=["en", "lt"])
    message = Message(WRITTEN, text="x", at=AT, on=date(2026, 3, 5), inner=inner, many=[1, 2.5, None, True])
    assert Message.from_json(message.to_json()) == message


def test_what_is_no_plain_value_becomes_one() -> None:
    assert Message(WRITTEN, colour=Colour.RED, towns={"b", "a"}).params == {"colour": "red", "towns": ("a", "b")}


def test_json_holds_no_number_that_json_has_not() -> None:
    assert Message(WRITTEN, speed=float("nan")).to_json()["params"] == {"speed": None}


def test_a_message_is_never_changed() -> None:
    with pytest.raises(AttributeError):
        written("x").code = "other"


def test_a_message_travels_between_processes() -> None:
    message = Message(WRITTEN, text="x", at=AT)
    assert pickle.loads(pickle.dumps(message)) == message  # noqa: S301


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(ValueError, match="neither a message nor a text"):
        as_message(5)
    with pytest.raises(ValueError, match="wants `code`"):
        Message.from_json({"params": {}})


def test_a_model_reads_a_message_and_writes_its_words_beside() -> None:
    class Shape(BaseModel):
        reason: Message

    shape = Shape.model_validate({"reason": {"code": WRITTEN, "params": {"text": "wind"}}})
    with speaking("lt"):
        assert shape.model_dump(mode="json") == {
            "reason": {"code": WRITTEN, "params": {"text": "wind"}, "text": "wind"}
        }
    assert "code" in str(Shape.model_json_schema())


def test_words_are_in_the_language_of_the_present_request_also_in_its_threads() -> None:
    message = Message("command.unknown_language", language="xx", known=["en", "lt", "lv"])
    with speaking("lt"):
        assert text(message) == asyncio.run(asyncio.to_thread(text, message))
        assert text(message) == "kalba „xx“ čia nežinoma; parinkčiai --lang tinka en, lt arba lv"
    assert text(message) == "xx is no language that is known here; --lang takes en, lt or lv"


def test_an_error_is_english_in_logs_and_in_the_readers_language_for_people() -> None:
    error = BadPlan(Message("command.unknown_language", language="xx", known=["en"]))
    with speaking("lv"):
        assert error.told.text().startswith("valoda")
        assert str(error) == error.message == "xx is no language that is known here; --lang takes en"


def test_an_error_of_a_plain_text_shows_it_as_written() -> None:
    error = BadPlan("the plan has no points")
    assert (error.told.is_written, error.told.text("lt"), str(error)) == (True, error.message, error.message)
    assert pickle.loads(pickle.dumps(error)).told == error.told  # noqa: S301


def test_a_code_without_text_is_shown_as_itself() -> None:
    assert Message("nowhere.at_all").text("lt") == "nowhere.at_all"
