"""Who belongs to whom, so that the sum over all pairs is greatest (the assignment problem). Knows nothing of pictures.

Overlaps are few: what touches nothing else is paired at once, and only groups of more are solved.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pairs = dict[int, int]
"""Columns by their row."""


def best_pairs(worth: Floats) -> Pairs:
    """The pairs of rows and columns of `worth` (n x m, none below 0) with the greatest sum; each row and each column
    at most once, and none whose worth is 0."""
    touching: list[tuple[int, int]] = [(int(row), int(column)) for row, column in np.argwhere(worth > 0)]
    pairs: Pairs = dict(touching)
    if len(pairs) == len(touching) == len(set(pairs.values())):
        return pairs
    pairs = {}
    for rows, columns in _groups(touching):
        if len(rows) == 1 or len(columns) == 1:
            part = worth[np.ix_(rows, columns)]
            row, column = divmod(int(part.argmax()), len(columns))
            pairs[rows[row]] = columns[column]
            continue
        pairs |= _solve(worth, rows, columns)
    return pairs


def _groups(touching: Sequence[tuple[int, int]]) -> list[tuple[list[int], list[int]]]:
    """Rows and columns that hang together, of the pairs of both that touch."""
    of_row: dict[int, list[int]] = {}
    of_column: dict[int, list[int]] = {}
    for row, column in touching:
        of_row.setdefault(row, []).append(column)
        of_column.setdefault(column, []).append(row)
    groups: list[tuple[list[int], list[int]]] = []
    seen: set[int] = set()
    for first in of_row:
        if first in seen:
            continue
        seen.add(first)
        rows = [first]
        columns: dict[int, None] = {}
        for row in rows:  # grows while it is read
            for column in of_row[row]:
                if column in columns:
                    continue
                columns[column] = None
                new = [other for other in of_column[column] if other not in seen]
                seen.update(new)
                rows.extend(new)
        groups.append((rows, list(columns)))
    return groups


def _solve(worth: Floats, rows: Sequence[int], columns: Sequence[int]) -> Pairs:
    """The best pairs within one group."""
    part = -worth[np.ix_(rows, columns)]
    turned = len(rows) > len(columns)
    if turned:
        part = part.T
    pairs: Pairs = {}
    for low, high in enumerate(_shortest_paths(part.tolist())):
        row, column = (high, low) if turned else (low, high)
        if worth[rows[row], columns[column]] > 0:
            pairs[rows[row]] = columns[column]
    return pairs


def _shortest_paths(cost: list[list[float]]) -> list[int]:
    """The column of each row with the least sum of costs; no more rows than columns.

    Shortest augmenting paths with potentials (Jonker and Volgenant, Computing 38, 1987; Crouse, On implementing 2D
    rectangular assignment algorithms, 2016, section II).
    """
    height = len(cost)
    width = len(cost[0])
    of_row = [0.0] * height
    of_column = [0.0] * width
    row_of = [-1] * width
    column_of = [-1] * height
    for first in range(height):
        shortest = [np.inf] * width
        before = [-1] * width
        left = set(range(width))
        row = first
        reached = 0.0
        end = -1
        while end < 0:
            for column in left:
                length = reached + cost[row][column] - of_row[row] - of_column[column]
                if length < shortest[column]:
                    shortest[column] = length
                    before[column] = row
            nearest = min(left, key=lambda column: (shortest[column], row_of[column] >= 0, column))
            reached = shortest[nearest]
            left.remove(nearest)
            if row_of[nearest] < 0:
                end = nearest
            else:
                row = row_of[nearest]
        of_row[first] += reached
        for column in set(range(width)) - left - {end}:
            of_row[row_of[column]] += reached - shortest[column]
            of_column[column] -= reached - shortest[column]
        column = end
        while True:
            row = before[column]
            row_of[column] = row
            column_of[row], column = column, column_of[row]
            if row == first:
                break
    return column_of
