"""The recipes of a project: named chains of models, as plain values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.storage.database import ProjectDatabase
from app.storage.edit_log import now


@dataclass(frozen=True, slots=True)
class KeptRecipe:
    """`content` is JSON, as `app.formats.recipe_yaml` words it; who put it there, and when."""

    name: str
    content: Any
    changed_by: str
    changed_at: str


class RecipeTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def all(self) -> list[KeptRecipe]:
        """By name."""
        rows = self._db.rows(
            "SELECT name, content, changed_by, changed_at FROM recipe ORDER BY name"
        )
        return [KeptRecipe(name, json.loads(content), *who) for name, content, *who in rows]

    def get(self, name: str) -> KeptRecipe | None:
        rows = self._db.rows(
            "SELECT content, changed_by, changed_at FROM recipe WHERE name = ?", [name]
        )
        return KeptRecipe(name, json.loads(rows[0][0]), *rows[0][1:]) if rows else None

    def put(self, name: str, content: Mapping[str, object], *, person: str) -> None:
        """In the place of any other of that name."""
        self._db.execute(
            "INSERT INTO recipe VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
            " content = excluded.content, changed_by = excluded.changed_by,"
            " changed_at = excluded.changed_at",
            [name, json.dumps(content, ensure_ascii=False), person, now()],
        )

    def remove(self, name: str) -> bool:
        """Whether there was one."""
        return self._db.execute("DELETE FROM recipe WHERE name = ?", [name]).rowcount > 0
