"""`vanagas fly`: a plan file flown on a vehicle from the terminal, without page, server or database."""

import asyncio
import contextlib
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from mapserver.cli.listed_towns import know_towns
from mapserver.cli.options import DataDir, policy_given
from mission import formats
from mission.checks.offline import airspace_in
from mission.flights.clearance import Clearance, ConnectedVehicle, Terms, clearance
from mission.flights.procedure import FlightOutcome, FlightResult, FlightTimeouts
from mission.flights.standalone import StandaloneFlight
from mission.formats.document import PlanFile
from mission.routes.drones import DEFAULT_DRONE, drone_named
from telemetry.clock import SystemClock, iso
from telemetry.errors import VanagasError
from telemetry.mavlink.signing import read_signing_key
from telemetry.messages import Message, written
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem
from telemetry.vehicles import Vehicle, VehicleState
from telemetry.vehicles.drivers import VehicleDriver, driven_by

CLOCK = SystemClock()


def fly(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan in any format that `vanagas convert` reads.")],
    link: Annotated[str, typer.Option(metavar="URL", help="This side's end, such as udpin://0.0.0.0:14540.")],
    driver: Annotated[VehicleDriver, typer.Option(help="dronekit flies ArduPilot only.")] = VehicleDriver.MAVSDK,
    confirm: Annotated[bool, typer.Option("--confirm", help="Start without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line an event.")] = False,
    tlog: Annotated[Path | None, typer.Option(help="The telemetry log; else PLAN-TIME.tlog in this folder.")] = None,
    signing_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The vehicle's MAVLink 2 signing key, 32 bytes.")
    ] = None,
    zones: Annotated[
        list[Path] | None, typer.Option(help="Zones of an authority (ED-269, ED-318); without them none are checked.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="A TOML file with a town's thresholds.")] = None,
    drone: Annotated[str, typer.Option(help="A drone of the catalogue, for battery and range.")] = DEFAULT_DRONE,
    bvlos: Annotated[bool, typer.Option("--bvlos", help="An authorisation for BVLOS is held.")] = False,
    despite: Annotated[
        list[str] | None, typer.Option(metavar="CHECK", help="Fly although this check blocks; goes into the record.")
    ] = None,
    give_up: Annotated[
        float, typer.Option(metavar="SECONDS", min=5, help="Silence after which it counts as lost.")
    ] = 180.0,
    data: DataDir = None,
) -> None:
    """Check, upload, verify, ask, arm, fly, land. Ctrl-C brings it home, a second one lets go. Status 0: all done.

    The checks run from where the vehicle stands, with what is given here; a block refuses the flight and names
    what clears it. What only papers can tell (sight, category, night, certificates) is shown, and whoever confirms
    answers for it. A plan without take-off or landing gets one: up, and home at the end.
    """
    know_towns(data)
    record_to = tlog or Path(f"{plan.stem}-{CLOCK.now():%Y%m%dT%H%M%SZ}.tlog")
    teller = _Teller(as_json=as_json)
    try:
        loaded = formats.load(plan)
        terms = Terms(
            airspace=airspace_in(zones or [], now=CLOCK.now()),
            policy=policy_given(policy),
            airframe=drone_named(drone).airframe,
            bvlos=bvlos,
            despite=frozenset(despite or []),
        )
        with record_to.open("ab"):
            pass  # better found out here than in the air
        key = None if signing_key is None else read_signing_key(signing_key)
        vehicle = driven_by(driver, link, CLOCK, record_to, key)
        flown = asyncio.run(_flown(loaded, vehicle, teller, terms, confirm, FlightTimeouts(give_up_s=give_up)))
    except (VanagasError, OSError) as error:
        why = written(str(error))
        if isinstance(error, VanagasError):
            why = error.told
        teller.end(FlightResult(FlightOutcome.REFUSED, 0, 0, why), None)
        raise
    teller.end(flown, record_to)
    if not flown.complete:
        raise typer.Exit(1)


async def _flown(
    plan: PlanFile, vehicle: Vehicle, teller: "_Teller", terms: Terms, confirmed: bool, timeouts: FlightTimeouts
) -> FlightResult:
    def clear(items: Sequence[MissionItem], here: Position, known: ConnectedVehicle) -> Clearance:
        return clearance(plan, items, here, now=CLOCK.now(), terms=terms, vehicle=known)

    async def confirm(items: Sequence[MissionItem]) -> bool:
        teller.show(plan, items)
        return confirmed or await _typed_yes()

    flight = StandaloneFlight(vehicle, plan, teller.tell, clear, confirm, teller.state, timeouts)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, flight.stop)
    with teller:
        return await flight.run()


async def _typed_yes() -> bool:
    """Whether the pilot types yes; read on a thread of its own, so that Ctrl-C is obeyed meanwhile."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str] = loop.create_future()

    def answer(line: str) -> None:
        if not typed.done():
            typed.set_result(line)

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(answer, sys.stdin.readline())

    print(Message("cli.type_yes").text(), end=" ", file=sys.stderr, flush=True)
    threading.Thread(target=read, daemon=True).start()
    return (await typed).strip().lower() == "yes"


class _Teller:
    """Tells what happens: JSON lines, or words and, on a terminal, a bar."""

    def __init__(self, *, as_json: bool) -> None:
        self._link = "link alive"
        self._json, self._console = as_json, Console(highlight=False, markup=False)
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[state]}"),
            console=self._console, disable=as_json or not self._console.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task("items", total=None, state="", visible=False)

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tell(self, event: str, particulars: dict[str, Any]) -> None:
        if self._json:
            print(json.dumps({"at": iso(CLOCK.now()), "event": event, **particulars}, ensure_ascii=False), flush=True)
            return
        if event == "started":
            self._bar.start()
        if event in ("link lost", "link back"):
            self._link = event
            self._bar.update(self._task, state=event)
        if event == "item":
            total = particulars["items"]
            done = particulars["items_reached"]
            self._bar.update(self._task, total=total, completed=done, visible=True)
        if event == "failsafes":
            particulars = {"by itself": " ".join(particulars["words"])}
        if event != "state" and not (event == "item" and self._console.is_terminal):
            words = ", ".join(f"{name} {value}" for name, value in particulars.items() if value not in ("", []))
            self._console.print(f"{CLOCK.now():%H:%M:%S} {event}{': ' if words else ''}{words}")

    def state(self, said: VehicleState) -> None:
        battery = "?" if said.battery is None else f"{said.battery:.0%}"
        self._bar.update(
            self._task, state=f"{said.relative_alt_m:.0f} m · battery {battery} · {said.mode} · {self._link}"
        )

    def show(self, plan: PlanFile, items: Sequence[MissionItem]) -> None:
        """What will be flown."""
        if self._json:
            return
        columns = ("item", "command", "latitude", "longitude", "height_m")
        headings = [Message(f"cli.fly_columns.{column}").text() for column in columns]
        table = Table(*headings, title=Message("cli.fly_on_board", plan=plan.name).text())
        for number, item in enumerate(items):
            place = (f"{item.lat:.7f}", f"{item.lon:.7f}", f"{item.alt_m:g}") if item.lat or item.lon else ("", "", "")
            table.add_row(str(number), str(item.command), *place)
        self._console.print(table)

    def end(self, flown: FlightResult, tlog: Path | None) -> None:
        said = {
            "outcome": flown.outcome.value,
            "items_reached": flown.items_reached,
            "items": flown.items,
            "why": flown.why.text(),
            "mission_changed": flown.mission_changed,
            "tlog": None if tlog is None else str(tlog),
        }
        if self._json or tlog is not None:
            self.tell("end", said)
