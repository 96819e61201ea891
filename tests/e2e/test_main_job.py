"""The whole job through the real command line, on photos of our own."""

import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from app.core.progress import ignore_progress
from app.services.demo import make_photos
from app.storage.project import Project
from tests.e2e.conftest import ROOT, Flawmark


@dataclass(frozen=True)
class Begun:
    """A folder with `project` and its `photos`, to be copied: a project remembers where its photos
    are from itself. `report` is what pre-labelling it told.
    """

    folder: Path
    report: dict[str, int]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, flawmark: Flawmark) -> Path:
    """The folder of a project over sample photos, with the powder-bed classes."""
    folder = tmp_path_factory.mktemp("fresh")
    make_photos(folder / "photos", count=16, on_progress=ignore_progress)
    flawmark("new", folder / "project", "--labels", "powder-bed")
    flawmark("import", folder / "project", folder / "photos")
    return folder


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, fresh: Path, flawmark: Flawmark) -> Begun:
    """The same, after the starter went over it."""
    folder = tmp_path_factory.mktemp("begun") / "copy"
    shutil.copytree(fresh, folder)
    command = ("prelabel", folder / "project", "--model", "starter", "--json")
    return Begun(folder, flawmark(*command).json)


@pytest.fixture
def project(tmp_path: Path, fresh: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "copy"), "project")


@pytest.fixture
def prelabelled(tmp_path: Path, begun: Begun) -> Path:
    return Path(shutil.copytree(begun.folder, tmp_path / "copy"), "project")


def proposals(folder: Path) -> dict[str, tuple[int, float]]:
    """uid → image and left edge, to the pixel."""
    with Project.open(folder) as project:
        return {a.uid: (i, round(a.box.left)) for i, a in project.annotations.all()}


def places(folder: Path) -> list[tuple[int, float]]:
    return sorted(proposals(folder).values())


@pytest.mark.slow
def test_the_demo_makes_everything(demo: tuple[Path, str], flawmark: Flawmark) -> None:
    out, said = demo
    assert "Balance" in said
    assert "have no split" not in said  # nobody trains on it, so nothing is locked
    assert len(list((out / "photos").glob("*.jpg"))) == 48
    status = flawmark("status", out / "project", "--json").json
    assert status["images"]["total"] == status["images"]["prelabelled"] == 48
    assert status["annotations"]["proposals"] == status["annotations"]["total"] > 48
    labels = [f.read_text().splitlines() for f in (out / "export-yolo" / "labels").rglob("*.txt")]
    assert sum(map(len, labels)) == status["annotations"]["total"]
    names = yaml.safe_load((out / "export-yolo" / "data.yaml").read_text("utf-8"))["names"]
    assert list(names.values()) == [c["name"] for c in status["classes"]]
    records = (out / "export-jsonl" / "train.jsonl").read_text("utf-8").splitlines()
    assert len(records) == 3 * len(labels)
    flawmark("check", out / "project", "--conversations")
    assert "not empty" in flawmark("demo", out, "--no-window", code=1).err


