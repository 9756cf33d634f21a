"""Who works on which open incident."""

import pytest

from incidents.merging import State
from incidents.timeline.responding import assigned
from telemetry.cities import City
from telemetry.store import Store
from tests.builders import incident_row, live


@pytest.mark.both_databases
def test_only_open_incidents_on_which_people_work_are_told_with_who_they_are(store: Store) -> None:
    rows = [incident_row(number) for number in range(4)]
    rows.append(incident_row(4, state=State.RESOLVED))
    rows.append(incident_row(5, city=City("siauliai")))
    for row in rows[1:]:
        row.assigned = ["ilze", "juris"]
    rows[2].assigned = []
    with store.write() as work:
        work.session.add_all(rows)
    with store.read() as session:
        found = assigned(session, live(City("dobele")))
    assert sorted(found) == [(rows[1].id, ["ilze", "juris"]), (rows[3].id, ["ilze", "juris"])]
