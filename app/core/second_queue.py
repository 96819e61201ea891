"""Where photos that somebody labels a second time stand in that person's queue."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.annotation import Annotation
from app.core.image import STATES, Image
from app.core.queue import NOBODY, QueueFilter, Sort, folded, natural_keys


@dataclass(frozen=True, slots=True)
class Stand:
    """An image as one person sees it. It came in with, or just after, the image `beside`."""

    image: Image
    boxes: tuple[Annotation, ...]
    beside: int

    def passes(self, wanted: QueueFilter) -> bool:
        """As `app.storage.queue` asks it of all others. No disagreement is known of it."""
        label = self.image.label
        return (
            label.state in wanted.states
            and wanted.disagreement is None
            and wanted.normal in (None, label.is_normal)
            and wanted.assigned_to in (None, label.assigned_to or NOBODY)
            and wanted.build in (None, self.image.build)
            and (not wanted.tags or not wanted.tags.isdisjoint(label.tags))
            and folded(wanted.text) in folded(self.image.path)
            and self._has_boxes(wanted)
        )

    def _has_boxes(self, wanted: QueueFilter) -> bool:
        if wanted.origin == "none" and self.boxes:
            return False
        asks = wanted.class_ids or wanted.origin in ("people", "proposals")
        scored = not wanted.least_score is wanted.most_score is None
        if not (asks or scored or wanted.run_id is not None):
            return True
        return any(_is_wanted(box, wanted, scored=scored) for box in self.boxes)


def _is_wanted(box: Annotation, wanted: QueueFilter, *, scored: bool) -> bool:
    score = box.score
    return (
        (not wanted.class_ids or box.class_id in wanted.class_ids)
        and wanted.run_id in (None, box.run_id)
        and (box.is_proposal or not (scored or wanted.origin == "proposals"))
        and not (box.is_proposal and wanted.origin == "people")
        and (wanted.least_score is None or (score is not None and score >= wanted.least_score))
        and (wanted.most_score is None or (score is not None and score <= wanted.most_score))
    )


def placed(
    stand: Stand, order: Sequence[int], stand_of: Callable[[int], Stand], wanted: QueueFilter
) -> int:
    """The place in `order` (image ids, as the queue has them) at which the image comes in."""
    key = _KEYS.get(wanted.sort)
    if key is None:
        rises = not (wanted.descending and wanted.sort == "review_next")
        return _beside_its_like(stand, order, stand_of, rises=rises)
    own = key(stand, wanted.descending)
    return bisect_left(order, own, key=lambda each: key(stand_of(each), wanted.descending))


def _beside_its_like(
    stand: Stand, order: Sequence[int], stand_of: Callable[[int], Stand], *, rises: bool
) -> int:
    """Behind an image that came in not long before it, and is in the same state if one is near."""
    before = max((image_id for image_id in order if image_id <= stand.beside), default=None)
    if before is None:
        return 0
    near = order.index(before)
    for away in range(_NEAR):
        for place in (near - away, near + away):
            if 0 <= place < len(order):
                other = stand_of(order[place])
                if other.image.label.state == stand.image.label.state:
                    return place + rises
    return near + rises


_NEAR = 100
"""Each is a look at the project."""


def _came_in(stand: Stand) -> tuple[int, str]:
    return stand.beside, "" if stand.beside == stand.image.id else stand.image.path


def _by_coming(stand: Stand, falls: bool) -> object:
    return _Falling(_came_in(stand)) if falls else _came_in(stand)


def _by_name(stand: Stand, falls: bool) -> object:
    (name,) = natural_keys([stand.image.path])
    return _Falling(name) if falls else name


def _by_state(stand: Stand, falls: bool) -> object:
    place = STATES.index(stand.image.label.state)
    return -place if falls else place, _came_in(stand)


def _by_boxes(stand: Stand, falls: bool) -> object:
    count = len(stand.boxes)
    return -count if falls else count, _came_in(stand)


def _by_score(of: Callable[[Sequence[float]], float]) -> "_Key":
    def key(stand: Stand, falls: bool) -> object:
        scores = [a.score for a in stand.boxes if a.is_proposal and a.score is not None]
        if not scores:
            return True, 0.0, _came_in(stand)
        return False, -of(scores) if falls else of(scores), _came_in(stand)

    return key


class _Falling:
    """Sorted the other way round."""

    def __init__(self, value: Any) -> None:  # noqa: ANN401 - whatever can be sorted
        self._value = value

    def __lt__(self, other: "_Falling") -> bool:
        return bool(other._value < self._value)


_Key = Callable[[Stand, bool], Any]
_KEYS: dict[Sort, _Key] = {
    "added": _by_coming,
    "name": _by_name,
    "state": _by_state,
    "boxes": _by_boxes,
    "lowest_score": _by_score(min),
    "highest_score": _by_score(max),
}
"""Of each order that is told by the image alone: (image, whether it falls) → what it is sorted by,
as `app.storage.queue` has it."""
