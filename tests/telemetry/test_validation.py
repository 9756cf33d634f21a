"""What pydantic refused, in the reader's language."""

import pytest
from pydantic import BaseModel, Field, ValidationError, field_validator

from telemetry.messages import Message
from telemetry.validation import explain


class Asked(BaseModel):
    count: int = Field(1, ge=0, le=9)
    name: str = Field("x", min_length=1)
    shape: str = "round"

    @field_validator("shape")
    @classmethod
    def _known(cls, value: str) -> str:
        if value != "round":
            raise ValueError(Message("settings.processes_of_ray"))
        return value


def refused(**given: object) -> Message:
    with pytest.raises(ValidationError) as refusal:
        Asked.model_validate(given)
    return explain(refusal.value)


def test_the_english_text_is_pydantics_own() -> None:
    assert str(refused(count=10)) == "count: input should be less than or equal to 9"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("lt", "count: turi būti ne daugiau kaip 9; name: turi būti bent 1 ženklas"),
        ("lv", "count: jābūt ne lielākam par 9; name: jābūt vismaz 1 zīmei"),
    ],
)
def test_every_field_is_named_with_its_reason_in_the_readers_language(language: str, said: str) -> None:
    assert refused(count=10, name="").text(language) == said


def test_a_message_that_a_validator_raises_is_quoted() -> None:
    assert refused(shape="square").text("lv") == f"shape: {Message('settings.processes_of_ray').text('lv')}"


def test_of_many_faults_the_first_are_named_and_the_rest_counted() -> None:
    class Many(BaseModel):
        one: int
        two: int
        three: int
        four: int
        five: int
        six: int

    with pytest.raises(ValidationError) as refusal:
        Many.model_validate({})
    assert explain(refusal.value).text("lt").endswith("five: laukas privalomas; ir dar 1")
