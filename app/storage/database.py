"""The connection to a project file, whose failures are told in words."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from app.storage.failures import PRIMARY_CODE, in_words


class ProjectDatabase(Database):
    """One connection, for one thread. Whatever SQLite says of the world comes as UserError."""

    def __init__(self, path: Path, *, wait_s: float) -> None:
        """Opens or makes the file; `wait_s` is how long another writer is waited for."""
        self.path = path
        with in_words(path):
            # Autocommit: every transaction here is begun and ended by us.
            connection = sqlite3.connect(path, timeout=wait_s, isolation_level=None)
        # What other packages here would add to it is none of ours; to look for them takes a while.
        super().__init__(connection, execute_plugins=False)
        self.execute("PRAGMA foreign_keys = ON")  # SQLite's default is off
        self.execute("PRAGMA synchronous = FULL")  # an acknowledged edit survives a pulled plug

    def execute(
        self, sql: str, parameters: Sequence[Any] | dict[str, Any] | None = None
    ) -> sqlite3.Cursor:
        with in_words(self.path):
            return super().execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """How many rows were written."""
        with in_words(self.path):
            return self.conn.executemany(sql, rows).rowcount

    def read_from_now(self) -> None:
        """Shows the file as it is now until this is closed, and refuses to write."""
        self.execute("PRAGMA query_only = ON")
        self.execute("BEGIN")
        self.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()  # what begins it is a read

    def is_read_only(self) -> bool:
        """Whether file, folder or drive forbid to write. Waits for no other program."""
        (wait_ms,) = self.execute("PRAGMA busy_timeout").fetchone()
        self.execute("PRAGMA busy_timeout = 0")
        try:
            self.conn.execute("DELETE FROM setting WHERE 0")  # BEGIN IMMEDIATE is never refused
        except sqlite3.OperationalError as e:
            return e.sqlite_errorcode & PRIMARY_CODE == sqlite3.SQLITE_READONLY
        finally:
            self.execute(f"PRAGMA busy_timeout = {wait_ms}")
        return False

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, so that a failure halfway is told in words too."""
        with in_words(self.path):
            return super().execute(sql, parameters).fetchall()

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one, for more than memory should hold."""
        with in_words(self.path):
            yield from super().execute(sql, parameters)
