"""A project from before people and reasons: what was decided stays, and goes on by the rules."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.core.errors import UserError
from app.core.image import ImageLabel, State
from app.storage.migrations import migrations
from app.storage.project import Project

STEP = "m018_review"
PATH: dict[int, tuple[State, ...]] = {
    1: ("new", "submitted"),
    2: ("new", "submitted", "approved"),
    3: ("new", "excluded"),
}
"""Image id → the states it went through, each by li; what became of image 2 last, by wang."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with Database(tmp_path / "project.db") as old:
        old.execute("PRAGMA application_id = 0x464C574D")
        migrations.apply(old, stop_before=STEP)
        old.execute("INSERT INTO gesture (at, actor, kind) VALUES ('2026-01-01', 'zhao', 'import')")
        for image_id, states in PATH.items():
            old.execute(
                "INSERT INTO image (id, path, content_hash, size_bytes, mtime_ns, width_px,"
                " height_px, state, is_normal) VALUES (?, ?, ?, 1, 1, 200, 100, ?, 1)",
                [image_id, f"{image_id}.png", f"h{image_id}", states[-1]],
            )
            for before, after in pairwise(states):
                _log(old, image_id, before, after)
    return tmp_path


def _log(old: Database, image_id: int, before: State, after: State) -> None:
    who = "wang" if after == "approved" else "li"
    gesture = old.execute(
        "INSERT INTO gesture (at, actor, kind) VALUES ('2026-01-02', ?, 'edit')", [who]
    ).lastrowid
    old.execute(
        "INSERT INTO edit (gesture_id, image_id, subject, before, after)"
        " VALUES (?, ?, 'image', ?, ?)",
        [gesture, image_id, *(json.dumps([s, True, None, [], None]) for s in (before, after))],
    )


def test_who_was_there_is_known_and_the_first_leads(old: Path) -> None:
    with Project.open(old) as project:
        people = {person.name: person for person in project.people.all()}
    assert {name: person.role for name, person in people.items()} == {
        "zhao": "lead",
        "li": "annotator",
        "wang": "annotator",
    }
    assert len({person.colour for person in people.values()}) == 3


def test_who_handed_in_is_known_and_what_needs_a_reason_has_one(old: Path) -> None:
    with Project.open(old) as project:
        labels = {i: project.images.get(i).label for i in PATH}
    assert [labels[i].annotator for i in PATH] == ["li", "li", None]
    assert labels[3].reason


def test_undo_goes_back_before_it(old: Path) -> None:
    with Project.open(old) as project:
        assert project.undo("wang") is not None
        assert project.images.get(2).label == ImageLabel("submitted", True, annotator="li")
        with pytest.raises(UserError, match="may not"):
            project.redo("wang")  # an annotator now, until a lead says otherwise
        assert project.undo("li") is not None
        assert project.images.get(3).label.state == "new"
