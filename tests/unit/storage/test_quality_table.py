"""Which images are to be counted, and what a project keeps of those that were."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from app.core.geometry import Box
from app.core.label_errors import Suspect
from app.core.quality_facts import Fact
from app.storage.migrations import migrations
from app.storage.project import Project

STEP = "m021_quality"
HANDED_IN = Fact("handed_in", "li", detail="shown")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """From before figures were kept: two images with work on them, and one that only waits."""
    with Database(tmp_path / "project.db") as old:
        old.execute("PRAGMA application_id = 0x464C574D")
        migrations.apply(old, stop_before=STEP)
        for statement in (
            "INSERT INTO gesture (at, actor, kind) VALUES ('2026-01-01', 'li', 'import')",
            "INSERT INTO label_class (position, name, name_zh, colour, hotkey, definition, prompts,"
            " target_count) VALUES (0, 'slag', '', '#4363d8', '', '', '[]', 0)",
            "INSERT INTO image (path, content_hash, size_bytes, mtime_ns, width_px, height_px)"
            " VALUES ('a', 'a', 1, 1, 9, 9), ('b', 'b', 1, 1, 9, 9), ('c', 'c', 1, 1, 9, 9)",
            "UPDATE image SET state = 'prelabelled' WHERE id = 3",
            "UPDATE image SET state = 'submitted', annotator = 'li' WHERE id = 2",
            "INSERT INTO annotation (uid, image_id, class_id, left_px, top_px, right_px, bottom_px,"
            " author) VALUES ('u', 1, 1, 0, 0, 2, 2, 'li')",
        ):
            old.execute(statement)
    return tmp_path


def test_an_older_project_has_its_worked_on_images_counted(old: Path) -> None:
    with Project.open(old) as project:
        assert project.quality.next_due(9) == [1, 2]
        assert project.quality.due() == 2 and project.integrity_problems() == []


def test_what_is_counted_again_takes_the_place_of_what_was(old: Path) -> None:
    suspect = Suspect("swapped", "u", 0.2, 1, Box(0, 0, 2, 2), 1, Box(0, 0, 2, 3), 0.9)
    with Project.open(old) as project, project.transaction():
        table = project.quality
        table.replace([1, 2], {1: ({HANDED_IN: 1, Fact("ms", "li"): 2.5}, [suspect]), 2: ({}, [])})
        table.replace([2], {2: ({HANDED_IN: 1}, [])})
        assert dict(table.totals()) == {HANDED_IN: 2, Fact("ms", "li"): 2.5}
        (listed,) = table.suspects(most=5)
        assert (listed.image, listed.suspect) == ("a", suspect)

        table.replace([1], {})
        assert dict(table.totals()) == {HANDED_IN: 1}
        assert table.suspects(most=5) == [] and table.due() == 0


def test_an_answer_outlives_a_count(old: Path) -> None:
    suspect = Suspect("duplicate", "u", 0.2, 1, Box(0, 0, 2, 2), 1, Box(0, 0, 2, 2))
    with Project.open(old) as project, project.transaction():
        table = project.quality
        table.answer(1, suspect, person="li", is_right=True)
        table.replace([1], {1: ({}, [suspect])})
        assert table.suspects(most=5) == [] and table.errors()["duplicate"] == 0

        table.answer(1, suspect, person="li", is_right=False)
        assert table.errors()["duplicate"] == 1
