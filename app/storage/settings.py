"""What a team or a person has set in a project: small JSON values by name."""

import json
from typing import Any

from app.storage.database import ProjectDatabase

EVERYBODY = ""


class SettingTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def get(self, name: str, *, person: str = EVERYBODY) -> Any:  # noqa: ANN401 - JSON
        """None when it was never set."""
        rows = self._db.rows(
            "SELECT value FROM setting WHERE person = ? AND name = ?", [person, name]
        )
        return json.loads(rows[0][0]) if rows else None

    def put(self, name: str, value: object, *, person: str = EVERYBODY) -> None:
        """`value` is JSON-ready."""
        self._db.execute(
            "INSERT INTO setting VALUES (?, ?, ?)"
            " ON CONFLICT (person, name) DO UPDATE SET value = excluded.value",
            [person, name, json.dumps(value, ensure_ascii=False)],
        )
