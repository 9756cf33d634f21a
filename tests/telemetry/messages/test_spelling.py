"""Spelling of the Lithuanian and Latvian catalogues, by Debian's hunspell with the dictionaries of both languages.

Words of the trade that no dictionary has are in `trade_words/LANGUAGE.txt`, names and signs in `trade_words/all.txt`.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from telemetry.messages.catalogue import texts_of
from telemetry.messages.formatting import parts_of

TRADE_WORDS = Path(__file__).parent / "trade_words"
UNPACKED = Path(sys.prefix) / "hunspell/usr"
"""Where `make hunspell` puts it."""
FOLDERS = (Path("/usr/share/hunspell"), UNPACKED / "share/hunspell")
WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
COMMAND = re.compile(r"`[^`]*`")
DICTIONARIES = {"lt": "lt_LT", "lv": "lv_LV"}


def words_of(language: str) -> set[str]:
    return {
        word
        for forms in texts_of(language).values()
        for form in forms
        for part in parts_of(form)
        if isinstance(part, str)
        for word in WORD.findall(COMMAND.sub("", part))
    }


def trade_words(language: str) -> set[str]:
    return {
        word
        for name in ("all", language)
        for word in (TRADE_WORDS / f"{name}.txt").read_text("utf-8").split("\n")
        if word and not word.startswith("#")
    }


def misspelt(words: set[str], dictionary: str) -> set[str]:
    program = shutil.which("hunspell") or shutil.which(str(UNPACKED / "bin/hunspell"))
    folder = next((folder for folder in FOLDERS if (folder / f"{dictionary}.dic").is_file()), None)
    if program is None or folder is None:
        pytest.skip(f"hunspell or its dictionary {dictionary} is not installed (`make hunspell`)")
    libraries = ":".join(str(path.parent) for path in UNPACKED.glob("lib/*/libhunspell*.so.0"))
    environment = {**os.environ, "DICPATH": str(folder), "LD_LIBRARY_PATH": libraries, "LC_ALL": "C.UTF-8"}
    command = [program, "-d", dictionary, "-i", "UTF-8", "-l"]
    done = subprocess.run(
        command, input="\n".join(sorted(words)).encode(), capture_output=True, check=True, env=environment
    )
    return set(done.stdout.decode().split())


@pytest.mark.parametrize("language", DICTIONARIES)
def test_the_catalogue_is_spelt_as_the_dictionary_and_the_trade_spell(language: str) -> None:
    words = words_of(language)
    assert len(words) > 100
    known = {word.lower() for word in trade_words(language)}
    assert sorted(word for word in misspelt(words, DICTIONARIES[language]) if word.lower() not in known) == []


@pytest.mark.parametrize("language", DICTIONARIES)
def test_a_word_that_is_misspelt_is_found(language: str) -> None:
    assert misspelt({"skrrydis"}, DICTIONARIES[language]) == {"skrrydis"}
