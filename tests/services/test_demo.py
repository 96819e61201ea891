"""The demo: made whole or not at all, also where no model can run, and never in anybody's way."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import UserError
from app.core.progress import Cancelled, ignore_progress
from app.core.stopping import Stop
from app.services.demo import DemoReport, demo, demo_folder, demo_project
from app.storage.project import Project
from backends.base import BACKENDS, LibraryMissingError

ROOT = Path(__file__).parents[2]
MAKES = """
import sys
from pathlib import Path
from app.core.progress import ignore_progress
from app.services.demo import demo
demo(Path(sys.argv[1]), actor="li", cache=Path("c"), on_step=lambda step: ignore_progress)
"""


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the bundle, which comes without those that models take."""
    spec = replace(BACKENDS["ultralytics"], target="a_library_that_nobody_has:Detector")
    monkeypatch.setitem(BACKENDS, "ultralytics", spec)


def make(folder: Path, **options: object) -> DemoReport:
    told = {"actor": "li", "cache": folder.parent / "cache", "on_step": lambda _: ignore_progress}
    return demo(folder, photos=1, **{**told, **options})


def around(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.iterdir() if path.name != "cache")


@pytest.mark.usefixtures("no_library")
def test_where_no_model_can_run_there_is_a_project_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()  # an empty folder will do
    report = make(tmp_path / "demo")
    assert isinstance(report.prelabelled, LibraryMissingError)
    assert "a_library_that_nobody_has" in report.prelabelled.what
    assert (report.found, report.exports) == (0, ())
    assert report.project == demo_project(tmp_path / "demo")
    with Project.open(report.project) as project:
        (image,) = project.images.all()
        assert project.locate(image.path) == report.photos / "layer_0000.jpg"
        assert project.locate(image.path).is_file()
    assert around(tmp_path / "demo") == ["demo"]
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == ["photos", "project"]


@pytest.mark.usefixtures("no_library")
def test_killed_while_it_is_made_it_is_made_the_next_time(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKES, str(tmp_path / "demo")]
    with subprocess.Popen(command, cwd=ROOT) as process:
        while not list(tmp_path.glob("demo.*.partial/photos/*.jpg")):
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
    (left,) = around(tmp_path / "demo")
    assert left.endswith(".partial")
    assert demo_folder(tmp_path) == tmp_path / "flawmark-demo"
    make(tmp_path / "demo")
    assert around(tmp_path / "demo") == ["demo"]


def test_given_up_it_leaves_nothing_behind(tmp_path: Path) -> None:
    stop = Stop()
    stop.request()
    with pytest.raises(Cancelled):
        make(tmp_path / "demo", stop=stop)
    assert around(tmp_path / "demo") == []


def test_what_is_in_its_place_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("words")
    with pytest.raises(UserError, match="not empty"):
        make(tmp_path / "demo")
    assert (tmp_path / "demo" / "mine.txt").read_text() == "words"


def test_where_nothing_can_be_written_it_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="could not be made"):
        make(tmp_path / "file" / "demo")


def test_a_demo_is_found_again_and_another_thing_of_its_name_is_passed_over(
    tmp_path: Path,
) -> None:
    first, second, third = (tmp_path / f"flawmark-demo{n}" for n in ("", "-2", "-3"))
    assert demo_folder(tmp_path) == first
    first.mkdir()
    assert demo_folder(tmp_path) == first
    (first / "photos").mkdir()  # something, but no demo
    assert demo_folder(tmp_path) == second
    second.write_text("")
    assert demo_folder(tmp_path) == third
    Project.create(third / "project").close()
    assert demo_folder(tmp_path) == third
    Project.create(first / "project").close()
    assert demo_folder(tmp_path) == first
