"""Rules of the house that a program can check: floors, no biometrics, nothing of this machine in the tree."""

import ast
import re
import subprocess
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import onnxruntime
import pytest

from mapserver.migrations import METADATA
from tests.town_queries import asking_by_town
from vision.models.catalogue import read_catalogue

ROOT = Path(__file__).parent.parent
FLOORS = {"telemetry": 1, "mission": 2, "mobile_units": 3, "vision": 4, "incidents": 5, "mapserver": 6}
NEIGHBOURS = {"mission", "mobile_units", "vision"}
"""They meet in incidents and mapserver, never each other."""
BIOMETRIC = re.compile(
    r"\b(face[_ ]?(recognition|embedding|encoding|template|id)|facenet|arcface|insightface|deepface|dlib|"
    r"gait|iris[_ ]?(scan|template)|faceprint|voiceprint|biometric)", re.IGNORECASE
)  # fmt: skip


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.add((node.module or "").split(".")[0])
    return found & set(FLOORS)


@pytest.mark.parametrize("package", FLOORS)
def test_an_import_only_points_down_the_floors(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        for other in imported(path) - {package}:
            assert FLOORS[other] < FLOORS[package], f"{path.relative_to(ROOT)} imports {other}, which is above it"
            assert {package, other} - NEIGHBOURS, f"{path.relative_to(ROOT)} imports its neighbour {other}"


def noun_of(module: str, package: str) -> str | None:
    """The folder or loose file directly inside `package` that a dotted module name lies in; None outside it."""
    parts = module.split(".")
    return parts[1] if parts[0] == package and len(parts) > 1 else None


def nouns_imported(path: Path, package: str) -> set[str]:
    """What the file imports of its own package, imports for the type checker included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {noun_of(alias.name, package) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == package:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(noun_of(node.module or "", package))
    return {noun for noun in found if noun is not None}


@pytest.mark.parametrize("package", ["telemetry", "mission"])
def test_no_import_runs_in_a_circle_between_the_folders_of_a_package(package: str) -> None:
    arrows: dict[str, set[str]] = {}
    for path in (ROOT / package).rglob("*.py"):
        noun = path.relative_to(ROOT / package).with_suffix("").parts[0]
        arrows.setdefault(noun, set()).update(nouns_imported(path, package) - {noun})
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        pytest.fail(f"{package}/: {' -> '.join(error.args[1])} is a circle")


def test_a_public_class_name_stands_for_one_class() -> None:
    places: dict[str, list[str]] = {}
    for package in FLOORS:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_no_file_is_longer_than_400_lines() -> None:
    for path in tracked("*.py", "*.js"):
        assert len(path.read_text("utf-8").splitlines()) <= 400, path.relative_to(ROOT)


def folder_imports(package: str) -> dict[str, set[str]]:
    """Which folders of `package` each of its folders imports; a module of its own counts as a folder."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / package).rglob("*.py"):
        folder = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                parts = name.split(".")
                if parts[0] == package and len(parts) > 1 and parts[1] != folder:
                    found.setdefault(folder, set()).add(parts[1])
    return found


@pytest.mark.parametrize("package", ["mapserver"])
def test_imports_between_the_folders_of_a_package_run_in_no_circle(package: str) -> None:
    try:
        tuple(TopologicalSorter(folder_imports(package)).static_order())
    except CycleError as error:
        pytest.fail(f"imports run in a circle: {' <- '.join(error.args[1])}")


def test_no_noun_imports_the_operations_of_another() -> None:
    """What two of them share is a shape in `web/`, or a story in a `flow.py`."""
    for path in tracked("mapserver/*/*.py"):
        noun = path.parent.name
        if noun != "program":
            named = re.findall(
                r"^from mapserver\.(\w+)\.\w*api import|^from mapserver\.(\w+) import \w*api\b",
                path.read_text("utf-8"),
                re.M,
            )
            others = {one or other for one, other in named} - {noun}
            assert not others, f"{path.relative_to(ROOT)} imports operations of {others}"


def test_mapserver_keeps_its_modules_in_folders() -> None:
    assert {path.name for path in (ROOT / "mapserver").glob("*.py")} == {"__init__.py", "__main__.py"}


def test_attributes_are_assigned_a_line_each() -> None:
    """At most one `a, b = x, y` per 1,000 lines: a debugger stops on a line, and a difference shows one."""
    lines = packed = 0
    for package in FLOORS:
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text("utf-8")
            lines += text.count("\n")
            assigned = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Assign))
            pairs = ((node.targets[0], node.value) for node in assigned)
            packed += sum(isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) for target, value in pairs)
    assert packed / lines <= 1 / 1_000


