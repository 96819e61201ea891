"""A person who knows what is on each photo, and brings the boxes on screen to that by hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import hypot

from PySide6.QtCore import Qt

from app.core.annotation import Annotation
from app.core.geometry import Box, intersection_over_union
from tests.gui.bench_driver import BenchDriver, Point
from tests.helpers.faulty_project import Defect, Task

GOOD_ENOUGH_PX = 0.75
"""An edge that is no further off than this in image pixels is left alone."""
MOVES_FOR_MISSED = 3
"""Two clicks and a digit."""
_SAME_PLACE_IOU = 0.2
_SAME_CLASS_WORTH = 0.1
_MOST_CORRECTIONS = 40
_DIGITS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5, Qt.Key.Key_6)
_ALONG_EDGE = (0.5, 0.35, 0.65, 0.25, 0.75, 0.15, 0.85)
_BESIDE_EDGE_PX = (0.0, -0.5, 0.5, -1.0, 1.0)
_OVER_BOX = (0.5, 0.25, 0.75, 0.1, 0.9, 0.0, 1.0)

Pair = tuple[Annotation, Defect]


@dataclass(frozen=True, slots=True)
class Done:
    """`moves` of hand on one image, without the key that submits it.

    `allowed` is how many the design has for what was wrong with the proposals: one for each box
    that is false or of another class and for each edge that is off, three for each missed defect.
    """

    task: Task
    moves: int
    allowed: int


@dataclass
class Annotator:
    """Looks at the screen, makes the first correction that is needed, and looks again.

    What a key can do comes first, while nothing is selected: it acts on the box under the pointer.
    """

    driver: BenchDriver
    done: list[Done] = field(default_factory=list)
    rest: Callable[[], None] = lambda: None
    """After each correction; without it the window has no time to save between two of them."""

    def work_through(self, tasks: Sequence[Task]) -> None:
        """Until no image is left with work on it, in the order of the window."""
        by_image = {task.image_id: task for task in tasks}
        order = self.driver.bench.browsing.order
        self._wait_for(self.driver.sheet.image_id)
        if self.driver.sheet.label.state == "submitted" and order.next_open() is not None:
            target = order.next_open()
            self.driver.press(Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
            self._wait_for(target)
        while self.driver.sheet.label.state != "submitted":
            before = self.driver.moves
            task = by_image[self.driver.sheet.image_id]
            allowed = allowed_moves(self.driver.canvas.visible_annotations(), task.truth)
            self.correct(task.truth)
            self.done.append(Done(task, self.driver.moves - before, allowed))
            self._submit()

    def correct(self, truth: Sequence[Defect]) -> None:
        """The image on screen."""
        for _ in range(_MOST_CORRECTIONS):
            if not self._correct_one(truth):
                return
        raise AssertionError(f"image {self.driver.sheet.image_id} never came right")

    def _correct_one(self, truth: Sequence[Defect]) -> bool:
        """False when there is nothing to correct."""
        shown = self.driver.canvas.visible_annotations()
        pairs = matched(shown, truth)
        extra = [a for a in shown if all(a is not known for known, _ in pairs)]
        misnamed = [(a, d) for a, d in pairs if a.class_id != d.class_id]
        misplaced = [(a, d) for a, d in pairs if _off(a.box, d.box)]
        missed = [d for d in truth if all(d is not known for _, known in pairs)]
        # Those with one edge off come first: a click on another box would be in their way.
        misplaced.sort(key=lambda pair: _drags(*_off_ways(pair)))
        if extra:
            self._mean(extra[0])
            self.driver.press(Qt.Key.Key_X)
        elif misnamed:
            found, defect = misnamed[0]
            self._mean(found)
            self.driver.press(self._digit(defect.class_id))
        elif misplaced:
            self._put_right(*misplaced[0])
        elif missed:
            self._draw(missed[0])
        self.rest()
        return bool(extra or misnamed or misplaced or missed)

    def _submit(self) -> None:
        target = self.driver.bench.browsing.order.next_open()
        self.driver.press(Qt.Key.Key_Space)
        if target is not None:
            self._wait_for(target)

    def _wait_for(self, image_id: int | None) -> None:
        assert image_id is not None
        self.driver.wait_for_image(image_id)

    def _digit(self, class_id: int) -> Qt.Key:
        """Of the class's place in the list."""
        return _DIGITS[[c.id for c in self.driver.bench.classes].index(class_id)]

    def _mean(self, found: Annotation) -> None:
        """Makes it the box that a key acts on: pointing at it will do where nothing is selected."""
        canvas = self.driver.canvas
        if canvas.selection and canvas.selection != (found.uid,):
            self._select(found)
        elif not canvas.selection and self._point_at(found) is None:
            self._select_by_stepping(found)

    def _select(self, found: Annotation) -> None:
        if self.driver.canvas.selection == (found.uid,):
            return
        at = self._point_at(found)
        if at is None:
            self._select_by_stepping(found)
        else:
            self.driver.click(at)

    def _point_at(self, found: Annotation) -> Point | None:
        """Where it is on top of others; None when it is nowhere."""
        for at in map(self._whole, _points_over(found.box)):
            self.driver.hover(at)
            if self.driver.canvas.uid_under_cursor() == found.uid:
                return at
        return None

    def _select_by_stepping(self, found: Annotation) -> None:
        """Smaller boxes lie over all of it."""
        self.driver.hover(self._whole(found.box.centre))
        for _ in range(len(self.driver.boxes())):
            self.driver.press(Qt.Key.Key_Tab)
            if self.driver.canvas.selection == (found.uid,):
                return
        raise AssertionError("a box can't be reached by stepping through those under the pointer")

    def _put_right(self, found: Annotation, defect: Defect) -> None:
        ways = _off_ways((found, defect))
        dx, dy = _shift(found.box, defect.box)
        if _drags(*ways) > 1 and not _off(found.box.moved(dx, dy), defect.box):
            self._select(found)
            self._drag(found.box.centre, dx, dy)
            return
        handle = "_".join(word for word in (_one(ways[1]), _one(ways[0])) if word)
        if self._grip(found, handle) is None:
            self._select(found)
        start = self._grip(found, handle)
        assert start is not None, f"{handle} of {found.box} can't be grasped"
        self._drag(start, *_pull(handle, found.box, defect.box))

    def _grip(self, found: Annotation, handle: str) -> Point | None:
        """Where a press takes that edge or corner of that box."""
        for at in _points_at(found.box, handle):
            whole = self._whole(at)
            if self.driver.taken_at(whole) == (found.uid, handle):
                return whole
        return None

    def _draw(self, defect: Defect) -> None:
        """From the corner at which a press begins a box, or from beside one: it is pulled after."""
        left, top, right, bottom = defect.box.corners
        corners = [(left, top), (right, bottom), (right, top), (left, bottom)]
        for beside_px in (0.0, 2.0, 4.0, 6.0):
            for x, y in corners:
                away_x = beside_px if x == right else -beside_px
                away_y = beside_px if y == bottom else -beside_px
                start = self._whole((x + away_x, y + away_y))
                if self._begins_a_box(start):
                    opposite = (left + right - x, top + bottom - y)
                    self.driver.drag(start, self._whole(opposite))
                    return
        raise AssertionError(f"there is no room to begin {defect.box}")

    def _begins_a_box(self, at: Point) -> bool:
        uid, part = self.driver.taken_at(at)
        return not uid or (part == "inside" and uid not in self.driver.canvas.selection)

    def _drag(self, start: Point, dx: float, dy: float) -> None:
        begin = self._whole(start)
        self.driver.drag(begin, self._whole((begin[0] + dx, begin[1] + dy)))

    def _whole(self, at: Point) -> Point:
        """The image point at the nearest whole pixel of the screen: a mouse knows no others."""
        on_canvas = self.driver.on_canvas(at)
        return self.driver.canvas.view.to_image(round(on_canvas.x()), round(on_canvas.y()))


