"""kill -9 at any moment: what was acknowledged is there once, and its timeline is whole."""

import os
import random
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.builders import observation, place
from tests.process.running import Program, free_port, typed, vanagas

SECRET = "9f2c7d1ab34e58607f9c0d1e2b3a4c5d"
BATCH, BATCHES = 5, 40
SEED = int(os.environ.get("VANAGAS_CRASH_SEED", "20261122"))


def sent() -> list[list[dict[str, object]]]:
    """Observations in batches; every third place is the same, so that incidents grow as well as open."""
    batches = []
    for batch in range(BATCHES):
        rows = []
        for n in range(batch * BATCH, (batch + 1) * BATCH):
            position = place(east_m=(n % 3) * 3_000, north_m=n // 3 * 2_000 if n % 3 else 0)
            rows.append(observation(str(n), after_s=n, position=position).model_dump(mode="json"))
        batches.append(rows)
    return batches


class Sender(threading.Thread):
    """Hands in batch after batch and notes which were acknowledged, until the server is gone."""

    def __init__(self, url: str, token: str, batches: list[list[dict[str, object]]]) -> None:
        super().__init__(daemon=True)
        self._url, self._headers = f"{url}/api/v1/observations", {"Authorization": f"Bearer {token}"}
        self._batches = batches
        self.acknowledged: list[dict[str, object]] = []
        self.first = threading.Event()

    def run(self) -> None:
        with httpx.Client(trust_env=False, timeout=30) as client:
            for batch in self._batches:
                try:
                    answer = client.post(self._url, json=batch, headers=self._headers)
                except httpx.HTTPError:
                    return
                answer.raise_for_status()
                self.acknowledged.extend(answer.json())
                self.first.set()


@pytest.fixture
def served(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    env = {"VANAGAS_SECRET_KEY": SECRET, "VANAGAS_SECURE_COOKIES": "false"}
    assert typed("db", "upgrade", "--data", str(tmp_path), env=env).returncode == 0
    for name, role in (("cam.dobele", "device"), ("ilze", "coordinator")):
        made = vanagas(
            "user", name, "--role", role, "--city", "dobele", "--data", str(tmp_path),
            env=env, stdin="a-long-enough-password\na-long-enough-password\n",
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
    bound = typed("devices", "bind", "cam.dobele", "fixed_camera:cam", "--data", str(tmp_path), env=env)
    assert bound.returncode == 0, bound.stderr
    return tmp_path, env


def token(data: Path, env: dict[str, str], user: str) -> str:
    made = typed("token", "--user", user, "--data", str(data), env=env)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def test_nothing_acknowledged_is_lost_or_doubled_when_the_process_is_killed(
    served: tuple[Path, dict[str, str]],
) -> None:
    data, env = served
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    device, reader = token(data, env, "cam.dobele"), token(data, env, "ilze")
    batches, rnd = sent(), random.Random(SEED)
    receipts: dict[object, object] = {}
    for _ in range(4):
        with Program("serve", "--data", str(data), "--port", port, env=env, log=data / "serve.log") as program:
            program.wait_for("ready")
            sender = Sender(url, device, batches)
            sender.start()
            assert sender.first.wait(30)
            time.sleep(rnd.uniform(0, 0.5))  # the moment of the cut is the point of the test: it must be any
            program.kill()
            sender.join(30)
        for receipt in sender.acknowledged:
            known = receipts.setdefault(receipt["observation_id"], receipt["incident_id"])
            assert known == receipt["incident_id"]
    assert receipts

    with Program("serve", "--data", str(data), "--port", port, env=env, log=data / "serve.log") as program:
        program.wait_for("ready")
        client = httpx.Client(base_url=f"{url}/api/v1", trust_env=False, timeout=30)
        kept = {row["id"] for row in client.get("/observations?limit=1000", headers=bearer(reader)).json()}
        assert set(receipts) <= kept
        again = [client.post("/observations", json=batch, headers=bearer(device)).json() for batch in batches]
        outcomes = {row["observation_id"]: row["outcome"] for batch in again for row in batch}
        assert {outcomes[str(i)] for i in receipts} == {"duplicate"}
        rows = client.get("/observations?limit=1000", headers=bearer(reader)).json()
        assert len(rows) == len({(r["source"]["id"], r["source_ref"]) for r in rows}) == BATCH * BATCHES
        incidents = client.get("/incidents?limit=1000", headers=bearer(reader)).json()
        assert sorted(i for incident in incidents for i in incident["observation_ids"]) == sorted(outcomes)
        for incident in incidents:
            entries = client.get(f"/incidents/{incident['id']}/timeline", headers=bearer(reader)).json()
            assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
            told = [e["observation"]["id"] for e in entries if e["kind"] == "observation"]
            assert sorted(told) == sorted(incident["observation_ids"])
    checked = typed("db", "check", "--data", str(data), env=env)
    assert checked.returncode == 0, checked.stdout


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}
