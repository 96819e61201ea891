"""Proposals of many images judged at once, as one gesture that one undo takes back."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.core.errors import UserError
from app.services.bulk import BulkReport, accept_proposals, reject_proposals
from app.shell.bench.browsing import Browsing
from app.shell.bench.writer import Writer
from app.shell.frame.messages import Messages
from app.storage.project import Project
from widgets.words import counted_images, counted_proposals


class Bulk(QObject):
    """Over the images that the filter lets through."""

    def __init__(
        self,
        writer: Writer,
        browsing: Browsing,
        messages: Messages,
        *,
        person: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._writer, self._browsing, self._messages = writer, browsing, messages
        self._person = person

    def judge(self, kind: str, class_id: int | None, score: float) -> None:
        """`kind` is "accept" or "reject": proposals from `score` on, or those below it."""
        ids, person = tuple(self._browsing.order.ids), self._person

        def judge(project: Project) -> BulkReport:
            if kind == "accept":
                return accept_proposals(
                    project, ids, class_id=class_id, least_score=score, actor=person
                )
            return reject_proposals(
                project, ids, class_id=class_id, below_score=score, actor=person
            )

        done: Callable[[BulkReport | UserError], None] = self._tell
        self._writer.run(judge, done)

    def _tell(self, result: BulkReport | UserError) -> None:
        if isinstance(result, UserError):
            self._messages.error(result)
            return
        words = self.tr(
            "{proposals} on {images}; undo takes all of it back."
            " Images left alone, for they are settled or to be labelled blind: {settled}."
        )
        said = words.format(
            proposals=counted_proposals(result.boxes),
            images=counted_images(result.images),
            settled=result.settled,
        )
        self._messages.saved(said)
