"""A project from before threads: comments stay, and hand-outs are told apart from work."""

import json
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.core.comment import Thread, Turn, threads
from app.storage.migrations import migrations
from app.storage.project import Project

STEP = "m026_assignments_are_no_work"
NEW = ["new", False, None, [], None]
OF_ANN = ["new", False, None, [], "ann"]
TAGGED = ["new", False, None, ["shadow"], "ann"]
BEGUN = ["in_progress", False, None, ["shadow"], "bo", "ann", None, ""]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with Database(tmp_path / "project.db") as old:
        old.execute("PRAGMA application_id = 0x464C574D")
        migrations.apply(old, stop_before=STEP)
        old.execute("INSERT INTO person VALUES ('lee', 'lead', '#000000', '2026-01-01')")
        for image_id in (1, 2):
            old.execute(
                "INSERT INTO image (id, path, content_hash, size_bytes, mtime_ns, width_px,"
                " height_px) VALUES (?, ?, ?, 1, 1, 200, 100)",
                [image_id, f"{image_id}.png", f"h{image_id}"],
            )
        _log(old, 1, "edit", "undone", NEW, OF_ANN)
        _log(old, 1, "undo", "done", OF_ANN, NEW, reverts=1)
        _log(old, 1, "edit", "done", NEW, OF_ANN)
        _log(old, 1, "edit", "done", OF_ANN, TAGGED)
        _log(old, 1, "edit", "done", TAGGED, BEGUN)  # more than whose it is
        _log(old, 2, "edit", "done", ["new", False, None], ["in_progress", False, None])
        _log(old, None, "classes", "done", None, "streak", subject="class")  # no JSON
        for resolved in (("wang", "2026-01-05"), (None, None)):
            old.execute(
                "INSERT INTO comment (image_id, author, at, text, resolved_by, resolved_at)"
                " VALUES (1, 'ann', '2026-01-04', 'slag?', ?, ?)",
                resolved,
            )
    return tmp_path


def _log(
    old: Database,
    image_id: int | None,
    kind: str,
    standing: str,
    before: object,
    after: object,
    *,
    reverts: int | None = None,
    subject: str = "image",
) -> None:
    gesture = old.execute(
        "INSERT INTO gesture (at, actor, kind, standing, reverts)"
        " VALUES ('2026-01-02', 'lee', ?, ?, ?)",
        [kind, standing, reverts],
    ).lastrowid
    old.execute(
        "INSERT INTO edit (gesture_id, image_id, subject, before, after) VALUES (?, ?, ?, ?, ?)",
        [gesture, image_id, subject, *(_written(subject, said) for said in (before, after))],
    )


def _written(subject: str, said: object) -> object:
    return json.dumps(said) if subject == "image" else said


def test_hand_outs_are_told_apart_from_work(old: Path) -> None:
    with Project.open(old) as project:
        kinds = [(g.kind, g.standing, g.reverts) for g in map(project.log.get, range(1, 7))]
        assert kinds == [("assign", "done", None)] * 3 + [("edit", "done", None)] * 3
        assert project.undo_line.to_undo("lee") == 6
        assert project.undo_line.to_take_back("lee") == [1, 2, 3]  # all of one time here


def test_comments_are_threads_and_remember_who_dealt_with_them(old: Path) -> None:
    with Project.open(old) as project:
        done, waiting = threads(project.comments.of_image(1))
        assert done == Thread(done.root) and done.root.turns == (
            Turn("2026-01-05", "wang", is_open=False),
        )
        assert waiting.is_open and project.queue.rows([1])[0].has_open_comments
        assert project.integrity_problems() == []
