"""The catalogues in the tree: complete, alike in all languages, and in step with the code."""

import io
from pathlib import Path

import pytest
from babel.messages.pofile import read_po as babel_read

from telemetry.messages.adding import BadMessages, add, read_blocks, remove, tidy
from telemetry.messages.catalogue import LOCALE, domains, path_of
from telemetry.messages.checking import check_catalogues, check_usage
from telemetry.messages.languages import LANGUAGES
from telemetry.messages.literals import literals_of
from telemetry.messages.po import BadCatalogue, read_po

ROOT = Path(__file__).parent.parent.parent.parent
PHOTOS = """
photos.count
en: {count} photo | {count} photos
lt: {count} nuotrauka | {count} nuotraukos | {count} nuotraukų
lv: {count} fotoattēls | {count} fotoattēli | {count} fotoattēlu
"""


def test_catalogues_are_complete_and_alike_in_all_languages() -> None:
    assert check_catalogues() == []


def test_the_code_uses_every_message_and_no_other() -> None:
    assert check_usage(ROOT) == []


def test_the_reader_reads_what_babel_reads() -> None:
    for language in LANGUAGES:
        for domain in domains():
            path = path_of(language, domain)
            read = babel_read(io.BytesIO(path.read_bytes()), locale=language)
            said = {}
            for message in read:
                if message.id:
                    code = message.id if isinstance(message.id, str) else message.id[0]
                    texts = message.string if isinstance(message.string, tuple) else (message.string,)
                    said[code] = texts
            assert read_po(path) == said


def test_messages_are_added_to_every_language_at_once(tmp_path: Path) -> None:
    assert add(PHOTOS, locale=tmp_path) == ["photos.count"]
    assert read_po(path_of("lv", "photos", tmp_path))["photos.count"][2] == "{count} fotoattēlu"
    assert check_catalogues(tmp_path) == []
    assert add(PHOTOS, locale=tmp_path) == [], "the same once more changes nothing"
    assert tidy(tmp_path) == []


def test_a_text_that_is_there_is_changed_only_when_that_is_asked_for(tmp_path: Path) -> None:
    add(PHOTOS, locale=tmp_path)
    other = PHOTOS.replace("nuotraukos", "fotografijos")
    with pytest.raises(BadMessages, match="is there already"):
        add(other, locale=tmp_path)
    assert add(other, replace=True, locale=tmp_path) == ["photos.count"]


def test_a_message_is_removed_from_every_language(tmp_path: Path) -> None:
    add(PHOTOS, locale=tmp_path)
    remove(["photos.count"], locale=tmp_path)
    assert domains(tmp_path) == []
    with pytest.raises(BadMessages, match="in no catalogue"):
        remove(["photos.count"], locale=tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("lv: {count} fotoattēls | {count} fotoattēli | {count} fotoattēlu", "", "has no lv text"),
        ("{count} nuotraukos | ", "", "has 2 forms in lt, not 3"),
        ("{count} fotoattēlu", "{number} fotoattēlu", "has ['count', 'number'] in lv"),
        ("{count} photos", "{count:furlongs} photos", "a format that is not known: furlongs"),
        ("{count} photos", "{Count} photos", "no placeholder"),
        ("photos.count", "Photos", "is not a code"),
        ("lt:", "xx:", "does not begin with a language"),
    ],
)
def test_what_is_not_whole_is_not_added(before: str, after: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(BadMessages) as caught:
        add(PHOTOS.replace(before, after), locale=tmp_path)
    assert fault in str(caught.value)
    assert domains(tmp_path) == []


def test_quotes_backslashes_and_line_ends_come_back(tmp_path: Path) -> None:
    said = 'a "quoted" \\ word\\nand a line'
    add(f"x.y\nen: {said}\nlt: {said}\nlv: {said}", locale=tmp_path)
    assert read_po(path_of("en", "x", tmp_path))["x.y"] == ('a "quoted" \\ word\nand a line',)


def test_a_long_text_goes_on_in_the_next_line() -> None:
    assert read_blocks("x.y\nen: one\n  two\nlt: vienas\n")["x.y"] == {"en": ("one two",), "lt": ("vienas",)}


@pytest.mark.parametrize("content", ['msgid "a.b"\nmsgstr "x', "what is this", 'msgctxt "x"'])
def test_a_damaged_catalogue_is_named_with_its_line(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text(content, "utf-8")
    with pytest.raises(BadCatalogue, match=r"a\.po, line \d"):
        read_po(path)


def test_a_code_stands_in_a_catalogue_once(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text('msgid "a.b"\nmsgstr "x"\nmsgid "a.b"\nmsgstr "y"\n', "utf-8")
    with pytest.raises(BadCatalogue, match="stands in it twice"):
        read_po(path)


def test_missing_unused_and_wrongly_filled_messages_are_found(tmp_path: Path) -> None:
    locale = tmp_path / "locale"
    add(PHOTOS, locale=locale)
    add("roles.pilot\nen: pilot\nlt: pilotas\nlv: pilots", locale=locale)
    add("users.is\nen: {role:@roles}\nlt: {role:@roles}\nlv: {role:@roles}", locale=locale)
    package = tmp_path / "mapserver"
    package.mkdir()
    (package / "a.py").write_text('Message("photos.count", number=3)\nMessage("photos.none")\n', "utf-8")
    assert check_usage(tmp_path, locale) == [
        "photos.none: is used in mapserver/a.py:2 and in no catalogue",
        "users.is: is used nowhere",
        "photos.count: mapserver/a.py:1 does not give count",
    ]
    (package / "a.html").write_text("{{ t('users.is', role=role) }} {{ t('photos.count', count=1) }}", "utf-8")
    (package / "a.py").write_text("", "utf-8")
    assert check_usage(tmp_path, locale) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.py", 'raise BadPlan(f"the plan {name} cannot be flown")', ["the plan § cannot be flown"]),
        ("a.py", '"""What it is for."""\nlog.error("it is lost now: %s", e)\nraise TypeError("not this one")', []),
        ("a.py", 'Option(help="Which plan to fly")\nx = "SELECT name FROM users WHERE active"', []),
        ("a.html", '<p title="{{ x }}">Flights of <b>{{ y }}</b></p> {{ t("a.b") }}', ["Flights of"]),
        ("a.html", '<button aria-label="Close this">x</button>', ["Close this"]),
        ("a.js", '// a comment that says much\nshow(`the drone ${name} is lost`)', ["the drone § is lost"]),
    ],
)  # fmt: skip
def test_sentences_outside_the_catalogues_are_found(name: str, content: str, said: list[str], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    assert [words for _, words in literals_of(path)] == said


def test_every_language_has_a_folder() -> None:
    assert sorted(path.name for path in LOCALE.iterdir()) == sorted(LANGUAGES)