def matched(shown: Sequence[Annotation], truth: Sequence[Defect]) -> list[Pair]:
    """Which box is meant for which defect, the best first, each used once."""
    worths = [
        (
            intersection_over_union(a.box, d.box)
            + (_SAME_CLASS_WORTH if a.class_id == d.class_id else 0.0),
            row,
            column,
        )
        for row, a in enumerate(shown)
        for column, d in enumerate(truth)
        if intersection_over_union(a.box, d.box) > _SAME_PLACE_IOU
    ]
    rows: set[int] = set()
    columns: set[int] = set()
    pairs = []
    for _, row, column in sorted(worths, key=lambda w: (-w[0], w[1], w[2])):
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            pairs.append((shown[row], truth[column]))
    return pairs


def allowed_moves(shown: Sequence[Annotation], truth: Sequence[Defect]) -> int:
    """As `Done` counts them."""
    pairs = matched(shown, truth)
    edges = sum(len(way) for pair in pairs for way in _off_ways(pair))
    misnamed = sum(a.class_id != d.class_id for a, d in pairs)
    false, missed = len(shown) - len(pairs), len(truth) - len(pairs)
    return false + misnamed + edges + MOVES_FOR_MISSED * missed


def furthest_px(box: Box, other: Box) -> float:
    """Of the four edges the one that is furthest from its place."""
    return max(abs(a - b) for a, b in zip(box.corners, other.corners, strict=True))