MOST_CONDITIONAL_EXPRESSIONS = {
    "telemetry": 6,
    "mission": 6,
    "mobile_units": 5,
    "vision": 8,
    "incidents": 8,
    "mapserver": 7,
}
"""Per 1,000 lines: a line that chooses is read twice, so it is written where it reads well, not to save a line."""


@pytest.mark.parametrize("package", MOST_CONDITIONAL_EXPRESSIONS)
def test_conditional_expressions_are_rare(package: str) -> None:
    lines = chosen = 0
    for path in (ROOT / package).rglob("*.py"):
        text = path.read_text("utf-8")
        lines += text.count("\n")
        chosen += sum(isinstance(node, ast.IfExp) for node in ast.walk(ast.parse(text)))
    assert chosen / lines <= MOST_CONDITIONAL_EXPRESSIONS[package] / 1_000


def test_no_conditional_expression_stands_in_another() -> None:
    for package in FLOORS:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.IfExp):
                    parts = (node.body, node.orelse, node.test)
                    assert not any(isinstance(part, ast.IfExp) for part in parts), f"{path}, line {node.lineno}"


def test_no_dependency_recognises_people() -> None:
    names = re.findall(r"^([a-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert names
    assert not [name for name in names if BIOMETRIC.search(name) or "face" in name]


def test_nothing_that_the_build_fetches_or_runs_recognises_people() -> None:
    """A face may be found, so that it can be hidden; packages and models that tell one from another stay out."""
    named = [package["name"] for package in tomllib.loads((ROOT / "assets.toml").read_text("utf-8"))["package"]]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    models = [f"{model.name} {model.source} {' '.join(model.classes)}" for model in read_catalogue().values()]
    assert named and wanted and models
    assert not [name for name in (*named, *wanted, *models) if BIOMETRIC.search(name)]
    assert not [name for name in wanted if "face" in name]


def test_no_network_gives_a_vector_that_could_be_kept_of_a_person() -> None:
    """Boxes and scores have a place in the picture; an embedding is one row of numbers, and landmarks come in fives."""
    shipped = sorted((ROOT / "vision/models/weights").glob("*.onnx"))
    readers_of_plates = {"PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"}
    assert {path.name for path in shipped} == {
        model.file.name for model in read_catalogue().values()
    } | readers_of_plates
    for path in shipped:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        for output in session.get_outputs():
            assert len(output.shape) >= 3, f"{path.name} gives a bare vector, {output.name}"
            assert output.shape[1] != 10, f"{path.name} gives landmarks, {output.name}"


def test_no_table_has_a_column_for_a_biometric_template() -> None:
    names = [f"{table.name}.{column.name}" for table in METADATA.tables.values() for column in table.columns]
    assert names
    assert not [name for name in names if BIOMETRIC.search(name) or re.search(r"face|embedding|descriptor", name)]


def test_no_code_recognises_people() -> None:
    for path in tracked("*.py", "*.js"):
        if path != Path(__file__).resolve():
            assert not BIOMETRIC.search(path.read_text("utf-8")), f"{path.relative_to(ROOT)} speaks of biometrics"


def test_nothing_of_this_machine_and_no_registry_is_in_the_tree() -> None:
    home = re.compile(re.escape(str(ROOT.parent)) + r"/|/home/[a-z]|/root/|/Users/[a-z]")
    registry = re.compile(r"(pypi\.org|registry\.npmjs|pythonhosted|deb\.debian)")
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "ignore")
        if path != Path(__file__).resolve():
            assert not home.search(text), f"{path.relative_to(ROOT)} names a folder of a machine"
            assert not registry.search(text), f"{path.relative_to(ROOT)} names a registry"


