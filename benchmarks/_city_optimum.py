"""The proven optimum of a small city day by CP-SAT, written from the request alone: a yardstick for the solver.

Nothing of the solver is used: only the request, its travel times and its windows. A circuit for each unit with each
person's shift; a drone's arc is flown directly or by way of its base; interval variables keep units and persons to one
place; a unit or a person changes hands only where a shift begins or ends.
"""

from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

from ortools.sat.python import cp_model

from mission.schedule.request import Commitment, ScheduleRequest, ScheduleZone, Unit, seconds_from
from mission.schedule.travel import TravelTimes, habits, returns
from mission.schedule.verify import wanted

KEPT_S = 60


@dataclass(frozen=True)
class _Wanted:
    """One visit that is wanted, seconds."""

    zone: ScheduleZone
    number: int
    opens: int
    last: int
    due: int


@dataclass
class _Crew:
    """One unit with one person's shift."""

    unit: Unit
    person: str | None
    shift: tuple[int, int]
    used: Any
    departs: Any
    returns: Any
    serves: dict[int, Any] = field(default_factory=dict)


class Optimum:
    """The model of one request; `cost` is the optimum in priority times seconds, None when it was not proven.

    With `only_moves` it is the least number of confirmed starts that must move instead, whatever else that costs.
    """

    def __init__(
        self, request: ScheduleRequest, *, seconds: float = 60.0, workers: int = 2, only_moves: bool = False
    ) -> None:
        self.request, self.ways, self.model = request, TravelTimes(request), cp_model.CpModel()
        self.horizon = seconds_from(request.begins, request.ends)
        self.now = 0 if request.now is None else seconds_from(request.begins, request.now)
        self.told = {(c.zone_id, c.number): c for c in request.commitments}
        self.visits = [
            _Wanted(zone, n + 1, *(seconds_from(request.begins, moment) for moment in times))
            for zone in request.zones
            for n, times in enumerate(wanted(zone, request))
            if not ((told := self.told.get((zone.id, n + 1))) and told.done)
        ]
        self.begins = [self.model.new_int_var(0, self.horizon, f"b{i}") for i in range(len(self.visits))]
        self.crews = [crew for unit in request.units for crew in self._crews(unit)]
        for crew in self.crews:
            self._route(crew)
        self._one_at_a_time()
        self.moved: list[Any] = []
        """Whether each of the confirmed starts is moved."""
        price = sum(self._price(i) for i in range(len(self.visits)))
        self.model.minimize(sum(self.moved) if only_moves else price)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = workers
        proven = solver.solve(self.model) == cp_model.OPTIMAL
        self.cost = round(solver.objective_value) if proven else None
        self.seconds = solver.wall_time

    def _crews(self, unit: Unit) -> list[_Crew]:
        spans = [(0, self.horizon)]
        if unit.available is not None:
            spans = [(self._at(span.begins), self._at(span.ends)) for span in unit.available]
        shifts: list[tuple[str | None, int, int]] = [(None, 0, self.horizon)]
        if habits(unit).crewed:
            shifts = [
                (person.id, self._at(shift.begins), self._at(shift.ends))
                for person in self.request.people
                if unit.kind in person.kinds
                for shift in person.shifts
            ]
        made = []
        for (person, begins, ends), there in product(shifts, spans):
            span = (max(begins, there[0], 0), min(ends, there[1], self.horizon))
            if span[0] < span[1]:
                name = f"{unit.id}/{person}/{span}"
                departs, back = (self.model.new_int_var(*span, f"{what}{name}") for what in ("d", "r"))
                made.append(_Crew(unit, person, span, self.model.new_bool_var(f"u{name}"), departs, back))
        return made

    def _at(self, moment: Any) -> int:
        return seconds_from(self.request.begins, moment)

    def _told(self, index: int) -> Commitment | None:
        return self.told.get((self.visits[index].zone.id, self.visits[index].number))

    def _able(self, crew: _Crew, index: int) -> bool:
        zone, told = self.visits[index].zone, self._told(index)
        if told is not None and told.locked:
            return (told.unit_id, told.person_id) == (crew.unit.id, crew.person)
        person = next((p for p in self.request.people if p.id == crew.person), None)
        skills = crew.unit.skills | (person.skills if person else frozenset())
        return crew.unit.kind in zone.served_by and zone.needs <= skills

    def _dwell(self, index: int) -> int:
        zone, told = self.visits[index].zone, self._told(index)
        if told is not None and told.locked:
            return seconds_from(told.begins, told.ends)
        return round(zone.dwell_min * 60)

    def _locked(self, index: int) -> bool:
        told = self._told(index)
        return told is not None and told.locked

    def _route(self, crew: _Crew) -> None:
        m, unit = self.model, crew.unit
        mine = [i for i in range(len(self.visits)) if self._able(crew, i)]
        arcs: list[tuple[int, int, Any]] = [(0, 0, crew.used.negated())]
        for i in mine:
            crew.serves[i] = m.new_bool_var("")
            arcs.append((i + 1, i + 1, crew.serves[i].negated()))
        flies = habits(unit).battery is not None
        leaves = {i: m.new_int_var(0, self.horizon, "") for i in mine}  # its sortie's departure from the base
        for i in mine:
            first, last = m.new_bool_var(""), m.new_bool_var("")
            arcs += [(0, i + 1, first), (i + 1, 0, last)]
            self._first(crew, i, first, leaves[i])
            home = self._home(unit, i)
            m.add(crew.returns >= self.begins[i] + self._dwell(i) + (home if returns(unit) else 0)).only_enforce_if(
                last
            )
            if flies:
                self._landing(crew, i, leaves[i], last)
        for i, j in product(mine, mine):
            if i != j:
                arcs += self._arcs(crew, i, j, leaves, flies)
        m.add_circuit(arcs)
        for i in mine:
            self._timed(i, crew.serves[i])

    def _first(self, crew: _Crew, i: int, first: Any, leaves: Any) -> None:
        """The first of a route: out from the base."""
        way = self._out(crew.unit, i)
        self.model.add(self.begins[i] >= leaves + way).only_enforce_if(first)
        self.model.add(leaves == crew.departs).only_enforce_if(first)
        if not self._locked(i):
            self.model.add(leaves >= self.now).only_enforce_if(first)

    def _arcs(self, crew: _Crew, i: int, j: int, leaves: dict[int, Any], flies: bool) -> list[tuple[int, int, Any]]:
        m, usual = self.model, habits(crew.unit)
        start, end = self.visits[i].zone.id, self.visits[j].zone.id
        direct = m.new_bool_var("")
        way = self.ways.seconds(crew.unit, start, end)
        way += 0 if start == end else round(60 * (usual.setup_min + usual.takedown_min))
        done = self.begins[i] + self._dwell(i)
        m.add(self.begins[j] >= done + way).only_enforce_if(direct)
        m.add(leaves[j] == leaves[i]).only_enforce_if(direct)
        if not self._locked(j):
            m.add(self.begins[j] >= self.now + way).only_enforce_if(direct)
        if not flies:
            return [(i + 1, j + 1, direct)]
        assert usual.battery is not None
        by_base = m.new_bool_var("")
        m.add(leaves[j] >= done + self._home(crew.unit, i) + round(usual.battery.swap_min * 60)).only_enforce_if(
            by_base
        )
        m.add(self.begins[j] >= leaves[j] + self._out(crew.unit, j)).only_enforce_if(by_base)
        if not self._locked(j):
            m.add(leaves[j] >= self.now).only_enforce_if(by_base)
        self._landing(crew, i, leaves[i], by_base)
        return [(i + 1, j + 1, direct), (i + 1, j + 1, by_base)]

    def _landing(self, crew: _Crew, i: int, leaves: Any, lit: Any) -> None:
        """After visit `i` the drone lands: on one battery, in one spell of flyable weather."""
        battery = habits(crew.unit).battery
        assert battery is not None
        lands = self.begins[i] + self._dwell(i) + self._home(crew.unit, i)
        usable = int(battery.endurance_min * 60 * (1 - battery.reserve) + 1e-6)
        self.model.add(lands - leaves <= usable).only_enforce_if(lit)
        if self.request.flyable is not None:
            spells = []
            for span in self.request.flyable:
                inside = self.model.new_bool_var("")
                self.model.add(leaves >= self._at(span.begins)).only_enforce_if(inside)
                self.model.add(lands <= self._at(span.ends)).only_enforce_if(inside)
                spells.append(inside)
            self.model.add_bool_or(spells).only_enforce_if(lit)

    def _out(self, unit: Unit, i: int) -> int:
        return self.ways.seconds(unit, unit.id, self.visits[i].zone.id) + round(habits(unit).setup_min * 60)

    def _home(self, unit: Unit, i: int) -> int:
        return self.ways.seconds(unit, self.visits[i].zone.id, unit.id) + round(habits(unit).takedown_min * 60)

    def _timed(self, i: int, served: Any) -> None:
        told, opens, last = self._told(i), self.visits[i].opens, self.visits[i].last
        if told is not None and told.locked:
            opens = last = self._at(told.begins)
        self.model.add(self.begins[i] >= opens).only_enforce_if(served)
        self.model.add(self.begins[i] <= last).only_enforce_if(served)

    def _one_at_a_time(self) -> None:
        for i in range(len(self.visits)):
            self.model.add_at_most_one(crew.serves[i] for crew in self.crews if i in crew.serves)
        cuts = sorted({cut for crew in self.crews for cut in crew.shift})
        for one, other in combinations(self.crews, 2):
            same_person = one.person is not None and one.person == other.person
            if one.unit.id != other.unit.id and not same_person:
                continue
            apart = []
            for (before, after), cut in product(((one, other), (other, one)), cuts):
                at = self.model.new_bool_var("")
                self.model.add(before.returns <= cut).only_enforce_if(at)
                self.model.add(after.departs >= cut).only_enforce_if(at)
                apart.append(at)
            self.model.add_bool_or([*apart, one.used.negated(), other.used.negated()])

    def _price(self, i: int) -> Any:
        """Lateness, or what being left out costs, and what moving a confirmed start costs."""
        m = self.model
        zone, last, due = self.visits[i].zone, self.visits[i].last, self.visits[i].due
        serves = [crew.serves[i] for crew in self.crews if i in crew.serves]
        served = m.new_bool_var("")
        m.add(sum(serves) == served)
        late = m.new_int_var(0, self.horizon, "")
        m.add(late >= self.begins[i] - due).only_enforce_if(served)
        price = zone.priority * (max(last - due, 0) + round(zone.unserved_as_late_min * 60))
        cost = zone.priority * late + price * served.negated()
        told = self._told(i)
        if told is not None and told.locked:
            m.add(served == 1)
        elif told is not None:
            kept, in_time = m.new_bool_var(""), m.new_bool_var("")
            same = [
                crew.serves[i] for crew in self.crews
                if i in crew.serves and (crew.unit.id, crew.person) == (told.unit_id, told.person_id)
            ]  # fmt: skip
            m.add(sum(same) >= 1).only_enforce_if(kept)
            m.add_implication(kept, in_time)
            m.add_implication(in_time, served)
            m.add(self.begins[i] >= self._at(told.begins)).only_enforce_if(in_time)
            m.add(self.begins[i] <= self._at(told.begins) + KEPT_S).only_enforce_if(in_time)
            self.moved.append(in_time.negated())
            move = round(self.request.move_price_min * 60)
            hand_over = min(move, round(self.request.hand_over_price_min * 60))
            cost += zone.priority * (move * in_time.negated() + hand_over * (in_time - kept))
        return cost
