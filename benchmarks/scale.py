"""What must not grow with history: start, lists, search, snapshot, retention and check at 10⁴, 10⁵, 10⁶ observations.

Run by name (`make bench-scale`), not with the others. A thousand observations a day arrived until now; three hundred
incidents are open at each size. The server runs as `vanagas serve` runs it. Times are of the processor (Linux), which
other work of the machine does not change: of the server's process for requests and for its start, of the whole command
for checks, loading included. Retention has nothing due, and a check has only what is new since the last one. The first
check of all and the first look of retention over a history are shown too: they may grow. The stop is by the clock. The
ratio is the largest size's to the smallest's, at most 1.5 where it is claimed; differences below FLOOR_MS are of the
machine. Sizes may be given: `VANAGAS_SCALE=10000,100000`.
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from benchmarks._stored_history import fill_history
from mapserver import migrations
from mapserver.access import service as access
from mapserver.core.services import assemble
from mapserver.core.settings import Settings, new_secret
from mapserver.retention.flow import retention_desk
from telemetry.access import Role
from telemetry.links.address import free_udp_port

SIZES = tuple(int(size) for size in os.environ.get("VANAGAS_SCALE", "10000,100000,1000000").split(","))
PROGRAM = str(Path(sys.executable).with_name("vanagas"))
REPEATED = 20
WANTED_RATIO = 1.5
SETTLE_S = 3.0
"""Until the jobs of the start have done their first round."""
FLOOR_MS = 5.0
MOST_MIB = 256
MOST_STOP_MS = 1_000
REQUESTS = {
    "list of incidents": "/api/v1/incidents",
    "list, of one category": "/api/v1/incidents?category=fire&limit=50",
    "list, closed in the last day": "/api/v1/incidents?state=resolved&since={day_ago}&limit=50",
    "search for words": "/api/v1/incidents?q=closed%20area&limit=50",
    "search for words that nothing has": "/api/v1/incidents?q=no%20such%20thing",
    "page of incidents": "/incidents",
    "list of observations": "/api/v1/observations",
    "snapshot": "/api/v1/map/snapshot",
}
GROWING = frozenset({"first check", "first check, memory (MiB)", "first look of retention", "database (MiB)"})
"""Rows that may grow."""


def main() -> None:
    """Print the table; exits with what was missed."""
    columns = [_measured(size) for size in SIZES]
    print(f"| ms | {' | '.join(f'{size:,}' for size in SIZES)} | ratio |\n|---{'|---' * len(SIZES)}|---|")
    missed = []
    for name in columns[0]:
        values = [column[name] for column in columns]
        ratio = values[-1] / max(values[0], 1e-9)
        print(f"| {name} | {' | '.join(f'{value:,.1f}' for value in values)} | {ratio:.2f} |")
        if name not in GROWING and ratio > WANTED_RATIO and values[-1] - values[0] > FLOOR_MS:
            missed.append(f"{name}: {ratio:.1f} times")
        if "memory" in name and max(values) > MOST_MIB:
            missed.append(f"{name}: {max(values):.0f}")
        if name == "stop" and max(values) > MOST_STOP_MS:
            missed.append(f"{name}: {max(values):.0f} ms")
    if missed:
        sys.exit("; ".join(missed))


def _measured(size: int) -> dict[str, float]:
    """Milliseconds (or MiB, where the name says so) of everything at `size` observations."""
    with tempfile.TemporaryDirectory(prefix="vanagas-scale-") as folder:
        settings = Settings(data_dir=Path(folder), secret_key=new_secret(), port=free_udp_port())
        token = _prepare(settings, size)
        environment = {**os.environ, "VANAGAS_DATA_DIR": folder, "VANAGAS_SECRET_KEY": settings.key.decode()}
        found = {"database (MiB)": sum(file.stat().st_size for file in Path(folder).glob("*.db*")) / 2**20}
        found["first check"], found["first check, memory (MiB)"] = _command(environment, "db", "check")
        found["check of what is new"], found["check of what is new, memory (MiB)"] = _command(
            environment, "db", "check"
        )
        found["first look of retention"] = _retention(settings)
        found["retention with nothing due"] = _retention(settings)
        with _serving(settings, environment) as (server, started_ms):
            found["start"] = started_ms
            time.sleep(SETTLE_S)
            idle = _idle(server.pid)
            for name, path in REQUESTS.items():
                found[name] = _request(server.pid, settings.port, token, path, idle)
            found["stop"] = _stop(server)
        return found


def _prepare(settings: Settings, size: int) -> str:
    """Fill the database; a token of a coordinator of both towns."""
    parts = assemble(settings)
    migrations.upgrade(parts.store)
    now = parts.clock.now()
    fill_history(parts.store, stored=size, now=now)
    with parts.store.write() as work:
        access.add_user(work.session, "benchmark", Role.COORDINATOR, None, password=None, now=now)
        token = parts.tokens.issue(work.session, "benchmark", label="", now=now, lasts=timedelta(hours=8))
    parts.store.close()
    return token


def _command(environment: dict[str, str], *words: str) -> tuple[float, float]:
    """Milliseconds and the most memory in MiB of a command of the program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile() as said:
        command = subprocess.Popen([PROGRAM, *words], env=environment, stderr=said)
        most_kib = 0
        while command.poll() is None:
            most_kib = _most_kib(command.pid) or most_kib
            time.sleep(0.02)
        said.seek(0)
        if command.returncode != 0:
            raise RuntimeError(f"{' '.join(words)} failed: {said.read().decode()}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = used.ru_utime - before.ru_utime + used.ru_stime - before.ru_stime
    return took * 1e3, most_kib / 1024


def _most_kib(process: int) -> int:
    """The most memory that a process has had so far (Linux); 0 for one that has ended. What `wait4` says of a process
    counts the memory of the one that started it, too."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


def _retention(settings: Settings) -> float:
    """Milliseconds of one turn of retention."""
    parts = assemble(settings)
    parts.forgetting.renew()
    begun = time.process_time()
    forgotten = retention_desk(parts).forget()
    took = (time.process_time() - begun) * 1e3
    parts.store.close()
    if forgotten:
        raise RuntimeError(f"{forgotten} observations were due")
    return took


@contextmanager
def _serving(settings: Settings, environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """`vanagas serve`, and how many milliseconds of processor it took until it answered."""
    command = [PROGRAM, "serve", "--port", str(settings.port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(settings.port):
            if server.poll() is not None:
                raise RuntimeError("the server ended before it answered")
            time.sleep(0.02)
        yield server, _cpu_ms(server.pid)
    finally:
        if server.poll() is None:
            server.kill()
        server.wait()


def _answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
    except httpx.TransportError:
        return False
    return True


def _request(server: int, port: int, token: str, path: str, idle: float) -> float:
    """Milliseconds of the server's processor that a request takes beside its jobs, which take `idle` ms each second."""
    day_ago = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=120) as client:
        for _ in range(3):
            client.get(path.format(day_ago=day_ago)).raise_for_status()
        begun_s = time.monotonic()
        begun = _cpu_ms(server)
        for _ in range(REPEATED):
            client.get(path.format(day_ago=day_ago))
        of_jobs = idle * (time.monotonic() - begun_s)
        return (_cpu_ms(server) - begun - of_jobs) / REPEATED


def _idle(server: int) -> float:
    """Milliseconds of processor that a server takes each second by itself."""
    begun_s = time.monotonic()
    begun = _cpu_ms(server)
    time.sleep(SETTLE_S)
    return (_cpu_ms(server) - begun) / (time.monotonic() - begun_s)


def _cpu_ms(process: int) -> float:
    """Milliseconds of processor time of all threads of a process (Linux: schedstat counts nanoseconds)."""
    return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{process}/task").glob("*/schedstat")) / 1e6


def _stop(server: subprocess.Popen[bytes]) -> float:
    """Milliseconds from SIGTERM to the end of the process."""
    begun = time.perf_counter()
    server.send_signal(signal.SIGTERM)
    server.wait(120)
    return (time.perf_counter() - begun) * 1e3


if __name__ == "__main__":
    main()
