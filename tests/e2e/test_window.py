"""The real window on a real (virtual) screen, opened by the command line."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.progress import ignore_progress
from app.services.demo import make_photos
from app.services.import_photos import import_photos
from app.storage.project import Project
from tests.e2e.conftest import ROOT, Flawmark

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool")),
        reason="needs the system packages xvfb and xdotool",
    ),
]


@pytest.fixture
def screen() -> Iterator[dict[str, str]]:
    """The environment of a process that is to draw on a virtual screen."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    plain = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
    yield {**plain, "DISPLAY": f":{number}", "LC_ALL": "C.UTF-8"}
    server.terminate()
    server.wait()


def xdotool(screen: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        ["xdotool", *arguments], env=screen, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_project_opens_steps_and_closes(tmp_path: Path, screen: dict[str, str]) -> None:
    make_photos(tmp_path / "photos", count=3, on_progress=ignore_progress)
    with Project.create(tmp_path / "project") as project:
        import_photos(project, tmp_path / "photos")
    command = [sys.executable, "-m", "app", "open", str(tmp_path / "project")]
    with subprocess.Popen(
        command, cwd=ROOT, env=screen, stderr=subprocess.PIPE, text=True
    ) as window:
        pid = str(window.pid)
        found = xdotool(screen, "search", "--sync", "--onlyvisible", "--pid", pid).split()
        xdotool(screen, "windowfocus", "--sync", found[-1])
        xdotool(screen, "key", "Right")
        time.sleep(0.5)
        assert window.poll() is None
        window.send_signal(signal.SIGINT)
        assert window.wait() == 0
        assert window.stderr is not None
        assert window.stderr.read() == ""


def test_without_a_screen_it_is_said_in_two_lines(
    tmp_path: Path, flawmark: Flawmark, environment: dict[str, str]
) -> None:
    flawmark("new", tmp_path / "p")
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    bare = {k: v for k, v in environment.items() if k not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "app", "open", str(tmp_path / "p")],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "There is no display to open a window on."
    assert len(done.stderr.splitlines()) == 2
