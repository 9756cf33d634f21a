"""What differs between languages beside words: plural forms, separators, dates, conjunctions.

The same table serves Python and JavaScript (`scripts.py`); figures are those of CLDR, which a test compares.
Adding a language: an entry here, a folder below `locale/`.
"""

from collections.abc import Callable
from dataclasses import dataclass

NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Language:
    """One language that the system speaks."""

    code: str
    """ISO 639-1."""
    name: str
    """In the language itself."""
    plural_forms: str
    """The header `Plural-Forms` of its catalogues, as gettext writes it."""
    plural_categories: tuple[str, ...]
    """CLDR's names of the plural forms, in the order in which they stand in a catalogue."""
    plural_of: Callable[[float], int]
    """Index of the plural form for a number."""
    decimal: str
    group: str
    minus: str
    yes: str
    no: str
    hour: str
    """The sign of an hour."""
    minute: str
    """The sign of a minute."""
    conjunction: str
    """Between the last two of a list: and."""
    disjunction: str
    """Between the last two of a list: or."""
    patterns: dict[str, str]
    """How times are written, by the name of the format. `{mon}` and `{month}` are the short and the long name."""
    months: tuple[str, ...]
    """As they stand in a date."""
    short_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    """From Monday."""
    short_weekdays: tuple[str, ...]
    alphabet: str
    """Letters in their order; letters in brackets are sorted as one."""


def _english_plural(number: float) -> int:
    if number == 1:
        return 0
    return 1


def _lithuanian_plural(number: float) -> int:
    """CLDR: one for 1, 21, 31; few for 2..9, 22..29; other for 0, 10..20, 30."""
    if 11 <= number % 100 <= 19:
        return 2
    if number % 10 == 1:
        return 0
    if number % 10 in range(2, 10):
        return 1
    return 2


def _latvian_plural(number: float) -> int:
    """CLDR: one for 1, 21, 31; zero for 0, 10..20, 30; other for the rest."""
    if number % 10 == 0 or 11 <= number % 100 <= 19:
        return 2
    if number % 10 == 1:
        return 0
    return 1


ENGLISH = Language(
    code="en",
    name="English",
    plural_forms="nplurals=2; plural=(n != 1);",
    plural_categories=("one", "other"),
    plural_of=_english_plural,
    decimal=".",
    group=",",
    minus="-",
    yes="yes",
    no="no",
    hour="h",
    minute="min",
    conjunction="and",
    disjunction="or",
    patterns={
        "date": "{dd} {mon} {yyyy}",
        "day": "{dd} {mon}",
        "weekday_day": "{wd} {dd} {mon}",
        "weekday_time": "{wd} {HH}:{MM}",
        "weekday_datetime": "{wd} {dd} {mon} {HH}:{MM}",
        "long_date": "{weekday} {d} {month} {yyyy}",
        "month": "{month} {yyyy}",
        "weekday": "{weekday}",
        "short_weekday": "{wd}",
        "time": "{HH}:{MM}",
        "clock": "{HH}:{MM}:{SS}",
        "datetime": "{dd} {mon} {HH}:{MM}",
        "moment": "{dd} {mon} {HH}:{MM}:{SS}",
        "full": "{dd} {mon} {yyyy} {HH}:{MM}",
    },
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    short_months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    short_weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    alphabet="abcdefghijklmnopqrstuvwxyz",
)  # fmt: skip

