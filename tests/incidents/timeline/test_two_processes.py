"""Two server processes take in observations of one event at the same time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

from sqlmodel import select

from incidents.merging import default_rules
from incidents.timeline.acceptance import Receipt, accept
from incidents.timeline.tables import IncidentRow
from incidents.timeline.turns import take_turn
from telemetry.observations import Observation
from telemetry.store import Store, Work
from tests.builders import NOON, observation, place
from tests.postgres import PostgresServer

OBSERVATIONS = 80
SENDERS = 4
RULES = default_rules()


def test_each_of_eighty_is_kept_and_all_are_in_one_incident(postgres: PostgresServer) -> None:
    seen = [observation(str(number), position=place(east_m=number % 7)) for number in range(OBSERVATIONS)]
    with postgres.database() as url, closing(Store(url)) as first, closing(Store(url)) as second:
        stores = (first, second)

        def take(number: int) -> Receipt:
            return stores[number % 2].run(partial(take_in, seen[number]))

        with ThreadPoolExecutor(SENDERS) as senders:
            receipts = list(senders.map(take, range(OBSERVATIONS)))
        with first.read() as session:
            (incident,) = session.exec(select(IncidentRow)).all()
    assert {receipt.incident_id for receipt in receipts} == {incident.id}
    assert sorted(incident.observation_ids) == sorted(one.id for one in seen)


def test_units_of_work_that_take_turns_are_done_once(postgres: PostgresServer) -> None:
    done: list[int] = []
    with postgres.database() as url, closing(Store(url)) as first, closing(Store(url)) as second:
        stores = (first, second)

        def take(number: int) -> None:
            def unit(work: Work) -> None:
                take_turn(work)
                done.append(number)
                take_in(observation(str(number)), work)

            stores[number % 2].run(unit)

        with ThreadPoolExecutor(SENDERS) as senders:
            list(senders.map(take, range(12)))
    assert sorted(done) == list(range(12))


def take_in(one: Observation, work: Work) -> Receipt:
    (receipt,) = accept(work, [one], now=NOON, rules=RULES)
    return receipt