def test_every_route_asks_who_calls_before_it_reads() -> None:
    """By its router's class; and by routes in one list, since routers within routers are searched again and again."""
    for path in tracked("mapserver/*.py"):
        text = path.read_text("utf-8")
        assert not re.search(r"\bAPIRouter\(", text), f"{path}: use GuardedRouter of mapserver/web/routes.py"
        assert ".include_router(" not in text, f"{path}: list its router in mapserver/program"


def test_permissions_are_asked_for_by_the_names_of_one_file() -> None:
    """A route's alias of its own would type-check although it is of another noun's permission."""
    for path in tracked("mapserver/*.py"):
        if path.name != "permissions.py":
            assert "allowed(Permission." not in path.read_text("utf-8"), f"{path}: use mapserver/web/permissions.py"


def test_no_code_names_a_town_but_the_demo() -> None:
    """A town is a row. Beside the demo stand its invented streets, and examples in shapes of the API."""
    named = re.compile(r"siauliai|dobele|šiauli|\bCity\(\"", re.IGNORECASE)
    kinds = ("py", "js", "html", "css")
    for path in tracked(*(f"{package}/**/*.{kind}" for package in FLOORS for kind in kinds)):
        inside = path.relative_to(ROOT).as_posix()
        if "/demo/" in inside or inside == "mapserver/basemap/synthetic.py" or path.name == "schemas.py":
            continue
        assert not named.search(path.read_text("utf-8")), f"{inside} names a town"


VISIBILITY = "telemetry/visibility.py"
"""The one file that makes these conditions."""
NAMING_TOWNS = {
    "telemetry/observations/repository.py: _OF_SENDERS": "composed once, with the scope; asked for every observation",
    "incidents/timeline/incident_index.py: naming": "with the scope; both are the index's first columns",
    "incidents/timeline/incident_index.py: _search_text": "finished SQL, with the scope; asked for every observation",
    "mapserver/devices/service.py: _ELSEWHERE": "looks for cameras of any other town or scope, to refuse them",
}
"""Statements that name the columns themselves, and why that is right."""


def test_no_query_asks_for_a_town_without_its_scope() -> None:
    found = []
    for path in tracked(*(f"{package}/**/*.py" for package in FLOORS)):
        inside = path.relative_to(ROOT).as_posix()
        if "/migrations/" not in inside and inside != VISIBILITY:
            found += [f"{inside}: {name}" for name in asking_by_town(path.read_text("utf-8"))]
    assert sorted(found) == sorted(NAMING_TOWNS), f"ask by Visibility.rows of {VISIBILITY}"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def a(s, town): return select(UserRow).where(UserRow.city == town)", True),
        ("def a(s, towns): return select(UserRow).where(col(UserRow.city).in_(towns))", True),
        ("def a(s, towns):\n    place = PLACES.c\n    return select(place.id).where(place.city == 'x')", True),
        ("def a(s): return s.execute(text('DELETE FROM users WHERE city = :town'))", True),
        ("def a(s, visible): return select(UserRow).where(visible.in_towns(UserRow.city))", True),
        ("def a(s, visible): return select(UserRow).where(visible.rows(UserRow))", False),
        ("def a(s, v): return select(UserRow).where(v.in_scope(UserRow.scope), v.in_towns(UserRow.lent_to))", False),
        ("def a(s): return select(UserRow).where(col(UserRow.city).is_(None))", False),
        ("def a(row, town): return row.city == town", False),
    ],
)
def test_what_asks_for_a_town_alone_is_found(code: str, found: bool) -> None:
    assert bool(asking_by_town(code)) is found
