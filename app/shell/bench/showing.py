"""What stands on the image, on everything that shows it: canvas, lists, counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core.annotation import Annotation
from app.core.balance import ClassFigures
from app.core.label_class import LabelClass
from app.core.sheet import Sheet
from app.services.own_view import OwnView
from app.shell.bench.document import Document
from app.shell.bench.panels import Panels
from app.shell.bench.sight import Sight
from app.shell.bench.viewing import Viewing
from app.shell.turn_timer import TurnTimer
from app.storage.project import Project
from widgets.panels.class_panel import ClassBalance
from widgets.photo.view import Size

if TYPE_CHECKING:
    from widgets.panels.proposal_panel import ProposalPanel

_SETTLED_MS = 40


class Showing(QObject):
    """Boxes come on the canvas only over their own photo. Of another image the lists have them a
    moment later, once the person stays.
    """

    shown = Signal(object)  # Sheet
    below_score = Signal(int, float)  # how many proposals on it are withheld, below which score
    classes_changed = Signal()

    def __init__(
        self,
        project: Project,
        document: Document,
        sight: Sight,
        viewing: Viewing,
        panels: Panels,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._panels = project, document, panels
        self._sight, self._viewing, self._canvas = sight, viewing, panels.canvas
        self._view = OwnView(project, document.person)
        self._classes: dict[int, LabelClass] = {}
        self._known: dict[int, LabelClass] = {}  # with those that boxes on their way may be of
        self._boxes: Sequence[Annotation] = ()
        # Who flips through images isn't made to wait for the lists beside them.
        self._listed: int | None = None
        self._soon = TurnTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.due.connect(self._list)
        document.changed.connect(self.refresh)
        viewing.appeared.connect(self._show_over_photo)
        sight.score_changed.connect(self._tell_below_score)
        panels.when_made(Panels.proposals, self._list_proposals)
        self.read_classes()

    @property
    def classes(self) -> Mapping[int, LabelClass]:
        """By id, in the order of the project."""
        return self._classes

    def refresh(self) -> None:
        """Everything, from the document."""
        sheet = self._document.sheet
        if sheet is None:
            return
        self._boxes = self._boxes_for(sheet)
        if self._viewing.is_there:
            self._show_over_photo()
        else:
            self.expect(sheet)  # while the photo is on its way
        self._tell_below_score()
        if sheet.image_id == self._listed:
            self._list()
        else:
            self._soon.start()
        self.shown.emit(sheet)

    def expect(self, sheet: Sheet) -> None:
        """It comes on the canvas next, or may."""
        size = Size(sheet.width_px, sheet.height_px)
        self._canvas.expect(self._boxes_for(sheet), self._known, size)

    @property
    def is_settled(self) -> bool:
        """The lists show what the canvas shows."""
        return not self._soon.isActive()

    def close(self) -> None:
        """Nothing is read after it."""
        self._soon.stop()

    def read_classes(self) -> None:
        """From the project, where somebody may have changed them: other names and colours show."""
        self._read_classes()
        self.refresh()

    def _read_classes(self) -> None:
        self._classes = {c.id: c for c in self._project.classes.all()}
        self._known = self._project.classes.ever()
        self.count()
        self.classes_changed.emit()

    def count(self) -> None:
        """How often each class was drawn in the whole project; by people only, where what a model
        finds on a blind image would be told by the difference.
        """
        figures = self._project.balance.of_classes(self._project.classes.all())
        by_people = self._view.has_blind
        self._panels.classes.set_balance([_in_short(each, by_people=by_people) for each in figures])

    def forget_runs(self) -> None:
        """A model may have begun another one."""
        self.__dict__.pop("_run_names", None)

    @cached_property
    def _run_names(self) -> dict[int, str]:
        return dict(self._project.runs.names())

    def _boxes_for(self, sheet: Sheet) -> Sequence[Annotation]:
        """All their classes are known from here on."""
        boxes = self._sight.boxes_for(sheet)
        if any(a.class_id not in self._known for a in boxes):
            self._read_classes()  # another program has added one just now
        return boxes

    def _list(self) -> None:
        """Beside the canvas."""
        sheet, panels, boxes = self._document.sheet, self._panels, self._boxes
        if sheet is None:
            return
        self._soon.stop()
        self._listed = sheet.image_id
        panels.boxes.set_annotations(boxes, self._known, self._run_names)
        panels.boxes.set_dimmed(self._sight.below_score(boxes))
        panels.boxes.set_selection(self._canvas.selection)
        if (proposals := panels.made(Panels.proposals)) is not None:
            self._list_proposals(proposals)
        panels.classes.set_image_counts(Counter(a.class_id for a in boxes))

    def _list_proposals(self, panel: "ProposalPanel") -> None:
        panel.show_proposals(self._boxes, list(self._classes.values()))

    def _tell_below_score(self) -> None:
        below = self._sight.below_score(self._boxes)
        if self.is_settled:
            self._panels.boxes.set_dimmed(below)
        self.below_score.emit(len(below), self._sight.least_score)

    def _show_over_photo(self) -> None:
        self._canvas.show_annotations(self._boxes, self._known)


def _in_short(figures: ClassFigures, *, by_people: bool) -> ClassBalance:
    total = figures.total
    by_state = (figures.checked_in(state) for state in ("submitted", "approved"))
    if by_people:
        return ClassBalance(figures.label_class, total.boxes - total.proposals, None, *by_state)
    return ClassBalance(figures.label_class, total.boxes, total.proposals, *by_state)
