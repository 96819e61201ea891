"""What a build is, is known in one place: splits, hand-outs, balance and the queue all read it."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.cli import command_line
from app.core.label_class import LabelClass
from app.core.queue import QueueFilter
from app.services.assign import assign
from app.services.people import change_person
from app.storage.images import NewImage
from app.storage.migrations import migrations
from app.storage.project import Project

PATTERN = r"(job\d+)_"
Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("FLAWMARK_USER", "lee")

    def run(*args: object) -> str:
        command_line().main([str(a) for a in args], "flawmark", standalone_mode=False)
        return capsys.readouterr().out

    return run


@pytest.fixture
def project(tmp_path: Path):
    """Three photos of each of two jobs in one folder, and one that no pattern knows in another."""
    with Project.create(tmp_path / "bed") as project:
        project.add_classes([LabelClass("streak")], actor="lee")
        with project.transaction():
            project.images.add(new(f"all/job{n % 2}_layer{n}.png") for n in range(6))
            project.images.add([new("else/other.png")])
        for name in ("ann", "bo"):
            change_person(project, name, by="lee")
        yield project


def new(path: str) -> NewImage:
    return NewImage(path, path, 10, 1, 200, 100)


def told(run: Run, project: Project) -> dict[str, int]:
    """What `flawmark balance` says: build → images."""
    builds = json.loads(run("balance", project.folder, "--json"))["builds"]
    return {each["build"]: each["images"] for each in builds}


def known(project: Project) -> dict[str, int]:
    """What splits and hand-outs go by."""
    builds = [image.build for image in project.images.all()]
    return {build: builds.count(build) for build in builds}


def test_the_projects_pattern_is_the_balances_too(project: Project, run: Run) -> None:
    assert told(run, project) == known(project) == {"all": 6, "else": 1}
    run("split", project.folder, "--builds", PATTERN)
    assert told(run, project) == known(project) == {"job0": 3, "job1": 3, "else": 1}
    given = assign(project, ["ann", "bo"], by="lee")
    assert sorted(given.values()) == [3, 4]
    mine = project.queue.ids(QueueFilter(build="job0"))
    assert mine.tolist() == [1, 3, 5]
    assert len({project.images.get(i).label.assigned_to for i in mine}) == 1
    run("split", project.folder, "--builds", "")
    assert told(run, project) == known(project) == {"all": 6, "else": 1}


def test_new_photos_and_those_that_moved_are_found_by_it(project: Project, run: Run) -> None:
    run("split", project.folder, "--builds", PATTERN)
    with project.transaction():
        project.images.add([new("all/job7_layer1.png")])
        project.images.move([(1, "all/job7_layer2.png", 1), (2, "else/lost.png", 1)])
    expected = {"job0": 2, "job1": 2, "job7": 2, "else": 2}
    assert told(run, project) == known(project) == expected


def test_what_another_program_adds_goes_by_its_folder(project: Project, run: Run) -> None:
    run("split", project.folder, "--builds", PATTERN)
    with sqlite3.connect(project.folder / "project.db") as other:
        other.execute(
            "INSERT INTO image (path, content_hash, size_bytes, mtime_ns, width_px, height_px)"
            " VALUES ('all/job9_x.png', 'h', 1, 1, 9, 9)"
        )
    other.close()
    assert told(run, project) == known(project) == {"all": 1, "else": 1, "job0": 3, "job1": 3}
    run("split", project.folder, "--builds", PATTERN)
    assert told(run, project) == known(project) == {"else": 1, "job0": 3, "job1": 3, "job9": 1}


def test_an_older_project_keeps_its_builds_and_second_labellings(tmp_path: Path) -> None:
    with Database(tmp_path / "project.db") as old:
        old.execute("PRAGMA application_id = 0x464C574D")
        migrations.apply(old, stop_before="m023_builds")
        for statement in (
            "INSERT INTO image (id, path, content_hash, size_bytes, mtime_ns, width_px, height_px)"
            " VALUES (1, 'a/job1_1.png', 'h', 1, 1, 200, 100), (2, '2.png', 'i', 1, 1, 200, 100)",
            f"""INSERT INTO setting VALUES ('', 'build_pattern', '"{PATTERN}"')""".replace(
                "\\", "\\\\"
            ),
            "INSERT INTO second_labelling VALUES (1, 'bo', 'twice', '2026-01-01', 'new',"
            """ '["new", false, null, [], null]', '[]', NULL)""",
        ):
            old.execute(statement)
    with Project.open(tmp_path) as project:
        assert {build.name for build in project.balance.of_builds()} == {"job1", "."}
        assert known(project) == {"job1": 1, ".": 1}
        given = project.second.get(1, "bo")
        assert given is not None
        assert (given.disguise, given.label.state) == (None, "new")
