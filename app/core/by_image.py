"""A value for each of very many images, in a sixth of a dict's memory."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class ByImage(Mapping[int, T]):
    """Image id → value, for values of which few are different: each of these is kept once.

    Of 100,000 images it takes 1.2 MB, a dict 8. Ids must come in ascending order, else
    ValueError is raised; values must be hashable.
    """

    def __init__(self, pairs: Iterable[tuple[int, T]]) -> None:
        self._ids, self._which = array("q"), array("I")
        self._values: list[T] = []
        known: dict[T, int] = {}
        last = -1
        for image_id, value in pairs:
            if image_id <= last:
                raise ValueError(f"image ids must ascend: {image_id} comes after {last}")
            last = image_id
            which = known.setdefault(value, len(known))
            if which == len(self._values):
                self._values.append(value)
            self._ids.append(image_id)
            self._which.append(which)

    def __getitem__(self, image_id: int) -> T:
        place = self._place(image_id)
        if place is None:
            raise KeyError(image_id)
        return self._values[self._which[place]]

    def __contains__(self, image_id: object) -> bool:
        return isinstance(image_id, int) and self._place(image_id) is not None

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def in_order(self) -> Iterator[T]:
        """The values, by ascending id."""
        return map(self._values.__getitem__, self._which)

    def _place(self, image_id: int) -> int | None:
        place = bisect_left(self._ids, image_id)
        return place if place < len(self._ids) and self._ids[place] == image_id else None
