"""The photos of records as trainers will open them, made ready in threads."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Event

from app.conversations.targets.targets import Shown
from app.core.batches import batches
from app.core.errors import UserError
from app.core.image import Image
from app.imaging.baking import bake, baked_name
from app.imaging.header import read_header

Photo = tuple[Image, Path, PurePosixPath]
"""An image, where its photo lies, and its name in the export."""

_Done = tuple[Image, Shown | UserError]

_MOST_THREADS = 8  # a photo may be 100 MB while it is decoded

_HEADERS = 4
"""To hand a photo to a thread takes as long as to read its header, so so many go at a time."""


@dataclass(frozen=True, slots=True)
class PhotoPlaces:
    """Copies are written below `folder`, which will be `out` when records are read.

    `size_of` gives the size in pixels (width, height) that a photo of some size is baked at; None
    leaves photos where they are, but for those that trainers misread.
    """

    folder: Path
    out: Path
    size_of: Callable[[int, int], tuple[int, int]] | None = None

    def shown(self, photo: Photo) -> Shown:
        """Makes the photo ready. Raises UserError where it can't be read or isn't that one."""
        image, path, name = photo
        header = read_header(path)
        if (header.width_px, header.height_px) != (image.width_px, image.height_px):
            raise UserError(
                f"{path} is {header.width_px} x {header.height_px} pixels, and was "
                f"{image.width_px} x {image.height_px} when it was labelled",
                hint="Run `flawmark check`; put the old file back, or label it anew.",
            )
        if self.size_of is not None:
            try:
                size_px = self.size_of(image.width_px, image.height_px)
            except UserError as error:  # which speaks of a size alone
                raise UserError(f"{path}: {error.what}", hint=error.hint) from error
            return self._baked(path, name, size_px, True)
        # ms-swift, LLaMA-Factory and qwen-vl-utils ignore EXIF orientation, and 16-bit photos
        # come out white in Pillow: such a photo would not show what its boxes say.
        if header.orientation != 1 or header.bits > 8:
            return self._baked(path, name, (image.width_px, image.height_px), False)
        return Shown(str(path), image.width_px, image.height_px, is_baked=False)

    def _baked(
        self, path: Path, name: PurePosixPath, size_px: tuple[int, int], is_baked: bool
    ) -> Shown:
        place = PurePosixPath("images", baked_name(name))
        bake(path, self.folder / place, size_px=size_px)
        return Shown(str(self.out / place), *size_px, is_baked=is_baked)


def shown_photos(photos: Iterable[Photo], places: PhotoPlaces) -> Iterator[_Done]:
    """Each image, in order, with its photo made ready or what is wrong with it."""
    threads = min(os.cpu_count() or 1, _MOST_THREADS)
    ahead: deque[Future[list[_Done]]] = deque()
    stopped = Event()
    with ThreadPoolExecutor(threads, thread_name_prefix="photo") as pool:
        try:
            at_once = _HEADERS if places.size_of is None else 1
            for some in batches(photos, at_once):
                ahead.append(pool.submit(_all_shown, some, places, stopped))
                if len(ahead) > 2 * threads:
                    yield from ahead.popleft().result()
            while ahead:
                yield from ahead.popleft().result()
        finally:
            stopped.set()
            for future in ahead:
                future.cancel()


def _all_shown(photos: Iterable[Photo], places: PhotoPlaces, stopped: Event) -> list[_Done]:
    """As far as it isn't `stopped`."""
    return [(photo[0], _shown(photo, places)) for photo in photos if not stopped.is_set()]


def _shown(photo: Photo, places: PhotoPlaces) -> Shown | UserError:
    try:
        return places.shown(photo)
    except UserError as error:
        return error