LITHUANIAN = Language(
    code="lt",
    name="Lietuvių",
    plural_forms="nplurals=3; plural=(n%10==1 && (n%100<11 || n%100>19) ? 0"
    " : n%10>=2 && (n%100<11 || n%100>19) ? 1 : 2);",
    plural_categories=("one", "few", "other"),
    plural_of=_lithuanian_plural,
    decimal=",",
    group=NBSP,
    minus="−",
    yes="taip",
    no="ne",
    hour="val.",
    minute="min.",
    conjunction="ir",
    disjunction="arba",
    patterns={
        "date": "{yyyy}-{mm}-{dd}",
        "day": "{mm}-{dd}",
        "weekday_day": "{wd}, {mm}-{dd}",
        "weekday_time": "{wd} {HH}:{MM}",
        "weekday_datetime": "{wd}, {mm}-{dd} {HH}:{MM}",
        "long_date": f"{{yyyy}}{NBSP}m. {{month}} {{d}}{NBSP}d., {{weekday}}",
        "month": f"{{yyyy}}{NBSP}m. {{month}}",
        "weekday": "{weekday}",
        "short_weekday": "{wd}",
        "time": "{HH}:{MM}",
        "clock": "{HH}:{MM}:{SS}",
        "datetime": "{mm}-{dd} {HH}:{MM}",
        "moment": "{mm}-{dd} {HH}:{MM}:{SS}",
        "full": "{yyyy}-{mm}-{dd} {HH}:{MM}",
    },
    months=(
        "sausio", "vasario", "kovo", "balandžio", "gegužės", "birželio",
        "liepos", "rugpjūčio", "rugsėjo", "spalio", "lapkričio", "gruodžio",
    ),
    short_months=(
        "saus.", "vas.", "kov.", "bal.", "geg.", "birž.", "liep.", "rugp.", "rugs.", "spal.", "lapkr.", "gruod.",
    ),
    weekdays=(
        "pirmadienis", "antradienis", "trečiadienis", "ketvirtadienis", "penktadienis", "šeštadienis", "sekmadienis",
    ),
    short_weekdays=("pr", "an", "tr", "kt", "pn", "št", "sk"),
    alphabet="aąbcčdeęėfgh(iįy)jklmnopqrsštuųūvwxzž",
)  # fmt: skip

LATVIAN = Language(
    code="lv",
    name="Latviešu",
    plural_forms="nplurals=3; plural=(n%10==0 || (n%100>=11 && n%100<=19) ? 2 : n%10==1 ? 0 : 1);",
    plural_categories=("one", "other", "zero"),
    plural_of=_latvian_plural,
    decimal=",",
    group=NBSP,
    minus="-",
    yes="jā",
    no="nē",
    hour="h",
    minute="min",
    conjunction="un",
    disjunction="vai",
    patterns={
        "date": "{dd}.{mm}.{yyyy}.",
        "day": "{dd}.{mm}.",
        "weekday_day": "{wd}, {dd}.{mm}.",
        "weekday_time": "{wd} {HH}:{MM}",
        "weekday_datetime": "{wd}, {dd}.{mm}. {HH}:{MM}",
        "long_date": "{weekday}, {yyyy}. gada {d}. {month}",
        "month": "{yyyy}. gada {month}",
        "weekday": "{weekday}",
        "short_weekday": "{wd}",
        "time": "{HH}:{MM}",
        "clock": "{HH}:{MM}:{SS}",
        "datetime": "{dd}.{mm}. {HH}:{MM}",
        "moment": "{dd}.{mm}. {HH}:{MM}:{SS}",
        "full": "{dd}.{mm}.{yyyy}. {HH}:{MM}",
    },
    months=(
        "janvāris", "februāris", "marts", "aprīlis", "maijs", "jūnijs",
        "jūlijs", "augusts", "septembris", "oktobris", "novembris", "decembris",
    ),
    short_months=(
        "janv.", "febr.", "marts", "apr.", "maijs", "jūn.", "jūl.", "aug.", "sept.", "okt.", "nov.", "dec.",
    ),
    weekdays=("pirmdiena", "otrdiena", "trešdiena", "ceturtdiena", "piektdiena", "sestdiena", "svētdiena"),
    short_weekdays=("pirmd.", "otrd.", "trešd.", "ceturtd.", "piektd.", "sestd.", "svētd."),
    alphabet="aābcčdeēfgģhiījkķlļmnņoprsštuūvwxyzž",
)  # fmt: skip

LANGUAGES: dict[str, Language] = {language.code: language for language in (ENGLISH, LITHUANIAN, LATVIAN)}
"""By code. English is first: it holds the text that the others are translated from."""


def sort_key(text: str, language: str) -> tuple[tuple[int, ...], str]:
    """Sorts `text` as the language's dictionaries do; what is no letter of it comes first, by code point."""
    ranks = _RANKS[language]
    return tuple(ranks.get(letter, ord(letter) - 0x110000) for letter in text.lower()), text


def _ranks(alphabet: str) -> dict[str, int]:
    ranks: dict[str, int] = {}
    rank = 0
    is_group = False
    for letter in alphabet:
        if letter in "()":
            is_group = letter == "("
            rank += 1
            continue
        ranks[letter] = rank
        if not is_group:
            rank += 1
    return ranks


_RANKS = {code: _ranks(language.alphabet) for code, language in LANGUAGES.items()}
