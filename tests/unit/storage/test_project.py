"""Opening, migrating, refusing, and two programs at once."""

import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.storage import project_file
from app.storage.migrations import migrations
from app.storage.project import Project

STREAK = Annotation("u1", 1, Box(1, 2, 30, 40), author="li")


def test_a_closed_project_opens_with_all_that_was_saved(project: Project) -> None:
    project.apply([AnnotationEdit(1, None, STREAK)], actor="li")
    project.close()

    with Project.open(project.folder) as again:
        assert again.annotations.of_image(1) == [STREAK]
        assert [c.name for c in again.classes.all()] == ["streak", "slag"]
        assert again.images.get(2).path == "photos/2.png"
        assert again.integrity_problems() == []


def test_a_project_is_not_made_over_another(project: Project) -> None:
    with pytest.raises(UserError, match="is a project already"):
        Project.create(project.folder)


def test_a_folder_without_a_project_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nothing.*has no project\.db"):
        Project.open(tmp_path / "nothing")


def test_a_newer_project_is_refused_untouched(project: Project) -> None:
    project.close()
    path = project.folder / "project.db"
    with Database(path) as db:
        db.table("_sqlite_migrations").insert(
            {"migration_set": "flawmark", "name": "m999_future", "applied_at": ""}
        )
    before = path.read_bytes()

    with pytest.raises(UserError, match="newer version"):
        Project.open(project.folder)

    assert path.read_bytes() == before
    assert not (project.folder / "backups").exists()


def test_an_older_project_is_backed_up_then_migrated(tmp_path: Path) -> None:
    path = tmp_path / "project.db"
    with Database(path) as old:
        old.execute("PRAGMA application_id = 0x464C574D")
        migrations.apply(old, stop_before="m003_class_counts_kept_by_triggers")
        old.execute(
            "INSERT INTO label_class VALUES (1, 0, 'streak', '', '', '', '', '[]', '[]', '[]', 0)"
        )
        old.execute("INSERT INTO image VALUES (1, 'a.png', 'h', 1, 1, 200, 100, 'new', 0, NULL)")
        old.execute(
            "INSERT INTO annotation VALUES (1, 'u1', 1, 1, 1, 2, 30, 40, NULL, NULL, NULL, 'li')"
        )

    with Project.open(tmp_path) as project:
        assert project.annotations.of_image(1) == [STREAK]
        (count,) = project.classes.counts()
        assert (count.boxes, count.proposals, count.images) == (1, 0, 1)

    (backup,) = (tmp_path / "backups").iterdir()
    with Database(backup) as kept:
        pending = [m.name for m in migrations.pending(kept)]
        assert pending[0] == "m003_class_counts_kept_by_triggers"
        assert kept.execute("SELECT uid FROM annotation").fetchall() == [("u1",)]


def test_a_database_of_another_program_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "project.db"
    with Database(path) as db:
        db.table("birds").insert({"name": "wren"})
    before = path.read_bytes()
    with pytest.raises(UserError, match="another program"):
        Project.open(tmp_path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "project.db").write_bytes(b"not a database, but long enough to look like one " * 50)
    with pytest.raises(UserError, match="not a Flawmark project"):
        Project.open(tmp_path)


def test_a_damaged_file_is_reported_in_words(project: Project) -> None:
    project.close()
    path = project.folder / "project.db"
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(UserError, match="damaged"):
        Project.open(project.folder)


def test_a_second_writer_gets_a_clear_error_and_nothing_is_lost(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_file, "_WAIT_FOR_OTHER_WRITER_S", 0.1)
    with Project.open(project.folder) as other:
        with project.transaction():
            project.add_tags([("from", "first")])
            with pytest.raises(UserError, match="written by another program"):
                other.apply([AnnotationEdit(1, None, STREAK)], actor="wang")
            assert other.tags() == []  # readers are not held up
        other.apply([AnnotationEdit(1, None, STREAK)], actor="wang")
    assert project.tags() == [("from", "first")]
    assert project.annotations.of_image(1) == [STREAK]


def test_two_processes_writing_at_once_both_get_everything_in(project: Project) -> None:
    code = """
import sys
from pathlib import Path
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.storage.project import Project
who = sys.argv[2]
with Project.open(Path(sys.argv[1])) as project:
    for n in range(100):
        box = Annotation(f"{who}{n}", 1, Box(0, 0, 1 + n, 5), author=who)
        project.apply([AnnotationEdit(1, None, box)], actor=who)
"""
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(project.folder), who])
        for who in ("li", "wang")
    ]
    assert [w.wait() for w in writers] == [0, 0]
    assert len(project.annotations.of_image(1)) == 200
    assert project.integrity_problems() == []


def test_a_transaction_that_fails_leaves_no_trace(project: Project) -> None:
    def pull_the_plug() -> None:
        with project.transaction():
            project.add_tags([("a", "1")])
            with project.transaction():
                project.add_tags([("b", "2")])
            raise RuntimeError("pulled the plug")

    with pytest.raises(RuntimeError, match="plug"):
        pull_the_plug()
    assert project.tags() == []


def test_a_project_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    def pull_the_plug(project: Project) -> None:
        project.add_tags([("a", "1")])
        raise RuntimeError("pulled the plug")

    with pytest.raises(RuntimeError, match="plug"):
        Project.create(tmp_path / "p", pull_the_plug)
    assert list((tmp_path / "p").iterdir()) == []
    Project.create(tmp_path / "p").close()
    assert [f.name for f in (tmp_path / "p").iterdir()] == ["project.db"]


def test_a_name_that_no_disk_takes_is_said_so(tmp_path: Path) -> None:
    for use in (Project.create, Project.open):
        with pytest.raises(UserError, match="can't be used"):
            use(tmp_path / ("x" * 300))


def test_an_unwritable_folder_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="can't be used"):
        Project.create(tmp_path / "file" / "project")


def test_what_can_only_be_read_is_known_before_anything_is_done(project: Project) -> None:
    assert not project.is_read_only()
    with Project.open(project.folder) as other, other.transaction():  # holds the right to write
        assert not project.is_read_only()
    project._db.execute("PRAGMA query_only = 1")
    assert project.is_read_only()


def test_a_project_stays_on_its_thread(project: Project) -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(sqlite3.ProgrammingError, match="thread"):
        pool.submit(project.annotations.of_image, 1).result()


def test_a_project_can_be_moved_as_a_folder(project: Project, tmp_path: Path) -> None:
    project.apply([AnnotationEdit(1, None, STREAK)], actor="li")
    project.close()
    shutil.move(project.folder, tmp_path / "elsewhere")
    with Project.open(tmp_path / "elsewhere") as moved:
        assert moved.annotations.of_image(1) == [STREAK]


def test_as_it_stands_it_knows_nothing_of_what_is_written_later(project: Project) -> None:
    with project.as_it_stands() as still:
        project.add_classes([LabelClass("pore")], actor="lead")
        with Project.open(project.folder) as other:
            other.add_classes([LabelClass("crack")], actor="bo")
        assert [c.name for c in still.classes.all()] == ["streak", "slag"]
        assert still.folder == project.folder
    assert [c.name for c in project.classes.all()] == ["streak", "slag", "pore", "crack"]


def test_as_it_stands_it_can_only_be_read(project: Project) -> None:
    with project.as_it_stands() as still:
        with pytest.raises(UserError, match="can't be written"):
            still.add_classes([LabelClass("pore")], actor="lead")
        project.add_classes([LabelClass("crack")], actor="lead")  # nobody waits for it
    assert [c.name for c in project.classes.all()] == ["streak", "slag", "crack"]
