"""Figures of class balance, read from counts that triggers keep: no box is touched."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from app.core.balance import (
    COUNTED,
    PLACE_CELLS,
    SIZE_STEPS,
    BuildFigures,
    ClassFigures,
    Crowd,
    Map,
    Tally,
)
from app.core.image import State
from app.core.label_class import LabelClass
from app.core.queue import natural_keys
from app.storage.database import ProjectDatabase

_SUMS = (
    "sum(images), sum(checked_images), sum(boxes), sum(proposals), sum(expected_milli),"
    " sum(likely_images)"
)
_IN_COUNTED = f"state IN {COUNTED}"  # Python writes a tuple of words as SQL does
_SIDES: dict[Literal["place", "size"], int] = {"place": PLACE_CELLS, "size": SIZE_STEPS}


class BalanceTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def of_classes(self, classes: Sequence[LabelClass]) -> tuple[ClassFigures, ...]:
        """In the order of `classes`."""
        rows = self._db.rows(f"SELECT class_id, state, {_SUMS} FROM class_stand GROUP BY 1, 2")
        by_class: defaultdict[int, dict[State, Tally]] = defaultdict(dict)
        for class_id, state, *sums in rows:
            by_class[class_id][state] = _tally(sums)
        return tuple(ClassFigures(each, by_class[each.id]) for each in classes)

    def of_states(self) -> dict[State, Crowd]:
        """Images in each state; states without any are left out."""
        rows = self._db.rows("SELECT state, sum(images), sum(normal) FROM build_stand GROUP BY 1")
        return {state: Crowd(images, normal) for state, images, normal in rows if images}

    def of_builds(self) -> tuple[BuildFigures, ...]:
        """Builds with images that count, by name, layer_2 before layer_10."""
        crowds = self._db.rows(
            "SELECT build_id, name, sum(images), sum(normal) FROM build_stand"
            f" JOIN build ON id = build_id WHERE {_IN_COUNTED} GROUP BY 1"
        )
        stands = self._db.rows(
            f"SELECT build_id, class_id, {_SUMS} FROM class_stand WHERE {_IN_COUNTED} GROUP BY 1, 2"
        )
        by_class: defaultdict[int, dict[int, Tally]] = defaultdict(dict)
        for build_id, class_id, *sums in stands:
            if any(sums):
                by_class[build_id][class_id] = _tally(sums)
        builds = [
            BuildFigures(name, Crowd(images, normal), by_class[build_id])
            for build_id, name, images, normal in crowds
            if images
        ]
        keys = natural_keys([build.name for build in builds])
        order = sorted(range(len(builds)), key=keys.__getitem__)
        return tuple(builds[place] for place in order)

    def pairs(self) -> dict[tuple[int, int], int]:
        """(class id, class id), the lower first → images with both; pairs without any left out."""
        rows = self._db.rows("SELECT first_id, second_id, images FROM class_pair WHERE images > 0")
        return {(first, second): images for first, second, images in rows}

    def maps(self, kind: Literal["place", "size"]) -> dict[int, Map]:
        """Class id → boxes by place on the photo, or by size; classes without a box left out."""
        side = _SIDES[kind]
        rows = self._db.rows(
            "SELECT class_id, cell, boxes FROM class_map WHERE kind = ? AND boxes > 0", [kind]
        )
        found: dict[int, Map] = {}
        for class_id, cell, boxes in rows:
            known = found.setdefault(class_id, np.zeros((side, side), np.int64))
            known[divmod(cell, side)] = boxes
        return found


def _tally(sums: Sequence[Any]) -> Tally:
    images, checked_images, boxes, proposals, expected_milli, likely = sums
    return Tally(images, checked_images, boxes, proposals, expected_milli / 1000, likely)
