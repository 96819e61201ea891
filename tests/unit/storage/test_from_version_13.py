"""A project that holds a conversation and classes with causes, from before both were bilingual."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from app.core.annotation import Annotation
from app.core.conversation import Exchange
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.storage.conversations import StoredConversation
from app.storage.migrations import migrations
from app.storage.project import Project

STEP = "m014_conversations_in_two_languages"
BOX = Annotation("u1", 1, Box(1, 2, 30, 40), author="li")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with Database(tmp_path / "project.db") as old:
        old.execute("PRAGMA application_id = 0x464C574D")
        migrations.apply(old, stop_before=STEP)
        for statement in (
            """INSERT INTO label_class VALUES
                (1, 0, 'slag', '灰渣', '#4363d8', '2', 'a bit', '["debris"]',
                 '["spatter, \\"hot\\"", "弱气流"]', '["sieve"]', 20),
                (2, 1, 'streak', '', '#e6194b', '', '', '[]', '[]', '[]', 0)""",
            "INSERT INTO image (id, path, content_hash, size_bytes, mtime_ns, width_px, height_px)"
            " VALUES (1, 'a.png', 'h', 1, 1, 200, 100)",
            """INSERT INTO annotation VALUES
                (1, 'u1', 1, 1, 1, 2, 30, 40, NULL, NULL, NULL, 'li', NULL)""",
            "INSERT INTO conversation VALUES (1, 1, 0, 'li')",
            "INSERT INTO turn VALUES (1, 0, 'user', 'where?'), (1, 1, 'assistant', '<bbox>')",
        ):
            old.execute(statement)
    return tmp_path


def test_causes_and_remedies_become_english_knowledge(old: Path) -> None:
    with Project.open(old) as project:
        slag, streak = project.classes.all()
    assert slag == LabelClass(
        "slag", 1, "灰渣", "#4363d8", "2", "a bit", ("debris",),
        en=Knowledge(causes=('spatter, "hot"', "弱气流"), remedies=("sieve",)), target_count=20,
    )  # fmt: skip
    assert (streak.en, streak.zh) == (Knowledge(), Knowledge())


def test_the_old_conversations_are_in_the_backup_alone(old: Path) -> None:
    with Project.open(old) as project:
        assert list(project.conversations.all()) == []
        assert project.integrity_problems() == []

    (backup,) = (old / "backups").iterdir()
    with Database(backup) as kept:
        assert next(m.name for m in migrations.pending(kept)) == STEP
        assert kept.execute("SELECT content FROM turn WHERE position").fetchall() == [("<bbox>",)]


def test_labels_and_conversations_can_be_written(old: Path) -> None:
    """No trigger speaks of the tables and columns that are gone."""
    written = StoredConversation(
        1, "en", "{}", "surface", 0, (Exchange("where", "where", None, "Where?", "<boxes:u1>"),)
    )
    with Project.open(old) as project:
        with project.transaction():
            project.conversations.put(written)
        wider = Annotation("u1", 2, Box(1, 2, 60, 40), author="li")
        project.apply([AnnotationEdit(1, BOX, wider)], actor="li")
        project.apply([AnnotationEdit(1, wider, None)], actor="li")
        project.apply(
            [ImageEdit(1, ImageLabel(), ImageLabel("submitted", is_normal=True, annotator="li"))],
            actor="li",
        )
        project.change_class(LabelClass("dross", id=1), actor="li")
        project.add_classes([LabelClass("burr")], actor="li")

        assert project.conversations.of_image(1, "en") == written
        assert [c.name for c in project.classes.all()] == ["dross", "streak", "burr"]
