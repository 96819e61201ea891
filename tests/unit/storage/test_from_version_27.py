"""A project from before every change had to be in the log: what was signed stays signed."""

import json
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.core.image import ImageLabel
from app.core.review import reopened
from app.core.sheet import Sheet
from app.services.check import check
from app.storage.migrations import migrations
from app.storage.project import Project

STEP = "m028_gates"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Image 1 was approved by an import, in nobody's name, with nothing on it."""
    with Database(tmp_path / "project.db") as old:
        old.execute("PRAGMA application_id = 0x464C574D")
        migrations.apply(old, stop_before=STEP)
        old.execute("INSERT INTO person VALUES ('zhao', 'lead', '#111111', '2026-01-01')")
        old.execute("INSERT INTO gesture (at, actor, kind) VALUES ('2026-01-01', 'zhao', 'import')")
        old.execute(
            "INSERT INTO image (id, path, content_hash, size_bytes, mtime_ns, width_px, height_px)"
            " VALUES (1, '1.png', 'h1', 1, 1, 200, 100)"
        )
        before, after = (json.dumps([s, False, None, [], None]) for s in ("new", "approved"))
        old.execute(
            "INSERT INTO edit (gesture_id, image_id, subject, before, after)"
            " VALUES (1, 1, 'image', ?, ?)",
            [before, after],
        )
        old.execute("UPDATE image SET state = 'approved' WHERE id = 1")
    return tmp_path


def test_what_was_signed_stays_and_its_lack_is_told(old: Path) -> None:
    with Project.open(old) as project:
        assert project.images.get(1).label == ImageLabel("approved")
        kinds = {finding.kind for finding in check(project)}
        assert "empty_approval" in kinds and "state_differs" not in kinds


def test_no_import_changes_it_any_more_and_it_is_not_signed_so_again(old: Path) -> None:
    with Project.open(old) as project:
        label = project.images.get(1).label
        with pytest.raises(UserError, match="closed to imports"):
            project.apply(
                [ImageEdit(1, label, ImageLabel("prelabelled"))], actor="zhao", kind="import"
            )
        project.apply(reopened(Sheet(1, 200, 100, label), "it is empty"), actor="zhao")
        with pytest.raises(UserError, match="can't be taken back"):
            project.undo("zhao")
        assert project.images.get(1).label.state == "in_progress"
        assert project.undo("zhao") is None


def test_a_box_belongs_to_one_gesture_and_image_by_one_index(old: Path) -> None:
    with Project.open(old) as project:
        (columns,) = project._db.rows(
            "SELECT group_concat(name) FROM pragma_index_info('edit_by_gesture')"
        )
        assert columns == ("gesture_id,image_id",)
