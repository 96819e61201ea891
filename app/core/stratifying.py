"""Groups of images into splits, so that each split shows every class as often as the whole does.

First greedily, rarest class first, as in iterative stratification (Sechidis, Tsoumakas and
Vlahavas, "On the stratification of multi-label data", 2011), but with whole groups for single
images; then group by group and pair by pair as long as that brings it nearer, from that start and
from others near the best so far (iterated local search). Few groups, of which every division can be
looked at, are divided as well as can be.
"""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]
Choice = NDArray[np.intp]

TOLERANCE = 0.02
"""How far a share may lie from what it should be: 2 points of a hundred."""

_FEW_DIVISIONS = 100_000
_KICKS = 100
_KICKED = 8
_WORTH_KICKING = 512
_SWAPPED_AT_ONCE = 256
_MOST_STEPS = 2_000
_EXCESS_COUNTS = 100.0
_SIZE_COUNTS = 4.0
"""A split of the wrong size is wrong for all classes; there is one size beside many of them."""

_EMPTY_COUNTS = 1_000.0


def stratify(
    groups: Counts, fixed: Counts, shares: Counts, *, tolerance: float = TOLERANCE
) -> Choice:
    """Which split, 0 to S - 1, each of the G groups goes to.

    `groups` is G x F: images in the first column, then for each kind (a class, or normal) how many
    images show it. `fixed`, S x F, is what lies in the splits already; `shares`, S, are positive
    and add up to 1. What lies within the `tolerance` is as good as met. Ties go by the order of the
    groups, so the same input gives the same answer.
    """
    if not len(groups):
        return np.zeros(0, np.intp)
    aim = _Aim(fixed.sum(0) + groups.sum(0), shares, tolerance)
    if len(shares) ** len(groups) <= _FEW_DIVISIONS:
        return _best_of_all(groups, fixed, aim)
    chosen = _improved(_greedy(groups, aim.wanted - fixed), groups, fixed, aim)
    # Among very many groups there is always one that fits: the first way down ends near the best.
    return chosen if len(groups) > _WORTH_KICKING else _kicked(chosen, groups, fixed, aim)


class _Aim:
    """What is wanted, and how far what a split would hold is from it."""

    def __init__(self, whole: Counts, shares: Counts, tolerance: float) -> None:
        self._whole = np.maximum(whole, 1.0)
        self._shares = shares
        self._tolerance = tolerance
        self._parts = whole / self._whole[0]
        self.wanted = shares[:, None] * whole

    def cost(self, held: Counts, split: int) -> Counts:
        """Of each of the rows in `held`, ... x F, as what `split` holds; lower is better.

        Three shares are looked at: of all images that lie in the split, of each kind's images that
        do (rare kinds count as much as others), and of the split's images that show the kind. The
        first and the last are what people are told, so beyond the tolerance they weigh more.
        """
        of_kind = held / self._whole - self._shares[split]
        told = self._told(held, split)
        beyond = np.maximum(np.abs(told) - self._tolerance, 0.0)
        off = told**2 + _EXCESS_COUNTS * beyond**2
        cost = (of_kind**2).sum(-1) + _SIZE_COUNTS * off[..., 0] + off[..., 1:].sum(-1)
        return np.asarray(cost + _EMPTY_COUNTS * (held[..., 0] == 0), np.float64)

    def _told(self, held: Counts, split: int) -> Counts:
        size = held[..., :1] / self._whole[0] - self._shares[split]
        of_split = held[..., 1:] / np.maximum(held[..., :1], 1.0) - self._parts[1:]
        return np.concatenate([size, of_split], axis=-1)

    def fits(self, held: Counts) -> bool:
        """Whether all that people are told lies within the tolerance; `held` is S x F."""
        told = np.stack([self._told(each, split) for split, each in enumerate(held)])
        return bool((np.abs(told) <= self._tolerance).all())

    def total(self, held: Counts) -> Counts:
        """`held` is ... x S x F."""
        costs = [self.cost(held[..., split, :], split) for split in range(len(self._shares))]
        return np.asarray(sum(costs), np.float64)


def _best_of_all(groups: Counts, fixed: Counts, aim: _Aim) -> Choice:
    splits = len(fixed)
    divisions = np.indices((splits,) * len(groups)).reshape(len(groups), -1).T
    held = np.stack([(divisions == split) @ groups for split in range(splits)], axis=1) + fixed
    return np.asarray(divisions[int(np.argmin(aim.total(held)))], np.intp)


