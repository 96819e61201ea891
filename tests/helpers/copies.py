"""Copies of a project, as somebody takes one home to work on it."""

import shutil
from pathlib import Path

from app.storage.project import Project


def copied(project: Project, folder: Path) -> Project:
    """The folder of the project, with nothing at work on it."""
    project._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(project.folder, folder)
    return Project.open(folder)
