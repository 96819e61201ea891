"""How the project file's schema came to be. Append steps; never edit one that shipped.

Steps are taken in the order in which these files are read.
"""

from app.storage.migrations import labels, bench, models, records  # isort: skip
from app.storage.migrations import review, balance, splits, quality, sampling  # isort: skip
from app.storage.migrations import builds, second, exports  # isort: skip
from app.storage.migrations import assignments, threads, gates, classes  # isort: skip
from app.storage.migrations.steps import migrations

__all__ = [
    "assignments", "balance", "bench", "builds", "classes", "exports", "gates", "labels",
    "migrations", "models", "quality", "records", "review", "sampling", "second", "splits",
    "threads",
]  # fmt: skip
