"""OpenCV leaves no trace in the environment, and is imported in one place only."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[3] / "app" / "imaging"
NAMES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")
SHOW = f"import os; import app.imaging.pixels; print([os.environ.get(n) for n in {NAMES}])"


def environment_after(given: dict[str, str]) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in NAMES}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        env=clean | given,
        cwd=ROOM.parents[1],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_variables_that_were_not_set_are_not_set():
    assert environment_after({}) == "[None, None, None]"


def test_variables_that_were_set_keep_their_value():
    given = {"QT_QPA_PLATFORM_PLUGIN_PATH": "/somewhere/plugins", "QT_QPA_FONTDIR": "/fonts"}
    assert environment_after(given) == "['/somewhere/plugins', '/fonts', None]"


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.name)
def test_no_other_module_of_the_room_imports_it(path):
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    imports = [line for line in lines if line.startswith(("import cv2", "from cv2"))]
    assert bool(imports) == (path.name == "opencv.py")