@pytest.mark.slow
def test_prelabelling_twice_changes_nothing(
    prelabelled: Path, begun: Begun, flawmark: Flawmark
) -> None:
    project, first = prelabelled, begun.report
    assert first["images"] == 16
    before = proposals(project)
    assert len(before) == first["proposals"] > 0
    second = flawmark("prelabel", project, "--model", "starter", "--json").json
    assert (second["images"], second["proposals"], second["skipped"]) == (0, 0, 16)
    assert proposals(project) == before
    again = flawmark("prelabel", project, "--model", "starter", "--again", "--json").json
    assert again["images"] == 16
    assert proposals(project) == before


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was(
    prelabelled: Path, fresh: Path, flawmark: Flawmark, environment: dict[str, str]
) -> None:
    project = prelabelled
    # At this threshold it is another run, so every image is to be done again.
    command = [sys.executable, "-m", "app", "prelabel", str(project), "--model", "starter"]
    process = subprocess.Popen(
        [*command, "--confidence", "0.3"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    with Project.open(project) as watched:
        runs = {run for run in range(1, 3)}
        while process.poll() is None and not all(watched.runs.seen(run) for run in runs):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = len(watched.runs.seen(2))
    assert 0 < done <= 16
    rest = flawmark("prelabel", project, "--model", "starter", "--confidence", "0.3", "--json").json
    assert rest["images"] == 16 - done
    uninterrupted = Path(shutil.copytree(fresh, project.parent / "uninterrupted"), "project")
    flawmark("prelabel", uninterrupted, "--model", "starter", "--confidence", "0.3", "--json")
    assert places(project) == places(uninterrupted)
    flawmark("check", project)


def test_errors_are_two_lines_and_exit_1(tmp_path: Path, flawmark: Flawmark) -> None:
    project = tmp_path / "project"
    flawmark("new", project)
    (tmp_path / "fake.pt").write_text("no weights")
    cases = [
        (("new", project), "is a project already"),
        (("new", tmp_path / "b", "--labels", "nope"), "no label set 'nope'"),
        (("status", tmp_path), "not a Flawmark project"),
        (("import", project, tmp_path / "nowhere"), "nowhere"),
        (("prelabel", project, "--model", tmp_path / "fake.pt"), "fake.pt"),
        (("prelabel", project, "--model", tmp_path / "gone.pt"), "gone.pt"),
        (("export", project, "--to", "yolo", tmp_path / "out"), "nothing to export"),
    ]
    for arguments, said in cases:
        result = flawmark(*arguments, code=1)
        lines = result.err.strip().splitlines()[-2:]
        assert said in lines[0], result.err
        assert len(lines) == 2 and lines[1]
    assert not (tmp_path / "b").exists()


def test_names_that_look_like_markup_and_any_output_encoding(
    tmp_path: Path, flawmark: Flawmark, environment: dict[str, str]
) -> None:
    (tmp_path / "set.yaml").write_text('classes: ["[/x]", {name: b, name_zh: 条纹}]', "utf-8")
    flawmark("new", tmp_path / "p", "--labels", tmp_path / "set.yaml")
    assert "[/x]" in flawmark("status", tmp_path / "p").out
    command = [sys.executable, "-m", "app", "status", str(tmp_path / "p"), "--json"]
    narrow = {**environment, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, cwd=ROOT, env=narrow, capture_output=True)
    assert json.loads(done.stdout.decode("utf-8"))["classes"][1]["name_zh"] == "条纹"


def test_wrong_usage_exits_2(tmp_path: Path, flawmark: Flawmark) -> None:
    flawmark("new", tmp_path / "p")
    for arguments in (
        ("frobnicate",),
        ("export", tmp_path / "p", tmp_path / "out"),
        ("import", tmp_path / "p", tmp_path, "--as", "gospel"),
        ("import", tmp_path / "p", tmp_path, "--format", "word"),
        ("export", tmp_path / "p", "--to", "word", tmp_path / "o"),
        ("export", tmp_path / "p", "--to", "yolo", tmp_path / "o", "--split", "0.5"),
        ("export", tmp_path / "p", "--to", "yolo", tmp_path / "o", "--states", "lost"),
    ):
        flawmark(*arguments, code=2)


def test_status_of_an_empty_project(tmp_path: Path, flawmark: Flawmark) -> None:
    flawmark("new", tmp_path / "p", "--labels", "battery-electrode")
    status = flawmark("status", tmp_path / "p", "--json").json
    assert list(status) == ["images", "annotations", "classes", "normal"]
    assert status["images"]["total"] == 0
    assert status["annotations"] == {"total": 0, "people": 0, "proposals": 0}
    assert status["classes"][0] == {
        "id": 1,
        "name": "missing_coating",
        "name_zh": "漏涂",
        "boxes": 0,
        "images": 0,
    }
    assert status["normal"] == 0


def test_check_ends_with_1_when_something_is_wrong(project: Path, flawmark: Flawmark) -> None:
    assert flawmark("check", project).out.strip().endswith("0 errors, 5 warnings.")
    next((project.parent / "photos").iterdir()).unlink()
    findings = flawmark("check", project, "--json", code=1).json
    assert [f["kind"] for f in findings if f["severity"] == "error"] == ["missing_photo"]


def test_a_moved_folder_is_relinked(project: Path, flawmark: Flawmark) -> None:
    moved = (project.parent / "photos").rename(project.parent / "archive")
    assert "16 photos found again" in flawmark("relink", project, moved).out
    flawmark("check", project)


def test_doctor_tells_of_versions_devices_models_and_folders(flawmark: Flawmark) -> None:
    topics = {d["topic"]: d for d in flawmark("doctor", "--json").json}
    for topic in ("python", "torch", "devices", "starter model", "cache folder"):
        assert topics[topic]["ok"], topics[topic]
    assert "cpu" in topics["devices"]["what"]
    assert "window" in topics
    json.dumps(topics)
