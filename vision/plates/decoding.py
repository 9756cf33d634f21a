"""The plate that fits best what the network saw, among all that a country could have issued. Knows no network.

The network names a character, or none, for each column of the picture (connectionist temporal classification, CTC:
Graves et al., ICML 2006). The best path through the graph of formats is found with Viterbi's algorithm; where it is
between two characters it may pass over a seal that looks like one, and at the ends over the blue band and the frame.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.plates.syntax import ALPHABET, Floats, FormatGraph

FLOOR = 1e-5
"""Least probability of anything: the network is sure of itself even where it errs."""
ACTIVE = 0.03
"""A character that is nowhere likelier than this cannot be on the plate."""
PASS_SEAL = np.float32(np.log(0.07))
PASS_BEFORE = np.float32(np.log(0.03))
PASS_ANY = np.float32(np.log(0.01))
"""What it costs to pass over a column with a character in it: one that a seal may look like, where a seal is expected;
any one left of the plate, where the band is; any one elsewhere."""
LIKE_A_SEAL = np.array([char in "BCDGOQ035689" for char in ALPHABET])
STRAY_GAP = 0.05
"""How likely a hyphen or room is seen where no format has any, compared to where one has."""


@dataclass(frozen=True)
class Candidate:
    """A text that the picture may show."""

    text: str
    score: float
    """Log likelihood of the best path, less what its format costs; comparable within one picture."""
    certainty: float
    """0..1: the geometric mean of the probabilities along the path, what was passed over included."""
    bend: float
    """How much less likely its path is than the one that no syntax binds, in nats, 0 or less."""


def decode(columns: Floats, graph: FormatGraph, *, most: int = 4) -> list[Candidate]:
    """The best texts, best first, each once; none when nothing in the picture is long enough to be a plate.

    `columns`: probabilities, columns x (1 + ALPHABET + 1); the first is that of no character, the last that of a
    hyphen, a dot or room between characters.
    """
    columns = _without_repeated_blanks(columns)
    present = np.flatnonzero(columns[:, 1:-1].max(axis=0) > ACTIVE)
    if not len(present):
        return []
    chars = _log(columns[:, 1:-1])
    within = _log(columns[:, 0] + STRAY_GAP * columns[:, -1])
    apart = _log(columns[:, 0] + columns[:, -1])
    likeliest = chars.max(axis=1)
    before = np.maximum(apart, likeliest + PASS_BEFORE)
    after = np.maximum(apart, likeliest + PASS_ANY)
    seal = np.maximum(after, chars[:, LIKE_A_SEAL].max(axis=1) + PASS_SEAL)
    unbound = np.maximum(apart, likeliest).sum()
    between = np.where(graph.sealed, seal[:, None], np.where(graph.gaps, apart[:, None], within[:, None]))
    return _Walk(graph, chars[:, present], between, (before, after), float(unbound), present).best(most)


def _log(chances: Floats) -> Floats:
    logs: Floats = np.log(np.maximum(chances, FLOOR)).astype(np.float32)
    return logs


def _without_repeated_blanks(columns: Floats) -> Floats:
    blank = columns[:, 0] > 0.999
    keep = ~blank
    keep[1:] |= ~blank[:-1]
    keep[0] = True
    return columns[keep]


class _Walk:
    """One picture's columns laid along the graph.

    `on[t, n, c]`: best score of a path that at column t is on character c of node n; `off[t, n]`: of one that has left
    node n and is on no character; `leave[t, n, c]`: of one that may at t begin character c of a node after n;
    `waiting[t]`: of one that before t has not begun.
    """

    def __init__(
        self,
        graph: FormatGraph,
        chars: Floats,
        between: Floats,
        outside: tuple[Floats, Floats],
        unbound: float,
        present: NDArray[np.intp],
    ) -> None:
        """By column: `chars` the log probabilities of those `present`, `between` what being on none costs after each
        node, `outside` what it costs to be left and right of the plate; `unbound`: the best path without syntax."""
        self.graph = graph
        self.present = present
        self.unbound = unbound
        self.waiting = np.concatenate([[np.float32(0)], np.cumsum(outside[0])[:-1]])
        steps = len(chars)
        nodes = len(graph.first)
        self.on = np.empty((steps, nodes, len(present)), np.float32)
        self.off = np.empty((steps, nodes), np.float32)
        self.leave = np.empty((steps, nodes, len(present)), np.float32)
        self._forward(chars, between)
        top = np.maximum(self.on[:, graph.ends].max(axis=2), self.off[:, graph.ends])
        after = np.concatenate([np.cumsum(outside[1][::-1])[::-1][1:], [np.float32(0)]])
        self.finish = top + after[:, None]
        """By column and end: of a path that was last on the plate there."""

    def _forward(self, chars: Floats, between: Floats) -> None:
        graph = self.graph
        rows = np.arange(len(self.graph.first))
        closed = np.where(graph.allowed[:, self.present], np.float32(0), np.float32(-np.inf))
        first = np.where(graph.first, np.float32(0), np.float32(-np.inf))[:, None]
        enter = np.full(closed.shape, -np.inf, np.float32)
        self.on[0] = first + chars[0] + closed
        self.off[0] = -np.inf
        self.leave[0] = -np.inf
        for t in range(1, len(chars)):
            on = self.on[t - 1]
            off = self.off[t - 1]
            leave = self.leave[t]
            # a node is left for another character, or after a gap: the same character twice needs one
            at = on.argmax(axis=1)
            likeliest = on[rows, at]
            top = np.maximum(likeliest, off)
            leave[:] = top[:, None]
            on[rows, at] = off
            leave[rows, at] = on.max(axis=1)
            on[rows, at] = likeliest
            enter[graph.targets] = np.maximum.reduceat(leave[graph.sources], graph.starts, axis=0)
            enter[graph.first] = self.waiting[t]
            np.maximum(on, enter, out=self.on[t])
            self.on[t] += closed + chars[t]
            self.off[t] = top + between[t]

    def best(self, most: int) -> list[Candidate]:
        """The best text of each end of the graph, best first, each text once."""
        last = self.finish.argmax(axis=0)
        scores = self.finish.max(axis=0)
        totals = scores - self.graph.costs
        found: dict[str, Candidate] = {}
        for i in np.argsort(-totals)[: 3 * most]:
            if not np.isfinite(totals[i]) or len(found) == most:
                break
            text = self._text(int(self.graph.ends[i]), int(last[i]))
            certainty = float(np.exp(scores[i] / len(self.on)))
            found.setdefault(text, Candidate(text, float(totals[i]), certainty, float(scores[i]) - self.unbound))
        return list(found.values())

    def _text(self, node: int, t: int) -> str:
        """The characters along the best path that is last on `node` at column `t`, walked backwards."""
        text: list[int] = []
        char = int(self.on[t, node].argmax())
        is_on = self.on[t, node, char] >= self.off[t, node]
        while True:
            while not is_on:  # in the gap after `node`: where was it left?
                t -= 1
                char = int(self.on[t, node].argmax())
                is_on = self.on[t, node, char] >= self.off[t, node]
            text.append(char)
            while True:  # on the character: where did it begin?
                before = self.graph.before(node)
                ways = self.leave[t, before, char] if t and len(before) else np.empty(0, np.float32)
                begun = self.waiting[t] if self.graph.first[node] else -np.inf
                stayed = self.on[t - 1, node, char] if t else -np.inf
                if stayed < max(begun, ways.max(initial=-np.inf)):
                    break
                t -= 1
            if begun >= ways.max(initial=-np.inf):
                return "".join(ALPHABET[self.present[c]] for c in reversed(text))
            node = int(before[ways.argmax()])
            t -= 1
            others = self.on[t, node].copy()
            others[char] = -np.inf
            is_on = bool(others.max() >= self.off[t, node])
            char = int(others.argmax())
