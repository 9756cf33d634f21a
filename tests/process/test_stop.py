"""A server that is told to stop closes its database: what lies there afterwards is whole without any other file."""

import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.builders import observation
from tests.process.running import Program, free_port, typed

SECRET = "9f2c7d1ab34e58607f9c0d1e2b3a4c5d"
ENV = {"VANAGAS_SECRET_KEY": SECRET, "VANAGAS_SECURE_COOKIES": "false"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for args in (
        ("db", "upgrade"),
        ("user", "cam.dobele", "--role", "device", "--city", "dobele"),
        ("devices", "bind", "cam.dobele", "fixed_camera:cam"),
    ):
        made = typed(*args, "--data", str(folder), env=ENV)
        assert made.returncode == 0, made.stderr
    return folder


def serve_and_stop(data: Path, how: signal.Signals) -> tuple[int, Path]:
    """Hand in an observation, copy the database's file while the server runs, and stop it; its status and the copy."""
    port = str(free_port())
    token = typed("token", "--user", "cam.dobele", "--data", str(data), env=ENV).stdout.strip()
    with Program("serve", "--data", str(data), "--port", port, env=ENV, log=data / "serve.log") as program:
        program.wait_for("ready")
        answer = httpx.post(
            f"http://127.0.0.1:{port}/api/v1/observations",
            json=[observation().model_dump(mode="json")],
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
        )
        assert answer.status_code < 300, answer.text
        copied = data.parent / "copied"
        copied.mkdir()
        shutil.copy(data / "vanagas.db", copied)
        program.process.send_signal(how)
        return program.process.wait(60), copied


@pytest.mark.parametrize(("how", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_stopped_server_leaves_nothing_in_the_wal(data: Path, how: signal.Signals, status: int) -> None:
    ended, _ = serve_and_stop(data, how)
    assert ended == status, (data / "serve.log").read_text()[-2000:]
    assert not (data / "vanagas.db-wal").exists()
    with closing(sqlite3.connect(f"{(data / 'vanagas.db').as_uri()}?immutable=1", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM observations").fetchone() == (1,)


def test_a_copy_of_the_file_made_meanwhile_is_refused_by_every_command_until_it_is_accepted(data: Path) -> None:
    _, copied = serve_and_stop(data, signal.SIGTERM)
    for command in (("db", "check"), ("serve", "--port", "0"), ("db", "upgrade")):
        refused = typed(*command, "--data", str(copied), env=ENV)
        assert refused.returncode == 2
        assert "in use when it was copied" in refused.stderr
    assert typed("db", "accept-copy", "--data", str(copied), env=ENV).returncode == 0
    assert "in use" not in typed("db", "check", "--data", str(copied), env=ENV).stderr


def test_everything_that_a_server_keeps_is_for_its_own_user_alone(data: Path) -> None:
    (data / "tlogs").mkdir()
    (data / "tlogs" / "old.tlog").touch()
    for path in (data, data / "vanagas.db", data / "tlogs", data / "tlogs" / "old.tlog"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    serve_and_stop(data, signal.SIGTERM)
    assert [str(path) for path in (data, *data.rglob("*")) if path.stat().st_mode & 0o077] == []
