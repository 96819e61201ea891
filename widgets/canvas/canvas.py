"""The photo with its boxes; turns the mouse into gestures. Decides nothing, stores nothing."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.segmentation import Outline, Prompt
from widgets.canvas.bench import Bench
from widgets.canvas.boxes import Filter
from widgets.canvas.camera import MARGIN_PX
from widgets.canvas.nudges import Nudges
from widgets.canvas.photo_view import PAN_BUTTONS, PhotoView
from widgets.canvas.scene import Scene
from widgets.marks.mark import Mark
from widgets.photo.picture import Picture
from widgets.photo.view import Size
from widgets.tools.brush import BrushTool
from widgets.tools.correct import CorrectTool
from widgets.tools.draw import DrawTool
from widgets.tools.polygon import PolygonTool
from widgets.tools.ruler import RulerTool
from widgets.tools.segment import SegmentTool
from widgets.tools.tool import Pointer, Tool, ToolName, pointer_at, pointer_of

__all__ = ["MARGIN_PX", "Canvas"]

_TOOLS = (CorrectTool, DrawTool, PolygonTool, BrushTool, RulerTool)


class Canvas(PhotoView):
    """The left button belongs to the tool, as a click with the right one does.

    Every gesture is told once, when it ends. Until the boxes are shown again it is painted as it
    ended, so whoever refuses one has to show them again as they are.
    """

    selected = Signal(object)  # tuple of uids, in the order in which they were selected
    drawn = Signal(object)  # Shape of a new box
    reshaped = Signal(object)  # dict of uid to Shape: one gesture, only what really changed
    refused = Signal(object)  # UserError: why a gesture changed nothing
    measured = Signal(object)  # Measure of the ruler, or None
    prompted = Signal(object)  # Prompt, or None: see `show_outlines`
    changed = Signal()  # boxes look different: others, elsewhere, shown or not
    tool_changed = Signal(str)
    nudging = Signal(bool)  # a run of nudges has begun, and isn't told yet; or it is over

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = Bench(self.camera, self)
        self._nudges = Nudges(self._bench, self)
        self._nudges.running.connect(self.nudging)
        self._segmenting = SegmentTool(self._bench)
        self._tools: dict[str, Tool] = {tool.name: tool(self._bench) for tool in _TOOLS}
        self._tools[SegmentTool.name] = self._segmenting
        self._tool = self._tools[CorrectTool.name]
        self._scene = Scene(self._bench, self._tool)
        self._is_pressed = False
        self._right_press: Pointer | None = None
        self._boxes_wanted, self._is_covered = True, False
        self._bench.boxes_changed.connect(self._scene.show_marks)
        self._bench.boxes_changed.connect(self._update_cursor)
        self._bench.changed.connect(self._after_change)
        self._bench.whole_wanted.connect(self.fit)
        self._bench.dropped.connect(self._cancel_press)
        self._bench.selected.connect(self.selected)
        self._bench.drawn.connect(self.drawn)
        self._bench.committed.connect(self.reshaped)
        self._bench.refused.connect(self.refused)
        self._bench.measured.connect(self.measured)
        self._bench.prompted.connect(self.prompted)
        # A click takes the keys back from a text field; Tab must not: it steps through boxes.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    # What is shown

    def show_picture(self, picture: Picture, *, keep_view: bool = False) -> None:
        """With `keep_view` it takes the place of another look or layer: zoom, place and a gesture
        under way stay. Without, the photo is fitted in and the gesture dropped.
        """
        if not keep_view:
            self.drop_gesture()
        super().show_picture(picture, keep_view=keep_view)

    def show_message(self, text: str) -> None:
        """In place of a photo. A gesture under way is dropped."""
        self.drop_gesture()
        super().show_message(text)
        self._update_cursor()

    def show_annotations(
        self, annotations: Iterable[Annotation], classes: Mapping[int, LabelClass]
    ) -> None:
        """`classes` by id, with every class that an annotation has.

        What is still there stays selected. A gesture goes on where its boxes stand as before, and
        is dropped where one of them has vanished or changed.
        """
        self._bench.show(annotations, classes)

    def expect(
        self, annotations: Iterable[Annotation], classes: Mapping[int, LabelClass], photo: Size
    ) -> None:
        """These will be shown over a photo of that size, fitted in: all that can be done for it
        before is done now. Nothing changes for who looks, and nothing has to come of it.
        """
        marks = self._bench.boxes.expect(annotations, classes)
        if self._bench.boxes_shown:
            self._scene.expect(self, marks, self.camera.fitted(photo))

    @property
    def boxes_shown(self) -> bool:
        """Neither hidden nor covered by a photo that they don't belong to."""
        return self._bench.boxes_shown

    @property
    def boxes_wanted(self) -> bool:
        """The person has not hidden them."""
        return self._boxes_wanted

    @property
    def is_covered(self) -> bool:
        """A photo is shown, or a version of them, that they don't belong to."""
        return self._is_covered

    def visible_annotations(self) -> list[Annotation]:
        """Those that pass the filter; none while boxes are not shown."""
        if not self._bench.boxes_shown:
            return []
        return list(self._bench.boxes.marks.annotations)

    def marks_in(self, area: Box) -> Iterable[Mark]:
        """What is in sight on an area of the photo, with the gesture under way."""
        return self._bench.marks_in(area)

    def set_filter(
        self,
        hidden_classes: frozenset[int] = frozenset(),
        *,
        people_shown: bool = True,
        proposals_shown: bool = True,
        least_score: float = 0.0,
    ) -> None:
        """What is hidden can't be hit and is no longer selected. `least_score` is for proposals."""
        self.flush_gesture()
        shown = Filter(hidden_classes, people_shown, proposals_shown, least_score)
        self._bench.set_filter(shown)

    def set_boxes_shown(self, shown: bool) -> None:
        """All of them; what is selected stays so."""
        self.flush_gesture()
        self._boxes_wanted = shown
        self._apply_boxes_shown()

    def set_boxes_covered(self, covered: bool) -> None:
        """While a photo is shown that they don't belong to: no boxes, and nothing can be drawn."""
        if covered:
            self.drop_gesture()
        self._is_covered = covered
        self._apply_boxes_shown()

    def set_names_shown(self, shown: bool) -> None:
        self._scene.set_named(shown)
        self.update()

    def set_filled(self, filled: bool) -> None:
        """A faint colour inside the boxes."""
        self._scene.set_filled(filled)
        self.update()

    def set_crosshair(self, shown: bool) -> None:
        """With every tool; without, only with those that draw."""
        self._scene.crosshair_wanted = shown
        self.update()

    # Selecting

    @property
    def selection(self) -> tuple[str, ...]:
        """Uids, in the order in which they were selected."""
        return self._bench.boxes.selection

    def select(self, uids: Iterable[str]) -> None:
        """Those of them that are visible, and no others."""
        self.flush_gesture()
        self._bench.select(uids)

    def select_all(self) -> None:
        """All that are visible."""
        self.select([a.uid for a in self.visible_annotations()])

    def select_next(self, step: int = 1) -> None:
        """Of all that are visible; it is brought into sight."""
        self.flush_gesture()
        self._bench.select_one_of([a.uid for a in self.visible_annotations()], step)
        for uid in self.selection:
            self.camera.bring_into_sight(self._bench.boxes.shape(uid).box)
        self._after_camera()

    def select_next_under_cursor(self, step: int = 1) -> None:
        """The next of the boxes under the pointer, smallest first; of all where none is there."""
        self.flush_gesture()
        under = self._under_pointer()
        if under:
            self._bench.select_one_of(under, step)
        else:
            self.select_next(step)

    def uid_under_cursor(self) -> str:
        """The box that a click at the pointer would select. "" where there is none, while the
        button is down, and with every tool but the correcting one.
        """
        if self._is_pressed or self._tool.name != CorrectTool.name:
            return ""
        return next(iter(self._under_pointer()), "")

    def fit_selection(self) -> None:
        """What is selected, from close; the photo where nothing is."""
        boxes = [self._bench.shape_now(uid).box for uid in self.selection]
        if not boxes or not self.has_picture:
            self.fit()
            return
        self.camera.frame(Box.around(p for b in boxes for p in (b.corners[:2], b.corners[2:])))
        self._after_camera()

    # Gestures

    @property
    def tool(self) -> str:
        return self._tool.name

    def set_tool(self, name: ToolName) -> None:
        """What is begun with the one before is dropped. Raises KeyError for a name of no tool."""
        if name == self._tool.name:
            return
        tool = self._tools[name]
        self.flush_gesture()
        self._tool.cancel()
        self._tool = self._scene.tool = tool
        self._update_cursor()
        self.tool_changed.emit(name)
        self.update()

    def set_current_class(self, label_class: LabelClass | None) -> None:
        """Of what is drawn next; told at the crosshair."""
        self._bench.current_class = label_class
        self.update()

    def show_outlines(self, prompt: Prompt, outlines: Sequence[Outline] | None) -> None:
        """The answer to what was `prompted`, best first; None where there will be none.

        Passed over unless the person still waits for it.
        """
        self._segmenting.answer(prompt, outlines)

    def set_brush_radius(self, radius_px: float) -> None:
        """In pixels of the photo; at least half a one."""
        self._bench.set_brush_radius(radius_px)

    def scale_brush(self, factor: float) -> None:
        self._bench.set_brush_radius(self._bench.brush_radius_px * factor)

    def nudge(self, dx_px: float, dy_px: float) -> None:
        """Moves what is selected; a run of these is told as one gesture, once it pauses."""
        if not self._is_pressed and self._bench.boxes_shown:
            self._nudges.step(dx_px, dy_px)

    def flush_gesture(self) -> None:
        """Tells a run of nudges now. To be called before anything else is done to the boxes."""
        self._nudges.flush()

    def drop_gesture(self) -> None:
        """Whatever is begun. To be called before boxes of another image are shown."""
        self._is_pressed = False
        self._nudges.cancel()
        self._tool.cancel()

    def finish(self) -> bool:
        """Closes an outline that is being drawn. False when none is begun."""
        return self._takes_presses() and self._tool.finish()

    def step_outline(self, by: int) -> bool:
        """Another one of the outlines that a prompt may mean. False when none is asked for."""
        return self._takes_presses() and self._tool.step(by)

    def take_class(self) -> bool:
        """A class was picked: what waits for one becomes whole. False when nothing does."""
        return self._takes_presses() and self._tool.take_class()

    def cancel(self) -> bool:
        """Drops what is begun; where nothing is, deselects. False when there was nothing at all."""
        self._is_pressed = False
        was_begun = self._nudges.cancel() or self._tool.cancel()
        was_selected = bool(self.selection)
        if not was_begun:
            self._bench.select(())
        return was_begun or was_selected

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.flush_gesture()
        super().mousePressEvent(event)
        is_right = event.button() == Qt.MouseButton.RightButton
        self._right_press = pointer_of(event, self.view) if is_right else None
        if event.button() == Qt.MouseButton.LeftButton and self._takes_presses():
            self._cancel_press()  # its release went to another window
            self._is_pressed = True
            self._tool.press(pointer_of(event, self.view))
            self._update_cursor(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of two quick ones."""
        if event.button() != Qt.MouseButton.LeftButton or not self._takes_presses():
            self.mousePressEvent(event)
            return
        self.flush_gesture()
        self._cancel_press()
        self._is_pressed = True
        self._tool.double_click(pointer_of(event, self.view))
        self._update_cursor(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._is_panning or not self._takes_presses():
            return
        if self._is_pressed and not event.buttons() & Qt.MouseButton.LeftButton:
            self._cancel_press()
        self._tool.move(pointer_of(event, self.view))
        self._update_cursor(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self._is_pressed:
            self._is_pressed = False
            self._tool.release(pointer_of(event, self.view))
        self._end_right_press(event)
        if event.button() & (PAN_BUTTONS | Qt.MouseButton.LeftButton):
            self._update_cursor(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._mean()  # boxes came or went, or another tool, since the pointer moved
        self._scene.paint(self, self._picture, self._message)

    def _under_pointer(self) -> list[str]:
        """Uids, smallest first."""
        at = self._pointer
        return self._bench.under((at.x(), at.y())) if at and self.has_picture else []

    def _takes_presses(self) -> bool:
        return self.has_picture and not self._is_covered

    def _end_right_press(self, event: QMouseEvent) -> None:
        """One that panned was no click."""
        pressed, self._right_press = self._right_press, None
        if pressed is None or not self._takes_presses():
            return
        pointer = pointer_of(event, self.view)
        if event.button() == Qt.MouseButton.RightButton and pointer.is_near(pressed.on_widget):
            self._tool.right_click(pointer)

    def _after_change(self) -> None:
        self._scene.lift()
        self.update()
        self.changed.emit()

    def _after_camera(self) -> None:
        super()._after_camera()
        self._update_cursor()

    def _mean(self) -> QRegion:
        return self._scene.mean("" if self.selection else self.uid_under_cursor())

    def _cancel_press(self) -> None:
        if self._is_pressed:
            self._is_pressed = False
            self._tool.cancel()

    def _apply_boxes_shown(self) -> None:
        self._bench.boxes_shown = self._boxes_wanted and not self._is_covered
        self._update_cursor()
        self._after_change()

    def _update_cursor(self, event: QMouseEvent | None = None) -> None:
        """Without an event: for a pointer at rest, under which something has changed."""
        if self._is_panning:
            return
        at, held = self._pointer, QGuiApplication.keyboardModifiers()
        if event:
            at, held = event.position(), event.modifiers()
        shape = Qt.CursorShape.ArrowCursor
        if self._takes_presses() and at is not None:
            shape = self._tool.cursor(pointer_at(at, held, self.view))
        if shape != self.cursor().shape():
            self.setCursor(shape)

    def _point_at(self, at: QPointF | None) -> None:
        super()._point_at(at)
        if at is None:
            self._tool.leave()
        region = self._scene.point_at(self, at if self._takes_presses() else None)
        self.update(region.united(self._mean()))
