"""The file of responsible services: who is responsible where, and what is wrong with a file that cannot be used."""

from pathlib import Path

import pytest
from shapely.geometry import Point

from incidents.referrals.reading import default_services, load_services, read_services
from incidents.referrals.values import ServiceChannel, responsible
from telemetry.errors import Misconfigured

WHOLE = """
[park]
title = { en = "Park keepers", lt = "Parko prižiūrėtojai" }
categories = ["fallen_tree"]
area = [[23.20, 56.60], [23.30, 56.60], [23.30, 56.65], [23.20, 56.65]]
email = "park@town.example"
due_h = 6

[greenery]
title = "Greenery"
categories = ["fallen_tree"]
towns = ["dobele"]
webhook = "https://greenery.example/in"
due_h = 24
"""


def service(line: str) -> str:
    return f'[a]\ntitle = "A"\ncategories = ["fire"]\ndue_h = 4\n{line}\n'


def test_the_first_service_whose_category_and_place_fit_is_the_one() -> None:
    services = read_services(WHOLE, "services.toml")

    def fitting(town: str, lon: float | None) -> list[str]:
        place = None if lon is None else Point(lon, 56.62)
        return [one.name for one in responsible(services, "fallen_tree", town, place)]

    assert fitting("dobele", 23.25) == ["park", "greenery"]
    assert fitting("dobele", 23.35) == ["greenery"]
    assert fitting("dobele", None) == ["greenery"]
    assert fitting("siauliai", 23.35) == []
    assert list(responsible(services, "fire", "dobele", None)) == []


def test_a_service_is_told_by_mail_by_webhook_or_by_hand() -> None:
    services = read_services(WHOLE, "services.toml")
    assert (services["park"].channel, services["park"].address) == (ServiceChannel.EMAIL, "park@town.example")
    assert services["greenery"].channel is ServiceChannel.WEBHOOK
    assert services["park"].title.text("lt") == "Parko prižiūrėtojai"
    assert {one.channel for one in default_services().values()} == {ServiceChannel.BY_HAND}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (service('email = "nobody"'), "nobody is no e-mail address"),
        (service('email = "a@b.example\\r\\nBcc: x@y.example"'), "is no e-mail address"),
        (service('webhook = "http://town.example/in"'), "is no https address"),
        (service('webhook = "https://me:secret@town.example/in"'), "is no https address"),
        (service('email = "a@b.example"\nwebhook = "https://b.example"'), "leave one out"),
        (service("area = [[23.2, 56.6], [23.3, 56.6]]"), "at least three corners"),
        (service("area = [[0, 0], [1, 1], [0, 1], [1, 0]]"), "does not cross itself"),
        (service("area = [[0, 0], [400, 0], [0, 1]]"), "at least three corners"),
        (service('language = "de"'), "is one of en, lt or lv"),
        (service("categories = 5"), "not TOML"),
        (service("colour = 5"), "and may have"),
        ('[a]\ntitle = "A"\ncategories = "fire"\ndue_h = 4\n', "are lists"),
        ('[a]\ntitle = "A"\ncategories = ["fire"]\ndue_h = 0\n', "a number of hours above 0"),
        ('[a]\ntitle = { de = "A" }\ncategories = ["fire"]\ndue_h = 4\n', "a table of texts by language"),
        ('a = "b"', "needs"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str, fault: str) -> None:
    with pytest.raises(Misconfigured, match=fault):
        read_services(text, "services.toml")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_services(tmp_path / "nothing.toml")
