"""A backup of a server at work, restored elsewhere, is a server again with all that was acknowledged before."""

import threading
from pathlib import Path

import httpx

from tests.builders import observation, place
from tests.process.running import Program, free_port, typed, vanagas
from tests.process.test_stop import ENV, data

__all__ = ["data"]


class Sender(threading.Thread):
    """Hands in one observation after the other until told to stop; `acknowledged` counts them."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(daemon=True)
        self._url = f"{url}/api/v1/observations"
        self._headers = {"Authorization": f"Bearer {token}"}
        self.acknowledged: list[str] = []
        self.some = threading.Event()
        self.stopping = threading.Event()

    def run(self) -> None:
        with httpx.Client(trust_env=False, timeout=60, headers=self._headers) as client:
            while not self.stopping.is_set():
                ref = str(len(self.acknowledged))
                one = observation(ref, position=place(east_m=int(ref) * 50)).model_dump(mode="json")
                client.post(self._url, json=[one]).raise_for_status()
                self.acknowledged.append(ref)
                if len(self.acknowledged) >= 10:
                    self.some.set()


def test_a_backup_of_a_server_at_work_is_a_server_again(data: Path) -> None:
    port = str(free_port())
    token = typed("token", "--user", "cam.dobele", "--data", str(data), env=ENV).stdout.strip()
    with Program("serve", "--data", str(data), "--port", port, env=ENV, log=data / "serve.log") as program:
        program.wait_for("ready")
        sender = Sender(f"http://127.0.0.1:{port}", token)
        sender.start()
        assert sender.some.wait(60)
        before = list(sender.acknowledged)
        made = vanagas("backup", str(data.parent / "backup"), "--data", str(data), env=ENV)
        sender.stopping.set()
        sender.join(60)
    assert made.returncode == 0, made.stderr
    assert "secret key (VANAGAS_SECRET_KEY): not in it" in made.stdout

    new = data.parent / "new"
    restored = typed("restore", str(data.parent / "backup"), "--data", str(new), env=ENV)
    assert (restored.returncode, restored.stderr.strip().splitlines()[-1]) == (
        0,
        "every invariant holds, and the secret key is the right one",
    )
    with Program("serve", "--data", str(new), "--port", port, env=ENV, log=new / "serve.log") as program:
        program.wait_for("ready")
        again = [observation(ref, position=place(east_m=int(ref) * 50)).model_dump(mode="json") for ref in before]
        answer = httpx.post(
            f"http://127.0.0.1:{port}/api/v1/observations",
            json=again,
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=60,
        )
        assert {row["outcome"] for row in answer.json()} == {"duplicate"}
