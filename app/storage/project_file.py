"""The file of a project: made, opened, brought up to date, and copied away before that."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from app.core.errors import UserError
from app.storage.database import ProjectDatabase
from app.storage.failures import in_words
from app.storage.migrations import migrations

FILE_NAME = "project.db"
_APPLICATION_ID = 0x464C574D  # "FLWM": tells a project from any other SQLite file
_WAIT_FOR_OTHER_WRITER_S = 10.0


@contextmanager
def folder_in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        raise UserError(
            f"The folder {folder} can't be used: {e.strerror or e}.",
            hint="Choose another folder, or ask for the right to write in this one.",
        ) from e


def make_file(path: Path) -> ProjectDatabase:
    """An empty project at `path`, where nothing is yet."""
    db = _connect(path)
    with closing(sqlite3.connect(":memory:")) as empty, in_words(path):
        empty.deserialize(_empty_project())
        empty.backup(db.conn)
    db.execute("PRAGMA journal_mode = WAL")
    return db


@cache
def _empty_project() -> bytes:
    """All steps are taken in memory: on disk each of them would wait for the disk."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        migrations.apply(Database(connection, execute_plugins=False))
        return connection.serialize()


def open_file(path: Path) -> ProjectDatabase:
    """One from an older version is backed up, then migrated.

    Raises UserError for a file of another program, or of a newer version: left untouched.
    """
    db = _connect(path)
    with ExitStack() as refused:
        refused.callback(db.close)
        _refuse_foreign(path, db)
        _bring_up_to_date(path, db)
        refused.pop_all()
    return db


def back_up(path: Path, db: ProjectDatabase) -> Path:
    """The copy, in the folder `backups` beside it."""
    backups = path.parent / "backups"
    backups.mkdir(exist_ok=True)
    backup = backups / f"{path.stem}-{datetime.now():%Y%m%d-%H%M%S}.db"
    target = sqlite3.connect(backup)
    try:
        db.conn.backup(target)
    finally:
        target.close()
    return backup


def _connect(path: Path) -> ProjectDatabase:
    return ProjectDatabase(path, wait_s=_WAIT_FOR_OTHER_WRITER_S)


def _refuse_foreign(path: Path, db: ProjectDatabase) -> None:
    if db.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
        raise UserError(
            f"{path} is a database of another program.",
            hint="Give the folder of a Flawmark project, or make one with `flawmark new`.",
        )
    known = {m.name for m in migrations.pending(Database(memory=True, execute_plugins=False))}
    if any(m.name not in known for m in migrations.applied(db)):
        raise UserError(
            f"{path} was saved by a newer version of Flawmark.",
            hint="Install that version, or a later one. The project was left as it is.",
        )


def _bring_up_to_date(path: Path, db: ProjectDatabase) -> None:
    if migrations.pending(db):
        back_up(path, db)
        migrations.apply(db)
