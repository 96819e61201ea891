"""Folders written whole or not at all, and photos put into them."""

import glob
import os
import platform
import shutil
import time
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import compress
from pathlib import Path, PurePosixPath
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from app.core.errors import UserError
from app.core.image import SPLITS, Image

EXPORT_MARKER = ".flawmark-export"
"""Lies in every folder that an export made: only such a folder is ever replaced."""

_PHOTO_FOLDERS = frozenset({"images", "jpegimages", *SPLITS})
_STALE_S = 24 * 3600
_JPEG_SUFFIXES = frozenset({".jpg", ".jpeg"})
_JPEG_END = b"\xff\xd9"


@contextmanager
def written_whole(
    out: Path, *, placing: Callable[[], AbstractContextManager[object]] = nullcontext
) -> Iterator[Path]:
    """An empty folder to write into, that becomes `out` when the block ends well.

    That is done within `placing`, which may still refuse it. An earlier export at `out` stands
    until then; killed between the two renames, it lies hidden beside it, and the next export puts
    that right. Raises UserError when `out` holds anything that no export of ours made, or can't be
    written.
    """
    out = Path(os.path.realpath(out))
    with _in_words(out):
        _refuse_foreign(out)
        previous = out.with_name(f".{out.name}.flawmark-previous")
        _put_right(out, previous)
        try:
            with made_beside(out) as beside:
                yield beside
                (beside / EXPORT_MARKER).write_bytes(b"")
                if hasattr(os, "sync"):  # a pulled plug may not leave what only looks whole
                    os.sync()
                with placing():
                    if out.exists():
                        out.rename(previous)
                    beside.rename(out)
        finally:
            _put_right(out, previous)


