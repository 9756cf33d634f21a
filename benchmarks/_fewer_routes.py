"""One route less: a route is dissolved and its customers are squeezed in elsewhere, throwing others out where needed.

The ejection pool of Nagata and Bräysy (2009, "A powerful route minimization heuristic for the vehicle routing problem
with time windows"): whoever was hard to place costs more to throw out again, and random moves that stay feasible stir
the routes in between. Minds the fleet alone, never the distance.
"""

import multiprocessing
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks._instance import Instance, Routes

MOST_OUT = 3
"""Customers thrown out for one at most."""
PATIENCE = 400
"""Customers that are taken up before a route is said to hold out."""
STIRS = 60
"""Random moves after each ejection."""


class Way(NamedTuple):
    """One way to bring a customer in: at a place of a route, `out` thrown out of it."""

    route: int
    at: int
    out: tuple[int, ...]


class Fleet:
    """Routes under change; times are as exact as the rows and distances given."""

    def __init__(self, instance: Instance, routes: Routes, seed: int) -> None:
        """`routes` keep the windows and the capacity of `instance`."""
        rows = instance.rows
        self._away: list[list[float]] = instance.distances().tolist()
        columns: list[list[float]] = rows[:, 2:].T.tolist()
        self._load, self._ready, self._due, self._takes = columns
        self._capacity, self._random = instance.capacity, random.Random(seed)
        self.routes = [list(route) for route in routes]
        self._hard = [1] * len(rows)
        """How often each customer could not be placed without throwing out others."""
        self._begins: list[list[float]] = [[] for _ in routes]
        """For each route the earliest begin at each stop, the depot first."""
        self._latest: list[list[float]] = [[] for _ in routes]
        """For each route the latest begin at each stop, the depot last."""
        self._loads = [0.0 for _ in routes]
        for number in range(len(routes)):
            self._timed(number)

    def one_less(self, over: Callable[[], bool]) -> bool:
        """Whether one route could be dissolved before patience ended or `over` said stop; if not, `routes` are void."""
        gone = self._random.randrange(len(self.routes))
        waiting = self.routes.pop(gone)
        del self._begins[gone], self._latest[gone], self._loads[gone]
        taken_up = 0
        while waiting:
            taken_up += 1
            if taken_up > PATIENCE or over():
                return False
            customer = waiting.pop()
            free = list(self._free(customer))
            if free:
                self._put(customer, self._random.choice(free))
                continue
            self._hard[customer] += 1
            way = self._cheapest_ejection(customer)
            if way is None:
                waiting.insert(0, customer)
            else:
                waiting += self._put(customer, way)
            for _ in range(STIRS):
                self._stir()
        return True

    def _timed(self, number: int) -> None:
        route, away = self.routes[number], self._away
        at, place, begins = self._ready[0], 0, [self._ready[0]]
        for stop in route:
            at = max(at + self._takes[place] + away[place][stop], self._ready[stop])
            begins.append(at)
            place = stop
        by, place, latest = self._due[0], 0, [self._due[0]]
        for stop in reversed(route):
            by = min(by - away[stop][place] - self._takes[stop], self._due[stop])
            latest.append(by)
            place = stop
        self._begins[number], self._latest[number] = begins, latest[::-1]
        self._loads[number] = sum(self._load[stop] for stop in route)

    def _fits(self, number: int, at: int, customer: int) -> bool:
        """Whether the customer can come before the stop `at` of a route; the load is not looked at."""
        route, away = self.routes[number], self._away
        before = route[at - 1] if at else 0
        after = route[at] if at < len(route) else 0
        arrives = self._begins[number][at] + self._takes[before] + away[before][customer]
        begins = max(arrives, self._ready[customer])
        return begins <= self._due[customer] and (
            begins + self._takes[customer] + away[customer][after] <= self._latest[number][at]
        )

    def _free(self, customer: int) -> Iterator[Way]:
        for number, load in enumerate(self._loads):
            if load + self._load[customer] <= self._capacity:
                for at in range(len(self.routes[number]) + 1):
                    if self._fits(number, at, customer):
                        yield Way(number, at, ())

    def _put(self, customer: int, way: Way) -> list[int]:
        """Bring the customer in; gives those thrown out."""
        route = self.routes[way.route]
        longer = [*route[: way.at], customer, *route[way.at :]]
        self.routes[way.route] = [stop for stop in longer if stop not in way.out]
        self._timed(way.route)
        return list(way.out)

    def _cheapest_ejection(self, customer: int) -> Way | None:
        """The way that throws out those who are easiest to place, by chance among equals."""
        least, ways = float("inf"), list[Way]()
        for most in (1, MOST_OUT):  # one alone first: its price spares looking at most of the rest
            ways = []
            for number in range(len(self.routes)):
                for at in range(len(self.routes[number]) + 1):
                    for price, out in self._ejections(number, at, customer, least, most):
                        if price < least:
                            least, ways = price, []
                        ways.append(Way(number, at, out))
        return self._random.choice(ways) if ways else None

    def _ejections(
        self, number: int, at: int, customer: int, limit: float, most: int
    ) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Sets of stops without which the customer can come before the stop `at`.

        At most `most` of them, together no dearer than `limit`. A prefix is left as soon as its customer comes too late
        or it is too dear, and a suffix as soon as the rest is reached in time.
        """
        route = self.routes[number]
        longer = [*route[:at], customer, *route[at:]]
        latest, begins = self._latest[number], self._begins[number]
        away, due, ready, takes = self._away, self._due, self._ready, self._takes
        spare = self._capacity - self._loads[number] - self._load[customer]
        before = route[at - 1] if at else 0
        arrives = begins[at] + takes[before] + away[before][customer]
        stack: list[tuple[int, int, float, float, int, tuple[int, ...]]] = [(at, before, begins[at], spare, 0, ())]
        in_vain = spare >= 0 and arrives <= ready[customer]  # nobody who comes before is in the way
        for first in range(at if in_vain else 0, at):  # the first that goes out; who is before that stays as it is
            if (price := self._hard[route[first]]) <= limit:
                before = route[first - 1] if first else 0
                room = spare + self._load[route[first]]
                stack.append((first + 1, before, begins[first], room, price, (route[first],)))
        while stack:
            index, place, time, room, price, out = stack.pop()
            if price > limit:
                continue
            stop = longer[index] if index < len(longer) else 0
            begin = max(time + takes[place] + away[place][stop], ready[stop])
            if index > at and room >= 0 and begin <= latest[index - 1]:
                yield price, out
                limit = price
                continue
            if index == len(longer):
                continue
            if begin <= due[stop]:
                stack.append((index + 1, stop, begin, room, price, out))
            if stop != customer and len(out) < most and price + self._hard[stop] <= limit:
                out = (*out, stop)
                stack.append((index + 1, place, time, room + self._load[stop], price + self._hard[stop], out))

    def _stir(self) -> None:
        """One random move that keeps windows and capacity: a stop to another route, or two stops exchanged."""
        rnd = self._random
        one, other = rnd.randrange(len(self.routes)), rnd.randrange(len(self.routes))
        if not self.routes[one]:
            return
        at = rnd.randrange(len(self.routes[one]))
        stop = self.routes[one][at]
        if one != other and rnd.random() < 0.5:
            to = rnd.randrange(len(self.routes[other]) + 1)
            if self._loads[other] + self._load[stop] <= self._capacity and self._fits(other, to, stop):
                self.routes[one].pop(at)
                self.routes[other].insert(to, stop)
                self._timed(one)
                self._timed(other)
        elif one != other and self.routes[other]:
            to = rnd.randrange(len(self.routes[other]))
            back = self.routes[other][to]
            change = self._load[back] - self._load[stop]
            if (
                self._loads[one] + change <= self._capacity
                and self._loads[other] - change <= self._capacity
                and self._instead(one, at, back)
                and self._instead(other, to, stop)
            ):
                self.routes[one][at], self.routes[other][to] = back, stop
                self._timed(one)
                self._timed(other)

    def _instead(self, number: int, at: int, customer: int) -> bool:
        """Whether the customer can come in place of the stop `at`."""
        route, away = self.routes[number], self._away
        before = route[at - 1] if at else 0
        after = route[at + 1] if at + 1 < len(route) else 0
        begins = max(self._begins[number][at] + self._takes[before] + away[before][customer], self._ready[customer])
        return begins <= self._due[customer] and (
            begins + self._takes[customer] + away[customer][after] <= self._latest[number][at + 1]
        )


class Smallest:
    """The smallest fleet that was found, known to both processes; each customer its own vehicle at first."""

    def __init__(self, customers: int) -> None:
        """One vehicle for each customer."""
        self._cells = multiprocessing.get_context("fork").Array("i", 2 * customers)
        self.tell(tuple((customer,) for customer in range(1, customers + 1)), first=True)

    def routes(self) -> Routes:
        """Of the smallest fleet."""
        found: list[tuple[int, ...]] = []
        route: list[int] = []
        for customer in self._cells[:]:
            if customer:
                route.append(customer)
            elif route:
                found.append(tuple(route))
                route = []
        return tuple(found)

    def tell(self, routes: Routes, *, first: bool = False) -> None:
        """Keep `routes` if they are fewer."""
        with self._cells.get_lock():
            if first or len(routes) < len(self.routes()):
                flat = [customer for route in routes for customer in (*route, 0)]
                self._cells[:] = flat + [0] * (len(self._cells) - len(flat))
