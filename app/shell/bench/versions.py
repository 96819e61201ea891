"""What models drew, what was handed in, and what stands now: each in the place of the others."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject

from app.core.annotation import Annotation
from app.core.label_class import LabelClass
from app.shell.bench.document import Document
from app.shell.bench.sight import Sight
from app.shell.bench.viewing import Viewing
from app.storage.project import Project
from widgets.canvas.canvas import Canvas
from widgets.review.version_overlay import VersionOverlay
from widgets.words import counted_boxes


class Versions(QObject):
    """Read from the log. While an old version is in sight, the boxes that stand can't be touched.

    Of a blind image nothing is told of what models drew.
    """

    def __init__(
        self,
        project: Project,
        document: Document,
        sight: Sight,
        viewing: Viewing,
        canvas: Canvas,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._sight = project, document, sight
        self._viewing, self._canvas = viewing, canvas
        self.overlay = VersionOverlay(canvas)
        self._place = 0
        document.changed.connect(self.leave)

    @property
    def is_on(self) -> bool:
        """An old version is in sight."""
        return self._place > 0

    def step(self) -> None:
        """As models drew it, as it was handed in, as it stands, and round again."""
        sheet = self._document.sheet
        if sheet is None or self._sight.is_kept_back or not self._viewing.is_there:
            return
        if self._viewing.holds_layer:
            return  # a version belongs over the photo that it was drawn on
        if self._project.second.get(sheet.image_id, self._document.person) is not None:
            return  # whoever labels it a second time knows nothing of the first
        old = self._old_versions(sheet.image_id)
        self._place = (self._place + 1) % (len(old) + 1)
        if not self._place:
            self.leave()
            return
        caption, boxes = old[self._place - 1]
        words = self.tr("{place} / {count}   {version}: {boxes}")
        said = words.format(
            place=self._place,
            count=len(old) + 1,
            version=caption,
            boxes=counted_boxes(len(boxes)),
        )
        self._canvas.select(())
        self._canvas.set_boxes_covered(True)
        self.overlay.show_version(said, boxes, self._classes())

    def leave(self) -> None:
        """Back to what stands."""
        self._place = 0
        if not self.overlay.isHidden():
            self.overlay.hide()
            self._canvas.set_boxes_covered(False)

    def _old_versions(self, image_id: int) -> list[tuple[str, Sequence[Annotation]]]:
        """Each with its name."""
        log = self._project.log
        handed_in = log.handed_in(image_id)
        until = handed_in or log.newest()
        by_models = log.standing_at(image_id, until, by_runs=True)
        old: list[tuple[str, Sequence[Annotation]]] = [(self.tr("As models drew it"), by_models)]
        if handed_in is not None:
            then = log.standing_at(image_id, handed_in)
            old.append((self.tr("As it was handed in"), then))
        return old

    def _classes(self) -> Mapping[int, LabelClass]:
        return self._project.classes.ever()