def _off(box: Box, other: Box) -> bool:
    return furthest_px(box, other) > GOOD_ENOUGH_PX


def _off_ways(pair: Pair) -> tuple[list[str], list[str]]:
    """The upright edges that are off, and the level ones."""
    box, truth = pair[0].box, pair[1].box
    words = ("left", "top", "right", "bottom")
    edges = zip(words, box.corners, truth.corners, strict=True)
    off = [word for word, a, b in edges if abs(a - b) > GOOD_ENOUGH_PX]
    return [w for w in off if w in ("left", "right")], [w for w in off if w in ("top", "bottom")]


def _drags(upright: list[str], level: list[str]) -> int:
    """A corner takes one of each with it."""
    return max(len(upright), len(level))


def _one(words: list[str]) -> str:
    return words[0] if words else ""


def _shift(box: Box, other: Box) -> Point:
    """By which the whole box comes closest."""
    (x0, y0), (x1, y1) = box.centre, other.centre
    return x1 - x0, y1 - y0


def _pull(handle: str, box: Box, other: Box) -> Point:
    """By how much a handle has to go to bring its edges to those of the other box."""
    by = [b - a for a, b in zip(box.corners, other.corners, strict=True)]
    words = handle.split("_")
    dx = by[0] if "left" in words else by[2] if "right" in words else 0.0
    dy = by[1] if "top" in words else by[3] if "bottom" in words else 0.0
    return dx, dy


def _points_over(box: Box) -> Iterator[Point]:
    """Over a box, from its middle outwards."""
    shares = sorted(
        ((x, y) for x in _OVER_BOX for y in _OVER_BOX),
        key=lambda share: hypot(share[0] - 0.5, share[1] - 0.5),
    )
    for x, y in shares:
        yield box.left + x * box.width, box.top + y * box.height


def _points_at(box: Box, handle: str) -> Iterator[Point]:
    """Along an edge or around a corner, the plainest first."""
    words = handle.split("_")
    upright = box.left if "left" in words else box.right if "right" in words else None
    level = box.top if "top" in words else box.bottom if "bottom" in words else None
    for beside_px in _BESIDE_EDGE_PX:
        for share in _ALONG_EDGE:
            x, y = box.left + share * box.width, box.top + share * box.height
            if upright is not None:
                x = upright + beside_px
            if level is not None:
                y = level + beside_px
            yield x, y