@contextmanager
def made_beside(out: Path) -> Iterator[Path]:
    """A folder beside `out` to make things in that belong there; whoever makes them moves them.

    It goes at the end, and what others left who were killed goes before. Raises OSError where it
    can't be made.
    """
    _sweep(out)
    beside = out.with_name(f"{out.name}.{uuid4().hex[:8]}.partial")
    try:
        beside.mkdir(parents=True)
        (beside / EXPORT_MARKER).write_text(writing_now(), "utf-8")
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _in_words(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        raise UserError(
            f"The export to {out} failed: {e.strerror or e} ({e.filename or out}).",
            hint="Check the folder's rights and free space. What was there before still is.",
        ) from e


def _put_right(out: Path, previous: Path) -> None:
    if not (previous / EXPORT_MARKER).exists():
        return
    if out.exists():
        shutil.rmtree(previous)
    else:
        previous.rename(out)


def _sweep(out: Path) -> None:
    """Removes what was begun beside `out` by processes that were killed."""
    for left in out.parent.glob(f"{glob.escape(out.name)}.????????.partial"):
        with suppress(FileNotFoundError):  # it has just ended well
            written_by = (left / EXPORT_MARKER).read_text("utf-8", errors="replace")
            if _is_dead(written_by) or time.time() - left.stat().st_mtime > _STALE_S:
                shutil.rmtree(left, ignore_errors=True)


def writing_now() -> str:
    """What the marker of a folder says while this process writes into it."""
    return f"{os.getpid()} {platform.node()}"


def _is_dead(written_by: str) -> bool:
    """Whether that was a process of this machine that has ended; False where nobody can tell."""
    pid, _, machine = written_by.partition(" ")
    if os.name == "nt" or machine != platform.node() or not pid.isdecimal():
        return False  # to ask after a process would end it on Windows
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _refuse_foreign(out: Path) -> None:
    if out.name and not out.exists():
        return
    if (
        not out.name
        or not out.is_dir()
        or (any(out.iterdir()) and not (out / EXPORT_MARKER).exists())
    ):
        raise UserError(
            f"{out} holds something that is no export of Flawmark.",
            hint="Give a new or empty folder. Nothing was written.",
        )


class ExportNames:
    """A name for each photo in an exported set: its path below what all photos share.

    Folders that only say "photos" or name the split go, since the set has its own of those; of
    photos that would meet, all but the first get a number. Names are made when they are asked for:
    only those numbers are held.
    """

    def __init__(self, images: Collection[Image], locate: Callable[[str], Path]) -> None:
        """`locate` tells where the photo of a kept path lies. `images` are walked once, and again
        where any may meet."""
        self._locate = locate
        self._shared: Path | None = None
        self._numbers: dict[int, int] = {}
        keys = self._keys(images)
        unlike, counts = np.unique(keys, return_counts=True)
        if len(unlike) < len(keys):
            may_meet = (counts > 1)[np.searchsorted(unlike, keys)]
            self._number(compress(images, may_meet), unlike)

    def of(self, image: Image, photo: Path) -> PurePosixPath:
        return self._numbered(image, photo, self._numbers.get(image.id, 1))

    def _keys(self, images: Iterable[Image]) -> NDArray[np.int64]:
        """Of each photo a number that is the same for those that may meet."""
        keys, folders = array("q"), set[Path]()
        last: Path | None = None
        for image in images:
            photo = self._locate(image.path)
            if photo.parent != last:
                folder, last = photo.parent, photo.parent
                folders.add(folder)
            keys.append(_key(folder, photo.stem))
        self._shared = _shared_folder(folders)
        return np.frombuffer(keys, np.int64)

    def _number(self, images: Iterable[Image], keys: NDArray[np.int64]) -> None:
        """`keys` are of all photos, sorted."""
        taken: set[str] = set()
        for image in images:
            photo, number = self._locate(image.path), 1
            while _folded(name := self._numbered(image, photo, number)) in taken or (
                number > 1 and _is_among(keys, _key(photo.parent, name.stem))
            ):
                number += 1
            taken.add(_folded(name))
            if number > 1:
                self._numbers[image.id] = number

    def _numbered(self, image: Image, photo: Path, number: int) -> PurePosixPath:
        redundant = _PHOTO_FOLDERS if image.label.split else _PHOTO_FOLDERS - set(SPLITS)
        folders = [p for p in _below(self._shared, photo.parent) if p.lower() not in redundant]
        name = photo.name if number == 1 else f"{photo.stem}-{number}{photo.suffix}"
        return PurePosixPath(*folders, name)


def _key(folder: Path, stem: str) -> int:
    """With fewer folders than a name has: what meets has the same, but not the other way round."""
    folders = [part for part in folder.parts if part.lower() not in _PHOTO_FOLDERS]
    return hash("/".join((*folders, stem)).casefold())


def _is_among(keys: NDArray[np.int64], key: int) -> bool:
    place = np.searchsorted(keys, key)
    return bool(place < len(keys) and keys[place] == key)


def _folded(name: PurePosixPath) -> str:
    """Without suffix and case: labels take the photo's stem, and disks may fold case."""
    return str(name.with_suffix("")).casefold()


def _shared_folder(folders: Collection[Path]) -> Path | None:
    """None for folders on two drives of Windows."""
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:
        return None


def _below(shared: Path | None, folder: Path) -> tuple[str, ...]:
    return folder.relative_to(shared or folder.anchor).parts


def place_photo(source: Path, target: Path, *, copy: bool) -> None:
    """Puts a photo at `target`: a copy, or a link that takes no room where the disk allows one.

    Raises UserError when the photo is missing.
    """
    if not source.is_file():
        raise UserError(
            f"The photo {source} is missing.",
            hint="Find it again with `flawmark relink PROJECT FOLDER`, then export again.",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    if not copy and not _may_be_rewritten(source):
        for link in (os.link, os.symlink):
            with suppress(OSError):
                link(source, target)
                return
    shutil.copyfile(source, target)


def _may_be_rewritten(source: Path) -> bool:
    # Ultralytics saves a JPEG anew in place when its last two bytes are not the end marker. A
    # link would let that change the user's own photo.
    if source.suffix.lower() not in _JPEG_SUFFIXES:
        return False
    with source.open("rb") as file:
        file.seek(max(source.stat().st_size - len(_JPEG_END), 0))
        return file.read() != _JPEG_END
