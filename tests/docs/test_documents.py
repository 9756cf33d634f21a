"""The documents tell the truth as far as a program can try it: commands, options, links, files and lengths."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from build_assets import ROOT
from mapserver.cli import COMMANDS, loaded

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"(?:^|[;&|`(] ?|/bin/)(vanagas(?: [^;&|`#'\"\n]*)?)", re.MULTILINE)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)\)")


def commands(document: Path) -> Iterator[list[str]]:
    """Every call of `vanagas` in its blocks for the shell, as words."""
    for block in SHELL.findall(document.read_text("utf-8")):
        for line in block.splitlines():
            for call in COMMAND.findall(line.split(" #")[0]):
                yield shlex.split(call)[1:]


CALLS = [(document.name, words) for document in DOCUMENTS for words in commands(document)]


@pytest.mark.parametrize(("name", "words"), CALLS, ids=[f"{name}: {' '.join(words)}" for name, words in CALLS])
def test_a_command_and_its_options_are_there(name: str, words: list[str]) -> None:
    assert words[0] in COMMANDS, f"{name}: there is no `vanagas {words[0]}`"
    command = loaded(words[0])
    if subcommands := getattr(command, "commands", None):
        assert words[1] in subcommands, f"{name}: there is no `vanagas {words[0]} {words[1]}`"
        command = subcommands[words[1]]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_what_it_links_to_is_there(document: Path) -> None:
    for target in LINK.findall(document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_the_shell_reads_its_blocks(document: Path) -> None:
    for block in SHELL.findall(document.read_text("utf-8")):
        told = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False, timeout=60)
        assert told.returncode == 0, told.stderr


def test_the_readme_is_read_on_one_screen_after_another() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert len(lines) <= 80
    assert max(len(line) for line in lines) <= 120


def test_every_command_is_told_of() -> None:
    told = (ROOT / "docs/commands.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"vanagas {name}" in told, name
