"""`vanagas merge` and `vanagas towns`."""

import json
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from mapserver.cli.merge import merge
from mapserver.cli.towns import app as towns
from telemetry.observations import Observation
from tests.incidents.grouping.builders import camera, word

FIGHTS = [
    *(word(f"a{n}", "fight", minutes=n, east_m=5 * n) for n in range(3)),
    camera("camera", "fight", minutes=1),
    *(word(f"b{n}", "fight", minutes=10 + n, east_m=65 + 5 * n) for n in range(3)),
]


def run(folder: Path, seen: list[Observation], *more: str) -> Any:
    source = folder / "obs.jsonl"
    source.write_text("".join(one.model_dump_json() + "\n" for one in seen), encoding="utf-8")
    app = typer.Typer()
    app.command()(merge)
    done = CliRunner().invoke(app, [str(source), "-o", str(folder / "out.json"), *more])
    assert done.exit_code == 0, done.output
    return json.loads((folder / "out.json").read_text("utf-8")), done.output


def test_a_question_stands_in_the_output_with_its_numbers(tmp_path: Path) -> None:
    told, _ = run(tmp_path, FIGHTS)
    (asked,) = told["questions"]
    assert {"id", "a", "b", "observations", "odds", "text"} <= asked.keys()
    assert [asked["a"], asked["b"]] == [incident["id"] for incident in told["incidents"]]


def test_an_answer_moves_what_it_concerns(tmp_path: Path) -> None:
    told, _ = run(tmp_path, FIGHTS)
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps({"question": told["questions"][0]["id"], "same": True}) + "\n")
    after, _ = run(tmp_path, FIGHTS, "--answers", str(answers))
    assert len(after["incidents"]) == 1
    assert after["questions"] == []
    assert {one["observation"] for one in after["moved"]} == {one.id for one in FIGHTS[4:]}


def test_plain_is_the_list_of_incidents(tmp_path: Path) -> None:
    told, _ = run(tmp_path, FIGHTS, "--plain")
    assert [len(incident["observation_ids"]) for incident in told] == [4, 3]


def test_an_observation_is_explained_on_demand(tmp_path: Path) -> None:
    _, said = run(tmp_path, FIGHTS, "--explain", FIGHTS[3].id)
    assert "“Fight”" in said


def test_the_same_lines_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    run(tmp_path, FIGHTS)
    before = (tmp_path / "out.json").read_bytes()
    run(tmp_path, [*reversed(FIGHTS), FIGHTS[2]])
    assert (tmp_path / "out.json").read_bytes() == before


def test_an_invented_town_is_merged_and_scored(tmp_path: Path) -> None:
    made = CliRunner().invoke(towns, ["generate", "11", "--kind", "calm", "-o", str(tmp_path / "town")])
    assert made.exit_code == 0, made.output
    with (tmp_path / "town/obs.jsonl").open(encoding="utf-8") as lines:
        seen = [Observation.model_validate_json(line) for line in lines]
    for form in ([], ["--plain"]):
        run(tmp_path, seen, *form)
        scored = CliRunner().invoke(towns, ["score", str(tmp_path / "town"), str(tmp_path / "out.json")])
        figures = json.loads(scored.output)
        assert figures["pair_f1"] > 0.85
        assert figures["b_cubed_f1"] > 0.9
