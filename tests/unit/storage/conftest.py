from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.label_class import LabelClass
from app.storage.images import NewImage
from app.storage.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Two classes (ids 1 and 2) and three images (ids 1 to 3) of 200x100 pixels."""
    with Project.create(tmp_path / "line3") as project:
        project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
        with project.transaction():
            project.images.add(
                NewImage(f"photos/{n}.png", f"hash{n}", 10, n, 200, 100) for n in (1, 2, 3)
            )
        yield project
