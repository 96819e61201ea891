"""Without a display or a library Qt would end the process; people get a sentence instead."""

import subprocess
import sys

import pytest

from app.core.errors import UserError
from app.services import display

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lacks displays")


@pytest.fixture(autouse=True)
def no_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_no_display_is_said_before_qt_starts(project):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from app.core.errors import UserError\n"
        "from app.shell.viewer import show_project\n"
        "try:\n"
        "    show_project(Path(sys.argv[1]))\n"
        "except UserError as e:\n"
        "    print('told:', e.what, 'Qt' if 'PySide6' in sys.modules else 'no Qt')\n"
    )
    out = run_python(script, str(project.folder))
    assert out.startswith("told: There is no display") and out.endswith("no Qt")


def test_a_missing_library_is_named_with_its_package(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(display, "_loads", lambda library: library != "libxcb-cursor.so.0")
    with pytest.raises(UserError) as caught:
        display.check_display()
    assert "libxcb-cursor.so.0" in caught.value.what
    assert "apt install libxcb-cursor0" in caught.value.hint


def test_one_platform_that_works_is_enough(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(display, "_loads", lambda library: "xcb" not in library)
    display.check_display()


def test_a_chosen_platform_needs_no_display(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen:size=800x600")
    display.check_display()


def test_a_display_that_does_not_answer_is_said(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setattr(display, "_loads", lambda _: True)
    with pytest.raises(UserError, match="doesn't answer"):
        display.check_display()


def test_the_window_never_imports_a_model_library(monkeypatch):
    script = (
        "import sys\n"
        "import app.shell.viewer, app.shell.frame.main_window\n"
        "print(sorted({'torch', 'ultralytics', 'transformers', 'onnxruntime', 'openvino'}\n"
        "             & {name.partition('.')[0] for name in sys.modules}))\n"
    )
    assert run_python(script) == "[]"


def test_the_window_opens_after_opencv_was_imported(project, monkeypatch):
    """opencv-python points Qt at plugins of its own; see app.imaging.opencv."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "import app.imaging.opencv\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.shell.viewer import show_project\n"
        "app = QApplication([])\n"
        "QTimer.singleShot(500, app.quit)\n"
        "print('exit', show_project(Path(sys.argv[1])))\n"
    )
    assert run_python(script, str(project.folder)) == "exit 0"


def test_what_keeps_a_project_from_being_opened_is_said_in_the_window(project, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.core.errors import UserError\n"
        "from app.shell.bench.workbench import Workbench\n"
        "from app.shell.viewer import show_project\n"
        "def refuse(bench):\n"
        "    raise UserError('The disk is gone.', hint='Plug it in.')\n"
        "def look():\n"
        "    (window,) = (w for w in app.topLevelWidgets() if hasattr(w, 'start_page'))\n"
        "    print(window.bench, window.start_page.isVisible(), window.messages.history[-1].what)\n"
        "    app.quit()\n"
        "Workbench.list_images = refuse\n"
        "app = QApplication([])\n"
        "QTimer.singleShot(500, look)\n"
        "show_project(Path(sys.argv[1]))\n"
    )
    assert run_python(script, str(project.folder)) == "None True The disk is gone."


def run_python(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
