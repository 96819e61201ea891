"""Which images train, validate and test: whole builds, with every class in its share.

A build is what was printed in one go; its layers follow one another and look alike, so a model that
trained on one knows the next. Therefore a build lies in one split as a whole. Only where there are
fewer builds than splits is one cut, into runs of layers with some left out between them.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

import numpy as np

from app.core.image import Split
from app.core.splitting import Layer, Shares, Stretch, by_build, deviations, kinds_of, stretches
from app.core.stratifying import TOLERANCE, stratify

GAP_LAYERS = 2
"""Layers that are left out where a build is cut."""

_PIECES = (5, 10, 20, 40, 60, 80, 120, 160, 240, 320)
_LEAST_RUN = 5
_RUN_PER_GAP = 5
"""A run is at least so many times as long as the gap beside it."""

_REGROWN = 2 * _LEAST_RUN
"""So many new layers of a build that is cut are runs of their own."""

_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Division:
    """`splits`: image id → split, of all that had none and got one. `left_out`: images between two
    runs of one build that lie in different splits. `cut`: each build that was cut now, with the
    layers that are left out at each cut."""

    splits: Mapping[int, Split]
    left_out: frozenset[int] = frozenset()
    cut: Mapping[str, int] = field(default_factory=dict)


def divide(
    layers: Sequence[Layer], shares: Shares, *, may_cut: bool = False, gap_layers: int = GAP_LAYERS
) -> Division:
    """Gives a split to the layers that have none; those that have one keep it, and count.

    Layers of one build must stand in their order. A new layer of a build that has a split gets
    that one. `may_cut` also cuts builds where whole ones don't come within the tolerance. Few
    long runs are tried before many short ones, which have more neighbours.
    """
    known = _sort_out(layers)
    lacking = set(shares.wanted) - set(known.splits.values())
    lacking -= {layer.split for layer in layers if layer.split}
    best, least = None, float("inf")
    for runs, length in _ways(known, len(lacking), may_cut=may_cut):
        division = _divided(layers, known, runs, shares, min(gap_layers, length // _RUN_PER_GAP))
        far = (d for d in deviations(after(layers, division), shares) if d.is_far)
        worst = max((abs(d.points) for d in far), default=0.0)
        if worst < least:
            best, least = division, worst
        if not worst:
            break
    assert best is not None
    return best


def following(layers: Sequence[Layer]) -> Division:
    """What needs no choice: layers without a split get that of their build, where it has one.

    In a build that was cut they get that of the layer before them, and in a gap they are left out.
    """
    known = _sort_out(layers, regrown=_NEVER)
    return Division(known.splits, frozenset(known.left_out))


def after(layers: Iterable[Layer], division: Division) -> list[Layer]:
    """The layers that have a split, as the division leaves them."""
    done = (replace(x, split=x.split or division.splits.get(x.image_id)) for x in layers)
    return [layer for layer in done if layer.split is not None]


@dataclass(slots=True)
class _Known:
    """What needs no choice: `splits` that follow from the build's, and what stays `left_out`.

    What does: `whole` builds, and `regrown` stretches of builds that are cut already.
    """

    splits: dict[int, Split] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    whole: list[Stretch] = field(default_factory=list)
    regrown: list[Stretch] = field(default_factory=list)


def _sort_out(layers: Sequence[Layer], *, regrown: float = _REGROWN) -> _Known:
    """`regrown` layers in a row of a build that is cut are free; fewer follow those beside them."""
    known = _Known()
    for _, build in by_build(layers):
        splits = {layer.split for layer in build if layer.split}
        for stretch in stretches(build):
            free = tuple(layer for layer in stretch.layers if not layer.is_left_out)
            gap = {layer.image_id for layer in stretch.layers if layer.is_left_out}
            known.left_out |= gap
            if free and not splits:
                known.whole.append(replace(stretch, layers=free))
            elif len(splits) > 1 and len(free) >= regrown:
                known.regrown.append(replace(stretch, layers=free))
            elif gap and stretch.before != stretch.next:
                known.left_out |= {layer.image_id for layer in free}
            elif split := stretch.before or stretch.next:
                known.splits |= {layer.image_id: split for layer in free}
    # Any order will do that doesn't follow the names: ties go by it.
    known.whole.sort(key=lambda s: hashlib.sha256(s.build.encode()).digest())
    return known


Runs = list[tuple[Stretch, int]]
"""Each stretch with the number of runs that it is cut into; 1 leaves it whole."""


def _ways(known: _Known, lacking: int, *, may_cut: bool) -> Iterator[tuple[Runs, int]]:
    """Ways to cut, whole builds first, each with the length of its runs in layers."""
    whole: Runs = [(stretch, 1) for stretch in known.whole]
    must_cut = len(known.whole) < lacking
    if not known.regrown and not (must_cut and known.whole):
        yield whole, 0
        if not may_cut:
            return
    cut = list(known.regrown)
    if may_cut:
        cut += known.whole
    elif must_cut and known.whole:
        cut.append(max(known.whole, key=lambda s: len(s.layers)))
    layers = sum(len(stretch.layers) for stretch in cut)
    kept = [(stretch, 1) for stretch in known.whole if stretch not in cut]
    for pieces in _PIECES:
        length = -(-layers // pieces)
        if pieces == _PIECES[0] or length >= _LEAST_RUN:
            yield kept + [(s, max(round(len(s.layers) / max(length, 1)), 1)) for s in cut], length


def _divided(
    layers: Sequence[Layer], known: _Known, runs: Runs, shares: Shares, gap: int
) -> Division:
    wanted = shares.wanted
    kinds = sorted({kind for layer in layers for kind in kinds_of(layer)})
    settled = [replace(x, split=x.split or known.splits.get(x.image_id)) for x in layers]
    fixed = [_counted([x for x in settled if x.split == split], kinds) for split in wanted]
    pieces = [(stretch, piece) for stretch, n in runs for piece in _pieces(stretch.layers, n)]
    groups = np.array([_counted(piece, kinds) for _, piece in pieces]).reshape(-1, len(kinds) + 1)
    chosen = stratify(
        groups,
        np.array(fixed),
        np.array([shares.of(s) for s in wanted]),
        # Where layers are left out afterwards, it must not stop at what is just good enough.
        tolerance=TOLERANCE / 2 if gap else TOLERANCE,
    )
    splits, left_out, cut = dict(known.splits), set(known.left_out), {}
    placed = zip(pieces, chosen, strict=True)
    for stretch, group in groupby(placed, key=lambda each: each[0][0]):
        parts = [(piece, wanted[split]) for (_, piece), split in group]
        out = _gaps(stretch, parts, shares, gap)
        left_out |= out
        if len({split for _, split in parts} | {stretch.before, stretch.next} - {None}) > 1:
            cut[stretch.build] = gap
        splits |= {x.image_id: s for part, s in parts for x in part if x.image_id not in out}
    return Division(splits, frozenset(left_out), cut)


def _gaps(
    stretch: Stretch, parts: Sequence[tuple[Sequence[Layer], Split]], shares: Shares, gap: int
) -> set[int]:
    """What is left out where neighbouring parts lie in different splits: of that with more."""
    out: set[int] = set()
    if gap == 0:
        return out
    beside: list[tuple[Sequence[Layer], Split | None]]
    beside = [((), stretch.before), *parts, ((), stretch.next)]
    for (left, split), (right, following) in pairwise(beside):
        if split is None or following is None or split == following:
            continue
        # What has a split keeps it: there the gap is the new part's.
        takes_left = left and (not right or shares.of(split) >= shares.of(following))
        out |= {layer.image_id for layer in (left[-gap:] if takes_left else right[:gap])}
    return out


def _pieces(layers: Sequence[Layer], count: int) -> Iterator[Sequence[Layer]]:
    """Cut into `count` runs that differ in length by one at most."""
    ends = [round(n * len(layers) / count) for n in range(count + 1)]
    return (layers[start:end] for start, end in pairwise(ends) if end > start)


def _counted(layers: Sequence[Layer], kinds: Sequence[int]) -> list[float]:
    """Images, then of each kind those that show it."""
    counts = Counter(kind for layer in layers for kind in kinds_of(layer))
    return [float(len(layers)), *(float(counts[kind]) for kind in kinds)]
