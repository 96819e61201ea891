"""What lies on the canvas while it is worked on: the boxes, the view, the gesture under way."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.shape import Shape, clipped
from widgets.canvas.boxes import CanvasBoxes, Filter, reshaped
from widgets.canvas.camera import Camera
from widgets.canvas.hit_test import Empty, Target, all_meeting, all_under, hit
from widgets.marks.mark import Mark, Marks
from widgets.photo.view import View

REACH_PX = 6.0
"""How far beside an edge it can be grasped, in widget pixels: as far as handles are painted."""
_DEFAULT_BRUSH_PX = 8.0
_LEAST_BRUSH_PX = 0.5


class Bench(QObject):
    """Tools ask it what is where, hold boxes, show them elsewhere, and commit or let go."""

    changed = Signal()  # something looks different
    boxes_changed = Signal()  # some came, went, or are others now
    selected = Signal(object)  # tuple of uids
    drawn = Signal(object)  # Shape
    committed = Signal(object)  # dict of uid to Shape, for those that really changed
    refused = Signal(object)  # UserError: why a gesture changed nothing
    whole_wanted = Signal()  # the whole photo is to be in sight
    dropped = Signal()  # what was held has vanished or changed under the hand
    measured = Signal(object)  # Measure | None
    prompted = Signal(object)  # Prompt for a segmenter, None once nobody waits for its answer

    def __init__(self, camera: Camera, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._camera = camera
        self.boxes = CanvasBoxes()
        self.current_class: LabelClass | None = None
        self._brush_radius_px = _DEFAULT_BRUSH_PX
        self.boxes_shown = True
        self._held: dict[str, Shape] = {}
        self._live: dict[str, Shape] = {}
        self._unsettled: frozenset[str] = frozenset()

    @property
    def view(self) -> View:
        return self._camera.view

    @property
    def bounds(self) -> Box:
        """The whole photo. Raises ValueError while there is none."""
        bounds = self._camera.bounds
        if bounds is None:
            raise ValueError("there is no photo to work on")
        return bounds

    @property
    def has_photo(self) -> bool:
        return self._camera.bounds is not None

    @property
    def brush_radius_px(self) -> float:
        """In pixels of the photo."""
        return self._brush_radius_px

    @property
    def lifted(self) -> frozenset[str]:
        """Boxes that are not where they were when `show` was last called."""
        return self._unsettled | self._live.keys()

    def show(self, annotations: Iterable[Annotation], classes: Mapping[int, LabelClass]) -> None:
        """The truth, whatever was shown; a gesture goes on where its boxes stand as before."""
        before = self.boxes.selection
        self.boxes.show(annotations, classes)
        self._unsettled = frozenset()
        self._after_change(before)

    def set_brush_radius(self, radius_px: float) -> None:
        self._brush_radius_px = max(radius_px, _LEAST_BRUSH_PX)
        self.changed.emit()

    def set_filter(self, shown: Filter) -> None:
        before = self.boxes.selection
        self.boxes.set_filter(shown)
        self._after_change(before)

    def select(self, uids: Iterable[str]) -> None:
        before = self.boxes.selection
        self.boxes.select(uids)
        if self.boxes.selection != before:
            self.selected.emit(self.boxes.selection)
            self.changed.emit()

    def select_one_of(self, uids: Sequence[str], step: int) -> None:
        """The one `step` places after what was selected last; the first or last where none was."""
        if not uids:
            return
        last = self.boxes.selection[-1] if self.boxes.selection else None
        place = uids.index(last) + step if last in uids else min(step, 0)
        self.select([uids[place % len(uids)]])

    def hit(self, at: tuple[float, float]) -> Target:
        """What a press at that widget point would take."""
        if not self.boxes_shown:
            return Empty()
        b = self.boxes
        return hit(self.view, b.boxes, b.selected, b.polygons, at, REACH_PX)

    def under(self, at: tuple[float, float]) -> list[str]:
        """Uids of the boxes at a widget point, smallest first."""
        if not self.boxes_shown:
            return []
        rows = all_under(self.view, self.boxes.boxes, at, REACH_PX)
        return [self.boxes.uid(int(row)) for row in rows]

    def hold(self, uids: Iterable[str]) -> dict[str, Shape]:
        """Begins a gesture on them; how they stand."""
        self._held = {uid: self.boxes.shape(uid) for uid in uids}
        return dict(self._held)

    def show_live(self, shapes: Mapping[str, Shape]) -> None:
        """How boxes that are held would stand if the gesture ended now."""
        self._live = dict(shapes)
        self.changed.emit()

    def commit(self) -> None:
        """Ends the gesture. What changed is shown at once, and told."""
        changed = {uid: s for uid, s in self._live.items() if s != self._held[uid]}
        self._held, self._live = {}, {}
        self.boxes.reshape(changed)
        self._unsettled |= changed.keys()
        self.changed.emit()
        if changed:
            self.committed.emit(changed)

    def let_go(self) -> None:
        """Ends the gesture; everything is where it was."""
        self._held, self._live = {}, {}
        self.changed.emit()

    def draw(self, shape: Shape) -> None:
        """A new one; what is outside the photo is cut off."""
        inside = clipped(shape, self.bounds.width, self.bounds.height)
        if inside:
            self.drawn.emit(inside)
        self.changed.emit()

    def shape_now(self, uid: str) -> Shape:
        """With the gesture under way."""
        return self._live.get(uid) or self.boxes.shape(uid)

    def lifted_marks(self) -> Marks:
        return self.boxes.styled(self._lifted())

    def marks_in(self, area: Box) -> Iterable[Mark]:
        """Those in sight that touch an area of the photo, with the gesture under way."""
        if not self.boxes_shown:
            return ()
        lifted, annotations = self.lifted, self.boxes.marks.annotations
        near = all_meeting(self.boxes.boxes, area.corners).tolist()
        still = [annotations[row] for row in near if annotations[row].uid not in lifted]
        return self.boxes.styled([*still, *self._lifted()])

    def _lifted(self) -> list[Annotation]:
        """As they are now."""
        in_sight = (uid for uid in self.lifted if uid in self.boxes)
        return [reshaped(self.boxes.annotation(uid), self.shape_now(uid)) for uid in in_sight]

    def _after_change(self, selection_before: tuple[str, ...]) -> None:
        self.boxes_changed.emit()
        if any(u not in self.boxes or self.boxes.shape(u) != s for u, s in self._held.items()):
            self.let_go()
            self.dropped.emit()
        if self.boxes.selection != selection_before:
            self.selected.emit(self.boxes.selection)
        self.changed.emit()
