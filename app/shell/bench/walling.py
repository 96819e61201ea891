"""The wall of crops: boxes that wait for a reviewer, looked at class by class, signed by image."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.core import review
from app.core.annotation import Annotation
from app.core.crop_wall import looked_at
from app.core.edit import Edit
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.queue import QueueRow
from app.shell.bench.browsing import Browsing
from app.shell.bench.document import Document
from app.shell.bench.reviewing import Reviewing
from app.shell.photos.crops import Crops, PhotoBoxes
from app.shell.turn_timer import TurnTimer
from app.storage.project import Project
from widgets.review.crop_grid import Tile
from widgets.review.crop_wall import ClassOnWall, CropWall
from widgets.words import counted_images

MOST_IMAGES = 2000
"""On one wall; those that come after them in the list wait for the next one."""

_SETTLED_MS = 120


class Walling(QObject):
    """Of the images in the list those that are the person's to approve."""

    jump = Signal(int, str)  # image id, uid of a box
    failed = Signal(object)  # UserError

    def __init__(
        self,
        project: Project,
        document: Document,
        browsing: Browsing,
        reviewing: Reviewing,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document = project, document
        self._browsing, self._reviewing = browsing, reviewing
        self._standing: Mapping[int, Sequence[Annotation]] = {}
        self._images: dict[int, QueueRow] = {}
        self._home: dict[str, int] = {}
        self._classes: list[LabelClass] = []
        self._class_id: int | None = None
        self._seen: dict[str, Annotation] = {}
        self._wrong: set[str] = set()
        self._left_out = 0
        self._signed: tuple[int, int] | None = None  # id of the last gesture here, its images
        self._crops = Crops(self)
        self.wall = CropWall(window)
        self._soon = TurnTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.due.connect(self._read)
        self._connect()

    def open(self) -> None:
        """In front of all else, on what the list shows now."""
        self._read()
        self.wall.show()
        self.wall.raise_()
        self.wall.activateWindow()

    def refresh(self) -> None:
        """Labels have changed; read anew in a moment, if anybody looks."""
        if self.wall.isVisible():
            self._soon.start()

    def close(self) -> None:
        self._soon.stop()
        self._crops.close()
        self.wall.close()
        self.wall.deleteLater()

    def _connect(self) -> None:
        wall = self.wall
        wall.class_picked.connect(self._show_class)
        wall.approve_wanted.connect(self._approve)
        wall.undo_wanted.connect(self._undo)
        wall.grid.crops_wanted.connect(self._want)
        wall.grid.seen.connect(self._take_seen)
        wall.grid.picked.connect(self._pick)
        self._crops.arrived.connect(wall.grid.set_crop)
        self._document.saved.connect(self.refresh)
        self._document.failed.connect(self.refresh)
        self._browsing.searched.connect(self.refresh)

    def _read(self) -> None:
        waiting = self._reviewing.to_review(self._browsing.order.ids)
        ids = waiting[:MOST_IMAGES]
        self._left_out = len(waiting) - len(ids)
        before = {a.uid: a for boxes in self._standing.values() for a in boxes}
        found = self._project.annotations.of_images(ids)
        self._standing = {i: found[i] for i in ids if i in found}  # in the order of the list
        self._images = {row.id: row for row in self._project.queue.rows([*self._standing])}
        self._home = {a.uid: i for i, boxes in self._standing.items() for a in boxes}
        now = {a.uid: a for boxes in self._standing.values() for a in boxes}
        self.wall.grid.forget([uid for uid, a in now.items() if before.get(uid, a).box != a.box])
        self._seen = {uid: a for uid, a in self._seen.items() if now.get(uid) == a}
        self._wrong &= now.keys()
        self._classes = self._project.classes.all()
        counts = Counter(a.class_id for a in now.values())
        if self._class_id not in counts:
            self._class_id = next((c.id for c in self._classes if c.id in counts), None)
        self._show_tiles()
        self._show_signed()

    def _show_class(self, class_id: int) -> None:
        self._class_id = class_id
        self._show_tiles()

    def _show_tiles(self) -> None:
        colours = {c.id: c.colour for c in self._classes}
        self.wall.grid.show_tiles(
            [
                Tile(a.uid, PurePosixPath(self._images[i].path).name, colours[a.class_id])
                for i, boxes in self._standing.items()
                for a in boxes
                if a.class_id == self._class_id
            ]
        )
        self._tell()

    def _tell(self) -> None:
        boxes = [a for each in self._standing.values() for a in each]
        counts = Counter(a.class_id for a in boxes)
        looked = Counter(a.class_id for a in self._seen.values())
        self.wall.show_classes(
            [ClassOnWall(c, counts[c.id], looked[c.id]) for c in self._classes if counts[c.id]],
            self._class_id,
        )
        self.wall.grid.mark(self._seen.keys(), self._wrong)
        offered = len(looked_at(self._standing, self._seen, self._wrong))
        self.wall.show_offer(offered, len(self._standing), left_out=self._left_out)

    def _show_signed(self) -> None:
        """As long as it can be taken back."""
        line, person = self._project.undo_line, self._document.person
        if self._signed and not line.is_last_on_its_images(self._signed[0], person):
            self._signed = None
        words = self.tr("{images} approved")
        images = counted_images(self._signed[1]) if self._signed else ""
        self.wall.show_done(words.format(images=images) if images else "")

    def _want(self, uids: Sequence[str]) -> None:
        """Photo by photo, in the order in which they are in sight."""
        by_image: dict[int, list[str]] = {}
        for uid in uids:
            by_image.setdefault(self._home[uid], []).append(uid)
        self._crops.want([self._photo_boxes(i, frozenset(u)) for i, u in by_image.items()])

    def _photo_boxes(self, image_id: int, uids: frozenset[str]) -> PhotoBoxes:
        image = self._images[image_id]
        return PhotoBoxes(
            self._project.locate(image.path),
            image.width_px,
            image.height_px,
            tuple((a.uid, a.box) for a in self._standing[image_id] if a.uid in uids),
        )

    def _take_seen(self, uids: Sequence[str]) -> None:
        new = frozenset(uids) - self._seen.keys()
        for image_id in {self._home[uid] for uid in new if uid in self._home}:
            self._seen |= {a.uid: a for a in self._standing[image_id] if a.uid in new}
        if new:
            self._tell()

    def _pick(self, uid: str) -> None:
        """Marked as wrong, and opened; marked already, it is right after all."""
        if uid in self._wrong:
            self._wrong.discard(uid)
        else:
            self._wrong.add(uid)
            self.jump.emit(self._home[uid], uid)
        self._tell()

    def _approve(self) -> None:
        """All images that were looked at, as one gesture."""
        ids = looked_at(self._standing, self._seen, self._wrong)
        looked = {image_id: list(self._standing[image_id]) for image_id in ids}
        edits: list[Edit] = []
        try:
            for image_id in ids:
                edits += review.approved(
                    self._document.read(image_id), person=self._document.person
                )
            self._reviewing.permit(edits)
        except UserError as e:
            self.failed.emit(e)
            return
        self._document.apply(
            edits,
            beside=lambda project: _refuse_changed(project, looked),
            then=partial(self._take_signed, len(ids)),
        )
        self._read()

    def _take_signed(self, count: int, gesture_id: int) -> None:
        self._signed = (gesture_id, count)
        self._show_signed()

    def _undo(self) -> None:
        """What was signed here, whatever was done in the window since."""
        if self._signed:
            self.wall.show_done("")
            self._document.undo_one(self._signed[0])


def _refuse_changed(project: Project, looked: Mapping[int, Sequence[Annotation]]) -> None:
    """Raises UserError where a box is no longer what was looked at."""
    if project.annotations.of_images(looked) != looked:
        raise UserError(
            "Somebody has just changed a box on one of these images, so none was approved.",
            hint="Look at the wall once more: what changed is to be looked at again.",
        )
