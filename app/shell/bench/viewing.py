"""The photo on the canvas: the current one, and for a moment another layer or its bare self."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QCursor

from app.core.errors import UserError
from app.core.looks import Looks
from app.shell.photos.photos import Photos
from widgets.canvas.canvas import MARGIN_PX, Canvas
from widgets.canvas.magnifier import Magnifier
from widgets.photo.picture import Picture

_SAY_LOADING_AFTER_MS = 200
"""A photo that takes longer is announced; sooner, the words would only flicker."""


class Viewing(QObject):
    """Nothing of one image is ever shown over another: without its photo an image shows no box."""

    appeared = Signal(int)  # image id: its photo has come on the canvas

    def __init__(self, photos: Photos, canvas: Canvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photos, self._canvas = photos, canvas
        self._image_id: int | None = None
        self._name = ""
        self._ahead: Sequence[int] = ()
        self._layer: int | None = None
        self._is_bare = False
        self._is_there = False
        self._is_magnified = False
        self._magnifier = Magnifier(canvas)
        self._loading = QTimer(self, singleShot=True, interval=_SAY_LOADING_AFTER_MS)
        self._loading.timeout.connect(self._say_loading)
        photos.arrived.connect(self._take)
        canvas.resized.connect(self._fit_to_canvas)
        canvas.pointed.connect(self._magnify)
        self._fit_to_canvas()

    def leave(self) -> None:
        """Another image comes: nothing may be done to boxes until its photo is there."""
        self._is_there = False
        self._canvas.drop_gesture()
        self._canvas.select(())

    def show(self, image_id: int, path: Path, ahead: Sequence[int]) -> None:
        """Another photo; `ahead` are the images that may come next. In place of one that is on
        screen it is painted before the rest of the window is brought up to date: it is what people
        wait for.
        """
        takes_place = self._canvas.has_picture
        self._image_id, self._name, self._ahead = image_id, path.name, ahead
        self._layer, self._is_bare = None, False
        picture = self._photos.want(image_id, ahead)
        if picture is not None:
            self._present(picture)
        elif takes_place:
            self._photos.hasten(image_id, until=lambda: self._is_there)
        if self._is_there:
            if takes_place:
                self._canvas.repaint()
            return
        self._canvas.show_annotations((), {})
        self._canvas.show_message("")
        self._loading.start()

    def show_nothing(self, words: str) -> None:
        """Where there is no image."""
        self._image_id = None
        self._loading.stop()
        self._canvas.show_message(words)

    def set_looks(self, looks: Looks) -> None:
        self._photos.set_looks(looks)  # it arrives; until then what is shown stays

    def hold_bare(self) -> None:
        """Without looking aids, until `release`."""
        self._is_bare = True
        self._repaint()

    def hold_layer(self, image_id: int | None) -> None:
        """Another layer in the place of this one, without boxes, until `release`."""
        if image_id is None or self._image_id is None or not self._is_there:
            return
        self._layer = image_id
        self._photos.want(self._image_id, [image_id, *self._ahead])
        self._repaint()

    def release(self) -> None:
        self._is_bare, self._layer = False, None
        self._canvas.set_boxes_covered(False)
        self._repaint()

    def set_magnified(self, wanted: bool) -> None:
        """A loupe that goes with the pointer."""
        self._is_magnified = wanted
        if not wanted:
            self._magnifier.hide()

    @property
    def is_there(self) -> bool:
        """The photo of the current image is on the canvas, so people see what they do."""
        return self._is_there

    def close(self) -> None:
        self._loading.stop()
        self._canvas.disconnect(self)  # it may yet be laid out anew, while the window closes
        self._photos.close()

    def _take(self, image_id: int, result: Picture | UserError) -> None:
        if image_id == self._layer and isinstance(result, Picture):
            self._repaint()
        elif image_id == self._image_id and isinstance(result, UserError):
            self._loading.stop()
            self._is_there = False
            self._canvas.show_message(f"{result.what}\n\n{result.hint}")
        elif image_id == self._image_id and isinstance(result, Picture):
            if not self._is_there:
                self._present(result)
            elif self._layer is None and not self._is_bare:
                self._canvas.show_picture(result, keep_view=True)

    def _present(self, picture: Picture) -> None:
        self._loading.stop()
        self._is_there = True
        self._canvas.show_picture(picture)
        assert self._image_id is not None
        self.appeared.emit(self._image_id)

    def _repaint(self) -> None:
        if self._image_id is None or not self._is_there:
            return
        if self._layer is not None:
            picture = self._photos.peek(self._layer)
            self._canvas.set_boxes_covered(picture is not None)
        elif self._is_bare:
            picture = self._photos.plain(self._image_id)
        else:
            picture = self._photos.peek(self._image_id)
        if picture is not None:
            self._canvas.show_picture(picture, keep_view=True)

    def _magnify(self, at: tuple[int, int] | None) -> None:
        picture = self._canvas.picture
        if not self._is_magnified or at is None or picture is None:
            self._magnifier.hide()
            return
        scale = self._canvas.view.scale * self._canvas.devicePixelRatioF()
        column, row = at[0] + 0.5, at[1] + 0.5
        self._magnifier.show_at(picture, column, row, canvas_scale=scale)
        pointer = self._canvas.mapFromGlobal(QCursor.pos())
        self._magnifier.move_beside(pointer, self._canvas.rect())

    def _say_loading(self) -> None:
        self._canvas.show_message(self.tr("Reading {name} …").format(name=self._name))

    def _fit_to_canvas(self) -> None:
        ratio = self._canvas.devicePixelRatioF()
        width, height = self._canvas.width() * ratio, self._canvas.height() * ratio
        self._photos.set_viewport(width, height, MARGIN_PX * ratio)
