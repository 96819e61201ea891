"""Whether the person has before them what they judge; why not, and how they get it in sight."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from app.core.annotation import Annotation
from app.core.errors import UserError
from app.shell.bench.sight import Sight
from app.shell.bench.viewing import Viewing
from widgets.canvas.canvas import Canvas


class Seeing(QObject):
    """`titled`: an action of the table as its menu has it, with its key."""

    def __init__(
        self,
        canvas: Canvas,
        sight: Sight,
        viewing: Viewing,
        *,
        titled: Callable[[str], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._sight, self._viewing = canvas, sight, viewing
        self._titled = titled

    def why_no_photo(self) -> UserError | None:
        """None where the photo of the image is to be seen."""
        if (trouble := self._viewing.trouble) is not None:
            hint = self.tr(
                "Nobody can judge it. Mend the file and open the image again, or: “{action}”."
            )
            return UserError(trouble.what, hint=hint.format(action=self._titled("exclude")))
        if not self._viewing.is_there:
            return UserError(
                self.tr("The photo of this image is not on screen, so nobody can judge it."),
                hint=self.tr("Wait until it is there."),
            )
        if self._canvas.is_covered:
            return UserError(
                self.tr("Another layer or version is in sight, so nobody can judge this image."),
                hint=self.tr("Leave it, then do it again."),
            )
        return None

    def why_hidden(self, annotations: Iterable[Annotation]) -> UserError | None:
        """None where all of them are to be seen, once the photo is."""
        hidden = len(self._hidden(annotations))
        if not hidden:
            return None
        if hidden == 1:
            words = self.tr("1 box is hidden, so nobody has looked at it.")
        else:
            words = self.tr("{count} boxes are hidden, so nobody has looked at them.")
        return UserError(words.format(count=hidden), hint=self._how_to_show())

    def bring_out(self, annotations: Iterable[Annotation]) -> str:
        """Shows again what hides any of them; says what, "" where all are to be seen."""
        hidden = self._hidden(annotations)
        if not hidden:
            return ""
        people_shown, _ = self._sight.origins
        shown_again = []
        if not self._canvas.boxes_shown:
            shown_again.append(self._titled("boxes_shown"))
        if not people_shown and any(not a.is_proposal for a in hidden):
            shown_again.append(self._titled("people_shown"))
        if self._sight.hidden_classes & {a.class_id for a in hidden}:
            shown_again.append(self.tr("their class"))
        self._sight.bring_out(hidden)
        words = self.tr("Shown again, or these boxes would be out of sight: {what}")
        return words.format(what=", ".join(shown_again)) if shown_again else ""

    def _hidden(self, annotations: Iterable[Annotation]) -> list[Annotation]:
        in_sight = {a.uid for a in self._canvas.visible_annotations()}
        return [a for a in annotations if a.uid not in in_sight]

    def _how_to_show(self) -> str:
        people_shown, proposals_shown = self._sight.origins
        if not self._canvas.boxes_shown:
            action = "boxes_shown"
        elif not proposals_shown:
            action = "proposals_shown"
        elif not people_shown:
            action = "people_shown"
        else:
            return self.tr("Show all classes and all scores, then do it again.")
        words = self.tr("Switch “{action}” on, then do it again.")
        return words.format(action=self._titled(action))
