"""What SQLite reports about the world, in words for people."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import UserError


class OutdatedError(UserError):
    """What was to be changed is no longer as it was when the change was made."""


_CAUSES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: (
        "is being written by another program.",
        "Wait until that one has finished, or close it, and try again. Nothing was changed.",
    ),
    sqlite3.SQLITE_LOCKED: (
        "is being written by another program.",
        "Wait until that one has finished, or close it, and try again. Nothing was changed.",
    ),
    sqlite3.SQLITE_FULL: ("has no room: the disk is full.", "Free some space and try again."),
    sqlite3.SQLITE_READONLY: (
        "can't be written.",
        "Check the rights of the file and its folder, and that the drive is not write-protected.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "can't be opened.",
        "Check that the folder exists and that you may write in it.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "is not a Flawmark project.",
        "Choose the folder that holds a project.db, or make one with `flawmark new`.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged.",
        "Copy it away, then restore the newest file of its folder `backups`.",
    ),
    sqlite3.SQLITE_IOERR: (
        "could not be read or written: the drive reports a failure.",
        "Check the drive or the network share, then try again.",
    ),
}
PRIMARY_CODE = 0xFF  # extended result codes carry the primary one in their low byte


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turns SQLite's errors about the file `path` into UserError, and what its triggers refuse;
    our own mistakes pass through."""
    try:
        yield
    except sqlite3.DatabaseError as e:
        code = getattr(e, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
            raise UserError(
                f"The project refuses this: {str(e).removeprefix('flawmark: ')}.",
                hint="Look at the image again: somebody may have changed it. Nothing was saved.",
            ) from e
        cause = _CAUSES.get(code & PRIMARY_CODE) if code is not None else None
        if cause is None:
            raise
        raise UserError(f"{path} {cause[0]}", hint=cause[1]) from e
