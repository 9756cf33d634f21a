"""The commands as a user types them: what they say, and their exit status, when given something wrong."""

import json
import socket
from pathlib import Path

import pytest

from tests.builders import observation, place
from tests.process.running import Program, free_port, typed, vanagas

BOW_TIE = json.dumps(
    {
        "type": "Polygon",
        "coordinates": [[[23.28, 56.62], [23.29, 56.63], [23.29, 56.62], [23.28, 56.63], [23.28, 56.62]]],
    }
)
STRONG = {"VANAGAS_SECRET_KEY": "9f2c7d1ab34e58607f9c0d1e2b3a4c5d"}


def test_merge_needs_no_server(tmp_path: Path) -> None:
    seen = [observation("1"), observation("2", after_s=30), observation("3", after_s=60, position=place(east_m=3_000))]
    (tmp_path / "in.jsonl").write_text("\n".join(o.model_dump_json() for o in seen), encoding="utf-8-sig")
    done = vanagas("merge", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.json"))
    told = json.loads((tmp_path / "out.json").read_text())
    assert done.returncode == 0
    assert [len(incident["observation_ids"]) for incident in told["incidents"]] == [2, 1]
    assert {"id", "category", "opened_at", "position", "sources"} <= told["incidents"][0].keys()
    assert (told["questions"], told["moved"]) == ([], [])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "line 1 is not JSON"),
        ("9" * 5_000, "line 1 is not JSON"),
        ('{"city": "dobele"}', "line 1 cannot be taken: source"),
        (None, "cannot be read"),
    ],
)
def test_merge_names_the_file_the_line_and_the_reason(tmp_path: Path, content: str | None, words: str) -> None:
    source = tmp_path / "in.jsonl"
    if content is not None:
        source.write_text(content)
    done = typed("merge", str(source), "-o", str(tmp_path / "out.json"))
    assert (done.returncode, words in done.stderr) == (2, True)
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({}, "there is no secret key"),
        ({"VANAGAS_SECRET_KEY": "changeme"}, "everybody knows"),
        ({"VANAGAS_SECRET_KEY": "short-but-random-7"}, "at least 32"),
        ({**STRONG, "VANAGAS_PORT": "many"}, "port"),
        (STRONG, "db upgrade"),
    ],
)
def test_serve_refuses_what_must_not_be_started_with(tmp_path: Path, env: dict[str, str], words: str) -> None:
    done = typed("serve", "--data", str(tmp_path), env=env)
    assert (done.returncode, words in done.stderr) == (2, True)


def test_a_settings_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "vanagas.toml").write_text("port = ")
    done = typed("serve", "--data", str(tmp_path), env=STRONG)
    assert (done.returncode, "vanagas.toml is not TOML" in done.stderr) == (2, True)


def test_a_taken_port_gives_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = vanagas("demo", "--no-browser", "--port", str(port), "--data", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"port {port}" in done.stderr


def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    env = {**STRONG, "VANAGAS_DATA_DIR": str(tmp_path)}
    assert typed("db", "upgrade", env=env).returncode == 0
    with Program("serve", "--port", str(free_port()), env=env, log=tmp_path / "serve.log") as first:
        first.wait_for("ready")
        second = vanagas("serve", "--port", str(free_port()), env=env)
    assert (second.returncode, "another server uses" in second.stderr) == (1, True)


def test_the_demo_refuses_a_real_systems_folder(tmp_path: Path) -> None:
    (tmp_path / "vanagas.toml").write_text(f'secret_key = "{STRONG["VANAGAS_SECRET_KEY"]}"\n')
    done = typed("demo", "--no-browser", "--port", "0", "--data", str(tmp_path))
    assert (done.returncode, "not a demo" in done.stderr) == (2, True)


def test_a_token_for_nobody_is_refused_with_the_known_names(tmp_path: Path) -> None:
    typed("db", "upgrade", "--data", str(tmp_path), env=STRONG)
    done = typed("token", "--user", "nobody", "--data", str(tmp_path), env=STRONG)
    assert (done.returncode, "known are none yet" in done.stderr) == (1, True)


def test_the_models_are_listed_and_whole() -> None:
    done = typed("models")
    assert (done.returncode, "nanodet-g" in done.stdout, "Apache-2.0" in done.stdout) == (0, True, True)


def test_the_doctor_says_what_is_missing_and_what_to_do(tmp_path: Path) -> None:
    done = typed("doctor", "--data", str(tmp_path), env=STRONG)
    assert (done.returncode, "db upgrade" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not json", "JSON"),
        ('{"type": "Polygon", "coordinates": []}', "zone.geojson"),
        (BOW_TIE, "cross"),
    ],
)  # fmt: skip
def test_a_plan_over_something_that_is_no_area_is_refused(tmp_path: Path, content: str, words: str) -> None:
    area = tmp_path / "zone.geojson"
    area.write_text(content)
    done = typed("plan", "survey", str(area), "-o", str(tmp_path / "out.geojson"), "--altitude", "60")
    assert (done.returncode, words in done.stderr) == (2, True)


@pytest.mark.parametrize(("name", "content"), [("no.mp4", None), ("text.mp4", b"this is no video"), ("empty.mp4", b"")])
def test_an_unreadable_video_is_named_with_its_reason(tmp_path: Path, name: str, content: bytes | None) -> None:
    video = tmp_path / name
    if content is not None:
        video.write_bytes(content)
    done = typed("analyse", str(video), "-o", str(tmp_path / "out.jsonl"))
    assert (done.returncode, name in done.stderr) == (2, True)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("command", [("db", "upgrade"), ("demo", "--no-browser", "--port", "0"), ("db", "check")])
def test_a_data_folder_that_cannot_be_one_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("")
    done = typed(*command, "--data", str(tmp_path / "file"), env=STRONG)
    assert (done.returncode, str(tmp_path / "file") in done.stderr) == (2, True)


def test_a_damaged_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "vanagas.db").write_text("this is no database, whatever its name says")
    done = typed("db", "check", "--data", str(tmp_path), env=STRONG)
    assert (done.returncode, "cannot be used" in done.stderr) == (1, True)


def test_a_port_beyond_the_last_is_refused(tmp_path: Path) -> None:
    done = typed("demo", "--no-browser", "--port", "99999", "--data", str(tmp_path))
    assert (done.returncode, "up to 65535" in done.stderr) == (1, True)
