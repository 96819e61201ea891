"""The photo on the canvas: the current one, and for a moment another layer or its bare self."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.errors import UserError
from app.core.looks import Looks
from app.shell.frame.error_words import in_one_text
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
        self._photo: Literal["away", "there"] | UserError = "away"
        self._is_magnified = False
        self._magnifier = Magnifier(canvas, canvas.marks_in)
        self._loading = QTimer(self, singleShot=True, interval=_SAY_LOADING_AFTER_MS)
        self._loading.timeout.connect(self._say_loading)
        photos.arrived.connect(self._take)
        canvas.resized.connect(self._fit_to_canvas)
        canvas.pointed.connect(self._magnify)
        canvas.changed.connect(self._magnifier.update)
        self._fit_to_canvas()

    def expect(self, image_id: int, ahead: Sequence[int]) -> None:
        """It is shown in a moment: its photo, if it isn't here, is read while its boxes are."""
        if self._photos.peek(image_id) is None:
            self._photos.want(image_id, ahead)

    def leave(self) -> None:
        """Another image comes: nothing may be done to boxes until its photo is there."""
        self._photo = "away"
        self._canvas.drop_gesture()
        self._canvas.select(())

    def show(self, image_id: int, path: Path, ahead: Sequence[int]) -> None:
        """Another photo; `ahead` are the images that may come next. In place of one that is on
        screen it is painted before the rest of the window is brought up to date: it is what people
        wait for.
        """
        takes_place = self._canvas.has_picture
        self._image_id, self._name, self._ahead = image_id, path.name, ahead
        self._is_bare, self._photo = False, "away"
        self._leave_layer()
        picture = self._photos.want(image_id, ahead)
        if picture is not None:
            self._present(picture)
        elif takes_place:
            self._photos.hasten(image_id, until=lambda: self._photo != "away")
        if self._photo == "away":
            self._say("")
            self._loading.start()
        elif takes_place:
            self._canvas.repaint()

    def show_nothing(self, words: str) -> None:
        """Where there is no image."""
        self._image_id, self._photo = None, "away"
        self._leave_layer()
        self._loading.stop()
        self._say(words)

    def set_looks(self, looks: Looks) -> None:
        self._photos.set_looks(looks)  # it arrives; until then what is shown stays

    def hold_bare(self) -> None:
        """Without looking aids, until `release`."""
        self._is_bare = True
        self._repaint()

    def hold_layer(self, image_id: int | None) -> None:
        """Another layer in the place of this one, without boxes, until `release`."""
        if image_id is None or self._image_id is None or not self.is_there:
            return
        self._layer = image_id
        self._photos.want(self._image_id, [image_id, *self._ahead])
        self._repaint()

    def release(self) -> None:
        self._is_bare = False
        self._leave_layer()
        self._repaint()

    @property
    def holds_layer(self) -> bool:
        """Another layer is in the place of this one, or on its way there."""
        return self._layer is not None

    def set_magnified(self, wanted: bool) -> None:
        """A loupe that goes with the pointer."""
        self._is_magnified = wanted
        self._magnify(self._canvas.pointed_at)

    @property
    def is_there(self) -> bool:
        """The photo of the current image is on the canvas, so people see what they do."""
        return self._photo == "there"

    @property
    def trouble(self) -> UserError | None:
        """Why the photo of the current image will not come."""
        return self._photo if isinstance(self._photo, UserError) else None

    def close(self) -> None:
        self._loading.stop()
        self._canvas.disconnect(self)  # it may yet be laid out anew, while the window closes
        self._photos.close()

    def _take(self, image_id: int, result: Picture | UserError) -> None:
        if image_id == self._layer and isinstance(result, Picture):
            self._repaint()
        elif image_id == self._image_id and isinstance(result, UserError):
            self._loading.stop()
            self._photo = result
            self._say(in_one_text(result, between="\n\n"))
        elif image_id == self._image_id and isinstance(result, Picture):
            if not self.is_there:
                self._present(result)
            elif self._layer is None and not self._is_bare:
                self._canvas.show_picture(result, keep_view=True)

    def _present(self, picture: Picture) -> None:
        self._loading.stop()
        self._photo = "there"
        self._canvas.show_picture(picture)
        assert self._image_id is not None
        self.appeared.emit(self._image_id)

    def _leave_layer(self) -> None:
        """What an old version of the boxes covers stays covered."""
        if self._layer is not None:
            self._layer = None
            self._canvas.set_boxes_covered(False)

    def _repaint(self) -> None:
        if self._image_id is None or not self.is_there:
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
        picture, pointer = self._canvas.picture, self._canvas.pointer
        if not self._is_magnified or at is None or picture is None or pointer is None:
            self._magnifier.hide()
            return
        scale = self._canvas.view.scale * self._canvas.devicePixelRatioF()
        column, row = at[0] + 0.5, at[1] + 0.5
        self._magnifier.show_at(picture, column, row, canvas_scale=scale)
        self._magnifier.move_beside(pointer.toPoint(), self._canvas.rect())

    def _say(self, words: str) -> None:
        """In place of the photo, and so of its boxes."""
        self._canvas.show_annotations((), {})
        self._canvas.show_message(words)

    def _say_loading(self) -> None:
        self._say(self.tr("Reading {name} …").format(name=self._name))

    def _fit_to_canvas(self) -> None:
        ratio = self._canvas.devicePixelRatioF()
        width, height = self._canvas.width() * ratio, self._canvas.height() * ratio
        self._photos.set_viewport(width, height, MARGIN_PX * ratio)
