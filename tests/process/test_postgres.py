"""The program on a PostgreSQL server: made by `db upgrade`, killed at work, and nothing acknowledged is lost."""

from pathlib import Path

import httpx

from mapserver.core.settings import new_secret
from tests.builders import observation, place
from tests.postgres import PostgresServer
from tests.process.running import Program, free_port, typed


def test_a_server_on_postgresql_that_is_killed_has_kept_what_it_acknowledged(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    folder = str(tmp_path)
    env = {
        "VANAGAS_SECRET_KEY": new_secret(),
        "VANAGAS_DATABASE_URL": postgres.new_database(template="template0"),
        "VANAGAS_SECURE_COOKIES": "false",
    }
    refused = typed("serve", "--data", folder, env=env)
    assert (refused.returncode, "vanagas db upgrade" in refused.stderr) == (2, True)
    assert typed("db", "upgrade", "--data", folder, env=env).returncode == 0
    for args in (
        ("user", "cam.dobele", "--role", "device", "--city", "dobele"),
        ("devices", "bind", "cam.dobele", "fixed_camera:cam"),
    ):
        assert typed(*args, "--data", folder, env=env).returncode == 0
    token = typed("token", "--user", "cam.dobele", "--data", folder, env=env).stdout.strip()
    port = str(free_port())
    seen = [observation(str(number), position=place(east_m=number * 50)).model_dump(mode="json") for number in range(9)]
    with Program("serve", "--data", folder, "--port", port, env=env, log=tmp_path / "serve.log") as program:
        program.wait_for("ready")
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=60,
        ) as client:
            assert client.get("/readyz").status_code == 200
            kept = client.post("/api/v1/observations", json=seen)
            assert {row["outcome"] for row in kept.json()} == {"accepted"}
            postgres.stop()
            assert client.post("/api/v1/observations", json=seen).status_code == 503
            postgres.start()
            again = client.post("/api/v1/observations", json=seen)
            assert again.status_code == 200, again.text
            assert {row["outcome"] for row in again.json()} == {"duplicate"}
        program.kill()
    checked = typed("db", "check", "--data", folder, env=env)
    assert (checked.returncode, checked.stderr.strip()) == (0, "every invariant holds")
