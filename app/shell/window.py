"""The window for looking through a project: list left, photo in the middle, classes right."""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QWidget

from app.core.annotation import Annotation
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.shell.photos import Photos
from app.shell.readout import Readout
from app.storage.project import Project
from widgets.canvas import Canvas
from widgets.class_panel import ClassBalance, ClassPanel
from widgets.image_list import ImageList, ImageRow
from widgets.picture import Picture

_SAY_LOADING_AFTER_MS = 200
"""A photo that takes longer is announced; sooner, the words would only flicker."""


class ViewerWindow(QMainWindow):
    """Reads the project, changes nothing in it. The project must stay open as long as it."""

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._images = list(project.images.all())
        self._classes: dict[int, LabelClass] = {}
        self._row = -1
        self._annotations: list[Annotation] = []
        self._photos = Photos(lambda row: project.locate(self._images[row].path), self)
        self._photos.arrived.connect(self._take_photo)
        self._loading = QTimer(self, singleShot=True, interval=_SAY_LOADING_AFTER_MS)
        self._loading.timeout.connect(self._say_loading)
        self.canvas = Canvas()
        self.image_list = ImageList(self._rows(), self._boxes_of)
        self.class_panel = ClassPanel(self._balance())
        self.readout = Readout(self.statusBar())
        self._lay_out()
        self._add_actions()
        self._connect()
        self._show_first()

    @property
    def annotations(self) -> list[Annotation]:
        """Of the image that is shown."""
        return self._annotations

    def show_row(self, row: int) -> None:
        """Another image, by its place in the list."""
        if row == self._row or not 0 <= row < len(self._images):
            return
        self._row = row
        image = self._images[row]
        self._annotations = self._read_boxes(image.id)
        self.image_list.set_current(row)
        self.readout.show_image(image, self._annotations, row=row, total=len(self._images))
        self.setWindowTitle(f"{Path(image.path).name} – {self._project.folder.name} – Flawmark")
        ahead = [r for r in (row + 1, row - 1) if 0 <= r < len(self._images)]
        picture = self._photos.want(row, ahead)
        if picture is None:
            self._loading.start()
        else:
            self._take_photo(row, picture)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._loading.stop()
        self._photos.close()
        super().closeEvent(event)

    def _take_photo(self, row: int, result: Picture | UserError) -> None:
        if row != self._row:
            return  # it was fetched ahead, or people have gone on since
        self._loading.stop()
        if isinstance(result, UserError):
            self.canvas.show_message(f"{result.what}\n\n{result.hint}")
            return
        self.canvas.show_annotations(self._annotations, self._classes)
        self.canvas.show_picture(result)

    def _say_loading(self) -> None:
        name = Path(self._images[self._row].path).name
        self.canvas.show_message(self.tr("Reading {name} …").format(name=name))

    def _show_first(self) -> None:
        if self._images:
            self.show_row(0)
            return
        self.setWindowTitle(f"{self._project.folder.name} – Flawmark")
        self.canvas.show_message(
            self.tr("This project has no photos yet.\n\nAdd some with `flawmark import`.")
        )

    def _rows(self) -> list[ImageRow]:
        # Names start after the folder that all photos share. Compared as strings, because
        # commonpath() refuses absolute paths beside relative ones.
        shared = os.path.commonprefix([i.path for i in self._images])  # noqa: RUF071
        start = shared.rfind("/") + 1
        return [ImageRow(i.path[start:], i.label.state) for i in self._images]

    def _read_boxes(self, image_id: int) -> list[Annotation]:
        annotations = self._project.annotations.of_image(image_id)
        # Read again, because an import in another program may just have added one.
        self._classes = {c.id: c for c in self._project.classes.all()}
        return annotations

    def _boxes_of(self, row: int) -> int:
        return self._project.annotations.count_of_image(self._images[row].id)

    def _balance(self) -> list[ClassBalance]:
        counts = self._project.classes.counts()
        return [ClassBalance(c.label_class, c.boxes, c.proposals) for c in counts]

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        for pane in (self.image_list, self.canvas, self.class_panel):
            split.addWidget(pane)
        split.setStretchFactor(1, 1)
        split.setSizes([270, 960, 250])
        split.setChildrenCollapsible(False)
        self.setCentralWidget(split)
        room = QGuiApplication.primaryScreen().availableSize()
        self.resize(min(1480, room.width()), min(940, room.height()))

    def _connect(self) -> None:
        self.image_list.picked.connect(self.show_row)
        self.class_panel.hidden_changed.connect(self.canvas.hide_classes)
        self.canvas.pointed.connect(self.readout.show_position)
        self.canvas.zoomed.connect(self.readout.show_scale)

    def _add_actions(self) -> None:
        image = self.menuBar().addMenu(self.tr("&Image"))
        view = self.menuBar().addMenu(self.tr("&View"))
        step = self.show_row
        self._add(image, self.tr("&Next"), "Right Down D Space", lambda: step(self._row + 1))
        self._add(image, self.tr("&Previous"), "Left Up A", lambda: step(self._row - 1))
        image.addSeparator()
        self._add(image, self.tr("&Quit"), "Ctrl+Q", self.close)
        self._add(view, self.tr("&Fit"), "F", self.canvas.fit)
        self._add(view, self.tr("&1:1"), "1", self.canvas.actual_size)
        boxes = self._add(view, self.tr("&Boxes"), "H", None)
        boxes.setCheckable(True)
        boxes.setChecked(True)
        boxes.toggled.connect(self.canvas.set_boxes_shown)

    def _add(
        self, menu: QMenu, title: str, keys: str, does: Callable[[], object] | None
    ) -> QAction:
        """`keys` separated by spaces; the first is the one that the menu shows."""
        action = menu.addAction(title)
        action.setShortcuts([QKeySequence(key) for key in keys.split()])
        if does is not None:
            action.triggered.connect(lambda: does())
        return action