def _greedy(groups: Counts, lacking: Counts) -> Choice:
    """`lacking`, S x F, is how many images of each kind the splits still want."""
    chosen = np.full(len(groups), -1, np.intp)
    # Group after group, so plain lists: arrays of three numbers cost more than they save.
    open_places, rows = lacking.tolist(), groups.tolist()
    left = groups.sum(0)
    while (chosen < 0).any():
        kinds = np.flatnonzero(left[1:] > 0) + 1
        rarest = kinds[np.argmin(left[kinds])] if len(kinds) else 0
        waiting = np.flatnonzero((chosen < 0) & (groups[:, rarest] > 0))
        for group in waiting[np.argsort(-groups[waiting, rarest], kind="stable")]:
            split = max(range(len(open_places)), key=lambda s: _demand(open_places[s], rarest))
            chosen[group] = split
            open_places[split] = [
                a - b for a, b in zip(open_places[split], rows[group], strict=True)
            ]
        left = groups[chosen < 0].sum(0)
    return chosen


def _demand(lacking: list[float], kind: int) -> tuple[float, float]:
    """Of the kind first, of images at all where splits lack equally many of it."""
    return lacking[kind], lacking[0]


def _kicked(chosen: Choice, groups: Counts, fixed: Counts, aim: _Aim) -> Choice:
    """The best that is found from starts where some groups lie elsewhere, until all is well."""
    draw = np.random.default_rng(0)
    best, held = chosen, _held(chosen, groups, fixed)
    for _ in range(_KICKS):
        if aim.fits(held):
            break
        start = best.copy()
        moved = draw.choice(len(groups), min(_KICKED, len(groups)), replace=False)
        start[moved] = draw.integers(0, len(fixed), len(moved))
        other = _improved(start, groups, fixed, aim)
        others = _held(other, groups, fixed)
        if aim.total(others) < aim.total(held):
            best, held = other, others
    return best


def _held(chosen: Choice, groups: Counts, fixed: Counts) -> Counts:
    held = fixed.copy()
    np.add.at(held, chosen, groups)
    return held


def _improved(chosen: Choice, groups: Counts, fixed: Counts, aim: _Aim) -> Choice:
    """Moves and swaps groups until neither brings the splits nearer to what is wanted."""
    held = _held(chosen, groups, fixed)
    draw = np.random.default_rng(0)  # which pairs are looked at, where there are very many
    # Looking at all groups costs more the more there are, and each of many matters less.
    for _ in range(max(10, min(_MOST_STEPS, 20_000_000 // groups.size))):
        found = _best_move(chosen, groups, held, aim)
        if not found:
            found = _best_swap(chosen, groups, held, aim, draw)
        if not found:
            break
        for group, split in found:
            held[chosen[group]] -= groups[group]
            held[split] += groups[group]
            chosen[group] = split
    return chosen


Moves = list[tuple[int, int]]
_LEAST_GAIN = 1e-9


def _best_move(chosen: Choice, groups: Counts, held: Counts, aim: _Aim) -> Moves:
    """The one group to another split that gains most; empty where none does."""
    splits = range(len(held))
    now = np.array([aim.cost(held[s], s) for s in splits])
    without = np.empty(len(groups))
    for s in splits:
        mine = chosen == s
        without[mine] = aim.cost(held[s] - groups[mine], s) - now[s]
    gains = np.full((len(groups), len(held)), np.inf)
    for s in splits:
        others = chosen != s
        with_it = aim.cost(held[s] + groups[others], s) - now[s]
        gains[others, s] = without[others] + with_it
    group, split = divmod(int(np.argmin(gains)), len(held))
    return [(group, split)] if gains[group, split] < -_LEAST_GAIN else []


def _best_swap(
    chosen: Choice, groups: Counts, held: Counts, aim: _Aim, draw: np.random.Generator
) -> Moves:
    """Two groups of different splits that gain most by changing places; empty where none do."""
    best, least = [], -_LEAST_GAIN
    for s in range(len(held)):
        for t in range(s + 1, len(held)):
            mine, theirs = (_some(np.flatnonzero(chosen == each), draw) for each in (s, t))
            if not len(mine) or not len(theirs):
                continue
            change = groups[theirs][None, :] - groups[mine][:, None]
            now = aim.cost(held[s], s) + aim.cost(held[t], t)
            gains = aim.cost(held[s] + change, s) + aim.cost(held[t] - change, t) - now
            a, b = divmod(int(np.argmin(gains)), len(theirs))
            if gains[a, b] < least:
                least = float(gains[a, b])
                best = [(int(mine[a]), t), (int(theirs[b]), s)]
    return best


def _some(places: Choice, draw: np.random.Generator) -> Choice:
    if len(places) <= _SWAPPED_AT_ONCE:
        return places
    return np.sort(draw.choice(places, _SWAPPED_AT_ONCE, replace=False))
