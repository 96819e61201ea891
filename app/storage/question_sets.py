"""The question sets that a team added to a project, as the YAML that they wrote."""

from dataclasses import dataclass

from app.core.language import Language
from app.storage.database import ProjectDatabase
from app.storage.edit_log import now


@dataclass(frozen=True, slots=True)
class KeptQuestions:
    """`yaml` is as `app.formats.question_yaml` reads it; who put it there, and when."""

    name: str
    language: Language
    yaml: str
    changed_by: str
    changed_at: str


class QuestionSetTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def all(self) -> list[KeptQuestions]:
        """By name, then language."""
        rows = self._db.rows(
            "SELECT name, language, yaml, changed_by, changed_at FROM question_set"
            " ORDER BY name, language"
        )
        return [KeptQuestions(*row) for row in rows]

    def get(self, name: str, language: Language) -> KeptQuestions | None:
        rows = self._db.rows(
            "SELECT name, language, yaml, changed_by, changed_at FROM question_set"
            " WHERE name = ? AND language = ?",
            [name, language],
        )
        return KeptQuestions(*rows[0]) if rows else None

    def put(self, name: str, language: Language, yaml: str, *, person: str) -> None:
        """In the place of any other of that name and language."""
        self._db.execute(
            "INSERT INTO question_set VALUES (?, ?, ?, ?, ?) ON CONFLICT (name, language)"
            " DO UPDATE SET yaml = excluded.yaml, changed_by = excluded.changed_by,"
            " changed_at = excluded.changed_at",
            [name, language, yaml, person, now()],
        )

    def remove(self, name: str, language: Language) -> bool:
        """Whether there was one."""
        removed = self._db.execute(
            "DELETE FROM question_set WHERE name = ? AND language = ?", [name, language]
        )
        return removed.rowcount > 0
