"""Placeholders in three languages, numbers and dates by CLDR."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.messages.plurals import get_plural
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from telemetry.messages.catalogue import text_of
from telemetry.messages.formatting import fill, parts_of
from telemetry.messages.languages import LANGUAGES, sort_key
from telemetry.messages.message import Message

AT = datetime(2026, 3, 5, 14, 7, 9, tzinfo=UTC)
VILNIUS = ZoneInfo("Europe/Vilnius")


def filled(text: str, language: str = "en", **params: Any) -> str:
    return fill(text, Message("x.y", **params).params, LANGUAGES[language], VILNIUS, text_of)


@pytest.mark.parametrize(
    ("text", "language", "value", "shown"),
    [
        ("{x}", "en", 1234.5, "1,234.5"),
        ("{x}", "lt", 1234.5, "1\N{NO-BREAK SPACE}234,5"),
        ("{x:1}", "lv", -2.25, "-2,2"),
        ("{x:0}", "lt", -0.2, "0"),
        ("{x:plain}", "lt", 2026, "2026"),
        ("{x:m}", "lt", 1260, "1,3 km"),
        ("{x:s}", "lt", 7500, "2 val. 05 min."),
        ("{x:percent}", "lv", 0.9999, "99,9 %"),
        ("{x:bytes}", "lt", 2_500_000, "2,5 MB"),
        ("{x}", "lv", True, "jā"),
        ("{x}", "lt", None, "–"),
        ("{x:and}", "lt", ["a", "b", "c"], "a, b ir c"),
        ("{x:or}", "lv", ["a", "b"], "a vai b"),
        ("{x:^}", "lt", "šunys", "Šunys"),
        ("{x:@written}", "en", "nothing", "nothing"),
        ("{{{x}}}", "en", "a", "{a}"),
        ("{x:date}", "lt", AT, "2026-03-05"),
        ("{x:day}", "lv", AT, "05.03."),
        ("{x:moment}", "en", AT, "05 Mar 16:07:09"),
        ("{x:utc}", "lt", AT, "14:07"),
        ("{x:date}", "lv", "2026-03-05", "05.03.2026."),
        ("{x:time}", "lv", "2026-03-05T14:07:09Z", "16:07"),
        ("{x:date}", "lv", "2026-02-30", "2026-02-30"),
        ("{x}", "lv", "2026-03-05", "2026-03-05"),
        ("{x}", "lt", date(2026, 3, 5), "2026-03-05"),
        ("{x:long_date}", "lt", AT, "2026\N{NO-BREAK SPACE}m. kovo 5\N{NO-BREAK SPACE}d., ketvirtadienis"),
        ("{x:long_date}", "lv", AT, "ceturtdiena, 2026. gada 5. marts"),
    ],
)
def test_a_placeholder_is_shown_as_its_format_and_language_say(
    text: str, language: str, value: Any, shown: str
) -> None:
    assert filled(text, language, x=value) == shown


def test_a_time_in_utc_says_so() -> None:
    assert fill("{x:time}", {"x": AT}, LANGUAGES["lt"], UTC, text_of) == "14:07\N{NO-BREAK SPACE}UTC"


def test_what_is_not_given_stays_to_be_seen() -> None:
    assert filled("at {height_m:0} m") == "at {height_m} m"


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_cldr_and_of_the_catalogues_header(language: str) -> None:
    spoken = LANGUAGES[language]
    cldr = Locale(language).plural_form
    header = spoken.plural_forms.split("plural=")[1].rstrip(";")
    gettext = compile_plural(header)
    for number in range(250):
        assert spoken.plural_categories[spoken.plural_of(number)] == cldr(number)
        assert gettext(number) == spoken.plural_of(number)
    assert len(spoken.plural_categories) == get_plural(language).num_plurals


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_and_separators_are_those_of_cldr(language: str) -> None:
    spoken = LANGUAGES[language]
    locale = Locale(language)
    assert spoken.months == tuple(locale.months["format"]["wide"][number] for number in range(1, 13))
    assert spoken.weekdays == tuple(locale.days["format"]["wide"][number] for number in range(7))
    symbols = locale.number_symbols["latn"]
    assert (spoken.decimal, spoken.group, spoken.minus) == (symbols["decimal"], symbols["group"], symbols["minusSign"])


@given(st.floats(-1e9, 1e9), st.sampled_from(sorted(LANGUAGES)))
def test_numbers_are_written_as_babel_writes_them(value: float, language: str) -> None:
    value = round(value, 2) or 0.0
    babels = format_decimal(abs(value), "#,##0.00", locale=language)
    sign = LANGUAGES[language].minus if value < 0 else ""
    assert filled("{x:2}", language, x=value) == f"{sign}{babels}"


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(filled(text), str)
    assert all(part for part in parts_of(text))


def test_names_are_sorted_as_dictionaries_do() -> None:
    names = ["Žalgirio", "Šiauliai", "Suvalkai", "Yla", "Ilzė", "Jonas", "Čepkeliai", "Cesis"]
    assert sorted(names, key=lambda name: sort_key(name, "lt")) == [
        "Cesis", "Čepkeliai", "Yla", "Ilzė", "Jonas", "Suvalkai", "Šiauliai", "Žalgirio",
    ]  # fmt: skip
    assert sorted(["Ģirts", "Guna", "Ābele", "Aldis"], key=lambda name: sort_key(name, "lv")) == [
        "Aldis", "Ābele", "Guna", "Ģirts",
    ]  # fmt: skip


def compile_plural(expression: str) -> Any:
    """gettext's own reading of a plural rule."""
    from gettext import c2py  # noqa: PLC0415

    return c2py(expression)


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    assert filled("{x:date}", "lt", x=AT + timedelta(hours=8)) == "2026-03-06"
