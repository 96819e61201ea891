"""Finding, reading and writing the small text files that labels are kept in."""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from app.core.errors import UserError
from app.formats.base import Problem, Report

MIB = 2**20
_SKIPPED_FOLDERS = frozenset({"__MACOSX", "__pycache__", "node_modules"})


class UnreadableError(ValueError):
    """A file that can't be taken at all; the message says why, without the file's name."""


def walk(root: Path, suffix: str) -> Iterator[str]:
    """Files under `root` whose name ends with `suffix` (any case), in a stable order.

    As paths relative to `root` with forward slashes. Hidden files and folders are left out (among
    them the "._name" twins that macOS puts into archives), and links to folders are not followed.
    """
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in _SKIPPED_FOLDERS
        )
        inside = Path(folder).relative_to(root).as_posix()
        for name in sorted(names):
            if name.lower().endswith(suffix) and not name.startswith("."):
                yield name if inside == "." else f"{inside}/{name}"


def read_bytes(path: Path, *, limit_bytes: int) -> bytes:
    """The whole file. Raises UnreadableError when it is no plain file, or over `limit_bytes`."""
    try:
        # Asked before opening: opening a pipe or a device would wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableError("is not a plain file")
        with path.open("rb") as file:
            data = file.read(limit_bytes + 1)
    except OSError as error:
        raise UnreadableError(f"can't be opened: {error.strerror or error}") from error
    if len(data) > limit_bytes:
        raise UnreadableError(
            f"is larger than {limit_bytes / MIB:.0f} MiB, too large for a label file"
        )
    return data


def read_text(path: Path, *, limit_bytes: int) -> str:
    """The file as UTF-8 (with or without BOM), lines ended by "\\n". Raises UnreadableError."""
    try:
        text = read_bytes(path, limit_bytes=limit_bytes).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError("is not text in UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_json(path: Path, *, limit_bytes: int) -> object:
    """The parsed file. Raises UnreadableError, also for nesting that no label file has."""
    try:
        parsed: object = json.loads(read_text(path, limit_bytes=limit_bytes))
    except json.JSONDecodeError as error:
        raise UnreadableError(f"is not valid JSON: {error.msg} in line {error.lineno}") from error
    except RecursionError as error:
        raise UnreadableError("is nested too deep for a label file") from error
    except UnreadableError:
        raise
    except ValueError as error:  # a whole number of thousands of digits
        raise UnreadableError("holds a number that is too long") from error
    return parsed


def read_or_report(path: Path, report: Report, *, limit_bytes: int) -> str | None:
    """The text, or None after reporting why there is none."""
    try:
        return read_text(path, limit_bytes=limit_bytes)
    except UnreadableError as error:
        report(Problem(path, None, str(error), "skipped"))
        return None


def peek(path: Path, *, limit_bytes: int = 64 * 1024) -> str:
    """The first and the last bytes as text, broken characters replaced; "" when unreadable."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
        with path.open("rb") as file:
            head = file.read(limit_bytes)
            file.seek(max(len(head), path.stat().st_size - limit_bytes))
            tail = file.read(limit_bytes)
    except OSError:
        return ""
    return (head + tail).decode("utf-8-sig", errors="replace")


def unreadable_set(path: Path, error: UnreadableError) -> UserError:
    """For a file without which nothing of the set can be read."""
    return UserError(
        f"{path} {error}",
        hint="Repair or export this file again, or take it out of the folder.",
    )


def write_text(path: Path, text: str) -> None:
    """Writes `text` as UTF-8, making folders as needed. The caller renames the set as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A file name that is no Unicode (surrogates) must not stop an export of 20,000 photos.
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(text)


def write_json(path: Path, value: Mapping[str, object]) -> None:
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def written_path(path: Path) -> PurePosixPath:
    """Where a written set has a photo. Raises ValueError for a path that leaves the set."""
    inside = PurePosixPath(path.as_posix())
    if inside.is_absolute() or ".." in inside.parts or not inside.name:
        raise ValueError(f"a photo's path must stay inside the written set: {path}")
    return inside


class Taken:
    """Remembers which label files were written, so that two photos never share one."""

    def __init__(self) -> None:
        self._by_label: dict[str, PurePosixPath] = {}

    def claim(self, label: PurePosixPath, photo: PurePosixPath) -> None:
        """Raises UserError when another photo has this label file already."""
        # On Windows and macOS "A.txt" and "a.txt" are one file.
        other = self._by_label.setdefault(str(label).casefold(), photo)
        if other != photo:
            raise UserError(
                f"the photos {other} and {photo} would share the label file {label}",
                hint="Rename one of them: names must differ by more than ending and case.",
            )
