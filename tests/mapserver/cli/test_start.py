"""What is loaded before a command works: the list of commands stands on nothing, planning on no database."""

import inspect
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from mapserver.cli import COMMANDS, app, loaded

HEAVY = ("numpy", "highspy", "sqlalchemy", "sqlmodel", "rasterio", "pydantic", "cv2", "onnxruntime", "pymavlink")


def loaded_by(code: str) -> set[str]:
    """Which of the heavy libraries a fresh Python has loaded after `code`."""
    ask = f"{code}\nimport sys\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    return set(subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.split())


def test_the_list_of_commands_loads_no_library_of_any_command() -> None:
    ask = "import sys\nsys.argv = ['vanagas', '--help']\nfrom mapserver.cli import main\ntry:\n    main()\n"
    assert loaded_by(ask + "except SystemExit:\n    print()") & set(HEAVY) == set()


def test_planning_loads_neither_database_nor_solver_nor_terrain_library() -> None:
    assert loaded_by("import mapserver.cli.plan").isdisjoint({"highspy", "sqlalchemy", "sqlmodel", "rasterio", "cv2"})


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_list_says_of_each_command_what_the_command_says_itself(name: str) -> None:
    said = inspect.cleandoc(loaded(name).help or "").split("\n\n", maxsplit=1)[0]
    assert " ".join(said.split()) == COMMANDS[name].help


def test_a_command_that_is_not_there_is_named() -> None:
    done = CliRunner().invoke(app, ["pln"])
    assert done.exit_code == 2
    assert "No such command 'pln'" in done.output
