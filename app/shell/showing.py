"""What stands on the image, on everything that shows it: canvas, lists, counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from PySide6.QtCore import QObject, Signal

from app.core.annotation import Annotation
from app.core.label_class import LabelClass
from app.shell.document import Document
from app.shell.panels import Panels
from app.shell.sight import Sight
from app.shell.viewing import Viewing
from app.storage.project import Project
from widgets.class_panel import ClassBalance


class Showing(QObject):
    """Boxes come on the canvas only over their own photo; the panels have them at once."""

    shown = Signal(object)  # Sheet
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
        self._classes: dict[int, LabelClass] = {}
        self._boxes: Sequence[Annotation] = ()
        document.changed.connect(self.refresh)
        viewing.appeared.connect(self._take_photo)
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
        boxes = self._sight.boxes_for(sheet)
        if any(a.class_id not in self._classes for a in boxes):
            self.read_classes()  # another program has added one just now
        self._boxes = boxes
        self._show_over_photo()
        panels = self._panels
        panels.boxes.set_annotations(boxes, self._classes, self._run_names)
        panels.proposals.show_proposals(boxes, list(self._classes.values()))
        panels.classes.set_image_counts(Counter(a.class_id for a in boxes))
        self.shown.emit(sheet)

    def read_classes(self) -> None:
        """From the project, where somebody may have changed them."""
        self._classes = {c.id: c for c in self._project.classes.all()}
        self.count()
        self.classes_changed.emit()

    def count(self) -> None:
        """How often each class was drawn in the whole project."""
        counts = self._project.classes.counts()
        self._panels.classes.set_balance(
            [ClassBalance(c.label_class, c.boxes, c.proposals) for c in counts]
        )

    def forget_runs(self) -> None:
        """A model may have begun another one."""
        self.__dict__.pop("_run_names", None)

    @cached_property
    def _run_names(self) -> dict[int, str]:
        return dict(self._project.runs.names())

    def _show_over_photo(self) -> None:
        if self._viewing.is_there:
            self._canvas.show_annotations(self._boxes, self._classes)

    def _take_photo(self) -> None:
        self._show_over_photo()
        self._canvas.select(self._panels.boxes.selection())
