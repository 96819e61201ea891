"""Which model or import drew over which images, with what weights and settings."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.storage.database import ProjectDatabase
from app.storage.edit_log import now

RunKind = Literal["model", "import"]


@dataclass(frozen=True, slots=True)
class RunKey:
    """What makes two runs the same one: continued, not begun anew. `settings` is JSON-ready."""

    kind: RunKind
    name: str
    weights_hash: str
    settings: Mapping[str, object]


class RunTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def open(self, key: RunKey, *, actor: str) -> int:
        """The id of the run with this key, begun now where there is none yet."""
        settings = json.dumps(key.settings, sort_keys=True, ensure_ascii=False)
        identity = [key.kind, key.name, key.weights_hash, settings]
        self._db.execute(
            "INSERT INTO model_run (kind, name, weights_hash, settings, actor, started_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [*identity, actor, now()],
        )
        found: int = self._db.execute(
            "SELECT id FROM model_run"
            " WHERE kind = ? AND name = ? AND weights_hash = ? AND settings = ?",
            identity,
        ).fetchone()[0]
        return found

    def same_model(self, run_id: int) -> frozenset[int]:
        """Runs of the same weights as `run_id`, whatever their settings."""
        return self.of_models(
            weights
            for (weights,) in self._db.rows(
                "SELECT weights_hash FROM model_run WHERE id = ?", [run_id]
            )
        )

    def of_models(self, weights_hashes: Iterable[str]) -> frozenset[int]:
        """Model runs with any of these weights, whatever their settings."""
        wanted = list(weights_hashes)
        rows = self._db.rows(
            "SELECT id FROM model_run WHERE kind = 'model'"
            f" AND weights_hash IN ({', '.join('?' * len(wanted))})",
            wanted,
        )
        return frozenset(run_id for (run_id,) in rows)

    def keys(self) -> dict[int, tuple[RunKey, str]]:
        """Run id → its key, and who began it."""
        rows = self._db.rows(
            "SELECT id, kind, name, weights_hash, settings, actor FROM model_run ORDER BY id"
        )
        return {
            run_id: (RunKey(kind, name, weights_hash, json.loads(settings)), actor)
            for run_id, kind, name, weights_hash, settings, actor in rows
        }

    def names(self) -> list[tuple[int, str]]:
        """(id, name) of every run, in the order they were begun."""
        return [(run_id, name) for run_id, name in self._db.rows("SELECT id, name FROM model_run")]

    def imports(self) -> frozenset[int]:
        """Runs that were imports of labels."""
        rows = self._db.rows("SELECT id FROM model_run WHERE kind = 'import'")
        return frozenset(run_id for (run_id,) in rows)

    def seen(self, run_id: int) -> frozenset[int]:
        """Ids of the images that the run has been over."""
        rows = self._db.rows("SELECT image_id FROM model_run_image WHERE run_id = ?", [run_id])
        return frozenset(image_id for (image_id,) in rows)

    def mark_seen(self, run_id: int, image_ids: Iterable[int]) -> None:
        self._db.executemany(
            "INSERT INTO model_run_image VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(run_id, image_id) for image_id in image_ids],
        )

    def forget(self, run_id: int) -> None:
        """So that the run goes over all images again."""
        self._db.execute("DELETE FROM model_run_image WHERE run_id = ?", [run_id])
