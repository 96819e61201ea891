"""Finding the photos in a folder, in the order in which a person would name them."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from app.core.errors import UserError
from app.imaging.header import PHOTO_SUFFIXES, cannot_open, shown

OnSkipped = Callable[[UserError], None]
"""Called for each folder or photo that can't be reached; the walk goes on after it."""

_DIGITS = re.compile(r"([0-9]+)")
_JUNK_FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information"})


def ignore_skipped(_: UserError) -> None:
    """For callers that only want what can be read."""


def find_photos(root: Path, on_skipped: OnSkipped = ignore_skipped) -> Iterator[Path]:
    """Every photo under a folder, or the one file given. Raises UserError at once without a root.

    Photos are told by their extension, in any case; nothing is opened. Natural order (layer_2
    before layer_10), a folder's contents where its name stands. Hidden files and folders and what
    archivers leave behind are passed over. Links are followed, but no folder is entered twice.
    """
    try:
        status = root.stat()
    except (OSError, ValueError) as error:
        raise cannot_open(root, error) from error
    if stat.S_ISDIR(status.st_mode):
        return _walk(root, on_skipped)
    return iter([root])


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Sorts names by their numbers' values and without regard to case; equal ones by spelling."""
    # Compared as text of a known length: file names may hold more digits than int takes.
    parts = tuple(
        (0, len(part.lstrip("0")), part.lstrip("0")) if index % 2 else (1, 0, part)
        for index, part in enumerate(_DIGITS.split(name.casefold()))
    )
    return parts, name


def _walk(root: Path, on_skipped: OnSkipped) -> Iterator[Path]:
    entered: set[tuple[int, int]] = set()
    # A stack instead of recursion: folders may nest deeper than Python's calls.
    waiting = [root]
    while waiting:
        path = waiting.pop()
        try:
            status = path.stat()
            if stat.S_ISREG(status.st_mode):
                yield path
            elif stat.S_ISDIR(status.st_mode):
                identity = (status.st_dev, status.st_ino)
                if identity not in entered:
                    entered.add(identity)
                    waiting.extend(reversed(_interesting(path, on_skipped)))
        except OSError as error:
            on_skipped(cannot_open(path, error))


def _interesting(folder: Path, on_skipped: OnSkipped) -> list[Path]:
    """Sub-folders and photos of one folder, in natural order."""
    with os.scandir(folder) as entries:
        found = [entry for entry in entries if _may_matter(entry)]
    paths: list[Path] = []
    for entry in sorted(found, key=lambda entry: natural_key(entry.name)):
        if _is_text(entry.name):
            paths.append(folder / entry.name)
        else:
            what = f"The name of {shown(folder / entry.name)} is no valid text"
            on_skipped(UserError(what, hint="Rename it and import again."))
    return paths


def _may_matter(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    if name.startswith(".") or name.lower() in _JUNK_FOLDERS:
        return False
    try:
        return Path(name).suffix.lower() in PHOTO_SUFFIXES or entry.is_dir()
    except OSError:
        # A link to itself is neither file nor folder.
        return False


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
